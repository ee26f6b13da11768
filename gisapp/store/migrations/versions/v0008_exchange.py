"""Copies that counties work on."""

import sqlalchemy as sa
from alembic import op

from gisapp.schema import JsonText, UtcDateTime
from gisapp.store import spatial

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CAUSES = "'both_changed', 'id_taken', 'removed_there', 'retired_there', 'retired_here', 'outside'"
STATES = "'open', 'ours', 'theirs', 'superseded'"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "exchange_copy",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("is_here", sa.Boolean(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("exported_at", UtcDateTime(), nullable=False),
        sa.Column("exported_by", sa.Text(), nullable=False),
        sa.Column("merged_at", UtcDateTime(), nullable=True),
        sa.Column("merged_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_exchange_copy")),
        sa.UniqueConstraint("id", name=op.f("uq_exchange_copy_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "exchange_base",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("content", JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_exchange_base")),
        sa.UniqueConstraint(
            "copy_id", "kind", "record_id", name=op.f("uq_exchange_base_copy_id_kind_record_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "exchange_conflict",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("base", JsonText(), nullable=True),
        sa.Column("ours", JsonText(), nullable=True),
        sa.Column("theirs", JsonText(), nullable=True),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.CheckConstraint(f"cause IN ({CAUSES})", name=op.f("ck_exchange_conflict_cause")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_exchange_conflict_state")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_exchange_conflict")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_exchange_conflict_state", "exchange_conflict", ["state", "county"])
    op.create_index("ix_exchange_conflict_record", "exchange_conflict", ["kind", "record_id"])
    for table in ("exchange_copy", "exchange_base", "exchange_conflict"):
        spatial.register_attributes(op.get_bind(), table)
