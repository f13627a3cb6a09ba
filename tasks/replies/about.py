"""PURE. Which task words are about that report nothing: 12号是否需要盖章？"""

from tasks.replies.address import at_head, mentioned
from tasks.replies.wording import clauses, wording


def task_asked_about(text: str) -> int | None:
    """The only task that is named, with a mark: a bare number may be anything."""
    named: set[int] = set()
    for clause in clauses(wording(text)):
        plain = clause.plain
        found = at_head(plain, bare_ok=False, first=True, after_colon=False) or mentioned(plain)
        named.update(() if found is None or found.bare else found.tasks)
    return named.pop() if len(named) == 1 else None
