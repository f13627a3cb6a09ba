"""PURE. Files that came with answers: one of them as it is sent to who asked for it."""

from bot.callbacks import Press, Verb
from bot.render.buttons import button
from bot.render.lines import short_name
from bot.render.message import Button, File, Message
from bot.render.voice import Voice
from bot.render.wording import cut
from tasks.casework import Evidence
from tasks.views.cards import CardView
from tasks.vocabulary import EvidenceKind


def evidence(voice: Voice, card: CardView, row: Evidence, n: int, of: int) -> tuple[Message, ...]:
    """A file with the answer that it came with."""
    said = row.report
    assert row.path is not None
    name = row.name or f"{voice.term(row.kind)}{n}.{row.path.rpartition('.')[2]}"
    text = voice.say(
        "evidence.caption",
        task=card.task.number,
        department=short_name(said.part.department.name),
        day=voice.short(voice.cal.local_date(said.said_at), card.today),
        n=n,
        of=of,
        words=cut(said.text, 120),
    )
    file = File(row.path, name, as_photo=row.kind is EvidenceKind.photo)
    return (Message(text, file=file),)


def material(voice: Voice, card: CardView) -> list[Button]:
    """The button that sends the files of a task, if it has any."""
    if not card.files:
        return []
    return [button(voice, "evidence", Press(Verb.evidence, (card.task.number,)), n=card.files)]
