"""Attachments of records."""

import sqlalchemy as sa
from alembic import op

from gisapp.schema import UtcDateTime
from gisapp.store import spatial

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MEDIA_TYPES = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)


def upgrade() -> None:
    """Make the table."""
    listed = ", ".join(f"'{one}'" for one in MEDIA_TYPES)
    op.create_table(
        "attachment",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(f"media_type IN ({listed})", name=op.f("ck_attachment_media_type")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_attachment_name")),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_attachment_size_bytes")),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_attachment_retired_by")
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_attachment")),
        sa.UniqueConstraint("id", name=op.f("uq_attachment_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attachment_record", "attachment", ["kind", "record_id"])
    spatial.register_attributes(op.get_bind(), "attachment")
