"""PURE. What is said to a group as a group."""

from bot.render.message import Message
from bot.render.paging import fit
from bot.render.voice import Voice


def group_help(voice: Voice, department: str | None) -> tuple[Message, ...]:
    """The commands that a group of that department can use, None for one of the office."""
    if department is None:
        return fit([voice.say("group.help_office"), voice.signature()])
    return fit([voice.say("group.help", department=department), voice.signature()])
