"""Features by box, whole records, teams by capability."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import MultiPolygon, Point
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from gisapp.errors import InputError, UnknownRecordError
from gisapp.registers import KINDS, count, features, lots, record, teams
from gisapp.registers.kinds import DETAILS
from gisapp.registers.kinds.area import Area
from gisapp.registers.kinds.depot import Depot
from gisapp.registers.kinds.geohazard import Geohazard
from gisapp.registers.kinds.hazard_source import HazardSource
from gisapp.registers.kinds.lot import Lot
from gisapp.registers.kinds.mine import Mine
from gisapp.registers.kinds.reservoir import Reservoir
from gisapp.registers.kinds.tailings_pond import TailingsPond
from gisapp.registers.kinds.team import Team
from gisapp.registers.queries import counties, details
from gisapp.store import Store

TEAM = DETAILS["team"]


def team(number: int, x: float, y: float, *tags: str, **vehicles: int) -> Team:
    return Team(
        id=f"T{number}",
        name=f"{number}队",
        team_type="fire_rescue",
        geom=Point(x, y),
        capability_rows=[TEAM["capabilities"].model(code=tag) for tag in tags],
        vehicle_rows=[TEAM["vehicles"].model(code=name, count=n) for name, n in vehicles.items()],
    )


@pytest.fixture
def filled(store: Store) -> Store:
    with store.session(write=True) as session:
        session.add_all([
            team(1, 111.0, 36.0, "rescue", "fire", heavy=2, light=1),
            team(2, 111.5, 36.5, "medical"),
            team(3, 112.0, 37.0, "fire", lowloader=1),
            Reservoir(id="R1", name="大水库", capacity_e8_m3=1.0, geom=Point(111, 36)),
            Reservoir(id="R2", name="小水库", capacity_e8_m3=0.0005, geom=Point(111, 36)),
            HazardSource(id="H1", name="化工厂", substance="氯", r_value=100, geom=Point(111, 36)),
            Geohazard(id="G1", name="滑坡", geohazard_type="landslide", loss_cny=5e7,
                      geom=Point(111, 36)),
            TailingsPond(id="P1", name="尾矿库", volume_e4_m3=50_000, height_m=60,
                         geom=Point(111, 36)),
            Depot(id="D1", name="库", level="city", geom=Point(111, 36)),
            Lot(id="L2", depot_id="D1", item_code="2010203", item="泵", quantity=3, unit="台"),
            Lot(id="L1", depot_id="D1", item_code="1010203", item="帐篷", quantity=200, unit="顶",
                expires_on=date(2030, 1, 1)),
            Area(id="140001", name="甲县", geom=MultiPolygon([shapely.box(110, 35, 112, 37)])),
        ])  # fmt: skip
    return store


class TestFeatures:
    def test_columns_and_values(self, filled: Store) -> None:
        with filled.session() as session:
            found = features(session, "team")
        assert found.crs.to_epsg() == 4326
        expected = {field.name for field in KINDS["team"].fields} - {"x", "y"} | {"geometry"}
        assert set(found.columns) == expected
        assert list(found["id"]) == ["T1", "T2", "T3"]
        assert list(found["capabilities"]) == ["fire;rescue", "medical", "fire"]
        assert list(found["vehicles"]) == ["heavy:2;light:1", "", "lowloader:1"]
        assert found["people"].isna().all()
        assert found["status"].tolist() == ["ready"] * 3
        assert found["synthetic"].tolist() == [False] * 3
        assert found.geometry.iloc[0] == Point(111, 36)

    def test_box_includes_its_border_and_nothing_beyond(self, filled: Store) -> None:
        """A point 10⁻⁷ degrees outside is nearer than the index can tell apart."""
        with filled.session() as session:
            assert list(features(session, "team", (111, 36, 111.5, 36.5))["id"]) == ["T1", "T2"]
            assert list(features(session, "team", (111 + 1e-7, 36, 111.5, 36.5))["id"]) == ["T2"]
            assert features(session, "team", (0, 0, 1, 1)).empty
            assert list(features(session, "area", (111.9, 36.9, 113, 38))["id"]) == ["140001"]

    def test_equals_brute_force_on_random_points(self, store: Store) -> None:
        random = np.random.default_rng(7)
        points = random.uniform((110, 35), (113, 38), (2000, 2))
        rows = [
            {"id": f"M{i}", "name": "矿", "mine_type": "coal", "status": "closed",
             "geom": Point(x, y)}
            for i, (x, y) in enumerate(points)
        ]  # fmt: skip
        with store.session(write=True) as session:
            session.execute(insert(Mine), rows)
        with store.session() as session:
            for west, south, size in random.uniform((110, 35, 0), (113, 38, 1), (20, 3)):
                box = (west, south, west + size, south + size)
                inside = (points >= box[:2]).all(1) & (points <= box[2:]).all(1)
                expected = {f"M{i}" for i in np.flatnonzero(inside)}
                assert set(features(session, "mine", box)["id"]) == expected

    def test_limit_and_count(self, filled: Store) -> None:
        with filled.session() as session:
            found = features(session, "team", (110, 35, 113, 38), limit=2)
            assert list(found["capabilities"]) == ["fire;rescue", "medical"]
            assert count(session, "team", (110, 35, 113, 38)) == 3
            assert count(session, "team") == 3
            assert count(session, "team", (0, 0, 1, 1)) == 0
            assert count(session, "lot") == 2

    @pytest.mark.parametrize(
        ("kind", "column", "expected"),
        [
            ("reservoir", "grade", [2, pd.NA]),
            ("reservoir", "grade_computed", [2, pd.NA]),
            ("hazard_source", "level", [1]),
            ("geohazard", "danger_grade", [2]),
            ("tailings_pond", "grade", [2]),
        ],
    )
    def test_grades_are_computed(self, filled: Store, kind, column, expected) -> None:
        with filled.session() as session:
            found = features(session, kind)[column]
        assert found.dtype == "Int64"
        assert found.tolist() == expected

    def test_override_is_read_and_the_computed_grade_kept_beside_it(self, filled: Store) -> None:
        """Below a market the pond counts one class graver; the rule's answer stays to be seen."""
        with filled.session(write=True) as session:
            session.execute(
                update(TailingsPond).values(grade_override=1, grade_override_reason="下游有集市")
            )
        with filled.session() as session:
            (row,) = features(session, "tailings_pond").to_dict("records")
            whole = record(session, "tailings_pond", "P1")
        for found in (row, whole):
            assert (found["grade"], found["grade_computed"]) == (1, 2)
            assert found["grade_override"] == 1
            assert found["grade_override_reason"] == "下游有集市"

    def test_limit_counts_what_is_inside_not_what_the_index_rounds_in(self, store: Store) -> None:
        """Two mines 10⁻⁷ degrees outside come first by fid and must not use up the limit."""
        with store.session(write=True) as session:
            for number, x in enumerate([111 - 1e-7, 111 - 1e-7, 111.0, 111.1]):
                session.add(
                    Mine(
                        id=f"M{number}",
                        name="矿",
                        mine_type="coal",
                        status="closed",
                        geom=Point(x, 36),
                    )
                )
                session.flush()
        with store.session() as session:
            for limit, expected in ((1, ["M2"]), (2, ["M2", "M3"]), (9, ["M2", "M3"]), (0, [])):
                found = features(session, "mine", (111, 35, 112, 37), limit=limit)
                assert list(found["id"]) == expected

    def test_position_left_empty_by_another_program_breaks_nothing(self, filled: Store) -> None:
        with filled.session(write=True) as session:
            session.execute(update(Team).where(Team.id == "T1").values(geom=Point()))
        with filled.session() as session:
            assert list(features(session, "team")["id"]) == ["T2", "T3"]
            assert list(features(session, "team", (110, 35, 113, 38))["id"]) == ["T2", "T3"]
            assert [one.id for one in teams(session)] == ["T2", "T3"]
            whole = record(session, "team", "T1")
        assert (whole["x"], whole["y"]) == (None, None)

    def test_equipment_is_written_as_in_files(self, filled: Store) -> None:
        equipment = TEAM["equipment"].model
        with filled.session(write=True) as session:
            session.add(equipment(owner_id="T2", code="generator", count=1))
            session.add(equipment(owner_id="T2", code="drone", count=3))
        with filled.session() as session:
            assert list(features(session, "team")["equipment"]) == ["", "drone:3;generator:1", ""]
            assert record(session, "team", "T2")["equipment"] == {"drone": 3, "generator": 1}
            assert details(session, "team", "equipment", ["T1", "T2"]) == {
                "T2": {"drone": 3, "generator": 1}
            }

    @pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].geometry])
    def test_empty_register(self, store: Store, kind: str) -> None:
        with store.session() as session:
            found = features(session, kind, (110, 35, 113, 38))
        assert found.empty
        assert "geometry" in found.columns

    def test_unknown_kind_and_kind_without_positions(self, store: Store) -> None:
        with store.session() as session:
            with pytest.raises(InputError) as caught:
                features(session, "ship")
            assert caught.value.code == "registers.unknown_kind"
            with pytest.raises(InputError) as caught:
                features(session, "lot")
            assert caught.value.code == "registers.no_positions"


