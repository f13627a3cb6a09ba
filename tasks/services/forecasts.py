"""预计何时完成: a report in one tap, the day by which the work will be done."""

from datetime import date

from sqlalchemy.orm import Session

from tasks.errors import Refused
from tasks.models import Report, ReportKind
from tasks.services.acts import Act, Office, lock_task, move, part_for, record, schedule
from tasks.services.extensions import FARTHEST
from tasks.services.post import refresh_cards
from tasks.services.reports import Source
from tasks.text import storable
from tasks.workflow import Action


def expect(
    session: Session,
    office: Office,
    act: Act,
    number: int,
    day: date,
    *,
    source: Source | None = None,
    message: str | None = None,
) -> Report:
    """Keep that the work will be done by that day. It counts at once: nothing was read.

    `source`: the message that named the day, `message` its words, which the history keeps.
    Raises NotFound, NotAllowed, IllegalMove, or Refused for a day that has passed or is years
    away.
    """
    task = lock_task(session, number)
    part = part_for(session, act, task, Action.report)
    move(session, act, part, Action.report)
    today = office.cal.local_date(act.now)
    if day < today:
        raise Refused("expected_past", task=number, day=day)
    if day > today + FARTHEST:
        raise Refused("extension_too_far", task=number, day=day)
    said = Report(
        part_id=part.id,
        person_id=act.person_id,
        kind=ReportKind.words,
        text=f"预计{day.month}月{day.day}日完成" if day.year == today.year else f"预计{day}完成",
        expected=day,
        said_at=act.said_at,
        stored_at=act.now,
        confirmed_at=act.now,
        update_id=act.update_id,
    )
    if source is not None:
        said.chat_id, said.message_id = source.chat_id, source.message_id
    session.add(said)
    part.answered_at = max(part.answered_at or act.said_at, act.said_at)
    session.flush()
    schedule(task, office)
    facts: dict[str, object] = {"report": said.id}
    if message is not None:
        facts["message"] = storable(message)
    line = record(session, act, "report", part=part, text=said.text, facts=facts)
    refresh_cards(session, task, line)
    return said
