"""What every answer needs of the installation: the office, its voice, its clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.render.voice import Voice
from config.settings import Settings
from tasks.calendars import WorkCalendar
from tasks.models import Person
from tasks.policy import Policy
from tasks.services.acts import Act, Office
from tasks.staff import Group
from tasks.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Desk:
    """The issuing office at work. `now` reads the office clock (aware, UTC)."""

    office: Office
    office_name: str
    office_phone: str | None
    language: str
    admin_ids: frozenset[int]
    now: Callable[[], datetime]

    def voice(self, reader: Person | Group | None = None) -> Voice:
        """The words for a person or a group: their own language, else the office's."""
        language = (reader.language if reader is not None else None) or self.language
        cal = self.office.cal
        today = cal.local_date(self.now())
        return Voice(language, self.office_name, self.office_phone, cal, today)

    def act(
        self,
        person: Person,
        *,
        now: datetime | None = None,
        said_at: datetime | None = None,
        update_id: int | None = None,
    ) -> Act:
        """That person acting now, with the rights of recovery where the operator gave them."""
        moment = now or self.now()
        recovery = person.chat_id is not None and person.chat_id in self.admin_ids
        return Act(
            now=moment,
            said_at=min(said_at or moment, moment),
            actor=person.name,
            person_id=person.id,
            update_id=update_id,
            granted=frozenset({Role.admin}) if recovery else frozenset(),
        )


def office_of(settings: Settings) -> Office:
    """The office's calendar and policy from the settings."""
    cal = WorkCalendar(settings.timezone, settings.working_days)
    return Office(cal, Policy(), settings.issue_needs_approval)


def desk_of(settings: Settings, now: Callable[[], datetime]) -> Desk:
    """The desk that these settings describe."""
    return Desk(
        office=office_of(settings),
        office_name=settings.office_name,
        office_phone=settings.office_phone or None,
        language=settings.language,
        admin_ids=frozenset(settings.admin_ids),
        now=now,
    )
