"""PURE. A file that was sent: how far it is read, or why it is not taken in."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.render.message import Message
from bot.render.paging import fit
from bot.render.sentences import answer
from bot.render.voice import Voice
from bot.render.wording import Html, cut

NAME = 40
"""Cells of a file's name."""

CELLS = 10
"""Of the bar; each stands for a tenth."""


def upload_waits(voice: Voice, name: str | None, percent: int, ahead: int) -> tuple[Message, ...]:
    """The file is being read, or waits behind others."""
    if ahead:
        line = voice.say("upload.queued", file=_named(voice, name), n=ahead)
    else:
        full = percent * CELLS // 100
        bar = "▓" * full + "░" * (CELLS - full)
        line = voice.say("upload.reading", file=_named(voice, name), bar=bar, percent=percent)
    return fit([line, voice.say("upload.secret")])


def upload_refused(
    voice: Voice, name: str | None, code: str, facts: Mapping[str, Any]
) -> tuple[Message, ...]:
    """Why the file is not taken in, and what its sender can do."""
    lines: list[str] = [] if name is None else [_named(voice, name)]
    lines += [page.text for page in answer(voice, code, facts)]
    if voice.knows(f"upload.mend.{code}"):
        lines.append(voice.say(f"upload.mend.{code}"))
    return fit(lines)


def upload_known(voice: Voice, pages: tuple[Message, ...]) -> tuple[Message, ...]:
    """The pages of a notice, with the word that it had been taken in before."""
    if not pages:
        return pages
    said = fit([voice.say("upload.known"), pages[0].text], pages[0].keyboard)
    return (*said[:-1], replace(pages[0], text=said[-1].text), *pages[1:])


def _named(voice: Voice, name: str | None) -> Html:
    return voice.say("upload.file", name=cut(name or "", NAME)) if name else voice.say("upload.it")
