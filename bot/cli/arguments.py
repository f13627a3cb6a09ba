"""Arguments as the commands take them, and a parser that speaks the office's language."""

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

from bot.cli.words import Words

Act = Callable[[argparse.Namespace, Words], None]

HIGHEST = 2**31 - 1
"""The largest id that a database holds."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose help and errors come from the catalogue."""

    def __init__(self, *, words: Words, **given: Any) -> None:
        super().__init__(**{"add_help": False, "allow_abbrev": False, **given})
        self.words = words
        self.add_argument("-h", "--help", action="help", help=words.help("help"))

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, self.words.say("usage", reason=message, command=self.prog) + "\n")

    def group(self, name: str) -> "Group":
        """The commands below this one; one of them has to be named."""
        below = self.add_subparsers(dest=name, metavar=name.upper(), required=True)
        return Group(below, self.words, self.prog)


class Group:
    """Commands that stand side by side."""

    def __init__(self, below: Any, words: Words, prog: str) -> None:
        self._below = below
        self._words = words
        self._prog = prog

    def command(self, name: str, act: Act | None = None, *, json: bool = False) -> Parser:
        """A command of that name; its sentence in the catalogue is named for its full name."""
        told = self._words.help("_".join([*self._prog.split()[1:], name]))
        made: Parser = self._below.add_parser(name, help=told, description=told, words=self._words)
        if act is not None:
            made.set_defaults(act=act)
        if json:
            made.add_argument("--json", action="store_true", help=self._words.help("json"))
        return made


def identifier(text: str) -> int:
    """The number of a task, notice or update; `#12` is 12."""
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
        raise argparse.ArgumentTypeError(f"{text!r}: 1, 2, 3 …")
    # No database holds more: what is larger is not known, and that is told in the same words.
    return min(int(digits), HIGHEST)


def port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r}: 0 … 65535")
    return int(text)


def moment(text: str) -> datetime:
    """A time in ISO form; without an offset it is office time, given a zone by the command."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r}: 2026-11-24, 2026-11-24T09:30, 2026-11-24T09:30+08:00"
        ) from None
