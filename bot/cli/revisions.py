"""`duban notice import` of a text that revises a known notice: what differs, and adopting it."""

from typing import TYPE_CHECKING, Any

from bot.cli import output
from bot.cli.words import Words

if TYPE_CHECKING:
    from tasks.services.revisions import Differences

TEXT_PLACES = 60


def document(found: "Differences", *, adopted: bool) -> dict[str, Any]:
    """The differences as JSON."""
    return {
        "adopted": adopted,
        "unchanged": found.unchanged,
        "changed": [
            {"number": one.number, "task": one.task, "changes": sorted(one.aspects)}
            for one in found.changed
        ],
        "added": [duty.text for duty in found.added],
        "removed": [{"number": one.number, "task": one.task} for one in found.removed],
    }


def show(found: "Differences", words: Words, *, adopted: bool) -> None:
    """The differences as a table, and what to do about them."""
    rows: list[tuple[object, ...]] = []
    for change in found.changed:
        what = words.term("and").join(words.term(one) for one in sorted(change.aspects))
        rows.append((words.term("changed"), change.number, _task(change.task), what, change.text))
    rows += [(words.term("added"), "", "", "", duty.text) for duty in found.added]
    rows += [
        (words.term("removed"), gone.number, _task(gone.task), "", gone.text)
        for gone in found.removed
    ]
    if rows:
        output.table([(*row[:4], output.short(str(row[4]), TEXT_PLACES)) for row in rows])
        output.line()
    told = "revision_adopted" if adopted else "revision_found"
    output.line(
        words.say(
            told,
            notice=found.notice_id,
            unchanged=found.unchanged,
            changed=len(found.changed),
            added=len(found.added),
            removed=len(found.removed),
        )
    )


def _task(number: int | None) -> str:
    return "" if number is None else f"#{number}"
