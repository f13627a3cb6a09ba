"""PURE. Texts as they are kept."""

SYSTEM = "督办系统"
"""Who acts in the history when nobody does."""

SUBMIT_WORDS = "申请办结"
"""What a submission says that came without words of its own."""


def storable(text: str) -> str:
    """The text with every character that a database refuses (NUL, lone surrogates) replaced
    by U+FFFD, one for one, so that spans stay true."""
    return (
        "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)
        if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text)
        else text
    )
