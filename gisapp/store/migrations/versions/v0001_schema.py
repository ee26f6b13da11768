# ruff: noqa: E501 - statements as Alembic writes them
"""The first schema."""

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
    "crowded_place": "POINT",
    "depot": "POINT",
    "expert": "POINT",
    "downstream_line": "LINESTRING",
    "enterprise": "POINT",
    "footprint": "POLYGON",
    "geohazard": "POINT",
    "hazard_source": "POINT",
    "hospital": "POINT",
    "mine": "POINT",
    "monitoring_station": "POINT",
    "place": "POINT",
    "reservoir": "POINT",
    "river": "MULTILINESTRING",
    "road_closure": "POLYGON",
    "shelter": "POINT",
    "tailings_pond": "POINT",
    "team": "POINT",
    "grid_contact": "POINT",
    "village": "POINT",
}
ATTRIBUTES = (
    "access_token",
    "account",
    "assignment",
    "attachment",
    "command_post",
    "crew_link",
    "drill",
    "drill_finding",
    "drill_script",
    "drill_template",
    "drill_year",
    "duplicate_pair",
    "event",
    "event_count",
    "exchange_base",
    "exchange_conflict",
    "exchange_copy",
    "headquarters",
    "import_batch",
    "incident",
    "incident_draft",
    "incident_person",
    "inspection",
    "inspection_cadence",
    "instruction",
    "job",
    "lead",
    "limit_confirmation",
    "message",
    "plan",
    "plan_check",
    "plan_draft",
    "plan_finding",
    "plan_mark",
    "planning_layer",
    "report_made",
    "response",
    "risk",
    "risk_step",
    "run_card",
    "scenario",
    "scenario_result",
    "sign_in_failure",
    "site",
    "task",
    "ticket",
    "village_call",
    "account_session",
    "expert_speciality",
    "lot",
    "quarantined_row",
    "team_capability",
    "team_equipment",
    "team_vehicle",
    "unit",
    "unit_capability",
    "unit_position",
)
APPEND_ONLY = ("event", "inspection", "risk_step")
NAMED = (
    "area",
    "crowded_place",
    "depot",
    "enterprise",
    "expert",
    "geohazard",
    "hazard_source",
    "hospital",
    "mine",
    "monitoring_station",
    "place",
    "reservoir",
    "river",
    "shelter",
    "tailings_pond",
    "team",
    "grid_contact",
    "village",
)
"""Tables whose names are searched by their parts."""


def upgrade() -> None:
    """Make the tables, make them known to other readers, index positions and names."""
    _create_accounts()
    _create_registers()
    _create_importing()
    _create_events()
    _create_jobs()
    _create_exchange()
    _create_site()
    _create_risks()
    _create_incidents()
    _create_orders()
    _create_responses()
    _create_surroundings()
    _create_run_cards()
    _create_command()
    _create_positions()
    _create_planning()
    _create_drills()
    connection = op.get_bind()
    for table, geometry_type in FEATURES.items():
        spatial.register_features(connection, table, geometry_type)
    for table in ATTRIBUTES:
        spatial.register_attributes(connection, table)
    for table in APPEND_ONLY:
        spatial.forbid_change(connection, table)
    for table in NAMED:
        spatial.index_texts(connection, table, ("name", "name_en"))
    # What the triggers need that are made after every upgrade.
    if connection.dialect.name == "sqlite":
        op.execute("CREATE TABLE gisapp_writing (inside INTEGER NOT NULL)")
        op.execute("INSERT INTO gisapp_writing VALUES (1)")  # this very transaction is ours
    else:
        op.execute(
            "CREATE TABLE gisapp_outside (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " what text NOT NULL, kind text NOT NULL, subject_id text NOT NULL, why text,"
            " data text NOT NULL)"
        )


