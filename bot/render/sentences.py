"""PURE. Short answers: what was done, what was refused and why, what is asked next."""

from collections.abc import Mapping
from typing import Any

from bot.callbacks import Press, Verb
from bot.render.buttons import button, keyboard
from bot.render.message import Message
from bot.render.paging import fit
from bot.render.voice import Voice
from tasks.errors import DubanError
from tasks.vocabulary import DEPARTMENT_ROLES, Role

MAX_TOAST = 200
"""Bot API, answerCallbackQuery."""

MAX_PLACEHOLDER = 64
"""Bot API, ForceReply."""

_OFFICE = frozenset({Role.coordinator, Role.admin})

_MISSED = ("unreached", "undelivered")
"""Departments that a nudge did not reach, and why."""


def answer(
    voice: Voice, code: str, facts: Mapping[str, Any], *, signed: bool = False
) -> tuple[Message, ...]:
    """A sentence of the catalogue, or that of a refusal; signed where nobody asked for it."""
    lines = [voice.say(_key(voice, code, facts), **facts)]
    if code == "nudged":
        lines += [voice.say(f"nudged_{who}", **facts) for who in _MISSED if facts.get(who)]
    keys = []
    if code == "nodes_told":
        keys.append(button(voice, "nodes", Press(Verb.nodes, (int(facts["task"]),))))
    return fit([*lines, voice.signature()] if signed else lines, keyboard(keys))


def toast(voice: Voice, code: str, facts: Mapping[str, Any]) -> str:
    """The same as a toast: no HTML, and never longer than Telegram takes."""
    text = voice.plain(_key(voice, code, facts), **facts)
    return text if len(text) <= MAX_TOAST else text[: MAX_TOAST - 1] + "…"


def ask(voice: Voice, code: str, facts: Mapping[str, Any]) -> tuple[Message, ...]:
    """A question whose answer is typed; the field says what is expected."""
    pages = fit([voice.say(code, **facts)])
    placeholder = voice.plain(f"{code}_placeholder", **facts)[:MAX_PLACEHOLDER]
    return (*pages[:-1], Message(pages[-1].text, placeholder=placeholder))


def help(voice: Voice, roles: frozenset[Role]) -> tuple[Message, ...]:
    """The commands that somebody with these roles can use."""
    lines = [voice.say("help.title", office=voice.office)]
    if roles & DEPARTMENT_ROLES:
        lines.append(voice.say("help.department"))
    if Role.head in roles:
        lines.append(voice.say("help.head"))
    if roles & _OFFICE:
        lines.append(voice.say("help.office"))
    elif Role.leader in roles:
        lines.append(voice.say("help.leader"))
    lines.append(voice.say("help.everyone"))
    if roles & DEPARTMENT_ROLES:
        lines.append(voice.say("warning.secret"))
    lines.append(voice.signature())
    return fit(lines)


def stranger(voice: Voice) -> tuple[Message, ...]:
    """How to get an invitation, and nothing else."""
    return fit([voice.say("stranger.text")])


def _key(voice: Voice, code: str, facts: Mapping[str, Any]) -> str:
    if code == "nudged" and not facts.get("told"):
        return "nudged_nobody"
    if code == "person_unreachable" and not facts.get("phone"):
        return "person_unreachable_no_phone"
    if code == "no_such_department" and facts.get("like"):
        return "no_such_department_like"
    # A refusal that has no sentence yet must still be an answer.
    return code if voice.knows(code) else DubanError.default_code
