"""A file from before the whole census is widened in place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from shapely import MultiPolygon, Point
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from gisapp.registers import features, search
from gisapp.registers.models import Area, Geohazard, TailingsPond
from gisapp.schema import Base
from gisapp.store import FileStore, Store, geopackage, migrations, open_store

SQUARE = MultiPolygon([shapely.box(110, 35, 112, 37)])
BOX = (110.9, 35.9, 111.1, 36.1)


@pytest.fixture
def upgraded(tmp_path: Path) -> Iterator[Store]:
    """A file of revision 0002 with a county, a team and a pond, opened by this version."""
    path = tmp_path / "old.gpkg"
    with FileStore(path) as old:
        with old._writers.begin() as connection:
            geopackage.create_file_metadata(connection)
            migrations.upgrade(connection, "0002")
        with old.session(write=True) as session:
            for name, values in (
                ("area", {"id": "140001", "name": "甲县", "geom": SQUARE}),
                (
                    "team",
                    {"id": "T1", "name": "队", "team_type": "medical", "geom": Point(111, 36)},
                ),
            ):
                session.execute(insert(Base.metadata.tables[name]), values)
    with open_store(path) as store:
        yield store


def test_rows_and_their_positions_are_still_found(upgraded: Store) -> None:
    with upgraded.session() as session:
        (team,) = features(session, "team", BOX).to_dict("records")
        (area,) = features(session, "area", BOX).to_dict("records")
        assert [one.id for one in search(session, "甲县")] == ["140001"]
    assert (team["id"], team["equipment"], area["level"]) == ("T1", "", "county")


def test_the_spatial_index_follows_later_changes(upgraded: Store) -> None:
    with upgraded.session(write=True) as session:
        session.execute(update(Area).values(geom=MultiPolygon([shapely.box(120, 30, 121, 31)])))
        session.add(Area(id="140002", name="乙县", geom=SQUARE))
    with upgraded.session() as session:
        assert list(features(session, "area", BOX)["id"]) == ["140002"]


def test_cities_and_townships_are_areas_now_and_nothing_else(upgraded: Store) -> None:
    with upgraded.session(write=True) as session:
        session.add(Area(id="140000", name="市", level="city", geom=SQUARE))
        session.add(Area(id="140001001", name="镇", level="township", geom=SQUARE))
    with pytest.raises(IntegrityError), upgraded.session(write=True) as session:
        session.add(Area(id="14", name="省", level="province", geom=SQUARE))


def test_the_new_rules_hold_in_it(upgraded: Store) -> None:
    with pytest.raises(IntegrityError), upgraded.session(write=True) as session:
        session.add(
            TailingsPond(
                id="P1", name="库", volume_e4_m3=1, height_m=1, geom=Point(111, 36),
                grade_override=1,
            )
        )  # fmt: skip
    with pytest.raises(IntegrityError), upgraded.session(write=True) as session:
        session.add(
            Geohazard(
                id="G1", name="滑坡", geohazard_type="landslide", geom=Point(111, 36),
                volume_e4_m3=-1,
            )
        )  # fmt: skip


def test_the_file_is_sound(upgraded: Store) -> None:
    with upgraded.session() as session:
        connection = session.connection()
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
