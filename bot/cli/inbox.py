"""`duban inbox`: updates that failed, and another try for one of them."""

import argparse

from bot.cli import arguments, output
from bot.cli.words import Words

ERROR_PLACES = 60


def add(commands: arguments.Group) -> None:
    below = commands.command("inbox").group("action")
    below.command("list", _list, json=True)
    again = below.command("retry", _retry, json=True)
    again.add_argument(
        "id", type=arguments.identifier, metavar="ID", help=again.words.help("inbox_id")
    )


def _list(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.inbox import failures

    with console.opened(words) as office, office.database.reading() as session:
        local = office.desk.office.cal.local
        found = [
            {
                "id": row.id,
                "update_id": row.update_id,
                "chat_id": row.chat_id,
                "state": row.state.value,
                "attempts": row.attempts,
                "error": row.error,
                "received_at": local(row.received_at).isoformat(),
            }
            for row in failures(session)
        ]
    if args.json:
        output.document(found)
        return
    if not found:
        output.line(words.say("no_failures"))
        return
    output.table(
        [
            (
                one["id"],
                one["update_id"],
                words.term(f"Handling_{one['state']}"),
                one["attempts"],
                str(one["received_at"])[:16].replace("T", " "),
                output.short(str(one["error"] or ""), ERROR_PLACES),
            )
            for one in found
        ],
        [words.term(key) for key in ("id", "update", "state", "attempts", "received", "error")],
    )


def _retry(args: argparse.Namespace, words: Words) -> None:
    from bot.cli import console
    from tasks.inbox import retry

    with console.opened(words) as office, office.database.transaction() as session:
        row = retry(session, args.id)
        told = {"id": row.id, "update_id": row.update_id, "state": row.state.value}
    if args.json:
        output.document(told)
        return
    output.line(words.say("retried", id=args.id))
