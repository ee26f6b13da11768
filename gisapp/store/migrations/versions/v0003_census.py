"""The whole census: more registers, more fields, grades overridden, records retired."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from gisapp.schema import Geometry, UtcDateTime
from gisapp.store import spatial

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LOCATED = (
    "depot",
    "geohazard",
    "hazard_source",
    "hospital",
    "mine",
    "reservoir",
    "shelter",
    "tailings_pond",
    "team",
)
BASE = ("area", "place", "river")
NEW_FEATURES = ("expert", "crowded_place", "monitoring_station", "grid_contact")
NEW_ATTRIBUTES = ("expert_speciality", "team_equipment")


# Grades as :mod:`gisapp.registers.grading` asks for them, letter by letter.
GRADES = {
    ("hazard_source", "level"): (
        "coalesce(level_override, (CASE WHEN r_value >= 100 THEN 1 WHEN r_value >= 50 THEN 2"
        " WHEN r_value >= 10 THEN 3 WHEN r_value IS NOT NULL THEN 4 ELSE NULL END))"
    ),
    ("reservoir", "grade"): (
        "coalesce(grade_override, (CASE WHEN capacity_e8_m3 >= 10 THEN 1"
        " WHEN capacity_e8_m3 >= 1 THEN 2 WHEN capacity_e8_m3 >= 0.1 THEN 3"
        " WHEN capacity_e8_m3 >= 0.01 THEN 4 WHEN capacity_e8_m3 >= 0.001 THEN 5 ELSE NULL END))"
    ),
    ("geohazard", "scale"): (
        "coalesce(scale_override, (CASE WHEN geohazard_type = 'landslide' THEN"
        " (CASE WHEN volume_e4_m3 >= 1000 THEN 1 WHEN volume_e4_m3 >= 100 THEN 2"
        " WHEN volume_e4_m3 >= 10 THEN 3 WHEN volume_e4_m3 IS NOT NULL THEN 4 ELSE NULL END)"
        " WHEN geohazard_type = 'collapse' THEN"
        " (CASE WHEN volume_e4_m3 >= 100 THEN 1 WHEN volume_e4_m3 >= 10 THEN 2"
        " WHEN volume_e4_m3 >= 1 THEN 3 WHEN volume_e4_m3 IS NOT NULL THEN 4 ELSE NULL END)"
        " WHEN geohazard_type = 'debris_flow' THEN"
        " (CASE WHEN volume_e4_m3 >= 50 THEN 1 WHEN volume_e4_m3 >= 20 THEN 2"
        " WHEN volume_e4_m3 >= 2 THEN 3 WHEN volume_e4_m3 IS NOT NULL THEN 4 ELSE NULL END)"
        " ELSE NULL END))"
    ),
    ("geohazard", "danger_grade"): (
        "coalesce(danger_grade_override, (CASE"
        " WHEN people >= 1000 OR loss_cny >= 100000000.0 THEN 1"
        " WHEN people >= 500 OR loss_cny >= 50000000.0 THEN 2"
        " WHEN people >= 100 OR loss_cny >= 5000000.0 THEN 3"
        " WHEN people IS NOT NULL OR loss_cny IS NOT NULL THEN 4 ELSE NULL END))"
    ),
}


def upgrade() -> None:
    """Widen the registers, make the new ones, index what lists are ordered by."""
    for table in (*LOCATED, *BASE, "lot"):
        _make_retirable(table)
    _allow_area_levels()
    _add_fields()
    _create_registers()
    connection = op.get_bind()
    for table in NEW_FEATURES:
        spatial.register_features(connection, table, "POINT")
    for table in NEW_ATTRIBUTES:
        spatial.register_attributes(connection, table)
    for table in LOCATED:
        op.drop_index(f"ix_{table}_county", table)
        op.drop_index(f"ix_{table}_search", table)
    for table in BASE:
        op.drop_index(f"ix_{table}_search", table)
    for table in (*LOCATED, *NEW_FEATURES):
        _index_located(table)
    for table in BASE:
        _index(table, "by_name", "name", "id")
        _index(table, "search", "name", "name_en", "id", "retired_at")
    for table in (*BASE, "lot"):
        _index(table, "by_verified_at", "verified_at", "id")
        _index(table, "by_updated_at", "updated_at", "id")
        _index(table, "counted", "retired_at")
    for (table, grade), expression in GRADES.items():
        op.create_index(f"ix_{table}_by_{grade}", table, [sa.text(f"({expression})"), "id"])
    _index("lot", "expires_on", "expires_on")
    _index("area", "parent_id", "parent_id")
    _index("grid_contact", "township", "township")
    _index("grid_contact", "geohazard_id", "geohazard_id")
    _index("monitoring_station", "monitors", "monitors_kind", "monitors_id")
    _index("expert_speciality", "expert_id", "expert_id")


def _index(table: str, name: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{name}", table, list(columns))


def _index_located(table: str) -> None:
    for column in ("county", "name", "agency", "verified_at", "updated_at"):
        _index(table, f"by_{column}", column, "id")
    _index(table, "counted", "county", "retired_at")
    _index(table, "search", "name", "name_en", "id", "county", "retired_at")


def _add(table: str, *columns: sa.Column[Any]) -> None:
    for column in columns:
        op.add_column(table, column)


def _make_retirable(table: str) -> None:
    _add(table, *_retirement(table))
    if table in {"area", "place", "river", "lot"}:
        _add(table, sa.Column("verified_at", sa.Date()), sa.Column("verified_by", sa.Text()))


def _retirement(table: str) -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("retired_at", UtcDateTime()),
        sa.Column("retired_by", sa.Text(), _together(table, "retired_by", "retired_at")),
        sa.Column("retire_reason", sa.Text()),
    )


def _together(table: str, column: str, other: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"({column} IS NULL) = ({other} IS NULL)", name=op.f(f"ck_{table}_{column}")
    )


def _check(table: str, column: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} {rule}", name=op.f(f"ck_{table}_{column}"))


def _whole(table: str, name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), _check(table, name, ">= 0"))


def _quantity(table: str, name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Double(), _check(table, name, ">= 0"))


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), server_default="0", nullable=False)


def _code(table: str, name: str, *codes: str, nullable: bool = True) -> sa.Column[Any]:
    listed = ", ".join(f"'{code}'" for code in codes)
    return sa.Column(name, sa.Text(), _check(table, name, f"IN ({listed})"), nullable=nullable)


def _override(table: str, grade: str, lowest: int) -> tuple[sa.Column[Any], sa.Column[Any]]:
    override, reason = f"{grade}_override", f"{grade}_override_reason"
    return (
        sa.Column(
            override, sa.Integer(),
            _check(table, override, f">= 1 AND {override} <= {lowest}"),
        ),
        sa.Column(reason, sa.Text(), _together(table, reason, override)),
    )  # fmt: skip


def _responsible() -> tuple[sa.Column[Any], sa.Column[Any]]:
    return sa.Column("responsible", sa.Text()), sa.Column("responsible_phone", sa.Text())


def _allow_area_levels() -> None:
    """Let an area be a city or a township.

    A check cannot be altered in SQLite; its text is, in the way that the section "Making Other
    Kinds Of Table Schema Changes" of SQLite's ALTER TABLE documents for changes that leave the
    rows as they are. Making the table anew would cost its R-tree triggers.
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_area_level"), "area", type_="check")
        op.create_check_constraint(
            op.f("ck_area_level"), "area", "level IN ('city', 'county', 'township')"
        )
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, 'level IN (''county'')',"
        " 'level IN (''city'', ''county'', ''township'')') WHERE type = 'table' AND name = 'area'"
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _add_fields() -> None:
    _add("area", sa.Column("parent_id", sa.Text()), _whole("area", "population"))
    _add("team", _whole("team", "duty_people"))
    _add("depot", _quantity("depot", "area_m2"))
    _add("lot", _quantity("lot", "reserve"), sa.Column("source", sa.Text()))
    _add(
        "mine",
        _code("mine", "hydrology", "simple", "medium", "complex", "very_complex"),
        *_responsible(),
    )
    _add(
        "hazard_source",
        _whole("hazard_source", "exposed_people"),
        _flag("emergency_stop"),
        _flag("online_monitored"),
        sa.Column("responsible_phone", sa.Text()),
        *_override("hazard_source", "level", 4),
    )
    _add(
        "reservoir",
        _quantity("reservoir", "dam_height_m"),
        _whole("reservoir", "downstream_people"),
        _flag("online_monitored"),
        *_responsible(),
        *_override("reservoir", "grade", 5),
    )
    _add(
        "geohazard",
        _quantity("geohazard", "volume_e4_m3"),
        *_responsible(),
        *_override("geohazard", "scale", 4),
        *_override("geohazard", "danger_grade", 4),
    )
    _add(
        "tailings_pond",
        _code("tailings_pond", "status", "operating", "construction", "suspended", "closed"),
        _flag("overhead"),
        _flag("online_monitored"),
        *_responsible(),
        *_override("tailings_pond", "grade", 5),
    )
    _add("shelter", _code("shelter", "stay", "emergency", "short", "medium", "long"))
    _add("hospital", _whole("hospital", "icu_beds"), _whole("hospital", "ambulances"))


