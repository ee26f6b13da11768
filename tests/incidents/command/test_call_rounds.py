"""The call round: whom the water reaches first is called first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.events import Event
from gisapp.importing.mergers import merge
from gisapp.incidents.board import log, standing
from gisapp.incidents.command.call_rounds import add, make_round, round_of, say, villages_of
from gisapp.incidents.course import join
from gisapp.incidents.models import Incident
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Role, system_actor
from gisapp.store import Store
from tests.incidents.acting import OFFICER, do, opened
from tests.incidents.surroundings.test_downstream import confirmed
from tests.incidents.surroundings.valley import DAM, HAZARD, fill_valley


def below_the_dam(store: Store, **given: float) -> Incident:
    fill_valley(store)
    confirmed(store, **given)
    return opened(store, "flood", at=DAM, hazard=HAZARD)


def order(store: Store, incident: Incident) -> list[str]:
    with store.session() as session:
        return [row.village_id for row in round_of(session, incident.id)]


def test_in_the_order_of_arrival_those_by_hand_where_they_belong(tiny_apps: App) -> None:
    store = tiny_apps.store
    incident = below_the_dam(store)
    breach = REAL.now().replace(microsecond=0)
    rows = do(store, make_round, incident.id, breach_at=breach)
    assert [row.village_id for row in rows] == ["V1", "V2", "V3"]
    # 998 m at 10 km/h, reckoned by hand in test_downstream.
    first = rows[0].arrives_at
    assert first is not None
    assert abs(first - breach - timedelta(seconds=359)) < timedelta(seconds=2)
    do(store, add, incident.id, "V4")
    assert order(store, incident) == ["V1", "V2", "V3", "V4"]
    again = do(store, add, incident.id, "V4", arrives_at=breach)
    assert (again.arrives_at, again.by_hand) == (None, True)  # as it was
    with pytest.raises(UnknownRecordError):
        do(store, add, incident.id, "V9")


def test_made_again_it_takes_the_new_times_and_keeps_what_was_said(tiny_app: App) -> None:
    store = tiny_app.store
    incident = below_the_dam(store)
    breach = REAL.now().replace(microsecond=0)
    row = do(store, make_round, incident.id, breach_at=breach)[0]
    do(store, say, row.id, "moving", version=1, note="校车两辆")
    later = do(store, make_round, incident.id, breach_at=breach + timedelta(hours=1))[0]
    assert (later.state, later.note) == ("moving", "校车两辆")
    assert later.arrives_at is not None
    assert row.arrives_at is not None
    assert later.arrives_at - row.arrives_at == timedelta(hours=1)
    assert len(order(store, incident)) == 3


def test_without_a_speed_the_order_is_that_of_the_line(tiny_app: App) -> None:
    store = tiny_app.store
    incident = below_the_dam(store, wave_speed_kph=None)  # type: ignore[arg-type]
    rows = do(store, make_round, incident.id)
    assert [(row.village_id, row.arrives_at) for row in rows] == [
        ("V1", None), ("V2", None), ("V3", None),
    ]  # fmt: skip


def test_what_is_unknown_downstream_is_told(tiny_app: App) -> None:
    store = tiny_app.store
    fill_valley(store)
    for given, code in (({"hazard": HAZARD}, "unknown"), ({}, "no_hazard")):
        incident = opened(store, "flood", at=DAM, **given)
        with pytest.raises(InputError) as refused:
            do(store, make_round, incident.id)
        assert refused.value.code == f"downstream.is_{code}"


def test_what_is_said_of_a_village_is_in_the_log_in_words(tiny_apps: App) -> None:
    store = tiny_apps.store
    incident = below_the_dam(store)
    row = do(store, make_round, incident.id)[0]
    row = do(store, say, row.id, "reached", version=1)
    assert (row.state, row.said_by) == ("reached", "值班员")
    assert do(store, say, row.id, "reached", version=1).version == 2  # heard twice
    with pytest.raises(OutOfDateError):
        do(store, say, row.id, "empty", version=1)
    do(store, say, row.id, "empty", version=2, note="两户留守已劝离")
    with pytest.raises(InputError):
        do(store, say, row.id, "gone", version=3)
    viewer = system_actor("v").__class__(
        login="v", name="v", role=Role.VIEWER, county=None, agency=None,
        rights=ROLE_RIGHTS[Role.VIEWER],
    )  # fmt: skip
    with pytest.raises(ForbiddenError):
        do(store, say, row.id, "empty", version=3, actor=viewer)
    with store.session() as session:
        lines = [one.to_dict("zh") for one in log(session, incident.id)]
    assert [(one["what"], one["text"]) for one in lines[1:]] == [
        ("insert", "V1村"), ("insert", "V2村"), ("insert", "V3村"),
        ("call", "V1村：已通知到"), ("call", "V1村：已撤空 — 两户留守已劝离"),
    ]  # fmt: skip


def test_water_alarms_until_people_move(tiny_app: App) -> None:
    """At the moment of arrival it is 0 minutes; a second later the water has come."""
    store = tiny_app.store
    incident = below_the_dam(store)
    rows = do(store, make_round, incident.id)
    first = rows[0].arrives_at
    assert first is not None
    do(store, say, rows[1].id, "moving", version=1)
    do(store, say, rows[2].id, "empty", version=1)

    def told(at: datetime) -> list[str]:
        with store.session() as session:
            found = standing(session, incident.id).command.alarms(at)
        return [str(one.to_dict("en")["text"]) for one in found if one.kind == "water"]

    assert told(first) == ["V1村: 0 min until the water, and nobody moves yet."]
    assert "1 min until" in told(first - timedelta(seconds=119))[0]
    assert "expected 1 min ago" in told(first + timedelta(seconds=1))[0]
    do(store, say, rows[0].id, "moving", version=1)
    assert told(first) == []
    do(store, say, rows[1].id, "reached", version=2)  # they came back
    assert len(told(first)) == 1


def test_the_round_goes_with_an_incident_that_is_joined(tiny_app: App) -> None:
    store = tiny_app.store
    incident = below_the_dam(store)
    kept = opened(store, "flood", at=DAM, hazard=HAZARD)
    do(store, make_round, incident.id)
    do(store, add, kept.id, "V2")
    do(store, join, incident.id, kept.id, version=1, why="同一处")
    assert sorted(order(store, kept)) == ["V1", "V2", "V3"]
    assert order(store, incident) == ["V2"]


def test_a_village_that_went_into_another_is_called_as_that(tiny_app: App) -> None:
    store = tiny_app.store
    incident = below_the_dam(store)
    rows = do(store, make_round, incident.id)

    def joined(session, actor):  # type: ignore[no-untyped-def]
        merge(session, actor, "village", "V4", "V1", choices={}, why="同一村")

    do(store, joined)
    with store.session() as session:
        village = villages_of(session, OFFICER, rows)[rows[0].id]
        assert village is not None
        assert village.id == "V4"
        told = session.scalars(select(Event).where(Event.kind == "village_call")).all()
    assert {row.data["of"] for row in told if row.data} == {"V1村", "V2村", "V3村"}
