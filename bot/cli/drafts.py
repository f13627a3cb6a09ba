"""`duban notice show|export|review|assign|undo`: a draft is reviewed without a chat."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli import arguments, files, output
from bot.cli.words import Words
from tasks.errors import Refused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.cli.console import Console
    from tasks.exports.draft_sheet import Problem
    from tasks.models import Clause
    from tasks.views.drafts import ClauseLine

TEXT_PLACES = 60


def add(below: arguments.Group) -> None:
    """The commands, beside the others of `duban notice`."""
    show = below.command("show", _show, json=True)
    _of_notice(show)
    export = below.command("export", _export, json=True)
    _of_notice(export)
    export.add_argument(
        *("-o", "--output"),
        type=Path,
        metavar="FILE",
        required=True,
        help=export.words.help("sheet_output"),
    )
    review = below.command("review", _review, json=True)
    review.add_argument("file", type=Path, metavar="FILE", help=review.words.help("sheet_file"))
    review.add_argument("--dry-run", action="store_true", help=review.words.help("draft_dry_run"))
    assign = below.command("assign", _assign, json=True)
    _of_notice(assign)
    assign.add_argument("words", metavar="TEXT", help=assign.words.help("assign_words"))
    assign.add_argument("--dry-run", action="store_true", help=assign.words.help("draft_dry_run"))
    undo = below.command("undo", _undo, json=True)
    _of_notice(undo)


def _of_notice(command: arguments.Parser) -> None:
    command.add_argument(
        "notice", type=arguments.identifier, metavar="ID", help=command.words.help("notice_id")
    )


def _show(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console

    with console.opened(words) as office, office.database.reading() as session:
        document = _document(session, office, args.notice)
    if args.json:
        output.document(document)
        return
    counts = document["counts"]
    state = words.term("NoticeState_" + document["state"])
    output.line(words.say("draft_head", label=document["label"], state=state, **counts))
    output.line()
    output.table(
        [_row(one, words) for one in document["clauses"]],
        [words.term(key) for key in ("id", "state", "kind", "owners", "due", "text")],
    )
    waiting = [one for one in document["unmapped"] if one["state"] == "open"]
    if waiting:
        output.line()
        output.line(words.say("draft_unmapped", count=len(waiting)))
        for one in waiting:
            output.line(f"  {output.short(one['text'], TEXT_PLACES)}")


def _document(session: "Session", office: "Console", notice_id: int) -> dict[str, Any]:
    """A draft as `duban notice show --json` has it."""
    from sqlalchemy import select

    from tasks.drafting import Passage
    from tasks.services.notices import Stays, clauses_of
    from tasks.views import drafts

    act, rules = office.act(), office.desk.office
    told = drafts.draft(session, rules, act, notice_id)
    rows = {row.id: row for row in clauses_of(session, notice_id)}
    passages = session.scalars(
        select(Passage).where(Passage.notice_id == notice_id).order_by(Passage.start, Passage.id)
    )
    return {
        "notice": told.notice_id,
        "label": told.label,
        "state": told.state.value,
        "counts": {
            "clauses": told.total,
            "ready": told.ready,
            "without_owner": told.stays[Stays.no_owner],
            "without_limit": told.no_limit,
            "past_limit": told.stays[Stays.past_limit],
            "collective": told.stays[Stays.collective],
            "issued": told.issued,
            "waived": told.waived,
            "unmapped": told.passages_open,
        },
        "clauses": [
            _clause(line, rows[line.id])
            for line in drafts.clauses(session, rules, act, notice_id, drafts.Filter.all)
        ],
        "unmapped": [
            {"text": one.text, "start": one.start, "end": one.end, "state": one.state.value}
            for one in passages
        ],
    }


def _clause(line: "ClauseLine", row: "Clause") -> dict[str, Any]:
    return {
        "number": line.number,
        "section": line.section,
        "kind": line.kind.value,
        "text": line.text,
        "owners": [
            {"name": owner.name, "role": owner.role.value, "department": owner.department}
            for owner in line.owners
        ],
        "deadline": None if line.deadline is None else line.deadline.isoformat(),
        "deadline_text": line.deadline_text,
        "follow_up": line.follow_up.value,
        "state": line.state.value,
        "reason": line.reason or (None if line.waived_as is None else line.waived_as.value),
        "start": row.start,
        "end": row.end,
    }


def _row(one: dict[str, Any], words: Words) -> tuple[object, ...]:
    return (
        one["number"],
        words.term("ClauseState_" + one["state"]),
        words.term("ClauseKind_" + one["kind"]),
        words.term("and").join(owner["name"] for owner in one["owners"]),
        one["deadline"] or one["deadline_text"] or words.term("FollowUp_" + one["follow_up"]),
        output.short(one["text"], TEXT_PLACES),
    )


def _export(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.services import sheets

    with console.opened(words) as office, office.database.reading() as session:
        data = sheets.export(session, office.act(), args.notice)
    files.write(args.output, data)
    if args.json:
        output.document({"notice": args.notice, "file": str(args.output)})
    else:
        output.line(words.say("sheet_exported", notice=args.notice, file=str(args.output)))


def _review(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.services import sheets

    data = files.read(args.file)
    with console.opened(words) as office, office.database.transaction() as session:
        done = sheets.apply(session, office.desk.office, office.act(), data, dry_run=args.dry_run)
    if args.json:
        output.document(
            {
                "notice": done.notice,
                "changed": done.changed,
                "added": done.added,
                "waived": done.waived,
                "mapped": done.mapped,
                "dropped": done.dropped,
                "problems": [_problem(one, words) for one in done.problems],
            }
        )
    elif not done.problems:
        told = "sheet_would_apply" if args.dry_run else "sheet_applied"
        facts = {"mapped": done.mapped, "dropped": done.dropped}
        lists = {
            name: [str(number) for number in getattr(done, name)] or None
            for name in ("changed", "added", "waived")
        }
        output.line(
            words.say("sheet_nothing", notice=done.notice)
            if done.nothing
            else words.say(told, notice=done.notice, **facts, **lists)
        )
    if done.problems:
        if not args.json:
            for one in done.problems:
                output.complain(_told(one, words))
        raise Refused("sheet_problems", count=len(done.problems))


def _problem(one: "Problem", words: Words) -> dict[str, Any]:
    return {
        "sheet": one.sheet,
        "row": one.row,
        "column": one.column,
        "code": one.code,
        "text": words.refusal(Refused(one.code, **dict(one.facts))),
    }


def _told(one: "Problem", words: Words) -> str:
    place = "".join(
        words.say(key, value=value)
        for key, value in (("at_row", one.row), ("at_column", one.column))
        if value is not None
    )
    text = words.refusal(Refused(one.code, **dict(one.facts)))
    return words.say("sheet_problem", sheet=one.sheet, place=place, text=text)


def _assign(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.services import drafts
    from tasks.services.acts import get_notice
    from tasks.services.orders import read_order
    from tasks.views.drafts import Filter, clauses

    with console.opened(words) as office, office.database.transaction() as session:
        act, rules = office.act(), office.desk.office
        notice = get_notice(session, args.notice)
        today = rules.cal.local_date(act.now)
        orders, chosen = read_order(session, notice.id, args.words, today)
        with session.begin_nested() as held:
            drafts.assign(session, act, notice.id, notice.revision, chosen.numbers, orders)
            after = clauses(session, rules, act, notice.id, Filter.all)
            if args.dry_run:
                held.rollback()
    touched = [line for line in after if line.number in chosen.numbers]
    if args.json:
        output.document(
            {"notice": args.notice, "clauses": chosen.numbers, "by_place": chosen.by_place}
        )
        return
    output.table(
        [
            (
                line.number,
                line.section,
                words.term("and").join(owner.name for owner in line.owners),
                words.term(line.state) if line.waived_as else words.term(line.follow_up),
                line.deadline,
                output.short(line.text, TEXT_PLACES),
            )
            for line in touched
        ],
        [words.term(key) for key in ("id", "section", "owners", "follow_up", "due", "text")],
    )
    output.line()
    if chosen.by_place:
        numbers = [str(number) for number in chosen.by_place]
        output.line(words.say("assign_by_place", numbers=numbers))
    output.line(words.say("would_assign" if args.dry_run else "assigned", count=len(touched)))


def _undo(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.services.undoing import undo

    with console.opened(words) as office, office.database.transaction() as session:
        edit = undo(session, office.act(), args.notice)
        action = edit.action
    if args.json:
        output.document({"notice": args.notice, "undone": action})
    else:
        output.line(words.say("undone", action=words.term(f"draft_{action}")))
