"""Files that people send while a question waits: they belong to it, or their sender is told."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.casework import Evidence, Extension, Question
from tasks.drafting import Upload
from tasks.mailroom import Dialogue, Inbox, Outbox
from tasks.models import History, Report, ReportKind
from tasks.vocabulary import Role
from tests.stories.asked import press_data
from tests.stories.office import Json, Office, Phone, buttons_of, text_of
from tests.stories.samples import SCHOOLS
from tests.stories.test_evidence import kept, png
from tests.stories.test_groups import code

EDUCATION = "市教育局"
PDF = b"%PDF-1.4 " + bytes(300)


def waiting(office: Office) -> list[str]:
    with office.db.reading() as session:
        return list(session.scalars(select(Dialogue.kind)))


def uploads(office: Office) -> int:
    with office.db.reading() as session:
        return len(session.scalars(select(Upload.id)).all())


def files(session: Session, said: Report) -> list[Evidence]:
    return list(session.scalars(select(Evidence).where(Evidence.report_id == said.id)))


def kinds(office: Office) -> list[tuple[ReportKind, str, int]]:
    """Every answer with how many files it has."""
    with office.db.reading() as session:
        return [
            (said.kind, said.text, len(files(session, said)))
            for said in session.scalars(select(Report).order_by(Report.id))
        ]


async def edit(office: Office, phone: Phone, said: Json, text: str) -> None:
    await office.control("edit", person=phone.id, message_id=said["message_id"], text=text)
    await office.settle()


async def other_reason(phone: Phone) -> None:
    """The second 其他 of a request: a reason in one's own words."""
    shown = await phone.sees("#1", "申请延至")
    (data,) = {one["callback_data"] for one in buttons_of(shown) if "type_reason" in str(one)}
    await press_data(phone, shown, data)


async def times(phone: Phone, words: str) -> int:
    return len([one for one in await phone.heard() if words in text_of(one)])


async def test_a_coordinators_document_answers_what_was_asked(office: Office) -> None:
    coordinator = await office.invite(Role.coordinator, name="周敏")
    contact = await office.invite(Role.contact, EDUCATION, "王雅琴")
    await office.publish(SCHOOLS)
    await coordinator.say("/record 1")
    await coordinator.send("电话记录.pdf", PDF)
    await coordinator.sees("#1", "已记入反馈", "代记 市教育局")
    # Which department said it is not known: the file waits with the words.
    await coordinator.send("二.pdf", PDF + b"2", caption="/record 2 来电称已排查", album="7")
    await coordinator.send("三.pdf", PDF + b"3", album="7")
    assert len(kept(office)) == 1
    await coordinator.press(EDUCATION)
    assert [(one["name"], one["task"]) for one in kept(office)] == [
        ("电话记录.pdf", 1),
        ("二.pdf", 2),
        ("三.pdf", 2),
    ]
    await contact.say("/task 3")
    await contact.press("不属本单位")
    await contact.press("其他")
    await contact.say("校舍由市住房城乡建设局管理")
    await coordinator.press("不予改办")
    await coordinator.send("三定方案.pdf", PDF + b"4")
    await coordinator.sees("这里请用文字答复", "/record 编号")
    assert waiting(office) == ["refuse_decline"]
    await coordinator.send("三定方案.pdf", PDF + b"4", caption="三定方案已明确")
    await coordinator.sees("#3", "不予改办")
    await coordinator.sees("附件未留存", "/record 编号")
    with office.db.reading() as session:
        refused = select(History.text).where(History.action == "refuse_decline")
        assert session.scalars(refused).all() == ["三定方案已明确"]
    assert (uploads(office), len(kept(office))) == (0, 3)
    # Nothing is asked: it is a notice.
    await coordinator.send("通知.txt", SCHOOLS.replace("41号", "77号").encode())
    await office.settle()
    assert uploads(office) == 1


