"""PURE. The bytes of a file -> its text, or `Unreadable` with the reason.

A refusal names no content: what is refused here must not live on in a message or a log.
"""

import unicodedata

from tasks.errors import Unreadable

FILE_LIMIT_MB = 20
TEXT_LIMIT_MB = 2
MEGABYTE = 1024 * 1024

BINARY_STARTS = (
    b"PK\x03\x04",  # docx, xlsx, ofd, zip
    b"%PDF",
    b"\x7fELF",
    b"\x89PNG",
    b"\xff\xd8\xff",  # JPEG
    b"GIF8",
    b"MZ",
    b"\xd0\xcf\x11\xe0",  # doc, xls
    b"{\\rtf",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"SQLite format 3",
)
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
CONTROL_SHARE = 0.02
"""More control characters than this and the bytes were no text."""

HEAD_LINES = 12
GRADES = ("绝密", "机密", "秘密")
INTERNAL = ("内部文件", "内部资料", "内部材料", "内部使用", "内部", "注意保密")


def decode(data: bytes) -> str:
    """The text of a file: byte order mark dropped, line ends kept."""
    if len(data) > FILE_LIMIT_MB * MEGABYTE:
        raise Unreadable("file_too_large", limit_mb=FILE_LIMIT_MB)
    if not data.strip():
        raise Unreadable("empty_file")
    if data.startswith(BINARY_STARTS):
        raise Unreadable("binary_file")
    return admitted(_decoded(data))


def admitted(text: str) -> str:
    """The text itself, unless it is too long, empty, no text at all, or marked as classified."""
    if len(text.encode("utf-8", "surrogatepass")) > TEXT_LIMIT_MB * MEGABYTE:
        raise Unreadable("text_too_large", limit_mb=TEXT_LIMIT_MB)
    if not text.strip():
        raise Unreadable("empty_file")
    if is_binary(text):
        raise Unreadable("binary_file")
    if is_classified(text):
        raise Unreadable("classified_file")
    return text


def _decoded(data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith(UTF16_MARKS) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("binary_file")


def is_binary(text: str) -> bool:
    """NUL, many control characters, or bytes that only happened to be legal GB18030."""
    if "\0" in text:
        return True
    strange = 0
    for sign in set(text):
        category = unicodedata.category(sign)
        if (category == "Cc" and sign not in "\t\n\r\f\x0b\x85") or category in ("Co", "Cn"):
            strange += text.count(sign)
    return strange > CONTROL_SHARE * len(text)


def is_classified(text: str) -> bool:
    """Whether the first lines carry a marking such as 机密★1年 or 内部文件 不得外传."""
    lines = [line for line in text[:4000].splitlines() if line.strip()]
    return any(_is_marking(line) for line in lines[:HEAD_LINES])


def _is_marking(line: str) -> bool:
    """Whether a line of the head is a marking, not a sentence that uses the word."""
    for cell in line.replace("\u3000", "\t").split("\t"):
        bare = "".join(sign for sign in cell if not sign.isspace()).strip("【】[]（）()〔〕“”·*")
        for label in ("密级：", "密级:"):
            bare = bare.removeprefix(label)
        for grade in GRADES:
            tail = bare.removeprefix(grade)
            if tail != bare and (not tail or tail[0] in "★☆*▲:：" or _is_term(tail)):
                return True
        if bare in INTERNAL:
            return True
        for word in INTERNAL:
            tail = bare.removeprefix(word)
            if (
                tail != bare
                and len(tail) <= 12
                and tail.lstrip("，,·★ ").startswith(
                    ("不得", "严禁", "请勿", "禁止", "注意保", "妥善保", "文件", "资料", "★")
                )
            ):
                return True
    return False


def _is_term(tail: str) -> bool:
    """Whether what follows a grade is its term: 长期, 10年, 6个月."""
    return tail == "长期" or (tail[0].isdigit() and len(tail) <= 5 and tail[-1] in "年月")
