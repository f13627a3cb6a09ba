"""The notices, and the history of a task."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from tasks.calendars import WorkCalendar
from tasks.models import Clause, History, Notice, Part, Report, Task
from tasks.views.standings import notice_label
from tasks.vocabulary import ClauseState, NoticeState


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice in a list."""

    id: int
    label: str
    title: str | None
    state: NoticeState
    tasks: int
    left: int


def notices(session: Session) -> list[NoticeLine]:
    """Every notice, the newest last."""
    tasks = _counts(session, select(Task.notice_id, func.count()).group_by(Task.notice_id))
    left = _counts(
        session,
        select(Clause.notice_id, func.count())
        .where(Clause.state == ClauseState.open)
        .group_by(Clause.notice_id),
    )
    return [
        NoticeLine(
            row.id,
            notice_label(row),
            row.title,
            row.state,
            tasks.get(row.id, 0),
            left.get(row.id, 0),
        )
        for row in session.scalars(select(Notice).order_by(Notice.id))
    ]


def _counts(session: Session, query: Select[int, int]) -> dict[int, int]:
    return {row[0]: row[1] for row in session.execute(query)}


def timeline(
    session: Session, number: int, cal: WorkCalendar | None = None
) -> list[dict[str, Any]]:
    """A task's history, oldest first.

    With `cal` in office time. A line of 评级 has its grade, one of words that say anew what was
    said before is marked as `revised`; no other line has these."""
    revised = set(
        session.scalars(
            select(Report.id)
            .join(Part, Part.id == Report.part_id)
            .where(Part.task_id == number, Report.replaces_id.is_not(None))
        )
    )
    rows = session.scalars(
        select(History)
        .where(History.task_id == number)
        .order_by(History.id)
        .options(selectinload(History.department))
    )
    return [
        {
            "at": _told(row.at, cal),
            "said_at": _told(row.said_at, cal),
            "actor": row.actor,
            "department": None if row.department is None else row.department.name,
            "action": row.action,
            "text": row.text,
            "update_id": row.update_id,
            **({"grade": row.facts["grade"]} if row.action == "grade" else {}),
            **({"revised": True} if _words_of(row) in revised else {}),
        }
        for row in rows
    ]


def _words_of(row: History) -> int | None:
    """The report that a line of history is about, where it is the one that tells its words."""
    return row.facts.get("report") if row.action in ("report", "record") else None


def _told(at: datetime, cal: WorkCalendar | None) -> str:
    return (at if cal is None else cal.local(at)).isoformat()
