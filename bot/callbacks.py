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
_DATA = re.compile(r"1([a-z]{1,2})(?:!([a-z0-9_=]+))?(?::([0-9a-z]+(?:\.[0-9a-z]+)*))?")


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
    draft = "d"
    clauses = "l"
    clause = "q"
    menu = "me"
    step = "z"
    split_at = "x"
    typed = "ty"
    passages = "gl"
    passage = "g"
    names = "m"
    settle = "t"
    all = "al"
    undo = "un"
    preview = "is"
    issue = "do"
    assign = "db"
    adopt = "ad"
    evidence = "ev"
    endorse = "en"
    return_submission = "rs"
    grade = "gd"
    outcome = "oc"
    pause = "pa"
    resume = "re"
    cancel = "ca"
    reopen = "ro"
    record = "rc"
    chip = "ch"
    nodes = "nn"
    node = "nd"
    drop_node = "nx"
    edit_task = "ed"
    approve = "ap"
    disapprove = "dn"
    attach_leader = "le"
    by_hand = "bh"
    merge = "mg"
    decline = "dc"
    reassign = "ra"
    refuse_decline = "rd"
    delegate = "dg"
    nothing_to_add = "na"
    consolidate = "cs"
    adopt_draft = "cd"
    answer = "an"
    question = "qs"
    called = "ct"
    more = "mo"
    extend = "ex"
    compose = "xc"
    grant = "gr"
    refuse = "rf"
    forward = "fw"
    withdraw_request = "wx"
    endorse_request = "xe"
    return_request = "xr"
    expect = "xp"
    people = "pp"
    invite = "iv"
    deputy = "dp"
    snooze = "sz"
    issue_slip = "si"
    drop_slip = "sd"
    read_slip = "sr"
    escalate = "el"
    broadcast = "bc"


@dataclass(frozen=True, slots=True)
class Shape:
    """How many ids a verb takes (`most` None: any number), and the names it may bear."""

    least: int = 1
    most: int | None = 1
    names: re.Pattern[str] | None = None


