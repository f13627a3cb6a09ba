"""PURE. Zip archives and their XML, within limits that hold for any bytes.

An archive is judged by what it declares before anything is unpacked, and `zipfile` hands
out no more than that.
"""

import io
import zipfile
from functools import cached_property
from posixpath import dirname, join, normpath
from typing import Any

from tasks.errors import Unreadable
from tasks.reading.decoding import MEGABYTE

STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
MACROS = ("vbaproject.bin", "vbadata.xml")

MEMBERS = 5000
TOTAL = 200 * MEGABYTE
RATIO = 200
"""Text as XML shrinks to a tenth, a sheet of equal rows to a fiftieth."""

SMALL = 16 * MEGABYTE
"""Up to this size an archive may shrink as it likes."""

PART = 32 * MEGABYTE
"""The largest part that is parsed."""

READ = 64 * MEGABYTE
"""All that is parsed of one archive."""

NO_MEMORY = 2
"""The parser's number for it."""

UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


class Archive:
    """A zip archive whose declared sizes are within the limits. Raises Unreadable."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise Unreadable("broken_file") from None
        members = self._zip.infolist()
        total = sum(member.file_size for member in members)
        packed = max(1, min(len(data), sum(member.compress_size for member in members)))
        if (
            len(members) > MEMBERS
            or total > TOTAL
            or (total > SMALL and total > RATIO * packed)
            or len(self._zip.namelist()) != len(set(self._zip.namelist()))
        ):
            raise Unreadable("archive_too_large")
        if any(member.flag_bits & 1 for member in members):
            raise Unreadable("encrypted_file")
        # Other methods reserve memory as the file demands, and no office program uses them.
        if any(m.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for m in members):
            raise Unreadable("broken_file")
        self._left = READ

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its parts."""
        return frozenset(self._zip.namelist())

    def read(self, name: str) -> bytes:
        """The bytes of a part."""
        try:
            size = self._zip.getinfo(name).file_size
        except KeyError:
            raise Unreadable("broken_file") from None
        self._left -= size
        if size > PART or self._left < 0:
            raise Unreadable("archive_too_large")
        return self._zip.read(name)

    def tree(self, name: str) -> Any:
        """The root element of an XML part."""
        return parsed(self.read(name))

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The relations of an office part: by id, the last word of the type and the target."""
        at = join(dirname(part), "_rels", part.rpartition("/")[2] + ".rels")
        if at not in self.names:
            return {}
        return {
            one.get("Id", ""): (
                one.get("Type", "").rpartition("/")[2],
                resolved(dirname(part), one.get("Target", "")),
            )
            for one in self.tree(at)
            if one.get("TargetMode") != "External"
        }

    def main_part(self) -> str:
        """The part that an office file is about."""
        for kind, target in self.relations("").values():
            if kind == "officeDocument":
                return target
        raise Unreadable("broken_file")


def resolved(folder: str, target: str) -> str:
    """The name of the part that a path means, seen from a folder of the archive."""
    return normpath(target.lstrip("/") if target.startswith("/") else join(folder, target))


def parsed(data: bytes) -> Any:
    """The root of an XML document. Raises Unreadable where it declares entities or is broken."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    refuse_declarations(data)
    try:
        root = etree.fromstring(data, parser)
    except etree.LxmlError as error:
        raise failure(error) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("broken_file")
    return root


def failure(error: Exception) -> Exception:
    """What is raised for an error of the parser, which words the lack of memory as one."""
    no_memory = getattr(error, "code", None) == NO_MEMORY
    return MemoryError() if no_memory else Unreadable("broken_file")


def refuse_declarations(data: bytes) -> None:
    """Raise Unreadable where XML declares a document type: no office program writes one."""
    plain = data.replace(b"\0", b"") if data.startswith(UTF16) else data
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Unreadable("broken_file")
    head = plain[:200].lower()
    if b"encoding" in head.partition(b"?>")[0] and not any(
        name in head for name in (b"utf-8", b"utf-16", b"us-ascii", b"gb")
    ):
        raise Unreadable("broken_file")


def local(element: Any) -> str:
    """The name of an element without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """The value of an attribute, whatever namespace it is written in."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None
