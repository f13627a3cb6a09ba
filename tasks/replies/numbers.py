"""PURE. Numerals as people type them: 12, 十二, 二〇二六, twelve; None for what is none."""

CHINESE = "〇零○一二两俩三四五六七八九十百千"
_DIGITS = {c: n for n, cs in enumerate(("〇零○", *"一", "二两俩", *"三四五六七八九")) for c in cs}
_UNITS = {"十": 10, "百": 100, "千": 1000}

_ENGLISH = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {
    "a": 1,
    "an": 1,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}

ENGLISH_RE = r"(?:" + "|".join(sorted(_ENGLISH, key=len, reverse=True)) + r")"
"""An English numeral of one word, or a compound with a hyphen of which it is the first."""

NUMBER_RE = rf"(?:(?<!\d)\d{{1,4}}(?!\d)|(?<![{CHINESE}])[{CHINESE}]{{1,7}})"
"""A small whole number in digits or Chinese numerals."""


def number(text: str) -> int | None:
    """The whole number written there."""
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return int(text)
    if text in _ENGLISH:
        return _ENGLISH[text]
    if text and all(c in CHINESE for c in text):
        return _chinese(text)
    return None


def _chinese(text: str) -> int | None:
    if not any(c in _UNITS for c in text):
        # Digits read one by one: 二〇二六. Two of them without a unit are no number (一二).
        if len(text) == 1 or len(text) == 4:
            return int("".join(str(_DIGITS[c]) for c in text))
        return None
    total, digit, last_unit = 0, None, 10_000
    for c in text:
        if c in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[c]
            continue
        unit = _UNITS[c]
        if unit >= last_unit:
            return None
        total += unit * (1 if digit is None else digit)
        digit, last_unit = None, unit
    return total + (digit or 0)
