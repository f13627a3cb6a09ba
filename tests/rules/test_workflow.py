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
from tasks.workflow import DEPARTMENT, Action, advance, allowed, diagram, may

# Rows: what is done. Columns: the state of a part. A cell names the state that follows, "same"
# where it stays, "back" where it goes back to where it stood before, "-" where nothing may be
# done. Behind the name stands which parts: `*` all but a cooperating department's, `+` only
# such a one. Before it who: d department, h head, o office, l office and leader.
TABLE = """
                 issued     signed     progress   submitted closed   declined  paused    cancelled
d sign           signed     -          -          -         -        -         -         -
d no_change      progress*  progress*  same*      -         -        -         -         -
d nothing_to_add progress+  progress+  same+      -         -        -         -         -
d report         progress   progress   same       same      -        same      same      -
d submit         submitted* submitted* submitted* -         -        -         -         -
d extend         same*      same*      same*      -         -        -         -         -
d decline        declined   declined   declined   -         -        -         -         -
d withdraw       -          -          -          progress* -        back      -         -
h endorse        -          -          -          same*     -        -         -         -
h delegate       same       same       same       same      -        -         -         -
o close          closed+    closed+    closed+    closed*   -        closed+   closed+   -
o send_back      -          -          -          progress* -        -         -         -
l grant          same*      same*      same*      -         -        -         -         -
l refuse         same*      same*      same*      -         -        -         -         -
o forward        same*      same*      same*      -         -        -         -         -
o reassign       cancelled  cancelled  cancelled  -         -        cancelled -         -
o refuse_decline -          -          -          -         -        back      -         -
o record         progress   progress   same       same      -        same      same      -
o pause          paused     paused     paused     -         -        -         -         -
o resume         -          -          -          -         -        -         back      -
o cancel         cancelled  cancelled  cancelled  cancelled -        cancelled cancelled -
o reopen         -          -          -          -         progress -         -         progress
"""

HANDS = {
    "d": {"contact", "head"},
    "h": {"head"},
    "o": {"coordinator", "admin"},
    "l": {"coordinator", "admin", "leader"},
}

HEAD, *LINES = (
    line.replace("progress", "in_progress").split() for line in TABLE.strip().splitlines()
)
WHO = {line[1]: HANDS[line[0]] for line in LINES}
CELLS = {
    (state, line[1]): cell for line in LINES for state, cell in zip(HEAD, line[2:], strict=True)
}
BEFORE = (PartState.issued, PartState.signed, PartState.in_progress)

EVERY = list(itertools.product(PartState, Action, Role, PartRole))
ALLOWED = 330
roles = st.frozensets(st.sampled_from(Role))


def expected(
    state: PartState,
    action: Action,
    held: frozenset[Role],
    part_role: PartRole,
    before: PartState = PartState.signed,
) -> PartState | None:
    """What the table above says; None for a refusal."""
    cell = CELLS[state, action]
    if cell == "-" or not {role.value for role in held} & WHO[action]:
        return None
    if cell.endswith("*") and part_role is PartRole.cooperating:
        return None
    if cell.endswith("+") and part_role is not PartRole.cooperating:
        return None
    name = cell.rstrip("*+")
    if name == "back":
        return before
    return state if name == "same" else PartState(name)


def test_the_table_here_knows_every_state_and_every_action() -> None:
    assert [state.value for state in PartState] == HEAD
    assert [line[1] for line in LINES] == [action.value for action in Action]


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", PartState)
def test_every_role_may_do_exactly_what_the_table_says(state: PartState, action: Action) -> None:
    for role, part_role, before in itertools.product(Role, PartRole, BEFORE):
        held = frozenset({role})
        wanted = expected(state, action, held, part_role, before)
        if wanted is not None:
            assert advance(state, action, held, part_role, before) is wanted, (role, part_role)
            assert action in allowed(state, held, part_role)
            continue
        with pytest.raises((NotAllowed, IllegalMove)):
            advance(state, action, held, part_role, before)
        assert action not in allowed(state, held, part_role)


def test_as_much_is_allowed_as_is_counted_by_hand() -> None:
    # Departments, 2 roles: sign 3 kinds of parts, no change 3 states x 2, nothing to add 3 x 1,
    # report 6 x 3, submit 3 x 2, extend 3 x 2, decline 3 x 3, withdraw 2 + 3.
    by_department = 2 * (3 + 6 + 3 + 18 + 6 + 6 + 9 + 5)
    # Heads: endorse 2, delegate 4 x 3. Leaders: grant and refuse 3 x 2 each.
    by_head, by_leader = 2 + 12, 6 + 6
    # The office, 2 roles: close 5 + 2, send back 2, grant, refuse and forward 3 x 2 each,
    # reassign 4 x 3, refuse a decline 3, record 6 x 3, pause 3 x 3, resume 3, cancel 6 x 3,
    # reopen 2 x 3.
    by_office = 2 * (7 + 2 + 6 + 6 + 6 + 12 + 3 + 18 + 9 + 3 + 18 + 6)
    found = sum(action in allowed(state, frozenset({r}), p) for state, action, r, p in EVERY)
    assert found == by_department + by_head + by_leader + by_office == ALLOWED


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
        assert advance(state, action, held, part_role, PartState.signed) is wanted


def test_a_refusal_says_whether_the_person_or_the_moment_is_wrong() -> None:
    refused = [
        one for one in EVERY if expected(one[0], one[1], frozenset({one[2]}), one[3]) is None
    ]
    assert len(refused) == len(EVERY) - ALLOWED
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


def test_a_leader_only_decides_on_more_time() -> None:
    leader = frozenset({Role.leader})
    found = {a for s in PartState for role in PartRole for a in allowed(s, leader, role)}
    assert found == {Action.grant, Action.refuse}


def test_only_the_office_leads_out_of_an_ended_part() -> None:
    for state in (PartState.closed, PartState.cancelled):
        for role in PartRole:
            assert allowed(state, frozenset(Role), role) == (Action.reopen,)
            assert not allowed(state, DEPARTMENT | {Role.leader}, role)


def test_a_part_that_stood_nowhere_before_goes_back_to_the_beginning() -> None:
    office = frozenset({Role.coordinator})
    back = advance(PartState.paused, Action.resume, office, PartRole.lead)
    assert back is PartState.issued


ARROW = re.compile(r"    (\S+) --> (\S+): (.+)")
NOTE = re.compile(r"    note right of (\S+): stays on (.+)")


def test_the_diagram_draws_every_move_and_no_other() -> None:
    drawn = {
        (state, action, to)
        for state, to, actions in ARROW.findall(diagram())
        for action in actions.split(", ")
    }
    drawn |= {
        (state, action, state)
        for state, actions in NOTE.findall(diagram())
        for action in actions.split(", ")
    }
    moves = set()
    for state, action, role, before in itertools.product(PartState, Action, PartRole, BEFORE):
        to = expected(state, action, frozenset(Role), role, before)
        if to is not None:
            moves.add((state.value, action.value, to.value))
    assert drawn == moves


def test_the_architecture_shows_this_diagram(repository: Path) -> None:
    told = (repository / "ARCHITECTURE.md").read_text(encoding="utf-8")
    drawings = re.findall(r"^```mermaid\n(.*?)^```$", told, re.DOTALL | re.MULTILINE)
    assert diagram() in drawings
