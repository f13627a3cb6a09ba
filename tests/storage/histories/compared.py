"""What must hold after every step, and every number of the summary."""

from collections import Counter

from hypothesis.stateful import (
    invariant,
)
from sqlalchemy import select

from tasks.models import Ask, Department, Part, Report, Task
from tasks.views.cards import card
from tasks.views.summary import summarise
from tasks.vocabulary import PartState, ProgressClass
from tasks.workflow import Action
from tests.storage.histories import expected
from tests.storage.histories.expected import COOPERATING
from tests.storage.histories.played import CAL, Played
from tests.storage.scene import OFFICE


class Compared(Played):
    """The database beside the model."""

    def teardown(self) -> None:
        try:
            if self.duties:
                self.compare_the_summary()
        finally:
            self.database.dispose()
            if self.server is not None:
                self.server.drop(self.database.url)

    @invariant()
    def the_tasks_are_those_of_the_model(self) -> None:
        if not self.duties:
            return
        with self.database.reading() as session:
            tasks = {task.id: task for task in session.scalars(select(Task))}
            parts = session.execute(
                select(Part, Department.name).join(Department).order_by(Part.position)
            ).all()
            for duty in self.duties:
                task = tasks[duty.number]
                found = {name: part for part, name in parts if part.task_id == task.id}
                assert {name: part.state for name, part in found.items()} == {
                    share.unit: share.state for share in duty.shares
                }
                for share in duty.held:
                    part = found[share.unit]
                    assert part.role is share.role
                    if share.open:
                        assert (part.requested_at is not None) is share.asked, share
                    assert part.due == share.own_due
                    assert part.delegate_id == share.delegate
                assert (task.due, task.original_due) == (duty.due, duty.first_due)
                assert task.extensions == duty.extensions
                assert (task.closed_at is not None) is duty.closed

    @invariant()
    def no_word_is_lost(self) -> None:
        with self.database.reading() as session:
            kept: dict[tuple[int, str], list[str]] = {}
            for number, name, text in session.execute(
                select(Part.task_id, Department.name, Report.text)
                .join(Part, Report.part_id == Part.id)
                .join(Department)
                .order_by(Report.id)
            ):
                kept.setdefault((number, name), []).append(text)
        for duty in self.duties:
            for share in duty.shares:
                texts = kept.pop((duty.number, share.unit), [])
                assert len(texts) == len(share.answers)
                for text, answer in zip(texts, share.answers, strict=True):
                    assert answer.words in text
        assert not kept

    def compare_the_summary(self) -> None:
        """Every number of the summary, from what was said."""
        self.count_the_asks()
        today = self.today
        with self.database.reading() as session:
            found = summarise(session, OFFICE, self.scene.now)
            for duty in self.duties:
                shown = card(session, OFFICE, self.scene.act(self.coordinator), duty.number)
                if shown.judged is not None:
                    assert shown.about is not None
                    assert shown.about.state in {PartState.submitted, PartState.declined}
                if Action.close in shown.actions:
                    # What is offered can be done: the part speaks for the task.
                    assert shown.about is not None
                    assert shown.about.role is not COOPERATING
                    assert shown.about.state is PartState.submitted
        assert sum(found.classes.values()) == found.total == len(self.duties)
        classes = {duty.number: expected.task_class(duty, today, CAL) for duty in self.duties}
        shown_as = {task.number: task.classified.cls for task in found.tasks}
        assert shown_as == classes
        counted = Counter(classes.values())
        assert found.classes == {cls: counted[cls] for cls in ProgressClass}
        late = {duty.number for duty in self.duties if expected.is_overdue(duty, today, CAL)}
        assert {line.task for line in found.overdue} == late
        assert found.extended == sum(duty.extensions > 0 for duty in self.duties)
        heard = expected.answered(self.duties, today, CAL)
        seen = {one.department: (one.answered, one.of) for one in found.heard.departments}
        assert seen == heard, (seen, heard)
        document = found.as_document()["answered"]
        complete = sum(answered == of > 0 for answered, of in heard.values())
        assert (document["departments"], document["of"]) == (complete, len(heard))
        rows = {row.name: row for row in found.departments}
        shares = [(duty, share) for duty in self.duties for share in duty.held]
        assert set(rows) == {share.unit for _, share in shares}
        for unit, row in rows.items():
            own = Counter(
                expected.part_class(duty, share, today, CAL)
                for duty, share in shares
                if share.unit == unit
            )
            assert row.classes == {cls: own[cls] for cls in ProgressClass}, unit
            assert row.total == own.total()

    def count_the_asks(self) -> None:
        for duty in self.duties:
            for share in duty.shares:
                share.urged.clear()
        with self.database.reading() as session:
            for ask in session.scalars(
                select(Ask).where(Ask.dropped_at.is_(None), Ask.kind != "sign")
            ):
                _, share = self.share_of(ask.part)
                if CAL.local_date(ask.raised_at) >= share.taken_on:
                    share.urged.append(CAL.local_date(ask.raised_at))
