"""A county's copy goes out, is worked on, and comes back."""

from __future__ import annotations

import copy as copying_values
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy import func, select

from gisapp.errors import InputError, OutOfDateError, StoreError
from gisapp.events import Event, latest
from gisapp.exchange.copying import export_copy
from gisapp.exchange.deciding import conflicts, decide
from gisapp.exchange.merging import merge_copy
from gisapp.exchange.models import ExchangeConflict
from gisapp.exchange.threeway import Cause
from gisapp.importing.outcome import ImportingError
from gisapp.registers.kinds.team import Team
from gisapp.rights import ForbiddenError, Role
from gisapp.site import load_site
from gisapp.store import Store, create_store, open_store
from tests.exchange.copies import (
    OTHER,
    OWN,
    SITE,
    SYSTEM,
    by_hand,
    fill,
    held,
    put,
    team,
    with_role,
)


@pytest.fixture
def site(store: Store) -> Store:
    fill(store)
    return store


@pytest.fixture
def taken(site: Store, tmp_path: Path) -> Path:
    """A copy of the county's records."""
    path = tmp_path / "county.gpkg"
    export_copy(site, path, OWN, actor=SYSTEM)
    return path


def change(path: Path, kind: str, *records: dict[str, Any]) -> None:
    """Work on a copy with this application."""
    with open_store(path) as opened:
        put(opened, kind, *records)


def test_a_village_keeps_the_shelter_across_the_border(site: Store, tmp_path: Path) -> None:
    """The copy has not got it; what the county fills in is for a person to decide."""
    at = {"geom": Point(100, 30)}
    put(site, "shelter", {"id": "S1", "name": "本县", "county": OWN, **at})
    put(site, "shelter", {"id": "S2", "name": "邻县", "county": OTHER, **at})
    for village, shelter in (("V1", "S1"), ("V2", "S2"), ("V3", "S2")):
        put(
            site,
            "village",
            {"id": village, "name": village, "county": OWN, "shelter_id": shelter, **at},
        )
    path = tmp_path / "county.gpkg"
    export_copy(site, path, OWN, actor=SYSTEM)
    with open_store(path) as opened:
        told = {one: values["shelter_id"] for one, values in held(opened, "village").items()}
    assert told == {"V1": "S1", "V2": None, "V3": None}
    change(path, "village", {"id": "V2", "population": 90}, {"id": "V3", "shelter_id": "S1"})
    outcome = merge_copy(site, path, actor=SYSTEM)
    assert outcome.refused == []
    assert [(one, clash.field, clash.cause) for _kind, one, clash in outcome.conflicts] == [
        ("V3", "shelter_id", Cause.BOTH_CHANGED)
    ]
    kept = held(site, "village")
    assert {one: values["shelter_id"] for one, values in kept.items()} == {
        "V1": "S1", "V2": "S2", "V3": "S2",
    }  # fmt: skip
    assert kept["V2"]["population"] == 90


def test_units_go_out_and_come_back_with_their_owners(site: Store, tmp_path: Path) -> None:
    unit = {"unit_type": "pumper", "profile": "heavy", "capabilities": ["fire"]}
    put(site, "unit", {"id": "U1", "name": "一", "team_id": "T1", **unit})
    put(site, "unit", {"id": "U3", "name": "三", "team_id": "T3", **unit})
    path = tmp_path / "county.gpkg"
    export_copy(site, path, OWN, actor=SYSTEM)
    change(
        path, "unit", {"id": "U1", "team_id": "T2", "hospital_id": None},
        {"id": "U2", "name": "二", "team_id": "T1", **unit},
    )  # fmt: skip
    outcome = merge_copy(site, path, actor=SYSTEM)
    assert (outcome.refused, outcome.conflicts) == ([], [])
    assert {one: values["team_id"] for one, values in held(site, "unit").items()} == {
        "U1": "T2", "U2": "T1", "U3": "T3",
    }  # fmt: skip


def test_a_copy_is_a_site_of_the_countys_own_records(site: Store, taken: Path) -> None:
    with open_store(taken) as opened, opened.session() as session, site.session() as here:
        assert load_site(session) == SITE
        assert set(session.scalars(select(Team.id))) == {"T1", "T2"}
        versions = select(Team.id, Team.version, Team.updated_at).where(Team.county == OWN)
        ours = here.execute(versions.order_by(Team.id)).all()
        assert session.execute(versions.order_by(Team.id)).all() == ours
    with open_store(taken) as opened:
        assert held(opened, "team") == {
            key: value for key, value in held(site, "team").items() if value["county"] == OWN
        }
        assert set(held(opened, "lot")) == {"LD1"}
        assert set(held(opened, "area")) == {OWN, OTHER}


