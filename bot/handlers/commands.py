"""The commands of the chat (design §7), one function each."""

from collections.abc import Callable
from typing import Any

from bot.handlers import spoken
from bot.handlers.approvals import show_waiting
from bot.handlers.away import AWAY_COMMANDS
from bot.handlers.broadcasts import BROADCAST_COMMANDS
from bot.handlers.byhand import BYHAND_COMMANDS
from bot.handlers.closing import pause_command
from bot.handlers.context import Talk
from bot.handlers.group_codes import bind_in_private
from bot.handlers.records import RECORD_COMMANDS
from bot.handlers.reporting import open_report
from bot.handlers.staff import STAFF_COMMANDS
from bot.handlers.staff import start as start
from bot.handlers.words import report_on
from bot.views import notice_named, view_facts
from tasks.errors import NotAllowed, Refused
from tasks.services.acts import is_office, roles_of
from tasks.services.leaders import attached
from tasks.services.nudges import nudge
from tasks.services.post import Kind
from tasks.text import storable
from tasks.views import drafts
from tasks.views.cards import card, sees_all
from tasks.vocabulary import Role
from tasks.workflow import OFFICE

Command = Callable[[Talk, str], None]

LANGUAGES = {"zh": "zh", "中文": "zh", "汉语": "zh", "en": "en", "英文": "en", "english": "en"}
"""The languages there are, as people name them."""


def _help(talk: Talk, words: str) -> None:
    talk.view("help")


def _my(talk: Talk, words: str) -> None:
    if not talk.departments:
        roles = roles_of(talk.session, talk.act)
        if Role.leader in roles and attached(talk.session, talk.act.person_id):
            talk.view("attached")
            return
        talk.view("queue" if roles & OFFICE else "summary")
        return
    talk.view("my")


def _task(talk: Talk, words: str) -> None:
    number = number_of(words, "usage_task")
    card(talk.session, talk.office, talk.act, number)
    talk.put(Kind.card, task=number)


def _report(talk: Talk, words: str) -> None:
    first, text = spoken.first_word(words.lstrip("#＃"))
    number = number_of(first, "usage_report")
    if not text:
        open_report(talk, number)
        return
    report_on(talk, number, text)


def _scoped(name: str) -> Command:
    def show(talk: Talk, words: str) -> None:
        facts: dict[str, Any] = view_facts(talk.session, talk.act, name, words)
        facts.pop("name")
        talk.view(name, **facts)

    return show


def _who(talk: Talk, words: str) -> None:
    if not sees_all(talk.session, talk.act):
        raise NotAllowed(action="who")
    if words:
        number = number_of(words, "usage_task")
        card(talk.session, talk.office, talk.act, number)
        talk.view("who", task=number)
    else:
        talk.view("who")


def _log(talk: Talk, words: str) -> None:
    number = number_of(words, "usage_task")
    card(talk.session, talk.office, talk.act, number)
    talk.view("log", task=number)


def _plainly(name: str) -> Command:
    def show(talk: Talk, words: str) -> None:
        talk.view(name)

    return show


def _queue(talk: Talk, words: str) -> None:
    if Role.leader in roles_of(talk.session, talk.act) and not is_office(talk.session, talk.act):
        show_waiting(talk)
    else:
        talk.view("queue")


def _draft(talk: Talk, words: str) -> None:
    if not is_office(talk.session, talk.act):
        raise NotAllowed(action="draft")
    if words:
        notice = notice_named(talk.session, words)
        if notice is None:
            raise Refused("usage_draft")
        talk.view("draft", notice=notice.id)
        return
    waiting = drafts.with_open_clauses(talk.session)
    if len(waiting) == 1:
        talk.view("draft", notice=waiting[0])
    else:
        talk.view("drafts")


def _remind(talk: Talk, words: str) -> None:
    if not roles_of(talk.session, talk.act) & OFFICE:
        raise NotAllowed(action="nudge")
    nudged = nudge(talk.session, talk.office, talk.act, number_of(words, "usage_remind"))
    talk.answer(
        "nudged",
        tasks=(nudged.task,),
        task=nudged.task,
        told=nudged.told,
        unreached=nudged.unreached,
        undelivered=nudged.undelivered,
    )


def _in_group(talk: Talk, words: str) -> None:
    talk.answer("bind_in_group")


def _cancel(talk: Talk, words: str) -> None:
    talk.answer(
        "cancelled_dialogue" if talk.leave_dialogue(cancelled=True) else "nothing_to_cancel"
    )


def _lang(talk: Talk, words: str) -> None:
    assert talk.person is not None
    talk.person.language = language_of(words, talk.voice.language)
    talk.session.flush()
    talk.answer("language_set")


def language_of(words: str, now: str) -> str:
    """The language that is named; the other one where none is. Raises Refused."""
    name = words.strip()
    if not name:
        return "en" if now == "zh" else "zh"
    if name.lower() not in LANGUAGES:
        raise Refused("language_unknown", name=storable(name)[:20])
    return LANGUAGES[name.lower()]


def number_of(words: str, usage: str) -> int:
    """A task number as people type it: 12, #12, 12号. Raises Refused with the usage."""
    digits = words.strip().lstrip("#＃").rstrip("号").strip()
    if not (digits.isdecimal() and len(digits) < 10):
        raise Refused(usage)
    return int(digits)


COMMANDS: dict[str, Command] = {
    "start": start,
    "help": _help,
    "my": _my,
    "task": _task,
    "report": _report,
    "summary": _scoped("summary"),
    "overdue": _scoped("overdue"),
    "notices": _plainly("notices"),
    **BYHAND_COMMANDS,
    "draft": _draft,
    "queue": _queue,
    "remind": _remind,
    **BROADCAST_COMMANDS,
    "pause": pause_command,
    **RECORD_COMMANDS,
    "who": _who,
    "log": _log,
    **STAFF_COMMANDS,
    **AWAY_COMMANDS,
    "bind": bind_in_private,
    "unbind": _in_group,
    "cancel": _cancel,
    "lang": _lang,
}

TYPED: dict[str, tuple[str, str]] = {
    "汇总": ("summary", ""),
    "我的任务": ("my", ""),
    "超期": ("overdue", ""),
    "未反馈": ("who", ""),
    "帮助": ("help", ""),
    "summary": ("summary", ""),
    "my tasks": ("my", ""),
    "overdue": ("overdue", ""),
    "unanswered": ("who", ""),
    "help": ("help", ""),
    **dict.fromkeys(("回来", "已回", "已返回", "结束外出", "取消外出"), ("away", "off")),
}
"""Everyday words for a command, with what would follow it."""


def typed_command(talk: Talk, text: str) -> bool:
    """Run the command for which these words stand; False where they stand for none."""
    name, words = TYPED.get(text.strip().lower(), ("", ""))
    day = spoken.away_until(text)
    if day is not None:
        name, words = "away", day
    if not name:
        return False
    COMMANDS[name](talk, words)
    return True
