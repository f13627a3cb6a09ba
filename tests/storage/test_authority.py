"""Who may not, cannot: every button and every command, pressed and typed by everybody.

Buttons are forged: each verb with every small number in each of its places. Whoever is not
listed for a verb must change nothing with it, and must not be asked anything either.
"""

import itertools
import re
from collections.abc import Iterator

import pytest

from bot import callbacks
from bot.callbacks import Press, Verb, fits
from bot.handlers.commands import COMMANDS
from tests.storage.world import PEOPLE, World, built

HELD = frozenset({"contact", "head", "helping"})
"""Those of the departments that hold the tasks; "foreign" holds one of its own."""
DEPARTMENTS = HELD | {"foreign"}
OFFICE = frozenset({"coordinator", "admin"})

LEADING = frozenset({"contact", "head"})
HEADS = frozenset({"head"})

WHO: dict[Verb, frozenset[str]] = {
    **dict.fromkeys((Verb.sign, Verb.report, Verb.expect), DEPARTMENTS),
    # Who only cooperates need not sign, so 全部签收 signs nothing of theirs.
    Verb.sign_all: DEPARTMENTS - {"helping"},
    Verb.decline: HELD,
    Verb.extend: LEADING,
    **dict.fromkeys((Verb.no_change, Verb.withdraw, Verb.consolidate), LEADING),
    Verb.submit: LEADING | {"foreign"},
    Verb.withdraw_request: LEADING | {"foreign"},
    Verb.correct: DEPARTMENTS,
    Verb.confirm: LEADING | OFFICE,
    Verb.nothing_to_add: frozenset({"helping"}),
    **dict.fromkeys((Verb.endorse, Verb.return_submission, Verb.delegate), HEADS),
    **dict.fromkeys((Verb.endorse_request, Verb.return_request), HEADS),
    **dict.fromkeys((Verb.close, Verb.send_back, Verb.grade, Verb.outcome, Verb.reopen), OFFICE),
    **dict.fromkeys((Verb.pause, Verb.resume, Verb.cancel, Verb.nudge, Verb.called), OFFICE),
    **dict.fromkeys((Verb.grant, Verb.refuse, Verb.refuse_decline, Verb.record), OFFICE),
    **dict.fromkeys((Verb.nodes, Verb.edit_task, Verb.by_hand, Verb.people, Verb.invite), OFFICE),
    **dict.fromkeys((Verb.step, Verb.typed, Verb.all, Verb.issue), OFFICE),
    **dict.fromkeys((Verb.issue_slip, Verb.drop_slip, Verb.escalate), OFFICE),
    Verb.read_slip: HEADS,
    Verb.broadcast: OFFICE,
}
"""Who changes something, or is asked something, with a verb."""

SHOWS = frozenset({Verb.open, Verb.view, Verb.evidence, Verb.more})
"""Verbs that only show: what they show is judged when it is put together."""

IDLE = frozenset(set(Verb) - set(WHO) - SHOWS)
"""Verbs for which nothing here is ripe, or which only lead on: they must change nothing for
anybody. Their own tests see them work."""

SAMPLED = 12
"""Presses of a verb that everybody tries beside those that do something."""

NUMBERS = (range(1, 12), (0, 1, 2), (1, 0), (1,))
"""What stands in each place of a button; the first names a task, a report, a clause …"""


def names_of(verb: Verb) -> list[str]:
    """Every name that a verb may bear; one for those that bear none."""
    shape = callbacks._SHAPES.get(verb)
    if shape is None or shape.names is None:
        return [""]
    pattern = shape.names.pattern
    if "[" in pattern:
        return ["all", "open"]
    found: list[str] = []
    for word in re.split(r"\|(?![^(]*\))", pattern):
        stem, _, inner = word.partition("(?:")
        found += [stem + one for one in inner.rstrip(")").split("|")] if inner else [word]
    return found


def presses(verb: Verb) -> Iterator[Press]:
    """The presses of a verb with every small number, in up to four places."""
    shape = callbacks._SHAPES.get(verb, callbacks.Shape())
    most = shape.least + 1 if shape.most is None else min(shape.most, 4)
    for name in names_of(verb):
        for places in range(shape.least, most + 1):
            for ids in itertools.product(*NUMBERS[:places]):
                press = Press(verb, ids, name)
                if fits(press):
                    yield press


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with built(f"sqlite:///{tmp_path_factory.mktemp('world') / 'world.sqlite3'}") as found:
        yield found


def test_most_verbs_do_something_here() -> None:
    assert len(WHO) > len(IDLE)
    assert not SHOWS & set(WHO)


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb not in SHOWS])
def test_a_button_changes_nothing_for_who_may_not(world: World, verb: Verb) -> None:
    may, did = WHO.get(verb, frozenset()), set[str]()
    every = list(presses(verb))
    # What does something for one is what another must not be able to do.
    telling: list[Press] = []
    for press in every:
        wrote = {who for who in may - did if world.press(who, press)}
        if wrote:
            did |= wrote
            telling.append(press)
        if did == may:
            break
    assert did == may, f"nothing happened for {may - did}"
    others = every[:: max(len(every) // SAMPLED, 1)]
    for press in dict.fromkeys((*telling, *others)):
        for who in sorted({*PEOPLE, "stranger"} - may):
            written = world.press(who, press)
            assert not written, f"{who} wrote {written} with {press}"


PROBES = ("", "1", "2", "8", "99", "x", "1 测试", "8 测试", "市教育局")

ASKS: dict[str, frozenset[str]] = {
    "report": DEPARTMENTS,
    "away": frozenset(PEOPLE),
    "lang": frozenset(PEOPLE),
    **dict.fromkeys(("remind", "add", "merge", "pause", "record", "bind", "invite"), OFFICE),
    **dict.fromkeys(("people", "draft", "broadcast"), OFFICE),
}
"""Commands with which somebody may change or be asked something; every other only shows. A
wrong code of /start is counted for anybody."""


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"start"}))
def test_a_command_changes_nothing_for_who_may_not(world: World, command: str) -> None:
    for words in PROBES:
        for who in sorted({*PEOPLE, "stranger"} - ASKS.get(command, frozenset())):
            written = world.say(who, f"/{command} {words}".strip())
            assert not written, f"{who} wrote {written} with /{command} {words}"


@pytest.mark.parametrize(
    ("line", "may"),
    [
        ("/report 1 在办", HELD),
        ("/report 8 在办", frozenset({"foreign"})),
        ("/remind 1", OFFICE),
        ("/pause 1 等待批复", OFFICE),
        ("/record 1 已完成一半", OFFICE),
        ("/broadcast 每周五 15:00 各联络员：请反馈", OFFICE),
    ],
)
def test_a_command_is_for_whom_it_is_meant(world: World, line: str, may: frozenset[str]) -> None:
    assert {who for who in PEOPLE if world.say(who, line)} == may