def _create_registers() -> None:
    _create(
        "expert",
        _code("expert", "title", "senior", "associate_senior", "intermediate", "other"),
        sa.Column("employer", sa.Text()),
        _flag("on_call"),
    )
    _create(
        "crowded_place",
        _code(
            "crowded_place", "place_type", "school", "mall", "transport", "hotel",
            "entertainment", "stadium", "scenic", "care_home", "worship", "workshop",
            "library_museum", nullable=False,
        ),
        _whole("crowded_place", "capacity"),
        _quantity("crowded_place", "area_m2"),
        _whole("crowded_place", "storeys"),
        *_responsible(),
    )  # fmt: skip
    _create(
        "monitoring_station",
        _code(
            "monitoring_station", "station_type", "rain", "water_level", "weather",
            "displacement", "crack", "seepage", "gas", "pressure_level", "video", "seismic",
            nullable=False,
        ),
        _code(
            "monitoring_station", "monitors_kind", "geohazard", "hazard_source", "mine",
            "tailings_pond", "reservoir", "crowded_place",
        ),
        sa.Column(
            "monitors_id", sa.Text(),
            _together("monitoring_station", "monitors_id", "monitors_kind"),
        ),
        _flag("online"),
        sa.Column("last_reading", sa.Double()),
        sa.Column("reading_unit", sa.Text()),
        sa.Column("last_reading_on", sa.Date()),
    )  # fmt: skip
    _create(
        "grid_contact",
        _code(
            "grid_contact", "role", "grid_worker", "disaster_reporter", "hazard_watcher",
            nullable=False,
        ),
        sa.Column(
            "township", sa.Text(),
            sa.CheckConstraint("length(township) = 9", name=op.f("ck_grid_contact_township")),
        ),
        sa.Column("village", sa.Text()),
        _whole("grid_contact", "households"),
        _whole("grid_contact", "population"),
        sa.Column("geohazard_id", sa.Text()),
        sa.ForeignKeyConstraint(
            ["geohazard_id"], ["geohazard.id"],
            name=op.f("fk_grid_contact_geohazard_id_geohazard"), onupdate="CASCADE",
        ),
    )  # fmt: skip
    _create_details("expert", "speciality", (
        "mine_safety", "hydrogeology", "geological_hazard", "hazardous_chemicals",
        "fire_protection", "water_engineering", "tailings", "structures", "roads_bridges",
        "meteorology", "earthquake", "medicine", "epidemics", "environment", "communications",
    ), "expert_speciality", ("speciality", "expert_id"))  # fmt: skip
    _create_details("team", "item", (
        "drainage_pump", "breathing_apparatus", "gas_detector", "life_detector",
        "cutting_tools", "generator", "lighting_tower", "assault_boat", "drone",
        "satellite_phone", "chemical_suit", "leak_kit", "forest_blower", "excavator",
        "ventilator",
    ), "team_equipment", ("team_id", "item"), counted=True)  # fmt: skip


