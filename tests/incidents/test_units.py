"""A proposal names units where a team has some, and nobody who is out."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from shapely import Point

from gisapp.bootstrap import App
from gisapp.incidents.dispatch import others, propose
from gisapp.incidents.orders import UnitOrder, order, set_state
from gisapp.incidents.proposal import Proposal
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.kinds import KINDS
from gisapp.rights import Right, system_actor
from tests.incidents.acting import HERE, do, opened, ordered

UNIT = {"unit_type": "pumper", "profile": "light", "capabilities": ["fire"]}


def put(app: App, kind: str, *records: dict[str, Any]) -> None:
    with app.store.session(write=True) as session:
        changes = compare(session, KINDS[kind], list(records))
        store_changes(session, system_actor("t"), Right.EDIT, changes, why="t")


def asked(app: App, need: str = "fire", k: int = 5) -> Proposal:
    return propose(app, *HERE, need, k=k)


def keys(proposal: Proposal) -> list[str]:
    return [one.team.key for one in proposal.proposed]


def why_not(app: App, proposal: Proposal) -> dict[str, str]:
    told = others(
        app, *HERE, proposal.need, proposed=keys(proposal), closures=proposal.closures,
        at=proposal.generated_at,
    )  # fmt: skip
    return {one.team.key: one.message("en") for one in told.left_out}


@pytest.fixture
def parted(tiny_app: App) -> App:
    """Team T1, 60 s of turnout, sends two units; a hospital beside it an ambulance."""
    put(tiny_app, "hospital", {"id": "H1", "name": "医院", "geom": Point(100.003, 30.0)})
    put(
        tiny_app, "unit",
        {"id": "U1", "name": "一号车", "team_id": "T1", "turnout_s": 30, **UNIT},
        {"id": "U2", "name": "二号车", "team_id": "T1", **UNIT},
        {"id": "T2", "name": "急救车", "hospital_id": "H1", "unit_type": "ambulance",
         "profile": "light", "capabilities": ["medical"]},
    )  # fmt: skip
    return tiny_app


def test_units_go_in_the_place_of_their_team(parted: App) -> None:
    proposal = asked(parted)
    first, second, third = (one for one in proposal.proposed if one.team.key != "T3")
    assert keys(proposal)[:2] == ["unit:U1", "unit:U2"]
    assert (first.team.turnout_s, second.team.turnout_s) == (30, 60)  # its own, else its team's
    assert first.travel_s == second.travel_s
    assert first.total_s + 30 == second.total_s
    assert third.team.key == "T2"
    assert "T1" not in keys(proposal)
    assert "T1" not in why_not(parted, proposal)


def test_a_unit_of_a_hospital_has_an_id_of_its_own(parted: App) -> None:
    """The ambulance's id is that of a team as well."""
    proposal = asked(parted, "medical")
    assert [(one.team.kind, one.team.id) for one in proposal.proposed] == [("unit", "T2")]
    assert proposal.proposed[0].team.x == 100.003


def test_a_team_whose_units_cannot_is_named(parted: App) -> None:
    """T1 is registered for rescue; none of its units is."""
    proposal = asked(parted, "rescue")
    assert proposal.proposed == ()
    assert why_not(parted, proposal) == {"T1": "None of its units has the capability"}


def test_who_is_out_is_not_proposed_and_comes_back(tiny_app: App) -> None:
    before = asked(tiny_app)
    incident = opened(tiny_app.store)
    (made,) = ordered(tiny_app.store, incident, keys(before)[0])
    proposal = asked(tiny_app)
    assert keys(proposal) == keys(before)[1:]
    assert why_not(tiny_app, proposal)[keys(before)[0]] == f"Serves incident {incident.id}"
    do(tiny_app.store, set_state, made.id, "stood_down", seen="ordered", why="不需要")
    assert keys(asked(tiny_app)) == keys(before)


def test_whoever_is_out_the_k_first_of_the_rest_are_proposed(parted: App) -> None:
    """Every choice of those who are out, against striking them from the whole list."""
    whole = [(one.team.kind, one.team.id) for one in asked(parted).proposed]
    store = parted.store
    for size in range(1, len(whole) + 1):
        for out in combinations(whole, size):
            incident = opened(store)
            units = [UnitOrder(kind=kind, id=one) for kind, one in out]
            made = do(store, order, incident.id, units)
            for k in (1, 2, 5):
                found = [(one.team.kind, one.team.id) for one in asked(parted, k=k).proposed]
                assert found == [one for one in whole if one not in out][:k]
            for row in made:
                do(store, set_state, row.id, "stood_down", seen="ordered", why="x")


def test_a_changed_unit_is_followed_at_once(parted: App) -> None:
    assert "unit:U1" in keys(asked(parted))
    put(parted, "unit", {"id": "U1", "name": "一号车", "team_id": "T1", **UNIT,
                         "capabilities": ["hazmat"]})  # fmt: skip
    assert "unit:U1" not in keys(asked(parted))