async def test_a_decline_and_a_request_keep_the_files_beside_them(office: Office) -> None:
    contact = await office.invite(Role.contact, EDUCATION, "王雅琴")
    await office.publish(SCHOOLS)
    await contact.say("/task 3")
    await contact.press("不属本单位")
    await contact.press("其他")
    for shade in (10, 20):
        await contact.send("职责.png", png(shade), as_photo=True, album="31")
    await office.settle()
    assert await times(contact, "附件已收到") == 1
    assert kinds(office) == []
    await contact.say("校舍由市住房城乡建设局管理")
    await contact.sees("#3", "不属本单位")
    assert kinds(office) == [(ReportKind.decline, "校舍由市住房城乡建设局管理", 2)]
    await contact.say("/task 1")
    await contact.press("申请延期")
    await contact.press("10-9")
    await other_reason(contact)
    for shade, caption in ((30, "设备尚未到货"), (40, "")):
        await contact.send("合同.png", png(shade), caption=caption, as_photo=True, album="32")
    await contact.sees("设备尚未到货")
    # A picture that replies to the request belongs to it, too.
    asked = await contact.sees("设备尚未到货，第1次")
    await contact.send("表.png", png(50), "已安装2台", asked, as_photo=True)
    await contact.sees("进展：已安装2台")
    await contact.press("提交")
    await office.settle()
    (_, (kind, text, count)) = kinds(office)
    assert (kind, count) == (ReportKind.extension, 3)
    assert "设备尚未到货" in text
    assert "〔照片〕" not in text
    await contact.sees_no("附件未留存")


async def test_a_file_is_never_left_out_in_silence(office: Office) -> None:
    contact = await office.invite(Role.contact, EDUCATION, "王雅琴")
    coordinator = await office.invite(Role.coordinator, name="周敏")
    leader = await office.invite(Role.leader, name="赵局")
    await office.publish(SCHOOLS)
    await leader.send("批示.png", png(), caption="请抓紧", as_photo=True)
    await leader.sees("附件未留存", "请交督查人员")
    for shade, caption in ((10, "1号是否需要盖章？"), (20, "")):
        await contact.send("表.png", png(shade), caption=caption, as_photo=True, album="8")
    await contact.sees("附件未留存", "/report 编号")
    assert await times(contact, "附件未留存") == 1
    # Held for words that never came.
    await contact.say("/task 3")
    await contact.press("不属本单位")
    await contact.press("其他")
    await contact.send("职责.png", png(30), as_photo=True)
    await contact.say("/cancel")
    assert await times(contact, "附件未留存") == 2
    # Words that are refused take their file with them.
    await contact.send("表.png", png(40), caption="/report 99 已完成", as_photo=True)
    assert await times(contact, "附件未留存") == 3
    assert kinds(office) == []
    await coordinator.send("说明.ogg", b"OggS" + bytes(200), sort="voice")
    await coordinator.sees("附件未留存", "/record 编号")


async def test_the_file_of_words_that_find_their_task_later_is_kept(office: Office) -> None:
    await office.publish(SCHOOLS)
    contact = await office.invite(Role.contact, EDUCATION, "王雅琴")
    coordinator = await office.invite(Role.coordinator, name="周敏")
    for shade, caption in ((10, "排查照片"), (20, "")):
        await contact.send("p.png", png(shade), caption=caption, as_photo=True, album="5")
    await contact.sees("是哪一项的进展")
    await contact.say("/report 1")
    await contact.sees("#1", "请直接回复进展")
    assert kept(office) == []
    await coordinator.say("/queue")
    await coordinator.press("排查照片")
    await coordinator.press("3")
    assert [one["task"] for one in kept(office)] == [3, 3]
    assert [text for _, text, _ in kinds(office)] == ["排查照片 〔照片〕"]


