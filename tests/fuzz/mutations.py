"""A text or a file -> one that is nearly as well formed, by a source of chance that is given."""

import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from random import Random

from tests.rules.file_samples import packed, unpacked

STRANGE = (
    *("\x00", "\ud800", "\udc00", "\ufeff", "\u2028", "\x85", "\x0b", "\x1f", "\u200b", "\u0301"),
    *("\u3000", "\xa0", "\t", "\r\n", "\r", "\n", "\n\n", "😀", "𠮷", "\u202e", "ﾊﾞ", "㊀", "①"),
)
SIGNS = "（）()【】〔〕[]《》“”‘’、，。；：,.;:！？!?—－-·…／/→=>#%％℃*★　 "
NUMBERS = (
    "0",
    "-1",
    "99",
    "13",
    "31",
    "32",
    "2024",
    "1899",
    "〇",
    "二十",
    "99999999999",
    "９",
    "½",
)
INTERESTING = (
    *(b"", b"\0", b"<", b">", b'"', b"/", b"-1", b"0", b"99999999999", b"nan", b"1e999", b"&#0;"),
    *(b"&i;", b"<a/>", b"\xff", b"\xff\xfe", b"PK\x03\x04", b"endobj", b"stream\n", b"<<", b"[["),
    *(b"../../x", b"XFD1048576", b"A0", b"restart", b"<w:tc/>", b"<table>", b"<td rowspan=9999>"),
    *(b"rowspan=65534", b"colspan=65534", b"%s", "督办".encode(), "督办".encode("gb18030")),
)


def text(chance: Random, samples: Sequence[str], pieces: Sequence[str]) -> str:
    """A stretch of a sample, changed here and there."""
    changed = _stretch(chance, chance.choice(samples))
    for _ in range(chance.choice((0, 1, 1, 2, 3, 5, 12))):
        changed = chance.choice(_TEXT)(chance, changed, samples, pieces)
    return changed[:60_000]


def _stretch(chance: Random, sample: str) -> str:
    lines = sample.splitlines(keepends=True)
    if len(lines) < 4 or chance.random() < 0.1:
        return sample[: chance.randrange(200, 20_000)]
    start = chance.choice((0, 0, chance.randrange(len(lines))))
    return "".join(lines[start : start + chance.randrange(1, 40)])


def _some(chance: Random, length: int) -> tuple[int, int]:
    start = chance.randrange(length + 1)
    return start, min(length, start + chance.choice((0, 1, 1, 2, 5, 20, 100)))


def _cut(chance: Random, said: str, *_: object) -> str:
    start, end = _some(chance, len(said))
    return said[:start] + said[end:]


def _insert(chance: Random, said: str, _samples: object, pieces: Sequence[str]) -> str:
    start = chance.randrange(len(said) + 1)
    what = chance.choice((pieces, pieces, SIGNS, STRANGE, NUMBERS))
    return said[:start] + chance.choice(what) * chance.choice((1, 1, 1, 2, 30)) + said[start:]


def _replace(chance: Random, said: str, *_: object) -> str:
    """Another sign in the place of a sign, or another number in that of a number."""
    where = chance.choice((r"\d+", "[一二三四五六七八九十]+", f"[{re.escape(SIGNS)}]"))
    found = list(re.finditer(where, said))
    if not found:
        return said
    one = chance.choice(found)
    new = chance.choice(SIGNS if where.startswith("[（") else (*NUMBERS, ""))
    return said[: one.start()] + new + said[one.end() :]


def _again(chance: Random, said: str, *_: object) -> str:
    """A line or a sentence a second time, there or elsewhere."""
    parts = re.split(chance.choice(("(?<=\n)", "(?<=。)", "(?<=）)")), said)
    one = chance.randrange(len(parts))
    place = chance.choice((one, one, chance.randrange(len(parts) + 1)))
    return "".join([*parts[:place], parts[one], *parts[place:]])


def _shuffle(chance: Random, said: str, *_: object) -> str:
    lines = said.split("\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def _flatten(chance: Random, said: str, *_: object) -> str:
    """Line ends lost, doubled or of another kind."""
    end = chance.choice(("", " ", "\u3000", "\r\n", "\n\n", "\t"))
    if chance.random() < 0.3:
        return said.replace("\n", end)
    lines = said.split("\n")
    place = chance.randrange(len(lines))
    return "\n".join(lines[:place]) + end + "\n".join(lines[place:])


def _fold(chance: Random, said: str, *_: object) -> str:
    """Full-width signs as half-width ones or the other way."""
    pairs = (*zip("（），；：％", "(),;:%", strict=True), *zip("０１２３", "0123", strict=True))
    wide, narrow = chance.choice(pairs)
    return said.replace(wide, narrow) if chance.random() < 0.5 else said.replace(narrow, wide)


def _splice(chance: Random, said: str, samples: Sequence[str], _: object) -> str:
    other = _stretch(chance, chance.choice(samples))
    return said[: chance.randrange(len(said) + 1)] + other[chance.randrange(len(other) + 1) :]


_TEXT: tuple[Callable[[Random, str, Sequence[str], Sequence[str]], str], ...]
_TEXT = (_cut, _insert, _insert, _replace, _replace, _again, _shuffle, _flatten, _fold, _splice)


def file(chance: Random, samples: Sequence[bytes]) -> bytes:
    """A file with bytes or, where it is an archive, parts that are changed, swapped or gone."""
    changed = chance.choice(samples)
    for _ in range(chance.choice((1, 1, 2, 4, 9))):
        inside = changed.startswith(b"PK") and chance.random() < 0.75
        changed = _archive(chance, changed) if inside else _bytes(chance, changed)
    return changed


def _archive(chance: Random, data: bytes) -> bytes:
    try:
        members = unpacked(data)
    except Exception:
        return _bytes(chance, data)  # it has been broken before
    names = sorted(members)
    if not names:
        return data
    one, other = chance.choice(names), chance.choice(names)
    match chance.randrange(8):
        case 0:
            members[one], members[other] = members[other], members[one]
        case 1:
            del members[one]
        case 2:
            members[other.upper() if other != other.upper() else "x"] = members.pop(one)
        case _:
            part = members[one]
            assert isinstance(part, bytes)
            members[one] = _bytes(chance, part)
    method = chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
    return packed(members, method)


def _bytes(chance: Random, data: bytes) -> bytes:
    start, end = _some(chance, len(data))
    match chance.randrange(9):
        case 0:
            return data[:start]
        case 1:
            return data[:start] + data[end:]
        case 2:
            return data[:end] + data[start:end] * chance.choice((1, 1, 3, 50)) + data[end:]
        case 3:
            return data[:start] + chance.choice(INTERESTING) + data[end:]
        case 4:
            return data[:start] + chance.randbytes(end - start) + data[end:]
        case 5:
            number = struct.pack(
                chance.choice("<>") + "I", chance.choice((0, 1, 2**31, 2**32 - 1))
            )
            return data[:start] + number + data[start + 4 :]
        case 6:
            return _number(chance, data)
        case 7:
            other = chance.randrange(len(data) + 1)
            return data[:start] + data[other : other + 200] + data[start:]
    changed = bytearray(data)
    for _ in range(min(len(data), chance.choice((1, 2, 8)))):
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _number(chance: Random, data: bytes) -> bytes:
    """Another number in the place of one that is written out."""
    found = list(re.finditer(rb"\d+", data))
    if not found:
        return data
    one = chance.choice(found)
    new = chance.choice((b"0", b"1", b"2", b"-1", b"65536", b"99999999999", b"1.5", b""))
    return data[: one.start()] + new + data[one.end() :]
