"""`duban department`: the list of departments, a file of them, two that are one."""

import argparse
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli import arguments, files, output
from bot.cli.words import Words
from tasks.errors import DubanError, Refused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tasks.services.acts import Act

SEPARATORS = re.compile(r"[,，、;；\t]")
HEADS = frozenset({"单位", "单位名称", "名称", "部门", "department", "name", "departments"})
"""A first name that makes the first line a heading."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a file: a department and its other names."""

    line: int
    name: str
    aliases: tuple[str, ...]


def add(commands: arguments.Group) -> None:
    below = commands.command("department").group("action")
    below.command("list", _list, json=True)
    taken = below.command("import", _import, json=True)
    taken.add_argument("file", type=Path, metavar="FILE", help=taken.words.help("department_file"))
    merged = below.command("merge", _merge, json=True)
    merged.add_argument("gone", metavar="A", help=merged.words.help("department_gone"))
    merged.add_argument("kept", metavar="B", help=merged.words.help("department_kept"))
    merged.add_argument("--reason", metavar="TEXT", help=merged.words.help("merge_reason"))


def listed(text: str) -> Iterator[Listed]:
    """The departments that a text names, one line each; empty lines and a heading are none."""
    for number, line in enumerate(text.splitlines(), start=1):
        cells = next(csv.reader([line])) if '"' in line else [line]
        names = [name.strip() for cell in cells for name in SEPARATORS.split(cell)]
        names = [name for name in names if name]
        if names and not (number == 1 and names[0].lower() in HEADS):
            yield Listed(number, names[0], tuple(names[1:]))


def _list(args: argparse.Namespace, words: Words) -> None:
    from sqlalchemy import select

    from bot.cli import console
    from tasks.models import Department

    with console.opened(words) as office, office.database.reading() as session:
        found = [
            {
                "id": one.id,
                "name": one.name,
                "aliases": [alias.name for alias in one.aliases],
                "people": [
                    {
                        "name": grant.person.name,
                        "role": grant.role.value,
                        "bound": grant.person.chat_id is not None,
                    }
                    for grant in one.grants
                ],
            }
            for one in session.scalars(select(Department).order_by(Department.id))
        ]
    if args.json:
        output.document(found)
        return
    if not found:
        output.line(words.say("no_departments"))
        return
    output.table([_row(one, words) for one in found], _heads(words))


def _heads(words: Words) -> list[str]:
    return [words.term(key) for key in ("id", "department", "aliases", "people")]


def _row(one: dict[str, Any], words: Words) -> tuple[object, ...]:
    join = words.term("and").join
    people = (
        f"{person['name'] or '?'} {words.term('Role_' + person['role'])} "
        f"{words.term('bound' if person['bound'] else 'unbound')}"
        for person in one["people"]
    )
    return one["id"], one["name"], join(one["aliases"]), join(people)


def _import(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.reading import decode

    rows = list(listed(decode(files.read(args.file))))
    if not rows:
        raise Refused("no_departments_in_file")
    added: list[str] = []
    names = 0
    with console.opened(words) as office, office.database.transaction() as session:
        act = office.act()
        for row in rows:
            new, aliases = _keep(session, act, row)
            added += [row.name] if new else []
            names += aliases
    told = {"added": len(added), "known": len(rows) - len(added), "aliases": names}
    if args.json:
        output.document(told)
        return
    output.line(words.say("departments_imported", **told))
    for name in added:
        output.line(f"  {name}")


def _keep(session: "Session", act: "Act", row: Listed) -> tuple[bool, int]:
    """Whether the department is new, and how many other names are."""
    from tasks.services.directory import (
        add_alias,
        clean_name,
        ensure_department,
        find_department,
    )

    try:
        new = find_department(session, clean_name(row.name)) is None
        department = ensure_department(session, act, row.name)
        return new, sum(add_alias(session, department, alias) for alias in row.aliases)
    except DubanError as refusal:
        raise Refused(f"line_{refusal.code}", line=row.line, **refusal.facts) from None


def _merge(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.services.corrections import merge

    reason = args.reason or words.say("merge_reason")
    with console.opened(words) as office, office.database.transaction() as session:
        kept = merge(session, office.act(), args.gone, args.kept, reason)
        told = {
            "id": kept.id,
            "name": kept.name,
            "aliases": [alias.name for alias in kept.aliases],
        }
    if args.json:
        output.document(told)
        return
    output.line(words.say("merged", gone=args.gone, kept=told["name"]))
