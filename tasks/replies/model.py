"""PURE. What a reply is understood to say: the words of the answer, nothing decided by them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tasks.vocabulary import Pace


class ReplyState(StrEnum):
    """What the sender says of a task; only a confirmed reading ever moves one."""

    signed = "signed"  # 签收: an acknowledgement and nothing else
    in_progress = "in_progress"  # 进行中
    no_change = "no_change"  # 按计划推进, 无变化
    submitted = "submitted"  # 申请办结: the whole task is said to be finished
    declined = "declined"  # 申请改办
    extension = "extension"  # 申请延期


@dataclass(frozen=True, slots=True)
class ReplyReading:
    """What one reply says of one task; None wherever it says nothing, or nothing sure.

    `text` and `problem` are the sender's own words, `text` without the leading task number.
    """

    task: int | None
    state: ReplyState | None
    percent: int | None
    expected: date | None
    pace: Pace | None
    problem: str | None
    text: str

    def as_document(self) -> dict[str, object]:
        """The report object of `duban reply read --json`."""
        return {
            "task": self.task,
            "state": None if self.state is None else self.state.value,
            "percent": self.percent,
            "expected": None if self.expected is None else self.expected.isoformat(),
            "pace": None if self.pace is None else self.pace.value,
            "problem": self.problem,
            "text": self.text,
        }
