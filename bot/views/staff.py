"""Who there is, as the office sees it: people of a department, who bound what, successors."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.render import staff as shown
from bot.render.message import Message
from tasks.errors import NotAllowed, NotFound
from tasks.models import Department, Person
from tasks.services import absences, people
from tasks.services.acts import is_office
from tasks.services.invitations import may_invite, read_wanted
from tasks.views.absent import Away, absent
from tasks.views.names import Names
from tasks.vocabulary import Role

if TYPE_CHECKING:
    from bot.views import Wish

Shown = tuple[tuple[Message, ...], tuple[int, ...]]


def _people(wish: "Wish") -> Shown:
    found = people.people_in(wish.session, wish.act, wish.facts["department"])
    unit = wish.session.get(Department, wish.facts["department"])
    if unit is None:
        raise NotFound("no_such_person")
    away = absent(wish.session)
    return shown.people(wish.voice, unit.name, [_line(one, away) for one in found]), ()


def _line(person: Person, away: Mapping[int, Away] | None = None) -> shown.PersonLine:
    roles = tuple(
        (grant.role, None if grant.department is None else grant.department.name)
        for grant in person.grants
    )
    absence = (away or {}).get(person.id)
    return shown.PersonLine(person.id, person.name, roles, person.chat_id is not None, absence)


def _bound(wish: "Wish") -> Shown:
    if not is_office(wish.session, wish.act):
        raise NotAllowed(action="hand_over")
    person = wish.session.get(Person, wish.facts["person"])
    if person is None:
        raise NotFound("no_such_person")
    return shown.bound(wish.voice, _line(person), wish.facts["account"]), ()


def _stop(wish: "Wish") -> Shown:
    person = people.check_person(wish.session, wish.act, wish.facts["person"])
    return shown.ask_stop(wish.voice, _line(person)), ()


def _successor(wish: "Wish") -> Shown:
    person = people.check_person(wish.session, wish.act, wish.facts["person"])
    others = people.successors_of(wish.session, wish.act, person.id)
    return shown.successor(wish.voice, _line(person), [_line(one) for one in others]), ()


def _invite_whom(wish: "Wish") -> Shown:
    roles = may_invite(wish.session, wish.act)
    if not roles:
        raise NotAllowed(action="invite")
    return shown.invite_whom(wish.voice, [role for role in Role if role in roles]), ()


def _invited_where(wish: "Wish") -> Shown:
    wanted = read_wanted(wish.session, wish.facts["words"])
    if wanted.role not in may_invite(wish.session, wish.act) or wanted.department is None:
        raise NotAllowed(action="invite")
    alike = Names(wish.session).meant(wanted.department)
    return shown.which_department(wish.voice, wanted.department, alike), ()


def _deputies(wish: "Wish") -> Shown:
    found = absences.deputies_for(wish.session, wish.act.person_id or 0)
    until, row = wish.facts["until"], wish.facts["row"]
    return shown.deputies(wish.voice, until, row, [_line(one) for one in found]), ()


STAFF_VIEWS: Mapping[str, Callable[["Wish"], Shown]] = {
    "people": _people,
    "bound": _bound,
    "stop_person": _stop,
    "successor": _successor,
    "invite_whom": _invite_whom,
    "invited_where": _invited_where,
    "deputies": _deputies,
}
