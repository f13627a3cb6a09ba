"""What somebody wrote: a command, an answer to a question of ours, or words for a task."""

from telegram import Message

from bot.handlers import edits
from bot.handlers.answers import answer_dialogue, is_asked_by, takes_files
from bot.handlers.attachments import joins_album, keep, says_nothing, settle, text_of
from bot.handlers.commands import COMMANDS, start, typed_command
from bot.handlers.context import Talk
from bot.handlers.spoken import command_of
from bot.handlers.words import free_words
from tasks.services import uploads
from tasks.services.acts import is_office


def on_message(talk: Talk, message: Message, *, edited: bool = False) -> None:
    """Handle a message of a private chat. An edited one is said anew, as a later version;
    an edited command is not run again. Files go to the answers that the words make."""
    talk.album, talk.message_id = message.media_group_id, message.message_id
    if talk.person is not None and not edited and joins_album(talk, message):
        return
    if talk.person is not None and edited and edits.begin(talk, text_of(message)):
        return
    told = not edited and talk.person is not None and not _is_for_import(talk, message)
    if told and says_nothing(talk, message):
        return
    _said(talk, message, edited=edited)
    if edited:
        edits.finish(talk, text_of(message))
        keep(talk, talk.kept, message, talk.row.id)
    else:
        settle(talk, message)


def _said(talk: Talk, message: Message, *, edited: bool) -> None:
    text = text_of(message)
    command, words = command_of(text)
    if talk.person is None:
        if command == "start" and words and not edited:
            start(talk, words)
        else:
            talk.view("stranger")
        return
    if not text.strip():
        talk.answer("unsupported" if message.text is None else "nothing_written")
        return
    if command is not None:
        if edited and command not in {"report", "record"}:
            return
        run = COMMANDS.get(command)
        if run is None:
            talk.answer("unknown_command", command=f"/{command}")
            return
        run(talk, words)
        return
    answers = talk.to_question = is_asked_by(talk, message)
    # Whoever answers the question itself means no command, whatever its words are elsewhere.
    if not answers and not edited and message.text and typed_command(talk, text):
        return
    quoted = talk.quoted(message)
    asked = answers or quoted is None or not quoted.tasks
    if asked and _is_for_import(talk, message):
        take_in(talk, message, edited=edited)
        return
    if asked and not edited and answer_dialogue(talk, message):
        return
    free_words(talk, text, edits.quoted(talk) or ([] if quoted is None else list(quoted.tasks)))


def _is_for_import(talk: Talk, message: Message) -> bool:
    """Whether a file is a notice: from the office, and no answer to what we asked."""
    if (message.document is None and not message.photo) or takes_files(talk):
        return False
    return is_office(talk.session, talk.act)


def take_in(talk: Talk, message: Message, *, edited: bool) -> None:
    """Take in the file of a notice. Whoever edits the words beside it has sent it already."""
    file, talk.file_seen = message.document, True
    if edited:
        # The file may have been refused as classified, and here it says its name once more.
        uploads.strike_out(talk.session, talk.row.id)
    elif file is None:
        talk.answer("upload.picture")
    else:
        uploads.receive(
            talk.session,
            talk.act,
            chat_id=talk.chat_id,
            file_id=file.file_id,
            file_name=file.file_name,
            size=file.file_size,
            inbox_id=talk.row.id,
        )
