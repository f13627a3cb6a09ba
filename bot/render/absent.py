"""PURE. Somebody to telephone, and that they are away."""

from bot.render.voice import Voice
from bot.render.wording import cut, one_line
from tasks.views.absent import Away


def away(voice: Voice, absence: Away | None) -> str:
    """（外出至12-5，李四代办）, empty for somebody who is there."""
    if absence is None:
        return ""
    day = voice.short(absence.until)
    if absence.deputy is None:
        return voice.plain("staff.away", day=day)
    return voice.plain("staff.away_with", day=day, deputy=cut(one_line(absence.deputy), 16))


def callee(voice: Voice, name: str, phone: str | None, absence: Away | None) -> str:
    """A name, a telephone number and whether it will be answered."""
    return f"{cut(name, 16)} {one_line(phone or '')}".strip() + away(voice, absence)
