"""An incident is opened as the call says, and its caller is kept apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from shapely import Point
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.clock import REAL, ExerciseClock
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events import Event
from gisapp.exercise import Exercise
from gisapp.incidents.board import incidents, log
from gisapp.incidents.course import correct
from gisapp.incidents.grading.figures import Figures
from gisapp.incidents.grading.rules import Times
from gisapp.incidents.intake import (
    Call,
    add_note,
    add_person,
    find_incident,
    open_incident,
)
from gisapp.incidents.models import Incident, IncidentPerson
from gisapp.incidents.nearby import hazards_near, possible_duplicates
from gisapp.incidents.persons import persons_of
from gisapp.registers.kinds.geohazard import Geohazard
from gisapp.registers.kinds.reservoir import Reservoir
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Right, Role, system_actor
from tests.incidents.acting import HERE, do, opened

HOUR = timedelta(hours=1)


def test_what_the_call_says_is_kept_and_told(tiny_apps: App) -> None:
    store = tiny_apps.store
    happened = REAL.now() - timedelta(minutes=5)
    made = opened(
        store,
        times=Times(occurred_at=happened),
        figures=Figures(dead=2, missing=17),
        note="山坡还在掉石头",
    )
    with store.session() as session:
        row = find_incident(session, made.id)
        told = log(session, made.id)
    assert (row.dead, row.missing, row.trapped, row.injured) == (2, 17, None, None)
    assert row.occurred_at == happened
    assert row.city_received_at == row.opened_at
    assert row.title.endswith("滑坡")
    assert row.county == "990001"
    assert row.opened_by == "值班员"
    assert [(one.what, one.text) for one in told] == [("insert", ""), ("note", "山坡还在掉石头")]


def test_numbers_count_the_day_and_those_of_exercises_are_told_apart(tiny_apps: App) -> None:
    store = tiny_apps.store
    clock = ExerciseClock(began_at=REAL.now(), shows=datetime(2026, 7, 1, 18, 10, tzinfo=UTC))
    drill = Exercise(id="drill", clock=clock)
    first, second = opened(store), opened(store)
    exercised = opened(store, exercise=drill)
    assert first.id[-3:] == "-01"
    assert second.id == f"{first.id[:-1]}2"
    assert exercised.id == "Y260702-01"  # 02:10 of the next day where the site lies
    with store.session() as session:
        assert {one.id for one in incidents(session)} == {first.id, second.id}
    with store.session(exercise=drill) as session:
        assert [one.id for one in incidents(session)] == [exercised.id]


class TestTimes:
    def test_nothing_is_known_before_it_happens(self, tiny_app: App) -> None:
        now = REAL.now()
        with pytest.raises(InputError) as refused:
            opened(tiny_app.store, times=Times(occurred_at=now, unit_head_at=now - HOUR))
        assert refused.value.code == "incident.before_it"

    def test_nothing_lies_ahead(self, tiny_app: App) -> None:
        with pytest.raises(InputError) as refused:
            opened(tiny_app.store, times=Times(occurred_at=REAL.now() + HOUR))
        assert refused.value.code == "incident.future"

    def test_a_receipt_long_before_the_entry_needs_its_reason(self, tiny_app: App) -> None:
        times = Times(county_received_at=REAL.now() - HOUR)
        with pytest.raises(InputError) as refused:
            opened(tiny_app.store, times=times)
        assert refused.value.code == "incident.no_late_why"
        made = opened(tiny_app.store, times=times, late_why="系统当时不可用")
        with tiny_app.store.session() as session:
            assert log(session, made.id)[0].why == "系统当时不可用"

    def test_ten_minutes_are_typing_and_no_delay(self, tiny_app: App) -> None:
        opened(tiny_app.store, times=Times(county_received_at=REAL.now() - timedelta(minutes=9)))


def test_personal_data_stand_in_one_table_alone(tiny_app: App, tiny_folder: Path) -> None:
    store = tiny_app.store
    made = opened(store, caller_name="贾宝玉", caller_phone="13800138000")
    do(store, add_person, made, role="victim", name="林黛玉", note="左腿骨折")
    with store.session() as session:
        rows = session.scalars(select(IncidentPerson).order_by(IncidentPerson.fid)).all()
        assert [(row.role, row.name, row.incident_id) for row in rows] == [
            ("caller", "贾宝玉", made.id),
            ("victim", "林黛玉", made.id),
        ]
        everything = " ".join(str(one) for one in session.scalars(select(Event.data)))
        subjects = session.scalars(
            select(Event.subject_id).where(Event.kind == "incident_person")
        ).all()
    for secret in ("贾宝玉", "13800138000", "林黛玉", "骨折"):
        assert secret not in everything
    assert set(subjects) == {row.id for row in rows}


def test_personal_data_are_read_by_who_may_see_contacts_of_the_county(tiny_app: App) -> None:
    store = tiny_app.store
    made, outside = opened(store, caller_name="贾宝玉"), opened(store, at=(101.0, 31.0))
    assert (made.county, outside.county) == ("990001", None)
    county = replace(system_actor("x"), county="990001")
    blind = replace(county, rights=frozenset(Right) - {Right.SEE_CONTACTS})
    with store.session(write=True) as session:
        assert [one.name for one in persons_of(session, county, made.id)] == ["贾宝玉"]
        assert persons_of(session, replace(county, county=None), outside.id) == []
        for actor, incident in (
            (county, outside), (replace(county, county="990002"), made), (blind, made),
        ):  # fmt: skip
            with pytest.raises(ForbiddenError):
                persons_of(session, actor, incident.id)
        with pytest.raises(UnknownRecordError):
            persons_of(session, county, "none")


class TestDuplicates:
    def test_the_nearest_open_one_is_named_first(self, tiny_app: App) -> None:
        store, (x, y) = tiny_app.store, HERE
        far = opened(store, at=(x + 0.015, y))
        near = opened(store, at=(x + 0.001, y))
        opened(store, at=(x + 0.05, y))
        with store.session() as session:
            found = possible_duplicates(session, x, y)
        assert [one.incident.id for one in found] == [near.id, far.id]
        assert found[0].distance_m == pytest.approx(96.5, abs=1)

    def test_yesterdays_is_another(self, tiny_app: App) -> None:
        store = tiny_app.store
        made = opened(store)
        with store.session(write=True) as session:
            row = session.get_one(Incident, made.fid)
            row.opened_at = REAL.now() - timedelta(hours=13)
        with store.session() as session:
            assert possible_duplicates(session, *HERE) == []

    @pytest.mark.parametrize("at", [(30.0, 111.5), (181.0, 0.0), (float("nan"), 30.0)])
    def test_a_point_off_the_globe_is_near_nothing(
        self, tiny_app: App, at: tuple[float, float]
    ) -> None:
        with tiny_app.store.session() as session, pytest.raises(InputError) as refused:
            possible_duplicates(session, *at)
        assert refused.value.code == "incident.bad_point"


def test_hazards_within_a_kilometre_are_offered_the_nearest_first(tiny_app: App) -> None:
    store, (x, y) = tiny_app.store, HERE
    with store.session(write=True) as session:
        session.add_all([
            Geohazard(id="G1", name="东坡", name_en="East slope", geohazard_type="landslide",
                      geom=Point(x + 0.01, y)),
            Reservoir(id="R1", name="小水库", capacity_e8_m3=0.1, geom=Point(x, y + 0.001)),
            Reservoir(id="R2", name="远水库", capacity_e8_m3=0.1, geom=Point(x + 0.0105, y)),
            Reservoir(id="R3", name="旧水库", capacity_e8_m3=0.1, geom=Point(x, y),
                      retired_at=REAL.now(), retired_by="li", retire_reason="已拆除"),
        ])  # fmt: skip
    with store.session() as session:
        found = hazards_near(session, x, y)
        assert [(one.kind, one.id) for one in found] == [("reservoir", "R1"), ("geohazard", "G1")]
        assert found[0].to_dict("en")["name"] == "小水库"
        assert found[1].to_dict("en") == {
            "kind": "geohazard", "kind_label": "Geological hazard point", "id": "G1",
            "name": "East slope", "distance_m": 965,
        }  # fmt: skip


def test_a_title_made_by_us_reads_in_both_languages_and_a_persons_as_written(
    tiny_app: App,
) -> None:
    store = tiny_app.store
    made = opened(store)
    assert made.title_in("zh").endswith("滑坡")
    assert made.title_in("en").startswith("Landslide: ")
    assert made.place_in("en") in made.title_in("en")
    named = do(store, correct, made.id, {"title": "东坡滑坡"}, version=made.version)
    assert (named.title_in("zh"), named.title_in("en")) == ("东坡滑坡", "东坡滑坡")
    assert opened(store, title="西坡").title_in("en") == "西坡"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ({"kind": "ufo"}, "incident.bad_kind"),
        ({"at": (500.0, 30.0)}, "incident.bad_point"),
        ({"at": (float("nan"), 30.0)}, "incident.bad_point"),
        ({"title": "字" * 81}, "incident.bad_text"),
        ({"title": "两\n行"}, "incident.bad_text"),
        ({"caller_name": "字" * 201}, "incident.bad_text"),
        ({"note": "字" * 2001}, "incident.bad_text"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    tiny_app: App, call: dict[str, object], code: str
) -> None:
    with pytest.raises(InputError) as refused:
        opened(tiny_app.store, **call)
    assert refused.value.code == code
    with tiny_app.store.session() as session:
        assert incidents(session, state=None) == []
        assert session.scalars(select(IncidentPerson)).all() == []


def test_an_unknown_hazard_is_said(tiny_app: App) -> None:
    with pytest.raises(UnknownRecordError) as refused:
        opened(tiny_app.store, hazard=("mine", "nowhere"))
    assert refused.value.code == "incident.unknown_hazard"


@pytest.mark.parametrize("role", [one for one in Role if Right.DISPATCH not in ROLE_RIGHTS[one]])
def test_who_may_not_dispatch_opens_and_writes_nothing(tiny_app: App, role: Role) -> None:
    made = opened(tiny_app.store)
    nobody = replace(system_actor("x"), role=role, rights=ROLE_RIGHTS[role])
    for use_case, *given in (
        (add_note, made, "x"),
        (add_person, made),
    ):
        named = {"role": "caller"} if use_case is add_person else {}
        with pytest.raises(ForbiddenError):
            do(tiny_app.store, use_case, *given, actor=nobody, **named)
    with pytest.raises(ForbiddenError):
        do(tiny_app.store, open_incident, Call(kind="fire", x=1, y=1), actor=nobody)
