"""An update becomes a use case and a short answer, all in the caller's transaction.

A refusal rolls back what was begun, is answered with its sentence and counts as handled;
any other exception is a crash of ours and leaves the update waiting.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session
from telegram import (
    CallbackQuery,
    ChatMemberUpdated,
    MaybeInaccessibleMessage,
    Message,
    Update,
    User,
)
from telegram.constants import ChatMemberStatus, ChatType

from bot.desk import Desk
from bot.handlers.answers import ends_question
from bot.handlers.attachments import nothing_kept
from bot.handlers.context import Talk
from bot.handlers.groups import on_group_message, press_in_group
from bot.handlers.messages import on_message
from bot.handlers.presses import on_press
from tasks import inbox
from tasks.errors import DubanError
from tasks.mailroom import Handling
from tasks.models import Person
from tasks.services import groups
from tasks.services.acts import Act
from tasks.services.deliveries import became_reachable, became_unreachable
from tasks.services.directory import person_of
from tasks.services.recovery import recover

GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})
GONE = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})


@dataclass(frozen=True, slots=True)
class Toast:
    """The short answer to a press, to be given once the transaction is committed."""

    query_id: str
    text: str | None = None
    alert: bool = False


def handle(session: Session, desk: Desk, update: Update, row: inbox.Waiting) -> Toast | None:
    """Do what an update asks and mark it handled. Raises only for what is our own fault."""
    toast = None
    state = Handling.handled
    message = update.message or update.edited_message
    if update.callback_query is not None:
        toast = _pressed(session, desk, update.callback_query, row)
    elif message is not None and message.chat.type == ChatType.PRIVATE:
        _said(session, desk, message, row, edited=update.edited_message is not None)
    elif message is not None and message.chat.type in GROUPS:
        edited = update.edited_message is not None
        if not _said_in_group(session, desk, message, row, edited=edited):
            state = Handling.ignored
    elif update.my_chat_member is not None:
        _membership(session, desk, update.my_chat_member)
    else:
        state = Handling.ignored
    inbox.finish(session, row.id, desk.now(), state)
    return toast


def _said(
    session: Session, desk: Desk, message: Message, row: inbox.Waiting, *, edited: bool
) -> None:
    moment = (message.edit_date if edited else None) or message.date
    talk = _talk(session, desk, row, message.chat.id, moment, message.from_user)
    if talk.person is None and talk.account in desk.admin_ids:
        act = Act(talk.now, talk.said_at, talk.shown_name, update_id=row.update_id)
        talk.person = recover(session, act, talk.account, talk.shown_name)
    if talk.person is not None:
        became_reachable(session, talk.person)
    try:
        with session.begin_nested():
            on_message(talk, message, edited=edited)
    except DubanError as refusal:
        waiting = talk.dialogue()
        answered = None if waiting is None else waiting.kind
        if answered and answered == talk.answering and ends_question(answered, refusal):
            talk.leave_dialogue()
        talk.refuse(refusal)
        if not edited:
            nothing_kept(talk, message)


def _said_in_group(
    session: Session, desk: Desk, message: Message, row: inbox.Waiting, *, edited: bool
) -> bool:
    moment = (message.edit_date if edited else None) or message.date
    talk = _talk(session, desk, row, message.chat.id, moment, message.from_user)
    talk.thread_id = _topic(message)
    try:
        with session.begin_nested():
            return on_group_message(talk, message, edited=edited)
    except DubanError as refusal:
        talk.refuse(refusal)
        if not edited:
            nothing_kept(talk, message)
        return True


def _topic(message: MaybeInaccessibleMessage | None) -> int | None:
    # Answers in a group without topics name a thread, too.
    if not isinstance(message, Message) or not message.is_topic_message:
        return None
    return message.message_thread_id


def _pressed(session: Session, desk: Desk, query: CallbackQuery, row: inbox.Waiting) -> Toast:
    chat_id = query.message.chat.id if query.message is not None else query.from_user.id
    talk = _talk(session, desk, row, chat_id, row.received_at, query.from_user)
    message_id = None if query.message is None else query.message.message_id
    talk.thread_id = _topic(query.message)
    in_group = query.message is not None and query.message.chat.type in GROUPS
    if talk.person is None and not in_group:
        return Toast(query.id, talk.toast("not_bound_toast"), alert=True)
    press = press_in_group if in_group else on_press
    try:
        with session.begin_nested():
            text = press(talk, query.data or "", message_id)
    except DubanError as refusal:
        if message_id is not None and (talk.group is not None or not in_group):
            talk.redraw(message_id)
        return Toast(query.id, talk.toast(refusal.code, **refusal.facts), alert=True)
    return Toast(query.id, text)


def _membership(session: Session, desk: Desk, change: ChatMemberUpdated) -> None:
    if change.chat.type in GROUPS:
        if change.new_chat_member.status in GONE:
            groups.bot_left(session, change.chat.id, desk.now())
        return
    if change.chat.type != ChatType.PRIVATE:
        return
    person = person_of(session, change.chat.id)
    if person is None:
        return
    if change.new_chat_member.status == ChatMemberStatus.BANNED:
        became_unreachable(session, person.id, desk.now())
    else:
        became_reachable(session, person)


def _talk(
    session: Session,
    desk: Desk,
    row: inbox.Waiting,
    chat_id: int,
    said_at: datetime,
    user: User | None,
) -> Talk:
    # Who acts is the account that pressed or wrote, never the chat it happened in.
    account = chat_id if user is None else user.id
    return Talk(
        session=session,
        desk=desk,
        row=row,
        chat_id=chat_id,
        said_at=min(said_at.astimezone(UTC), desk.now()),
        shown_name="" if user is None else user.full_name,
        person=_known(session, desk, account),
        account=account,
    )


def _known(session: Session, desk: Desk, account: int) -> Person | None:
    """Who is bound to that account. Who was here for recovery alone is a stranger again once
    the operator took the account off the list."""
    person = person_of(session, account)
    if person is not None and not person.grants and account not in desk.admin_ids:
        return None
    return person
