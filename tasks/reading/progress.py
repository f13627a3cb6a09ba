"""PURE. How far a reading has come, told now and then to whoever waits for it."""

from collections.abc import Callable

STEP = 0.02
"""What is not further by this much is not told."""


class Progress:
    """Tells shares from 0.0 to 1.0, never backwards, each at most once."""

    def __init__(self, tell: Callable[[float], None] | None) -> None:
        self.tell = tell
        self.told = -1.0

    def reach(self, share: float) -> None:
        share = min(1.0, max(0.0, share))
        if self.tell is None or share <= self.told:
            return
        if self.told < 0.0 or share == 1.0 or share - self.told >= STEP:
            self.told = share
            self.tell(share)
