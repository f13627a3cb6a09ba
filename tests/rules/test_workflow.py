"""The workflow table: what stands in the table below may be done, and nothing else.

The expectation is written out here a second time, by hand and by column, so that a slip in
the table of the program is no slip of its test.
"""

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import IllegalMove, NotAllowed
from tasks.vocabulary import PartRole, PartState, Role
from tasks.workflow import Action, advance, allowed, diagram, may

# Rows: the state of a part. Columns: what is done. A cell names the state that follows,
# "same" where it stays, "-" where nothing may be done; `*` after it: not by a cooperating
# department, `+`: by a cooperating department only (its part closes with the lead's).
TABLE = """
            sign    report       no_change    submit      withdraw      close    send_back
issued      signed  in_progress  in_progress  submitted*  -             closed+  -
signed      -       in_progress  in_progress  submitted*  -             closed+  -
in_progress -       same         same         submitted*  -             closed+  -
submitted   -       same         -            -           in_progress*  closed*  in_progress*
closed      -       -            -            -           -             -        -
declined    -       -            -            -           -             -        -
paused      -       -            -            -           -             -        -
cancelled   -       -            -            -           -             -        -
"""

# Whoever speaks for a department does the first five, whoever judges for the office the rest.
WHO = {
    "sign": {"contact", "head"},
    "report": {"contact", "head"},
    "no_change": {"contact", "head"},
    "submit": {"contact", "head"},
    "withdraw": {"contact", "head"},
    "close": {"coordinator", "admin"},
    "send_back": {"coordinator", "admin"},
}

ROWS = [line.split() for line in TABLE.strip().splitlines()]
COLUMNS, CELLS = ROWS[0], {row[0]: row[1:] for row in ROWS[1:]}

EVERY = list(itertools.product(PartState, Action, Role, PartRole))
roles = st.frozensets(st.sampled_from(Role))


def expected(
    state: PartState, action: Action, held: frozenset[Role], part_role: PartRole
) -> PartState | None:
    """What the table above says; None for a refusal."""
    cell = CELLS[state][COLUMNS.index(action)]
    if cell == "-" or not {role.value for role in held} & WHO[action]:
        return None
    if cell.endswith("*") and part_role is PartRole.cooperating:
        return None
    if cell.endswith("+") and part_role is not PartRole.cooperating:
        return None
    name = cell.rstrip("*+")
    return state if name == "same" else PartState(name)


def test_the_table_here_knows_every_state_and_every_action() -> None:
    assert list(CELLS) == [state.value for state in PartState]
    assert sorted(COLUMNS) == sorted(action.value for action in Action) == sorted(WHO)
    assert all(len(row) == len(COLUMNS) for row in CELLS.values())


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", PartState)
def test_every_role_may_do_exactly_what_the_table_says(state: PartState, action: Action) -> None:
    for role, part_role in itertools.product(Role, PartRole):
        held = frozenset({role})
        wanted = expected(state, action, held, part_role)
        if wanted is not None:
            assert advance(state, action, held, part_role) is wanted, (role, part_role)
            assert action in allowed(state, held, part_role)
            continue
        with pytest.raises((NotAllowed, IllegalMove)):
            advance(state, action, held, part_role)
        assert action not in allowed(state, held, part_role)


def test_as_much_is_allowed_as_is_counted_by_hand() -> None:
    # Departments: 2 roles x (sign 3 kinds of parts, report 4 states x 3, no change 3 x 3,
    # submit 3 x 2, withdraw 2). Office: 2 roles x (close 2 + 3, send back 2).
    by_department = 2 * (3 + 12 + 9 + 6 + 2)
    by_office = 2 * (2 + 3 + 2)
    found = sum(action in allowed(state, frozenset({r}), p) for state, action, r, p in EVERY)
    assert found == by_department + by_office == 78


@given(st.sampled_from(PartState), st.sampled_from(Action), roles, st.sampled_from(PartRole))
def test_several_roles_together_may_do_what_one_of_them_may(
    state: PartState, action: Action, held: frozenset[Role], part_role: PartRole
) -> None:
    single = [expected(state, action, frozenset({role}), part_role) for role in held]
    wanted = next((to for to in single if to is not None), None)
    if wanted is None:
        with pytest.raises((NotAllowed, IllegalMove)):
            advance(state, action, held, part_role)
    else:
        assert advance(state, action, held, part_role) is wanted


def test_a_refusal_says_whether_the_person_or_the_moment_is_wrong() -> None:
    refused = [
        one for one in EVERY if expected(one[0], one[1], frozenset({one[2]}), one[3]) is None
    ]
    assert len(refused) == len(EVERY) - 78
    for state, action, role, part_role in refused:
        with pytest.raises((NotAllowed, IllegalMove)) as refusal:
            advance(state, action, frozenset({role}), part_role)
        right_person = role.value in WHO[action]
        assert refusal.type is (IllegalMove if right_person else NotAllowed)
        assert refusal.value.facts["action"] is action
        assert may(role, action) is right_person


def test_the_keyboard_is_in_the_order_of_the_actions() -> None:
    for state, part_role in itertools.product(PartState, PartRole):
        shown = allowed(state, frozenset(Role), part_role)
        assert list(shown) == [action for action in Action if action in shown]


def test_a_leader_reads_and_does_nothing() -> None:
    leader = frozenset({Role.leader})
    assert not any(allowed(state, leader, role) for state in PartState for role in PartRole)


def test_nothing_leads_out_of_an_ended_part() -> None:
    for state in (PartState.closed, PartState.cancelled):
        assert not any(allowed(state, frozenset(Role), role) for role in PartRole)


ARROW = re.compile(r"    (\S+) --> (\S+): (.+)")


def test_the_diagram_draws_every_move_and_no_other() -> None:
    drawn = {
        (state, action, to)
        for state, to, actions in ARROW.findall(diagram())
        for action in actions.split(", ")
    }
    moves = set()
    for state, action, part_role in itertools.product(PartState, Action, PartRole):
        to = expected(state, action, frozenset(Role), part_role)
        if to is not None:
            moves.add((state.value, action.value, to.value))
    assert drawn == moves


def test_the_architecture_shows_this_diagram(repository: Path) -> None:
    told = (repository / "ARCHITECTURE.md").read_text(encoding="utf-8")
    drawings = re.findall(r"^```mermaid\n(.*?)^```$", told, re.DOTALL | re.MULTILINE)
    assert diagram() in drawings
