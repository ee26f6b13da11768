"""Road closures."""

import sqlalchemy as sa
from alembic import op

from gisapp.schema import Geometry, UtcDateTime
from gisapp.store import spatial

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and index its areas."""
    op.create_table(
        "road_closure",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POLYGON"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_road_closure")),
        sa.UniqueConstraint("id", name=op.f("uq_road_closure_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_road_closure_open", "road_closure", ["lifted_at"])
    spatial.register_features(op.get_bind(), "road_closure", "POLYGON")