class TestRetired:
    """What is no longer in use is kept, and left out of every answer unless asked for."""

    @pytest.fixture
    def retired(self, filled: Store) -> Store:
        gone = {
            "retired_at": datetime(2026, 5, 1, tzinfo=UTC),
            "retired_by": "甲",
            "retire_reason": "撤并",
        }
        with filled.session(write=True) as session:
            session.execute(update(Team).where(Team.id == "T1").values(gone))
            session.execute(update(Lot).where(Lot.id == "L1").values(gone))
        return filled

    def test_left_out(self, retired: Store) -> None:
        with retired.session() as session:
            assert list(features(session, "team")["id"]) == ["T2", "T3"]
            assert [one.id for one in teams(session, "fire")] == ["T3"]
            assert count(session, "team") == 2
            assert count(session, "team", (110, 35, 113, 38)) == 2
            assert [lot.id for lot in lots(session, "D1")] == ["L2"]
            assert [lot["id"] for lot in record(session, "depot", "D1")["lots"]] == ["L2"]

    def test_there_where_asked(self, retired: Store) -> None:
        with retired.session() as session:
            found = features(session, "team", include_retired=True)
            assert list(found["id"]) == ["T1", "T2", "T3"]
            assert [one.id for one in teams(session, "fire", include_retired=True)] == ["T1", "T3"]
            assert count(session, "team", include_retired=True) == 3
            assert len(lots(session, "D1", include_retired=True)) == 2

    def test_can_be_read_whole_and_says_why(self, retired: Store) -> None:
        with retired.session() as session:
            whole = record(session, "team", "T1")
        assert whole["retired_at"] == datetime(2026, 5, 1, tzinfo=UTC)
        assert (whole["retired_by"], whole["retire_reason"]) == ("甲", "撤并")

    def test_nobody_retires_a_record_unnamed(self, filled: Store) -> None:
        """The database itself refuses."""
        with pytest.raises(IntegrityError), filled.session(write=True) as session:
            session.execute(update(Team).values(retired_at=datetime(2026, 5, 1, tzinfo=UTC)))


