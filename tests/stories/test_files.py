"""A coordinator sends the file of a notice: it becomes a draft, or is refused with a reason."""

import asyncio
import json
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tasks.casework import Evidence
from tasks.db import Database
from tasks.drafting import Upload
from tasks.mailroom import Inbox, Outbox
from tasks.models import Base, Clause, Notice, Report
from tasks.services import sheets
from tasks.services.uploads import LIMIT_MB, MAX_ATTEMPTS
from tasks.vocabulary import UploadState
from tests.rules.file_samples import docx, pdf_of
from tests.sheets import Book
from tests.stories.asked import message
from tests.stories.conftest import both_databases
from tests.stories.office import Json, Office, Phone, text_of
from tests.stories.samples import SCHOOLS

LONG = SCHOOLS + "".join(
    f"\n去年全市学校食堂就餐人数较多，情况总体平稳，这是第{number}段说明。"
    for number in range(15_000)
)
"""A megabyte and a half of a notice that holds four duties."""

MARKED = f"秘密★1年\n{SCHOOLS.replace('校园安全', '后山演练')}"


async def _li(office: Office) -> Phone:
    return await office.invite("coordinator", name="李明")


def _uploads(office: Office) -> list[Upload]:
    with office.db.reading() as session:
        found = list(session.scalars(select(Upload).order_by(Upload.id)))
        session.expunge_all()
        return found


def _notices(office: Office) -> list[Notice]:
    with office.db.reading() as session:
        found = list(session.scalars(select(Notice).order_by(Notice.id)))
        session.expunge_all()
        return found


async def _until(office: Office, come_so_far: Callable[[Upload], object]) -> Upload:
    """The newest file, once it has come so far."""
    for _ in range(600):
        found = _uploads(office)
        if found and come_so_far(found[-1]):
            return found[-1]
        await asyncio.sleep(0.1)
    raise AssertionError(f"it has not: {[vars(one) for one in found]}")


def _decided(upload: Upload) -> bool:
    return upload.state is not UploadState.waiting


async def _answers(phone: Phone, sent: Json) -> list[str]:
    """What the bot said below a message."""
    number = sent["message_id"]
    return [text_of(one) for one in await phone.heard() if one["message_id"] > number]


@both_databases
async def test_a_text_file_becomes_a_draft(office: Office) -> None:
    li = await _li(office)
    await li.send("校园安全.txt", SCHOOLS.encode())
    card = await li.sees("云府办〔2026〕41号")
    assert len(await li.heard()) == 2  # the welcome, and one message for the file
    [notice], [upload] = _notices(office), _uploads(office)
    assert notice.file_name == "校园安全.txt"
    assert notice.text.strip() == SCHOOLS.strip()
    assert (upload.notice_id, upload.message_id) == (notice.id, card["message_id"])
    assert upload.attempts == 1


async def test_a_word_file_becomes_a_draft(office: Office) -> None:
    li = await _li(office)
    await li.send("道路维护.docx", docx())
    await li.sees("云府办〔2027〕5号")


async def test_an_admin_may_send_one_as_well(office: Office) -> None:
    admin = await office.invite("admin", name="周强")
    await admin.send("校园安全.txt", SCHOOLS.encode())
    await admin.sees("云府办〔2026〕41号")


async def test_a_long_file_shows_how_far_it_is_in_one_message(office: Office) -> None:
    li = await _li(office)
    await li.send("很长的通知.txt", LONG.encode())
    await _until(office, _decided)
    card = await li.sees("云府办〔2026〕41号")
    assert len(await li.heard()) == 2
    edits = await office.calls("editMessageText")
    assert {edit["parameters"]["message_id"] for edit in edits} == {card["message_id"]}
    bars = [edit["parameters"]["text"] for edit in edits if "▓" in edit["parameters"]["text"]]
    assert bars
    assert bars == sorted(bars, key=lambda text: text.count("▓"))
    assert all("《很长的通知.txt》" in bar for bar in bars)


async def test_files_are_read_one_after_another(office: Office) -> None:
    li = await _li(office)
    await li.send("很长的通知.txt", LONG.encode())
    await li.send("道路维护.docx", docx())
    await _until(office, _decided)
    await li.sees("云府办〔2026〕41号")
    await li.sees("云府办〔2027〕5号")
    said = [call["parameters"]["text"] for call in await office.calls("sendMessage")]
    assert any("《道路维护.docx》排队等候读取，前面1件" in text for text in said)