def _create_accounts() -> None:
    op.create_table(
        "access_token",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("rights", JsonText(), nullable=False),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_access_token_county")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_access_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_token_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_access_token_name_in_force",
        "access_token",
        ["name"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "account",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("login_folded", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("office", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("signed_in_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "role <> 'county_editor' OR county IS NOT NULL",
            name=op.f("ck_account_editor_has_county"),
        ),
        sa.CheckConstraint(
            "role IN ('viewer', 'duty_officer', 'planner', 'headquarters', 'county_editor', 'administrator')",
            name=op.f("ck_account_role"),
        ),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_account_county")),
        sa.CheckConstraint("length(login) > 0", name=op.f("ck_account_login")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_account")),
        sa.UniqueConstraint("login_folded", name=op.f("uq_account_login_folded")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_sign_in_failure")),
        sa.UniqueConstraint("subject", name=op.f("uq_sign_in_failure_subject")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "account_session",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_fid", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_fid"], ["account.fid"], name=op.f("fk_account_session_account_fid_account")
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_account_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_session_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_account_session_account", "account_session", ["account_fid"], unique=False)


def _create_registers() -> None:  # noqa: PLR0915
    op.create_table(
        "area",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("MULTIPOLYGON"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), server_default="county", nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("level IN ('city', 'county', 'township')", name=op.f("ck_area_level")),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_area_retired_by")
        ),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_area_id")),
        sa.CheckConstraint("population >= 0", name=op.f("ck_area_population")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_area")),
        sa.UniqueConstraint("id", name=op.f("uq_area_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_area_by_name", "area", ["name", "id"], unique=False)
    op.create_index("ix_area_by_updated_at", "area", ["updated_at", "id"], unique=False)
    op.create_index("ix_area_by_verified_at", "area", ["verified_at", "id"], unique=False)
    op.create_index("ix_area_counted", "area", ["retired_at"], unique=False)
    op.create_index(op.f("ix_area_parent_id"), "area", ["parent_id"], unique=False)
    op.create_index("ix_area_search", "area", ["name", "name_en", "id", "retired_at"], unique=False)
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
        sa.CheckConstraint(
            "media_type IN ('image/jpeg', 'image/png', 'image/webp', 'application/pdf', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document')",
            name=op.f("ck_attachment_media_type"),
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_attachment_retired_by")
        ),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_attachment_name")),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_attachment_size_bytes")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_attachment")),
        sa.UniqueConstraint("id", name=op.f("uq_attachment_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attachment_record", "attachment", ["kind", "record_id"], unique=False)
    op.create_table(
        "enterprise",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("credit_code", sa.Text(), nullable=True),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("small", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("standard_grade", sa.Text(), nullable=True),
        sa.Column("workers", sa.Integer(), nullable=True),
        sa.Column("head", sa.Text(), nullable=True),
        sa.Column("head_phone", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "sector IN ('dangerous_goods', 'mine', 'metallurgy', 'rail_transit', 'construction', 'crowded_place', 'other')",
            name=op.f("ck_enterprise_sector"),
        ),
        sa.CheckConstraint(
            "standard_grade IN ('first', 'second', 'third', 'none')",
            name=op.f("ck_enterprise_standard_grade"),
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_enterprise_retired_by")
        ),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_enterprise_county")),
        sa.CheckConstraint("length(credit_code) = 18", name=op.f("ck_enterprise_credit_code")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_enterprise_id")),
        sa.CheckConstraint("workers >= 0", name=op.f("ck_enterprise_workers")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("id", name=op.f("uq_enterprise_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_enterprise_by_agency", "enterprise", ["agency", "id"], unique=False)
    op.create_index("ix_enterprise_by_county", "enterprise", ["county", "id"], unique=False)
    op.create_index("ix_enterprise_by_name", "enterprise", ["name", "id"], unique=False)
    op.create_index("ix_enterprise_by_updated_at", "enterprise", ["updated_at", "id"], unique=False)
    op.create_index(
        "ix_enterprise_by_verified_at", "enterprise", ["verified_at", "id"], unique=False
    )
    op.create_index("ix_enterprise_counted", "enterprise", ["county", "retired_at"], unique=False)
    op.create_index(op.f("ix_enterprise_credit_code"), "enterprise", ["credit_code"], unique=False)
    op.create_index(
        "ix_enterprise_search",
        "enterprise",
        ["name", "name_en", "id", "county", "retired_at"],
        unique=False,
    )
    op.create_index(op.f("ix_enterprise_sector"), "enterprise", ["sector"], unique=False)
    op.create_table(
        "crowded_place",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("place_type", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=True),
        sa.Column("storeys", sa.Integer(), nullable=True),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("responsible_phone", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "place_type IN ('school', 'mall', 'transport', 'hotel', 'entertainment', 'stadium', 'scenic', 'care_home', 'worship', 'workshop', 'library_museum')",
            name=op.f("ck_crowded_place_place_type"),
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_crowded_place_retired_by")
        ),
        sa.CheckConstraint("area_m2 >= 0", name=op.f("ck_crowded_place_area_m2")),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_crowded_place_capacity")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_crowded_place_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_crowded_place_id")),
        sa.CheckConstraint("storeys >= 0", name=op.f("ck_crowded_place_storeys")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_crowded_place_enterprise_id_enterprise"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_crowded_place")),
        sa.UniqueConstraint("id", name=op.f("uq_crowded_place_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crowded_place_by_agency", "crowded_place", ["agency", "id"], unique=False)
    op.create_index("ix_crowded_place_by_county", "crowded_place", ["county", "id"], unique=False)
    op.create_index("ix_crowded_place_by_name", "crowded_place", ["name", "id"], unique=False)
    op.create_index(
        "ix_crowded_place_by_updated_at", "crowded_place", ["updated_at", "id"], unique=False
    )
    op.create_index(
        "ix_crowded_place_by_verified_at", "crowded_place", ["verified_at", "id"], unique=False
    )
    op.create_index(
        "ix_crowded_place_counted", "crowded_place", ["county", "retired_at"], unique=False
    )
    op.create_index(
        op.f("ix_crowded_place_enterprise_id"), "crowded_place", ["enterprise_id"], unique=False
    )
    op.create_index(
        "ix_crowded_place_search",
        "crowded_place",
        ["name", "name_en", "id", "county", "retired_at"],
        unique=False,
    )
    op.create_index(
        "ix_crowded_place_by_risk",
        "crowded_place",
        [
            sa.text(
                "(coalesce((CASE WHEN capacity >= 5000 THEN 1 WHEN capacity >= 1000 THEN 2 WHEN capacity >= 300 THEN 3 WHEN capacity IS NOT NULL THEN 4 ELSE NULL END), 9))"
            ),
            "id",
        ],
    )
    op.create_table(
        "depot",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("area_m2", sa.Double(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "level IN ('national', 'provincial', 'city', 'county', 'township')",
            name=op.f("ck_depot_level"),
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_depot_retired_by")
        ),
        sa.CheckConstraint("area_m2 >= 0", name=op.f("ck_depot_area_m2")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_depot_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_depot_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_depot")),
        sa.UniqueConstraint("id", name=op.f("uq_depot_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_depot_by_agency", "depot", ["agency", "id"], unique=False)
    op.create_index("ix_depot_by_county", "depot", ["county", "id"], unique=False)
    op.create_index("ix_depot_by_name", "depot", ["name", "id"], unique=False)
    op.create_index("ix_depot_by_updated_at", "depot", ["updated_at", "id"], unique=False)
    op.create_index("ix_depot_by_verified_at", "depot", ["verified_at", "id"], unique=False)
    op.create_index("ix_depot_counted", "depot", ["county", "retired_at"], unique=False)
    op.create_index(
        "ix_depot_search", "depot", ["name", "name_en", "id", "county", "retired_at"], unique=False
    )
    op.create_table(
        "expert",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("employer", sa.Text(), nullable=True),
        sa.Column("on_call", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "title IN ('senior', 'associate_senior', 'intermediate', 'other')",
            name=op.f("ck_expert_title"),
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_expert_retired_by")
        ),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_expert_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_expert_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_expert")),
        sa.UniqueConstraint("id", name=op.f("uq_expert_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_expert_by_agency", "expert", ["agency", "id"], unique=False)
    op.create_index("ix_expert_by_county", "expert", ["county", "id"], unique=False)
    op.create_index("ix_expert_by_name", "expert", ["name", "id"], unique=False)
    op.create_index("ix_expert_by_updated_at", "expert", ["updated_at", "id"], unique=False)
    op.create_index("ix_expert_by_verified_at", "expert", ["verified_at", "id"], unique=False)
    op.create_index("ix_expert_counted", "expert", ["county", "retired_at"], unique=False)
    op.create_index(
        "ix_expert_search",
        "expert",
        ["name", "name_en", "id", "county", "retired_at"],
        unique=False,
    )
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
        sa.Column("volume_e4_m3", sa.Double(), nullable=True),
        sa.Column("scale_override", sa.Integer(), nullable=True),
        sa.Column("scale_override_reason", sa.Text(), nullable=True),
        sa.Column("danger_grade_override", sa.Integer(), nullable=True),
        sa.Column("danger_grade_override_reason", sa.Text(), nullable=True),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("responsible_phone", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "geohazard_type IN ('landslide', 'collapse', 'debris_flow', 'subsidence', 'ground_fissure')",
            name=op.f("ck_geohazard_geohazard_type"),
        ),
        sa.CheckConstraint(
            "(danger_grade_override_reason IS NULL) = (danger_grade_override IS NULL)",
            name=op.f("ck_geohazard_danger_grade_override_reason"),
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_geohazard_retired_by")
        ),
        sa.CheckConstraint(
            "(scale_override_reason IS NULL) = (scale_override IS NULL)",
            name=op.f("ck_geohazard_scale_override_reason"),
        ),
        sa.CheckConstraint(
            "danger_grade_override >= 1 AND danger_grade_override <= 4",
            name=op.f("ck_geohazard_danger_grade_override"),
        ),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_geohazard_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_geohazard_id")),
        sa.CheckConstraint("loss_cny >= 0", name=op.f("ck_geohazard_loss_cny")),
        sa.CheckConstraint("people >= 0", name=op.f("ck_geohazard_people")),
        sa.CheckConstraint(
            "scale_override >= 1 AND scale_override <= 4", name=op.f("ck_geohazard_scale_override")
        ),
        sa.CheckConstraint("volume_e4_m3 >= 0", name=op.f("ck_geohazard_volume_e4_m3")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_geohazard")),
        sa.UniqueConstraint("id", name=op.f("uq_geohazard_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_geohazard_by_agency", "geohazard", ["agency", "id"], unique=False)
    op.create_index("ix_geohazard_by_county", "geohazard", ["county", "id"], unique=False)
    op.create_index("ix_geohazard_by_name", "geohazard", ["name", "id"], unique=False)
    op.create_index("ix_geohazard_by_updated_at", "geohazard", ["updated_at", "id"], unique=False)
    op.create_index("ix_geohazard_by_verified_at", "geohazard", ["verified_at", "id"], unique=False)
    op.create_index("ix_geohazard_counted", "geohazard", ["county", "retired_at"], unique=False)
    op.create_index(
        "ix_geohazard_search",
        "geohazard",
        ["name", "name_en", "id", "county", "retired_at"],
        unique=False,
    )
    op.create_index(
        "ix_geohazard_by_danger_grade",
        "geohazard",
        [
            sa.text(
                "(coalesce(danger_grade_override, (CASE WHEN people >= 1000 OR loss_cny >= 100000000.0 THEN 1 WHEN people >= 500 OR loss_cny >= 50000000.0 THEN 2 WHEN people >= 100 OR loss_cny >= 5000000.0 THEN 3 WHEN people IS NOT NULL OR loss_cny IS NOT NULL THEN 4 ELSE NULL END)))"
            ),
            "id",
        ],
    )
    op.create_index(
        "ix_geohazard_by_risk",
        "geohazard",
        [
            sa.text(
                "(coalesce(coalesce(danger_grade_override, (CASE WHEN people >= 1000 OR loss_cny >= 100000000.0 THEN 1 WHEN people >= 500 OR loss_cny >= 50000000.0 THEN 2 WHEN people >= 100 OR loss_cny >= 5000000.0 THEN 3 WHEN people IS NOT NULL OR loss_cny IS NOT NULL THEN 4 ELSE NULL END)), 9))"
            ),
            "id",
        ],
    )
    op.create_index(
        "ix_geohazard_by_scale",
        "geohazard",
        [
            sa.text(
                "(coalesce(scale_override, (CASE WHEN geohazard_type = 'landslide' THEN (CASE WHEN volume_e4_m3 >= 1000 THEN 1 WHEN volume_e4_m3 >= 100 THEN 2 WHEN volume_e4_m3 >= 10 THEN 3 WHEN volume_e4_m3 IS NOT NULL THEN 4 ELSE NULL END) WHEN geohazard_type = 'collapse' THEN (CASE WHEN volume_e4_m3 >= 100 THEN 1 WHEN volume_e4_m3 >= 10 THEN 2 WHEN volume_e4_m3 >= 1 THEN 3 WHEN volume_e4_m3 IS NOT NULL THEN 4 ELSE NULL END) WHEN geohazard_type = 'debris_flow' THEN (CASE WHEN volume_e4_m3 >= 50 THEN 1 WHEN volume_e4_m3 >= 20 THEN 2 WHEN volume_e4_m3 >= 2 THEN 3 WHEN volume_e4_m3 IS NOT NULL THEN 4 ELSE NULL END) ELSE NULL END)))"
            ),
            "id",
        ],
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
        sa.Column("exposed_people", sa.Integer(), nullable=True),
        sa.Column("emergency_stop", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("online_monitored", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("level_override", sa.Integer(), nullable=True),
        sa.Column("level_override_reason", sa.Text(), nullable=True),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("responsible_phone", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(level_override_reason IS NULL) = (level_override IS NULL)",
            name=op.f("ck_hazard_source_level_override_reason"),
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_hazard_source_retired_by")
        ),
        sa.CheckConstraint("exposed_people >= 0", name=op.f("ck_hazard_source_exposed_people")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_hazard_source_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_hazard_source_id")),
        sa.CheckConstraint(
            "level_override >= 1 AND level_override <= 4",
            name=op.f("ck_hazard_source_level_override"),
        ),
        sa.CheckConstraint("quantity_t >= 0", name=op.f("ck_hazard_source_quantity_t")),
        sa.CheckConstraint("r_value >= 0", name=op.f("ck_hazard_source_r_value")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_hazard_source_enterprise_id_enterprise"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_hazard_source")),
        sa.UniqueConstraint("id", name=op.f("uq_hazard_source_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_hazard_source_by_agency", "hazard_source", ["agency", "id"], unique=False)
    op.create_index("ix_hazard_source_by_county", "hazard_source", ["county", "id"], unique=False)
    op.create_index("ix_hazard_source_by_name", "hazard_source", ["name", "id"], unique=False)
    op.create_index(
        "ix_hazard_source_by_updated_at", "hazard_source", ["updated_at", "id"], unique=False
    )
    op.create_index(
        "ix_hazard_source_by_verified_at", "hazard_source", ["verified_at", "id"], unique=False
    )
    op.create_index(
        "ix_hazard_source_counted", "hazard_source", ["county", "retired_at"], unique=False
    )
    op.create_index(
        op.f("ix_hazard_source_enterprise_id"), "hazard_source", ["enterprise_id"], unique=False
    )
    op.create_index(
        "ix_hazard_source_search",
        "hazard_source",
        ["name", "name_en", "id", "county", "retired_at"],
        unique=False,
    )
    op.create_index(
        "ix_hazard_source_by_level",
        "hazard_source",
        [
            sa.text(
                "(coalesce(level_override, (CASE WHEN r_value >= 100 THEN 1 WHEN r_value >= 50 THEN 2 WHEN r_value >= 10 THEN 3 WHEN r_value IS NOT NULL THEN 4 ELSE NULL END)))"
            ),
            "id",
        ],
    )
    op.create_index(
        "ix_hazard_source_by_risk",
        "hazard_source",
        [
            sa.text(
                "(coalesce(coalesce(level_override, (CASE WHEN r_value >= 100 THEN 1 WHEN r_value >= 50 THEN 2 WHEN r_value >= 10 THEN 3 WHEN r_value IS NOT NULL THEN 4 ELSE NULL END)), 9))"
            ),
            "id",
        ],
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
        sa.Column("icu_beds", sa.Integer(), nullable=True),
        sa.Column("ambulances", sa.Integer(), nullable=True),
        sa.Column("hospital_level", sa.Text(), nullable=True),
        sa.Column("emergency", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "hospital_level IN ('3A', '3B', '2A', '2B', '1')",
            name=op.f("ck_hospital_hospital_level"),
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_hospital_retired_by")
        ),
        sa.CheckConstraint("ambulances >= 0", name=op.f("ck_hospital_ambulances")),
        sa.CheckConstraint("beds >= 0", name=op.f("ck_hospital_beds")),
        sa.CheckConstraint("icu_beds >= 0", name=op.f("ck_hospital_icu_beds")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_hospital_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_hospital_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_hospital")),
        sa.UniqueConstraint("id", name=op.f("uq_hospital_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_hospital_by_agency", "hospital", ["agency", "id"], unique=False)
    op.create_index("ix_hospital_by_county", "hospital", ["county", "id"], unique=False)
    op.create_index("ix_hospital_by_name", "hospital", ["name", "id"], unique=False)
    op.create_index("ix_hospital_by_updated_at", "hospital", ["updated_at", "id"], unique=False)
    op.create_index("ix_hospital_by_verified_at", "hospital", ["verified_at", "id"], unique=False)
    op.create_index("ix_hospital_counted", "hospital", ["county", "retired_at"], unique=False)
    op.create_index(
        "ix_hospital_search",
        "hospital",
        ["name", "name_en", "id", "county", "retired_at"],
        unique=False,
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
        sa.Column("hydrology", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("responsible_phone", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "gas_grade IN ('low', 'high', 'outburst')", name=op.f("ck_mine_gas_grade")
        ),
        sa.CheckConstraint(
            "hydrology IN ('simple', 'medium', 'complex', 'very_complex')",
            name=op.f("ck_mine_hydrology"),
        ),
        sa.CheckConstraint(
            "mine_type IN ('coal', 'metal', 'nonmetal')", name=op.f("ck_mine_mine_type")
        ),
        sa.CheckConstraint(
            "status IN ('operating', 'construction', 'closed')", name=op.f("ck_mine_status")
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_mine_retired_by")
        ),
        sa.CheckConstraint("capacity_mt >= 0", name=op.f("ck_mine_capacity_mt")),
        sa.CheckConstraint("depth_m >= 0", name=op.f("ck_mine_depth_m")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_mine_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_mine_id")),
        sa.CheckConstraint("workers >= 0", name=op.f("ck_mine_workers")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_mine_enterprise_id_enterprise"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_mine")),
        sa.UniqueConstraint("id", name=op.f("uq_mine_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mine_by_agency", "mine", ["agency", "id"], unique=False)
    op.create_index("ix_mine_by_county", "mine", ["county", "id"], unique=False)
    op.create_index("ix_mine_by_name", "mine", ["name", "id"], unique=False)
    op.create_index("ix_mine_by_updated_at", "mine", ["updated_at", "id"], unique=False)
    op.create_index("ix_mine_by_verified_at", "mine", ["verified_at", "id"], unique=False)
    op.create_index("ix_mine_counted", "mine", ["county", "retired_at"], unique=False)
    op.create_index(op.f("ix_mine_enterprise_id"), "mine", ["enterprise_id"], unique=False)
    op.create_index(
        "ix_mine_search", "mine", ["name", "name_en", "id", "county", "retired_at"], unique=False
    )
    op.create_index(
        "ix_mine_by_risk",
        "mine",
        [
            sa.text(
                "(coalesce((CASE WHEN status = 'closed' THEN 4 WHEN gas_grade = 'outburst' THEN 1 WHEN gas_grade = 'high' THEN 2 WHEN mine_type = 'nonmetal' THEN 4 ELSE 3 END), 9))"
            ),
            "id",
        ],
    )
    op.create_table(
        "monitoring_station",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("station_type", sa.Text(), nullable=False),
        sa.Column("monitors_kind", sa.Text(), nullable=True),
        sa.Column("monitors_id", sa.Text(), nullable=True),
        sa.Column("online", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("last_reading", sa.Double(), nullable=True),
        sa.Column("reading_unit", sa.Text(), nullable=True),
        sa.Column("last_reading_on", sa.Date(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "monitors_kind IN ('geohazard', 'hazard_source', 'mine', 'tailings_pond', 'reservoir', 'crowded_place')",
            name=op.f("ck_monitoring_station_monitors_kind"),
        ),
        sa.CheckConstraint(
            "station_type IN ('rain', 'water_level', 'weather', 'displacement', 'crack', 'seepage', 'gas', 'pressure_level', 'video', 'seismic')",
            name=op.f("ck_monitoring_station_station_type"),
        ),
        sa.CheckConstraint(
            "(monitors_id IS NULL) = (monitors_kind IS NULL)",
            name=op.f("ck_monitoring_station_monitors_id"),
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)",
            name=op.f("ck_monitoring_station_retired_by"),
        ),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_monitoring_station_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_monitoring_station_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_monitoring_station")),
        sa.UniqueConstraint("id", name=op.f("uq_monitoring_station_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_monitoring_station_by_agency", "monitoring_station", ["agency", "id"], unique=False
    )
    op.create_index(
        "ix_monitoring_station_by_county", "monitoring_station", ["county", "id"], unique=False
    )
    op.create_index(
        "ix_monitoring_station_by_name", "monitoring_station", ["name", "id"], unique=False
    )
    op.create_index(
        "ix_monitoring_station_by_updated_at",
        "monitoring_station",
        ["updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_monitoring_station_by_verified_at",
        "monitoring_station",
        ["verified_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_monitoring_station_counted",
        "monitoring_station",
        ["county", "retired_at"],
        unique=False,
    )
    op.create_index(
        "ix_monitoring_station_monitors",
        "monitoring_station",
        ["monitors_kind", "monitors_id"],
        unique=False,
    )
    op.create_index(
        "ix_monitoring_station_search",
        "monitoring_station",
        ["name", "name_en", "id", "county", "retired_at"],
        unique=False,
    )
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
        sa.Column("population_source", sa.Text(), nullable=True),
        sa.Column("population_year", sa.Integer(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('city', 'county', 'town', 'village')", name=op.f("ck_place_kind")
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_place_retired_by")
        ),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_place_id")),
        sa.CheckConstraint("population >= 0", name=op.f("ck_place_population")),
        sa.CheckConstraint(
            "population_year >= 0 AND population_year <= 9999",
            name=op.f("ck_place_population_year"),
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_place")),
        sa.UniqueConstraint("id", name=op.f("uq_place_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_place_by_name", "place", ["name", "id"], unique=False)
    op.create_index("ix_place_by_updated_at", "place", ["updated_at", "id"], unique=False)
    op.create_index("ix_place_by_verified_at", "place", ["verified_at", "id"], unique=False)
    op.create_index("ix_place_counted", "place", ["retired_at"], unique=False)
    op.create_index(
        "ix_place_search", "place", ["name", "name_en", "id", "retired_at"], unique=False
    )
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
        sa.Column("dam_height_m", sa.Double(), nullable=True),
        sa.Column("weak", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("downstream_people", sa.Integer(), nullable=True),
        sa.Column("online_monitored", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("grade_override", sa.Integer(), nullable=True),
        sa.Column("grade_override_reason", sa.Text(), nullable=True),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("responsible_phone", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "dam_type IN ('earth', 'rockfill', 'gravity', 'arch')",
            name=op.f("ck_reservoir_dam_type"),
        ),
        sa.CheckConstraint(
            "(grade_override_reason IS NULL) = (grade_override IS NULL)",
            name=op.f("ck_reservoir_grade_override_reason"),
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_reservoir_retired_by")
        ),
        sa.CheckConstraint("capacity_e8_m3 >= 0", name=op.f("ck_reservoir_capacity_e8_m3")),
        sa.CheckConstraint("dam_height_m >= 0", name=op.f("ck_reservoir_dam_height_m")),
        sa.CheckConstraint("downstream_people >= 0", name=op.f("ck_reservoir_downstream_people")),
        sa.CheckConstraint(
            "grade_override >= 1 AND grade_override <= 5", name=op.f("ck_reservoir_grade_override")
        ),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_reservoir_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_reservoir_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_reservoir")),
        sa.UniqueConstraint("id", name=op.f("uq_reservoir_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reservoir_by_agency", "reservoir", ["agency", "id"], unique=False)
    op.create_index("ix_reservoir_by_county", "reservoir", ["county", "id"], unique=False)
    op.create_index("ix_reservoir_by_name", "reservoir", ["name", "id"], unique=False)
    op.create_index("ix_reservoir_by_updated_at", "reservoir", ["updated_at", "id"], unique=False)
    op.create_index("ix_reservoir_by_verified_at", "reservoir", ["verified_at", "id"], unique=False)
    op.create_index("ix_reservoir_counted", "reservoir", ["county", "retired_at"], unique=False)
    op.create_index(
        "ix_reservoir_search",
        "reservoir",
        ["name", "name_en", "id", "county", "retired_at"],
        unique=False,
    )
    op.create_index(
        "ix_reservoir_by_grade",
        "reservoir",
        [
            sa.text(
                "(coalesce(grade_override, (CASE WHEN capacity_e8_m3 >= 10 THEN 1 WHEN capacity_e8_m3 >= 1 THEN 2 WHEN capacity_e8_m3 >= 0.1 THEN 3 WHEN capacity_e8_m3 >= 0.01 THEN 4 WHEN capacity_e8_m3 >= 0.001 THEN 5 ELSE NULL END)))"
            ),
            "id",
        ],
    )
    op.create_index(
        "ix_reservoir_by_risk",
        "reservoir",
        [
            sa.text(
                "(coalesce((CASE coalesce(grade_override, (CASE WHEN capacity_e8_m3 >= 10 THEN 1 WHEN capacity_e8_m3 >= 1 THEN 2 WHEN capacity_e8_m3 >= 0.1 THEN 3 WHEN capacity_e8_m3 >= 0.01 THEN 4 WHEN capacity_e8_m3 >= 0.001 THEN 5 ELSE NULL END)) WHEN 1 THEN 2 - (CASE WHEN weak THEN 1 ELSE 0 END) WHEN 2 THEN 2 - (CASE WHEN weak THEN 1 ELSE 0 END) WHEN 3 THEN 3 - (CASE WHEN weak THEN 1 ELSE 0 END) ELSE 4 - (CASE WHEN weak THEN 1 ELSE 0 END) END), 9))"
            ),
            "id",
        ],
    )
    op.create_table(
        "river",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("MULTILINESTRING"), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("flow", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_river_retired_by")
        ),
        sa.CheckConstraint("flow IN ('along', 'against')", name=op.f("ck_river_flow")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_river_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_river")),
        sa.UniqueConstraint("id", name=op.f("uq_river_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_river_by_name", "river", ["name", "id"], unique=False)
    op.create_index("ix_river_by_updated_at", "river", ["updated_at", "id"], unique=False)
    op.create_index("ix_river_by_verified_at", "river", ["verified_at", "id"], unique=False)
    op.create_index("ix_river_counted", "river", ["retired_at"], unique=False)
    op.create_index(
        "ix_river_search", "river", ["name", "name_en", "id", "retired_at"], unique=False
    )
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
        sa.Column("stay", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "stay IN ('emergency', 'short', 'medium', 'long')", name=op.f("ck_shelter_stay")
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_shelter_retired_by")
        ),
        sa.CheckConstraint("area_m2 >= 0", name=op.f("ck_shelter_area_m2")),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_shelter_capacity")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_shelter_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_shelter_id")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_shelter")),
        sa.UniqueConstraint("id", name=op.f("uq_shelter_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_shelter_by_agency", "shelter", ["agency", "id"], unique=False)
    op.create_index("ix_shelter_by_county", "shelter", ["county", "id"], unique=False)
    op.create_index("ix_shelter_by_name", "shelter", ["name", "id"], unique=False)
    op.create_index("ix_shelter_by_updated_at", "shelter", ["updated_at", "id"], unique=False)
    op.create_index("ix_shelter_by_verified_at", "shelter", ["verified_at", "id"], unique=False)
    op.create_index("ix_shelter_counted", "shelter", ["county", "retired_at"], unique=False)
    op.create_index(
        "ix_shelter_search",
        "shelter",
        ["name", "name_en", "id", "county", "retired_at"],
        unique=False,
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
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("overhead", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("online_monitored", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("grade_override", sa.Integer(), nullable=True),
        sa.Column("grade_override_reason", sa.Text(), nullable=True),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("responsible_phone", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('operating', 'construction', 'suspended', 'closed')",
            name=op.f("ck_tailings_pond_status"),
        ),
        sa.CheckConstraint(
            "(grade_override_reason IS NULL) = (grade_override IS NULL)",
            name=op.f("ck_tailings_pond_grade_override_reason"),
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_tailings_pond_retired_by")
        ),
        sa.CheckConstraint(
            "downstream_people >= 0", name=op.f("ck_tailings_pond_downstream_people")
        ),
        sa.CheckConstraint(
            "grade_override >= 1 AND grade_override <= 5",
            name=op.f("ck_tailings_pond_grade_override"),
        ),
        sa.CheckConstraint("height_m >= 0", name=op.f("ck_tailings_pond_height_m")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_tailings_pond_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_tailings_pond_id")),
        sa.CheckConstraint("volume_e4_m3 >= 0", name=op.f("ck_tailings_pond_volume_e4_m3")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_tailings_pond_enterprise_id_enterprise"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_tailings_pond")),
        sa.UniqueConstraint("id", name=op.f("uq_tailings_pond_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tailings_pond_by_agency", "tailings_pond", ["agency", "id"], unique=False)
    op.create_index("ix_tailings_pond_by_county", "tailings_pond", ["county", "id"], unique=False)
    op.create_index("ix_tailings_pond_by_name", "tailings_pond", ["name", "id"], unique=False)
    op.create_index(
        "ix_tailings_pond_by_updated_at", "tailings_pond", ["updated_at", "id"], unique=False
    )
    op.create_index(
        "ix_tailings_pond_by_verified_at", "tailings_pond", ["verified_at", "id"], unique=False
    )
    op.create_index(
        "ix_tailings_pond_counted", "tailings_pond", ["county", "retired_at"], unique=False
    )
    op.create_index(
        op.f("ix_tailings_pond_enterprise_id"), "tailings_pond", ["enterprise_id"], unique=False
    )
    op.create_index(
        "ix_tailings_pond_search",
        "tailings_pond",
        ["name", "name_en", "id", "county", "retired_at"],
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
        sa.Column("duty_people", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), server_default="ready", nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
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
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_team_retired_by")
        ),
        sa.CheckConstraint("duty_people >= 0", name=op.f("ck_team_duty_people")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_team_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_team_id")),
        sa.CheckConstraint("people >= 0", name=op.f("ck_team_people")),
        sa.CheckConstraint("turnout_s >= 0 AND turnout_s <= 86400", name=op.f("ck_team_turnout_s")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_team")),
        sa.UniqueConstraint("id", name=op.f("uq_team_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_team_by_agency", "team", ["agency", "id"], unique=False)
    op.create_index("ix_team_by_county", "team", ["county", "id"], unique=False)
    op.create_index("ix_team_by_name", "team", ["name", "id"], unique=False)
    op.create_index("ix_team_by_updated_at", "team", ["updated_at", "id"], unique=False)
    op.create_index("ix_team_by_verified_at", "team", ["verified_at", "id"], unique=False)
    op.create_index("ix_team_counted", "team", ["county", "retired_at"], unique=False)
    op.create_index(
        "ix_team_search", "team", ["name", "name_en", "id", "county", "retired_at"], unique=False
    )
    op.create_index(op.f("ix_team_team_type"), "team", ["team_type"], unique=False)
    op.create_table(
        "expert_speciality",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Text(), nullable=False),
        sa.Column("speciality", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "speciality IN ('mine_safety', 'hydrogeology', 'geological_hazard', 'hazardous_chemicals', 'fire_protection', 'water_engineering', 'tailings', 'structures', 'roads_bridges', 'meteorology', 'earthquake', 'medicine', 'epidemics', 'environment', 'communications')",
            name=op.f("ck_expert_speciality_speciality"),
        ),
        sa.ForeignKeyConstraint(
            ["expert_id"],
            ["expert.id"],
            name=op.f("fk_expert_speciality_expert_id_expert"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_expert_speciality")),
        sa.UniqueConstraint(
            "speciality", "expert_id", name=op.f("uq_expert_speciality_speciality_expert_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_expert_speciality_expert_id"), "expert_speciality", ["expert_id"], unique=False
    )
    op.create_table(
        "grid_contact",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("township", sa.Text(), nullable=True),
        sa.Column("village", sa.Text(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("geohazard_id", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "role IN ('grid_worker', 'disaster_reporter', 'hazard_watcher')",
            name=op.f("ck_grid_contact_role"),
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_grid_contact_retired_by")
        ),
        sa.CheckConstraint("households >= 0", name=op.f("ck_grid_contact_households")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_grid_contact_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_grid_contact_id")),
        sa.CheckConstraint("length(township) = 9", name=op.f("ck_grid_contact_township")),
        sa.CheckConstraint("population >= 0", name=op.f("ck_grid_contact_population")),
        sa.ForeignKeyConstraint(
            ["geohazard_id"],
            ["geohazard.id"],
            name=op.f("fk_grid_contact_geohazard_id_geohazard"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_grid_contact")),
        sa.UniqueConstraint("id", name=op.f("uq_grid_contact_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_grid_contact_by_agency", "grid_contact", ["agency", "id"], unique=False)
    op.create_index("ix_grid_contact_by_county", "grid_contact", ["county", "id"], unique=False)
    op.create_index("ix_grid_contact_by_name", "grid_contact", ["name", "id"], unique=False)
    op.create_index(
        "ix_grid_contact_by_updated_at", "grid_contact", ["updated_at", "id"], unique=False
    )
    op.create_index(
        "ix_grid_contact_by_verified_at", "grid_contact", ["verified_at", "id"], unique=False
    )
    op.create_index(
        "ix_grid_contact_counted", "grid_contact", ["county", "retired_at"], unique=False
    )
    op.create_index(
        op.f("ix_grid_contact_geohazard_id"), "grid_contact", ["geohazard_id"], unique=False
    )
    op.create_index(
        "ix_grid_contact_search",
        "grid_contact",
        ["name", "name_en", "id", "county", "retired_at"],
        unique=False,
    )
    op.create_index(op.f("ix_grid_contact_township"), "grid_contact", ["township"], unique=False)
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
        sa.Column("reserve", sa.Double(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_lot_retired_by")
        ),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_lot_id")),
        sa.CheckConstraint("length(item_code) = 7", name=op.f("ck_lot_item_code")),
        sa.CheckConstraint("minimum_stock >= 0", name=op.f("ck_lot_minimum_stock")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_lot_quantity")),
        sa.CheckConstraint("reserve >= 0", name=op.f("ck_lot_reserve")),
        sa.ForeignKeyConstraint(
            ["depot_id"], ["depot.id"], name=op.f("fk_lot_depot_id_depot"), onupdate="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_lot")),
        sa.UniqueConstraint("id", name=op.f("uq_lot_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lot_by_updated_at", "lot", ["updated_at", "id"], unique=False)
    op.create_index("ix_lot_by_verified_at", "lot", ["verified_at", "id"], unique=False)
    op.create_index("ix_lot_counted", "lot", ["retired_at"], unique=False)
    op.create_index(op.f("ix_lot_depot_id"), "lot", ["depot_id"], unique=False)
    op.create_index(op.f("ix_lot_expires_on"), "lot", ["expires_on"], unique=False)
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
        "team_equipment",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "item IN ('drainage_pump', 'breathing_apparatus', 'gas_detector', 'life_detector', 'cutting_tools', 'generator', 'lighting_tower', 'assault_boat', 'drone', 'satellite_phone', 'chemical_suit', 'leak_kit', 'forest_blower', 'excavator', 'ventilator')",
            name=op.f("ck_team_equipment_item"),
        ),
        sa.CheckConstraint("count >= 1", name=op.f("ck_team_equipment_count")),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["team.id"],
            name=op.f("fk_team_equipment_team_id_team"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_team_equipment")),
        sa.UniqueConstraint("team_id", "item", name=op.f("uq_team_equipment_team_id_item")),
        sqlite_autoincrement=True,
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
    op.create_table(
        "unit",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("team_id", sa.Text(), nullable=True),
        sa.Column("hospital_id", sa.Text(), nullable=True),
        sa.Column("unit_type", sa.Text(), nullable=False),
        sa.Column("call_sign", sa.Text(), nullable=True),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("vehicles", sa.Integer(), nullable=True),
        sa.Column("crew", sa.Integer(), nullable=True),
        sa.Column("turnout_s", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), server_default="ready", nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "profile IN ('light', 'heavy', 'lowloader')", name=op.f("ck_unit_profile")
        ),
        sa.CheckConstraint(
            "status IN ('ready', 'busy', 'out_of_service')", name=op.f("ck_unit_status")
        ),
        sa.CheckConstraint(
            "unit_type IN ('pumper', 'foam', 'ladder', 'rescue', 'ambulance', 'excavator', 'loader', 'pump_unit', 'mine_rescue_squad', 'hazmat_squad', 'boat_group', 'search_dogs', 'drone_group', 'command_vehicle', 'communications_vehicle', 'crew')",
            name=op.f("ck_unit_unit_type"),
        ),
        sa.CheckConstraint(
            "(hospital_id IS NULL) <> (team_id IS NULL)", name=op.f("ck_unit_hospital_id")
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_unit_retired_by")
        ),
        sa.CheckConstraint("crew >= 0", name=op.f("ck_unit_crew")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_unit_id")),
        sa.CheckConstraint("turnout_s >= 0 AND turnout_s <= 86400", name=op.f("ck_unit_turnout_s")),
        sa.CheckConstraint("vehicles >= 0", name=op.f("ck_unit_vehicles")),
        sa.ForeignKeyConstraint(
            ["hospital_id"],
            ["hospital.id"],
            name=op.f("fk_unit_hospital_id_hospital"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_unit_team_id_team"), onupdate="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_unit")),
        sa.UniqueConstraint("id", name=op.f("uq_unit_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_unit_by_name", "unit", ["name", "id"], unique=False)
    op.create_index("ix_unit_by_updated_at", "unit", ["updated_at", "id"], unique=False)
    op.create_index("ix_unit_by_verified_at", "unit", ["verified_at", "id"], unique=False)
    op.create_index("ix_unit_counted", "unit", ["retired_at"], unique=False)
    op.create_index(op.f("ix_unit_hospital_id"), "unit", ["hospital_id"], unique=False)
    op.create_index(op.f("ix_unit_team_id"), "unit", ["team_id"], unique=False)
    op.create_index(op.f("ix_unit_unit_type"), "unit", ["unit_type"], unique=False)
    op.create_table(
        "village",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POINT"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("village_type", sa.Text(), nullable=True),
        sa.Column("township", sa.Text(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("people_needing_help", sa.Integer(), nullable=True),
        sa.Column("meeting_point", sa.Text(), nullable=True),
        sa.Column("shelter_id", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("substitute_name", sa.Text(), nullable=True),
        sa.Column("substitute_phone", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "village_type IN ('natural', 'administrative')", name=op.f("ck_village_village_type")
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_village_retired_by")
        ),
        sa.CheckConstraint("households >= 0", name=op.f("ck_village_households")),
        sa.CheckConstraint("length(county) = 6", name=op.f("ck_village_county")),
        sa.CheckConstraint("length(id) > 0", name=op.f("ck_village_id")),
        sa.CheckConstraint("length(township) = 9", name=op.f("ck_village_township")),
        sa.CheckConstraint("people_needing_help >= 0", name=op.f("ck_village_people_needing_help")),
        sa.CheckConstraint("population >= 0", name=op.f("ck_village_population")),
        sa.ForeignKeyConstraint(
            ["shelter_id"],
            ["shelter.id"],
            name=op.f("fk_village_shelter_id_shelter"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_village")),
        sa.UniqueConstraint("id", name=op.f("uq_village_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_village_by_agency", "village", ["agency", "id"], unique=False)
    op.create_index("ix_village_by_county", "village", ["county", "id"], unique=False)
    op.create_index("ix_village_by_name", "village", ["name", "id"], unique=False)
    op.create_index("ix_village_by_updated_at", "village", ["updated_at", "id"], unique=False)
    op.create_index("ix_village_by_verified_at", "village", ["verified_at", "id"], unique=False)
    op.create_index("ix_village_counted", "village", ["county", "retired_at"], unique=False)
    op.create_index(
        "ix_village_search",
        "village",
        ["name", "name_en", "id", "county", "retired_at"],
        unique=False,
    )
    op.create_index(op.f("ix_village_shelter_id"), "village", ["shelter_id"], unique=False)
    op.create_index(op.f("ix_village_township"), "village", ["township"], unique=False)
    op.create_table(
        "unit_capability",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("capability", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "capability IN ('fire', 'rescue', 'mine_rescue', 'mine_drainage', 'hazmat', 'pipeline', 'flood', 'water_rescue', 'forest_fire', 'medical', 'engineering', 'search_dogs', 'communications', 'relief')",
            name=op.f("ck_unit_capability_capability"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
            name=op.f("fk_unit_capability_unit_id_unit"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_unit_capability")),
        sa.UniqueConstraint(
            "capability", "unit_id", name=op.f("uq_unit_capability_capability_unit_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_unit_capability_unit_id"), "unit_capability", ["unit_id"], unique=False
    )
    # ### end Alembic commands ###


def _create_importing() -> None:
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
        sa.CheckConstraint(
            "state IN ('proposed', 'merged', 'dismissed')", name=op.f("ck_duplicate_pair_state")
        ),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_duplicate_pair_order")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_duplicate_pair")),
        sa.UniqueConstraint(
            "kind", "first_id", "second_id", name=op.f("uq_duplicate_pair_kind_first_id_second_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_duplicate_pair_state"), "duplicate_pair", ["state"], unique=False)
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
            "(state = 'open') = (settled_at IS NULL)", name=op.f("ck_quarantined_row_settled_at")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'corrected', 'dismissed')", name=op.f("ck_quarantined_row_state")
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
        op.f("ix_quarantined_row_batch_fid"), "quarantined_row", ["batch_fid"], unique=False
    )
    op.create_index(
        "ix_quarantined_row_open",
        "quarantined_row",
        ["kind", "key"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _create_events() -> None:
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
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_at", "event", ["at", "seq"], unique=False)
    op.create_index(
        "ix_event_exercise",
        "event",
        ["exercise_id", "seq"],
        unique=False,
        sqlite_where=sa.text("exercise_id IS NOT NULL"),
        postgresql_where=sa.text("exercise_id IS NOT NULL"),
    )
    op.create_index("ix_event_kind", "event", ["kind", "seq"], unique=False)
    op.create_index("ix_event_subject", "event", ["kind", "subject_id"], unique=False)
    op.create_index("ix_event_what", "event", ["what", "seq"], unique=False)
    op.create_index("ix_event_who", "event", ["who", "seq"], unique=False)
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
    op.create_index("ix_event_count_what", "event_count", ["what", "fid"], unique=False)


def _create_jobs() -> None:
    op.create_table(
        "job",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parameters", JsonText(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("message_params", JsonText(), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("result", JsonText(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("error_params", JsonText(), nullable=True),
        sa.CheckConstraint(
            "state <> 'running' OR (worker IS NOT NULL AND lease_until IS NOT NULL)",
            name=op.f("ck_job_leased"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_job_state"),
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_job")),
        sa.UniqueConstraint("id", name=op.f("uq_job_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_kind", "job", ["kind", "state"], unique=False)
    op.create_index("ix_job_state", "job", ["state", "not_before"], unique=False)
    op.create_index(
        "uq_job_digest_queued",
        "job",
        ["digest"],
        unique=True,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )


def _create_exchange() -> None:
    op.create_table(
        "exchange_base",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("content", JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_exchange_base")),
        sa.UniqueConstraint(
            "copy_id", "kind", "record_id", name=op.f("uq_exchange_base_copy_id_kind_record_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "exchange_conflict",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("base", JsonText(), nullable=True),
        sa.Column("ours", JsonText(), nullable=True),
        sa.Column("theirs", JsonText(), nullable=True),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "cause IN ('both_changed', 'id_taken', 'removed_there', 'retired_there', 'retired_here', 'outside')",
            name=op.f("ck_exchange_conflict_cause"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'ours', 'theirs', 'superseded')",
            name=op.f("ck_exchange_conflict_state"),
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_exchange_conflict")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_exchange_conflict_record", "exchange_conflict", ["kind", "record_id"], unique=False
    )
    op.create_index(
        "ix_exchange_conflict_state", "exchange_conflict", ["state", "county"], unique=False
    )
    op.create_table(
        "exchange_copy",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("is_here", sa.Boolean(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("exported_at", UtcDateTime(), nullable=False),
        sa.Column("exported_by", sa.Text(), nullable=False),
        sa.Column("merged_at", UtcDateTime(), nullable=True),
        sa.Column("merged_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_exchange_copy")),
        sa.UniqueConstraint("id", name=op.f("uq_exchange_copy_id")),
        sqlite_autoincrement=True,
    )


def _create_site() -> None:
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


def _create_risks() -> None:
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
    op.create_index("ix_inspection_hazard", "inspection", ["kind", "hazard_id"], unique=False)
    op.create_index("ix_inspection_on", "inspection", ["inspected_on"], unique=False)
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
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(state = 'warning') = (warning_colour IS NOT NULL)", name=op.f("ck_risk_warned")
        ),
        sa.CheckConstraint(
            "method IN ('statutory', 'matrix', 'judged')", name=op.f("ck_risk_method")
        ),
        sa.CheckConstraint(
            "state IN ('identified', 'assessed', 'monitored', 'warning', 'disposal', 'closed')",
            name=op.f("ck_risk_state"),
        ),
        sa.CheckConstraint(
            "consequence >= 1 AND consequence <= 5", name=op.f("ck_risk_consequence")
        ),
        sa.CheckConstraint("level >= 1 AND level <= 4", name=op.f("ck_risk_level")),
        sa.CheckConstraint("likelihood >= 1 AND likelihood <= 5", name=op.f("ck_risk_likelihood")),
        sa.CheckConstraint(
            "warning_colour >= 1 AND warning_colour <= 4", name=op.f("ck_risk_warning_colour")
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_risk")),
        sa.UniqueConstraint("kind", "hazard_id", name=op.f("uq_risk_kind_hazard_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_risk_due", "risk", ["next_inspection_on"], unique=False)
    op.create_index("ix_risk_level", "risk", ["kind", "level", "hazard_id"], unique=False)
    op.create_index("ix_risk_state", "risk", ["state", "level"], unique=False)
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
    op.create_index("ix_risk_step_at", "risk_step", ["at"], unique=False)
    op.create_index("ix_risk_step_hazard", "risk_step", ["kind", "hazard_id"], unique=False)
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
        sa.Column("reopened", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("grade IN ('general', 'major')", name=op.f("ck_ticket_grade")),
        sa.CheckConstraint(
            "state IN ('open', 'rectifying', 'rectified', 'checked', 'closed')",
            name=op.f("ck_ticket_state"),
        ),
        sa.CheckConstraint("(kind IS NULL) = (hazard_id IS NULL)", name=op.f("ck_ticket_hazard")),
        sa.CheckConstraint(
            "checked_by IS NULL OR checked_by <> rectified_by", name=op.f("ck_ticket_checker")
        ),
        sa.CheckConstraint("funding_cny >= 0", name=op.f("ck_ticket_funding_cny")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_ticket")),
        sa.UniqueConstraint("id", name=op.f("uq_ticket_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_county", "ticket", ["county", "state"], unique=False)
    op.create_index("ix_ticket_deadline", "ticket", ["state", "deadline"], unique=False)
    op.create_index("ix_ticket_hazard", "ticket", ["kind", "hazard_id"], unique=False)


def _create_incidents() -> None:
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
    op.create_table(
        "road_closure",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POLYGON"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="other", nullable=False),
        sa.Column("told_by", sa.Text(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.Column("footprint_id", sa.Text(), nullable=True),
        sa.Column("closed_structures", JsonText(), nullable=True),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "source IN ('police', 'road_bureau', 'on_scene', 'footprint', 'other')",
            name=op.f("ck_road_closure_source"),
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_road_closure")),
        sa.UniqueConstraint("id", name=op.f("uq_road_closure_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_road_closure_open", "road_closure", ["lifted_at"], unique=False)


def _create_orders() -> None:
    op.create_table(
        "assignment",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("unit_kind", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ordered_at", UtcDateTime(), nullable=False),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.Column("expected_at", UtcDateTime(), nullable=True),
        sa.Column("en_route_at", UtcDateTime(), nullable=True),
        sa.Column("on_scene_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('ordered', 'en_route', 'on_scene'))",
            name=op.f("ck_assignment_ended"),
        ),
        sa.CheckConstraint(
            "state IN ('ordered', 'en_route', 'on_scene', 'released', 'refused', 'stood_down', 'reassigned')",
            name=op.f("ck_assignment_state"),
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_assignment")),
        sa.UniqueConstraint("id", name=op.f("uq_assignment_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_assignment_active",
        "assignment",
        [sa.literal_column("coalesce(exercise_id, '')"), "unit_kind", "unit_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_assignment_incident", "assignment", ["incident_id"], unique=False)
    op.create_table(
        "incident",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("in_production", sa.Boolean(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("place_en", sa.Text(), nullable=True),
        sa.Column("work_x", sa.Double(), nullable=True),
        sa.Column("work_y", sa.Double(), nullable=True),
        sa.Column("work_words", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("hazard_kind", sa.Text(), nullable=True),
        sa.Column("hazard_id", sa.Text(), nullable=True),
        sa.Column("occurred_at", UtcDateTime(), nullable=True),
        sa.Column("unit_head_at", UtcDateTime(), nullable=True),
        sa.Column("county_received_at", UtcDateTime(), nullable=True),
        sa.Column("city_received_at", UtcDateTime(), nullable=True),
        sa.Column("dead", sa.Integer(), nullable=True),
        sa.Column("missing", sa.Integer(), nullable=True),
        sa.Column("trapped", sa.Integer(), nullable=True),
        sa.Column("seriously_injured", sa.Integer(), nullable=True),
        sa.Column("injured", sa.Integer(), nullable=True),
        sa.Column("in_danger", sa.Integer(), nullable=True),
        sa.Column("moved", sa.Integer(), nullable=True),
        sa.Column("to_move", sa.Integer(), nullable=True),
        sa.Column("loss_cny", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "potential_loss_cny",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("burnt_ha", sa.Double(), nullable=True),
        sa.Column("at_national_border", sa.Boolean(), nullable=True),
        sa.Column("threatens_settlement_or_works", sa.Boolean(), nullable=True),
        sa.Column("burning_after_24_h", sa.Boolean(), nullable=True),
        sa.Column("in_virgin_forest", sa.Boolean(), nullable=True),
        sa.Column("dangerous_at_provincial_border", sa.Boolean(), nullable=True),
        sa.Column("needs_state_help", sa.Boolean(), nullable=True),
        sa.Column("threatened", JsonText(), nullable=False),
        sa.Column("polluted", JsonText(), nullable=False),
        sa.Column("entered_level", sa.Integer(), nullable=True),
        sa.Column("entered_source", sa.Text(), nullable=True),
        sa.Column("priority", sa.Integer(), server_default=sa.text("2"), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("joined_to", sa.Text(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("persons_kept_until", sa.Date(), nullable=True),
        sa.Column("persons_kept_for", JsonText(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'joined') = (joined_to IS NOT NULL)", name=op.f("ck_incident_joined")
        ),
        sa.CheckConstraint("state IN ('open', 'closed', 'joined')", name=op.f("ck_incident_state")),
        sa.CheckConstraint(
            "(entered_level IS NULL) = (entered_source IS NULL)", name=op.f("ck_incident_entered")
        ),
        sa.CheckConstraint(
            "(hazard_kind IS NULL) = (hazard_id IS NULL)", name=op.f("ck_incident_hazard")
        ),
        sa.CheckConstraint("burnt_ha >= 0", name=op.f("ck_incident_burnt_ha")),
        sa.CheckConstraint("dead >= 0", name=op.f("ck_incident_dead")),
        sa.CheckConstraint(
            "entered_level >= 1 AND entered_level <= 4", name=op.f("ck_incident_entered_level")
        ),
        sa.CheckConstraint("in_danger >= 0", name=op.f("ck_incident_in_danger")),
        sa.CheckConstraint("injured >= 0", name=op.f("ck_incident_injured")),
        sa.CheckConstraint("loss_cny >= 0", name=op.f("ck_incident_loss_cny")),
        sa.CheckConstraint("missing >= 0", name=op.f("ck_incident_missing")),
        sa.CheckConstraint("moved >= 0", name=op.f("ck_incident_moved")),
        sa.CheckConstraint("potential_loss_cny >= 0", name=op.f("ck_incident_potential_loss_cny")),
        sa.CheckConstraint("priority >= 1 AND priority <= 4", name=op.f("ck_incident_priority")),
        sa.CheckConstraint("seriously_injured >= 0", name=op.f("ck_incident_seriously_injured")),
        sa.CheckConstraint("to_move >= 0", name=op.f("ck_incident_to_move")),
        sa.CheckConstraint("trapped >= 0", name=op.f("ck_incident_trapped")),
        sa.CheckConstraint(
            "(work_x IS NULL) = (work_y IS NULL) AND (work_x IS NULL) = (work_words IS NULL)",
            name=op.f("ck_incident_work_point"),
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_incident")),
        sa.UniqueConstraint("id", name=op.f("uq_incident_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_state", "incident", ["state", "opened_at"], unique=False)
    op.create_table(
        "report_made",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_report_made")),
        sa.UniqueConstraint("id", name=op.f("uq_report_made_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_made_incident", "report_made", ["incident_id", "code"], unique=False)
    op.create_table(
        "incident_draft",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("said", JsonText(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_incident_draft")),
        sa.UniqueConstraint("id", name=op.f("uq_incident_draft_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "incident_person",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "role IN ('caller', 'victim', 'witness')", name=op.f("ck_incident_person_role")
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_incident_person")),
        sa.UniqueConstraint("id", name=op.f("uq_incident_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_person_incident", "incident_person", ["incident_id"], unique=False)


def _create_responses() -> None:
    op.create_table(
        "plan",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), server_default="special", nullable=False),
        sa.Column("headquarters", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column(
            "review_every_months", sa.Integer(), server_default=sa.text("36"), nullable=False
        ),
        sa.Column("kinds", JsonText(), nullable=False),
        sa.Column("triggers", JsonText(), nullable=False),
        sa.Column("levels", JsonText(), nullable=False),
        sa.Column("source_zh", sa.Text(), nullable=False),
        sa.Column("source_en", sa.Text(), nullable=False),
        sa.Column("document", JsonText(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.Column("repealed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "category <> 'special' OR headquarters IS NOT NULL", name=op.f("ck_plan_headquarters")
        ),
        sa.CheckConstraint(
            "category IN ('overall', 'special', 'department', 'handbook', 'action', 'enterprise', 'enterprise_special', 'enterprise_site')",
            name=op.f("ck_plan_category"),
        ),
        sa.CheckConstraint("edition >= 1", name=op.f("ck_plan_edition")),
        sa.CheckConstraint("review_every_months >= 1", name=op.f("ck_plan_review_every_months")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_plan_enterprise_id_enterprise"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_plan")),
        sa.UniqueConstraint("code", "edition", name=op.f("uq_plan_code_edition")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_plan_enterprise_id"), "plan", ["enterprise_id"], unique=False)
    op.create_table(
        "response",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("plan_code", sa.Text(), nullable=True),
        sa.Column("plan_edition", sa.Integer(), nullable=True),
        sa.Column("level_source", sa.Text(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("expected_min", sa.Integer(), nullable=False),
        sa.Column("expected_end", UtcDateTime(), nullable=True),
        sa.Column("state", sa.Text(), server_default="prepared", nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_office", sa.Text(), nullable=True),
        sa.Column("approved_by_phone", sa.Boolean(), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("approval_recorded_by", sa.Text(), nullable=True),
        sa.Column("level_override", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(approved_at IS NOT NULL) = (state IN ('in_force', 'ended'))",
            name=op.f("ck_response_approved"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NOT NULL) = (state IN ('ended', 'withdrawn'))",
            name=op.f("ck_response_ended"),
        ),
        sa.CheckConstraint(
            "state IN ('prepared', 'in_force', 'ended', 'withdrawn')",
            name=op.f("ck_response_state"),
        ),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (expected_end IS NULL)", name=op.f("ck_response_expected_end")
        ),
        sa.CheckConstraint(
            "(plan_code IS NULL) = (level_source IS NOT NULL)",
            name=op.f("ck_response_source"),
        ),
        sa.CheckConstraint(
            "(plan_code IS NULL) = (plan_edition IS NULL)", name=op.f("ck_response_plan")
        ),
        sa.CheckConstraint("expected_min >= 1", name=op.f("ck_response_expected_min")),
        sa.CheckConstraint("level >= 1 AND level <= 4", name=op.f("ck_response_level")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_response")),
        sa.UniqueConstraint("id", name=op.f("uq_response_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_response_incident", "response", ["incident_id"], unique=False)
    op.create_index(
        "ix_response_open",
        "response",
        ["incident_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _create_surroundings() -> None:
    op.create_table(
        "downstream_line",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hazard_kind", sa.Text(), nullable=False),
        sa.Column("hazard_id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("LINESTRING"), nullable=False),
        sa.Column("wave_speed_kph", sa.Double(), nullable=True),
        sa.Column("width_m", sa.Double(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "source IN ('river', 'heights', 'drawn')", name=op.f("ck_downstream_line_source")
        ),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)",
            name=op.f("ck_downstream_line_confirmed_by"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_downstream_line_ended_by")
        ),
        sa.CheckConstraint(
            "wave_speed_kph >= 0.1 AND wave_speed_kph <= 200",
            name=op.f("ck_downstream_line_wave_speed_kph"),
        ),
        sa.CheckConstraint(
            "width_m >= 0 AND width_m <= 20000", name=op.f("ck_downstream_line_width_m")
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_downstream_line")),
        sa.UniqueConstraint("id", name=op.f("uq_downstream_line_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_downstream_line_in_force",
        "downstream_line",
        ["hazard_kind", "hazard_id", sa.literal_column("(confirmed_at IS NULL)")],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "footprint",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("POLYGON"), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "source IN ('drawn', 'buffered', 'along_line', 'imported')",
            name=op.f("ck_footprint_source"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_footprint_ended_by")
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_footprint")),
        sa.UniqueConstraint("id", name=op.f("uq_footprint_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_footprint_incident", "footprint", ["incident_id"], unique=False)


def _create_run_cards() -> None:
    op.create_table(
        "run_card",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("lines", JsonText(), nullable=False),
        sa.Column("experts", JsonText(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("level >= 1 AND level <= 4", name=op.f("ck_run_card_level")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_run_card")),
        sa.UniqueConstraint("id", name=op.f("uq_run_card_id")),
        sqlite_autoincrement=True,
    )


def _create_command() -> None:
    op.create_table(
        "command_post",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("x", sa.Double(), nullable=True),
        sa.Column("y", sa.Double(), nullable=True),
        sa.Column("commander", sa.Text(), nullable=False),
        sa.Column("members", sa.Text(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.CheckConstraint("(x IS NULL) = (y IS NULL)", name=op.f("ck_command_post_point")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_command_post")),
        sa.UniqueConstraint("id", name=op.f("uq_command_post_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_command_post_incident", "command_post", ["incident_id"], unique=False)
    op.create_index(
        "ix_command_post_open",
        "command_post",
        ["incident_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "instruction",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("leader", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("passed_to", sa.Text(), nullable=True),
        sa.Column("passed_at", UtcDateTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_instruction_answered")
        ),
        sa.CheckConstraint(
            "(passed_at IS NULL) = (passed_to IS NULL)", name=op.f("ck_instruction_passed")
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_instruction")),
        sa.UniqueConstraint("id", name=op.f("uq_instruction_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_instruction_incident", "instruction", ["incident_id"], unique=False)
    op.create_table(
        "lead",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.CheckConstraint("level IN ('county', 'city')", name=op.f("ck_lead_level")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_lead")),
        sa.UniqueConstraint("id", name=op.f("uq_lead_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lead_incident", "lead", ["incident_id"], unique=False)
    op.create_table(
        "message",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_message_direction")),
        sa.CheckConstraint(
            "means IN ('phone', 'radio', 'fax', 'wechat', 'other')", name=op.f("ck_message_means")
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_message")),
        sa.UniqueConstraint("id", name=op.f("uq_message_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_message_incident", "message", ["incident_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("x", sa.Double(), nullable=True),
        sa.Column("y", sa.Double(), nullable=True),
        sa.Column("assignment_id", sa.Text(), nullable=True),
        sa.Column("footprint_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.CheckConstraint("(done_at IS NULL) = (state = 'open')", name=op.f("ck_task_done_at")),
        sa.CheckConstraint(
            "(kind = 'recall') = (assignment_id IS NOT NULL AND footprint_id IS NOT NULL)",
            name=op.f("ck_task_recalled"),
        ),
        sa.CheckConstraint("kind IN ('ordinary', 'recall', 'road_end')", name=op.f("ck_task_kind")),
        sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name=op.f("ck_task_state")),
        sa.CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name=op.f("ck_task_by")),
        sa.CheckConstraint("(x IS NULL) = (y IS NULL)", name=op.f("ck_task_point")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_task")),
        sa.UniqueConstraint("id", name=op.f("uq_task_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_task_incident", "task", ["incident_id"], unique=False)
    op.create_index(
        "ix_task_recalled",
        "task",
        ["footprint_id", "assignment_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "village_call",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("village_id", sa.Text(), nullable=False),
        sa.Column("arrives_at", UtcDateTime(), nullable=True),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=True),
        sa.Column("said_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('to_call', 'no_answer', 'called', 'reached', 'moving', 'empty')",
            name=op.f("ck_village_call_state"),
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_village_call")),
        sa.UniqueConstraint("id", name=op.f("uq_village_call_id")),
        sa.UniqueConstraint(
            "incident_id", "village_id", name=op.f("uq_village_call_incident_id_village_id")
        ),
        sqlite_autoincrement=True,
    )


def _create_positions() -> None:
    op.create_table(
        "unit_position",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("unit_kind", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("speed_kph", sa.Double(), nullable=True),
        sa.Column("heading_deg", sa.Double(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.CheckConstraint("source IN ('phone', 'api')", name=op.f("ck_unit_position_source")),
        sa.CheckConstraint(
            "accuracy_m >= 0 AND accuracy_m <= 1000", name=op.f("ck_unit_position_accuracy_m")
        ),
        sa.CheckConstraint("x >= -180 AND x <= 180", name=op.f("ck_unit_position_x")),
        sa.CheckConstraint("y >= -90 AND y <= 90", name=op.f("ck_unit_position_y")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_unit_position")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_unit_position_at", "unit_position", ["at"], unique=False)
    op.create_index(
        "ix_unit_position_unit",
        "unit_position",
        ["unit_kind", "unit_id", "at", sa.literal_column("coalesce(exercise_id, '')")],
        unique=True,
    )
    op.create_table(
        "crew_link",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("exercise_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_crew_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_crew_link_secret_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crew_link_assignment", "crew_link", ["assignment_id"], unique=False)


def _create_planning() -> None:
    op.create_table(
        "planning_layer",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_planning_layer_retired_by")
        ),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_planning_layer_name")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_planning_layer")),
        sa.UniqueConstraint("id", name=op.f("uq_planning_layer_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "scenario",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("study", sa.Text(), nullable=False),
        sa.Column("parameters", JsonText(), nullable=False),
        sa.Column("seed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "study IN ('coverage', 'siting', 'losses', 'fixes', 'areas')",
            name=op.f("ck_scenario_study"),
        ),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_scenario_retired_by")
        ),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_scenario_name")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_scenario")),
        sa.UniqueConstraint("id", name=op.f("uq_scenario_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_scenario_retired_at", "scenario", ["retired_at", "fid"], unique=False)
    op.create_table(
        "scenario_result",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("scenario_id", sa.Text(), nullable=False),
        sa.Column("scenario_version", sa.Integer(), nullable=False),
        sa.Column("parameters", JsonText(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("computed_at", UtcDateTime(), nullable=False),
        sa.Column("computed_by", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("last_event", sa.Integer(), nullable=False),
        sa.Column("roads_sha256", sa.Text(), nullable=False),
        sa.Column("figures", JsonText(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenario.id"], name=op.f("fk_scenario_result_scenario_id_scenario")
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_scenario_result")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_scenario_result_scenario", "scenario_result", ["scenario_id", "fid"], unique=False
    )


def _create_drills() -> None:
    op.create_table(
        "drill_script",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("drill_id", sa.Text(), nullable=False),
        sa.Column("content", JsonText(), nullable=False),
        sa.Column("reckoned", JsonText(), nullable=True),
        sa.Column("reckoned_at", UtcDateTime(), nullable=True),
        sa.Column("reckoned_of", sa.Integer(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("sealing_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_drill_script")),
        sa.UniqueConstraint("drill_id", name=op.f("uq_drill_script_drill_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "drill_template",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("headquarters", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("source_zh", sa.Text(), nullable=False),
        sa.Column("source_en", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("content", JsonText(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("length(code) > 0", name=op.f("ck_drill_template_code")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_drill_template")),
        sa.UniqueConstraint("code", name=op.f("uq_drill_template_code")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_drill_template_headquarters", "drill_template", ["headquarters"], unique=False
    )
    op.create_table(
        "plan_draft",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("content", JsonText(), nullable=False),
        sa.Column("unread", JsonText(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("issued_as", sa.Integer(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)", name=op.f("ck_plan_draft_retired_by")
        ),
        sa.CheckConstraint("length(code) > 0", name=op.f("ck_plan_draft_code")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_plan_draft")),
        sa.UniqueConstraint("id", name=op.f("uq_plan_draft_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_plan_draft_open",
        "plan_draft",
        ["code"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "plan_mark",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("plan_code", sa.Text(), nullable=False),
        sa.Column("plan_edition", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("by_whom", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("trigger", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(what = 'to_revise') = (trigger IS NOT NULL)", name=op.f("ck_plan_mark_trigger_given")
        ),
        sa.CheckConstraint(
            "trigger IN ('law', 'command', 'risk', 'resources', 'findings', 'other')",
            name=op.f("ck_plan_mark_trigger"),
        ),
        sa.CheckConstraint(
            "what IN ('reviewed', 'filed', 'to_revise')", name=op.f("ck_plan_mark_what")
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_plan_mark")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_plan_mark_plan", "plan_mark", ["plan_code", "fid"], unique=False)
    op.create_table(
        "plan_check",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.Column("last_event", sa.Integer(), nullable=False),
        sa.Column("plans", sa.Integer(), nullable=False),
        sa.Column("promises", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_plan_check")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "plan_finding",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("plan_code", sa.Text(), nullable=False),
        sa.Column("plan_edition", sa.Integer(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("params", JsonText(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_plan_finding")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_plan_finding_open",
        "plan_finding",
        ["plan_code", "clause", "item", "code"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "drill",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organiser_kind", sa.Text(), nullable=False),
        sa.Column("organiser", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("plan_code", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("duration_min", sa.Integer(), server_default=sa.text("120"), nullable=False),
        sa.Column("venue", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("objectives", JsonText(), nullable=False),
        sa.Column("participants", JsonText(), nullable=False),
        sa.Column("state", sa.Text(), server_default="planned", nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("scores", JsonText(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("summary", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (held_on IS NOT NULL)", name=op.f("ck_drill_held_on")
        ),
        sa.CheckConstraint("form IN ('tabletop', 'live')", name=op.f("ck_drill_form")),
        sa.CheckConstraint(
            "organiser_kind IN ('headquarters', 'government', 'department', 'township', 'enterprise')",
            name=op.f("ck_drill_organiser_kind"),
        ),
        sa.CheckConstraint(
            "purpose IN ('check', 'demonstrate', 'research')", name=op.f("ck_drill_purpose")
        ),
        sa.CheckConstraint("scope IN ('single', 'full')", name=op.f("ck_drill_scope")),
        sa.CheckConstraint(
            "state IN ('planned', 'done', 'cancelled')", name=op.f("ck_drill_state")
        ),
        sa.CheckConstraint("duration_min >= 1", name=op.f("ck_drill_duration_min")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_drill_name")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_drill")),
        sa.UniqueConstraint("id", name=op.f("uq_drill_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_drill_organiser", "drill", ["organiser_kind", "organiser", "held_on"], unique=False
    )
    op.create_index("ix_drill_year", "drill", ["year", "organiser_kind", "organiser"], unique=False)
    op.create_table(
        "drill_finding",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("drill_id", sa.Text(), nullable=True),
        sa.Column("organiser_kind", sa.Text(), nullable=False),
        sa.Column("organiser", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("is_order", sa.Boolean(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "organiser_kind IN ('headquarters', 'government', 'department', 'township', 'enterprise')",
            name=op.f("ck_drill_finding_organiser_kind"),
        ),
        sa.CheckConstraint(
            "(closed_on IS NULL) = (closed_by IS NULL)", name=op.f("ck_drill_finding_closed_by")
        ),
        sa.CheckConstraint("length(what) > 0", name=op.f("ck_drill_finding_what")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_drill_finding")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_drill_finding_organiser",
        "drill_finding",
        ["organiser_kind", "organiser", "closed_on"],
        unique=False,
    )
    op.create_table(
        "drill_year",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approved_at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("content", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_drill_year")),
        sqlite_autoincrement=True,
    )
