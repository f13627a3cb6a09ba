"""PURE. What a button carries: a press as at most 64 bytes of ASCII, and back.

One rule: a button lives as long as its message, so codes are never reused. A changed meaning
gets a new code or the next VERSION; what cannot be read is an old button, never a crash.

    1<verb>[!name][:id.id…]      ids in base 36
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from tasks.errors import Stale

VERSION = "1"

MAX_BYTES = 64
"""Bot API, InlineKeyboardButton.callback_data."""

MAX_ID = 2**63 - 1
"""The greatest number that a database row can have."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NAME = re.compile(r"[a-z_]{1,16}(?:=[a-z_]{1,16})?")
_DATA = re.compile(r"1([a-z]{1,2})(?:!([a-z_=]+))?(?::([0-9a-z]+(?:\.[0-9a-z]+)*))?")


class Verb(StrEnum):
    """What is pressed. The values are the stored codes."""

    sign = "s"
    sign_all = "sa"
    open = "o"
    report = "r"
    no_change = "n"
    submit = "u"
    withdraw = "w"
    close = "c"
    send_back = "b"
    confirm = "y"
    correct = "e"
    nudge = "k"
    view = "v"
    choose = "h"


_MANY = frozenset({Verb.no_change, Verb.confirm})
"""Verbs that take one id or more; `view` takes any number, `choose` two, the others one."""


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a button.

    The ids are task numbers for sign, open, report, no_change, submit, withdraw and nudge;
    reports for close, send_back, confirm and correct; a notice for sign_all; for choose a
    task and the words that are for it, by their number in the inbox.
    `name` names a view and nothing else, "class=behind" one with an argument; its ids are
    notice and department, 0 for all, or the task of a view of one task.
    """

    verb: Verb
    ids: tuple[int, ...] = ()
    name: str = ""


def encode(press: Press) -> str:
    """The data of a button. Raises ValueError for a press that makes no sense or that does
    not fit."""
    if not _makes_sense(press):
        raise ValueError(f"no such press: {press}")
    data = VERSION + press.verb.value
    if press.name:
        data += f"!{press.name}"
    if press.ids:
        data += ":" + ".".join(_base36(number) for number in press.ids)
    if len(data) > MAX_BYTES:
        raise ValueError(f"{len(data)} bytes of callback data, {MAX_BYTES} are allowed: {press}")
    return data


def fits(press: Press) -> bool:
    """Whether `encode` takes it."""
    try:
        encode(press)
    except ValueError:
        return False
    return True


def decode(data: str) -> Press:
    """The press behind a button's data. Raises Stale("old_button") for anything else."""
    match = _DATA.fullmatch(data) if len(data) <= MAX_BYTES else None
    if match is None or match.group(1) not in set(Verb):
        raise Stale("old_button")
    code, name, ids = match.groups()
    numbers = tuple(int(part, 36) for part in ids.split(".")) if ids else ()
    press = Press(Verb(code), numbers, name or "")
    if not fits(press) or encode(press) != data:
        raise Stale("old_button")
    return press


def _makes_sense(press: Press) -> bool:
    if any(not 0 <= number <= MAX_ID for number in press.ids):
        return False
    if press.verb is Verb.view:
        return _NAME.fullmatch(press.name) is not None
    if press.name:
        return False
    if press.verb is Verb.choose:
        return len(press.ids) == 2
    return bool(press.ids) if press.verb in _MANY else len(press.ids) == 1


def _base36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, last = divmod(number, 36)
        digits = _DIGITS[last] + digits
    return digits
