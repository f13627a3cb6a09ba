"""What is said and pressed in a group: heard only when the bot is meant, judged by who it is.

Answers of a department's people count there, as a reply to a message of ours or with /report.
Whoever is not bound is told once how to be; a stranger's words are nobody's report and are
forgotten, like all that is not meant for the bot. What has to be typed, and what is not for
everybody, goes to the person's own chat.
"""

from collections.abc import Callable

from sqlalchemy.orm import Session
from telegram import Message

from bot.callbacks import Press, Verb, decode
from bot.groups import HELP, VIEWS
from bot.handlers import edits
from bot.handlers.attachments import joins_album, keep, settle, text_of
from bot.handlers.commands import COMMANDS, language_of, number_of
from bot.handlers.context import Talk
from bot.handlers.presses import on_press
from bot.handlers.spoken import command_of, first_word
from bot.handlers.words import free_words, report_on
from bot.views import view_facts
from tasks import inbox
from tasks.errors import Refused
from tasks.mailroom import Fact
from tasks.replies import is_small_talk
from tasks.services import deliveries, groups
from tasks.services.acts import Act
from tasks.services.groups import Place
from tasks.services.post import Kind, reply
from tasks.staff import Group
from tasks.views.cards import card, sees_all

VERBS_IN_GROUPS = frozenset(
    {
        Verb.confirm,
        Verb.no_change,
        Verb.nothing_to_add,
        Verb.open,
        Verb.sign,
        Verb.sign_all,
        Verb.submit,
        Verb.withdraw,
    }
)
"""Presses that are answered where they are made; what any other opens is the person's own."""


def on_group_message(talk: Talk, message: Message, *, edited: bool = False) -> bool:
    """Handle a message of a group; False where it was not for the bot. Raises a DubanError
    for what is refused."""
    moved = message.migrate_to_chat_id, message.migrate_from_chat_id
    if any(moved):
        old, new = (talk.chat_id, moved[0]) if moved[0] else (moved[1], talk.chat_id)
        assert old is not None
        assert new is not None
        deliveries.chat_moved(talk.session, old, new)
        return True
    text = text_of(message)
    command, words = _command(talk.session, text)
    quoted = talk.quoted(message)
    name = bot_name(talk.session)
    mentioned = bool(name) and f"@{name}".lower() in text.lower()
    if command is None and (text.startswith("/") or (quoted is None and not mentioned)):
        inbox.forget(talk.session, talk.row.id)
        return False
    talk.reply_to = message.message_id
    if command == "bind" or (command == "start" and words):
        if not edited:
            _bind(talk, words, message)
        return True
    if not _welcome(talk):
        inbox.forget(talk.session, talk.row.id)
        return True
    talk.album, talk.message_id = message.media_group_id, message.message_id
    if joins_album(talk, message) if not edited else edits.begin(talk, text):
        return True
    if command is None:
        about = [] if quoted is None else list(quoted.tasks)
        _words(talk, _without(text, name), edits.quoted(talk) or about)
    elif command == "report" or not edited:
        _COMMANDS.get(command, _elsewhere)(talk, words)
    if edited:
        edits.finish(talk, text)
        keep(talk, talk.kept, message, talk.row.id)
    else:
        settle(talk, message)
    return True


def press_in_group(talk: Talk, data: str, message_id: int | None) -> str | None:
    """Do what a button of a group says for who pressed it; the toast to show. Raises a
    DubanError for what is refused."""
    talk.group = groups.group_at(talk.session, talk.chat_id, talk.thread_id)
    if talk.group is None:
        raise Refused("group_gone_toast")
    if talk.person is None:
        raise Refused("group_stranger_toast")
    if not _is_known(talk, talk.group):
        _raise_foreign(talk.group, "group_foreign_toast", "group_foreign_office_toast")
    press = decode(data)
    if _stays(press):
        return on_press(talk, data, message_id)
    told = on_press(talk.at_home(), data, None)
    if press.verb is Verb.report:
        return talk.toast("group_report_toast")
    return told or talk.toast("group_private_toast")


def bot_name(session: Session) -> str:
    """The bot's own name in Telegram, empty before it was told."""
    fact = session.get(Fact, "bot")
    return "" if fact is None else str(fact.value.get("username") or "")


def _stays(press: Press) -> bool:
    if press.verb is Verb.view:
        return press.name.partition("=")[0] in VIEWS
    return press.verb in VERBS_IN_GROUPS


def _command(session: Session, text: str) -> tuple[str | None, str]:
    """The command that is meant for this bot and the words behind it. One that no command of
    ours is has to name the bot: other bots have theirs."""
    if not text.startswith("/"):
        return None, text
    name, words = command_of(text)
    at, addressee = text.split(maxsplit=1)[0].partition("@")[1:]
    if name is None or (at and addressee.lower() != bot_name(session).lower()):
        return None, text
    if not at and name not in _COMMANDS and name not in COMMANDS:
        return None, text
    return name, words


