"""外出: /away 日期, who stands in meanwhile, and /away off.

The day waits in the question until a deputy is chosen; a restart in between loses nothing.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.callbacks import Press, Verb
from bot.handlers.asking import Files, Question
from bot.handlers.context import Talk
from bot.handlers.extensions import read_day
from tasks.errors import Stale
from tasks.mailroom import Dialogue
from tasks.models import Person
from tasks.services import absences
from tasks.services.post import Kind
from tasks.services.receivers import Receivers

Facts = Mapping[str, Any]

BACK = frozenset({"off", "取消", "结束", "回来", "已回", "back"})


def _away(talk: Talk, words: str) -> None:
    """/away 12月5日, /away off; alone it asks for the day."""
    said = words.strip()
    if said.lower() in BACK:
        _back(talk)
        return
    if not said:
        talk.ask("ask_away", "away", {})
        return
    _until(talk, {}, said)


def _back(talk: Talk) -> None:
    """Be there again; a question of ours about being away is settled with it."""
    asked = _leave(talk.at_home())
    if absences.come_back(talk.session, talk.act):
        talk.answer("away_over")
    else:
        talk.answer("cancelled_dialogue" if asked else "away_none")


def _leave(talk: Talk) -> bool:
    waiting = talk.dialogue()
    return waiting is not None and waiting.kind in ("away", "deputy") and talk.leave_dialogue()


def _until(talk: Talk, facts: Facts, text: str) -> None:
    if text.strip().lower() in BACK:
        _back(talk)
        return
    said = text.strip().removeprefix("外出").strip()
    for word in ("到", "至", "until ", "till "):
        said = said.removeprefix(word)
    day = read_day(talk, said.removesuffix("为止").strip())
    absences.check_until(talk.office, talk.act, day)
    talk = talk.at_home()
    if not absences.deputies_for(talk.session, talk.act.person_id or 0):
        _leave(talk)
        _gone(talk, day, None, None)
        return
    talk.leave_dialogue()
    kept = {"until": day.isoformat(), "row": talk.row.id}
    talk.session.add(Dialogue(chat_id=talk.chat_id, kind="deputy", facts=kept, asked_at=talk.now))
    talk.view("deputies", until=kept["until"], row=talk.row.id)


def _deputy(talk: Talk, press: Press, message_id: int | None) -> str | None:
    waiting = talk.dialogue()
    if waiting is None or waiting.kind != "deputy" or press.ids[1:] != (waiting.facts.get("row"),):
        # Asked about another day, or about one that was taken back.
        raise Stale("old_button")
    day = date.fromisoformat(waiting.facts["until"])
    talk.leave_dialogue()
    _gone(talk, day, press.ids[0] or None, message_id)
    return None


def _gone(talk: Talk, day: date, deputy_id: int | None, message_id: int | None) -> None:
    absences.go_away(talk.session, talk.office, talk.act, day, deputy_id)
    deputy = None if deputy_id is None else talk.session.get(Person, deputy_id)
    edit = {} if message_id is None else {"edit": message_id}
    told: dict[str, Any] = {"until": day.isoformat()}
    if deputy is not None:
        told["name"] = deputy.name
    code = "away_with" if deputy is not None else _unattended(talk)
    talk.put(Kind.answer, code=code, facts=told, tasks=[], **edit)


def _unattended(talk: Talk) -> str:
    """What is said where nobody stands in: whether others of the department are asked."""
    asked = Receivers(talk.session)
    left = all(asked.at(unit, None) for unit in talk.departments)
    return "away_alone" if left else "away_nobody"


AWAY_COMMANDS: dict[str, Callable[[Talk, str], None]] = {"away": _away}
AWAY_VERBS: dict[Verb, Callable[[Talk, Press, int | None], str | None]] = {Verb.deputy: _deputy}
AWAY_ANSWERS: dict[str, Question] = {"away": Question(_until, Files.apart)}
AWAY_MENDABLE = frozenset({"day_unreadable", "away_past", "away_too_long"})