def _create(table: str, *own: sa.Column[Any] | sa.ForeignKeyConstraint) -> None:
    op.create_table(
        table,
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text()),
        sa.Column("county", sa.Text()),
        *own,
        sa.Column("agency", sa.Text()),
        sa.Column("contact_name", sa.Text()),
        sa.Column("contact_phone", sa.Text()),
        sa.Column("verified_at", sa.Date()),
        sa.Column("verified_by", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("synthetic", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", UtcDateTime()),
        *_retirement(table),
        sa.CheckConstraint("length(county) = 6", name=op.f(f"ck_{table}_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f(f"ck_{table}_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("id", name=op.f(f"uq_{table}_id")),
        sqlite_autoincrement=True,
    )


def _create_details(
    owner: str,
    value: str,
    codes: tuple[str, ...],
    table: str,
    unique: tuple[str, str],
    *,
    counted: bool = False,
) -> None:
    count = sa.Column("count", sa.Integer(), _check(table, "count", ">= 1"), nullable=False)
    op.create_table(
        table,
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column(f"{owner}_id", sa.Text(), nullable=False),
        _code(table, value, *codes, nullable=False),
        *([count] if counted else []),
        sa.ForeignKeyConstraint(
            [f"{owner}_id"],
            [f"{owner}.id"],
            name=op.f(f"fk_{table}_{owner}_id_{owner}"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(*unique, name=op.f(f"uq_{table}_{unique[0]}_{unique[1]}")),
        sqlite_autoincrement=True,
    )
