"""The whole life of a task: requests for more time, milestones, files with answers, questions,
absences, groups, and versions of answers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wrong_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_code")),
    )
    op.create_index("ix_wrong_code_chat_id_at", "wrong_code", ["chat_id", "at"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["person.id"], name=op.f("fk_absence_deputy_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_absence_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_person_id"), "absence", ["person_id"], unique=False)
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_approval_asked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_approval_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_approval_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_notice_id"), "approval", ["notice_id"], unique=False)
    op.create_table(
        "group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_group_department_id_department")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group")),
        sa.UniqueConstraint("chat_id", "thread_id", name=op.f("uq_group_chat_id_thread_id")),
    )
    op.create_index(op.f("ix_group_department_id"), "group", ["department_id"], unique=False)
    op.create_table(
        "group_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["department.id"],
            name=op.f("fk_group_code_department_id_department"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_group_code_code_hash")),
    )
    op.create_table(
        "node",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_by_id", sa.Integer(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["met_by_id"], ["person.id"], name=op.f("fk_node_met_by_id_person")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_node_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node")),
        sa.UniqueConstraint("task_id", "position", name=op.f("uq_node_task_id_position")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("part_id", sa.Integer(), nullable=True),
        sa.Column("unmatched", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_question_answered_by_id_person")
        ),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_question_part_id_part")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_question_person_id_person")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_question_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index(op.f("ix_question_task_id"), "question", ["task_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("inbox_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("unique_id", sa.String(length=255), nullable=False),
        sa.Column("album", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("mime", sa.String(length=255), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=True),
        sa.Column("path", sa.String(length=255), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["inbox_id"], ["inbox.id"], name=op.f("fk_evidence_inbox_id_inbox")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_evidence_report_id_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_evidence_report_id"), "evidence", ["report_id"], unique=False)
    op.create_index("ix_evidence_state", "evidence", ["state"], unique=False)
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("wanted", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("endorsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("endorsed_by_id", sa.Integer(), nullable=True),
        sa.Column("forwarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_extension_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["endorsed_by_id"], ["person.id"], name=op.f("fk_extension_endorsed_by_id_person")
        ),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_extension_part_id_part")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_extension_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_extension_report_id_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint("report_id", name=op.f("uq_extension_report_id")),
    )
    op.create_index(op.f("ix_extension_part_id"), "extension", ["part_id"], unique=False)
    op.create_index("ix_extension_state", "extension", ["state"], unique=False)
    op.add_column("outbox", sa.Column("thread_id", sa.BigInteger(), nullable=True))
    op.add_column("card", sa.Column("thread_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "card", sa.Column("more", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("part", sa.Column("desk_days", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("part", sa.Column("before", sa.String(length=32), nullable=True))
    op.add_column("part", sa.Column("due", sa.Date(), nullable=True))
    op.add_column("part", sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("part", sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("part", sa.Column("endorsed_at", sa.DateTime(timezone=True), nullable=True))
    _refer("part", "endorsed_by_id", "person")
    _refer("part", "replaced_by_id", "part")
    _refer("part", "delegate_id", "person")
    op.add_column("report", sa.Column("next_step", sa.Text(), nullable=True))
    op.add_column("report", sa.Column("chat_id", sa.BigInteger(), nullable=True))
    op.add_column("report", sa.Column("message_id", sa.BigInteger(), nullable=True))
    op.add_column("report", sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("report", sa.Column("informant", sa.String(length=200), nullable=True))
    op.create_index(
        "ix_report_chat_id_message_id", "report", ["chat_id", "message_id"], unique=False
    )
    _refer("report", "recorded_by_id", "person")
    _refer("report", "replaces_id", "report")
    op.add_column("task", sa.Column("grade", sa.String(length=32), nullable=True))
    op.add_column("task", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    _refer("task", "leader_id", "person")


def downgrade() -> None:
    op.drop_column("task", "leader_id")
    op.drop_column("task", "paused_at")
    op.drop_column("task", "grade")
    op.drop_index("ix_report_chat_id_message_id", table_name="report")
    op.drop_column("report", "informant")
    op.drop_column("report", "recorded_by_id")
    op.drop_column("report", "replaced_at")
    op.drop_column("report", "replaces_id")
    op.drop_column("report", "message_id")
    op.drop_column("report", "chat_id")
    op.drop_column("report", "next_step")
    op.drop_column("part", "replaced_by_id")
    op.drop_column("part", "delegate_id")
    op.drop_column("part", "endorsed_by_id")
    op.drop_column("part", "requested_at")
    op.drop_column("part", "endorsed_at")
    op.drop_column("part", "issued_at")
    op.drop_column("part", "due")
    op.drop_column("part", "before")
    op.drop_column("part", "desk_days")
    op.drop_column("card", "more")
    op.drop_column("card", "thread_id")
    op.drop_column("outbox", "thread_id")
    op.drop_index("ix_extension_state", table_name="extension")
    op.drop_index(op.f("ix_extension_part_id"), table_name="extension")
    op.drop_table("extension")
    op.drop_index("ix_evidence_state", table_name="evidence")
    op.drop_index(op.f("ix_evidence_report_id"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_index(op.f("ix_question_task_id"), table_name="question")
    op.drop_table("question")
    op.drop_table("node")
    op.drop_table("group_code")
    op.drop_index(op.f("ix_group_department_id"), table_name="group")
    op.drop_table("group")
    op.drop_index(op.f("ix_approval_notice_id"), table_name="approval")
    op.drop_table("approval")
    op.drop_index(op.f("ix_absence_person_id"), table_name="absence")
    op.drop_table("absence")
    op.drop_index("ix_wrong_code_chat_id_at", table_name="wrong_code")
    op.drop_table("wrong_code")


def _refer(table: str, column: str, other: str) -> None:
    """Add a column that names a row of another table; SQLite takes it in one statement only."""
    name = f"fk_{table}_{column}_{other}"
    op.execute(
        f'ALTER TABLE "{table}" ADD COLUMN {column} INTEGER '
        f'CONSTRAINT {name} REFERENCES "{other}" (id)'
    )