def test_changes_of_either_side_meet_and_conflicts_wait(site: Store, taken: Path) -> None:
    change(taken, "team", {"id": "T1", "people": 20, "name": "那边"}, {"id": "T2", "people": 7})
    put(site, "team", {"id": "T1", "name": "这边", "turnout_s": 60})
    outcome = merge_copy(site, taken, actor=SYSTEM)
    assert outcome.updated == [("team", "T1"), ("team", "T2")]
    teams = held(site, "team")
    assert (teams["T1"]["people"], teams["T1"]["turnout_s"], teams["T1"]["name"]) == (
        20,
        60,
        "这边",
    )
    assert teams["T2"]["people"] == 7
    with site.session() as session:
        (conflict,) = conflicts(session, actor=SYSTEM)
        told = session.scalars(
            select(Event.why).where(Event.kind == "team", Event.subject_id == "T2")
        ).all()
    assert (conflict.field, conflict.cause) == ("name", Cause.BOTH_CHANGED)
    assert (conflict.base, conflict.ours, conflict.theirs) == (
        {"name": "队T1"},
        {"name": "这边"},
        {"name": "那边"},
    )
    assert outcome.copy_id in told[-1]


def test_merging_the_same_file_again_does_nothing(site: Store, taken: Path) -> None:
    change(taken, "team", {"id": "T1", "name": "那边"}, team("T9"))
    by_hand(taken, "DELETE FROM team WHERE id = 'T2'")
    put(site, "team", {"id": "T1", "name": "这边"})
    merge_copy(site, taken, actor=SYSTEM)
    put(site, "team", {"id": "T9", "people": 99})
    before = everything(site)
    outcome = merge_copy(site, taken, actor=SYSTEM)
    assert outcome.brings_nothing
    assert everything(site) == before


def everything(store: Store) -> tuple[Any, ...]:
    with store.session() as session:
        found = session.execute(
            select(ExchangeConflict.fid, ExchangeConflict.state).order_by(ExchangeConflict.fid)
        ).all()
        return latest(session), found, held(store, "team"), held(store, "lot")


def test_a_dry_run_tells_and_stores_nothing(site: Store, taken: Path) -> None:
    change(taken, "team", {"id": "T1", "people": 20}, team("T9"))
    before = everything(site)
    told = merge_copy(site, taken, actor=SYSTEM, dry_run=True)
    assert (told.inserted, told.updated) == ([("team", "T9")], [("team", "T1")])
    assert everything(site) == before


def test_work_goes_on_in_the_same_copy_after_a_merge(site: Store, taken: Path) -> None:
    change(taken, "team", {"id": "T1", "people": 20})
    merge_copy(site, taken, actor=SYSTEM)
    put(site, "team", {"id": "T1", "people": 30})
    change(taken, "team", {"id": "T1", "turnout_s": 90})
    outcome = merge_copy(site, taken, actor=SYSTEM)
    assert outcome.conflicts == []
    assert held(site, "team")["T1"]["people"] == 30
    assert held(site, "team")["T1"]["turnout_s"] == 90


def test_a_row_deleted_in_another_program_asks_to_retire(site: Store, taken: Path) -> None:
    by_hand(taken, "DELETE FROM team WHERE id = 'T1'")
    outcome = merge_copy(site, taken, actor=SYSTEM)
    assert [clash.cause for _kind, _id, clash in outcome.conflicts] == [Cause.REMOVED_THERE]
    assert held(site, "team")["T1"]["retired_at"] is None
    with site.session(write=True) as session:
        (conflict,) = conflicts(session, actor=SYSTEM)
        decide(session, SYSTEM, conflict.number, "theirs")
    assert held(site, "team")["T1"]["retired_at"] is not None


def test_what_another_program_wrote_is_checked_by_the_rules_of_an_import(
    site: Store, taken: Path
) -> None:
    by_hand(
        taken,
        "PRAGMA ignore_check_constraints = ON",
        "UPDATE team SET team_type = 'circus' WHERE id = 'T1'",
        "UPDATE team SET people = 12, county = '990002' WHERE id = 'T2'",
        "UPDATE lot SET depot_id = 'D2' WHERE id = 'LD1'",
    )
    outcome = merge_copy(site, taken, actor=SYSTEM)
    assert [(one.kind, one.id, one.field) for one in outcome.refused] == [
        ("team", "T1", "team_type")
    ]
    causes = {(kind, clash.field): clash.cause for kind, _id, clash in outcome.conflicts}
    assert causes == {
        ("team", "people"): Cause.OUTSIDE,
        ("team", "county"): Cause.OUTSIDE,
        ("lot", "depot_id"): Cause.OUTSIDE,
    }
    assert held(site, "team")["T2"]["county"] == OWN
    assert held(site, "lot")["LD1"]["depot_id"] == "D1"
    editor = with_role(Role.COUNTY_EDITOR, OWN)
    with site.session(write=True) as session:
        number = next(
            one.number for one in conflicts(session, actor=editor) if one.field == "county"
        )
        with pytest.raises(ForbiddenError):
            decide(session, editor, number, "theirs")


