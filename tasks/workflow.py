"""PURE. The workflow of a part: who may do what in which state, and what comes of it.

Two rules for this file: everything that may happen stands in TRANSITIONS, and what does
not stand there is forbidden. The same table makes the keyboard (`allowed`), judges the
press (`advance`) and draws the diagram (`diagram`), so they cannot disagree.

A task has no state of its own. Its parts go through

    issued -> signed -> in_progress -> submitted -> closed

and a report takes a part to in_progress from wherever the work is open: an answer counts
although nobody signed. The department moves its own part as far as submitted; from there
the office moves it, except that the department may withdraw. What a department adds while
the office judges, or while the clock stands still, is kept and leaves the state alone.

Aside from that way lie declined (改办待定) and paused (暂停计时): from both a part goes back
to where it stood before. A part that the office gives to another department is cancelled.

With several leads each says 申请办结 for its own share; the first listed speaks for the
task and comes last (`services.submissions` sees to that). A cooperating department never
submits: its part closes with the lead's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tasks.errors import IllegalMove, NotAllowed
from tasks.vocabulary import PartRole, PartState, Role


class Action(StrEnum):
    """What can be done to a part, in the order in which buttons stand."""

    sign = "sign"  # 签收
    no_change = "no_change"  # 按计划推进
    nothing_to_add = "nothing_to_add"  # 无补充
    report = "report"  # 报进展
    submit = "submit"  # 申请办结
    extend = "extend"  # 申请延期
    decline = "decline"  # 申请改办
    withdraw = "withdraw"  # 撤回申请
    endorse = "endorse"  # 审签: the head confirms what a contact submitted
    delegate = "delegate"  # 指定专人
    close = "close"  # 办结
    send_back = "send_back"  # 退回补充
    grant = "grant"  # 同意延期
    refuse = "refuse"  # 不同意延期
    forward = "forward"  # 报分管领导
    reassign = "reassign"  # 转办
    refuse_decline = "refuse_decline"  # 不予改办
    record = "record"  # 代记电话答复
    pause = "pause"  # 暂停计时
    resume = "resume"  # 恢复计时
    cancel = "cancel"  # 终止督办
    reopen = "reopen"  # 重新督办


@dataclass(frozen=True, slots=True)
class Rule:
    """The state that follows, who may bring it about, and for which kinds of parts.

    `to` is None where the part goes back to where it stood before.
    """

    to: PartState | None
    roles: frozenset[Role]
    part_roles: frozenset[PartRole] = frozenset(PartRole)


DEPARTMENT = frozenset({Role.contact, Role.head})
"""Who speaks for a department, for its own parts only."""

HEAD = frozenset({Role.head})
"""Who answers for a department's contacts."""

OFFICE = frozenset({Role.coordinator, Role.admin})
"""Who judges for the issuing office. A leader reads; an admin stands in for recovery."""

DECIDERS = OFFICE | {Role.leader}
"""Who may be asked for more time; from the third time on it is the leader's turn."""

_SUBMITTING = frozenset({PartRole.lead, PartRole.each})
_COOPERATING = frozenset({PartRole.cooperating})
_OPEN = (PartState.issued, PartState.signed, PartState.in_progress)
_ASIDE = (PartState.declined, PartState.paused)

Moves = dict[tuple[PartState, Action], Rule]


def _each(
    states: Iterable[PartState],
    action: Action,
    to: PartState | None,
    roles: frozenset[Role],
    part_roles: frozenset[PartRole] = frozenset(PartRole),
) -> Moves:
    """The same move from each of those states."""
    return {(state, action): Rule(to, roles, part_roles) for state in states}


def _staying(
    states: Iterable[PartState],
    action: Action,
    roles: frozenset[Role],
    part_roles: frozenset[PartRole] = frozenset(PartRole),
) -> Moves:
    """What may be done in those states and leaves them as they are."""
    return {(state, action): Rule(state, roles, part_roles) for state in states}


