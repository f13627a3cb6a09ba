"""PURE. How much work a .pdf may be, told before it is done.

A small file can name one large stream on a thousand pages, so what is parsed is counted each
time, and not what the file holds.
"""

from typing import Any

from tasks.errors import Unreadable
from tasks.reading.decoding import MEGABYTE

OPERATIONS = 1_000_000
"""What is placed and drawn in one file; a page of text takes a few thousand."""

BYTES = 64 * MEGABYTE
"""What is parsed of one file; a page of text takes some ten thousand."""

MAPPING = 2
"""A byte of a font's map of characters takes that much longer than one of a page."""

FORM = 4
"""A form is parsed each time it is drawn, mostly without any text."""

ENTRY = 200


class Work:
    """What may still be done for a file. Raises Unreadable when it is too much."""

    def __init__(self) -> None:
        self.operations = OPERATIONS
        self.bytes = BYTES
        self._sizes: dict[int, int] = {}
        """By object, so that nothing is unpacked twice."""

    def operation(self) -> None:
        self.operations -= 1
        self.check()

    def parse(self, size: int) -> None:
        self.bytes -= size
        self.check()

    def check(self) -> None:
        # What is raised while a form is drawn does not get out of the library; this does later.
        if self.operations < 0 or self.bytes < 0:
            raise Unreadable("archive_too_large")

    def resources(self, page: Any) -> int:
        """Count the fonts and forms of a page; returns the size of its largest form."""
        largest = 0
        waiting = [_dictionary(page, "/Resources")]
        seen: set[int] = set()
        while waiting:
            resources = waiting.pop()
            for entry in _dictionary(resources, "/Font").values():
                self.parse(ENTRY)
                font = entry.get_object()
                mapping = font.get("/ToUnicode") if hasattr(font, "get") else None
                if mapping is not None:
                    self.parse(self._size(mapping.get_object()) * MAPPING)
            for entry in _dictionary(resources, "/XObject").values():
                self.parse(ENTRY)
                form = entry.get_object()
                if not hasattr(form, "get") or form.get("/Subtype") != "/Form":
                    continue
                largest = max(largest, self._size(form))
                if id(form) not in seen:
                    seen.add(id(form))
                    waiting.append(_dictionary(form, "/Resources"))
        return largest

    def _size(self, stream: Any) -> int:
        """How long a stream is once unpacked."""
        if not hasattr(stream, "get_data"):
            return 0
        if id(stream) not in self._sizes:
            self._sizes[id(stream)] = len(stream.get_data())
            self.parse(self._sizes[id(stream)])
        return self._sizes[id(stream)]


def _dictionary(holder: Any, name: str) -> Any:
    found = holder.get(name) if hasattr(holder, "get") else None
    found = found.get_object() if found is not None else None
    return found if hasattr(found, "values") else {}