def test_a_new_record_of_another_county_is_refused_and_a_taken_id_is_asked(
    site: Store, taken: Path
) -> None:
    change(taken, "team", team("T8", OTHER), team("T4", name="别的队"))
    outcome = merge_copy(site, taken, actor=SYSTEM)
    assert [(one.id, one.code) for one in outcome.refused] == [("T8", "exchange.outside")]
    assert {clash.cause for _kind, _id, clash in outcome.conflicts} == {Cause.ID_TAKEN}
    assert held(site, "team")["T4"]["name"] == "队T4"
    assert "T8" not in held(site, "team")


def test_new_records_come_with_all_they_hold(site: Store, taken: Path) -> None:
    new = team("T9", vehicles={"heavy": 2}, capabilities=["fire", "rescue"], geom=Point(99.5, 30.5))
    change(taken, "team", new)
    change(
        taken,
        "lot",
        {"id": "L9", "depot_id": "D1", "item_code": "1010101", "item": "被", "quantity": 1.0,
         "unit": "床"},
    )  # fmt: skip
    merge_copy(site, taken, actor=SYSTEM)
    with open_store(taken) as opened:
        for kind in ("team", "lot"):
            theirs, ours = held(opened, kind), held(site, kind)
            assert theirs.items() <= ours.items()


def test_deciding_takes_one_side_once(site: Store, taken: Path) -> None:
    change(taken, "team", {"id": "T1", "name": "那边"}, {"id": "T2", "name": "那边"})
    put(site, "team", {"id": "T1", "name": "这边"}, {"id": "T2", "name": "这边"})
    merge_copy(site, taken, actor=SYSTEM)
    with site.session(write=True) as session:
        first, second = conflicts(session, actor=SYSTEM)
        decide(session, SYSTEM, first.number, "theirs", seen=first.ours)
        decide(session, SYSTEM, second.number, "ours", seen=second.ours)
    assert (held(site, "team")["T1"]["name"], held(site, "team")["T2"]["name"]) == ("那边", "这边")
    with site.session(write=True) as session:
        assert conflicts(session, actor=SYSTEM) == []
        with pytest.raises(InputError, match="decided before"):
            decide(session, SYSTEM, first.number, "ours")


def test_a_decision_on_a_value_that_changed_meanwhile_is_refused(site: Store, taken: Path) -> None:
    change(taken, "team", {"id": "T1", "name": "那边"})
    put(site, "team", {"id": "T1", "name": "这边"})
    merge_copy(site, taken, actor=SYSTEM)
    with site.session() as session:
        (seen,) = conflicts(session, actor=SYSTEM)
    put(site, "team", {"id": "T1", "name": "又改"})
    with pytest.raises(OutOfDateError), site.session(write=True) as session:
        decide(session, SYSTEM, seen.number, "theirs", seen=seen.ours)
    assert held(site, "team")["T1"]["name"] == "又改"


def test_contacts_stay_here_when_the_actor_may_not_see_them(site: Store, tmp_path: Path) -> None:
    duty = with_role(Role.DUTY_OFFICER)
    blind = type(duty)(**{**vars(duty), "rights": duty.rights - {"see_contacts"}})
    path = tmp_path / "blind.gpkg"
    assert not export_copy(site, path, OWN, actor=blind).has_contacts
    with open_store(path) as opened:
        assert {one["contact_phone"] for one in held(opened, "team").values()} == {None}
    assert b"13800001234" not in path.read_bytes()
    change(path, "team", {"id": "T1", "people": 20})
    merge_copy(site, path, actor=SYSTEM)
    assert held(site, "team")["T1"]["contact_phone"] == "13800001234"
    assert held(site, "team")["T1"]["people"] == 20


def test_rights(site: Store, taken: Path, tmp_path: Path) -> None:
    with pytest.raises(ForbiddenError):
        export_copy(site, tmp_path / "x.gpkg", OWN, actor=with_role(Role.VIEWER))
    with pytest.raises(ForbiddenError):
        merge_copy(site, taken, actor=with_role(Role.DUTY_OFFICER))
    with pytest.raises(ForbiddenError):
        merge_copy(site, taken, actor=with_role(Role.COUNTY_EDITOR, OTHER))
    merge_copy(site, taken, actor=with_role(Role.COUNTY_EDITOR, OWN))