async def test_what_is_marked_as_classified_leaves_nothing_behind(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    li = await _li(office)
    with caplog.at_level("DEBUG", logger="bot"):
        sent = await li.send("后山演练.txt", MARKED.encode(), caption="请导入后山演练")
        [answer] = await _answers(li, sent)
    assert "不予接收" in answer
    assert "请在本聊天中删除该文件消息" in answer
    assert "后山演练" not in answer
    [upload] = _uploads(office)
    assert (upload.state, upload.code) == (UploadState.refused, "classified_file")
    assert not _notices(office)
    told = [*_everything(office.db), *(str(vars(record)) for record in caplog.records)]
    file_id = (await message(li, sent["message_id"]))["document"]["file_id"]
    for words in ("后山演练", "师生安全", file_id, json.dumps("后山演练").strip('"')):
        assert not [text for text in told if words in text], words
    with office.db.reading() as session:
        payload = json.loads(session.get_one(Inbox, upload.inbox_id).payload)
    assert payload["message"]["document"]["file_name"] == ""
    assert payload["message"]["message_id"] == sent["message_id"]


def _everything(database: Database) -> list[str]:
    """Every value of every row, as text."""
    with database.reading() as session:
        rows = [
            row for table in Base.metadata.sorted_tables for row in session.execute(select(table))
        ]
    return [str(value) for row in rows for value in row]


async def test_words_added_to_a_classified_file_are_not_kept_either(office: Office) -> None:
    li = await _li(office)
    sent = await li.send("后山演练.txt", MARKED.encode())
    await office.settle()
    sent = await message(li, sent["message_id"])
    edited = {**sent, "caption": "请导入后山演练", "edit_date": sent["date"] + 1}
    await office.control("raw", update={"update_id": 990_001, "edited_message": edited})
    assert len(await _answers(li, sent)) == 1
    assert len(_uploads(office)) == 1
    assert not [text for text in _everything(office.db) if sent["document"]["file_id"] in text]


async def test_an_edited_message_brings_no_file_again(office: Office) -> None:
    li = await _li(office)
    sent = await li.send("校园安全.txt", SCHOOLS.encode())
    await office.settle()
    sent = await message(li, sent["message_id"])
    edited = {**sent, "caption": "请看", "edit_date": sent["date"] + 1}
    await office.control("raw", update={"update_id": 990_001, "edited_message": edited})
    assert len(await _answers(li, sent)) == 1
    assert len(_uploads(office)) == 1


async def test_what_telegram_does_not_give_to_bots_is_refused_at_once(office: Office) -> None:
    li = await _li(office)
    sent = await li.send("很大.pdf", b"%PDF-1.7\n" + bytes(21 * 1024 * 1024))
    [answer] = await _answers(li, sent)
    assert f"文件超过{LIMIT_MB}MB" in answer
    assert "《很大.pdf》" in answer
    assert not await office.calls("getFile")


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        (
            "扫描.pdf",
            pdf_of(
                "<</Type/Catalog/Pages 2 0 R>>",
                "<</Type/Pages/Kids[3 0 R]/Count 1>>",
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
            ),
            "PDF是扫描件",
        ),
        ("坏.docx", docx()[:3000], "文件已损坏"),
        ("空.txt", b" \n", "文件是空的"),
        ("程序.exe", b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200), "不是能读取的文件"),
        ("闲谈.txt", "今天天气很好。".encode(), "未发现需落实的事项"),
    ],
)
async def test_what_cannot_be_taken_in_is_refused_with_its_reason(
    office: Office, name: str, data: bytes, told: str
) -> None:
    li = await _li(office)
    sent = await li.send(name, data)
    [answer] = await _answers(li, sent)
    assert told in answer
    assert f"《{name}》" in answer
    assert not _notices(office)


