"""A task that a coordinator adds by hand to a notice: read from one typed sentence, handed out.

A department is never made here: whoever is named is known already, or one of those that look
alike is chosen first. While a notice is a draft, or issuing needs a leader's word, the duty
waits in the draft as any other clause does.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tasks.errors import NotAllowed, Refused
from tasks.instructions import Owner, read_limit, read_owners
from tasks.models import ClauseRole
from tasks.reading import words
from tasks.reading.dates import Era, limits
from tasks.reading.source import fold
from tasks.services.acts import Act, Office, is_office, record, schedule
from tasks.services.directory import get_department
from tasks.services.notices import issue_clause
from tasks.services.post import tell_issued
from tasks.services.steps import begin, put_owners
from tasks.text import storable
from tasks.vocabulary import ClauseKind, ClauseState, FollowUp, NoticeState

LONGEST = 2000
"""Characters of a duty that is typed."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty as it was typed. `due` None: no limit; `literal`: the words of the limit."""

    owners: tuple[Owner, ...]
    text: str
    due: date | None
    literal: str | None


@dataclass(frozen=True, slots=True)
class Added:
    """The number of the new clause, and of its task if it was handed out at once."""

    notice: int
    clause: int
    task: int | None


def read_duty(text: str, today: date, year: int | None = None) -> Duty:
    """A typed duty: owners, a colon, what is to be done and perhaps by when.

    市教育局牵头，市财政局配合：开展……，12月31日前完成. Raises Refused where there are no owners
    or nothing is to be done.
    """
    text = " ".join(storable(text).split())
    if len(text) > LONGEST:
        raise Refused("clause_too_long", limit=LONGEST)
    folded = fold(text)
    for colon in (place for place, sign in enumerate(folded) if sign == "："):
        if folded[:colon].strip() in words.LABELS_LONGEST_FIRST:
            continue
        try:
            owners = read_owners(text[:colon])
        except Refused:
            continue
        said = text[colon + 1 :].strip()
        if owners and said:
            return Duty(owners, *_limited(said, today, year))
    raise Refused("by_hand_unreadable", text=text[:60])


def _limited(text: str, today: date, year: int | None) -> tuple[str, date | None, str | None]:
    """What is to be done and by when: a piece that is a limit and nothing else, else the one
    day that the sentence names. 无时限 at the end says nothing of what is to be done."""
    pieces = re.split(r"(?<=[，,。；;])", text)
    for place in range(len(pieces) - 1, -1, -1):
        piece = pieces[place].strip("，,。；; ")
        if not piece:
            continue
        try:
            found = read_limit(piece, today, year)
        except Refused:
            continue
        if found is not None:
            return text, found.day, found.text
        left = "".join(pieces[:place]).rstrip("，,。；; ")
        return (left or text), None, None
    named = [one for one in limits(fold(text), Era(max(today.year, year or 0), today)) if one.day]
    if len(named) == 1:
        return text, named[0].day, named[0].text
    return text, None, None


def add_task(
    session: Session,
    office: Office,
    act: Act,
    notice_id: int,
    text: str,
    owners: Sequence[tuple[str, ClauseRole]],
    due: date | None = None,
    literal: str | None = None,
) -> Added:
    """Add a duty to a notice and hand it out at once; where the notice is a draft or issuing
    needs a leader's word, it waits in the draft.

    Raises NotFound for a notice or a department that is not known, NotAllowed, or Refused:
    nobody who leads, nothing to do, a limit that has passed.
    """
    if not is_office(session, act):
        raise NotAllowed(action="issue")
    text = storable(text).strip()
    if not text:
        raise Refused("empty_clause")
    if len(text) > LONGEST:
        raise Refused("clause_too_long", limit=LONGEST)
    named = [(get_department(session, name).name, role) for name, role in owners]
    if not any(role is not ClauseRole.cooperating for _, role in named):
        raise Refused("lead_needed")
    if due is not None and due < office.cal.local_date(act.now):
        raise Refused("by_hand_past", due=due)
    step = begin(session, act, notice_id, "add")
    end = len(step.notice.text)
    clause = step.make(
        section=None,
        start=end,
        end=end,
        text=text,
        kind=ClauseKind.department_duty,
        state=ClauseState.open,
        follow_up=FollowUp.standing if due is None else FollowUp.dated,
        deadline=due,
        deadline_text=literal,
    )
    put_owners(session, clause, named)
    step.done()
    if office.needs_approval or step.notice.state is NoticeState.draft:
        return Added(notice_id, clause.position, None)
    task = issue_clause(session, act, step.notice, clause)
    schedule(task, office)
    record(session, act, "issue", task=task, facts={"by_hand": True})
    tell_issued(session, act, step.notice, [task])
    session.flush()
    return Added(notice_id, clause.position, task.id)