async def test_an_album_finds_its_task_with_its_words(office: Office) -> None:
    contact = await office.invite(Role.contact, EDUCATION, "王雅琴")
    await office.publish(SCHOOLS)
    first = await contact.send("p.png", png(10), "排查照片", as_photo=True, album="61")
    for shade in (20, 30):
        await contact.send("p.png", png(shade), as_photo=True, album="61")
    await contact.sees("是哪一项的进展", "排查照片")
    # Its words are said anew meanwhile: the pictures stay with them.
    await edit(office, contact, first, "校舍排查照片")
    await contact.press("3", await contact.sees("是哪一项的进展", "校舍排查照片"))
    # One that comes late belongs there, too.
    await contact.send("p.png", png(40), as_photo=True, album="61")
    await office.settle()
    assert kinds(office) == [(ReportKind.words, "校舍排查照片 〔照片〕", 4)]
    assert waiting(office) == []
    await contact.sees_no("附件未留存")


async def test_an_album_of_a_group_finds_its_task_in_the_own_chat(office: Office) -> None:
    contact = await office.invite(Role.contact, EDUCATION, "王雅琴")
    group = await office.group("校园安全群", contact)
    await group.say(contact, f"/bind {code(office, EDUCATION)}")
    await office.publish(SCHOOLS)
    handed = await group.sees("【交办】")
    for shade, caption in ((10, "排查照片"), (20, "")):
        await contact.send(
            "p.png",
            png(shade),
            caption=caption,
            as_photo=True,
            album="62",
            reply_to=handed,
            chat=group.id,
        )
        await office.settle()
    asked = [one for one in await contact.heard() if "是哪一项的进展" in text_of(one)]
    assert len(asked) == 1
    await contact.press("3", asked[0])
    assert kinds(office) == [(ReportKind.words, "排查照片 〔照片〕", 2)]
    with office.db.reading() as session:
        (said,) = session.scalars(select(Report))
        assert said.chat_id == group.id


async def test_of_a_classified_file_beside_a_request_nothing_stays(office: Office) -> None:
    contact = await office.invite(Role.contact, EDUCATION, "王雅琴")
    await office.publish(SCHOOLS)
    await contact.say("/task 1")
    await contact.press("申请延期")
    await contact.press("10-9")
    await other_reason(contact)
    marked = "机密\n关于某事项的情况报告\n内容若干。\n".encode()
    await contact.send("某事项报告.txt", marked, caption="涉及所列三处")
    await contact.sees("涉及所列三处，第1次")
    await contact.press("提交")
    await contact.sees("不予接收", "均未保存")
    with office.db.reading() as session:
        told = [
            *(said.text for said in session.scalars(select(Report))),
            *(f"{one.reason}{one.progress}" for one in session.scalars(select(Extension))),
            *(f"{line.text}{line.facts}" for line in session.scalars(select(History))),
            *session.scalars(select(Inbox.payload)),
        ]
        assert session.scalars(select(Extension.wanted)).all() == [date(2026, 10, 9)]
    assert not [words for words in told if "所列三处" in words or "某事项" in words]
    assert not [words for words in told if ascii("所列三处")[1:-1] in words]


async def test_of_a_classified_file_whose_task_was_asked_nothing_stays(office: Office) -> None:
    contact = await office.invite(Role.contact, EDUCATION, "王雅琴")
    coordinator = await office.invite(Role.coordinator, name="周敏")
    await office.publish(SCHOOLS)
    marked = "机密\n关于某事项的情况报告\n内容若干。\n".encode()
    await contact.send("某事项报告.txt", marked, caption="已排查所列三处")
    await contact.sees("是哪一项的进展", "已排查所列三处")
    await contact.say("/report 1")
    await contact.sees("#1", "请直接回复进展")
    await coordinator.say("/queue")
    await coordinator.press("已排查所列三处")
    await coordinator.press("3")
    await contact.sees("不予接收", "均未保存")
    with office.db.reading() as session:
        told = [
            *session.scalars(select(Report.text)),
            *session.scalars(select(Question.text)),
            *(f"{line.text}{line.facts}" for line in session.scalars(select(History))),
            *(str(row.facts) for row in session.scalars(select(Outbox))),
            *session.scalars(select(Inbox.payload).where(Inbox.chat_id == contact.id)),
        ]
    assert not [words for words in told if "所列三处" in words or "某事项" in words]
    assert not [words for words in told if ascii("所列三处")[1:-1] in words]
