"""PURE. What somebody chose by tapping, and the words of a report that it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.render.voice import Voice


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen so far; `problem` is "" where it was said that there is none."""

    percent: int | None = None
    expected: date | None = None
    problem: str | None = None
    next_step: str | None = None

    def __bool__(self) -> bool:
        return any(
            value is not None
            for value in (self.percent, self.expected, self.problem, self.next_step)
        )


def chosen_of(facts: Mapping[str, Any]) -> Chosen:
    """What the row of the dialogue holds."""
    day = facts.get("expected")
    return Chosen(
        facts.get("percent"),
        None if day is None else date.fromisoformat(day),
        facts.get("problem"),
        facts.get("next_step"),
    )


def assembled(voice: Voice, chosen: Chosen) -> str:
    """The choices as the words of a report: 进度70%，预计11月30日完成，经费未落实."""
    said: list[str] = []
    if chosen.percent is not None:
        said.append(voice.plain("reporting.said_percent", percent=chosen.percent))
    if chosen.expected is not None:
        said.append(voice.plain("reporting.said_expected", day=voice.day(chosen.expected)))
    if chosen.problem is not None:
        said.append(chosen.problem or voice.plain("reporting.said_none"))
    if chosen.next_step is not None:
        said.append(voice.plain("reporting.said_next", text=chosen.next_step))
    return voice.plain("lists.comma").join(said)
