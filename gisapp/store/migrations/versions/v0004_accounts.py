"""Accounts, sessions and tokens; the event log by who, what and when."""

import sqlalchemy as sa
from alembic import op

from gisapp.schema import JsonText, UtcDateTime
from gisapp.store import spatial

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROLES = ["viewer", "duty_officer", "planner", "headquarters", "county_editor", "administrator"]
TABLES = ("account", "account_session", "access_token", "sign_in_failure")


def upgrade() -> None:
    """Make the tables and the indexes that the audit reads along."""
    _create_accounts()
    _create_tokens()
    connection = op.get_bind()
    for table in TABLES:
        spatial.register_attributes(connection, table)
    op.create_index("ix_event_who", "event", ["who", "seq"])
    op.create_index("ix_event_what", "event", ["what", "seq"])
    op.create_index("ix_event_at", "event", ["at", "seq"])


def _create_accounts() -> None:
    listed = ", ".join(f"'{role}'" for role in ROLES)
    op.create_table(
        "account",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("login_folded", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("signed_in_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(f"role IN ({listed})", name=op.f("ck_account_role")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_account_county")),
        sa.CheckConstraint(
            "role <> 'county_editor' OR county IS NOT NULL",
            name=op.f("ck_account_editor_has_county"),
        ),
        sa.CheckConstraint("length(login) > 0", name=op.f("ck_account_login")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_account")),
        sa.UniqueConstraint("login_folded", name=op.f("uq_account_login_folded")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "account_session",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_fid", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_fid"], ["account.fid"], name=op.f("fk_account_session_account_fid_account")
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_account_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_session_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_account_session_account", "account_session", ["account_fid"])
    op.create_table(
        "sign_in_failure",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_sign_in_failure")),
        sa.UniqueConstraint("subject", name=op.f("uq_sign_in_failure_subject")),
        sqlite_autoincrement=True,
    )


def _create_tokens() -> None:
    op.create_table(
        "access_token",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("rights", JsonText(), nullable=False),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_access_token_county")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_access_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_token_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_access_token_name_in_force",
        "access_token",
        ["name"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
