"""Rows of imports that wait for correction, and pairs that may be one."""

import sqlalchemy as sa
from alembic import op

from gisapp.schema import JsonText, UtcDateTime
from gisapp.store import spatial

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "import_batch",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("headers", JsonText(), nullable=False),
        sa.Column("crs", sa.Text(), nullable=True),
        sa.Column("charset", sa.Text(), nullable=True),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("inserted", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("warnings", JsonText(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_import_batch")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "quarantined_row",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("batch_fid", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("cells", JsonText(), nullable=False),
        sa.Column("faults", JsonText(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled_why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'corrected', 'dismissed')", name=op.f("ck_quarantined_row_state")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name=op.f("ck_quarantined_row_settled_at")
        ),
        sa.ForeignKeyConstraint(
            ["batch_fid"],
            ["import_batch.fid"],
            name=op.f("fk_quarantined_row_batch_fid_import_batch"),
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_quarantined_row")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_quarantined_row_open",
        "quarantined_row",
        ["kind", "key"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_quarantined_row_batch_fid", "quarantined_row", ["batch_fid"])
    op.create_table(
        "duplicate_pair",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("first_id", sa.Text(), nullable=False),
        sa.Column("second_id", sa.Text(), nullable=False),
        sa.Column("distance_m", sa.Double(), nullable=False),
        sa.Column("similarity", sa.Double(), nullable=False),
        sa.Column("state", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("kept_id", sa.Text(), nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_duplicate_pair_order")),
        sa.CheckConstraint(
            "state IN ('proposed', 'merged', 'dismissed')", name=op.f("ck_duplicate_pair_state")
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_duplicate_pair")),
        sa.UniqueConstraint(
            "kind", "first_id", "second_id", name=op.f("uq_duplicate_pair_kind_first_id_second_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_duplicate_pair_state", "duplicate_pair", ["state"])
    for table in ("import_batch", "quarantined_row", "duplicate_pair"):
        spatial.register_attributes(op.get_bind(), table)