def _without(text: str, name: str) -> str:
    """The words without the bot's name, by which it was called."""
    at = text.lower().find(f"@{name}".lower()) if name else -1
    return text if at < 0 else f"{text[:at]} {text[at + len(name) + 1 :]}".strip()


def _welcome(talk: Talk) -> bool:
    """Whether the group is bound and the person may use it; else they are told, those who
    cannot know better only once."""
    group = groups.group_at(talk.session, talk.chat_id, talk.thread_id)
    if group is None:
        day = talk.office.cal.local_date(talk.now)
        _once(talk, f"group-not-bound:{talk.chat_id}:{talk.thread_id}:{day}", "group_not_bound")
        return False
    if talk.person is None:
        key = f"group-stranger:{talk.chat_id}:{talk.account}"
        _once(talk, key, "group_stranger", name=talk.shown_name)
        return False
    if not _is_known(talk, group):
        _raise_foreign(group, "group_foreign", "group_foreign_office")
    talk.group = group
    return True


def _once(talk: Talk, key: str, code: str, **facts: str) -> None:
    reply(
        talk.session,
        talk.chat_id,
        Kind.answer,
        talk.now,
        key,
        thread_id=talk.thread_id,
        code=code,
        facts=facts,
        tasks=[],
        reply_to=talk.reply_to,
    )


def _is_known(talk: Talk, group: Group) -> bool:
    return groups.belongs(talk.session, talk.act, group) or sees_all(talk.session, talk.act)


def _raise_foreign(group: Group, code: str, of_office: str) -> None:
    if group.department is None:
        raise Refused(of_office)
    raise Refused(code, department=group.department.name)


def _words(talk: Talk, text: str, quoted: list[int]) -> None:
    """Words that answer us. Courtesies are left alone: nobody asked for an echo."""
    if not text.strip() or is_small_talk(text):
        return
    _needs_department(talk)
    free_words(talk, text, quoted)


def _needs_department(talk: Talk) -> None:
    """Raises Refused for who speaks for nobody here: the office, a leader."""
    if not talk.departments:
        assert talk.group is not None
        _raise_foreign(talk.group, "group_foreign", "group_foreign_office")


def _bind(talk: Talk, words: str, message: Message) -> None:
    if not words:
        raise Refused("usage_bind")
    act = Act(talk.now, talk.said_at, talk.shown_name, update_id=talk.row.update_id)
    if talk.person is not None:
        act = talk.act
    place = Place(
        talk.chat_id, talk.thread_id, message.chat.title or f"{talk.chat_id}", talk.account
    )
    try:
        groups.check_attempts(talk.session, place.account, talk.now)
        with talk.session.begin_nested():
            group = groups.bind_group(talk.session, act, words, place)
    except Refused as refusal:
        if refusal.code == "group_code_refused":
            groups.attempt_failed(talk.session, place.account, talk.now)
        talk.refuse(refusal)
        return
    if group.department is None:
        talk.answer("group_bound_office")
    else:
        talk.answer("group_bound", department=group.department.name)


def _unbind(talk: Talk, words: str) -> None:
    assert talk.group is not None
    groups.unbind_group(talk.session, talk.act, talk.group)
    talk.group = None
    talk.answer("group_unbound")


def _lang(talk: Talk, words: str) -> None:
    assert talk.group is not None
    chosen = language_of(words, talk.desk.voice(talk.group).language)
    groups.set_language(talk.session, talk.act, talk.group, chosen)
    talk.answer("language_set")


def _help(talk: Talk, words: str) -> None:
    talk.view(HELP)


def _my(talk: Talk, words: str) -> None:
    assert talk.group is not None
    if talk.group.department_id is None:
        _elsewhere(talk, words)
    else:
        talk.view("my")


def _task(talk: Talk, words: str) -> None:
    assert talk.group is not None
    number = number_of(words, "usage_task")
    card(talk.session, talk.office, groups.looking(talk.group, talk.now), number)
    talk.put(Kind.card, task=number)


def _report(talk: Talk, words: str) -> None:
    first, text = first_word(words.lstrip("#＃"))
    number = number_of(first, "usage_report")
    if not text:
        raise Refused("usage_report")
    _needs_department(talk)
    report_on(talk, number, text)


def _scoped(name: str) -> Callable[[Talk, str], None]:
    def show(talk: Talk, words: str) -> None:
        facts = view_facts(talk.session, talk.act, name, words)
        facts.pop("name")
        talk.view(name, **facts)

    return show


def _elsewhere(talk: Talk, words: str) -> None:
    talk.answer("group_private")


_COMMANDS: dict[str, Callable[[Talk, str], None]] = {
    "start": _help,
    "help": _help,
    "my": _my,
    "task": _task,
    "report": _report,
    "summary": _scoped("summary"),
    "overdue": _scoped("overdue"),
    "unbind": _unbind,
    "lang": _lang,
}
