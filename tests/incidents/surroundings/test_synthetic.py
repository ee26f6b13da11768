"""The lines of the sample: one confirmed with villages below it, one waiting, the rest unknown."""

from __future__ import annotations

from shapely import MultiLineString, Point

from gisapp.bootstrap import App
from gisapp.incidents.surroundings.downstream import downstream
from gisapp.incidents.surroundings.synthetic import VILLAGES_BELOW, add_synthetic_lines
from tests.incidents.acting import OFFICER, do
from tests.incidents.surroundings.valley import fill_valley, put


def test_each_state_of_knowledge_is_there(tiny_app: App) -> None:
    store = tiny_app.store
    fill_valley(store)
    common = {"name": "库", "county": "990001", "capacity_e8_m3": 0.05, "synthetic": True}
    alone = [(100.0, 30.06), (100.05, 30.06)]
    put(
        store, "reservoir",
        {"id": "A", "geom": Point(100.1, 30.09), **common},
        {"id": "B", "geom": Point(alone[0]), **common},
        {"id": "C", "geom": Point(alone[0]), **common},
        {"id": "R1", "geom": Point(100.0, 30.02), **common},
    )  # fmt: skip
    put(store, "river", {"id": "w9", "flow": "along", "geom": MultiLineString([alone])})
    do(store, add_synthetic_lines)
    with store.session() as session:
        told = {one: downstream(session, OFFICER, ("reservoir", one)) for one in "ABC"}
        below = downstream(session, OFFICER, ("reservoir", "R1"))
    assert [str(told[one].known) for one in "ABC"] == ["unknown", "unconfirmed", "unknown"]
    assert below.people is not None
    assert below.people.villages >= VILLAGES_BELOW
