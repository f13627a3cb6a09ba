"""What was kept is read back: below, or in place of what a later version replaces."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.handlers.context import Talk
from tasks.mailroom import Outbox, Sent
from tasks.models import Part, Report
from tasks.services.post import Kind
from tasks.vocabulary import PartState

LOOKED_AT = 200
"""Receipts of a chat among which the one to redraw is looked for."""


def give(talk: Talk, kept: Sequence[Report]) -> None:
    """Read these answers back. The receipt of what they replace is redrawn, so that it offers
    nothing that counts no more; a new one follows only where other messages came after it."""
    new = {one.replaces_id: one.id for one in kept if one.replaces_id is not None}
    ids = [one.id for one in kept]
    shown = _receipt_of(talk, set(new))
    if shown is None:
        talk.put(Kind.receipt, reports=ids)
        return
    known = [new.get(number, number) for number in shown.facts["reports"]]
    added = [number for number in ids if number not in known]
    talk.put(Kind.receipt, reports=[*known, *added], edit=shown.message_id)
    if _something_followed(talk, shown):
        talk.put(Kind.receipt, reports=ids)


def settle_others(talk: Talk, confirmed: Sequence[int], pressed: int | None) -> None:
    """What is confirmed on one receipt waits on no other: after a correction or an edit the
    same words may stand on two. `pressed`: the message that is redrawn anyway."""
    said = set(confirmed)
    for number in confirmed:
        row = talk.session.get(Report, number)
        while row is not None and row.replaces_id is not None:
            said.add(row.replaces_id)
            row = talk.session.get(Report, row.replaces_id)
    shown = {row.message_id for row in _receipts_of(talk, said)} - {pressed, None}
    for message_id in sorted(one for one in shown if one is not None):
        talk.redraw(message_id)


def file_away(talk: Talk, part: Part) -> bool:
    """Say of words on a share that is over that they are kept, and how it ended; whether it is
    over."""
    number = part.task_id
    if part.replaced_by is not None:
        talk.answer("remark_moved", task=number, department=part.replaced_by.department.name)
    elif part.state is PartState.cancelled:
        talk.answer("remark_cancelled", task=number)
    elif part.state is PartState.closed:
        talk.answer("remark_kept", task=number)
    else:
        return False
    return True


def _receipt_of(talk: Talk, replaced: set[int]) -> Outbox | None:
    return next(iter(_receipts_of(talk, replaced)), None)


def _receipts_of(talk: Talk, said: set[int]) -> list[Outbox]:
    """The receipts in this chat that show one of these answers, the newest first."""
    if not said:
        return []
    rows = talk.session.scalars(
        select(Outbox)
        .where(
            Outbox.chat_id == talk.chat_id,
            Outbox.kind == Kind.receipt,
            Outbox.message_id.is_not(None),
        )
        .order_by(Outbox.id.desc())
        .limit(LOOKED_AT)
    )
    return [row for row in rows if said & set(row.facts["reports"])]


def _something_followed(talk: Talk, shown: Outbox) -> bool:
    later = select(Sent.id).where(
        Sent.chat_id == talk.chat_id, Sent.message_id > (shown.message_id or 0)
    )
    return talk.session.scalar(later.limit(1)) is not None
