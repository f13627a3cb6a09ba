"""PURE. What a reply says will be done next, in the sender's own words."""

import re

_NEXT = re.compile(
    r"(?:下一步|下步|下阶段)(?:工作|计划|打算|安排|措施)*\s*[：:，,]?\s*(?:将|拟|是|为)?\s*"
    r"|\bnext\s+steps?\s*(?:is|are|will\s+be)?\s*[:：,]?\s*(?:to\s+)?"
    r"|\bnext\s*[:：]\s*",
    re.IGNORECASE,
)
_END = re.compile(
    r"[。；;\n！!]|[，,、]\s*(?=预计|力争|争取|确保|存在|问题|困难|目前|但|当前|因|由于|经费|资金)"
    r"|\.(?:\s|$)|,\s*(?=expect|problem|but\b|due\b|ETA)",
    re.IGNORECASE,
)
_EDGE = " \t\u3000，,、：:.。"
MOST = 500


def next_step_of(text: str) -> str | None:
    """The words behind 下一步 as far as they go; None where nothing follows."""
    found = _NEXT.search(text)
    if found is None:
        return None
    rest = text[found.end() :]
    end = _END.search(rest)
    said = (rest if end is None else rest[: end.start()]).strip(_EDGE)
    return said[:MOST] or None
