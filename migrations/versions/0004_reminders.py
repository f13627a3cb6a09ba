"""Reminders that are put off by whoever got them (稍后提醒); slips as drafts (督办单)."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OPEN_ROWS = (
    ("ix_outbox_open", ["priority", "id"], "settled_at IS NULL"),
    ("ix_outbox_leased_until", ["leased_until", "chat_id"], "leased_until IS NOT NULL"),
)
"""What is still to be sent, in the order of sending, and what is being sent."""


def upgrade() -> None:
    _create_broadcasts()
    for name, columns, where in OPEN_ROWS:
        op.create_index(
            name,
            "outbox",
            columns,
            unique=False,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
    op.create_table(
        "snooze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("ask_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], name=op.f("fk_snooze_ask_id_ask")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_snooze_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snooze")),
        sa.UniqueConstraint("person_id", "ask_id", name=op.f("uq_snooze_person_id_ask_id")),
    )
    op.create_index("ix_snooze_window", "snooze", ["window", "until"], unique=False)
    with op.batch_alter_table("slip") as slip:
        slip.alter_column("number", existing_type=sa.Integer(), nullable=True)
        slip.add_column(sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True))
        slip.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        slip.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
        slip.create_index("ix_slip_told_at", ["told_at"], unique=False)
    # Every slip so far was a blue one, told in the window that it was issued in.
    op.execute("UPDATE slip SET told_at = issued_at")


def downgrade() -> None:
    op.execute("DELETE FROM slip WHERE number IS NULL")
    with op.batch_alter_table("slip") as slip:
        slip.drop_index("ix_slip_told_at")
        slip.drop_column("read_at")
        slip.drop_column("told_at")
        slip.drop_column("dropped_at")
        slip.alter_column("number", existing_type=sa.Integer(), nullable=False)
    op.drop_index("ix_snooze_window", table_name="snooze")
    op.drop_table("snooze")
    for name, _, _ in OPEN_ROWS:
        op.drop_index(name, table_name="outbox")
    _drop_broadcasts()


def _create_broadcasts() -> None:
    """What is said to many (广播), and each time that it was said."""
    op.create_table(
        "broadcast",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("next_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_broadcast_created_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["person.id"], name=op.f("fk_broadcast_cancelled_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_broadcast_next_run_at", "broadcast", ["next_run_at"], unique=False)
    op.create_table(
        "broadcast_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("after_row", sa.Integer(), nullable=False),
        sa.Column("up_to_row", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcast.id"],
            name=op.f("fk_broadcast_run_broadcast_id_broadcast"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_run")),
        sa.UniqueConstraint(
            "broadcast_id", "number", name=op.f("uq_broadcast_run_broadcast_id_number")
        ),
    )
    op.create_index("ix_broadcast_run_reported_at", "broadcast_run", ["reported_at"], unique=False)


def _drop_broadcasts() -> None:
    op.drop_index("ix_broadcast_run_reported_at", table_name="broadcast_run")
    op.drop_table("broadcast_run")
    op.drop_index("ix_broadcast_next_run_at", table_name="broadcast")
    op.drop_table("broadcast")
