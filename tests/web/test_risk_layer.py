"""The risk layer of the map is kept in step with the database, whoever writes to it."""

from __future__ import annotations

import json

import web.risks.layer  # noqa: F401 - says what the layer shows
from gisapp.registers import editing
from gisapp.risks.lifecycle import advance, assess
from gisapp.store import Store
from layers.risks import RISKS
from tests.risks.hazards import EVA, add_hazards
from web.map.drawn import Drawn


def test_the_layer_follows_every_change(store: Store, other_store: Store) -> None:
    """What another process writes shows at once: levels, stages, names, new and retired ones."""
    add_hazards(store)
    made = Drawn(RISKS)

    def shown(bbox: tuple[float, float, float, float] = (99, 29, 101, 31)) -> dict[str, int]:
        with store.session() as session:
            found = json.loads(made.in_box(session, bbox, "zh", limit=100))["features"]
        return {one["properties"]["id"]: one["properties"]["c"] for one in found}

    before = shown()
    assert (len(before), before["geohazard:G4"], before["mine:M2"]) == (8, 3, 1)
    with other_store.session(write=True) as session:
        assess(session, EVA, "geohazard", "G4", method="judged", level=1, why="塌方", version=0)
        assess(session, EVA, "mine", "M2", method="judged", level=4, why="停产", version=0)
        advance(
            session, EVA, "mine", "M2", "closed", why="关闭", version=1,

        )  # fmt: skip
        editing.retire(session, EVA, "reservoir", "R3", version=1, why="拆除")
        editing.change(
            session, EVA, "crowded_place", "C2", {"capacity": 6000}, version=1, why="扩建"
        )
    after = {**before, "geohazard:G4": 0, "crowded_place:C2": 0}
    del after["mine:M2"], after["reservoir:R3"]
    assert shown() == after
    assert shown((99.9, 29, 100.005, 31)) == {"geohazard:G2": 1}
    assert shown() == shown_anew(store)


def shown_anew(store: Store) -> dict[str, int]:
    with store.session() as session:
        found = Drawn(RISKS).in_box(session, (99, 29, 101, 31), "zh", limit=100)
    features = json.loads(found)["features"]
    return {one["properties"]["id"]: one["properties"]["c"] for one in features}
