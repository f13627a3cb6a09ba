"""A draft for the stories of its review, and how a coordinator gets about in one message."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tasks.drafting import DraftEdit, Passage
from tasks.models import Clause, Notice, Part, Task
from tasks.reading import read_notice
from tasks.services.notices import clauses_of, import_notice
from tests.stories.asked import message
from tests.stories.office import Json, Office, Phone, buttons_of

HOUSES = """云川市人民政府办公室关于推进老旧小区改造的通知
云府办〔2026〕43号

各有关单位：

现将有关工作通知如下。

一、重点任务

（一）编制改造计划。摸清老旧小区底数，编制年度改造计划，2026年9月25日前完成。（市住房城乡建设局牵头，市财政局配合）
（二）更换供水管道。更换锈蚀漏损的供水管道，2026年9月5日前完成。（市水务局负责）
（三）加装电梯设施。对具备条件的楼栋加装电梯。同步规整楼道线缆。（市住房城乡建设局负责）

二、保障措施

（四）公开改造方案。及时公示改造方案，听取居民意见。
（五）建立巡查机制。建立巡查台账，定期巡查施工现场。
（六）各县区人民政府要落实属地责任，按时报送改造进度。
（七）各部门要提高认识，切实加强组织领导。

改造资金必须专款专用，不得挪用。

云川市人民政府办公室
2026年9月4日
"""
"""Three duties of departments (the limit of the second passed on Saturday), two collective
ones (4 and 5), and three sentences that are no clause."""


def bring_in(office: Office, text: str = HOUSES) -> int:
    """The draft of a notice, as the console would import it."""
    with office.db.transaction() as session:
        return import_notice(session, office.act(), text, read_notice(text)).notice


async def open_draft(phone: Phone, notice: int) -> Json:
    """The card of a draft in a message of its own."""
    await phone.say(f"/draft {notice}")
    return (await phone.heard())[-1]


async def open_clause(phone: Phone, notice: int, number: int) -> Json:
    """The card of a clause, from the card of its draft, in the same message."""
    card = await open_draft(phone, notice)
    card = await tap(phone, card, "逐条核对")
    return await tap(phone, card, str(number))


async def tap(phone: Phone, on: Json, label: str) -> Json:
    """Press exactly that button as the message stands on the screen; what it shows then."""
    shown = await message(phone, on["message_id"])
    return await tap_as_seen(phone, shown, label)


async def tap_as_seen(phone: Phone, on: Json, label: str) -> Json:
    """Press a button of a message as it was shown once, whatever it shows by now."""
    data = [one["callback_data"] for one in buttons_of(on) if one["text"] == label]
    assert data, f"no {label!r} in {[one['text'] for one in buttons_of(on)]}\n{on.get('text')}"
    await phone.office.control("press", person=phone.id, message_id=on["message_id"], data=data[0])
    await phone.office.settle()
    return await message(phone, on["message_id"])


async def type_in(phone: Phone, on: Json, label: str, words: str) -> Json:
    """Press a button that asks for words, and type them; the message that answers."""
    await tap(phone, on, label)
    await phone.say(words)
    return (await phone.heard())[-1]


def labels(on: Json) -> list[str]:
    """The words on the buttons of a message."""
    return [str(one["text"]) for one in buttons_of(on)]


def clauses(office: Office, notice: int) -> dict[int, Clause]:
    """The clauses of a notice by their numbers."""
    with office.db.reading() as session:
        found = {one.position: one for one in clauses_of(session, notice)}
        session.expunge_all()
    return found


def owners(clause: Clause) -> list[tuple[str, str]]:
    """The owners of a clause with their roles, in order."""
    return [(one.name, one.role.value) for one in clause.owners]


def passages(office: Office, notice: int) -> list[Passage]:
    """The sentences of a notice that were no clause."""
    with office.db.reading() as session:
        query = select(Passage).where(Passage.notice_id == notice).order_by(Passage.start)
        found = list(session.scalars(query))
        session.expunge_all()
    return found


def tasks(office: Office) -> list[Task]:
    """Every task with its departments."""
    with office.db.reading() as session:
        parts = selectinload(Task.parts).selectinload(Part.department)
        found = list(session.scalars(select(Task).order_by(Task.id).options(parts)))
        session.expunge_all()
    return found


def drafts_stand(office: Office, notice: int) -> tuple[int, int]:
    """The revision of a draft, and how many steps led to it: what a refusal leaves alone."""
    with office.db.reading() as session:
        steps = session.scalars(select(DraftEdit.id).where(DraftEdit.notice_id == notice)).all()
        return session.get_one(Notice, notice).revision, len(steps)
