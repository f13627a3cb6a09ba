"""`duban invite`: a code that binds somebody's chat account, once."""

import argparse
import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli import arguments, files, output
from bot.cli.words import Words
from tasks.vocabulary import Role

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tasks.models import Department
    from tasks.services.acts import Act

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula."""


@dataclass(frozen=True, slots=True)
class Row:
    """One department's line: a fresh code, or None where a contact is bound already."""

    department: str
    name: str
    code: str | None
    link: str | None
    expires_at: datetime | None
    bound: bool


def add(commands: arguments.Group) -> None:
    made = commands.command("invite", _invite, json=True)
    made.add_argument(
        "--role", choices=[role.value for role in Role], help=made.words.help("role")
    )
    made.add_argument("--department", metavar="NAME", help=made.words.help("invite_department"))
    made.add_argument("--name", metavar="N", help=made.words.help("invite_name"))
    made.add_argument("--group", action="store_true", help=made.words.help("invite_group"))
    made.add_argument("--all", action="store_true", help=made.words.help("invite_all"))
    made.add_argument("-o", "--output", type=Path, metavar="FILE", help=made.words.help("csv"))
    made.set_defaults(fail=made.error)


def _invite(args: argparse.Namespace, words: Words) -> None:
    if args.all:
        if args.output is None:
            args.fail(words.say("all_needs_output"))
        alone = not (args.group or args.department or args.name)
        if not alone or args.role not in (None, Role.contact.value):
            args.fail(words.say("all_alone"))
        _invite_all(args, words)
        return
    if args.output is not None:
        args.fail(words.say("output_needs_all"))
    if args.group:
        if args.role is not None or args.name:
            args.fail(words.say("group_alone"))
        _invite_group(args, words)
        return
    if args.role is None:
        args.fail(words.say("role_needed"))
    _invite_one(args, words)


def _invite_one(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.services.directory import invite

    alike: tuple[str, ...] = ()
    with console.opened(words) as office:
        with office.database.transaction() as session:
            if args.department:
                alike = _alike(session, args.department)
            made = invite(
                session,
                office.act(),
                Role(args.role),
                department=args.department,
                name=args.name,
            )
            link = _link(session, made.code)
        expires = office.desk.office.cal.local(made.expires_at)
    if alike:
        named = {"department": args.department, "known": alike, "first": alike[0]}
        output.complain(words.say("department_alike", **named))
    _tell(args, words, made.code, link, expires)


def _alike(session: "Session", name: str) -> tuple[str, ...]:
    """Known departments that were perhaps meant, where the name is none of them."""
    from tasks.services.directory import clean_name, find_department
    from tasks.views.names import Names

    name = clean_name(name)
    if find_department(session, name) is not None:
        return ()
    return tuple(known for _, known in Names(session).meant(name))


def _invite_group(args: argparse.Namespace, words: Words) -> None:
    """A code for a group of that department, of the office where none is named."""
    from bot.cli import console
    from tasks.services.groups import invite_group

    with console.opened(words) as office:
        with office.database.transaction() as session:
            made = invite_group(session, office.act(), args.department)
            link = _link(session, made.code, "startgroup")
        expires = office.desk.office.cal.local(made.expires_at)
    _tell(args, words, made.code, link, expires)


def _tell(
    args: argparse.Namespace, words: Words, code: str, link: str | None, expires: datetime
) -> None:
    if args.json:
        output.document({"code": code, "link": link, "expires_at": expires.isoformat()})
        return
    output.line(words.say("invited", code=code, expires=expires))
    output.line(link if link is not None else words.say("no_link"))


def _link(session: "Session", code: str, how: str = "start") -> str | None:
    """The address that opens the bot with the code; None before a `duban run` told its name."""
    from tasks.mailroom import Fact

    bot = session.get(Fact, "bot")
    username = None if bot is None else bot.value.get("username")
    return f"https://t.me/{username}?{how}={code}" if username else None


def _invite_all(args: argparse.Namespace, words: Words) -> None:
    from sqlalchemy import select

    from bot.cli import console
    from tasks.models import Department

    with console.opened(words) as office, office.database.transaction() as session:
        act = office.act()
        units = session.scalars(select(Department).order_by(Department.id)).all()
        rows = [_row(session, act, unit) for unit in units]
        # Inside the transaction: a file that cannot be written takes the codes back with it.
        local = office.desk.office.cal.local
        files.write(args.output, _csv(rows, words, local).encode("utf-8-sig"), private=True)
    told = {
        "file": str(args.output),
        "departments": len(units),
        "codes": sum(row.code is not None for row in rows),
        "bound": sum(row.bound for row in rows),
    }
    if args.json:
        output.document(told)
        return
    output.line(words.say("invited_all", **told))


def _row(session: "Session", act: "Act", unit: "Department") -> Row:
    """One row for a department: that of a bound contact, else of a fresh code."""
    from tasks.services.directory import invite, renew_invitation

    contacts = [grant.person for grant in unit.grants if grant.role is Role.contact]
    bound = next((person for person in contacts if person.chat_id is not None), None)
    if bound is not None:
        return Row(unit.name, bound.name, None, None, None, True)
    name = contacts[0].name if contacts else ""
    made = (
        renew_invitation(session, act, contacts[0], department=unit)
        if contacts
        else invite(session, act, Role.contact, department=unit.name)
    )
    return Row(unit.name, name, made.code, _link(session, made.code), made.expires_at, False)


def _csv(rows: Iterable[Row], words: Words, local: Callable[[datetime], datetime]) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(
        words.term(key) for key in ("department", "person", "code", "link", "expires", "bound")
    )
    for row in rows:
        expires = "" if row.expires_at is None else f"{local(row.expires_at):%Y-%m-%d %H:%M}"
        bound = words.term("yes" if row.bound else "no")
        cells = (row.department, row.name, row.code or "", row.link or "", expires, bound)
        writer.writerow(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells)
    return sheet.getvalue()
