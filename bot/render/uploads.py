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
    for sheet, row, column in facts.get("places", ()):
        key = "upload.column" if row is None else "upload.place"
        lines.append(voice.say(key, sheet=sheet, row=row, column=column or ""))
    if voice.knows(f"upload.mend.{code}"):
        lines.append(voice.say(f"upload.mend.{code}"))
    return fit(lines)


def upload_stored(
    voice: Voice, pages: tuple[Message, ...], facts: Mapping[str, Any]
) -> tuple[Message, ...]:
    """The pages of a draft, with the word what the file did to it where it did not make it."""
    if facts.get("known"):
        line = voice.say("upload.known")
    elif (counts := facts.get("sheet")) is not None:
        done = any(counts.values())
        line = voice.say("upload.reviewed", **counts) if done else voice.say("upload.same")
    else:
        return pages
    if not pages:
        return fit([line])
    said = fit([line, pages[0].text], pages[0].keyboard)
    return (*said[:-1], replace(pages[0], text=said[-1].text), *pages[1:])


def _named(voice: Voice, name: str | None) -> Html:
    return voice.say("upload.file", name=cut(name or "", NAME)) if name else voice.say("upload.it")
