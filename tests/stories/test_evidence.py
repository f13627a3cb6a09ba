"""Files that come with answers: kept as copies, shown to who may see them, never demanded."""

import asyncio
import hashlib
import struct
import zlib
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.casework import Evidence
from tasks.mailroom import Inbox
from tasks.models import History, Report
from tasks.vocabulary import EvidenceKind, EvidenceState
from tests.stories.asked import data_of, has_button, press, press_data
from tests.stories.office import Office, Phone
from tests.stories.samples import SCHOOLS


def png(shade: int = 120) -> bytes:
    """A small picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = b"".join(b"\0" + bytes([shade]) * 8 for _ in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def kept(office: Office) -> list[dict[str, Any]]:
    """Every file, as it is kept."""

    def row(session: Session, one: Evidence) -> dict[str, Any]:
        columns = {column.name: getattr(one, column.name) for column in Evidence.__table__.columns}
        return {**columns, "task": one.report.part.task_id, "text": one.report.text}

    with office.db.reading() as session:
        found = session.scalars(select(Evidence).order_by(Evidence.id)).all()
        return [row(session, one) for one in found]


async def contact_of(office: Office) -> Phone:
    await office.publish(SCHOOLS)
    return await office.invite("contact", "市教育局", "王雅琴")


async def test_a_photo_beside_words_is_copied_with_its_checksum(office: Office) -> None:
    wang = await contact_of(office)
    coordinator = await office.invite("coordinator", name="周敏")
    picture = png()
    await wang.send("现场.png", picture, caption="1号已完成60%", as_photo=True)
    await wang.sees("#1", "已记入反馈")
    (one,) = kept(office)
    assert (one["kind"], one["state"]) == (EvidenceKind.photo, EvidenceState.stored)
    assert one["checksum"] == hashlib.sha256(picture).hexdigest()
    copy = office.app.settings.data_dir / one["path"]
    assert copy.read_bytes() == picture
    assert copy.stat().st_mode & 0o077 == 0
    await coordinator.say("/task 1")
    await coordinator.press("材料1")
    sent = await coordinator.sees("#1", "佐证材料1/1")
    assert sent["photo"]


async def test_a_file_alone_answers_the_question_that_waits(office: Office) -> None:
    wang = await contact_of(office)
    await wang.say("/report 1")
    await wang.sees("请直接回复进展")
    await wang.send("汇报.ogg", b"OggS" + bytes(200), sort="voice")
    await wang.sees("#1", "已记入反馈")
    (one,) = kept(office)
    assert (one["kind"], one["state"]) == (EvidenceKind.voice, EvidenceState.stored)
    assert one["text"] == "〔语音〕"


async def test_an_album_is_one_answer(office: Office) -> None:
    wang = await contact_of(office)
    for shade, caption in ((10, "1号排查照片"), (20, ""), (30, "")):
        await wang.send("p.png", png(shade), caption=caption, as_photo=True, album="9001")
    await office.settle()
    assert {one["state"] for one in kept(office)} == {EvidenceState.stored}
    assert len({one["report_id"] for one in kept(office)}) == 1
    assert len(kept(office)) == 3


async def test_files_wait_until_their_task_is_known(office: Office) -> None:
    await office.publish(SCHOOLS)
    await office.publish(SCHOOLS.replace("食堂", "校舍"))
    wang = await office.invite("contact", "市教育局", "王雅琴")
    for shade, caption in ((10, "排查照片"), (20, "")):
        await wang.send("p.png", png(shade), caption=caption, as_photo=True, album="77")
    asked = await wang.sees("是哪一项的进展")
    assert kept(office) == []
    await wang.press("2", asked)
    assert [one["task"] for one in kept(office)] == [2, 2]
    assert {one["state"] for one in kept(office)} == {EvidenceState.stored}


async def test_the_same_file_twice_is_one_copy(office: Office) -> None:
    wang = await contact_of(office)
    for words in ("1号第一批", "1号第二批"):
        await wang.send("表.pdf", b"%PDF-1.4 " + bytes(300), caption=words)
    await office.settle()
    one, other = kept(office)
    assert one["path"] == other["path"]


async def test_what_cannot_be_kept_takes_nothing_from_the_words(office: Office) -> None:
    wang = await contact_of(office)
    await wang.send("工具.exe", b"MZ" + bytes(64), caption="1号已完成40%")
    await wang.sees("#1", "工具.exe", "未能留存", "不是可留存的类型", "文字已记入")
    (one,) = kept(office)
    assert (one["state"], one["path"]) == (EvidenceState.refused, None)
    with office.db.reading() as session:
        assert session.scalars(select(Report.text)).one() == "1号已完成40% 〔文件〕"
    await wang.say("/task 1")
    assert not has_button(await wang.sees("#1", "市教育局"), "材料")


async def test_of_a_classified_file_nothing_is_kept(office: Office) -> None:
    wang = await contact_of(office)
    marked = "机密\n关于某事项的情况报告\n内容若干。\n".encode()
    await wang.send("某事项报告.txt", marked, caption="1号：已报送，涉及所列三处")
    await wang.sees("不予接收", "均未保存")
    (one,) = kept(office)
    assert (one["state"], one["code"]) == (EvidenceState.refused, "classified_file")
    assert (one["name"], one["file_id"], one["path"]) == (None, "", None)
    with office.db.reading() as session:
        told = [
            *session.scalars(select(Report.text)),
            *session.scalars(select(Inbox.payload)),
            *(line.text or "" for line in session.scalars(select(History))),
            *(str(line.facts) for line in session.scalars(select(History))),
        ]
    assert not [words for words in told if "所列三处" in words or "某事项报告" in words]
    folder = office.app.settings.data_dir / "evidence"
    assert not [path for path in folder.rglob("*") if path.is_file()]


async def test_a_file_survives_a_bot_api_that_is_away(office: Office) -> None:
    wang = await contact_of(office)
    await office.fault("bad_gateway", method="getFile", times=1)
    await wang.send("p.png", png(), caption="1号现场", as_photo=True)
    await office.settle()
    async with asyncio.timeout(20):
        while kept(office)[0]["state"] is EvidenceState.waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    (one,) = kept(office)
    assert (one["state"], one["attempts"]) == (EvidenceState.stored, 1)


async def test_another_department_sees_no_file(office: Office) -> None:
    wang = await contact_of(office)
    other = await office.invite("contact", "市民政局", "杨秀兰")
    await wang.send("p.png", png(), caption="1号现场", as_photo=True)
    await office.settle()  # the card offers a file once its copy is kept
    await wang.say("/task 1")
    data = data_of(await wang.sees("#1", "市教育局", "时限"), "材料")
    toast = await press_data(other, await other.sees("您好"), data)
    assert "没有#1" in toast
    assert not [message for message in await other.heard() if "photo" in message]
    await press(wang, "材料1")
    assert [message for message in await wang.heard() if "photo" in message]
