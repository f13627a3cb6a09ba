"""PURE. Typed words taken apart: commands, their first word, and everyday words for commands.

What follows a command is kept as it was typed, its lines too.
"""

import re

_DAY = re.compile(
    r"[\s:：，,]*(?:到|至)?\s*"
    r"((?:[0-9０-９一二三四五六七八九十〇零年月日号周天底末初本这下上个星期礼拜今明后大"
    r"/.\-\s]){2,20})(?:为止)?[\s。.]*"
)
"""Nothing but a day: what else is said makes it a report."""

AWAY = "外出"


def command_of(text: str) -> tuple[str | None, str]:
    """The command and the words behind it, or None and the text. "/task@bot 12" is "task"."""
    if not text.startswith("/") or text[1:2].isspace():
        return None, text
    first, words = first_word(text[1:])
    name = first.partition("@")[0].lower()
    return (name, words) if name else (None, text)


def first_word(words: str) -> tuple[str, str]:
    """The first word and what follows it, both empty where nothing is said."""
    first, *rest = words.split(maxsplit=1) or [""]
    return first, rest[0].rstrip() if rest else ""


def away_until(text: str) -> str | None:
    """The day in 外出到12月3日, empty for 外出 alone; None for any other words."""
    said = text.strip()
    if not said.startswith(AWAY):
        return None
    rest = said.removeprefix(AWAY)
    if not rest.strip():
        return ""
    day = _DAY.fullmatch(rest)
    return None if day is None else day[1].strip()
