"""`duban notice`: read a notice, keep it as a draft, hand its duties out, list them."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli import arguments, drafts, files, output
from bot.cli.progress import bar
from bot.cli.words import Words
from tasks.errors import Refused

if TYPE_CHECKING:
    from tasks.reading import NoticeReading

TEXT_PLACES = 60


def add(commands: arguments.Group) -> None:
    below = commands.command("notice").group("action")
    read = below.command("read", _read, json=True)
    read.add_argument("file", type=Path, metavar="FILE", help=read.words.help("notice_file"))
    read.add_argument("--text", type=Path, metavar="FILE", help=read.words.help("notice_text"))
    keep = below.command("import", _import, json=True)
    keep.add_argument("file", type=Path, metavar="FILE", help=keep.words.help("notice_file"))
    way = keep.add_mutually_exclusive_group()
    for flag in ("revise", "as_new"):
        way.add_argument(
            f"--{flag.replace('_', '-')}", action="store_true", help=keep.words.help(flag)
        )
    issue = below.command("publish", _publish, json=True)
    issue.add_argument(
        "notice", type=arguments.identifier, metavar="ID", help=issue.words.help("notice_id")
    )
    issue.add_argument("--approved-by", metavar="NAME", help=issue.words.help("approved_by"))
    below.command("list", _list, json=True)
    drafts.add(below)


def _taken_in(path: Path, words: Words) -> "tuple[str, NoticeReading]":
    from tasks.reading import read_notice
    from tasks.reading.files import text_of

    data = files.read(path)
    with bar(words.say("reading")) as reach:
        text = text_of(data, path.name, lambda share: reach(share / 2))
        return text, read_notice(text, lambda share: reach(0.5 + share / 2))


def _read(args: argparse.Namespace, words: Words) -> None:
    text, reading = _taken_in(args.file, words)
    if args.text is not None:
        files.write(args.text, text.encode("utf-8", "surrogatepass"))
    if args.json:
        output.document(reading.as_document())
        return
    header = reading.header
    output.table(
        [
            (words.term("number"), header.number),
            (words.term("title"), header.title),
            (words.term("issuer"), header.issuer),
            (words.term("date"), header.date),
        ]
    )
    output.line()
    output.table(
        [
            (
                words.term(duty.kind),
                words.term("and").join(duty.owners),
                duty.deadline or duty.deadline_text,
                output.short(duty.text, TEXT_PLACES),
            )
            for duty in reading.duties
        ],
        [words.term(key) for key in ("kind", "owners", "due", "text")],
    )
    output.line()
    coverage, unmapped = reading.coverage, reading.unmapped
    output.line(words.say("read", duties=len(reading.duties)))
    output.line(
        words.say(
            "coverage",
            sentences=coverage.sentences,
            mapped=coverage.mapped,
            unmapped=coverage.sentences - coverage.mapped,
        )
    )
    for passage in unmapped:
        output.line(f"  {output.short(passage.text, TEXT_PLACES)}")


def _import(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console, revisions
    from tasks.services.notices import counted, import_notice
    from tasks.services.revisions import adopt, differences, find_earlier

    text, reading = _taken_in(args.file, words)
    name, found = args.file.name, None
    with console.opened(words) as office, office.database.transaction() as session:
        act = office.act()
        earlier = None if args.as_new else find_earlier(session, text, reading)
        if earlier is None or not reading.duties:
            kept = import_notice(session, act, text, reading, file_name=name)
        else:
            found = differences(session, earlier, reading)
            if args.revise:
                adopt(session, act, earlier.id, text, reading, file_name=name)
            kept = counted(session, earlier, known_before=True)
    if args.json:
        told: dict[str, object] = {
            "notice": kept.notice,
            "tasks": kept.tasks,
            "unassigned": kept.unassigned,
        }
        if found is not None:
            told["revision"] = revisions.document(found, adopted=args.revise)
        output.document(told)
        return
    if found is not None:
        revisions.show(found, words, adopted=args.revise)
        return
    output.line(
        words.say(
            "known" if kept.known else "imported",
            notice=kept.notice,
            tasks=kept.tasks,
            unassigned=kept.unassigned,
        )
    )


def _publish(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.services.acts import get_notice
    from tasks.services.approvals import request
    from tasks.services.notices import publish

    signed = args.approved_by and args.approved_by.strip()
    with console.opened(words) as office, office.database.transaction() as session:
        rules, act = office.desk.office, office.act()
        asked = rules.needs_approval and not signed
        if asked:
            revision = get_notice(session, args.notice).revision
            request(session, rules, act, args.notice, revision)
        else:
            done = publish(session, rules, act, args.notice, approved_by=signed or None)
    if asked:
        # Kept, but not what was asked for: nothing has gone out.
        raise Refused("approval_asked", notice=args.notice)
    if args.json:
        output.document({"issued": done.issued, "left": done.left})
        return
    output.line(words.say("published", issued=done.issued, left=done.left))


def _list(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.views.desk import notices

    with console.opened(words) as office, office.database.reading() as session:
        found = notices(session)
    if args.json:
        output.document(
            [
                {
                    "id": one.id,
                    "label": one.label,
                    "title": one.title,
                    "state": one.state,
                    "tasks": one.tasks,
                    "left": one.left,
                }
                for one in found
            ]
        )
        return
    if not found:
        output.line(words.say("no_notices"))
        return
    output.table(
        [(one.id, one.label, words.term(one.state), one.tasks, one.left) for one in found],
        [words.term(key) for key in ("id", "notice", "state", "tasks", "left")],
    )
