"""Limits of roads that a person confirmed; the last event of a kind by index."""

import sqlalchemy as sa
from alembic import op

from gisapp.schema import UtcDateTime
from gisapp.store import spatial

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the index."""
    op.create_table(
        "limit_confirmation",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("way_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "measure IN ('weight', 'height')", name=op.f("ck_limit_confirmation_measure")
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_limit_confirmation")),
        sa.UniqueConstraint("id", name=op.f("uq_limit_confirmation_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_limit_confirmation_in_force",
        "limit_confirmation",
        ["way_id", "measure", "text"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_index("ix_event_kind", "event", ["kind", "seq"])
    spatial.register_attributes(op.get_bind(), "limit_confirmation")
