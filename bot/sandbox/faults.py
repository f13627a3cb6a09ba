"""Failures on order: the weather a bot must live through.

`flood`, `bad_gateway` refuse the call; `timeout` holds it without accepting it;
`lost_answer` accepts it and cuts the connection. `blocked` is no weather but a person's
decision and lasts until it is taken back.
"""

from dataclasses import dataclass, field

from bot.sandbox.refusals import ControlError

KINDS = ("blocked", "flood", "timeout", "bad_gateway", "lost_answer", "none")

# An order that names no method is meant for what the bot says, not for its long poll.
_NEVER_BY_DEFAULT = {"getupdates"}


@dataclass(slots=True)
class Fault:
    """One order: which calls it strikes, how, and how often still."""

    kind: str
    method: str | None
    person: int | None
    times: int
    retry_after: int

    def strikes(self, method: str, chat_id: object) -> bool:
        """Whether this call is one of those meant."""
        if self.person is not None and chat_id != self.person:
            return False
        if self.method is None:
            return method.lower() not in _NEVER_BY_DEFAULT
        return method.lower() == self.method.lower()


@dataclass(slots=True)
class Faults:
    """The orders still open, oldest first."""

    _orders: list[Fault] = field(default_factory=list)

    def order(self, fault: Fault) -> None:
        """Place an order; raises ControlError for numbers that make no sense."""
        if fault.times < 1:
            raise ControlError("`times` must be 1 or more.")
        if fault.retry_after < 0:
            raise ControlError("`retry_after` must be 0 or more seconds.")
        self._orders.append(fault)

    def clear(self, *, method: str | None = None, person: int | None = None) -> None:
        """Take back the orders for this method and person; all of them when neither is named."""
        self._orders = [
            order
            for order in self._orders
            if (method is not None and order.method != method)
            or (person is not None and order.person != person)
        ]

    def take(self, method: str, chat_id: object) -> Fault | None:
        """The fault that strikes this call, used up by it."""
        for order in self._orders:
            if order.strikes(method, chat_id):
                order.times -= 1
                if order.times == 0:
                    self._orders.remove(order)
                return order
        return None

    def shown(self) -> list[dict[str, object]]:
        """The open orders."""
        return [
            {
                "kind": order.kind,
                "method": order.method,
                "person": order.person,
                "times": order.times,
            }
            for order in self._orders
        ]
