"""Corrections of wrong judgements, as reviewed training examples."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table; nothing else changes."""
    op.create_table(
        "correction",
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("said_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("was_route", sa.String(length=60), nullable=False),
        sa.Column("was_risk", sa.String(length=10), nullable=False),
        sa.Column("was_intent", sa.String(length=20), nullable=False),
        sa.Column("risk", sa.String(length=10), nullable=False),
        sa.Column("intent", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("expires_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("risk IN ('none','concern','high','imminent')", name=op.f("ck_correction_risk")),
        sa.CheckConstraint("state IN ('pending','approved','rejected')", name=op.f("ck_correction_state")),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> author_id", name=op.f("ck_correction_second_person")),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_correction_author_id_staff")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_correction_contact_id_contact")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_correction_decided_by_staff")),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_correction_interaction_id_interaction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index("ix_correction_contact", ["contact_id"], unique=False)
        batch_op.create_index("ix_correction_expires", ["expires_at"], unique=False)
        batch_op.create_index("ix_correction_state", ["state", "created_at"], unique=False)
        batch_op.create_index(
            "uq_correction_standing",
            ["interaction_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'rejected'"),
            postgresql_where=sa.text("state <> 'rejected'"),
        )


def downgrade() -> None:
    """What was put right is put right by the rules that came of it; the examples are lost."""
    op.drop_table("correction")
