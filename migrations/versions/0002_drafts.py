"""Drafts that people review: how a clause is followed up, sentences that are no clause yet,
every step on a draft, and files that were sent to the bot."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add("notice", "revision", sa.Integer(), "0")
    _add("clause", "follow_up", sa.String(32), "standing")
    op.add_column("clause", sa.Column("waived_as", sa.String(32), nullable=True))
    op.add_column("clause", sa.Column("merged_into", sa.Integer(), nullable=True))
    _add("clause", "as_overdue", sa.Boolean(), sa.false())
    _add("clause", "version", sa.Integer(), "1")
    _add("task", "follow_up", sa.String(32), "standing")
    op.execute("UPDATE clause SET follow_up = 'dated' WHERE deadline IS NOT NULL")
    op.execute("UPDATE task SET follow_up = 'dated' WHERE due IS NOT NULL")
    op.create_table(
        "passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("waived_as", sa.String(32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("clause_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_passage_clause_id_clause")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_passage_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
    )
    op.create_index(op.f("ix_passage_notice_id"), "passage", ["notice_id"], unique=False)
    op.create_table(
        "draft_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_draft_edit_notice_id_notice")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_draft_edit_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_edit")),
    )
    op.create_index("ix_draft_edit_notice_id_id", "draft_edit", ["notice_id", "id"], unique=False)
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbox_id", sa.Integer(), nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("update_id", sa.BigInteger(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(64), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("reading", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_upload_inbox_id_inbox")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_upload_notice_id_notice")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_upload_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_upload_state", "upload", ["state"], unique=False)
    _move_unmapped()
    op.drop_column("notice", "unmapped")


def _add(table: str, name: str, kind: sa.types.TypeEngine[Any], value: Any) -> None:
    """A column that may not be empty; SQLite can add one only with what stands in it."""
    op.add_column(table, sa.Column(name, kind, nullable=False, server_default=value))


def _move_unmapped() -> None:
    """The spans that a notice kept become rows, so that each can be decided."""
    connection = op.get_bind()
    passage = sa.table(
        "passage",
        *(sa.column(name) for name in ("notice_id", "start", "end", "text", "state", "version")),
    )
    notices = connection.execute(sa.text("SELECT id, text, unmapped FROM notice")).all()
    for notice_id, text, unmapped in notices:
        spans = json.loads(unmapped) if isinstance(unmapped, str) else unmapped
        rows = [
            {
                "notice_id": notice_id,
                "start": start,
                "end": end,
                "text": text[start:end],
                "state": "open",
                "version": 1,
            }
            for start, end in spans
        ]
        if rows:
            connection.execute(sa.insert(passage), rows)


def downgrade() -> None:
    _add("notice", "unmapped", sa.JSON(), "[]")
    connection = op.get_bind()
    spans: dict[int, list[list[int]]] = {}
    for notice_id, start, end in connection.execute(
        sa.text('SELECT notice_id, start, "end" FROM passage ORDER BY start')
    ):
        spans.setdefault(notice_id, []).append([start, end])
    for notice_id, found in spans.items():
        notice = sa.table("notice", sa.column("id"), sa.column("unmapped", sa.JSON()))
        connection.execute(
            sa.update(notice).where(notice.c.id == notice_id).values(unmapped=found)
        )
    for table in ("upload", "draft_edit", "passage"):
        op.drop_table(table)
    op.drop_column("task", "follow_up")
    for name in ("version", "as_overdue", "merged_into", "waived_as", "follow_up"):
        op.drop_column("clause", name)
    op.drop_column("notice", "revision")
