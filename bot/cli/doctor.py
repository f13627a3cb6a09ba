"""`duban doctor`: whether all is in place, and what to do where it is not."""

import argparse

from bot.cli import arguments, output
from bot.cli.words import Words
from tasks.errors import Refused


def add(commands: arguments.Group) -> None:
    commands.command("doctor", _doctor, json=True)


def _doctor(args: argparse.Namespace, words: Words) -> None:
    from bot.doctor import examine
    from tasks.views.health import Level

    found = examine()
    told = [
        {
            "check": one.check,
            "level": one.level.value,
            "advice": words.finding(one.code, **one.facts),
        }
        for one in found
    ]
    if args.json:
        output.document(told)
    else:
        output.table(
            [
                (
                    words.term(f"Level_{one['level']}"),
                    words.term(f"check_{one['check']}"),
                    one["advice"],
                )
                for one in told
            ]
        )
    errors = sum(one.level is Level.error for one in found)
    if errors:
        raise Refused("doctor_found", count=errors)
