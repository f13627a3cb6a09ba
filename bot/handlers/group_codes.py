"""Codes for groups, made in the private chat of whoever judges for the office."""

from bot.handlers.context import Talk, plain
from tasks.mailroom import Fact
from tasks.services import groups
from tasks.services.acts import is_office
from tasks.services.post import Kind


def bind_in_private(talk: Talk, words: str) -> None:
    """/bind outside of a group: the office gets a code for one, anybody else is told where."""
    if is_office(talk.session, talk.act):
        give_code(talk, words.strip() or None)
    else:
        talk.answer("bind_in_group")


def give_code(talk: Talk, department: str | None) -> None:
    """Answer with a code that binds a group of that department, None for one of the office.
    Raises what `groups.invite_group` does."""
    made = groups.invite_group(talk.session, talk.act, department)
    fact = talk.session.get(Fact, "bot")
    name = "" if fact is None else str(fact.value.get("username") or "")
    code = "group_code" if made.department is not None else "group_code_office"
    facts = {
        "secret": made.code,
        "department": made.department,
        "expires_at": made.expires_at,
        "link": f"https://t.me/{name}?startgroup={made.code}",
    }
    talk.put(Kind.answer, code=code, facts=plain(facts), tasks=[])
