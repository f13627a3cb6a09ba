"""PURE. What is known becomes messages: view in, text and buttons out.

The rule of this package: a renderer decides nothing. It reads a view, takes its words from
the catalogue of the reader's language, and never looks at a clock, a setting or a database.
"""

from bot.render.cards import card, original, receipt, verdict
from bot.render.closing import course
from bot.render.escalation import escalation
from bot.render.evidence import evidence
from bot.render.groups import group_help
from bot.render.lists import assignment, my, welcome, which
from bot.render.message import Button, Keyboard, Message
from bot.render.office import log, notices
from bot.render.ownership import declined, owner_told
from bot.render.paging import fit
from bot.render.progress import (
    overdue,
    summary,
    summary_class,
    summary_departments,
    who,
    who_task,
)
from bot.render.queue import question, queue, relayed
from bot.render.reminders import digest, slips, snooze
from bot.render.sentences import answer, ask, help, stranger, toast
from bot.render.uploads import upload_refused, upload_stored, upload_waits
from bot.render.voice import Voice

__all__ = [
    "Button",
    "Keyboard",
    "Message",
    "Voice",
    "answer",
    "ask",
    "assignment",
    "card",
    "course",
    "declined",
    "digest",
    "escalation",
    "evidence",
    "fit",
    "group_help",
    "help",
    "log",
    "my",
    "notices",
    "original",
    "overdue",
    "owner_told",
    "question",
    "queue",
    "receipt",
    "relayed",
    "slips",
    "snooze",
    "stranger",
    "summary",
    "summary_class",
    "summary_departments",
    "toast",
    "upload_refused",
    "upload_stored",
    "upload_waits",
    "verdict",
    "welcome",
    "which",
    "who",
    "who_task",
]
