"""Which messages can change how the next ones are judged, so that the others need not be read again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Messages of before are all taken as telling."""
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.add_column(sa.Column("telling", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    """Every message is read again then."""
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.drop_column("telling")
