"""PURE. 汇总: what the answers of the cooperating departments say as one draft for the lead.

One rule: nothing is left out. Whoever answered stands there word for word, in the order of the
task; whoever did not is named with the reason for the silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.vocabulary import Silence

NOTHING_TO_ADD_WORDS = "无补充"

_SILENT = {
    Silence.not_bound: "未绑定",
    Silence.not_delivered: "未送达",
    Silence.not_answered: "未答复",
}
"""As the draft, which becomes an answer in Chinese, writes them."""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of a department in the period; `nothing` where it has nothing to add."""

    report: int
    text: str
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """What one cooperating department said in the period, the oldest answer first; `silence`
    is why nothing was heard of it."""

    department: str
    said: tuple[Said, ...] = ()
    silence: Silence = Silence.not_answered

    @property
    def words(self) -> tuple[Said, ...]:
        """What it said, without a 无补充 that words stand beside."""
        telling = tuple(one for one in self.said if not one.nothing)
        return telling or self.said[-1:]


def draft(shares: Sequence[Share]) -> str:
    """The draft of the lead's report, a line for each department."""
    lines = []
    for share in shares:
        if share.said:
            lines.append(f"{share.department}：{_joined([one.text for one in share.words])}")
        else:
            lines.append(f"{share.department}：未反馈（{_SILENT[share.silence]}）")
    return "\n".join(lines)


def sources(shares: Sequence[Share]) -> tuple[int, ...]:
    """The answers that a draft is made of, in the order in which they were given."""
    return tuple(sorted(one.report for share in shares for one in share.said))


def _joined(texts: Sequence[str]) -> str:
    """Several answers as one: each as it was said, ending as a sentence before the next."""
    ended = [
        text if text.endswith(("。", "！", "？", ".", "；")) else f"{text}。" for text in texts
    ]
    return "".join([*ended[:-1], texts[-1]])
