"""What a question of ours takes: who takes its answer, and what becomes of a file with it.

Every room says it for each of its questions, so no new one can forget it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from bot.handlers.context import Talk

Facts = Mapping[str, Any]
Answer = Callable[[Talk, Facts, str], None]
"""Takes the facts of the question and the words; leaves the dialogue once it is answered."""


class Files(Enum):
    """What becomes of a file that is sent while a question waits."""

    kept = auto()  # it belongs to the answer, and may be all of it
    beside = auto()  # it belongs to the answer, which has to say something in words, too
    told = auto()  # the answer is words; its sender is told that the file is not kept
    apart = auto()  # it is no answer: a notice from the office, else words of their own


@dataclass(frozen=True, slots=True)
class Question:
    """A question that waits for words. `shown`: the view that asks it, where one does."""

    take: Answer
    files: Files | Callable[[Facts], Files]
    shown: str = ""

    def files_now(self, facts: Facts) -> Files:
        """What becomes of a file as the question stands; `replied`: it replies to its message."""
        return self.files if isinstance(self.files, Files) else self.files(facts)
