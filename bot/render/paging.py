"""PURE. A long text as several messages, none longer than Telegram takes.

One rule: a page ends where a line ends and no entity is open.
"""

import html
import re
from collections.abc import Iterable, Iterator

from bot.render.message import MAX_TEXT, Keyboard, Message

_TOKEN = re.compile(r"<[^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-z]+);|[^<&]|[<&]", re.DOTALL)


def units(source: str) -> int:
    """Length of HTML as Telegram counts it: UTF-16 units without the tags."""
    if "<" in source:
        source = "".join(token for token in _TOKEN.findall(source) if not _is_tag(token))
    return _units(source)


def fit(
    blocks: Iterable[str], keyboard: Keyboard = (), limit: int = MAX_TEXT
) -> tuple[Message, ...]:
    """The blocks of HTML below each other, as few messages as possible, the keyboard under
    the last. A line, or an entity of several lines, that is longer than a whole message is
    cut with …."""
    pages: list[list[str]] = [[]]
    size = 0
    for piece in _pieces(blocks):
        length = units(piece)
        if length > limit:
            piece = _shortened(piece, limit)
            length = units(piece)
        if pages[-1] and size + 1 + length > limit:
            pages.append([])
        if not pages[-1]:
            if _blank(piece):
                continue
            size = length
        else:
            size += 1 + length
        pages[-1].append(piece)
    texts = ["\n".join(page).rstrip() for page in pages if page]
    return tuple(
        Message(text, keyboard if at == len(texts) - 1 else ()) for at, text in enumerate(texts)
    )


def one_page(blocks: Iterable[str], keyboard: Keyboard = ()) -> tuple[Message, ...]:
    """The blocks as a single message, for one that is edited in place: lines that find no
    room are left out."""
    pages = fit(blocks, keyboard)
    return tuple(Message(page.text, keyboard) for page in pages[:1])


def _pieces(blocks: Iterable[str]) -> Iterator[str]:
    """The lines; those between which an entity is open stay together."""
    for block in blocks:
        held: list[str] = []
        depth = 0
        for line in block.split("\n"):
            held.append(line)
            depth += sum(
                -1 if token.startswith("</") else 1
                for token in _TOKEN.findall(line)
                if _is_tag(token)
            )
            if depth == 0:
                yield "\n".join(held)
                held = []
        if held:
            yield "\n".join(held)


def _shortened(source: str, limit: int) -> str:
    kept: list[str] = []
    opened: list[str] = []
    room = limit - 1
    for token in _TOKEN.findall(source):
        if token.startswith("</"):
            opened.pop()
        elif _is_tag(token):
            opened.append(re.split(r"[\s>]", token[1:], maxsplit=1)[0])
        else:
            room -= _units(token)
            if room < 0:
                break
        kept.append(token)
    return "".join(kept).rstrip() + "…" + "".join(f"</{tag}>" for tag in reversed(opened))


def _blank(source: str) -> bool:
    return not any(token.strip() for token in _TOKEN.findall(source) if not _is_tag(token))


def _is_tag(token: str) -> bool:
    return len(token) > 1 and token.startswith("<")


def _units(token: str) -> int:
    return len(html.unescape(token).encode("utf-16-le", "surrogatepass")) // 2
