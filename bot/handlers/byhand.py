"""What the coordinator does by hand: milestones, tasks of his own, corrections, leaders, merging.

Every question is a row, so a restart between two of them loses nothing; who may do a thing is
judged by the use case, and words that no longer fit are refused.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.callbacks import Press, Verb
from bot.handlers.asking import Files, Question
from bot.handlers.context import Talk, plain
from bot.views import notice_named, only_notice
from tasks.errors import NotAllowed, NotFound, Refused, Stale
from tasks.instructions import read_limit
from tasks.mailroom import Dialogue
from tasks.models import ClauseRole, Notice, Task
from tasks.services import byhand, corrections, leaders, nodes
from tasks.services.acts import get_notice, is_office
from tasks.services.coverage import known_department
from tasks.services.post import Kind
from tasks.views.cards import card
from tasks.views.names import Names
from tasks.vocabulary import NoticeState

Facts = Mapping[str, Any]
Pressed = Callable[[Talk, Press, int | None], str | None]


def _nodes(talk: Talk, press: Press, message_id: int | None) -> None:
    number = press.ids[0]
    if press.name != "add":
        card(talk.session, talk.office, talk.act, number)
        talk.view("nodes", task=number)
        return
    nodes.check_task(talk.session, talk.act, number)
    talk.ask("ask_nodes", "nodes", {"task": number}, task=number)


def _nodes_typed(talk: Talk, facts: Facts, text: str) -> None:
    number = int(facts["task"])
    task = nodes.check_task(talk.session, talk.act, number)
    given = nodes.read_nodes(text, _today(talk), _year(task.notice))
    nodes.add_nodes(talk.session, talk.office, talk.act, number, given)
    talk.leave_dialogue()
    talk.view("nodes", task=number)


def _node(talk: Talk, press: Press, message_id: int | None) -> str:
    if press.name == "met":
        said = nodes.meet(talk.session, talk.office, talk.act, press.ids[0])
        number = said.part.task_id
    else:
        number = nodes.undo_met(talk.session, talk.office, talk.act, press.ids[0]).task_id
    talk.show("nodes", message_id, task=number)
    return talk.toast("step_done" if press.name == "undo" else "stored")


def _node_drop(talk: Talk, press: Press, message_id: int | None) -> None:
    task, node = nodes.check_node(talk.session, talk.act, press.ids[0])
    shown = {"task": task.id, "title": node.title}
    talk.ask("ask_drop_node", "node_drop", {"node": node.id}, **shown)


def _node_dropped(talk: Talk, facts: Facts, text: str) -> None:
    node = nodes.drop_node(talk.session, talk.office, talk.act, facts["node"], text)
    talk.leave_dialogue()
    talk.answer("node_dropped", tasks=(node.task_id,), task=node.task_id, title=node.title)


def _edit(talk: Talk, press: Press, message_id: int | None) -> None:
    number = press.ids[0]
    if press.name == "overdue":
        _late(talk, number, press)
        return
    task = corrections.check_task(talk.session, talk.act, number)
    was = task.text if press.name == "text" else _iso(task.due)
    code = f"ask_edit_{press.name}"
    talk.ask(code, f"edit_{press.name}", {"task": number, "was": was}, task=number)


def _text_typed(talk: Talk, facts: Facts, text: str) -> None:
    task = corrections.check_task(talk.session, talk.act, facts["task"])
    if not text.strip():
        raise Refused("empty_clause")
    _ask_why(talk, {**facts, "what": "text", "text": text}, task)


def _limit_typed(talk: Talk, facts: Facts, text: str) -> None:
    """A new limit. One that has passed waits for 按超期处理, or for another one."""
    task = corrections.check_task(talk.session, talk.act, facts["task"])
    found = read_limit(text, _today(talk), _year(task.notice))
    if found is not None and found.day is None:
        raise Refused("limit_unreadable", text=text.strip()[:60])
    due = None if found is None else found.day
    corrections.check_limit(talk.session, talk.act, task.id, due)
    asked = {"task": task.id, "was": facts["was"], "what": "limit", "due": _iso(due)}
    if corrections.needs_word(talk.office, talk.act, due):
        _wait(talk, "edit_limit", {**asked, "row": talk.row.id})
        talk.view("late_limit", task=task.id, due=_iso(due), row=talk.row.id)
        return
    _ask_why(talk, asked, task)


def _late(talk: Talk, number: int, press: Press) -> None:
    waiting = talk.dialogue()
    if (
        len(press.ids) != 2
        or waiting is None
        or waiting.kind != "edit_limit"
        or (waiting.facts.get("row"), waiting.facts["task"]) != (press.ids[1], number)
    ):
        raise Stale("typed_gone")
    task = corrections.check_task(talk.session, talk.act, number)
    _ask_why(talk, {**waiting.facts, "as_overdue": True}, task)


def _ask_why(talk: Talk, facts: Facts, task: Task) -> None:
    talk.ask("ask_edit_why", "edit_why", dict(facts), task=task.id)


def _why_typed(talk: Talk, facts: Facts, text: str) -> None:
    session, office, act, number = talk.session, talk.office, talk.act, facts["task"]
    if facts["what"] == "text":
        corrections.edit_text(session, office, act, number, facts["text"], text, seen=facts["was"])
    else:
        corrections.edit_limit(
            session,
            office,
            act,
            number,
            _day(facts["due"]),
            text,
            seen=_day(facts["was"]),
            as_overdue=bool(facts.get("as_overdue")),
        )
    talk.leave_dialogue()
    talk.answer("task_edited", tasks=(number,), task=number)


def _attach(talk: Talk, press: Press, message_id: int | None) -> str | None:
    """分管领导: whom to choose from; with a person, or 0 for nobody, the choice."""
    subject = press.ids[0]
    facts = {press.name: subject}
    if len(press.ids) == 1:
        if not is_office(talk.session, talk.act):
            raise NotAllowed(action="attach_leader")
        talk.view("leaders", **facts)
        return None
    leader = press.ids[1] or None
    if press.name == "task":
        leaders.attach(talk.session, talk.act, subject, leader)
    else:
        leaders.attach_notice(talk.session, talk.act, subject, leader)
    talk.show("leaders", message_id, **facts)
    return talk.toast("step_done")


def _add(talk: Talk, words: str) -> None:
    """/add [通知] [市教育局牵头：……]."""
    talk = talk.at_home()
    _needs_office(talk, "issue")
    first, _, rest = words.partition(" ")
    notice = notice_named(talk.session, words) or notice_named(talk.session, first)
    if notice is not None and notice_named(talk.session, words) is not None:
        rest = ""
    if notice is None:
        known = only_notice(talk.session)
        if known is None or (words and not _has_colon(words)):
            raise Refused("usage_add")
        notice, rest = get_notice(talk.session, known), words
    if rest.strip():
        _read(talk, notice, rest)
    else:
        _start(talk, notice)


def _has_colon(words: str) -> bool:
    return "：" in words or ":" in words


def _start(talk: Talk, notice: Notice) -> None:
    talk.ask("ask_by_hand", "by_hand", {"notice": notice.id})


def _by_hand(talk: Talk, press: Press, message_id: int | None) -> str | None:
    _needs_office(talk, "issue")
    if press.name == "start":
        _start(talk, get_notice(talk.session, press.ids[0]))
        return None
    waiting = _typed(talk, "by_hand", press.ids[0])
    if press.name == "drop":
        talk.leave_dialogue()
        _replace(talk, message_id, "cancelled_dialogue")
        return None
    if press.name == "pick":
        _pick(talk, waiting, press, message_id)
        return None
    read = waiting.facts
    owners = [(owner["department"], ClauseRole(owner["role"])) for owner in read["owners"]]
    if any(name is None for name, _ in owners):
        raise Stale("typed_gone")
    made = byhand.add_task(
        talk.session,
        talk.office,
        talk.act,
        read["notice"],
        read["text"],
        owners,
        _day(read["due"]),
        read["literal"],
    )
    talk.leave_dialogue()
    if made.task is None:
        talk.show("draft", message_id, notice=made.notice)
        return talk.toast("by_hand_drafted", number=made.clause)
    _replace(talk, message_id, "by_hand_issued", task=made.task)
    return talk.toast("issued_toast", n=1)


def _pick(talk: Talk, waiting: Dialogue, press: Press, message_id: int | None) -> None:
    """Which known department a typed name means, this time."""
    read = dict(waiting.facts)
    if len(press.ids) != 3 or press.ids[1] >= len(read["owners"]):
        raise Stale("old_button")
    _, place, department = press.ids
    owners = [dict(owner) for owner in read["owners"]]
    owners[place]["department"] = known_department(talk.session, department).name
    read["owners"] = owners
    _wait(talk, "by_hand", read)
    talk.show("by_hand", message_id, read=read)


def _by_hand_typed(talk: Talk, facts: Facts, text: str) -> None:
    _needs_office(talk, "issue")
    _read(talk, get_notice(talk.session, facts["notice"]), text)


def _read(talk: Talk, notice: Notice, text: str) -> None:
    """Read a typed duty and show how it was read; it waits for 确认交办 or other words."""
    duty = byhand.read_duty(text, _today(talk), _year(notice))
    if duty.due is not None and duty.due < _today(talk):
        raise Refused("by_hand_past", due=duty.due)
    names = Names(talk.session)
    owners = []
    for owner in duty.owners:
        found = names.owner(owner.name, ClauseRole(owner.role))
        if found.department is None and not found.resembles:
            raise NotFound("no_such_department", department=owner.name)
        owners.append(
            {
                "name": owner.name,
                "role": owner.role,
                "department": found.department,
                "resembles": [list(one) for one in found.resembles],
            }
        )
    read = {
        "notice": notice.id,
        "row": talk.row.id,
        "text": duty.text,
        "due": _iso(duty.due),
        "literal": duty.literal,
        "owners": owners,
        "draft": talk.office.needs_approval or notice.state is NoticeState.draft,
    }
    _wait(talk, "by_hand", read)
    talk.view("by_hand", read=read)


def _merge_asked(talk: Talk, words: str) -> None:
    """/merge 甲 乙 [理由]: show what merging would move; without a reason ask for one."""
    talk = talk.at_home()
    spoken = words.split(maxsplit=2)
    if not is_office(talk.session, talk.act):
        raise NotAllowed(action="merge")
    if len(spoken) < 2:
        raise Refused("usage_merge")
    facts = {"gone": spoken[0], "kept": spoken[1], "row": talk.row.id}
    if len(spoken) == 3:
        facts["reason"] = spoken[2]
    _show_merge(talk, facts)


def _merge_typed(talk: Talk, facts: Facts, text: str) -> None:
    _show_merge(talk, {**facts, "reason": text, "row": talk.row.id})


def _show_merge(talk: Talk, facts: Facts) -> None:
    corrections.merging(talk.session, talk.act, facts["gone"], facts["kept"])
    _wait(talk, "merge", facts)
    talk.view("merge", **facts)


def _merge(talk: Talk, press: Press, message_id: int | None) -> str | None:
    facts = _typed(talk, "merge", press.ids[0]).facts
    if press.name == "drop":
        talk.leave_dialogue()
        _replace(talk, message_id, "cancelled_dialogue")
        return None
    reason = facts.get("reason", "")
    kept = corrections.merge(talk.session, talk.act, facts["gone"], facts["kept"], reason)
    talk.leave_dialogue()
    _replace(talk, message_id, "merged", department=kept.name)
    return talk.toast("step_done")


def _replace(talk: Talk, message_id: int | None, code: str, **facts: Any) -> None:
    """Put a sentence in place of the message that was pressed."""
    edit = {} if message_id is None else {"edit": message_id}
    tasks = [facts["task"]] if "task" in facts else []
    talk.put(Kind.answer, code=code, facts=plain(facts), tasks=tasks, **edit)


def _typed(talk: Talk, kind: str, row: int) -> Dialogue:
    """The words that wait under that number. Raises Stale where they wait no longer."""
    waiting = talk.dialogue()
    if waiting is None or waiting.kind != kind or waiting.facts.get("row") != row:
        raise Stale("typed_gone")
    return waiting


def _wait(talk: Talk, kind: str, facts: Facts) -> None:
    """Let something that was typed wait for a press, or for other words."""
    talk.leave_dialogue()
    talk.session.add(
        Dialogue(chat_id=talk.chat_id, kind=kind, facts=plain(dict(facts)), asked_at=talk.now)
    )
    talk.session.flush()


def _needs_office(talk: Talk, action: str) -> None:
    if not is_office(talk.session, talk.act):
        raise NotAllowed(action=action)


def _today(talk: Talk) -> date:
    return talk.office.cal.local_date(talk.said_at)


def _year(notice: Notice) -> int | None:
    return None if notice.dated is None else notice.dated.year


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


BYHAND_VERBS: dict[Verb, Pressed] = {
    Verb.nodes: _nodes,
    Verb.node: _node,
    Verb.drop_node: _node_drop,
    Verb.edit_task: _edit,
    Verb.attach_leader: _attach,
    Verb.by_hand: _by_hand,
    Verb.merge: _merge,
}
BYHAND_ANSWERS: dict[str, Question] = {
    "nodes": Question(_nodes_typed, Files.told),
    "node_drop": Question(_node_dropped, Files.told),
    "edit_text": Question(_text_typed, Files.told),
    "edit_limit": Question(_limit_typed, Files.told, "late_limit"),
    "edit_why": Question(_why_typed, Files.told),
    "by_hand": Question(_by_hand_typed, Files.apart, "by_hand"),
    "merge": Question(_merge_typed, Files.apart, "merge"),
}
BYHAND_COMMANDS: dict[str, Callable[[Talk, str], None]] = {"add": _add, "merge": _merge_asked}
BYHAND_MENDABLE = frozenset(
    {
        "why_needed",
        "node_unreadable",
        "node_too_long",
        "node_past",
        "node_after_limit",
        "node_known",
        "nodes_too_many",
        "by_hand_unreadable",
        "by_hand_past",
        "no_such_department",
        "owners_unreadable",
        "limit_unreadable",
        "clause_too_long",
        "empty_clause",
        "nothing_changed",
        "lead_needed",
    }
)
"""Refusals after which the same question can be answered better."""