async def test_the_same_file_again_names_the_notice_that_holds_it(office: Office) -> None:
    li = await _li(office)
    await li.send("校园安全.txt", SCHOOLS.encode())
    await office.settle()
    again = await li.send("再发一次.txt", SCHOOLS.encode())
    [answer] = await _answers(li, again)
    assert answer.startswith("该文件此前已导入")
    assert "云府办〔2026〕41号" in answer
    assert len(_notices(office)) == 1
    assert [upload.notice_id for upload in _uploads(office)] == [1, 1]


async def test_a_revised_file_shows_what_it_changes_and_makes_no_second_notice(
    office: Office,
) -> None:
    li = await _li(office)
    await li.send("校园安全.txt", SCHOOLS.encode())
    await office.settle()
    revised = SCHOOLS.replace("2026年9月25日前完成", "2026年9月28日前完成")
    sent = await li.send("校园安全（修订）.txt", revised.encode())
    [answer] = await _answers(li, sent)
    assert "云府办〔2026〕41号 修订稿" in answer
    assert "不变3，变动1" in answer
    assert len(_notices(office)) == 1
    [_, upload] = _uploads(office)
    assert (upload.state, upload.notice_id) == (UploadState.revises, 1)
    await li.press("采用修订稿")
    [notice], [_, upload] = _notices(office), _uploads(office)
    assert notice.text.strip() == revised.strip()
    assert (upload.state, upload.text) == (UploadState.stored, None)


async def test_an_old_button_of_a_files_message_shows_the_draft_again(office: Office) -> None:
    li, wu = await _li(office), await office.invite("coordinator", name="吴敏")
    await li.send("校园安全.txt", SCHOOLS.encode())
    card = await li.sees("共4条，可交办4条")
    await wu.say("/draft 1")
    await wu.sees("共4条，可交办4条")
    await li.press("交办4条", on=card)
    await wu.press("交办4条")
    await wu.press("确认交办")
    await li.press("确认交办", on=card)
    assert await li.toast()
    shown = text_of(await message(li, card["message_id"]))
    assert "可交办4条" not in shown
    assert "云府办〔2026〕41号" in shown
    await li.sees_no("正在读取")


async def _exported(office: Office, li: Phone) -> Book:
    """The draft of a notice that was sent, as a workbook."""
    await li.send("校园安全.txt", SCHOOLS.encode())
    await office.settle()
    with office.db.reading() as session:
        return Book(sheets.export(session, office.act(), 1))


async def test_an_edited_sheet_of_a_draft_is_applied_to_it(office: Office) -> None:
    li = await _li(office)
    book = await _exported(office, li)
    book.put(1, 任务="开展食堂和小卖部自查。")
    sent = await li.send("拟稿.xlsx", book.data())
    [answer] = await _answers(li, sent)
    assert answer.startswith("已按表格修改：改动1条")
    assert "云府办〔2026〕41号" in answer
    with office.db.reading() as session:
        texts = session.scalars(select(Clause.text).where(Clause.position == 1)).all()
    assert texts == ["开展食堂和小卖部自查。"]
    sent = await li.send("拟稿.xlsx", (await _exported(office, li)).data())
    [answer] = await _answers(li, sent)
    assert answer.startswith("表格与拟稿一致")
    assert len(_notices(office)) == 1


async def test_a_sheet_with_a_problem_names_its_place_and_changes_nothing(office: Office) -> None:
    li = await _li(office)
    book = await _exported(office, li)
    book.put(1, 任务="开展食堂和小卖部自查。")
    book.put(2, 时限="下个月的某天")
    sent = await li.send("拟稿.xlsx", book.data())
    [answer] = await _answers(li, sent)
    assert "表格有1处问题，全部未采用" in answer
    assert "条目第3行 时限" in answer
    with office.db.reading() as session:
        assert "小卖部" not in session.scalars(select(Clause.text)).all()[0]


async def test_a_contacts_file_is_a_report_as_before(office: Office) -> None:
    await office.publish(SCHOOLS)
    wang = await office.invite("contact", "市教育局", "王芳")
    await wang.send("总结.docx", docx(), caption="1号完成60%")
    await wang.sees("#1", "已记入反馈")
    assert not _uploads(office)
    with office.db.reading() as session:
        assert session.scalars(select(Report.text)).one() == "1号完成60% 〔文件〕"
        assert session.scalars(select(Evidence.name)).one() == "总结.docx"


