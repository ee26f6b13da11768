"""The whole census: more registers, more fields, grades overridden, records retired."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
