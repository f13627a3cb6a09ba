"""What who judges a submission should know: who signed it, how often one came back."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.gate import endorsement
from tasks.models import History, Part, Person
from tasks.services.acts import Act, Office
from tasks.services.requests import is_headed
from tasks.vocabulary import Endorsement, PartState
from tasks.workflow import Action


@dataclass(frozen=True, slots=True)
class Review:
    """A submission that waits. `endorsement`: None where no head could sign it; `by` and `on`
    where one did. `returned`: how often the office sent an earlier one back."""

    endorsement: Endorsement | None = None
    by: str | None = None
    on: date | None = None
    returned: int = 0


def review_of(session: Session, office: Office, act: Act, part: Part) -> Review | None:
    """What stands around the submission of a part; None where none waits."""
    if part.state is not PartState.submitted or part.submitted_at is None:
        return None
    mark = endorsement(
        office.cal.local_date(part.submitted_at),
        office.cal.local_date(act.now),
        office.policy,
        office.cal,
        headed=is_headed(session, part),
        signed=part.endorsed_at is not None,
    )
    signer = None if part.endorsed_by_id is None else session.get(Person, part.endorsed_by_id)
    return Review(
        mark,
        None if signer is None else signer.name,
        None if part.endorsed_at is None else office.cal.local_date(part.endorsed_at),
        _sent_back(session, part),
    )


def _sent_back(session: Session, part: Part) -> int:
    returned = select(func.count()).where(
        History.part_id == part.id, History.action == Action.send_back
    )
    return session.scalars(returned).one()
