"""The map shows at once who is out."""

from __future__ import annotations

from typing import Any

from gisapp.bootstrap import App
from gisapp.incidents.orders import UnitOrder, order, set_state
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.kinds import KINDS
from gisapp.rights import Right, Role, system_actor
from tests.incidents.acting import do, opened, ordered
from tests.web.conftest import PageClient, SignedIn

BOX = "99,29,101,31"


def states(client: PageClient) -> dict[str, str]:
    """Of each team drawn: none is ready."""
    answer = client.get(f"/api/layers/team?bbox={BOX}")
    assert answer.status_code == 200, answer.text
    features = answer.json["features"]
    return {one["properties"]["id"]: one["properties"].get("s", "ready") for one in features}


def put(app: App, *records: dict[str, Any]) -> None:
    with app.store.session(write=True) as session:
        changes = compare(session, KINDS["unit"], list(records))
        store_changes(session, system_actor("t"), Right.EDIT, changes, why="t")


def test_a_team_is_busy_while_it_is_out(signed_in: SignedIn, tiny_app: App) -> None:
    viewer = signed_in(Role.VIEWER)
    before = states(viewer)
    (made,) = ordered(tiny_app.store, opened(tiny_app.store), "T1")
    assert states(viewer) == {**before, "T1": "busy"}
    do(tiny_app.store, set_state, made.id, "stood_down", seen="ordered", why="不需要")
    assert states(viewer) == before


def test_a_team_with_units_is_busy_when_all_are_out(signed_in: SignedIn, tiny_app: App) -> None:
    viewer = signed_in(Role.VIEWER)
    unit = {"unit_type": "pumper", "profile": "light", "capabilities": ["fire"], "team_id": "T1"}
    put(tiny_app, {"id": "U1", "name": "1", **unit}, {"id": "U2", "name": "2", **unit})
    before = states(viewer)
    incident = opened(tiny_app.store)
    (made,) = do(tiny_app.store, order, incident.id, [UnitOrder(kind="unit", id="U1")])
    assert states(viewer) == before
    do(tiny_app.store, order, incident.id, [UnitOrder(kind="unit", id="U2")])
    assert states(viewer) == {**before, "T1": "busy"}
    do(tiny_app.store, set_state, made.id, "stood_down", seen="ordered", why="不需要")
    assert states(viewer) == before
