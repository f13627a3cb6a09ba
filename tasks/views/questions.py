"""One question with what a coordinator has to know of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.casework import Question
from tasks.errors import NotFound
from tasks.models import Part, Person, Task
from tasks.services.acts import HIGHEST_ID
from tasks.services.questions import grants_of
from tasks.vocabulary import ENDED_STATES


@dataclass(frozen=True, slots=True)
class QuestionView:
    """Words of a department's person. `tasks`: those to which unmatched words may belong;
    `by`: who answered them or said that they need no answer."""

    id: int
    person: str
    departments: tuple[str, ...]
    task: int | None
    task_text: str | None
    text: str
    asked_at: datetime
    unmatched: bool
    tasks: tuple[int, ...]
    answer: str | None = None
    settled: bool = False
    by: str | None = None

    @property
    def waits(self) -> bool:
        return self.answer is None and not self.settled


def question(session: Session, question_id: int) -> QuestionView:
    """The question with that id. Raises NotFound. Whoever asks has been found to be allowed."""
    row = session.get(Question, question_id) if 0 < question_id <= HIGHEST_ID else None
    if row is None:
        raise NotFound("no_such_question")
    departments = grants_of(session, row.person_id)
    task = None if row.task_id is None else session.get_one(Task, row.task_id)
    by = None if row.answered_by_id is None else session.get_one(Person, row.answered_by_id).name
    open_tasks: tuple[int, ...] = ()
    if row.unmatched:
        open_tasks = tuple(
            session.scalars(
                select(Part.task_id)
                .where(
                    Part.department_id.in_([one.id for one in departments]),
                    Part.state.not_in(ENDED_STATES),
                )
                .group_by(Part.task_id)
                .order_by(Part.task_id)
            )
        )
    return QuestionView(
        row.id,
        row.person.name,
        tuple(one.name for one in departments),
        row.task_id,
        None if task is None else task.text,
        row.text,
        row.asked_at,
        row.unmatched,
        open_tasks,
        row.answer,
        row.settled_at is not None,
        by,
    )