def _names(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


_WAIVE = "principle|not_ours|duplicate"
_SHAPES = {
    Verb.sign: Shape(most=None),
    Verb.no_change: Shape(most=None),
    Verb.confirm: Shape(most=None),
    Verb.choose: Shape(2, 2),
    Verb.view: Shape(0, None, re.compile(r"[a-z_]{1,16}(?:=[a-z_]{1,16})?")),
    Verb.clauses: Shape(2, 2, re.compile(r"[a-z_]{1,16}")),
    Verb.menu: Shape(names=_names("waive", "follow", "split", "each", "original")),
    Verb.step: Shape(
        2,
        4,
        _names(
            f"waive=(?:{_WAIVE}|information)",
            "follow=(?:dated|once|standing)",
            "reopen",
            "overdue",
            "no_limit",
            "merge",
            "each",
            "lead",
            "map",
            "attach",
            f"drop=(?:{_WAIVE})",
        ),
    ),
    Verb.split_at: Shape(3, 3),
    Verb.typed: Shape(2, 2, _names("text", "owners", "each", "limit", "waive", "drop", "bulk")),
    Verb.settle: Shape(4, 4),
    Verb.all: Shape(2, 2, _names("information", "map", f"drop=(?:{_WAIVE})")),
    Verb.issue: Shape(2, 2),
    Verb.assign: Shape(2, 2),
    Verb.adopt: Shape(names=_names("revise", "new", "drop")),
    Verb.grade: Shape(names=_names("excellent", "good", "fair", "poor")),
    Verb.outcome: Shape(names=_names("finished", "routine", "merged", "ended")),
    Verb.pause: Shape(names=_names("", "approval", "hearing", "testing")),
    Verb.cancel: Shape(names=_names("", "policy", "joined", "duplicate")),
    Verb.nodes: Shape(names=_names("", "add")),
    Verb.node: Shape(names=_names("met", "undo")),
    Verb.edit_task: Shape(1, 2, _names("text", "limit", "overdue")),
    Verb.attach_leader: Shape(1, 2, _names("task", "notice")),
    Verb.by_hand: Shape(1, 3, _names("start", "pick", "issue", "drop")),
    Verb.merge: Shape(names=_names("do", "drop")),
    Verb.decline: Shape(1, 2, _names("", "said", "not_ours", "other_does", "other")),
    Verb.reassign: Shape(1, 3, _names("", "of", "asked", "to", "typed")),
    Verb.delegate: Shape(1, 2, _names("", "to", "off")),
    Verb.nothing_to_add: Shape(most=None),
    Verb.record: Shape(1, 2),
    Verb.chip: Shape(
        2,
        3,
        _names(
            r"percent",
            r"expected",
            r"problem=(?:none|funds|approval|partner|other)",
            r"next",
            r"other_day",
            r"same",
            r"send",
        ),
    ),
    Verb.consolidate: Shape(names=_names("", "edit")),
    Verb.adopt_draft: Shape(2, 2),
    Verb.question: Shape(1, 2, _names("open", "done", "file")),
    Verb.called: Shape(2, None),
    Verb.extend: Shape(1, 2),
    Verb.compose: Shape(
        2,
        3,
        _names(
            "day",
            "approval|funds|partner",
            "type_(?:day|reason|progress)",
            "last|send|change|leave",
        ),
    ),
    Verb.expect: Shape(1, 2),
    Verb.people: Shape(1, 2, _names("ask", "stop", "hand", "to", "new")),
    Verb.invite: Shape(
        names=_names("to", "new", "contact", "head", "coordinator", "leader", "admin", "group")
    ),
    Verb.deputy: Shape(2, 2),
    Verb.read_slip: Shape(most=None),
    Verb.snooze: Shape(1, None, _names("", "afternoon", "next_day")),
    Verb.broadcast: Shape(names=_names("send", "drop", "stop", "show")),
}
"""Every other verb takes one id and no name."""


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a button.

    The ids are task numbers for sign, open, report, no_change, submit, withdraw, nudge, evidence;
    reports for close, send_back, confirm and correct; a notice for sign_all; for choose a
    task and the words that are for it, by their number in the inbox.
    Of owners: a task for decline, said by a report, for delegate, to a person, for
    nothing_to_add and consolidate; a report for refuse_decline; a task and the newest answer in
    the draft for adopt_draft; for reassign a part and the page of departments, or "of" a task,
    "asked" in the words judged, "to" a department and those words, "typed" with those.

    Of the end: the report judged for endorse and return_submission; a task for grade, outcome,
    pause, resume, cancel and reopen, whose name is the grade, the outcome or a usual reason.

    Of people: for deputy who stands in, 0 for nobody, and the words in which the day was said.

    Of the queue: a question for answer and question, to "open", "done", or of a task
    ("file"); for called who was telephoned, 0 for nobody known by name, and the parts of which
    they were told. more: the task whose card shows more buttons or fewer.

    Of more time: a task for extend, with the report that asks for it; for compose a task, the
    number in the inbox of what began the request, the day; the request for grant, refuse,
    forward, withdraw_request, endorse_request and return_request. expect: a task and the day by
    which it will be done, none to type it. Days are counted from the first of January of the
    year 1.

    broadcast: the number in the inbox of its sentence to "send" or "drop", itself to "stop" and
    "show".

    `name` names a view, "class=behind" one with an argument; its ids are notice and
    department, 0 for all, or the task of a view of one task.

    Of a draft: notice for draft, passages, names, undo, preview; notice and page for clauses,
    whose name is the filter; notice and revision for issue and all; notice and the number of
    the words in the inbox for assign; a clause for clause and menu, a passage for passage.
    step: a clause or passage and its version, for merge and attach also the clause and version
    that it is about. split_at: clause, version, sentence. typed: what is to be typed, for a
    clause or passage and its version, for bulk a notice and its revision. settle: notice,
    place of the name in the draft, department or 0, revision. adopt: an upload.

    By hand: a task for nodes and edit_task, with the number of the words in the inbox for a limit
    that has passed; a milestone for node and drop_node; a request for approve and disapprove;
    for attach_leader what is attached, with the person or 0; a notice for by_hand's start, else
    the number of the words, to pick with the place of the owner and the department; those
    words for merge.
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
    shape = _SHAPES.get(press.verb, Shape())
    if shape.names is None:
        if press.name:
            return False
    elif shape.names.fullmatch(press.name) is None:
        return False
    most = len(press.ids) if shape.most is None else shape.most
    return shape.least <= len(press.ids) <= most


def _base36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, last = divmod(number, 36)
        digits = _DIGITS[last] + digits
    return digits
