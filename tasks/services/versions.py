"""Versions of an answer: whoever edits a message, or corrects what was read, says it anew.

Every version is kept. One that is replaced cannot be confirmed any more. What was confirmed
goes on counting until a later version is: an edit is words, and only a confirmed reading
moves percent, date or state. `Report.replaced_at` is set at once where the replaced version
was not confirmed, else once the later one counts.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.models import Report, ReportKind
from tasks.services.acts import HIGHEST_ID, Act, record

SAID = frozenset({ReportKind.words, ReportKind.nothing_to_add})
"""Answers that are nothing but words; a request stands as it was made."""


def of_message(session: Session, chat_id: int, message_id: int) -> list[Report]:
    """What a message says now: the latest version of each answer that it made."""
    found = session.scalars(
        select(Report)
        .where(Report.chat_id == chat_id, Report.message_id == message_id)
        .order_by(Report.id)
    ).all()
    replaced = {one.replaces_id for one in found}
    return [one for one in found if one.id not in replaced]


def latest(session: Session, report_id: int) -> Report | None:
    """The version that stands now for that report."""
    said = session.get(Report, report_id) if 0 < report_id <= HIGHEST_ID else None
    while said is not None:
        later = next_version(session, said)
        if later is None:
            break
        said = later
    return said


def next_version(session: Session, said: Report) -> Report | None:
    """The version that replaced it, if one did."""
    return session.scalar(select(Report).where(Report.replaces_id == said.id))


def is_overtaken(session: Session, said: Report) -> bool:
    """Whether a later answer of the same part counts: then words that say it anew must not
    count by themselves."""
    later = select(Report.id).where(
        Report.part_id == said.part_id, Report.id > said.id, Report.confirmed_at.is_not(None)
    )
    return session.scalar(later.limit(1)) is not None


def put_in_place(act: Act, new: Report, old: Report) -> None:
    """Let a new version stand for an old one."""
    new.replaces_id = old.id
    new.chat_id, new.message_id = new.chat_id or old.chat_id, new.message_id or old.message_id
    new.recorded_by_id = new.recorded_by_id or old.recorded_by_id
    new.informant = new.informant or old.informant
    if old.confirmed_at is None:
        old.replaced_at = act.now


def retire_older(session: Session, act: Act, said: Report) -> None:
    """A version counts from now on: those before it count no more."""
    older = said
    while older.replaces_id is not None:
        older = session.get_one(Report, older.replaces_id)
        older.replaced_at = older.replaced_at or act.now


def leave_out(session: Session, act: Act, kept: Report, text: str) -> None:
    """The edited message does not speak of that task any more; its answer stays, with a
    remark in the history."""
    record(session, act, "edit", part=kept.part, text=text, facts={"report": kept.id})
