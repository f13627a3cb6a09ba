"""PURE. What `tasks` raises when it says no.

    DubanError
    ├── Refused          the request is understood and not granted: a person can mend it
    │   ├── NotAllowed   this person may not do this
    │   ├── IllegalMove  not from this state
    │   ├── NotFound     no such task, notice, department …
    │   └── Stale        judged against something that has changed since
    └── Unreadable       a file that cannot be taken in

Every error carries `code`, the key of its sentence in the text catalogues, and `facts`,
the values that the sentence names. A refusal never changes anything.
"""

from typing import Any, ClassVar


class DubanError(Exception):
    """Something was asked that cannot be done."""

    default_code: ClassVar[str] = "refused"

    def __init__(self, code: str | None = None, **facts: Any) -> None:
        self.code = code or self.default_code
        self.facts = facts
        super().__init__(self.code, facts)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({told})" if told else self.code


class Refused(DubanError):
    """The request is not granted."""


class NotAllowed(Refused):
    """This person may not do this."""

    default_code = "not_allowed"


class IllegalMove(Refused):
    """The part is not in a state from which this can be done."""

    default_code = "illegal_move"


class NotFound(Refused):
    """There is no such thing."""

    default_code = "not_found"


class Stale(Refused):
    """What was judged has changed since it was shown."""

    default_code = "stale"


class Unreadable(DubanError):
    """The file cannot be taken in."""

    default_code = "unreadable"