def test_counties_are_neither_the_city_nor_townships(filled: Store) -> None:
    with filled.session(write=True) as session:
        for area_id, level in (("140000", "city"), ("140001001", "township")):
            geom = MultiPolygon([shapely.box(110, 35, 112, 37)])
            session.add(Area(id=area_id, name="区", level=level, geom=geom))
    with filled.session() as session:
        assert list(counties(session)["id"]) == ["140001"]


class TestRecord:
    def test_team_whole(self, filled: Store) -> None:
        with filled.session() as session:
            found = record(session, "team", "T1")
        assert found["kind"] == "team"
        assert (found["x"], found["y"]) == (111, 36)
        assert found["capabilities"] == ["fire", "rescue"]
        assert found["vehicles"] == {"heavy": 2, "light": 1}
        assert found["version"] == 1

    def test_depot_with_its_lots(self, filled: Store) -> None:
        with filled.session() as session:
            found = record(session, "depot", "D1")
            assert [lot["id"] for lot in found["lots"]] == ["L1", "L2"]
            assert found["lots"][0]["expires_on"] == date(2030, 1, 1)
            assert [lot.id for lot in lots(session, "D1")] == ["L1", "L2"]
            assert lots(session, "nowhere") == []

    def test_grade_is_part_of_it(self, filled: Store) -> None:
        with filled.session() as session:
            assert record(session, "reservoir", "R1")["grade"] == 2
            assert record(session, "reservoir", "R2")["grade"] is None

    def test_nobody_of_that_id(self, filled: Store) -> None:
        with filled.session() as session, pytest.raises(UnknownRecordError) as caught:
            record(session, "team", "T9")
        assert caught.value.code == "registers.unknown_record"
        assert "T9" in str(caught.value)


class TestTeams:
    def test_by_capability_ordered_by_id(self, filled: Store) -> None:
        with filled.session() as session:
            found = teams(session, "fire")
            assert [team.id for team in found] == ["T1", "T3"]
            assert found[0].capabilities == ("fire", "rescue")
            assert found[0].vehicles == {"heavy": 2, "light": 1}
            assert (found[0].x, found[0].y) == (111, 36)
            assert found[0].turnout_s is None
            assert [team.id for team in teams(session)] == ["T1", "T2", "T3"]
            assert teams(session, "hazmat") == []

    def test_unknown_capability_lists_the_known(self, filled: Store) -> None:
        with filled.session() as session, pytest.raises(InputError) as caught:
            teams(session, "magic")
        assert caught.value.code == "registers.unknown_capability"
        assert "mine_rescue" in str(caught.value)

    def test_deleted_team_takes_its_capabilities_along(self, filled: Store) -> None:
        with filled.session(write=True) as session:
            session.connection().exec_driver_sql("DELETE FROM team WHERE id = 'T1'")
        with filled.session() as session:
            assert [team.id for team in teams(session, "rescue")] == []
            assert count(session, "team") == 2
