"""The lifecycle of risks and hidden-danger tickets."""

import sqlalchemy as sa
from alembic import op

from gisapp.schema import UtcDateTime
from gisapp.store import spatial

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

APPEND_ONLY = ("inspection", "risk_step")


def upgrade() -> None:
    """Make the tables; what happened to a risk is never altered."""
    _create_tables()
    connection = op.get_bind()
    for table in ("risk", "risk_step", "ticket", "inspection", "inspection_cadence"):
        spatial.register_attributes(connection, table)
    for table in APPEND_ONLY:
        spatial.forbid_change(connection, table)


def _create_tables() -> None:
    op.create_table(
        "risk",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hazard_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="identified", nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("likelihood", sa.Integer(), nullable=True),
        sa.Column("consequence", sa.Integer(), nullable=True),
        sa.Column("assessed_at", UtcDateTime(), nullable=True),
        sa.Column("assessed_by", sa.Text(), nullable=True),
        sa.Column("warning_colour", sa.Integer(), nullable=True),
        sa.Column("measures", sa.Text(), nullable=True),
        sa.Column("inspected_on", sa.Date(), nullable=True),
        sa.Column("next_inspection_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "consequence >= 1 AND consequence <= 5", name=op.f("ck_risk_consequence")
        ),
        sa.CheckConstraint("level >= 1 AND level <= 4", name=op.f("ck_risk_level")),
        sa.CheckConstraint("likelihood >= 1 AND likelihood <= 5", name=op.f("ck_risk_likelihood")),
        sa.CheckConstraint(
            "method IN ('statutory', 'matrix', 'judged')", name=op.f("ck_risk_method")
        ),
        sa.CheckConstraint(
            "state IN ('identified', 'assessed', 'monitored', 'warning', 'disposal', 'closed')",
            name=op.f("ck_risk_state"),
        ),
        sa.CheckConstraint(
            "(state = 'warning') = (warning_colour IS NOT NULL)", name=op.f("ck_risk_warned")
        ),
        sa.CheckConstraint(
            "warning_colour >= 1 AND warning_colour <= 4", name=op.f("ck_risk_warning_colour")
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_risk")),
        sa.UniqueConstraint("kind", "hazard_id", name=op.f("uq_risk_kind_hazard_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_risk_due", "risk", ["next_inspection_on"])
    op.create_index("ix_risk_state", "risk", ["state", "level"])
    op.create_table(
        "risk_step",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hazard_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("warning_colour", sa.Integer(), nullable=True),
        sa.Column("measures", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('identified', 'assessed', 'monitored', 'warning', 'disposal', 'closed')",
            name=op.f("ck_risk_step_state"),
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_risk_step")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_risk_step_at", "risk_step", ["at"])
    op.create_index("ix_risk_step_hazard", "risk_step", ["kind", "hazard_id"])
    op.create_table(
        "ticket",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("hazard_id", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("funding_cny", sa.Double(), nullable=True),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("rectified_at", UtcDateTime(), nullable=True),
        sa.Column("rectified_by", sa.Text(), nullable=True),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("checked_by", sa.Text(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("reopened", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "checked_by IS NULL OR checked_by <> rectified_by", name=op.f("ck_ticket_checker")
        ),
        sa.CheckConstraint("funding_cny >= 0", name=op.f("ck_ticket_funding_cny")),
        sa.CheckConstraint("grade IN ('general', 'major')", name=op.f("ck_ticket_grade")),
        sa.CheckConstraint("(kind IS NULL) = (hazard_id IS NULL)", name=op.f("ck_ticket_hazard")),
        sa.CheckConstraint(
            "state IN ('open', 'rectifying', 'rectified', 'checked', 'closed')",
            name=op.f("ck_ticket_state"),
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_ticket")),
        sa.UniqueConstraint("id", name=op.f("uq_ticket_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_county", "ticket", ["county", "state"])
    op.create_index("ix_ticket_deadline", "ticket", ["state", "deadline"])
    op.create_index("ix_ticket_hazard", "ticket", ["kind", "hazard_id"])
    op.create_table(
        "inspection",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hazard_id", sa.Text(), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("inspected_by", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("result IN ('sound', 'abnormal')", name=op.f("ck_inspection_result")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_inspection")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inspection_hazard", "inspection", ["kind", "hazard_id"])
    op.create_index("ix_inspection_on", "inspection", ["inspected_on"])
    op.create_table(
        "inspection_cadence",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("days >= 1 AND days <= 3650", name=op.f("ck_inspection_cadence_days")),
        sa.CheckConstraint("level >= 1 AND level <= 4", name=op.f("ck_inspection_cadence_level")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_inspection_cadence")),
        sa.UniqueConstraint("kind", "level", name=op.f("uq_inspection_cadence_kind_level")),
        sqlite_autoincrement=True,
    )
