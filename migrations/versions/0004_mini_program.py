"""Sessions of the mini-program."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table; nothing else changes."""
    op.create_table(
        "mini_program_session",
        sa.Column("token_hash", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("session_key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_mini_program_session_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mini_program_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mini_program_session_token_hash")),
    )
    with op.batch_alter_table("mini_program_session", schema=None) as batch_op:
        batch_op.create_index("ix_mini_program_session_seen", ["seen_at"], unique=False)
        batch_op.create_index(op.f("ix_mini_program_session_contact_id"), ["contact_id"], unique=False)


def downgrade() -> None:
    """Everybody is logged out, and logs in again without a word."""
    op.drop_table("mini_program_session")