def test_files_that_are_no_copies_are_refused(site: Store, taken: Path, tmp_path: Path) -> None:
    create_store(tmp_path / "plain.gpkg").close()
    (tmp_path / "junk.gpkg").write_bytes(b"junk" * 500)
    with pytest.raises(InputError, match="no copy"):
        merge_copy(site, tmp_path / "plain.gpkg", actor=SYSTEM)
    with pytest.raises(InputError, match="no copy"):
        merge_copy(site, tmp_path / "junk.gpkg", actor=SYSTEM)
    with pytest.raises(StoreError):
        merge_copy(site, tmp_path / "absent.gpkg", actor=SYSTEM)
    by_hand(taken, "UPDATE exchange_copy SET id = 'Xforeign'")
    with pytest.raises(InputError, match="not taken from this site"):
        merge_copy(site, taken, actor=SYSTEM)


def test_an_export_that_fails_leaves_nothing(site: Store, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(InputError, match="No area"):
        export_copy(site, tmp_path / "out" / "x.gpkg", "123456", actor=SYSTEM)
    with pytest.raises(StoreError):
        export_copy(site, tmp_path / "nowhere" / "x.gpkg", OWN, actor=SYSTEM)
    assert list((tmp_path / "out").iterdir()) == []
    with site.session() as session:
        assert session.scalar(select(func.count()).where(Event.kind == "exchange_copy")) == 0


EDITS = st.dictionaries(
    st.sampled_from(["T1", "T2"]),
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(["队T1", "甲", "乙"]),
            "people": st.sampled_from([None, 10, 11]),
            "capabilities": st.sampled_from([["fire"], ["fire", "rescue"]]),
            "geom": st.sampled_from([Point(100, 30), Point(99.5, 30)]),
        },
    ),
)


@pytest.fixture(scope="module")
def both_sides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a site and a copy of it, closed, to be copied."""
    folder = tmp_path_factory.mktemp("sides")
    with create_store(folder / "site.gpkg") as site:
        fill(site)
        export_copy(site, folder / "copy.gpkg", OWN, actor=SYSTEM)
    return folder


@settings(derandomize=True, max_examples=12, deadline=None)
@given(here=EDITS, there=EDITS)
def test_random_work_on_both_sides_merges_as_the_model_says(
    both_sides: Path, tmp_path_factory: pytest.TempPathFactory, here: Any, there: Any
) -> None:
    folder = tmp_path_factory.mktemp("merge") / "sides"
    shutil.copytree(both_sides, folder)
    with open_store(folder / "site.gpkg") as site, open_store(folder / "copy.gpkg") as copy:
        base = held(site, "team")
        for side, values in ((site, here), (copy, there)):
            records = ({"id": record_id, **fields} for record_id, fields in values.items())
            put(side, "team", *records)
        ours, theirs = held(site, "team"), held(copy, "team")
    expected, clashing = copying_values.deepcopy(ours), set()
    for record_id, there_now in theirs.items():
        for name, value in there_now.items():
            if value in (base[record_id][name], ours[record_id][name]):
                continue
            if ours[record_id][name] == base[record_id][name]:
                expected[record_id][name] = value
            else:
                clashing.add((record_id, name))
    with open_store(folder / "site.gpkg") as site:
        for _time in range(2):
            merge_copy(site, folder / "copy.gpkg", actor=SYSTEM)
            assert held(site, "team") == expected
            with site.session() as session:
                found = {(one.record_id, one.field) for one in conflicts(session, actor=SYSTEM)}
            assert found == clashing


def test_a_depot_that_the_copy_claims_for_its_county_stays_where_this_site_has_it(
    site: Store, taken: Path
) -> None:
    by_hand(
        taken,
        "INSERT INTO depot (id, name, county, level, geom, synthetic, version, updated_at)"
        " SELECT 'D2', 'forged', county, level, geom, synthetic, version, updated_at"
        " FROM depot WHERE id = 'D1'",
        "INSERT INTO lot (id, depot_id, item_code, item, quantity, unit, reserve, synthetic,"
        " version, updated_at)"
        " SELECT 'EVIL', 'D2', item_code, item, quantity, unit, reserve, synthetic, version,"
        " updated_at FROM lot WHERE id = 'LD1'",
        "UPDATE lot SET depot_id = 'D2' WHERE id = 'LD1'",
    )
    outcome = merge_copy(site, taken, actor=with_role(Role.COUNTY_EDITOR, OWN))
    assert outcome.inserted == outcome.updated == []
    assert ("lot", "EVIL") in {(one.kind, one.id) for one in outcome.refused}
    assert {record_id: one["depot_id"] for record_id, one in held(site, "lot").items()} == {
        "LD1": "D1",
        "LD2": "D2",
    }


def test_a_copy_with_a_view_in_place_of_a_table_is_refused_unread(site: Store, taken: Path) -> None:
    by_hand(
        taken,
        "CREATE VIEW endless AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
        " SELECT x FROM c",
    )
    with pytest.raises(ImportingError) as caught:
        merge_copy(site, taken, actor=SYSTEM)
    assert caught.value.code == "import.active_content"
