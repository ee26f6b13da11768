"""Units are ordered once, and each of their states is kept with its moment."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from gisapp.bootstrap import DATABASE_FILE, App
from gisapp.clock import REAL, ExerciseClock
from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.exercise import Exercise
from gisapp.incidents.board import log, standing, units_out
from gisapp.incidents.models import Assignment, Incident
from gisapp.incidents.orders import (
    Move,
    TakenError,
    UnitOrder,
    correct_time,
    find_assignment,
    order,
    out_now,
    reassign,
    set_state,
)
from gisapp.incidents.vocabulary import ACTIVE, ASSIGNMENT_STATES, NEXT
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.kinds import KINDS
from gisapp.registers.states import set_state as set_readiness
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Right, Role, system_actor
from gisapp.store import open_store
from tests.incidents.acting import do, opened, ordered

ROOT = Path(__file__).resolve().parents[2]
DRILL = Exercise(id="drill", clock=ExerciseClock(began_at=REAL.now(), shows=REAL.now()))


def test_a_unit_from_the_order_to_its_release(tiny_apps: App) -> None:
    store = tiny_apps.store
    incident = opened(store)
    (made,) = do(
        store, order, incident.id, [UnitOrder(kind="team", id="T1", expected_s=600)], why="最近"
    )
    assert made.expected_at == made.ordered_at + timedelta(seconds=600)
    do(store, set_state, made.id, "en_route", seen="ordered")
    do(store, set_state, made.id, "on_scene", seen="en_route")
    with store.session() as session:
        assert units_out(session, [incident.id]) == {incident.id: Counter(on_scene=1)}
        assert out_now(session) == {("team", "T1"): incident.id}
    do(store, set_state, made.id, "released", seen="on_scene")
    with store.session() as session:
        assert out_now(session) == {}
        (unit,) = standing(session, incident.id).units
        told = [(one.what, one.unit_id, one.why) for one in log(session, incident.id)[1:]]
    assert unit.names["zh"] == "甲队"
    assert unit.ordered_at <= unit.en_route_at <= unit.on_scene_at <= unit.ended_at
    assert told == [
        ("order", "T1", "最近"),
        ("set_out", "T1", None),
        ("arrive", "T1", None),
        ("release", "T1", None),
    ]


def test_all_of_an_order_or_nothing(tiny_apps: App) -> None:
    store = tiny_apps.store
    first, second = opened(store), opened(store)
    ordered(store, first, "T1")
    with pytest.raises(TakenError) as refused:
        ordered(store, second, "T2", "T1")
    assert refused.value.code == "incident.unit_taken"
    assert refused.value.params["incident_id"] == first.id
    with store.session() as session:
        assert out_now(session) == {("team", "T1"): first.id}


def test_an_own_choice_needs_its_reason_and_keeps_what_was_proposed(tiny_apps: App) -> None:
    store = tiny_apps.store
    incident = opened(store)
    units = [UnitOrder(kind="team", id="T2")]
    for proposed in (["T1"], ["T1", "T2"], []):
        with pytest.raises(InputError) as refused:
            do(store, order, incident.id, units, proposed=proposed, why=" ")
        assert refused.value.code == "incident.own_choice"
    do(store, order, incident.id, units, proposed=["T1"], why="甲队刚归建")
    as_proposed = [UnitOrder(kind="team", id="T1")]
    do(store, order, incident.id, as_proposed, proposed=["T1"])
    with store.session() as session:
        own, followed = log(session, incident.id)[-2:]
    assert (own.why, own.data["proposed"]) == ("甲队刚归建", ["T1"])
    assert (followed.why, "proposed" in followed.data) == (None, False)


def test_a_unit_is_moved_within_an_order_or_nothing_is_ordered(tiny_apps: App) -> None:
    store = tiny_apps.store
    first, second = opened(store), opened(store)
    (serving,) = ordered(store, first, "T1")
    units = [UnitOrder(kind="team", id="T2")]
    move = Move(assignment_id=serving.id, seen="ordered", expected_s=300)
    with pytest.raises(InputError) as refused:
        do(store, order, second.id, units, moved=[move])
    assert refused.value.code == "incident.no_reason"
    with pytest.raises(OutOfDateError):
        do(store, order, second.id, units, moved=[replace(move, seen="on_scene")], why="增援")
    with store.session() as session:
        assert out_now(session) == {("team", "T1"): first.id}
    given = {"proposed": ["T1", "T2"], "why": "增援"}
    _sent, moved = do(store, order, second.id, units, moved=[move], **given)
    assert moved.expected_at == moved.ordered_at + timedelta(seconds=300)
    with store.session() as session:
        assert out_now(session) == {("team", "T1"): second.id, ("team", "T2"): second.id}
        assert find_assignment(session, serving.id).state == "reassigned"


def test_the_database_itself_lets_no_unit_serve_twice(tiny_apps: App) -> None:
    store = tiny_apps.store
    first, second = opened(store), opened(store)
    (made,) = ordered(store, first, "T1")
    copied = "'D-copy', '" + second.id + "', unit_kind, unit_id, state, ordered_at, ordered_by"
    with pytest.raises(IntegrityError), store.connection(write=True) as connection:
        connection.execute(
            text(
                "INSERT INTO assignment"
                " (id, incident_id, unit_kind, unit_id, state, ordered_at, ordered_by)"
                f" SELECT {copied} FROM assignment WHERE id = '{made.id}'"
            )
        )


def test_an_exercise_orders_its_own_and_frees_nobody(tiny_apps: App) -> None:
    store = tiny_apps.store
    real = opened(store)
    drilled = opened(store, exercise=DRILL)
    ordered(store, real, "T1")
    (made,) = ordered(store, drilled, "T1", exercise=DRILL)
    do(store, set_state, made.id, "stood_down", seen="ordered", why="演练结束", exercise=DRILL)
    with store.session() as session:
        assert out_now(session) == {("team", "T1"): real.id}
        with pytest.raises(UnknownRecordError):
            find_assignment(session, made.id)


@pytest.mark.parametrize(
    ("ids", "code"),
    [
        ([], "incident.no_units"),
        (["T1", "T1"], "incident.unit_twice"),
        (["T4"], "incident.unit_not_ready"),
        (["nobody"], "registers.unknown_record"),
    ],
)
def test_what_cannot_be_sent(tiny_app: App, ids: list[str], code: str) -> None:
    incident = opened(tiny_app.store)
    with pytest.raises((InputError, UnknownRecordError)) as refused:
        ordered(tiny_app.store, incident, *ids)
    assert refused.value.code == code


def test_a_unit_set_out_of_service_cannot_be_sent(tiny_app: App) -> None:
    store = tiny_app.store
    incident = opened(store)
    do(store, set_readiness, "team", "T1", field="status", value="out_of_service", seen="ready",
       why="车辆故障")  # fmt: skip
    with pytest.raises(InputError) as refused:
        ordered(store, incident, "T1")
    assert refused.value.code == "incident.unit_not_ready"


def test_of_a_team_with_units_the_units_are_sent(tiny_apps: App) -> None:
    store = tiny_apps.store
    parts = [
        {"id": f"T1-{n}", "name": f"{n}号车", "team_id": "T1", "unit_type": "pumper",
         "profile": "heavy", "capabilities": ["fire"]}
        for n in (1, 2)
    ]  # fmt: skip
    with store.session(write=True) as session:
        changes = compare(session, KINDS["unit"], parts)
        store_changes(session, system_actor("t"), Right.EDIT, changes, why="t")
    incident = opened(store)
    with pytest.raises(InputError) as refused:
        ordered(store, incident, "T1")
    assert refused.value.code == "incident.team_has_units"
    do(store, order, incident.id, [UnitOrder(kind="unit", id="T1-1")])
    with store.session() as session:
        assert out_now(session) == {("unit", "T1-1"): incident.id}
        assert standing(session, incident.id).units[0].names["zh"] == "1号车"


def test_who_was_overtaken_is_told_and_who_repeats_is_not(tiny_app: App) -> None:
    store = tiny_app.store
    (made,) = ordered(store, opened(store), "T1")
    do(store, set_state, made.id, "en_route", seen="ordered")
    do(store, set_state, made.id, "en_route", seen="ordered")  # both heard the same message
    with pytest.raises(OutOfDateError) as refused:
        do(store, set_state, made.id, "stood_down", seen="ordered", why="不需要")
    assert refused.value.code == "registers.other_state"
    with store.session() as session:
        assert [one.what for one in log(session, made.incident_id)][-2:] == ["order", "set_out"]


def test_moments_follow_one_another(tiny_app: App) -> None:
    store = tiny_app.store
    (made,) = ordered(store, opened(store), "T1")
    for at in (made.ordered_at - timedelta(seconds=1), REAL.now() + timedelta(minutes=3)):
        with pytest.raises(InputError) as refused:
            do(store, set_state, made.id, "en_route", seen="ordered", at=at)
        assert refused.value.code == "incident.bad_moment"


def test_a_time_is_corrected_by_an_entry_of_its_own(tiny_app: App) -> None:
    store = tiny_app.store
    (made,) = ordered(store, opened(store), "T1")
    do(store, set_state, made.id, "en_route", seen="ordered")
    with store.session() as session:
        said = find_assignment(session, made.id).en_route_at
    right = made.ordered_at
    do(store, correct_time, made.id, "en_route", right, why="电台记录")
    with store.session() as session:
        assert find_assignment(session, made.id).en_route_at == right
        last = log(session, made.incident_id)[-1]
    assert (last.what, last.why) == ("correct", "电台记录")
    assert said is not None
    assert last.data["before"] == {"en_route_at": said.isoformat()}
    with pytest.raises(InputError) as refused:
        do(store, correct_time, made.id, "on_scene", right, why="电台记录")
    assert refused.value.code == "incident.unknown_state"
    with pytest.raises(InputError) as refused:
        do(store, correct_time, made.id, "ordered", right + timedelta(seconds=9), why="电台记录")
    assert refused.value.code == "incident.bad_moment"


def test_a_unit_is_sent_on_in_one_step(tiny_apps: App) -> None:
    store = tiny_apps.store
    first, second = opened(store), opened(store)
    (made,) = ordered(store, first, "T1")
    went_on = do(store, reassign, made.id, second.id, seen="ordered", why="更急")
    with store.session() as session:
        assert out_now(session) == {("team", "T1"): second.id}
        assert find_assignment(session, made.id).state == "reassigned"
        assert find_assignment(session, went_on.id).state == "ordered"
        assert [one.what for one in log(session, first.id)][-1] == "reassign"
        assert [(one.what, one.why) for one in log(session, second.id)][-1] == ("order", "更急")
    with pytest.raises(InputError) as refused:
        do(store, reassign, went_on.id, second.id, seen="ordered", why="更急")
    assert refused.value.code == "incident.same_incident"


@pytest.mark.parametrize("state", ["refused", "stood_down"])
def test_who_does_not_go_has_a_reason(tiny_app: App, state: str) -> None:
    store = tiny_app.store
    (made,) = ordered(store, opened(store), "T1")
    with pytest.raises(InputError) as refused:
        do(store, set_state, made.id, state, seen="ordered")
    assert refused.value.code == "incident.no_reason"


def test_who_may_not_dispatch_sends_nobody(tiny_app: App) -> None:
    store = tiny_app.store
    incident = opened(store)
    (made,) = ordered(store, incident, "T1")
    viewer = replace(system_actor("x"), role=Role.VIEWER, rights=ROLE_RIGHTS[Role.VIEWER])
    for use_case, given_ in (
        (order, (incident.id, [UnitOrder(kind="team", id="T2")])),
        (set_state, (made.id, "en_route")),
        (reassign, (made.id, incident.id)),
        (correct_time, (made.id, "ordered", REAL.now())),
    ):
        named = {"seen": "ordered"} if use_case in (set_state, reassign) else {}
        why = {} if use_case is order else {"why": "x"}
        with pytest.raises(ForbiddenError):
            do(store, use_case, *given_, actor=viewer, **named, **why)


ACTS = st.tuples(
    st.sampled_from(["T1", "T2"]), st.sampled_from(list(ASSIGNMENT_STATES)), st.integers(0, 1)
)


@settings(max_examples=40)
@given(acts=st.lists(ACTS, max_size=12))
def test_whatever_is_said_a_unit_serves_at_most_one_incident(
    acts: list[tuple[str, str, int]], orders_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any sequence of orders and states: what is kept is what a small model of it says."""
    path = Path(shutil.copy(orders_file, tmp_path_factory.mktemp("o") / "site.gpkg"))
    serving: dict[str, tuple[str, str]] = {}
    with open_store(path) as store:
        with store.session() as session:
            ids = session.scalars(select(Incident.id).order_by(Incident.id)).all()
        for unit, state, which in acts:
            if state == "ordered":
                if unit in serving:
                    with pytest.raises(TakenError):
                        do(store, order, ids[which], [UnitOrder(kind="team", id=unit)])
                else:
                    (made,) = do(store, order, ids[which], [UnitOrder(kind="team", id=unit)])
                    serving[unit] = (made.id, "ordered")
            elif unit in serving:
                assignment, stands = serving[unit]
                if state == stands:
                    continue
                if state in NEXT.get(stands, ()):  # type: ignore[call-overload]
                    do(store, set_state, assignment, state, seen=stands, why="说明")
                    serving[unit] = (assignment, state)
                    if state not in ACTIVE:
                        del serving[unit]
                else:
                    with pytest.raises(InputError):
                        do(store, set_state, assignment, state, seen=stands, why="说明")
        with store.session() as session:
            rows = session.execute(
                select(Assignment.unit_id, Assignment.id, Assignment.state).where(
                    Assignment.ended_at.is_(None)
                )
            )
            assert {row[0]: (row[1], row[2]) for row in rows} == serving


@pytest.fixture(scope="module")
def orders_file(tiny_site_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(
        shutil.copy(tiny_site_made / DATABASE_FILE, tmp_path_factory.mktemp("orders") / "site.gpkg")
    )
    with open_store(path) as store:
        opened(store), opened(store)
    return path
