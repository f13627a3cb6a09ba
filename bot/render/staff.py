"""PURE. People as the office sees them: who speaks for a department, who bound an account."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.callbacks import Press, Verb
from bot.render.absent import away
from bot.render.buttons import button, keyboard
from bot.render.message import MAX_TEXT, Message
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import Html, cut, one_line
from tasks.views.absent import Away
from tasks.vocabulary import Role


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody, the roles they hold and whether an account is bound."""

    id: int
    name: str
    roles: tuple[tuple[Role, str | None], ...]
    bound: bool
    away: Away | None = None


SHOWN = 30
"""People with buttons of their own in one list."""


def people(voice: Voice, department: str, found: Sequence[PersonLine]) -> tuple[Message, ...]:
    """Everybody of a department, and what can be done when somebody leaves."""
    lines = [voice.say("staff.people", department=department)]
    if not found:
        lines.append(voice.say("staff.nobody"))
    lines += [_line(voice, one) for one in found]
    groups = [
        (
            button(voice, "hand_over", Press(Verb.people, (one.id,), "hand"), name=_name(one)),
            button(voice, "stop_person", Press(Verb.people, (one.id,), "ask"), name=_name(one)),
        )
        for one in found[:SHOWN]
    ]
    return fit(lines, keyboard(*groups))


def bound(voice: Voice, person: PersonLine, account: str) -> tuple[Message, ...]:
    """Who bound what, with which account: so that a code that was passed on is noticed."""
    if not person.bound or not person.roles:
        return fit([voice.say("staff.stopped", name=person.name)], ())
    lines = [
        voice.say("staff.bound", name=person.name),
        *(_role(voice, role, unit) for role, unit in person.roles),
        voice.say("staff.account", account=account),
        voice.say("staff.check"),
    ]
    press = Press(Verb.people, (person.id,), "stop")
    return fit(lines, keyboard([button(voice, "stop_now", press, "danger")]))


def ask_stop(voice: Voice, person: PersonLine) -> tuple[Message, ...]:
    """Whether somebody is really to be taken out."""
    press = Press(Verb.people, (person.id,), "stop")
    asked = voice.say("staff.ask_stop", name=person.name)
    return fit([asked], keyboard([button(voice, "stop_now", press, "danger")]))


def successor(
    voice: Voice, person: PersonLine, others: Sequence[PersonLine]
) -> tuple[Message, ...]:
    """Who takes over everything of somebody who leaves."""
    chosen = [
        button(voice, "person", Press(Verb.people, (person.id, one.id), "to"), name=_name(one))
        for one in others[:SHOWN]
    ]
    fresh = button(voice, "new_person", Press(Verb.people, (person.id,), "new"))
    asked = voice.say("staff.successor", name=person.name)
    return fit([asked], keyboard(chosen, [fresh]))


def deputies(
    voice: Voice, until: str, row: int, others: Sequence[PersonLine]
) -> tuple[Message, ...]:
    """Who is asked while somebody is away. `row`: the words in which the day was said."""
    chosen = [
        button(voice, "person", Press(Verb.deputy, (one.id, row)), name=_name(one))
        for one in others[:SHOWN]
    ]
    nobody = button(voice, "no_deputy", Press(Verb.deputy, (0, row)))
    return fit([voice.say("staff.deputies", until=until)], keyboard(chosen, [nobody]))


def returned(voice: Voice, waiting: Sequence[Message], *, more: bool) -> tuple[Message, ...]:
    """What waits for somebody who is there again, headed by that. `more`: it is not all."""
    head = voice.say("staff.returned_more" if more else "staff.returned")
    if not waiting:
        return fit([head])
    first, *rest = waiting
    text = f"{head}\n{first.text}"
    return (replace(first, text=text), *rest) if len(text) <= MAX_TEXT else tuple(waiting)


def invite_whom(voice: Voice, roles: Sequence[Role]) -> tuple[Message, ...]:
    """Whom to invite: somebody of each role that the reader may give, or a group."""
    chosen = [
        button(voice, "role", Press(Verb.invite, (0,), role.value), role=role) for role in roles
    ]
    group = button(voice, "invite_group", Press(Verb.invite, (0,), "group"))
    return fit([voice.say("staff.invite_whom")], keyboard([*chosen, group]))


def which_department(
    voice: Voice, name: str, alike: Sequence[tuple[int, str]]
) -> tuple[Message, ...]:
    """A department that is not known: one of those that look like it, or a new one."""
    lines = [voice.say("staff.unknown_department", name=name)]
    known = [
        button(voice, "person", Press(Verb.invite, (key,), "to"), name=cut(one_line(title), 24))
        for key, title in alike
    ]
    fresh = button(voice, "new_department", Press(Verb.invite, (0,), "new"))
    return fit(lines, keyboard(known, [fresh]))


def _line(voice: Voice, one: PersonLine) -> Html:
    roles = voice.listed(voice.term(role) for role, _ in one.roles)
    key = "staff.line" if one.bound else "staff.unbound"
    return voice.say(key, name=_name(one), roles=roles, away=away(voice, one.away))


def _role(voice: Voice, role: Role, unit: str | None) -> Html:
    if unit is None:
        return voice.say("staff.role", role=role)
    return voice.say("staff.role_in", role=role, department=unit)


def _name(one: PersonLine) -> str:
    return cut(one_line(one.name), 16) or f"{one.id}"
