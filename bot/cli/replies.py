"""`duban reply read`: what a sentence is understood to say."""

import argparse
from datetime import datetime

from bot.cli import arguments, output
from bot.cli.words import Words, office_zone
from tasks.text import storable


def add(commands: arguments.Group) -> None:
    read = commands.command("reply").group("action").command("read", _read, json=True)
    read.add_argument("text", metavar="TEXT", help=read.words.help("reply_text"))
    read.add_argument(
        "--at", type=arguments.moment, metavar="ISO", help=read.words.help("reply_at")
    )


def _read(args: argparse.Namespace, words: Words) -> None:
    from tasks.replies import read_reply

    zone = office_zone()
    at = args.at or datetime.now(zone)
    today = (at if at.tzinfo is None else at.astimezone(zone)).date()
    found = [reading.as_document() for reading in read_reply(storable(args.text), today)]
    if args.json:
        output.document({"reports": found})
        return
    if not found:
        output.line(words.say("no_report"))
        return
    columns = ("task", "state", "percent", "expected", "pace", "problem", "text")
    output.table(
        [[one[name] for name in columns] for one in found],
        [words.term(name) for name in columns],
    )
