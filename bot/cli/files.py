"""Files that a command is given: read with a limit, and never quoted in a complaint."""

from pathlib import Path

from tasks.errors import Unreadable

LIMIT_MB = 20
"""Of a notice file; `tasks.reading` refuses more as well, after it was read."""


def read(path: Path) -> bytes:
    """The bytes of a file. Raises Unreadable, before more than the limit is in memory."""
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT_MB * 1024 * 1024 + 1)
    except FileNotFoundError:
        raise Unreadable("file_missing", file=str(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise Unreadable("file_unreadable", file=str(path), reason=reason) from None
    if len(data) > LIMIT_MB * 1024 * 1024:
        raise Unreadable("file_too_large", limit_mb=LIMIT_MB)
    return data


def write(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file whole. Raises Unreadable where it cannot be."""
    try:
        if private:
            path.touch(mode=0o600)
            path.chmod(0o600)
        path.write_bytes(data)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise Unreadable("file_unwritable", file=str(path), reason=reason) from None
