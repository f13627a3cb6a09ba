"""PURE. A message made comparable and cut into clauses; the sender's own words stay at hand.

Full-width forms, traditional characters, circled numbers and odd dashes are made one form,
and every character keeps the place in the message that it came from.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cached_property

_DROPPED = frozenset("\u200b\u200c\u200d\u2060\ufeff\ufe0f\u20e3\u00ad")
_ALIKE = {
    **dict.fromkeys("—–－−‐‑―─", "-"),
    **dict.fromkeys("～〜∼→⇒", "~"),
    **dict.fromkeys("“”„«»「」『』", '"'),
    **dict.fromkeys("‘’ʼ`", "'"),
    **dict.fromkeys("…⋯", "。"),
    **dict.fromkeys("｡", "。"),
    **dict.fromkeys("【〔〖〈《", "["),
    **dict.fromkeys("】〕〗〉》", "]"),
    **dict.fromkeys("﹪٪", "%"),
    **dict.fromkeys("\r\v\f\x85\u2028\u2029", "\n"),
    **dict.fromkeys("•●▪■◆►·", "•"),
    "️": "",
}
_TRADITIONAL = dict(
    zip(
        "辦結進預計號項週個無變滯後屬單職責議轉過經費資報還沒關時實際開會應請問約樣麼發簽"
        "總體給協調審據與為從對現場動設製訂確認該務業導領間聯絡條階級開緩難儘盡儲異長達"
        "徵詢見處廳員閱讀謝僅於將來層環節點際歸檔專傳統續擬暫緊圍狀況",
        "办结进预计号项周个无变滞后属单职责议转过经费资报还没关时实际开会应请问约样么发签"
        "总体给协调审据与为从对现场动设制订确认该务业导领间联络条阶级开缓难尽尽储异长达"
        "征询见处厅员阅读谢仅于将来层环节点际归档专传统续拟暂紧围状况",
        strict=True,
    )
)
_CLOSE_UP = re.compile(
    r"(?<!#\d)(?<!#\d\d)(?<!#\d\d\d)(?<=\d) +(?=[年月日号%成天周个])|(?<=[年月第#]) +(?=\d)"
)

CJK = r"\u3400-\u9fff〇"


@dataclass(frozen=True)
class Wording:
    """The message in one form (`plain`) with the origin of every character in `said`."""

    said: str
    plain: str
    origin: tuple[int, ...]

    def words(self, start: int, end: int) -> str:
        """The sender's own words for that stretch of `plain`."""
        if start >= end:
            return ""
        last = self.origin[end - 1]
        return self.said[self.origin[start] : last + 1]


def wording(text: str) -> Wording:
    """The text in one form. Any text will do, lone surrogates and NUL included."""
    plain: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        for c in _form(char):
            plain.append(c)
            origin.append(at)
    joined = "".join(plain)
    gaps = {i for m in _CLOSE_UP.finditer(joined) for i in range(m.start(), m.end())}
    if gaps:
        kept = [i for i in range(len(joined)) if i not in gaps]
        return Wording(text, "".join(joined[i] for i in kept), tuple(origin[i] for i in kept))
    return Wording(text, joined, tuple(origin))


def _form(char: str) -> str:
    if char.isascii():
        return char.lower() if char.isprintable() or char == "\n" else _ALIKE.get(char, " ")
    if char in _DROPPED:
        return ""
    if char in _ALIKE:
        return _ALIKE[char]
    if char in _TRADITIONAL:
        return _TRADITIONAL[char]
    code = ord(char)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0).lower()
    if 0x2460 <= code <= 0x249B:  # circled, bracketed and dotted numbers
        return f"{int(unicodedata.numeric(char))}、"
    if char.isspace() or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zs"}:
        return " "
    lower = char.lower()
    return lower if len(lower) == 1 else char


@dataclass(frozen=True)
class Clause:
    """A stretch of the message between two breaks.

    `opens`: it begins a sentence. `after_colon`: it stands behind a colon. `asks`: it ended
    with a question mark.
    """

    whole: Wording
    start: int
    end: int
    opens: bool
    after_colon: bool = False
    asks: bool = False

    @cached_property
    def plain(self) -> str:
        return close_up(self.whole.plain[self.start : self.end])

    @property
    def said(self) -> str:
        return self.whole.words(self.start, self.end)


