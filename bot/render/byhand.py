"""PURE. What the coordinator does by hand: milestones, tasks of his own, corrections, leaders,
and what waits for a leader's word."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.callbacks import Press, Verb
from bot.render.buttons import button, keyboard, openers
from bot.render.cards import milestones
from bot.render.issuing import recipients
from bot.render.lines import title
from bot.render.message import Button, Message
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import Html, brief, cut, one_line, quoted
from tasks.services.corrections import Merging
from tasks.views.approvals import ApprovalView, Decision
from tasks.views.cards import CardView, MyTasks
from tasks.vocabulary import ENDED_STATES

LABEL = 16
"""Cells of a milestone's name on a button."""

LISTED = 24
"""Tasks, people or clauses that one message lists."""


def nodes(voice: Voice, card: CardView, *, office: bool, answering: bool) -> tuple[Message, ...]:
    """节点 of a task, and what the viewer may do with each."""
    task = card.task
    lines = [voice.say("node.title", task=task.number, text=brief(task.text, 36))]
    lines += milestones(voice, task, card.today, len(task.nodes))
    if not task.nodes:
        lines.append(voice.say("node.none"))
    meeting: list[Button] = []
    changing: list[Button] = []
    for node in task.nodes:
        name = cut(node.title, LABEL)
        if node.met_on is None and answering:
            press = Press(Verb.node, (node.id,), "met")
            meeting.append(button(voice, "node_met", press, "success", title=name))
        if node.met_on is not None and office:
            press = Press(Verb.node, (node.id,), "undo")
            changing.append(button(voice, "node_undo", press, title=name))
        if node.met_on is None and office:
            press = Press(Verb.drop_node, (node.id,))
            changing.append(button(voice, "node_drop", press, title=name))
    if task.state in ENDED_STATES:
        meeting, changing = [], []
    elif office:
        press = Press(Verb.nodes, (task.number,), "add")
        changing.insert(0, button(voice, "node_add", press, "primary"))
    return fit(lines, keyboard(meeting, changing, openers(voice, [task.number])))


def leaders(
    voice: Voice,
    subject: Html,
    name: str,
    number: int,
    known: Sequence[tuple[int, str]],
    chosen: int | None,
) -> tuple[Message, ...]:
    """分管领导 of a task or of a whole notice: who it may be. `name`: "task" or "notice"."""
    lines = [subject, voice.say("leaders.choose" if known else "leaders.nobody")]
    choices = [
        button(
            voice,
            "leader_chosen" if person == chosen else "leader_is",
            Press(Verb.attach_leader, (number, person), name),
            name=cut(called, LABEL),
        )
        for person, called in known[:LISTED]
    ]
    none = [button(voice, "leader_none", Press(Verb.attach_leader, (number, 0), name))]
    return fit(lines, keyboard(choices, none if known or chosen else []))


def subject_of_task(voice: Voice, card: CardView) -> Html:
    return title(voice, card.task)


def subject_of_notice(voice: Voice, label: str, n: int) -> Html:
    return voice.say("leaders.notice", label=cut(label, 60), n=n)


def attached(voice: Voice, mine: MyTasks) -> tuple[Message, ...]:
    """我分管的: the tasks attached to a leader, the most urgent first."""
    if not mine.cards:
        return fit([voice.say("leaders.none_attached")])
    lines = [voice.say("leaders.attached", n=len(mine.cards))]
    for card in mine.cards[:LISTED]:
        task = card.task
        due = (
            voice.plain("limit.long_term")
            if task.due is None
            else voice.short(task.due, card.today)
        )
        lead = task.lead.department if task.lead is not None else task.parts[0].department
        lines.append(
            voice.say(
                "summary.task",
                title=title(voice, task),
                due=due,
                department=cut(lead, LABEL),
                state=task.state,
            )
        )
    if len(mine.cards) > LISTED:
        lines.append(voice.say("lists.rest", n=len(mine.cards) - LISTED))
    return fit(lines, keyboard(openers(voice, (card.task.number for card in mine.cards))))


