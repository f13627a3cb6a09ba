"""PURE. From what an operator wrote to a value: one function for each kind of setting.

The one rule: what is wrong raises ValueError with the end of a sentence ("must be …") that
the setting's name begins, and that never repeats a value which may be a secret.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]+")
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
HIGHEST_ID = 2**52
LONGEST_LINE = 64
LONGEST_SPAN = 366
LOOPBACK = ("127.0.0.1", "::1", "localhost")

WORKING = ("working", "班", "上班")
FREE = ("off", "休", "放假")
ON = ("true", "yes", "on", "1")
OFF = ("false", "no", "off", "0")
SPAN = re.compile(r"(\S+?)(?:\s*(?:\.\.|至)\s*(\S+?))?\s+(\S+)")


def _open(value: Any) -> Any:
    """A secret is judged by what it hides."""
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _secret(pattern: re.Pattern[str], wanted: str) -> Callable[[Any], SecretStr | None]:
    def judge(value: Any) -> SecretStr | None:
        text = _open(value)
        if text is None:
            return None
        if not isinstance(text, str) or not pattern.fullmatch(text):
            raise ValueError(wanted)
        return SecretStr(text)

    return judge


token = _secret(TOKEN, "must be a bot token: digits, a colon and the text BotFather gave")
webhook_secret = _secret(WEBHOOK_SECRET, "must be 1 to 256 letters, digits, _ or -")


def _address(value: Any, schemes: tuple[str, ...]) -> SplitResult:
    """An absolute address without blanks; the value stays out of the sentence."""
    wanted = f"must be an address that begins with {' or '.join(f'{s}://' for s in schemes)}"
    if not isinstance(value, str) or re.search(r"\s|[\x00-\x1f]", value):
        raise ValueError(wanted)
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError(wanted) from None
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(wanted)
    return parts


def api_url(value: Any) -> str:
    parts = _address(value, ("https", "http"))
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError("must be the server's address alone, without ?, # or a password")
    return str(value).rstrip("/")


def proxy(value: Any) -> SecretStr | None:
    text = _open(value)
    if text is None:
        return None
    _address(text, ("http", "https", "socks5", "socks5h"))
    return SecretStr(text)


def webhook_url(value: Any) -> str | None:
    if value is None:
        return None
    parts = _address(value, ("https", "http"))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must begin with https://: Telegram delivers nowhere else")
    return str(value)


def database_url(value: Any) -> SecretStr:
    """Only what is tested; `postgres://` and `postgresql://` mean the driver that is installed."""
    wanted = "must begin with sqlite:/// (a file) or postgresql:// (a server)"
    try:
        url = make_url(_open(value))
    except (ArgumentError, ValueError):
        raise ValueError(wanted) from None
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        if not url.database:
            raise ValueError("must name the database after the server: postgresql://server/name")
        url = url.set(drivername="postgresql+psycopg")
    elif url.drivername != "sqlite" or url.host:
        raise ValueError(wanted)
    elif url.database in (None, "", ":memory:") or url.query:
        raise ValueError("must name a file: several processes open the database")
    return SecretStr(url.render_as_string(hide_password=False))


def folder(value: Any) -> Path:
    if not str(value).isprintable():
        raise ValueError("must be a folder, without control characters in its name")
    path = Path(value).expanduser()
    if path.exists() and not path.is_dir():
        raise ValueError(f"must be a folder, and {path} is none")
    return path


def zone(value: Any) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"must be a time zone such as Asia/Shanghai, not {value!r}") from None


def language(value: Any) -> str:
    if value not in ("zh", "en"):
        raise ValueError(f"must be zh or en, not {value!r}")
    return str(value)


def switch(value: Any) -> bool:
    said = str(value).strip().lower()
    if said in ON:
        return True
    if said in OFF:
        return False
    raise ValueError(f"must be one of {', '.join((*ON, *OFF))}, not {value!r}")


def line(value: Any) -> str:
    text = str(value).strip()
    if len(text) > LONGEST_LINE or not text.isprintable():
        raise ValueError(f"must be one line of at most {LONGEST_LINE} characters")
    return text


def host(value: Any) -> str:
    text = str(value)
    if not HOST.fullmatch(text) and not _is_ip(text):
        raise ValueError(f"must be an address to listen on such as 127.0.0.1, not {value!r}")
    return text


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def port(value: Any) -> int:
    text = str(value)
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 65535:
        raise ValueError(f"must be a port from 0 to 65535, not {value!r}")
    return int(text)


def ids(value: Any) -> tuple[int, ...]:
    """Numbers with commas or blanks between them; brackets as in JSON do no harm."""
    given = re.split(r"[\s,，、]+", value.strip(" []")) if isinstance(value, str) else value
    if not isinstance(given, Iterable):
        given = [given]
    found = []
    for one in given:
        text = str(one)
        if not re.fullmatch(r"[0-9]{1,16}", text) or not 0 < int(text) <= HIGHEST_ID:
            raise ValueError(f"must be account numbers with commas between them, not {text!r}")
        found.append(int(text))
    return tuple(dict.fromkeys(found))


def working_days(value: Any) -> Mapping[date, bool]:
    """One day or span a line, `2027-02-06..2027-02-12 off` or `2027-02-14 班`; # is a remark."""
    if isinstance(value, Mapping):
        return dict(value)
    found: dict[date, bool] = {}
    for number, written in enumerate(str(value).splitlines(), start=1):
        text = written.split("#", 1)[0].strip()
        if not text:
            continue
        for day, working in _span(text, number):
            if found.get(day, working) is not working:
                raise ValueError(f"says both working and off of {day} (line {number})")
            found[day] = working
    return found


def _span(text: str, number: int) -> Iterable[tuple[date, bool]]:
    wrong = f"line {number} must read like 2027-02-06..2027-02-12 off, not {text!r}"
    parts = SPAN.fullmatch(text)
    if parts is None or parts[3] not in WORKING + FREE:
        raise ValueError(f"cannot be read: {wrong}")
    try:
        first = date.fromisoformat(parts[1])
        last = date.fromisoformat(parts[2]) if parts[2] else first
    except ValueError:
        raise ValueError(f"cannot be read: {wrong}") from None
    if not 0 <= (last - first).days <= LONGEST_SPAN:
        raise ValueError(f"cannot be read: line {number} ends before it begins or is too long")
    working = parts[3] in WORKING
    return [(first + timedelta(days=n), working) for n in range((last - first).days + 1)]
