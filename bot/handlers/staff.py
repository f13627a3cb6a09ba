"""Who there is, in chat: /invite, /people, 移交, 停用, and codes that bind.

Authority is judged by the use cases; here words and presses find their way to them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.callbacks import Press, Verb
from bot.handlers.asking import Files, Question
from bot.handlers.context import Talk
from bot.handlers.group_codes import give_code
from tasks.errors import NotAllowed, Refused, Stale
from tasks.mailroom import Dialogue, Fact
from tasks.models import Department
from tasks.services import groups, invitations, people
from tasks.services.acts import Act, is_office
from tasks.services.directory import Invited, get_department
from tasks.services.post import Kind
from tasks.vocabulary import DEPARTMENT_ROLES, Role

Facts = Mapping[str, Any]

GROUP = "group"
GROUP_WORDS = frozenset({GROUP, "群", "工作群"})
"""What is typed where a role would be, for a group."""

OURS = frozenset({"本办", "本室", "本单位", "督查室", "office"})
"""What the office calls itself when a group of its own is meant."""


def start(talk: Talk, words: str) -> None:
    """/start CODE binds the account; /start alone greets who is bound."""
    if words and not _bind(talk, words):
        return
    talk.put(Kind.welcome)


def _bind(talk: Talk, code: str) -> bool:
    """Whether the code bound. What was tried is counted although it is refused."""
    act = Act(talk.now, talk.said_at, talk.shown_name, update_id=talk.row.update_id)
    account = talk.account or talk.chat_id
    try:
        invitations.check_attempts(talk.session, account, talk.now)
        with talk.session.begin_nested():
            talk.person = invitations.accept(
                talk.session, act, code, talk.chat_id, talk.shown_name
            )
    except Refused as refusal:
        if refusal.code == "code_unknown":
            groups.attempt_failed(talk.session, account, talk.now)
        talk.refuse(refusal)
        if talk.person is None:
            talk.view("stranger")
        return False
    return True


def _invite(talk: Talk, words: str) -> None:
    if not invitations.may_invite(talk.session, talk.act):
        raise NotAllowed(action="invite")
    if not words.strip():
        talk = talk.at_home()
        talk.leave_dialogue()
        talk.session.add(
            Dialogue(chat_id=talk.chat_id, kind="invite", facts={}, asked_at=talk.now)
        )
        talk.view("invite_whom")
        return
    _invite_words(talk, {}, words)


def _chosen(talk: Talk, name: str) -> None:
    """Whom to invite was chosen: ask for the rest in words."""
    if name == GROUP:
        if not is_office(talk.session, talk.act):
            raise NotAllowed(action="invite_group")
        talk.ask("ask_invite_group", "invite_as", {"as": GROUP})
        return
    role = Role(name)
    if role not in invitations.may_invite(talk.session, talk.act):
        raise NotAllowed(action="invite")
    code = "ask_invite_in" if role in DEPARTMENT_ROLES else "ask_invite_name"
    talk.ask(code, "invite_as", {"as": role}, role=role)


def _invite_as(talk: Talk, facts: Facts, text: str) -> None:
    said = set(text.lower().split())
    named = not said.isdisjoint({*invitations.ROLE_WORDS, *GROUP_WORDS})
    _invite_words(talk, facts, text if named else f"{text} {facts['as']}")


def _invite_group(talk: Talk, words: list[str]) -> None:
    """A code for the group of a department; of the office itself where it is called so."""
    rest = " ".join(word for word in words if word.lower() not in GROUP_WORDS)
    if not rest:
        _chosen(talk, GROUP)
        return
    give_code(talk, None if rest.lower() in OURS or rest == talk.desk.office_name else rest)
    talk.at_home().leave_dialogue()


def _invite_words(talk: Talk, facts: Facts, text: str) -> None:
    words = text.split()
    if not GROUP_WORDS.isdisjoint(word.lower() for word in words):
        _invite_group(talk, words)
        return
    wanted = invitations.read_wanted(talk.session, text)
    if wanted.role not in invitations.may_invite(talk.session, talk.act):
        raise NotAllowed(action="invite")
    talk.leave_dialogue()
    if wanted.department is not None and wanted.known is None:
        talk = talk.at_home()
        kept = {"role": wanted.role, "department": wanted.department, "name": wanted.name}
        talk.session.add(
            Dialogue(chat_id=talk.chat_id, kind="invite", facts=kept, asked_at=talk.now)
        )
        talk.view("invited_where", words=text)
        return
    made = invitations.invite_by(
        talk.session, talk.act, wanted.role, wanted.department, wanted.name
    )
    _give_code(talk, made, wanted.department)


def _invited(talk: Talk, press: Press, message_id: int | None) -> None:
    """Whom to invite was chosen; or the department, while the rest waits in the question."""
    if press.name not in ("to", "new"):
        _chosen(talk, press.name)
        return
    waiting = talk.dialogue()
    if waiting is None or waiting.kind != "invite" or "role" not in waiting.facts:
        raise Stale("old_button")
    facts = waiting.facts
    department = facts["department"]
    if press.name == "to":
        unit = talk.session.get(Department, press.ids[0])
        if unit is None:
            raise Stale("old_button")
        department = unit.name
    role = invitations.ROLE_WORDS[facts["role"]]
    made = invitations.invite_by(talk.session, talk.act, role, department, facts["name"])
    talk.leave_dialogue()
    _give_code(talk, made, department)


def _give_code(talk: Talk, made: Invited, department: str | None) -> None:
    fact = talk.session.get(Fact, "bot")
    name = "" if fact is None else str(fact.value.get("username") or "")
    facts: dict[str, Any] = {"secret": made.code, "expires_at": made.expires_at}
    if name:
        facts["link"] = f"https://t.me/{name}?start={made.code}"
    talk.answer("invited" if name else "invited_no_link", **facts)


def _people(talk: Talk, words: str) -> None:
    if not is_office(talk.session, talk.act):
        raise NotAllowed(action="hand_over")
    if not words.strip():
        raise Refused("usage_people")
    talk.view("people", department=get_department(talk.session, words).id)


def _pressed(talk: Talk, press: Press, message_id: int | None) -> str | None:
    person = press.ids[0]
    if press.name == "stop":
        stopped = people.stop(talk.session, talk.act, person)
        if message_id is not None:
            talk.show_answer("person_stopped", message_id)
        return talk.toast("person_stopped_toast", name=stopped.name)
    if press.name == "to":
        if len(press.ids) != 2:
            raise Stale("old_button")
        heir = people.hand_over(talk.session, talk.act, person, press.ids[1])
        talk.show_answer("handed_over", message_id)
        return talk.toast("handed_over_toast", name=heir.name)
    found = people.check_person(talk.session, talk.act, person)
    if press.name == "new":
        talk.ask("ask_successor", "successor", {"person": person}, name=found.name)
    else:
        talk.view("stop_person" if press.name == "ask" else "successor", person=person)
    return None


def _successor_named(talk: Talk, facts: Facts, text: str) -> None:
    made = people.hand_over_to_new(talk.session, talk.act, int(facts["person"]), text)
    talk.leave_dialogue()
    _give_code(talk, made, None)


STAFF_COMMANDS: dict[str, Callable[[Talk, str], None]] = {"invite": _invite, "people": _people}
STAFF_VERBS: dict[Verb, Callable[[Talk, Press, int | None], str | None]] = {
    Verb.people: _pressed,
    Verb.invite: _invited,
}
STAFF_ANSWERS: dict[str, Question] = {
    "invite": Question(_invite_words, Files.apart, "invited_where"),
    "invite_as": Question(_invite_as, Files.apart),
    "successor": Question(_successor_named, Files.apart),
}
STAFF_MENDABLE = frozenset(
    {"usage_invite", "department_needed", "department_not_wanted", "no_such_department"}
)
