"""Edits by hand: rights, faults, versions, conflicts, undo."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.log import Event
from gisapp.importing.mergers import merge
from gisapp.registers import editing
from gisapp.registers.checking import FaultsError
from gisapp.registers.queries import record
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Role
from gisapp.store import Store

WHY = "the test says so"


def an_actor(role: Role = Role.ADMINISTRATOR, county: str | None = None) -> Actor:
    return Actor(
        login=f"{role}-{county}", name=role.value, role=role, county=county, agency=None,
        rights=ROLE_RIGHTS[role],
    )  # fmt: skip


ADMIN = an_actor()
TEAM: dict[str, Any] = {
    "id": "T1", "name": "一队", "x": "100.5", "y": 30.25, "county": "990001",
    "team_type": "fire_rescue", "capabilities": "fire;rescue", "vehicles": {"light": 2},
    "people": "12", "contact_name": "张三丰", "contact_phone": "13812341234",
}  # fmt: skip


def made(store: Store, kind: str = "team", values: Mapping[str, Any] = TEAM) -> str:
    with store.session(write=True) as session:
        return editing.create(session, ADMIN, kind, values, why=WHY)


def read(store: Store, kind: str, record_id: str) -> dict[str, Any]:
    with store.session() as session:
        return record(session, kind, record_id)


def changed(store: Store, values: Mapping[str, Any], version: int, actor: Actor = ADMIN) -> int:
    with store.session(write=True) as session:
        return editing.change(session, actor, "team", "T1", values, version=version, why=WHY)


def events(store: Store, record_id: str = "T1") -> list[Event]:
    with store.session() as session:
        query = select(Event).where(Event.subject_id == record_id).order_by(Event.seq)
        return list(session.scalars(query))


def test_a_record_is_made_from_typed_texts_and_said_in_the_log(store: Store) -> None:
    made(store)
    found = read(store, "team", "T1")
    assert (found["x"], found["y"], found["people"]) == (100.5, 30.25, 12)
    assert found["capabilities"] == ["fire", "rescue"]
    assert found["version"] == 1
    (event,) = events(store)
    assert (event.what, event.who, event.why) == ("insert", ADMIN.who, WHY)


def test_a_record_without_an_id_is_given_one(store: Store) -> None:
    assert made(store, values={**TEAM, "id": ""}).startswith("team-")


def test_every_fault_is_told_at_once_and_nothing_is_stored(store: Store) -> None:
    wrong = {**TEAM, "people": "many", "x": "181", "team_type": "army", "name": " ", "odd": 1}
    with pytest.raises(FaultsError) as caught:
        made(store, values=wrong)
    assert {one.field for one in caught.value.faults} == {
        "people", "x", "team_type", "name", "odd",
    }  # fmt: skip
    assert all(one.sentence("zh") != one.sentence("en") for one in caught.value.faults)
    with pytest.raises(UnknownRecordError):
        read(store, "team", "T1")


def test_a_change_needs_a_reason(store: Store) -> None:
    made(store)
    with pytest.raises(FaultsError), store.session(write=True) as session:
        editing.change(session, ADMIN, "team", "T1", {}, version=1, why="  ")


def test_what_does_not_differ_is_no_change(store: Store) -> None:
    made(store)
    assert changed(store, {"people": "12", "x": 100.5, "y": "30.25"}, 1) == 1
    assert len(events(store)) == 1


def test_one_coordinate_may_be_corrected_alone(store: Store) -> None:
    made(store)
    assert changed(store, {"x": 100.75}, 1) == 2
    found = read(store, "team", "T1")
    assert (found["x"], found["y"]) == (100.75, 30.25)


def test_an_id_stays(store: Store) -> None:
    made(store)
    with pytest.raises(FaultsError):
        changed(store, {"id": "T2"}, 1)


def test_an_id_is_given_once(store: Store) -> None:
    made(store)
    with pytest.raises(FaultsError) as caught:
        made(store)
    assert caught.value.faults[0].code == "registers.id_taken"


def test_a_lot_needs_its_depot(store: Store) -> None:
    lot = {
        "id": "L1", "depot_id": "D9", "item_code": "1010101", "item": "帐篷", "quantity": 5,
        "unit": "顶",
    }  # fmt: skip
    with pytest.raises(FaultsError) as caught:
        made(store, "lot", lot)
    assert caught.value.faults[0].field == "depot_id"


def test_an_overridden_grade_needs_a_reason(store: Store) -> None:
    source = {
        "id": "H1", "name": "罐区", "x": 100, "y": 30, "substance": "液氨", "r_value": 60,
        "county": "990001",
    }  # fmt: skip
    made(store, "hazard_source", source)
    with pytest.raises(FaultsError), store.session(write=True) as session:
        editing.change(
            session, ADMIN, "hazard_source", "H1", {"level_override": 1}, version=1, why=WHY
        )
    both = {"level_override": "1", "level_override_reason": "紧邻学校"}
    with store.session(write=True) as session:
        editing.change(session, ADMIN, "hazard_source", "H1", both, version=1, why=WHY)
    assert read(store, "hazard_source", "H1")["level"] == 1


def test_a_conflict_shows_theirs_and_mine(store: Store) -> None:
    made(store)
    changed(store, {"people": 20, "x": 100.6}, 1)
    with pytest.raises(editing.ConflictError) as caught:
        changed(store, {"people": "30", "name": "二队"}, 1)
    conflict = caught.value
    assert conflict.version == 2
    assert conflict.theirs["people"] == 20
    assert conflict.mine == {"people": 30, "name": "二队"}
    assert conflict.changed == ["x", "y", "people"]
    assert read(store, "team", "T1")["name"] == "一队"


def test_of_two_editors_at_once_exactly_one_wins(store: Store) -> None:
    made(store)
    start = threading.Barrier(2)
    outcomes: list[object] = []

    def edit(people: int) -> None:
        start.wait()
        try:
            outcomes.append(changed(store, {"people": people}, 1))
        except editing.ConflictError as conflict:
            outcomes.append(conflict)

    editors = [threading.Thread(target=edit, args=(number,)) for number in (20, 30)]
    for one in editors:
        one.start()
    for one in editors:
        one.join()
    (conflict,) = [one for one in outcomes if isinstance(one, editing.ConflictError)]
    assert [one for one in outcomes if one is not conflict] == [2]
    found = read(store, "team", "T1")
    assert found["version"] == 2
    assert conflict.theirs["people"] == found["people"]
    assert conflict.mine["people"] == {20: 30, 30: 20}[found["people"]]


def test_retired_is_not_deleted_and_can_be_restored(store: Store) -> None:
    made(store)
    with store.session(write=True) as session:
        assert editing.retire(session, ADMIN, "team", "T1", why="撤编") == 2
    with pytest.raises(InputError):
        changed(store, {"people": 1}, 2)
    with store.session(write=True) as session:
        assert editing.restore(session, ADMIN, "team", "T1", why="复建", version=2) == 3
    assert changed(store, {"people": 1}, 3) == 4
    assert [one.what for one in events(store)] == ["insert", "retire", "restore", "update"]


def test_verifying_stamps_the_day_and_the_name(store: Store) -> None:
    made(store)
    with store.session(write=True) as session:
        day = date(2026, 3, 1)
        assert editing.verify(session, ADMIN, "team", ["T1"], on=day) == 1
    found = read(store, "team", "T1")
    assert (found["verified_at"], found["verified_by"]) == (date(2026, 3, 1), ADMIN.name)


def test_a_bulk_change_is_all_or_nothing(store: Store) -> None:
    made(store)
    made(store, values={**TEAM, "id": "T2"})
    changed(store, {"people": 99}, 1)
    with pytest.raises(editing.BulkError) as caught, store.session(write=True) as session:
        editing.change_many(
            session, ADMIN, "team", {"T1": 1, "T2": 1, "T3": 1}, {"tier": "main"}, why=WHY
        )
    assert {one.record_id: one.code for one in caught.value.faults} == {
        "T1": "registers.conflict", "T3": "registers.unknown_record",
    }  # fmt: skip
    assert read(store, "team", "T2")["tier"] is None
    with store.session(write=True) as session:
        number = editing.change_many(
            session, ADMIN, "team", {"T1": 2, "T2": 1}, {"tier": "main"}, why=WHY
        )
    assert number == 2


def test_a_county_editor_keeps_to_its_county(store: Store) -> None:
    made(store)
    own = an_actor(Role.COUNTY_EDITOR, "990001")
    other = an_actor(Role.COUNTY_EDITOR, "990002")
    assert changed(store, {"people": 13}, 1, own) == 2
    with pytest.raises(ForbiddenError):
        changed(store, {"people": 14}, 2, other)
    with pytest.raises(ForbiddenError):  # nor may it give a record away
        changed(store, {"county": "990002"}, 2, own)
    with pytest.raises(ForbiddenError), store.session(write=True) as session:
        editing.undo_last(session, other, "team", "T1")


def test_an_undo_is_no_way_across_the_border(store: Store) -> None:
    """Undoing a move gives the record away: both its counties are asked for."""
    made(store)
    assert changed(store, {"county": "990002"}, 1) == 2
    for county in ("990002", "990001"):  # that it is in now; that it would be in again
        editor = an_actor(Role.COUNTY_EDITOR, county)
        with pytest.raises(ForbiddenError) as refused, store.session(write=True) as session:
            editing.undo_last(session, editor, "team", "T1")
        assert refused.value.code == "accounts.other_county"
        found = read(store, "team", "T1")
        assert (found["county"], found["version"]) == ("990002", 2)
    with store.session(write=True) as session:
        assert editing.undo_last(session, ADMIN, "team", "T1") == 3
    assert read(store, "team", "T1")["county"] == "990001"


def test_a_hidden_contact_sent_back_does_not_overwrite_the_real_one(store: Store) -> None:
    made(store)
    blind = Actor(
        login="b", name="b", role=None, county=None, agency=None,
        rights=ROLE_RIGHTS[Role.PLANNER] - {"see_contacts"},
    )  # fmt: skip
    sent = {"contact_phone": "138****1234", "contact_name": "张**", "people": 15}
    assert changed(store, sent, 1, blind) == 2
    found = read(store, "team", "T1")
    assert (found["contact_phone"], found["contact_name"]) == ("13812341234", "张三丰")
    assert changed(store, {"contact_phone": "13900000000"}, 2, blind) == 3
    assert read(store, "team", "T1")["contact_phone"] == "13900000000"


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1)
        .map(str.strip)
        .filter(bool),
        "people": st.none() | st.integers(0, 10**6),
        "x": st.floats(-180, 180),
        "y": st.floats(-90, 90),
        "tier": st.sampled_from([None, "main", "coordinated", "auxiliary"]),
        "capabilities": st.lists(st.sampled_from(["fire", "rescue", "flood"]), min_size=1),
        "vehicles": st.dictionaries(st.sampled_from(["light", "heavy"]), st.integers(1, 99)),
        "verified_at": st.none() | st.dates(),
    },
)
SETTINGS = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SETTINGS
@given(first=VALUES, second=VALUES)
def test_an_undo_restores_exactly_and_versions_grow_by_one(
    store: Store, first: dict[str, Any], second: dict[str, Any]
) -> None:
    record_id = made(store, values={**TEAM, "id": ""})
    version = 1

    def apply(values: dict[str, Any]) -> bool:
        nonlocal version
        with store.session(write=True) as session:
            new = editing.change(
                session, ADMIN, "team", record_id, values, version=version, why=WHY
            )
        assert new - version in {0, 1}
        grown, version = new > version, new
        return grown

    def state() -> dict[str, Any]:
        found = read(store, "team", record_id)
        assert found.pop("version") == version
        found.pop("updated_at")
        return found

    apply(first)
    between = state()
    if not apply(second):
        return
    after = state()
    for expected in (between, after):
        with store.session(write=True) as session:
            version = editing.undo_last(session, ADMIN, "team", record_id)
        assert state() == expected


def test_who_may_edit_but_not_verify_says_no_verification(store: Store) -> None:
    """Verification is a right of its own, in a form as well."""
    editor = Actor(
        login="e", name="e", role=None, county=None, agency=None,
        rights=ROLE_RIGHTS[Role.PLANNER] - {"verify"},
    )  # fmt: skip
    for field, value in (("verified_at", "2026-03-01"), ("verified_by", "张三")):
        with pytest.raises(ForbiddenError), store.session(write=True) as session:
            editing.create(session, editor, "team", {**TEAM, field: value}, why=WHY)
    made(store)
    with pytest.raises(ForbiddenError):
        changed(store, {"verified_at": "2026-03-01"}, 1, editor)
    assert changed(store, {"people": 13}, 1, editor) == 2


def test_no_more_at_once_than_a_list_holds(store: Store) -> None:
    many = [f"T{number}" for number in range(editing.MAX_BULK + 1)]
    with pytest.raises(InputError) as refused, store.session(write=True) as session:
        editing.verify(session, ADMIN, "team", many)
    assert refused.value.code == "registers.too_many"
    with pytest.raises(InputError) as refused, store.session(write=True) as session:
        editing.change_many(
            session, ADMIN, "team", dict.fromkeys(many, 1), {"tier": "main"}, why=WHY
        )
    assert refused.value.code == "registers.too_many"


def test_undoing_a_retirement_brings_no_merged_record_back(store: Store) -> None:
    made(store)
    made(store, values={**TEAM, "id": "T2"})
    with store.session(write=True) as session:
        merge(session, ADMIN, "team", "T1", "T2", choices={}, why=WHY)
    with pytest.raises(InputError) as refused, store.session(write=True) as session:
        editing.undo_last(session, ADMIN, "team", "T2")
    assert refused.value.code == "registers.merged"
    assert read(store, "team", "T2")["retired_at"] is not None
