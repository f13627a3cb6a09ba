"""The story of the demo: captioned scenes from a notice to the summary, one room a subject.

It acts as the people of the cast do, through the sandbox's HTTP, and checks what their
phones show. The dates are those of the sample notice and of 2026's calendar.
"""

from bot.story import answering, judging, overview, pausing, receiving, reviewing, together
from bot.story.cast import CAST
from bot.story.scene import Note, Scene

__all__ = ["CAST", "SCENES", "Note", "Scene"]

SCENES: tuple[Scene, ...] = (
    *receiving.SCENES,
    *answering.SCENES,
    judging.REMINDED,
    together.GROUPED,
    together.CONSOLIDATED,
    together.DEPUTED,
    judging.OVERDUE,
    reviewing.REVIEWED,
    *pausing.SCENES,
    answering.TELEPHONE,
    judging.CLOSED,
    overview.COUNTED,
)
