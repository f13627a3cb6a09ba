"""The sentences of the console, one catalogue per language, and which one the office speaks.

Read without `config.settings`, which takes longer to import than most commands take to run;
what is wrong with a setting is told by those commands that need it.
"""

import os
import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tasks.errors import DubanError, Refused

LANGUAGES = ("zh", "en")


def setting(name: str, default: str) -> str:
    """What the environment or `.env` says, as `config.settings` would read it."""
    found = os.environ.get(name, "").strip()
    if not found and os.path.exists(".env"):
        from dotenv import dotenv_values

        try:
            found = (dotenv_values(".env", interpolate=False).get(name) or "").strip()
        except (OSError, UnicodeDecodeError):
            return default
    return found or default


def office_words() -> "Words":
    """The words of the office's language."""
    language = setting("DUBAN_LANGUAGE", LANGUAGES[0])
    return Words(language if language in LANGUAGES else LANGUAGES[0])


def office_zone() -> ZoneInfo:
    """The office's time zone. Raises Refused where the setting is none."""
    name = setting("DUBAN_TIMEZONE", "Asia/Shanghai")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("wrong_timezone", name=name) from None


@cache
def _catalogue(language: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = tomllib.loads(
        (files("bot.cli") / f"{language}.toml").read_text(encoding="utf-8")
    )
    return found


class Words:
    """The console's sentences in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = _catalogue(language)

    def help(self, name: str) -> str:
        """What `--help` says of a command or an argument."""
        return self._words["help"][name].replace("%", "%%")

    def say(self, key: str, **facts: Any) -> str:
        """A sentence with its facts filled in."""
        return self._words["said"][key].format(**{n: self._told(v) for n, v in facts.items()})

    def finding(self, code: str, **facts: Any) -> str:
        """What `duban doctor` says of one check."""
        return self._words["findings"][code].format(**{n: self._told(v) for n, v in facts.items()})

    def refusal(self, error: DubanError) -> str:
        """The sentence of a refusal."""
        refused = self._words["refused"]
        if error.code not in refused:
            return self.say("refused", reason=error.code)
        return refused[error.code].format(**{n: self._told(v) for n, v in error.facts.items()})

    def term(self, value: Enum | str) -> str:
        """The word of the trade for a member of the vocabulary."""
        key = f"{type(value).__name__}_{value.value}" if isinstance(value, Enum) else value
        return self._words["terms"].get(key, str(getattr(value, "value", value)))

    def _told(self, value: Any) -> str:
        if value is None:
            return "-"
        if isinstance(value, Enum):
            return self.term(value)
        if isinstance(value, datetime):
            return f"{value.astimezone(office_zone()):%Y-%m-%d %H:%M}"
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Iterable) and not isinstance(value, str):
            return self._words["terms"]["and"].join(self._told(one) for one in value)
        return str(value)
