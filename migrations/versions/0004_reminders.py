"""Reminders that are put off by whoever got them (稍后提醒)."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_index("ix_snooze_window", table_name="snooze")
    op.drop_table("snooze")