_SPACE_BESIDE_CJK = re.compile(
    rf"(?<=[{CJK}%]) +(?=[{CJK}\d#])|(?<!#\d)(?<!#\d\d)(?<!#\d\d\d)(?<=[\d%]) +(?=[{CJK}])"
)


def close_up(text: str) -> str:
    """Without the spaces that Chinese does not need."""
    return _SPACE_BESIDE_CJK.sub("", text).strip()


_BREAK = re.compile(
    r"(?P<hard>[。;!?\n]+)"
    r"|(?P<dot>\.+(?=\s|$))"
    r"|(?P<colon>:(?=\s*(?:#|第?[0-9〇一二三四五六七八九十]{1,4}(?:[号、和及]|\s*$))))"
    r"|(?P<comma>,(?!\d)|(?<!\d),)"
    rf"|(?P<turn>(?<=[{CJK}\d%)])(?=(?:但是|但|不过|然而|只是因|主要是因|因为|由于)[{CJK}])"
    r"|\s(?=(?:but|however|because|although|though|whereas|while|except)\s)"
    r"|\s(?=and\s(?:expect|will|we|it|should|need|await|wait|task|#\s?\d+[\s:]+[a-z]|no\.|is\s|the\s))"
    r"|\s-\s|(?:(?<=done)|(?<=[%划成结化进收])|(?<=track))\s(?=#\d))"
    rf"|(?P<gap>(?<=[{CJK}%\d)])[ \t]+(?=(?:预计|计划|拟|经费|资金|目前|因|存在|下一步|争取|力争"
    r"|问题|困难|申请|尚|暂|还|仍|请|#|第?\d{1,3}号|正在|无变化|按计划))"
    rf"|(?<=[{CJK}][{CJK}])[ \t]+(?=[{CJK}][{CJK}]|\d{{1,4}}(?:还|已|都|也|没|正|完|无)))"
)
_TWO_CJK = re.compile(rf"[{CJK}][{CJK}]$")
_NO_END = re.compile(r"(?:^|\s)(?:no|nr|#?\d{1,4}|tasks?\s*#?\d{1,4}|item\s*\d{1,4})$")


MAX_CLAUSE = 400
"""Longer clauses are cut: nobody writes them, and reading one takes the square of its length."""


def clauses(whole: Wording) -> list[Clause]:
    """The clauses of a message in order, empty ones left out."""
    found: list[Clause] = []
    for clause in _between_breaks(whole):
        for start in range(clause.start, clause.end, MAX_CLAUSE):
            end = min(start + MAX_CLAUSE, clause.end)
            found.append(replace(clause, start=start, end=end))
    return [c for c in found if c.plain]


def _between_breaks(whole: Wording) -> list[Clause]:
    found: list[Clause] = []
    start, opens, after_colon = 0, True, False
    plain = whole.plain
    for m in _BREAK.finditer(plain):
        if m.start() < start:
            continue
        if m.lastgroup == "dot" and _NO_END.search(plain[max(start, m.start() - 16) : m.start()]):
            at_head = not plain[start : m.start()].strip(" #0123456789")
            if at_head or not plain[start : m.start()].rstrip()[-1:].isdigit():
                continue
        if m.lastgroup == "gap" and m.start() - start < 4:
            left = plain[start : m.start()]
            if "号" not in left and not _TWO_CJK.search(left):
                continue
        if m.group().strip() == "-" and plain[start : m.start()].strip(" #").isdecimal():
            continue
        hard = m.lastgroup in {"hard", "dot"}
        asks = "?" in m.group()
        if plain[start : m.start()].strip():
            found.append(Clause(whole, start, m.start(), opens, after_colon, asks))
            opens = False
        opens = opens or hard
        after_colon = m.lastgroup == "colon"
        start = m.end()
    if plain[start:].strip():
        found.append(Clause(whole, start, len(plain), opens, after_colon))
    return found
