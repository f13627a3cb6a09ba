"""`duban summary`: how far it has come, the same numbers as in the chat."""

import argparse
from typing import TYPE_CHECKING

from bot.cli import arguments, output
from bot.cli.words import Words

if TYPE_CHECKING:
    from tasks.views.summary import Summary

REASON_PLACES = 40


def add(commands: arguments.Group) -> None:
    told = commands.command("summary", _summary, json=True)
    told.add_argument(
        "--notice", type=arguments.identifier, metavar="ID", help=told.words.help("summary_notice")
    )
    told.add_argument(
        "--at", type=arguments.moment, metavar="ISO", help=told.words.help("summary_at")
    )


def _summary(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.views.summary import summarise

    with console.opened(words) as office, office.database.reading() as session:
        as_of = office.desk.now() if args.at is None else office.moment(args.at)
        found = summarise(session, office.desk.office, as_of, notice_id=args.notice)
    if args.json:
        output.document(found.as_document())
    else:
        _print(found, words)


def _print(found: "Summary", words: Words) -> None:
    from tasks.classes import shares
    from tasks.vocabulary import Silence

    output.line(words.say("summary_head", as_of=found.as_of, total=found.total, label=found.label))
    percent = shares(found.classes)
    output.table(
        (words.term(cls), found.classes[cls], f"{percent[cls]}%", _changed(found, cls))
        for cls in found.classes
    )
    output.line(
        words.say(
            "summary_counts",
            overdue=len(found.overdue),
            extended=found.extended,
            past_original=found.past_original,
            waiting=found.waiting,
            left=found.left,
        )
    )
    heard = found.heard
    output.line(
        words.say(
            "summary_heard",
            opens=heard.opens,
            closes=heard.closes,
            complete=heard.complete,
            of=len(heard.departments),
            partial=heard.partial,
            not_bound=len(heard.silent(Silence.not_bound)),
            not_delivered=len(heard.silent(Silence.not_delivered)),
            not_answered=len(heard.silent(Silence.not_answered)),
        )
    )
    if found.overdue:
        output.line()
        output.table(
            [
                (
                    f"#{line.task}",
                    line.department,
                    line.days,
                    line.expected,
                    output.short(line.reason or "", REASON_PLACES),
                )
                for line in found.overdue
            ],
            [words.term(key) for key in ("task", "lead", "overdue_days", "expected", "problem")],
        )
    if found.departments:
        output.line()
        output.table(
            [
                (row.name, row.total, row.lead, *row.classes.values(), row.overdue)
                for row in found.departments
            ],
            [
                *(words.term(key) for key in ("department", "total", "lead")),
                *(words.term(cls) for cls in found.classes),
                words.term("overdue"),
            ],
        )


def _changed(found: "Summary", cls: "object") -> str:
    change = 0 if found.change is None else found.change.get(cls, 0)  # type: ignore[call-overload]
    return f"{change:+d}" if change else ""
