"""Staff, their sessions, the brake on guessing, and the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What must never change in a line of the trail. Its reason may be sealed anew (key rotation) or emptied (erasure).
FROZEN = "number, at, staff_id, action, subject_kind, subject_id, reason_hash, hash"
REFUSAL = "the audit trail is append-only"


def upgrade() -> None:
    op.create_table(
        "staff",
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("totp_secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=False),
        sa.Column("open_id_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("open_id_hash", sa.String(length=32), nullable=True),
        sa.Column("bind_code_hash", sa.String(length=32), nullable=True),
        sa.Column("bind_code_until", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("role IN ('cadre','counselor','supervisor','admin')", name=op.f("ck_staff_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
        sa.UniqueConstraint("open_id_hash", name=op.f("uq_staff_open_id_hash")),
    )
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("created_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
    )
    op.create_index("ix_staff_session_staff", "staff_session", ["staff_id", "ended_at"])
    op.create_table(
        "login_brake",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("open_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_brake")),
        sa.UniqueConstraint("key", name=op.f("uq_login_brake_key")),
    )
    op.create_table(
        "audit_record",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason_hash", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_audit_record_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_record")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_record_number")),
    )
    op.create_index("ix_audit_record_subject", "audit_record", ["subject_kind", "subject_id"])
    op.create_index("ix_audit_record_staff", "audit_record", ["staff_id", "at"])
    op.create_table(
        "audit_head",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    _freeze_trail()


def downgrade() -> None:
    for table in ("audit_head", "audit_record", "login_brake", "staff_session", "staff"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_record_is_frozen")


def _freeze_trail() -> None:
    """A guard against our own mistakes; who may drop a trigger is caught by the chain instead."""
    if op.get_bind().dialect.name == "sqlite":
        for name, change in (("update", f"UPDATE OF {FROZEN}"), ("delete", "DELETE")):
            op.execute(
                f"CREATE TRIGGER audit_record_no_{name} BEFORE {change} ON audit_record "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_record_is_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER audit_record_frozen BEFORE UPDATE OF {FROZEN} OR DELETE ON audit_record "
        "FOR EACH ROW EXECUTE FUNCTION audit_record_is_frozen()"
    )
