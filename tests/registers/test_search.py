"""Names are found by any part of them, in Chinese and English."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import MultiLineString, MultiPolygon, Point
from sqlalchemy import text, update

from gisapp.registers import editing, search
from gisapp.registers.kinds.area import Area
from gisapp.registers.kinds.hospital import Hospital
from gisapp.registers.kinds.place import Place
from gisapp.registers.kinds.river import River
from gisapp.registers.kinds.team import Team
from gisapp.rights import system_actor
from gisapp.store import FileStore, Store
from tests.conftest import Outside

OFFICER = system_actor("li")


@pytest.fixture
def filled(store: Store) -> Store:
    with store.session(write=True) as session:
        session.add_all([
            Area(id="141028", name="吉县", name_en="Ji County",
                 geom=MultiPolygon([shapely.box(110, 36, 111, 37)])),
            Place(id="p1", name="吉县", name_en="Ji", kind="county", geom=Point(110.7, 36.1)),
            Place(id="p2", name="北吉村", kind="village", geom=Point(110.8, 36.2)),
            River(id="r1", name="汾河", name_en="Fen River",
                  geom=MultiLineString([[(111, 36), (111, 37)]])),
            Hospital(id="H1", name="吉县人民医院", county="141028", geom=Point(110.6, 36.1)),
            Team(id="T-77", name="100%纯_队", team_type="social", geom=Point(111, 36)),
        ])  # fmt: skip
    return store


def found(store: Store, wanted: str, limit: int = 20) -> list[tuple[str, str]]:
    with store.session() as session:
        return [(one.kind, one.id) for one in search(session, wanted, limit=limit)]


def test_two_characters_whole_names_first_then_beginnings_then_parts(filled: Store) -> None:
    assert found(filled, "吉县") == [("area", "141028"), ("place", "p1"), ("hospital", "H1")]
    assert found(filled, "吉")[-1] == ("place", "p2")
    assert found(filled, "人民医") == [("hospital", "H1")]


def test_english_whatever_the_case(filled: Store) -> None:
    assert found(filled, "fen") == [("river", "r1")]
    assert found(filled, "JI")[:2] == [("place", "p1"), ("area", "141028")]


def test_by_pinyin_and_by_initials_after_what_is_written_so(filled: Store) -> None:
    assert found(filled, "jxrm") == [("hospital", "H1")]
    # The place is called Ji in English, the others are only read so.
    assert found(filled, "ji") == [
        ("place", "p1"), ("area", "141028"), ("hospital", "H1"), ("place", "p2"),
    ]  # fmt: skip


def test_whole_id(filled: Store) -> None:
    assert found(filled, "T-77") == [("team", "T-77")]
    assert found(filled, "T-7") == []


@pytest.mark.parametrize("wanted", ["%", "100%", "_", "纯_", "100%纯"])
def test_wildcards_are_letters(filled: Store, wanted: str) -> None:
    assert found(filled, wanted) == [("team", "T-77")]


@pytest.mark.parametrize("wanted", ["", "  ", "没有", "\\", "'", '"', "/", "吉" * 500])
def test_nothing_found(filled: Store, wanted: str) -> None:
    assert found(filled, wanted) == []


def test_limit(filled: Store) -> None:
    assert found(filled, "吉", limit=2) == [("area", "141028"), ("place", "p1")]
    assert found(filled, "吉", limit=1) == [("area", "141028")]
    assert found(filled, "吉", limit=0) == []
    everything = found(filled, "吉")
    assert found(filled, "吉", limit=len(everything)) == everything


def test_position_is_on_the_feature(filled: Store) -> None:
    with filled.session() as session:
        river, *_ = search(session, "汾河")
        area, *_ = search(session, "吉县")
        hospital, *_ = search(session, "人民医院")
    assert river.x == 111
    assert 36 <= river.y <= 37
    assert (area.county, hospital.county) == ("141028", "141028")
    assert 110 < area.x < 111
    assert (hospital.x, hospital.y) == (110.6, 36.1)


@settings(max_examples=50, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.text(alphabet="吉县汾河北村人民医院jiJI %_", min_size=1, max_size=4))
def test_equals_a_plain_search_through_all_names(filled: Store, wanted: str) -> None:
    names = {
        ("area", "141028"): ("吉县", "Ji County"), ("place", "p1"): ("吉县", "Ji"),
        ("place", "p2"): ("北吉村",), ("river", "r1"): ("汾河", "Fen River"),
        ("hospital", "H1"): ("吉县人民医院",), ("team", "T-77"): ("100%纯_队",),
    }  # fmt: skip
    part = wanted.strip().lower()
    expected = {
        key for key, texts in names.items() if part and any(part in one.lower() for one in texts)
    }
    assert set(found(filled, wanted)) == expected


def test_retired_records_are_found_only_where_asked(filled: Store) -> None:
    with filled.session(write=True) as session:
        session.execute(
            update(Hospital).values(
                retired_at=datetime(2026, 1, 1, tzinfo=UTC), retired_by="t", retire_reason="撤并"
            )
        )
    assert found(filled, "人民医院") == []
    with filled.session() as session:
        assert [one.id for one in search(session, "人民医院", include_retired=True)] == ["H1"]


def test_a_record_without_a_position_is_left_out(filled: Store) -> None:
    with filled.session(write=True) as session:
        session.add(Place(id="p9", name="无位置村", kind="village", geom=Point()))
    assert found(filled, "无位置") == []


def edit(store: Store, record_id: str, version: int, **values: str) -> None:
    with store.session(write=True) as session:
        editing.change(session, OFFICER, "hospital", record_id, values, version=version, why="改")


def test_changes_are_found_at_once_in_every_process(filled: Store, other_store: Store) -> None:
    assert found(filled, "人民") == found(other_store, "人民") == [("hospital", "H1")]
    edit(filled, "H1", 1, name="吉县中医院")
    assert found(filled, "人民") == found(other_store, "人民") == []
    assert found(filled, "中医") == found(other_store, "中医") == [("hospital", "H1")]
    with other_store.session(write=True) as session:
        editing.retire(session, OFFICER, "hospital", "H1", version=2, why="撤并")
    assert found(filled, "中医") == []


def test_names_written_by_another_program_are_found(filled: Store, outside: Outside) -> None:
    assert found(filled, "人民") == [("hospital", "H1")]
    outside("UPDATE hospital SET name = '吉县\n第二医院' WHERE id = 'H1'")
    assert found(filled, "第二") == found(filled, "吉县 第二医院") == [("hospital", "H1")]


def test_parts_never_reach_from_one_name_into_the_next(store: Store) -> None:
    with store.session(write=True) as session:
        session.add_all([
            Place(id="p1", name="甲村", name_en="乙", kind="village", geom=Point(111, 36)),
            Place(id="p2", name="丙村", kind="village", geom=Point(111, 36)),
        ])  # fmt: skip
    for joined in ("村乙", "村\x1f乙", "乙丙", "乙\n丙", "\x1f", "\n"):
        assert found(store, joined) == []


def test_lists_by_name_read_covering_indexes_only(file_store: FileStore) -> None:
    """The names of 100,000 records are read without their wide rows."""
    with file_store.session() as session:
        plan = session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT fid, id FROM team WHERE name LIKE '%a%' ESCAPE '/'"
                " OR name_en LIKE '%a%' ESCAPE '/' OR id = 'a' AND retired_at IS NULL"
                " ORDER BY length(name)"
            )
        )
        assert any("USING COVERING INDEX ix_team_search" in row[-1] for row in plan)