async def test_a_leader_reads_and_imports_nothing(office: Office) -> None:
    leader = await office.invite("leader", name="赵刚")
    await leader.send("校园安全.txt", SCHOOLS.encode())
    await leader.sees("未能识别")
    assert not _uploads(office)


async def test_a_coordinators_file_that_answers_a_task_is_no_notice(office: Office) -> None:
    [first, *_] = await office.publish(SCHOOLS)
    li = await _li(office)
    await li.say(f"/task {first}")
    card = await li.sees(f"#{first}")
    await li.send("说明.txt", SCHOOLS.encode(), reply_to=card)
    await li.sees("未能识别")
    assert not _uploads(office)


async def test_a_picture_cannot_be_read(office: Office) -> None:
    li = await _li(office)
    sent = await li.send("通知.png", _png(), as_photo=True)
    [answer] = await _answers(li, sent)
    assert "图片中的文字无法读取" in answer
    assert not _uploads(office)


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\xff\xff" * 2)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


async def test_a_file_waits_for_a_bot_api_that_is_not_reached(office: Office) -> None:
    li = await _li(office)
    await office.fault("bad_gateway", method="getFile")
    await li.send("校园安全.txt", SCHOOLS.encode())
    await office.settle()
    [upload] = _uploads(office)
    assert (upload.state, upload.attempts) == (UploadState.waiting, 0)
    await li.sees("正在读取《校园安全.txt》")
    await _until(office, _decided)
    await li.sees("云府办〔2026〕41号")
    assert len(await office.calls("getFile")) == 2


async def test_a_file_that_telegram_forgot_is_refused(office: Office) -> None:
    li = await _li(office)
    await office.fault("bad_gateway", method="getFile")
    sent = await li.send("校园安全.txt", SCHOOLS.encode())
    await office.settle()
    office.sandbox.world.files.clear()
    await _until(office, _decided)
    [answer] = await _answers(li, sent)
    assert "请重新发送" in answer


async def test_a_bot_that_stops_while_reading_reads_again(office: Office) -> None:
    li = await _li(office)
    sent = await li.send("很长的通知.txt", LONG.encode())
    await _until(office, lambda upload: upload.attempts and upload.message_id)
    await office.app.stop()
    [upload] = _uploads(office)
    assert (upload.state, upload.attempts) == (UploadState.waiting, 0)
    assert not _notices(office)
    await office.app.start()
    await _until(office, _decided)
    assert len(await _answers(li, sent)) == 1
    await li.sees("云府办〔2026〕41号")
    assert len(_notices(office)) == 1


async def test_a_file_at_which_the_bot_died_three_times_is_set_aside(office: Office) -> None:
    li = await _li(office)
    admin = await office.invite("admin", name="周强")
    await office.fault("bad_gateway", method="getFile")
    await li.send("校园安全.txt", SCHOOLS.encode())
    await office.settle()
    await office.app.stop()
    with office.db.transaction() as session:
        session.scalars(select(Upload)).one().attempts = MAX_ATTEMPTS
    await office.app.start()
    await li.sees("文件处理三次未成功", "《校园安全.txt》")
    await admin.sees("第1号文件三次处理未成功")
    assert not _notices(office)


async def test_a_file_whose_message_vanished_is_shown_in_a_new_one(office: Office) -> None:
    li = await _li(office)
    await office.fault("bad_gateway", method="getFile")
    sent = await li.send("校园安全.txt", SCHOOLS.encode())
    shown = await li.sees("正在读取")
    with office.db.transaction() as session:
        upload = session.scalars(select(Upload)).one()
        upload.message_id = 999_999
    await _until(office, _decided)
    assert len(await _answers(li, sent)) == 2
    assert "正在读取" in text_of(await message(li, shown["message_id"]))
    [upload] = _uploads(office)
    assert upload.message_id == (await li.sees("云府办〔2026〕41号"))["message_id"]


async def test_no_row_of_the_outbox_tells_a_files_name(office: Office) -> None:
    li = await _li(office)
    await li.send("校园安全.txt", SCHOOLS.encode())
    await office.settle()
    with office.db.reading() as session:
        facts: list[dict[str, Any]] = list(
            session.scalars(select(Outbox.facts).where(Outbox.kind == "upload"))
        )
    assert facts
    assert all(one == {"upload": 1} for one in facts)
