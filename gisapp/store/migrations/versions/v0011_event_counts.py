"""What happens again and again, counted by the hour."""

import sqlalchemy as sa
from alembic import op

from gisapp.schema import JsonText, UtcDateTime
from gisapp.store import spatial

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "event_count",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("hour", UtcDateTime(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("contacts", sa.Boolean(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("data", JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_event_count")),
        sa.UniqueConstraint(
            "hour",
            "who",
            "what",
            "kind",
            "subject",
            name=op.f("uq_event_count_hour_who_what_kind_subject"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_count_what", "event_count", ["what", "fid"])
    spatial.register_attributes(op.get_bind(), "event_count")
