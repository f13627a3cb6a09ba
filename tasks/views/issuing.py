"""交办 before it is done: what would go out, to whom, and what would stay."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tasks.models import Clause, ClauseRole
from tasks.services.acts import Act, Office, get_notice
from tasks.services.notices import named_owners, stays_because
from tasks.views.drafts import DraftView, draft_of, shown_of
from tasks.views.names import Names
from tasks.vocabulary import ClauseState, WaiveReason


@dataclass(frozen=True, slots=True)
class Recipient:
    """What one department would be handed. `people`: its contacts, and whether each is bound;
    `is_new`: the department is made by issuing; `resembles`: known ones that look alike."""

    department: str
    lead: int
    cooperating: int
    each: int
    people: tuple[tuple[str, bool], ...]
    is_new: bool
    resembles: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """交办 before it is done: what goes out, to whom, and what stays."""

    draft: DraftView
    recipients: tuple[Recipient, ...]
    information: int


def preview(session: Session, office: Office, act: Act, notice_id: int) -> Preview:
    """What issuing would do now. Raises NotFound."""
    notice = get_notice(session, notice_id)
    shown, names = shown_of(session, notice.id), Names(session)
    view = draft_of(session, office, act, notice, shown, names)
    ready = [
        one
        for one in shown
        if one.state is ClauseState.open and stays_because(one, view.today) is None
    ]
    information = sum(one.waived_as is WaiveReason.information for one in shown)
    return Preview(view, tuple(_recipients(ready, names)), information)


def _recipients(ready: Iterable[Clause], names: Names) -> list[Recipient]:
    handed: dict[str, Counter[ClauseRole]] = {}
    for one in ready:
        roles: dict[str, ClauseRole] = {}
        for owner in named_owners(one):
            found = names.department(owner.name)
            called = owner.name if found is None else found.name
            # Two names may mean one department: whoever leads does not also cooperate.
            if roles.get(called, ClauseRole.cooperating) is ClauseRole.cooperating:
                roles[called] = owner.role
        for called, role in roles.items():
            handed.setdefault(called, Counter())[role] += 1
    recipients = []
    for called, counts in handed.items():
        found = names.department(called)
        people = [] if found is None else [grant.person for grant in found.grants]
        told = dict.fromkeys((one.name, one.chat_id is not None) for one in people)
        recipients.append(
            Recipient(
                called,
                counts[ClauseRole.lead] + counts[ClauseRole.joint],
                counts[ClauseRole.cooperating],
                counts[ClauseRole.each],
                tuple(told),
                found is None,
                () if found is not None else names.alike(called),
            )
        )
    return recipients
