"""What the outbox needs: claims, and the token that all processes share."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The shared token, and what claims and calls need."""
    op.create_table(
        "access_token",
        sa.Column("app_id", sa.String(length=32), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("obtained_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("expires_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("refreshing_until", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("holder", sa.Uuid(), nullable=True),
        sa.Column("fault", sa.String(length=60), nullable=False),
        sa.Column("forced_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("forced_on", sa.String(length=10), nullable=False),
        sa.Column("forced_times", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("app_id", name=op.f("uq_access_token_app_id")),
    )
    _upgrade_outbox()


def _upgrade_outbox() -> None:
    """Claims on deliveries, each call to WeChat, paused interfaces, and the last round of each sweep."""
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("claim", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("claimed_until", core.db.UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "delivery_attempt",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("started_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("remote_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_attempt_delivery_id_delivery")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempt")),
    )
    with op.batch_alter_table("delivery_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_attempt_delivery", ["delivery_id"], unique=False)
        batch_op.create_index("ix_delivery_attempt_recipient", ["recipient", "started_at"], unique=False)
        batch_op.create_index("ix_delivery_attempt_remote", ["remote_id"], unique=False)
    op.create_table(
        "interface_pause",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("since", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("until", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interface_pause")),
        sa.UniqueConstraint("channel", name=op.f("uq_interface_pause_channel")),
    )
    op.create_table(
        "sweep_run",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("started_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep_run")),
        sa.UniqueConstraint("name", name=op.f("uq_sweep_run_name")),
    )


def _downgrade_outbox() -> None:
    op.drop_table("sweep_run")
    op.drop_table("interface_pause")
    op.drop_table("delivery_attempt")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_column("claimed_until")
        batch_op.drop_column("claim")
        batch_op.drop_column("settled_by")


def downgrade() -> None:
    """Take them out again."""
    _downgrade_outbox()
    op.drop_table("access_token")
