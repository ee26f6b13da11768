"""Whom a closure would cut off, by hand on the tiny site."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from gisapp.bootstrap import App
from gisapp.incidents.closures import open_closures
from gisapp.incidents.cut_off import CutOff, cut_off
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Role, system_actor
from tests.incidents.acting import OFFICER, opened, ordered
from tests.incidents.closing import add_closure

ON_BRIDGE = shapely.box(100.028, 29.99, 100.032, 30.01)
BOTH_WAYS = shapely.box(100.028, 29.99, 100.032, 30.04)
"""The bridge and the way around it: A and B on one side, C and D on the other."""
EAST_END = shapely.box(100.052, 29.99, 100.054, 30.01)
"""Between C and D: the teams at 100.059 beyond it."""


def told(app: App, area: shapely.Polygon, actor: Actor = OFFICER) -> CutOff:
    with app.store.session() as session:
        found = cut_off(app, session, actor, area)
        assert open_closures(session) == []
    return found


def test_a_detour_makes_later_and_cuts_nobody_off(tiny_apps: App) -> None:
    """A light unit drives 4.7 km round at 30 km/h in place of 1.9 km of bridge at 60."""
    store = tiny_apps.store
    incident = opened(store, at=(100.0, 30.0))
    ordered(store, incident, "T2")
    (unit,) = told(tiny_apps, ON_BRIDGE).units
    assert (unit.unit.id, unit.incident_id) == ("T2", incident.id)
    # P lies 0.03 degrees (3.33 km) north and 0.01 degrees (0.96 km) aside: 2 × 3.46 km.
    by_hand_s = 2 * 3460 / (30 / 3.6) - 1929 / (60 / 3.6)
    assert unit.later_s == pytest.approx(by_hand_s, rel=0.01)
    assert told(tiny_apps, ON_BRIDGE).places == ()


def test_who_is_beyond_is_named_with_what_it_is(tiny_app: App) -> None:
    store = tiny_app.store
    west, east = opened(store, at=(100.0, 30.0)), opened(store, at=(100.058, 30.0))
    ordered(store, west, "T2")
    ordered(store, east, "M1")
    found = told(tiny_app, EAST_END)
    assert [(one.unit.id, one.later_s) for one in found.units] == [("T2", None)]
    assert {(one.kind, one.id, one.is_inside) for one in found.places} == {
        ("incident", east.id, False), ("team", "T2", False), ("team", "M1", False),
    }  # fmt: skip
    assert found.found == 3
    # M1 is on the same side as its incident: nothing becomes of it.
    assert found.not_reckoned == 0


def test_an_incident_inside_is_reached_up_to_the_closure(tiny_app: App) -> None:
    incident = opened(tiny_app.store, at=(100.03, 30.0))
    ordered(tiny_app.store, incident, "T2")
    found = told(tiny_app, ON_BRIDGE)
    (unit,), (place,) = found.units, found.places
    assert unit.later_s is not None
    assert unit.stops_short_m == pytest.approx(193, abs=3)  # 0.002 degrees of longitude
    assert (place.kind, place.is_inside) == ("incident", True)


def test_what_is_cut_off_already_is_not_told_again(tiny_app: App) -> None:
    add_closure(tiny_app.store, EAST_END, reason="塌方", actor=OFFICER)
    with tiny_app.store.session() as session:
        again = cut_off(tiny_app, session, OFFICER, shapely.buffer(EAST_END, 0.001))
        other = cut_off(tiny_app, session, OFFICER, BOTH_WAYS)
    assert {one.id for one in again.places} == set()
    assert {one.id for one in other.places} <= {"T1", "T4", "T5"}
    assert other.places


def test_a_unit_on_an_island_is_not_passed_over_in_silence(tiny_app: App) -> None:
    incident = opened(tiny_app.store, at=(100.0, 30.0))
    ordered(tiny_app.store, incident, "T3")
    assert told(tiny_app, ON_BRIDGE).not_reckoned == 1


def test_it_is_asked_by_whoever_may_close(tiny_app: App) -> None:
    viewer = replace(system_actor("x"), rights=ROLE_RIGHTS[Role.VIEWER])
    with pytest.raises(ForbiddenError):
        told(tiny_app, ON_BRIDGE, viewer)