def by_hand(voice: Voice, label: str, read: dict[str, Any], today: date) -> tuple[Message, ...]:
    """A typed duty as it was read, before it goes out. `read`: owners, text, due, row, draft."""
    lines = [voice.say("by_hand.title", label=cut(label, 60)), quoted(read["text"])]
    unsure: list[Button] = []
    for place, owner in enumerate(read["owners"]):
        role = voice.term_of("clause_role", owner["role"])
        if owner["department"] is not None:
            lines.append(voice.say("by_hand.owner", role=role, name=owner["department"]))
            continue
        lines.append(voice.say("by_hand.unsure", role=role, name=owner["name"]))
        for department, called in owner["resembles"]:
            press = Press(Verb.by_hand, (read["row"], place, department), "pick")
            name = cut(owner["name"], LABEL)
            facts = {"name": name, "department": cut(called, LABEL)}
            unsure.append(button(voice, "settle", press, **facts))
    if read["due"] is None:
        lines.append(voice.say("by_hand.no_limit"))
    else:
        lines.append(
            voice.say("by_hand.limit", day=voice.day(date.fromisoformat(read["due"]), today))
        )
    if read["draft"]:
        lines.append(voice.say("by_hand.to_draft"))
    lines.append(voice.say("by_hand.again"))
    drop = button(voice, "leave", Press(Verb.by_hand, (read["row"],), "drop"))
    if unsure:
        return fit(lines, keyboard(unsure, [drop]))
    key = "by_hand_draft" if read["draft"] else "by_hand"
    sure = button(voice, key, Press(Verb.by_hand, (read["row"],), "issue"), "primary")
    return fit(lines, keyboard([sure, drop]))


def late_limit(voice: Voice, number: int, due: date, row: int, today: date) -> tuple[Message, ...]:
    """A new limit that has passed: 按超期处理 has to be said."""
    lines = [voice.say("by_hand.late", task=number, day=voice.day(due, today))]
    press = Press(Verb.edit_task, (number, row), "overdue")
    return fit(lines, keyboard([button(voice, "keep_overdue", press, "danger")]))


def merging(voice: Voice, found: Merging, reason: str | None, row: int) -> tuple[Message, ...]:
    """What merging two departments would move."""
    lines = [voice.say("merging.title", gone=found.gone, kept=found.kept)]
    people = voice.names(found.people, LISTED) if found.people else voice.plain("merging.nobody")
    lines.append(voice.say("merging.people", n=len(found.people), names=people))
    if found.tasks:
        tasks = voice.tasks(found.tasks[:LISTED])
        lines.append(voice.say("merging.tasks", n=len(found.tasks), tasks=tasks))
    else:
        lines.append(voice.say("merging.no_tasks"))
    lines.append(voice.say("merging.aliases", names=voice.names(found.aliases), kept=found.kept))
    if reason is None:
        return fit([*lines, voice.say("merging.why")])
    lines.append(voice.say("merging.reason", reason=one_line(reason)))
    sure = button(voice, "merge_do", Press(Verb.merge, (row,), "do"), "danger")
    drop = button(voice, "leave", Press(Verb.merge, (row,), "drop"))
    return fit(lines, keyboard([sure, drop]))


def approval(voice: Voice, view: ApprovalView) -> tuple[Message, ...]:
    """待签发: what would go out, to the leader who signs."""
    draft = view.preview.draft
    facts = {"label": cut(draft.label, 60), "n": draft.ready}
    if view.decision is not Decision.waiting:
        key = f"approval.{view.decision.value}"
        lines = [voice.say(key, label=facts["label"], by=view.decided_by or "")]
        if view.reason:
            lines.append(quoted(view.reason))
        return fit(lines)
    lines = [voice.say("approval.title", **facts)]
    lines.append(voice.say("approval.asked", by=view.asked_by, at=view.asked_at))
    lines += recipients(voice, view.preview)
    lines.append(voice.say("approval.clauses"))
    for line in view.lines[:LISTED]:
        owners = voice.names((owner.department or owner.name for owner in line.owners), 2)
        limit = voice.plain("limit.long_term")
        if line.deadline is not None:
            limit = voice.short(line.deadline, draft.today)
        lines.append(
            voice.say(
                "approval.clause",
                number=line.number,
                text=brief(line.text, 44),
                owners=owners,
                limit=limit,
            )
        )
    if len(view.lines) > LISTED:
        lines.append(voice.say("lists.rest", n=len(view.lines) - LISTED))
    if not view.may_sign:
        return fit([*lines, voice.say("approval.waits")])
    sign = button(voice, "approve", Press(Verb.approve, (view.id,)), "primary", n=draft.ready)
    back = button(voice, "disapprove", Press(Verb.disapprove, (view.id,)), "danger")
    return fit(lines, keyboard([sign, back]))
