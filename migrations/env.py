"""What alembic runs. The program hands its connection over; alembic's own command, used to
write a new step, opens the database that the settings name."""

from alembic import context
from sqlalchemy.engine import Connection

from migrations import models


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=models())
    with context.begin_transaction():
        context.run_migrations()


def _run_from_command_line() -> None:
    from config.settings import load
    from tasks.db import Database

    database = Database(load().database())
    with database.engine.begin() as connection:
        _run(connection)
    database.dispose()


if context.is_offline_mode():
    raise SystemExit("a step is written against a real database: leave --sql out")
given = context.config.attributes.get("connection")
if given is None:
    _run_from_command_line()
else:
    _run(given)
