"""The register of risks in the order of its levels, and parts of names, by index."""

from alembic import op
from sqlalchemy import text

from gisapp.store import spatial

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ORDER = {
    "geohazard": (
        "coalesce(coalesce(danger_grade_override, (CASE WHEN people >= 1000 OR loss_cny >= "
        "100000000.0 THEN 1 WHEN people >= 500 OR loss_cny >= 50000000.0 THEN 2 WHEN people "
        ">= 100 OR loss_cny >= 5000000.0 THEN 3 WHEN people IS NOT NULL OR loss_cny IS NOT "
        "NULL THEN 4 ELSE NULL END)), 9)"
    ),
    "hazard_source": (
        "coalesce(coalesce(level_override, (CASE WHEN r_value >= 100 THEN 1 WHEN r_value >= "
        "50 THEN 2 WHEN r_value >= 10 THEN 3 WHEN r_value IS NOT NULL THEN 4 ELSE NULL END)), "
        "9)"
    ),
    "mine": (
        "coalesce((CASE WHEN status = 'closed' THEN 4 WHEN gas_grade = 'outburst' THEN 1 WHEN "
        "gas_grade = 'high' THEN 2 WHEN mine_type = 'nonmetal' THEN 4 ELSE 3 END), 9)"
    ),
    "reservoir": (
        "coalesce((CASE coalesce(grade_override, (CASE WHEN capacity_e8_m3 >= 10 THEN 1 WHEN "
        "capacity_e8_m3 >= 1 THEN 2 WHEN capacity_e8_m3 >= 0.1 THEN 3 WHEN capacity_e8_m3 >= "
        "0.01 THEN 4 WHEN capacity_e8_m3 >= 0.001 THEN 5 ELSE NULL END)) WHEN 1 THEN 2 - "
        "(CASE WHEN weak THEN 1 ELSE 0 END) WHEN 2 THEN 2 - (CASE WHEN weak THEN 1 ELSE 0 "
        "END) WHEN 3 THEN 3 - (CASE WHEN weak THEN 1 ELSE 0 END) ELSE 4 - (CASE WHEN weak "
        "THEN 1 ELSE 0 END) END), 9)"
    ),
    "crowded_place": (
        "coalesce((CASE WHEN capacity >= 5000 THEN 1 WHEN capacity >= 1000 THEN 2 WHEN "
        "capacity >= 300 THEN 3 WHEN capacity IS NOT NULL THEN 4 ELSE NULL END), 9)"
    ),
}
"""For each register the level that its facts propose, 9 for none."""

NAMED = (
    "area", "place", "river", "team", "expert", "depot", "hospital", "shelter", "mine",
    "hazard_source", "reservoir", "geohazard", "tailings_pond", "crowded_place",
    "monitoring_station", "grid_contact",
)  # fmt: skip


def upgrade() -> None:
    """Make the indexes."""
    for table, order in ORDER.items():
        op.create_index(f"ix_{table}_by_risk", table, [text(f"({order})"), "id"])
    op.create_index("ix_risk_level", "risk", ["kind", "level", "hazard_id"])
    for table in NAMED:
        spatial.index_texts(op.get_bind(), table, ("name", "name_en"))
