"""One update being handled: who said it, when, and the short ways to answer.

Whatever is answered is a row of the outbox keyed by the update, so handling an update again
answers once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from telegram import Message

from bot import render
from bot.compose import compose
from bot.desk import Desk
from bot.groups import may_be_said
from bot.handlers.unkept import not_kept
from bot.render import Voice
from bot.views.drafts import OVERTAKEN
from tasks.errors import DubanError
from tasks.inbox import Waiting
from tasks.mailroom import Card, Dialogue, Outbox, Sent
from tasks.models import Person, Report
from tasks.outbox import Leased
from tasks.services import questions
from tasks.services.acts import Act, Office, own_departments, record
from tasks.services.post import Kind, reply
from tasks.services.reports import Source
from tasks.staff import Group
from tasks.text import storable

AT_HOME = 1000
"""More answers than one update ever has: those in the person's own chat are numbered from here."""


@dataclass(slots=True)
class Talk:
    """An update, with what handlers need. In a group questions and what is not for everybody
    go to the person's own chat."""

    session: Session
    desk: Desk
    row: Waiting
    chat_id: int
    said_at: datetime
    shown_name: str
    person: Person | None
    account: int = 0
    """The account that wrote or pressed, also where nobody is bound to it."""
    kept: list[Report] = field(default_factory=list)
    """The answers that this update made, for its files."""
    album: str | None = None
    """What the files of this message have in common with others."""
    thread_id: int | None = None
    """The topic of the group in which it was said."""
    group: Group | None = None
    """The bound group in which it was said."""
    reply_to: int | None = None
    """The message of the group that is answered."""
    message_id: int | None = None
    """The message in which it was said."""
    replaces: dict[int, int] = field(default_factory=dict)
    """Per part, the answer of which these words are a later version."""
    file_seen: bool = False
    """Its file has found a place, or its sender was told that there is none."""
    to_question: bool = False
    """Its words reply to the very message in which we asked."""
    answering: str | None = None
    """The kind of the question that its words were taken to answer."""
    files: list[int] = field(default_factory=list)
    """Updates whose files wait for the same task as its words."""
    _answers: int = field(default=0)
    _home: "Talk | None" = field(default=None)

    @property
    def now(self) -> datetime:
        return self.desk.now()

    @property
    def office(self) -> Office:
        return self.desk.office

    @property
    def voice(self) -> Voice:
        return self.desk.voice(self.person)

    @property
    def act(self) -> Act:
        """The person acting. Only for somebody who is bound."""
        assert self.person is not None
        act = self.desk.act(
            self.person, now=self.now, said_at=self.said_at, update_id=self.row.update_id
        )
        if self.group is None:
            return act
        return replace(act, group=self.group.department_id or 0)

    @property
    def departments(self) -> list[int]:
        """The departments for which the person speaks."""
        return [] if self.person is None else own_departments(self.session, self.act)

    @property
    def source(self) -> Source | None:
        """Where it was said, so that an edit of the message is known."""
        return None if self.message_id is None else Source(self.chat_id, self.message_id)

    def at_home(self) -> "Talk":
        """The same in the person's own chat with the bot."""
        if self.group is None:
            return self
        if self._home is not None:
            return self._home
        assert self.person is not None
        assert self.person.chat_id is not None
        self._home = replace(
            self,
            chat_id=self.person.chat_id,
            thread_id=None,
            group=None,
            reply_to=None,
            message_id=None,
            _answers=self._answers + AT_HOME,
        )
        return self._home

    def put(self, kind: Kind, **facts: Any) -> None:
        """Answer with a message of that kind; what has no place in a group is the person's."""
        if self.group is not None and not may_be_said(kind, facts, bound=True):
            here = {name: fact for name, fact in facts.items() if name != "edit"}
            self.at_home().put(kind, **here)
            return
        self._answers += 1
        if self.reply_to is not None:
            facts["reply_to"] = self.reply_to
        reply(
            self.session,
            self.chat_id,
            kind,
            self.now,
            f"u{self.row.id}:{self._answers}",
            person_id=None if self.person is None else self.person.id,
            thread_id=self.thread_id,
            **facts,
        )

    def answer(self, code: str, *, tasks: tuple[int, ...] = (), **facts: Any) -> None:
        """Answer with a sentence of the catalogue."""
        self.put(Kind.answer, code=code, facts=plain(facts), tasks=list(tasks))

    def toast(self, code: str, **facts: Any) -> str:
        """A sentence of the catalogue for the top of the screen."""
        return render.toast(self.voice, code, facts)

    def refuse(self, refusal: DubanError) -> None:
        """Answer with the sentence of a refusal."""
        self.answer(refusal.code, **refusal.facts)

    def show(self, name: str, message_id: int | None, **facts: Any) -> None:
        """Show something in place of a message of ours, or below everything else."""
        if message_id is not None:
            facts["edit"] = message_id
        self.put(Kind.view, name=name, **facts)

    def show_answer(self, code: str, message_id: int | None) -> None:
        """Put a sentence of the catalogue in place of a message of ours."""
        facts = {} if message_id is None else {"edit": message_id}
        self.put(Kind.answer, code=code, facts={}, tasks=[], **facts)

    def view(self, name: str, **facts: Any) -> None:
        """Answer with what was asked for."""
        self.put(Kind.view, name=name, **facts)

    def ask(self, code: str, kind: str, facts: dict[str, Any], **shown: Any) -> None:
        """Ask a question; its answer comes as the next words in this chat. In a group the
        person is asked in their own."""
        if self.group is not None:
            self.at_home().ask(code, kind, facts, **shown)
            return
        self.leave_dialogue()
        self.session.add(Dialogue(chat_id=self.chat_id, kind=kind, facts=facts, asked_at=self.now))
        self.put(Kind.answer, code=code, facts=plain(shown), ask=True)

    def ask_with_buttons(
        self, text: str, said: Source | None = None, *, unknown: Sequence[int] = ()
    ) -> None:
        """Ask which task these words are for; they wait until a button is pressed. `unknown`:
        numbers in them that are no task of theirs."""
        self.file_seen = True
        if self.group is not None:
            self.at_home().ask_with_buttons(text, self.source, unknown=unknown)
            self.answer("group_which")
            return
        facts = {
            "text": storable(text),
            "said_at": self.said_at.isoformat(),
            "row": self.row.id,
            "album": self.album,
            "message": self.message_id,
            "source": None if said is None else [said.chat_id, said.message_id],
            "files": self.files,
        }
        self.leave_dialogue()
        self.session.add(
            Dialogue(chat_id=self.chat_id, kind="which", facts=facts, asked_at=self.now)
        )
        self.view("which", text=facts["text"], words=self.row.id, unknown=list(unknown))

    def dialogue(self) -> Dialogue | None:
        """The question that waits in this chat."""
        return self.session.get(Dialogue, self.chat_id)

    def leave_dialogue(self, *, cancelled: bool = False) -> bool:
        """Forget the question that waits; False where there was none. Words that waited for
        their task go to the coordinators, to the history where their sender gave them up."""
        waiting = self.dialogue()
        if waiting is None:
            return False
        if waiting.kind == "which" and self.person is not None:
            self._words_left(waiting.facts, cancelled=cancelled)
        elif waiting.kind == "record_part" and self.person is not None:
            record(self.session, self.act, "remark", text=str(waiting.facts["text"]))
        if waiting.kind != "which" and waiting.facts.get("files") and not self.kept:
            not_kept(self)
        self.session.delete(waiting)
        self.session.flush()
        return True

    def _words_left(self, facts: Mapping[str, Any], *, cancelled: bool) -> None:
        given = facts.get("question")
        if cancelled:
            record(self.session, self.act, "remark", text=str(facts["text"]))
            if given is not None:
                questions.resolved_by_sender(self.session, self.act, given)
        elif given is None:
            said_at = datetime.fromisoformat(str(facts["said_at"]))
            questions.ask(
                self.session,
                replace(self.act, said_at=min(said_at, self.now)),
                str(facts["text"]),
                chat_id=self.chat_id,
                message_id=facts.get("message"),
                unmatched=True,
            )

    def take_words(self, number: int) -> Mapping[str, Any] | None:
        """The words that wait for their task, by their number; None where others or none do."""
        waiting = self.dialogue()
        if waiting is None or waiting.kind != "which" or waiting.facts["row"] != number:
            return None
        facts = dict(waiting.facts)
        given = facts.get("question")
        if given is not None and not questions.resolved_by_sender(self.session, self.act, given):
            return None
        self.session.delete(waiting)
        self.session.flush()
        return facts

    def quoted(self, message: Message) -> Sent | None:
        """What is known of the message of ours that is answered, if one is. One that is answered
        before its sending was written down is known by the row on its way."""
        answered = message.reply_to_message
        if answered is None or answered.from_user is None or not answered.from_user.is_bot:
            return None
        message_id = answered.message_id
        known = self.session.scalar(
            select(Sent).where(Sent.chat_id == self.chat_id, Sent.message_id == message_id)
        )
        flying = None if known is not None else self.on_its_way(message_id)
        if flying is None:
            return known
        composed = compose(self.session, self.desk, Leased.of(flying))
        tasks = [] if composed is None else list(composed.tasks)
        return Sent(chat_id=self.chat_id, message_id=message_id, kind=flying.kind, tasks=tasks)

    def on_its_way(self, message_id: int) -> Outbox | None:
        """The row that shows a message of ours of which nothing is written down yet: a chat has
        one on its way at a time, newer than all others."""
        newest = self.session.scalar(
            select(func.max(Sent.message_id)).where(Sent.chat_id == self.chat_id)
        )
        if message_id <= (newest or 0):
            return None
        found = self.session.scalar(
            select(Outbox)
            .where(
                Outbox.chat_id == self.chat_id,
                Outbox.settled_at.is_(None),
                Outbox.leased_until.is_not(None),
            )
            .order_by(Outbox.id.desc())
            .limit(1)
        )
        return None if found is None or found.facts.get("edit") else found

    def _origin(self, message_id: int) -> Outbox | None:
        """The row that a message of ours shows."""
        known = self.session.scalar(
            select(Outbox)
            .where(Outbox.chat_id == self.chat_id, Outbox.message_id == message_id)
            .order_by(Outbox.id.desc())
            .limit(1)
        )
        return known or self.on_its_way(message_id)

    def redraw(self, message_id: int) -> None:
        """Let a message of ours show what is true now: a card by its task, any other by the
        row that it shows."""
        card = self.session.scalar(
            select(Card).where(Card.chat_id == self.chat_id, Card.message_id == message_id)
        )
        if card is not None:
            self.put(Kind.card, task=card.task_id, edit=True)
            return
        origin = self._origin(message_id)
        if origin is not None and origin.kind in _CARDS:
            # A card that a later one replaced: that one shows what is true.
            self.put(Kind.card, task=origin.facts["task"], edit=True)
        elif origin is not None and origin.kind in _REDRAWN:
            self._answers += 1
            facts = {**origin.facts, "edit": message_id}
            if facts.get("name") in OVERTAKEN:
                facts["name"] = OVERTAKEN[facts["name"]]
            reply(
                self.session,
                self.chat_id,
                Kind(origin.kind),
                self.now,
                f"u{self.row.id}:{self._answers}",
                person_id=origin.person_id,
                thread_id=self.thread_id,
                **facts,
            )


_CARDS = frozenset({Kind.card, Kind.nudge, Kind.verdict})
"""Messages that are cards, or were."""

_REDRAWN = frozenset(
    {
        Kind.assignment,
        Kind.welcome,
        Kind.receipt,
        Kind.queue,
        Kind.view,
        Kind.course,
        Kind.upload,
        Kind.owner,
        Kind.request,
    }
)
"""Messages whose buttons are worth redrawing after a press."""


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as JSON keeps them: instants and dates as ISO text, sets and tuples as lists."""
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, tuple | list | set | frozenset):
        return [_plain(one) for one in value]
    return value
