"""How Telegram says no: a code, its own wording, and sometimes parameters.

The wordings are those the real Bot API answers with, because bots tell failures apart by
them; python-telegram-bot maps the codes to its error classes.
"""


class RefusedError(Exception):
    """A Bot API call that gets `{"ok": false}`; `parameters` is ResponseParameters."""

    def __init__(
        self, code: int, description: str, parameters: dict[str, int] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, object]:
        """The JSON document of the answer."""
        answer: dict[str, object] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad(reason: str) -> RefusedError:
    """400, the bot's own mistake."""
    return RefusedError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> RefusedError:
    """403, the person or group does not want the bot."""
    return RefusedError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> RefusedError:
    """409, two ways of receiving updates at once."""
    return RefusedError(409, f"Conflict: {reason}")


def flood(seconds: int) -> RefusedError:
    """429, too fast; the bot must wait `seconds`."""
    return RefusedError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def migrated(chat_id: int) -> RefusedError:
    """400, the group lives on under another id."""
    return RefusedError(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": chat_id},
    )


def unauthorized() -> RefusedError:
    """401, not the token of the bot that lives here."""
    return RefusedError(401, "Unauthorized")


def not_found() -> RefusedError:
    """404, no such method; a shrug would hide a misspelled one."""
    return RefusedError(404, "Not Found")


class ControlError(Exception):
    """A control request that cannot be done; the message is the sentence shown."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
