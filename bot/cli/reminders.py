"""`duban remind`: one sweep, or a look at what it would say."""

import argparse
from dataclasses import replace

from bot.cli import arguments, output
from bot.cli.words import Words
from tasks.errors import Refused


def add(commands: arguments.Group) -> None:
    remind = commands.command("remind", _remind, json=True)
    remind.add_argument(
        "--at", type=arguments.moment, metavar="ISO", help=remind.words.help("remind_at")
    )
    remind.add_argument("--dry-run", action="store_true", help=remind.words.help("remind_dry_run"))


def _remind(args: argparse.Namespace, words: Words) -> None:
    from bot import preview
    from bot.cli import console

    with console.opened(words) as office:
        now = office.desk.now()
        at = now if args.at is None else office.moment(args.at)
        if at > now and not args.dry_run:
            raise Refused("later_needs_dry_run")
        desk = replace(office.desk, now=lambda: at)
        act = preview.rehearse if args.dry_run else preview.sweep_now
        told = act(office.database, desk)
    if args.json:
        output.document([one.as_document() for one in told])
        return
    for one in told:
        tasks = " ".join(f"#{number}" for number in one.tasks)
        output.line(f"{one.person} {one.department} · {words.term('Kind_' + one.kind)} {tasks}")
        output.line(one.text)
        output.line()
    output.line(words.say("would_tell" if args.dry_run else "told", count=len(told)))
