"""PURE. The workflow of a part: who may do what in which state, and what comes of it.

Two rules for this file: everything that may happen stands in TRANSITIONS, and what does
not stand there is forbidden. The same table makes the keyboard (`allowed`), judges the
press (`advance`) and draws the diagram (`diagram`), so they cannot disagree.

A task has no state of its own. Its parts go through

    issued -> signed -> in_progress -> submitted -> closed

and a report takes a part to in_progress from wherever the work is open: an answer counts
although nobody signed. The department moves its own part as far as submitted; from there
the office moves it, except that the department may withdraw. What a department adds while
the office judges is kept and leaves the state alone. After closing only the office speaks.

With several leads each says 申请办结 for its own share; the first listed speaks for the
task and comes last (`services.submissions` sees to that). A cooperating department never
submits: its part closes with the lead's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tasks.errors import IllegalMove, NotAllowed
from tasks.vocabulary import PartRole, PartState, Role


class Action(StrEnum):
    """What can be done to a part."""

    sign = "sign"  # 签收
    report = "report"  # 报进展
    no_change = "no_change"  # 按计划推进
    submit = "submit"  # 申请办结
    withdraw = "withdraw"  # 撤回申请
    close = "close"  # 办结
    send_back = "send_back"  # 退回补充


@dataclass(frozen=True, slots=True)
class Rule:
    """The state that follows, who may bring it about, and for which kinds of parts."""

    to: PartState
    roles: frozenset[Role]
    part_roles: frozenset[PartRole] = frozenset(PartRole)


DEPARTMENT = frozenset({Role.contact, Role.head})
"""Who speaks for a department, for its own parts only."""

OFFICE = frozenset({Role.coordinator, Role.admin})
"""Who judges for the issuing office. A leader reads; an admin stands in for recovery."""

_SUBMITTING = frozenset({PartRole.lead, PartRole.each})
_OPEN = (PartState.issued, PartState.signed, PartState.in_progress)

TRANSITIONS: dict[tuple[PartState, Action], Rule] = {
    (PartState.issued, Action.sign): Rule(PartState.signed, DEPARTMENT),
    **{
        (state, action): Rule(PartState.in_progress, DEPARTMENT)
        for state in _OPEN
        for action in (Action.report, Action.no_change)
    },
    **{
        (state, Action.submit): Rule(PartState.submitted, DEPARTMENT, _SUBMITTING)
        for state in _OPEN
    },
    (PartState.submitted, Action.report): Rule(PartState.submitted, DEPARTMENT),
    (PartState.submitted, Action.withdraw): Rule(PartState.in_progress, DEPARTMENT, _SUBMITTING),
    (PartState.submitted, Action.close): Rule(PartState.closed, OFFICE, _SUBMITTING),
    (PartState.submitted, Action.send_back): Rule(PartState.in_progress, OFFICE, _SUBMITTING),
    **{
        (state, Action.close): Rule(PartState.closed, OFFICE, frozenset({PartRole.cooperating}))
        for state in _OPEN
    },
}
"""Everything that may happen to a part."""


def may(role: Role, action: Action) -> bool:
    """Whether that role may ever do this, in whatever state."""
    return any(role in rule.roles for (_, known), rule in TRANSITIONS.items() if known is action)


def advance(
    state: PartState, action: Action, roles: frozenset[Role], part_role: PartRole
) -> PartState:
    """The state that follows when somebody with those roles does this.

    Raises NotAllowed where no such role may ever do it, IllegalMove where the part is not
    in a state, or not of a kind, from which it can be done. Nothing is changed by asking.
    """
    if not any(may(role, action) for role in roles):
        raise NotAllowed(action=action)
    rule = TRANSITIONS.get((state, action))
    if rule is None or part_role not in rule.part_roles:
        raise IllegalMove(action=action, state=state)
    if not rule.roles & roles:
        raise NotAllowed(action=action)
    return rule.to


def allowed(state: PartState, roles: frozenset[Role], part_role: PartRole) -> tuple[Action, ...]:
    """What somebody with those roles may do now, in the order of `Action`."""
    return tuple(action for action in Action if _permits(state, action, roles, part_role))


def _permits(
    state: PartState, action: Action, roles: frozenset[Role], part_role: PartRole
) -> bool:
    rule = TRANSITIONS.get((state, action))
    return rule is not None and part_role in rule.part_roles and bool(rule.roles & roles)


def diagram() -> str:
    """The table as a Mermaid state diagram; ARCHITECTURE.md holds it, a test compares."""
    return "\n".join(["stateDiagram-v2", *_lines()]) + "\n"


def _lines() -> Iterator[str]:
    yield f"    [*] --> {PartState.issued}"
    arrows: dict[tuple[PartState, PartState], list[Action]] = {}
    for (state, action), rule in TRANSITIONS.items():
        arrows.setdefault((state, rule.to), []).append(action)
    for (state, to), actions in arrows.items():
        yield f"    {state} --> {to}: {', '.join(actions)}"
    yield f"    {PartState.closed} --> [*]"