TRANSITIONS: Moves = {
    (PartState.issued, Action.sign): Rule(PartState.signed, DEPARTMENT),
    **_each(_OPEN, Action.no_change, PartState.in_progress, DEPARTMENT, _SUBMITTING),
    **_each(_OPEN, Action.nothing_to_add, PartState.in_progress, DEPARTMENT, _COOPERATING),
    **_each(_OPEN, Action.report, PartState.in_progress, DEPARTMENT),
    **_staying((PartState.submitted, *_ASIDE), Action.report, DEPARTMENT),
    **_each(_OPEN, Action.record, PartState.in_progress, OFFICE),
    **_staying((PartState.submitted, *_ASIDE), Action.record, OFFICE),
    **_each(_OPEN, Action.submit, PartState.submitted, DEPARTMENT, _SUBMITTING),
    **_staying(_OPEN, Action.extend, DEPARTMENT, _SUBMITTING),
    **_each(_OPEN, Action.decline, PartState.declined, DEPARTMENT),
    (PartState.submitted, Action.withdraw): Rule(PartState.in_progress, DEPARTMENT, _SUBMITTING),
    (PartState.declined, Action.withdraw): Rule(None, DEPARTMENT),
    **_staying((PartState.submitted,), Action.endorse, HEAD, _SUBMITTING),
    **_staying((*_OPEN, PartState.submitted), Action.delegate, HEAD),
    (PartState.submitted, Action.close): Rule(PartState.closed, OFFICE, _SUBMITTING),
    **_each((*_OPEN, *_ASIDE), Action.close, PartState.closed, OFFICE, _COOPERATING),
    (PartState.submitted, Action.send_back): Rule(PartState.in_progress, OFFICE, _SUBMITTING),
    **_staying(_OPEN, Action.grant, DECIDERS, _SUBMITTING),
    **_staying(_OPEN, Action.refuse, DECIDERS, _SUBMITTING),
    **_staying(_OPEN, Action.forward, OFFICE, _SUBMITTING),
    **_each((*_OPEN, PartState.declined), Action.reassign, PartState.cancelled, OFFICE),
    (PartState.declined, Action.refuse_decline): Rule(None, OFFICE),
    **_each(_OPEN, Action.pause, PartState.paused, OFFICE),
    (PartState.paused, Action.resume): Rule(None, OFFICE),
    **_each((*_OPEN, PartState.submitted, *_ASIDE), Action.cancel, PartState.cancelled, OFFICE),
    **_each((PartState.closed, PartState.cancelled), Action.reopen, PartState.in_progress, OFFICE),
}
"""Everything that may happen to a part."""


def may(role: Role, action: Action) -> bool:
    """Whether that role may ever do this, in whatever state."""
    return any(role in rule.roles for (_, known), rule in TRANSITIONS.items() if known is action)


def advance(
    state: PartState,
    action: Action,
    roles: frozenset[Role],
    part_role: PartRole,
    before: PartState | None = None,
) -> PartState:
    """The state that follows when somebody with those roles does this.

    `before`: where a part that was declined or paused stood; it goes back there. Raises
    NotAllowed where no such role may ever do it, IllegalMove where the part is not in a
    state, or not of a kind, from which it can be done. Nothing is changed by asking.
    """
    if not any(may(role, action) for role in roles):
        raise NotAllowed(action=action)
    rule = TRANSITIONS.get((state, action))
    if rule is None or part_role not in rule.part_roles:
        raise IllegalMove(action=action, state=state)
    if not rule.roles & roles:
        raise NotAllowed(action=action)
    # A part that was taken over aside has never stood anywhere else.
    return rule.to or before or PartState.issued


def allowed(state: PartState, roles: frozenset[Role], part_role: PartRole) -> tuple[Action, ...]:
    """What somebody with those roles may do now, in the order of `Action`."""
    return tuple(action for action in Action if _permits(state, action, roles, part_role))


def _permits(
    state: PartState, action: Action, roles: frozenset[Role], part_role: PartRole
) -> bool:
    rule = TRANSITIONS.get((state, action))
    return rule is not None and part_role in rule.part_roles and bool(rule.roles & roles)


def diagram() -> str:
    """The table as a Mermaid state diagram; ARCHITECTURE.md holds it, a test compares.

    What leaves a state as it is stands once, in a note beside it.
    """
    return "\n".join(["stateDiagram-v2", *_lines()]) + "\n"


def _lines() -> Iterator[str]:
    yield f"    [*] --> {PartState.issued}"
    arrows: dict[tuple[PartState, PartState], list[Action]] = {}
    staying: dict[PartState, list[Action]] = {}
    for (state, action), rule in TRANSITIONS.items():
        if rule.to is state:
            staying.setdefault(state, []).append(action)
            continue
        for to in _OPEN if rule.to is None else (rule.to,):
            arrows.setdefault((state, to), []).append(action)
    for (state, to), actions in arrows.items():
        yield f"    {state} --> {to}: {', '.join(actions)}"
    for state, actions in staying.items():
        yield f"    note right of {state}: stays on {', '.join(actions)}"
    yield f"    {PartState.closed} --> [*]"
    yield f"    {PartState.cancelled} --> [*]"
