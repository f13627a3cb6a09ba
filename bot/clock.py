"""Two clocks. The office's says what is due and what people read; it can be moved in the
sandbox. The machine's times leases, retries and pace; nobody moves it.
"""

from datetime import UTC, datetime, timedelta
from threading import Lock


def machine_now() -> datetime:
    """The machine's clock, aware, in UTC."""
    return datetime.now(UTC)


class OfficeClock:
    """The office's clock: the real one, or one that stands still until it is moved.

    Read in worker threads while it is moved elsewhere.
    """

    def __init__(self, standing: datetime | None = None) -> None:
        self._standing = None if standing is None else _utc(standing)
        self._lock = Lock()

    @property
    def movable(self) -> bool:
        """Whether it is not the real one."""
        return self._standing is not None

    def now(self) -> datetime:
        """What it shows, aware, in UTC."""
        with self._lock:
            return machine_now() if self._standing is None else self._standing

    def set(self, moment: datetime) -> None:
        """Put it forward to that moment. Raises ValueError for the real clock, for a moment
        that has passed and for one without a zone."""
        with self._lock:
            if self._standing is None:
                raise ValueError("the real clock cannot be moved")
            if _utc(moment) < self._standing:
                raise ValueError("the office clock only moves forward")
            self._standing = _utc(moment)

    def advance(self, by: timedelta) -> None:
        """Put it forward by that much."""
        self.set(self.now() + by)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("an instant without time zone")
    return moment.astimezone(UTC)
