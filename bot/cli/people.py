"""`duban person`: who there is, and what becomes of somebody who leaves."""

import argparse
from typing import TYPE_CHECKING, Any

from bot.cli import arguments, output
from bot.cli.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tasks.models import Person
    from tasks.views.absent import Away


def add(commands: arguments.Group) -> None:
    below = commands.command("person").group("action")
    below.command("list", _list, json=True)
    given = below.command("hand-over", _hand_over, json=True)
    given.add_argument(
        "leaver", type=arguments.identifier, metavar="FROM", help=given.words.help("person_from")
    )
    given.add_argument(
        "heir", type=arguments.identifier, metavar="TO", help=given.words.help("person_to")
    )
    stopped = below.command("stop", _stop, json=True)
    stopped.add_argument(
        "person", type=arguments.identifier, metavar="ID", help=stopped.words.help("person_id")
    )


def _list(args: argparse.Namespace, words: Words) -> None:
    from sqlalchemy import select
    from sqlalchemy.orm import selectinload

    from bot.cli import console
    from tasks.models import Grant, Person
    from tasks.views.absent import absent

    with console.opened(words) as office, office.database.reading() as session:
        away = absent(session)
        query = select(Person).options(selectinload(Person.grants).selectinload(Grant.department))
        people = session.scalars(query.order_by(Person.id)).all()
        found = listed(people, away, office.desk.admin_ids)
    if args.json:
        output.document(found)
        return
    if not found:
        output.line(words.say("no_people"))
        return
    heads = [words.term(key) for key in ("id", "person", "roles", "phone", "account")]
    output.table([_row(one, words) for one in found], heads)


def listed(
    people: "Iterable[Person]", away: "Mapping[int, Away]", recovery: frozenset[int]
) -> list[dict[str, Any]]:
    """Everybody who holds a role or is here for recovery, as the JSON document has them; who
    handed over or was stopped holds none."""
    return [
        {
            "id": person.id,
            "name": person.name,
            "phone": person.phone,
            "bound": person.chat_id is not None,
            "reachable": person.chat_id is not None and person.unreachable_at is None,
            "recovery": person.chat_id in recovery,
            "away": None
            if person.id not in away
            else {
                "until": away[person.id].until.isoformat(),
                "deputy": away[person.id].deputy,
            },
            "roles": [
                {
                    "role": grant.role.value,
                    "department": None if grant.department is None else grant.department.name,
                }
                for grant in person.grants
            ],
        }
        for person in people
        if person.grants or person.chat_id in recovery
    ]


def _row(one: dict[str, Any], words: Words) -> tuple[object, ...]:
    roles = [
        f"{held['department'] or ''} {words.term('Role_' + held['role'])}".strip()
        for held in one["roles"]
    ]
    if one["recovery"]:
        roles.append(words.term("recovery"))
    account = [words.term("bound" if one["bound"] else "unbound")]
    if one["bound"] and not one["reachable"]:
        account.append(words.term("unreachable"))
    if one["away"] is not None:
        account.append(words.say("person_away", **one["away"]))
    join = words.term("and").join
    return one["id"], one["name"], join(roles), one["phone"], join(account)


def _hand_over(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.services import people

    with console.opened(words) as office, office.database.transaction() as session:
        leaver = people.check_person(session, office.act(), args.leaver).name
        heir = people.hand_over(session, office.act(), args.leaver, args.heir)
        told = {"from": args.leaver, "to": heir.id, "name": heir.name}
    if args.json:
        output.document(told)
        return
    output.line(words.say("handed_over", leaver=leaver, heir=told["name"]))


def _stop(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.services import people

    with console.opened(words) as office, office.database.transaction() as session:
        person = people.stop(session, office.act(), args.person)
        told = {"id": person.id, "name": person.name}
    if args.json:
        output.document(told)
        return
    output.line(words.say("stopped", name=told["name"]))
