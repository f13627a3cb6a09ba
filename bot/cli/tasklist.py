"""`duban task`: the tasks as they stand, and one of them with its history."""

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.cli import arguments, output
from bot.cli.words import Words
from tasks.errors import NotFound

if TYPE_CHECKING:
    from tasks.views.standings import TaskView

TEXT_PLACES = 50


def add(commands: arguments.Group) -> None:
    below = commands.command("task").group("action")
    below.command("list", _list, json=True)
    show = below.command("show", _show, json=True)
    show.add_argument(
        "task", type=arguments.identifier, metavar="ID", help=show.words.help("task_id")
    )
    make = below.command("add", _add, json=True)
    make.add_argument(
        "--notice",
        type=arguments.identifier,
        metavar="ID",
        required=True,
        help=make.words.help("notice_id"),
    )
    for name in ("text", "owner"):
        told = make.words.help(f"task_{name}")
        make.add_argument(f"--{name}", required=True, metavar=name.upper(), help=told)
    make.add_argument("--due", metavar="DAY", help=make.words.help("task_due"))


def _add(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.instructions import read_limit, read_owners
    from tasks.models import ClauseRole
    from tasks.services.byhand import add_task

    owners = [(one.name, ClauseRole(one.role)) for one in read_owners(args.owner)]
    with console.opened(words) as office, office.database.transaction() as session:
        rules, act = office.desk.office, office.act()
        limit = None
        if args.due is not None:
            limit = read_limit(args.due, rules.cal.local_date(act.now))
        due, literal = (None, None) if limit is None else (limit.day, limit.text)
        made = add_task(session, rules, act, args.notice, args.text, owners, due, literal)
    if args.json:
        output.document({"notice": made.notice, "clause": made.clause, "task": made.task})
    elif made.task is None:
        output.line(words.say("task_drafted", clause=made.clause))
    else:
        output.line(words.say("task_added", task=made.task))


def as_document(task: "TaskView") -> dict[str, Any]:
    """A task in `duban task list --json` (design §7)."""
    return {
        "task": task.number,
        "notice": task.notice_id,
        "text": task.text,
        "state": task.state.value,
        "light": task.light.value,
        "class": task.classified.cls.value,
        "percent": task.percent,
        "due": None if task.due is None else task.due.isoformat(),
        "original_due": None if task.original_due is None else task.original_due.isoformat(),
        "parts": [
            {"department": part.department, "role": part.role.value, "state": part.state.value}
            for part in task.parts
        ],
    }


def _list(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.views.standings import load

    with console.opened(words) as office, office.database.reading() as session:
        found = load(session, office.desk.office, office.desk.now())
    if args.json:
        output.document([as_document(task) for task in found])
        return
    if not found:
        output.line(words.say("no_tasks"))
        return
    columns = ("task", "state", "light", "class", "percent", "due", "lead", "text")
    output.table([_row(task, words) for task in found], [words.term(key) for key in columns])


TIMELINE = ("at", "said_at", "actor", "department", "action", "text", "update_id")
"""What a line of the history holds in the JSON document."""


def _row(task: "TaskView", words: Words) -> tuple[object, ...]:
    return (
        f"#{task.number}",
        words.term(task.state),
        words.term(task.light),
        words.term(task.classified.cls),
        None if task.percent is None else f"{task.percent}%",
        task.due,
        words.term("and").join(part.department for part in task.leads),
        output.short(task.text, TEXT_PLACES),
    )


def _show(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.views.desk import timeline
    from tasks.views.standings import load

    with console.opened(words) as office, office.database.reading() as session:
        found = load(session, office.desk.office, office.desk.now(), numbers=[args.task])
        if not found:
            raise NotFound("no_such_task", task=args.task)
        (task,) = found
        lines = timeline(session, task.number, office.desk.office.cal)
    if args.json:
        told = [{key: line[key] for key in TIMELINE} for line in lines]
        output.document({**as_document(task), "timeline": told})
        return
    output.line(f"#{task.number} {task.text.strip()}")
    output.table(
        [
            (words.term("notice"), task.notice),
            (words.term("section"), task.section),
            (words.term("state"), words.term(task.state)),
            (words.term("class"), words.term(task.classified.cls)),
            (words.term("light"), words.term(task.light)),
            (words.term("percent"), None if task.percent is None else f"{task.percent}%"),
            (words.term("due"), task.due),
            (words.term("original_due"), task.original_due),
        ]
    )
    output.line()
    output.table(
        (part.department, words.term(part.role), words.term(part.state)) for part in task.parts
    )
    output.line()
    output.table(
        (
            f"{office.desk.office.cal.local(datetime.fromisoformat(line['at'])):%Y-%m-%d %H:%M}",
            line["actor"],
            line["department"],
            words.term("action_" + line["action"]),
            output.short(line["text"] or "", TEXT_PLACES),
        )
        for line in lines
    )
