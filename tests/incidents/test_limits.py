"""Limits that cannot be read: who is held up, and what a confirmation changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events import Event
from gisapp.incidents.dispatch import propose
from gisapp.incidents.limits import confirm_limit, confirmations, withdraw_limit
from gisapp.provision import read_roads
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Right, Role, system_actor
from gisapp.store import Store
from routing import save
from tests.tiny_site import DOUBT as TEXT
from tests.tiny_site import doubtful_roads

NEAR_C = (100.041, 30.0)
ANNA = system_actor("anna")


@pytest.fixture
def app(tiny_app: App) -> App:
    save(doubtful_roads(), tiny_app.roads_path)
    return tiny_app


def confirm(app: App, value: float | None, *, actor: Actor = ANNA, **changed: object):
    asked = {"way_id": 7, "kind": "weight", "text": TEXT, "why": "电话问过路政"} | changed
    with app.store.session(write=True) as session:
        return confirm_limit(session, actor, app.imported_router.network, value=value, **asked)


def heavy_minutes(app: App) -> float:
    first = next(one for one in propose(app, *NEAR_C, "fire").proposed if one.team.id == "T1")
    return first.total_s / 60


def test_the_answer_names_who_is_held_up_and_by_what(app: App) -> None:
    proposal = propose(app, *NEAR_C, "fire")
    (held,) = proposal.held_up
    assert held.team.id == "T1"
    assert held.total_now_s == next(one.total_s for one in proposal.proposed if one.team.id == "T1")
    assert held.total_s < held.total_now_s
    assert [(one.way_id, one.text) for one in held.limits] == [(7, TEXT)]
    assert "主干桥" in held.message("zh")
    assert f"{held.total_s / 60:.1f}" in held.message("en")
    assert "held_up" in [one.code for one in proposal.warnings]
    assert proposal.to_dict("zh")["held_up"][0]["limits"][0]["text"] == TEXT


def test_a_confirmation_holds_at_once_and_is_an_event(app: App) -> None:
    before = heavy_minutes(app)
    promised = propose(app, *NEAR_C, "fire").held_up[0].total_s
    confirm(app, 30.0)
    assert heavy_minutes(app) * 60 == promised
    assert heavy_minutes(app) < before
    assert propose(app, *NEAR_C, "fire").held_up == ()
    with app.store.session() as session:
        event = session.scalars(select(Event).where(Event.kind == "road_limit")).one()
    assert (event.who, event.what, event.subject_id) == ("anna", "confirm", "7:weight")
    assert event.why == "电话问过路政"
    assert event.data == {"text": TEXT, "value": 30.0, "unit": "t", "name": "主干桥"}


def test_a_confirmed_limit_below_the_vehicle_is_a_limit_like_any_other(app: App) -> None:
    before = heavy_minutes(app)
    confirm(app, 20.0)
    assert heavy_minutes(app) == before
    assert propose(app, *NEAR_C, "fire").held_up == ()


def test_it_survives_an_import_while_the_text_is_unchanged(app: App) -> None:
    confirm(app, None)
    quick = heavy_minutes(app)
    save(doubtful_roads(), app.roads_path)
    assert heavy_minutes(app) == quick
    save(doubtful_roads("maxweight=十吨"), app.roads_path)
    assert heavy_minutes(app) > quick
    assert [one.text for one in propose(app, *NEAR_C, "fire").held_up[0].limits] == [
        "maxweight=十吨"
    ]


def test_a_number_that_now_means_another_road_confirms_nothing(app: App) -> None:
    confirm(app, None)
    save(doubtful_roads(at=0.012), app.roads_path)
    assert len(propose(app, *NEAR_C, "fire").held_up) == 1


def test_an_incident_on_the_very_bridge_is_reached_only_once_it_is_confirmed(app: App) -> None:
    (held,) = propose(app, 100.03, 30.0, "fire").held_up
    assert held.stops_away
    assert [one.way_id for one in held.limits] == [7]
    confirm(app, None)
    proposal = propose(app, 100.03, 30.0, "fire")
    assert proposal.held_up == ()
    assert next(one.total_s for one in proposal.proposed if one.team.id == "T1") == held.total_s


def test_confirmed_again_the_later_one_holds_and_withdrawn_it_is_in_doubt(app: App) -> None:
    doubtful = heavy_minutes(app)
    confirm(app, 10.0)
    later = confirm(app, None, why="大桥加固后复核")
    assert heavy_minutes(app) < doubtful
    with app.store.session() as session:
        assert [one.id for one in confirmations(session)] == [later.id]
    for _twice in range(2):
        with app.store.session(write=True) as session:
            withdraw_limit(session, ANNA, later.id, why="说错了桥")
    assert heavy_minutes(app) == doubtful
    with app.store.session() as session:
        events = session.scalars(select(Event).where(Event.kind == "road_limit")).all()
    assert [one.what for one in events] == ["confirm", "confirm", "withdraw"]


@pytest.mark.parametrize(
    ("value", "changed", "code"),
    [
        (0.0, {}, "limit.bad_value"),
        (3500.0, {}, "limit.bad_value"),
        (20.0, {"why": " "}, "limit.no_reason"),
        (20.0, {"why": "a\nb"}, "limit.bad_reason"),
        (20.0, {"text": "maxweight=20"}, "limit.unknown"),
        (20.0, {"kind": "height"}, "limit.unknown"),
        (20.0, {"way_id": 6}, "limit.unknown"),
    ],
)
def test_what_is_refused_leaves_nothing(app: App, value, changed, code) -> None:
    with pytest.raises((InputError, UnknownRecordError)) as refused:
        confirm(app, value, **changed)
    assert refused.value.code == code
    with app.store.session() as session:
        assert confirmations(session) == []
        assert session.scalars(select(Event).where(Event.kind == "road_limit")).all() == []


@pytest.mark.parametrize("role", [one for one in Role if Right.CLOSE_ROADS not in ROLE_RIGHTS[one]])
def test_who_may_not_close_roads_may_not_open_them(app: App, role: Role) -> None:
    actor = Actor(
        login="v", name="v", role=role, county=None, agency=None, rights=ROLE_RIGHTS[role]
    )
    with pytest.raises(ForbiddenError):
        confirm(app, None, actor=actor)
    given = confirm(app, None)
    with pytest.raises(ForbiddenError), app.store.session(write=True) as session:
        withdraw_limit(session, actor, given.id, why="x")


def test_both_databases_keep_one_confirmation_of_a_limit(store: Store) -> None:
    network = doubtful_roads(bridge_way=2**40)
    for value in (20.5, None):
        with store.session(write=True) as session:
            confirm_limit(
                session, ANNA, network, way_id=2**40, kind="weight", text=TEXT, value=value, why="x"
            )
    with store.session() as session:
        (one,) = confirmations(session)
    assert (one.limit.way_id, one.limit.value, one.name) == (2**40, None, "主干桥")


def test_a_census_file_of_roads_with_an_unread_limit(tmp_path: Path) -> None:
    path = tmp_path / "roads.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
        '{"highway":"国道","maxweight":"20吨","maxheight":"三米"},"geometry":'
        '{"type":"LineString","coordinates":[[111.5,36.08],[111.51,36.08]]}}]}',
        encoding="utf-8",
    )
    network = read_roads(path)
    assert network.street_maxweight.tolist() == [20]
    assert network.doubts == ("", "maxheight=三米")
    assert network.report.notes == {"maxheight": 1}
