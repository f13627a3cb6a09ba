"""Logging: one line for each record on standard error, and no secret in any of them.

A line reads: time, level, logger, message, then `key=value` for what was given as `extra`.
A traceback follows on lines of its own, each begun with a bar. The one rule: what people
wrote is shown at DEBUG alone, tokens and the secrets named to `configure` never, whatever
library logs them and wherever in the line they stand.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable
from datetime import datetime
from types import TracebackType
from urllib.parse import quote

HIDDEN = "<hidden>"
TOKENS = (
    # In the path of every call to the Bot API, also where the address was quoted.
    re.compile(r"(?<=bot)[0-9]+(?::|%3A)[A-Za-z0-9_%~.+-]+", re.IGNORECASE),
    re.compile(r"(?<![0-9])[0-9]{5,20}:[A-Za-z0-9_-]{16,}"),
)
WORDS_OF_PEOPLE = frozenset({"text", "caption", "file_name", "payload", "update"})
"""Keys of `extra` that carry what people wrote."""

# A record's own attributes; whatever else it has came from `extra`.
ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
PLAIN = re.compile(r"[^\s\"=]+")
LEAST_LEVELS = {
    "httpx": logging.WARNING,  # at INFO it tells every address, and the token is in the address
    "httpcore": logging.WARNING,
    "aiohttp": logging.WARNING,
    "asyncio": logging.WARNING,
    "apscheduler": logging.WARNING,
    "telegram": logging.WARNING,  # at DEBUG it tells what people wrote
}


def hide(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without anything shaped like a token, and without the secrets named."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for token in TOKENS:
        text = token.sub(HIDDEN, text)
    return text


def configure(level: str | int = "INFO", *secrets: str) -> None:
    """Log to standard error from now on; uncaught errors go the same way.

    May be called again, as when the settings that hold the secrets have been read.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, least in LEAST_LEVELS.items():
        logging.getLogger(name).setLevel(max(least, logging.getLogger().level))
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


class Line(logging.Formatter):
    """A record as one line, its traceback on marked lines after it."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        forms = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""))}
        self._secrets = sorted(forms, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).astimezone()
        parts = [
            at.isoformat(timespec="milliseconds"),
            record.levelname,
            record.name,
            _message(record),
        ]
        for key, value in vars(record).items():
            if key in ORDINARY or (key in WORDS_OF_PEOPLE and record.levelno > logging.DEBUG):
                continue
            parts.append(f"{key}={_value(value)}")
        lines = [" ".join(parts)]
        if record.exc_info:
            lines += self.formatException(record.exc_info).splitlines()
        if record.stack_info:
            lines += record.stack_info.splitlines()
        return hide("\n  | ".join(map(_one_line, lines)), self._secrets)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:
        # A slip in a log call must neither stop the work nor print its arguments unhidden.
        return f"{record.msg} (its arguments do not fit)"


def _one_line(text: str) -> str:
    """No line of someone else's making: breaks, control characters and halves of surrogate
    pairs are shown, not obeyed.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _value(value: object) -> str:
    text = str(value)
    if PLAIN.fullmatch(text) and text.isprintable():
        return text
    return json.dumps(text, ensure_ascii=False)


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("uncaught").critical(kind.__name__, exc_info=(kind, error, trace))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
