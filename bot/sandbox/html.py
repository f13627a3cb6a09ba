"""Text with HTML mark-up -> plain text and entities, as Telegram reads it.

Offsets and lengths of entities are in UTF-16 code units (Bot API, MessageEntity), error
positions in bytes of UTF-8, as in Telegram's own messages. The length of a text is counted
in characters after parsing: a message of 4096 emoji is accepted, 4097 are refused
(measured against the live service in FerroxLabs/wayland#934).
"""

import re
from dataclasses import dataclass, field

from bot.sandbox.refusals import bad

Entity = dict[str, object]

MAX_ENTITIES = 100  # Telegram drops what exceeds it, it does not refuse.

_PLAIN_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_TAGS = {*_PLAIN_TAGS, "a", "span", "tg-emoji"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(\d{1,8})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));")
_ATTRIBUTE = re.compile(
    r"""\s+([^\s=>/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.\-_]+)))?"""
)
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]，。；：！？）】]")
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])", re.A)
_MENTION = re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}\b", re.A)
_HASHTAG = re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}")


def units(text: str) -> int:
    """Length in UTF-16 code units; a lone surrogate counts as one."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(slots=True)
class _Open:
    tag: str
    start: int
    attributes: dict[str, str] = field(default_factory=dict)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """The text and entities of an HTML message.

    Raises RefusedError 400 `can't parse entities: …` where the mark-up is not well formed.
    """
    out: list[str] = []
    length = 0
    opened: list[_Open] = []
    found: list[Entity] = []
    at = 0
    while at < len(source):
        char = source[at]
        if char == "&":
            piece, after = _reference(source, at)
            out.append(piece)
            length += units(piece)
            at = after
        elif char != "<":
            end = at + 1
            while end < len(source) and source[end] not in "<&":
                end += 1
            out.append(source[at:end])
            length += units(source[at:end])
            at = end
        elif source.startswith("</", at):
            at = _close(source, at, length, opened, found, out)
        else:
            tag, attributes, after = _start_tag(source, at)
            opened.append(_Open(tag, length, attributes))
            at = after
    if opened:
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{opened[-1].tag}"')
    return "".join(out), _ordered(found)


def _reference(source: str, at: int) -> tuple[str, int]:
    match = _REFERENCE.match(source, at)
    if match is None:
        return "&", at + 1
    decimal, hexadecimal, name = match.groups()
    if name:
        return _NAMED[name], match.end()
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return match.group(), match.end()
    return chr(code), match.end()


def _start_tag(source: str, at: int) -> tuple[str, dict[str, str], int]:
    name = re.compile(r"<([^\s>]*)").match(source, at)
    tag = name.group(1).lower() if name else ""
    offset = _byte(source, at)
    if tag not in _TAGS:
        raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {offset}')
    position = at + 1 + len(tag)
    attributes: dict[str, str] = {}
    while match := _ATTRIBUTE.match(source, position):
        values = [value for value in match.groups()[1:] if value is not None]
        attributes[match.group(1).lower()] = _decoded(values[0]) if values else ""
        position = match.end()
    while position < len(source) and source[position].isspace():
        position += 1
    if position >= len(source):
        raise _unparsable(f"Unclosed start tag at byte offset {offset}")
    if source[position] != ">":
        raise _unparsable(
            f'Unexpected character in the tag "{tag}" at byte offset {_byte(source, position)}'
        )
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    if tag == "tg-emoji" and not attributes.get("emoji-id"):
        raise _unparsable(f'Tag "tg-emoji" must have attribute "emoji-id" at byte offset {offset}')
    return tag, attributes, position + 1


def _close(
    source: str,
    at: int,
    length: int,
    opened: list[_Open],
    found: list[Entity],
    out: list[str],
) -> int:
    offset = _byte(source, at)
    end = source.find(">", at)
    if end < 0:
        raise _unparsable(f"Unclosed end tag at byte offset {offset}")
    tag = source[at + 2 : end].strip().lower()
    if not opened:
        raise _unparsable(f"Unexpected end tag at byte offset {offset}")
    top = opened.pop()
    if tag not in {top.tag, ""}:
        raise _unparsable(
            f'Unmatched end tag at byte offset {offset}, expected "</{top.tag}>", found "</{tag}>"'
        )
    if length > top.start:
        _add(top, length, "".join(out), found, inside_pre=any(o.tag == "pre" for o in opened))
    return end + 1


def _add(top: _Open, end: int, text: str, found: list[Entity], *, inside_pre: bool) -> None:
    entity: Entity = {"offset": top.start, "length": end - top.start}
    if top.tag == "a":
        covered = _slice(text, top.start, end)
        url = top.attributes.get("href") or covered
        if person := re.fullmatch(r"tg://user\?id=(\d+)", url):
            entity |= {"type": "text_mention", "user": {"id": int(person.group(1))}}
        elif re.match(r"(?:https?|tg|tonsite|mailto|tel):", url) or re.match(r"[\w-]+\.\w", url):
            entity |= {"type": "text_link", "url": url if ":" in url else f"http://{url}"}
        else:
            return
    elif top.tag == "span":
        entity["type"] = "spoiler"
    elif top.tag == "tg-emoji":
        entity |= {"type": "custom_emoji", "custom_emoji_id": top.attributes["emoji-id"]}
    elif top.tag == "blockquote" and "expandable" in top.attributes:
        entity["type"] = "expandable_blockquote"
    else:
        entity["type"] = _PLAIN_TAGS[top.tag]
        language = top.attributes.get("class", "")
        if top.tag == "code" and inside_pre and language.startswith("language-"):
            entity["language"] = language.removeprefix("language-")
        if top.tag == "pre" and found and found[-1]["type"] == "code":
            inner = found[-1]
            if inner["offset"] == entity["offset"] and inner["length"] == entity["length"]:
                found.pop()
                if "language" in inner:
                    entity["language"] = inner["language"]
    found.append(entity)


def automatic(text: str, taken: list[Entity]) -> list[Entity]:
    """The entities Telegram finds by itself: commands, links, mentions, hashtags.

    Nothing is marked inside code, links or another find.
    """
    blocked = [
        (int(str(e["offset"])), int(str(e["offset"])) + int(str(e["length"])))
        for e in taken
        if e["type"] in {"code", "pre", "text_link", "text_mention"}
    ]
    found = list(taken)
    for kind, pattern in (
        ("url", _LINK),
        ("bot_command", _COMMAND),
        ("mention", _MENTION),
        ("hashtag", _HASHTAG),
    ):
        for match in pattern.finditer(text):
            start = units(text[: match.start()])
            end = start + units(match.group())
            if all(end <= low or start >= high for low, high in blocked):
                blocked.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return _ordered(found)


def check_entities(text: str, given: list[object]) -> list[Entity]:
    """Entities a bot sent itself; raises RefusedError 400 for one outside the text."""
    kinds = {*_PLAIN_TAGS.values(), "text_link", "text_mention", "custom_emoji", "url"}
    kinds |= {"expandable_blockquote", "mention", "hashtag", "cashtag", "bot_command"}
    kinds |= {"email", "phone_number", "date_time"}
    total = units(text)
    found: list[Entity] = []
    for item in given:
        if not isinstance(item, dict):
            raise bad("can't parse MessageEntity: expected an Object")
        for key in ("offset", "length"):
            if not isinstance(item.get(key), int) or isinstance(item.get(key), bool):
                raise bad(f'can\'t parse MessageEntity: Field "{key}" must be of type Number')
        if item.get("type") not in kinds:
            raise bad("can't parse MessageEntity: Unsupported type specified")
        if item["type"] == "text_link" and not isinstance(item.get("url"), str):
            raise bad("can't parse MessageEntity: Can't find field \"url\"")
        start, length = item["offset"], item["length"]
        if start < 0 or length < 0 or start + length > total:
            raise bad(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text "
                f"at UTF-16 offset {start + length}"
            )
        if length:
            found.append(dict(item))
    return _ordered(found)


def clean(text: str) -> str:
    """What Telegram does to any text first: no carriage returns, no control characters.

    Raises RefusedError 400 for a lone surrogate, which no UTF-8 text can hold.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None
    return re.sub(r"[\x00-\x09\x0b\x0c\x0e-\x1f]", " ", text.replace("\r", ""))


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """The text without white space around it, the entities moved to match."""
    bare = text.strip()
    lead = units(text) - units(text.lstrip())
    total = units(bare)
    kept: list[Entity] = []
    for entity in entities:
        start = max(int(str(entity["offset"])) - lead, 0)
        end = min(int(str(entity["offset"])) + int(str(entity["length"])) - lead, total)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return bare, kept[:MAX_ENTITIES]


def _ordered(entities: list[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda e: (int(str(e["offset"])), -int(str(e["length"]))))


def _slice(text: str, start: int, end: int) -> str:
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[start * 2 : end * 2].decode("utf-16-le", "surrogatepass")


def _decoded(value: str) -> str:
    return _REFERENCE.sub(lambda match: _reference(match.group(), 0)[0], value)


def _byte(source: str, at: int) -> int:
    return len(source[:at].encode())


def _unparsable(reason: str) -> Exception:
    return bad(f"can't parse entities: {reason}")
