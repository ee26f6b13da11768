# ruff: noqa: E501 - statements as Alembic writes them
"""The first schema: site, registers, event log."""

import sqlalchemy as sa
from alembic import op

from gisapp.schema import Geometry, JsonText, UtcDateTime
from gisapp.store import spatial

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FEATURES = {
    "area": "MULTIPOLYGON",
    "depot": "POINT",
    "geohazard": "POINT",
    "hazard_source": "POINT",
    "hospital": "POINT",
    "mine": "POINT",
    "place": "POINT",
    "reservoir": "POINT",
    "river": "MULTILINESTRING",
    "shelter": "POINT",
    "tailings_pond": "POINT",
    "team": "POINT",
}
ATTRIBUTES = ("event", "headquarters", "site", "lot", "team_capability", "team_vehicle")


def upgrade() -> None:
    """Make the tables, enter them in the file's contents, index the positions."""
    _create_tables()
    connection = op.get_bind()
    for table, geometry_type in FEATURES.items():
        spatial.register_features(connection, table, geometry_type)
    for table in ATTRIBUTES:
        spatial.register_attributes(connection, table)
    spatial.forbid_change(connection, "event")


def _create_tables() -> None:
    op.create_table(
        "area",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("MULTIPOLYGON"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), server_default="county", nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("level IN ('county')", name=op.f("ck_area_level")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_area_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_area")),
        sa.UniqueConstraint("id", name=op.f("uq_area_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_area_search", "area", ["name", "name_en", "id"], unique=False)
    op.create_table(
        "depot",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "level IN ('national', 'provincial', 'city', 'county', 'township')",
            name=op.f("ck_depot_level"),
        ),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_depot_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_depot_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_depot")),
        sa.UniqueConstraint("id", name=op.f("uq_depot_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_depot_county"), "depot", ["county"], unique=False)
    op.create_index("ix_depot_search", "depot", ["name", "name_en", "id", "county"], unique=False)
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("data", JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_subject", "event", ["kind", "subject_id"], unique=False)
    op.create_table(
        "geohazard",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("geohazard_type", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("loss_cny", sa.Double(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "geohazard_type IN ('landslide', 'collapse', 'debris_flow', 'subsidence', 'ground_fissure')",
            name=op.f("ck_geohazard_geohazard_type"),
        ),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_geohazard_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_geohazard_id")),
        sa.CheckConstraint("loss_cny >= 0", name=op.f("ck_geohazard_loss_cny")),
        sa.CheckConstraint("people >= 0", name=op.f("ck_geohazard_people")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_geohazard")),
        sa.UniqueConstraint("id", name=op.f("uq_geohazard_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_geohazard_county"), "geohazard", ["county"], unique=False)
    op.create_index(
        "ix_geohazard_search", "geohazard", ["name", "name_en", "id", "county"], unique=False
    )
    op.create_table(
        "hazard_source",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("substance", sa.Text(), nullable=False),
        sa.Column("quantity_t", sa.Double(), nullable=True),
        sa.Column("r_value", sa.Double(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_hazard_source_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_hazard_source_id")),
        sa.CheckConstraint("quantity_t >= 0", name=op.f("ck_hazard_source_quantity_t")),
        sa.CheckConstraint("r_value >= 0", name=op.f("ck_hazard_source_r_value")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_hazard_source")),
        sa.UniqueConstraint("id", name=op.f("uq_hazard_source_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_hazard_source_county"), "hazard_source", ["county"], unique=False)
    op.create_index(
        "ix_hazard_source_search",
        "hazard_source",
        ["name", "name_en", "id", "county"],
        unique=False,
    )
    op.create_table(
        "headquarters",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_headquarters")),
        sa.UniqueConstraint("code", name=op.f("uq_headquarters_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "hospital",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("beds", sa.Integer(), nullable=True),
        sa.Column("hospital_level", sa.Text(), nullable=True),
        sa.Column("emergency", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "hospital_level IN ('3A', '3B', '2A', '2B', '1')",
            name=op.f("ck_hospital_hospital_level"),
        ),
        sa.CheckConstraint("beds >= 0", name=op.f("ck_hospital_beds")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_hospital_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_hospital_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_hospital")),
        sa.UniqueConstraint("id", name=op.f("uq_hospital_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_hospital_county"), "hospital", ["county"], unique=False)
    op.create_index(
        "ix_hospital_search", "hospital", ["name", "name_en", "id", "county"], unique=False
    )
    op.create_table(
        "mine",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("mine_type", sa.Text(), nullable=False),
        sa.Column("capacity_mt", sa.Double(), nullable=True),
        sa.Column("depth_m", sa.Double(), nullable=True),
        sa.Column("workers", sa.Integer(), nullable=True),
        sa.Column("gas_grade", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "gas_grade IN ('low', 'high', 'outburst')", name=op.f("ck_mine_gas_grade")
        ),
        sa.CheckConstraint(
            "mine_type IN ('coal', 'metal', 'nonmetal')", name=op.f("ck_mine_mine_type")
        ),
        sa.CheckConstraint(
            "status IN ('operating', 'construction', 'closed')", name=op.f("ck_mine_status")
        ),
        sa.CheckConstraint("capacity_mt >= 0", name=op.f("ck_mine_capacity_mt")),
        sa.CheckConstraint("depth_m >= 0", name=op.f("ck_mine_depth_m")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_mine_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_mine_id")),
        sa.CheckConstraint("workers >= 0", name=op.f("ck_mine_workers")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_mine")),
        sa.UniqueConstraint("id", name=op.f("uq_mine_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_mine_county"), "mine", ["county"], unique=False)
    op.create_index("ix_mine_search", "mine", ["name", "name_en", "id", "county"], unique=False)
    op.create_table(
        "place",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('city', 'county', 'town', 'village')", name=op.f("ck_place_kind")
        ),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_place_id")),
        sa.CheckConstraint("population >= 0", name=op.f("ck_place_population")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_place")),
        sa.UniqueConstraint("id", name=op.f("uq_place_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_place_search", "place", ["name", "name_en", "id"], unique=False)
    op.create_table(
        "reservoir",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("capacity_e8_m3", sa.Double(), nullable=False),
        sa.Column("dam_type", sa.Text(), nullable=True),
        sa.Column("weak", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "dam_type IN ('earth', 'rockfill', 'gravity', 'arch')",
            name=op.f("ck_reservoir_dam_type"),
        ),
        sa.CheckConstraint("capacity_e8_m3 >= 0", name=op.f("ck_reservoir_capacity_e8_m3")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_reservoir_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_reservoir_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_reservoir")),
        sa.UniqueConstraint("id", name=op.f("uq_reservoir_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_reservoir_county"), "reservoir", ["county"], unique=False)
    op.create_index(
        "ix_reservoir_search", "reservoir", ["name", "name_en", "id", "county"], unique=False
    )
    op.create_table(
        "river",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("MULTILINESTRING"), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_river_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_river")),
        sa.UniqueConstraint("id", name=op.f("uq_river_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_river_search", "river", ["name", "name_en", "id"], unique=False)
    op.create_table(
        "shelter",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("area_m2 >= 0", name=op.f("ck_shelter_area_m2")),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_shelter_capacity")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_shelter_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_shelter_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_shelter")),
        sa.UniqueConstraint("id", name=op.f("uq_shelter_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_shelter_county"), "shelter", ["county"], unique=False)
    op.create_index(
        "ix_shelter_search", "shelter", ["name", "name_en", "id", "county"], unique=False
    )
    op.create_table(
        "site",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("projected_crs", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("languages", JsonText(), nullable=False),
        sa.Column("center_x", sa.Double(), nullable=False),
        sa.Column("center_y", sa.Double(), nullable=False),
        sa.Column("min_x", sa.Double(), nullable=False),
        sa.Column("min_y", sa.Double(), nullable=False),
        sa.Column("max_x", sa.Double(), nullable=False),
        sa.Column("max_y", sa.Double(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("note_zh", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.Column("attribution", JsonText(), nullable=False),
        sa.Column("response", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_site")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tailings_pond",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("volume_e4_m3", sa.Double(), nullable=False),
        sa.Column("height_m", sa.Double(), nullable=False),
        sa.Column("downstream_people", sa.Integer(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "downstream_people >= 0", name=op.f("ck_tailings_pond_downstream_people")
        ),
        sa.CheckConstraint("height_m >= 0", name=op.f("ck_tailings_pond_height_m")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_tailings_pond_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_tailings_pond_id")),
        sa.CheckConstraint("volume_e4_m3 >= 0", name=op.f("ck_tailings_pond_volume_e4_m3")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_tailings_pond")),
        sa.UniqueConstraint("id", name=op.f("uq_tailings_pond_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tailings_pond_county"), "tailings_pond", ["county"], unique=False)
    op.create_index(
        "ix_tailings_pond_search",
        "tailings_pond",
        ["name", "name_en", "id", "county"],
        unique=False,
    )
    op.create_table(
        "team",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("team_type", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("turnout_s", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), server_default="ready", nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('ready', 'busy', 'out_of_service')", name=op.f("ck_team_status")
        ),
        sa.CheckConstraint(
            "team_type IN ('fire_rescue', 'mine_rescue', 'hazmat', 'pipeline', 'flood', 'forest_fire', 'medical', 'engineering', 'social')",
            name=op.f("ck_team_team_type"),
        ),
        sa.CheckConstraint(
            "tier IN ('main', 'coordinated', 'auxiliary')", name=op.f("ck_team_tier")
        ),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_team_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_team_id")),
        sa.CheckConstraint("people >= 0", name=op.f("ck_team_people")),
        sa.CheckConstraint("turnout_s >= 0 AND turnout_s <= 86400", name=op.f("ck_team_turnout_s")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_team")),
        sa.UniqueConstraint("id", name=op.f("uq_team_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_team_county"), "team", ["county"], unique=False)
    op.create_index("ix_team_search", "team", ["name", "name_en", "id", "county"], unique=False)
    op.create_index(op.f("ix_team_team_type"), "team", ["team_type"], unique=False)
    op.create_table(
        "lot",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("depot_id", sa.Text(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Double(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("minimum_stock", sa.Double(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_lot_id")),
        sa.CheckConstraint("length(item_code) = 7", name=op.f("ck_lot_item_code")),
        sa.CheckConstraint("minimum_stock >= 0", name=op.f("ck_lot_minimum_stock")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_lot_quantity")),
        sa.ForeignKeyConstraint(
            ["depot_id"], ["depot.id"], name=op.f("fk_lot_depot_id_depot"), onupdate="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_lot")),
        sa.UniqueConstraint("id", name=op.f("uq_lot_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_lot_depot_id"), "lot", ["depot_id"], unique=False)
    op.create_index(op.f("ix_lot_item_code"), "lot", ["item_code"], unique=False)
    op.create_table(
        "team_capability",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("capability", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "capability IN ('fire', 'rescue', 'mine_rescue', 'mine_drainage', 'hazmat', 'pipeline', 'flood', 'water_rescue', 'forest_fire', 'medical', 'engineering', 'search_dogs', 'communications', 'relief')",
            name=op.f("ck_team_capability_capability"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["team.id"],
            name=op.f("fk_team_capability_team_id_team"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_team_capability")),
        sa.UniqueConstraint(
            "capability", "team_id", name=op.f("uq_team_capability_capability_team_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_team_capability_team_id"), "team_capability", ["team_id"], unique=False
    )
    op.create_table(
        "team_vehicle",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "profile IN ('light', 'heavy', 'lowloader')", name=op.f("ck_team_vehicle_profile")
        ),
        sa.CheckConstraint("count >= 1", name=op.f("ck_team_vehicle_count")),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["team.id"],
            name=op.f("fk_team_vehicle_team_id_team"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_team_vehicle")),
        sa.UniqueConstraint("team_id", "profile", name=op.f("uq_team_vehicle_team_id_profile")),
        sqlite_autoincrement=True,
    )
