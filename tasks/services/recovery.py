"""Accounts that the operator listed for recovery (DUBAN_ADMIN_IDS): known without an invitation.

What they may do comes from the setting and not from a role that is kept: whoever is taken off
the list has, from the next message on, what invitations gave them, and nothing without one.
"""

from sqlalchemy.orm import Session

from tasks.models import Person
from tasks.services.acts import Act, record
from tasks.services.directory import MAX_NAME
from tasks.text import storable


def recover(session: Session, act: Act, account: int, shown_name: str) -> Person:
    """Make somebody of a listed account that nobody is bound to, named as in Telegram."""
    name = storable(" ".join(shown_name.split()))[:MAX_NAME] or str(account)
    person = Person(name=name, chat_id=account, created_at=act.now, bound_at=act.now)
    session.add(person)
    session.flush()
    mine = Act(act.now, act.said_at, name, person.id, act.update_id)
    record(session, mine, "recover", text=name)
    session.flush()
    return person
