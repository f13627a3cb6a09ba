"""PURE. What may be said in a group, where everybody reads along.

One rule: a group is shown what the group itself may see, whoever asks; nothing there names
who is silent, gives a telephone number or grades anybody.
"""

from collections.abc import Mapping
from typing import Any

from tasks.services.post import Kind

KINDS = frozenset(
    {
        Kind.answer,
        Kind.assignment,
        Kind.broadcast,
        Kind.card,
        Kind.course,
        Kind.digest,
        Kind.owner,
        Kind.page,
        Kind.receipt,
        Kind.verdict,
        Kind.view,
    }
)

VIEWS = frozenset({"my", "summary", "class", "departments", "overdue", "assignment"})
"""What a button of a group may show in it."""

HELP = "group_help"

COMMANDS = ("my", "summary", "task", "report", "overdue", "help", "bind", "unbind", "lang")
"""What Telegram's menu offers in a group."""

PRIVATE_FACTS = frozenset({"grade", "phone"})


def may_be_said(kind: str, facts: Mapping[str, Any], *, bound: bool) -> bool:
    """Whether a message has a place in a group; in one that is not bound only a sentence, and
    nowhere one that tells what is private."""
    if kind == Kind.answer and PRIVATE_FACTS & facts.get("facts", {}).keys():
        return False
    if not bound:
        return kind == Kind.answer
    if kind == Kind.request:
        # How it ended; whose turn it is, and what was sent, is for those people.
        return "desk" in facts and facts["desk"] is None
    return kind in KINDS and (kind != Kind.view or facts["name"] in VIEWS | {HELP})


def without_private(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a row that everybody may read, those within others too."""
    return {name: _public(fact) for name, fact in facts.items() if name not in PRIVATE_FACTS}


def _public(fact: Any) -> Any:
    if isinstance(fact, Mapping):
        return without_private(fact)
    return [_public(one) for one in fact] if isinstance(fact, list) else fact
