"""PURE. Texts as they are kept."""


def storable(text: str) -> str:
    """The text with every character that a database refuses (NUL, lone surrogates) replaced
    by U+FFFD, one for one, so that spans stay true."""
    return (
        "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)
        if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text)
        else text
    )
