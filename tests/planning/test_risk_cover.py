"""Risk beside cover, by hand: hazards whose level stands in their id, in two counties."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gisapp.planning.risk_cover import risk_and_cover
from gisapp.risks.lifecycle import advance, assess
from gisapp.store import Store
from tests.risks.hazards import EVA, TODAY, add_hazards

COUNTIES = pd.DataFrame({
    "county": ["990001", "990002", "990003", None],
    "share": [0.2, 0.8, 1.0, 0.5],
    "people_share": [0.5, 0.79, np.nan, 0.5],
})  # fmt: skip


def test_risks_are_counted_and_classed(store: Store) -> None:
    """The first county holds levels 1, 2, 2, 2, the second 4, none, 3, 2; the third nothing."""
    add_hazards(store)
    with store.session() as session:
        found = risk_and_cover(session, COUNTIES, today=TODAY)
    assert found["county"].tolist() == ["990001", "990002", "990003"]
    levels = found[["level_1", "level_2", "level_3", "level_4"]].to_numpy().tolist()
    assert levels == [[1, 3, 0, 0], [0, 1, 1, 1], [0, 0, 0, 0]]
    assert found["grave"].tolist() == [4, 1, 0]
    assert found["risk_class"].tolist() == [2, 1, 0]
    # By people where they are known: half is fair, 79 % is fair, all places are good.
    assert found["cover_class"].tolist() == [1, 1, 2]


def test_what_is_closed_out_is_no_risk(store: Store) -> None:
    add_hazards(store)
    with store.session(write=True) as session:
        assess(session, EVA, "mine", "M2", method="judged", level=1, why="看", version=0)
        advance(session, EVA, "mine", "M2", state="closed", why="关", version=1)
    with store.session() as session:
        found = risk_and_cover(session, COUNTIES, today=TODAY)
    assert found["grave"].tolist() == [3, 1, 0]


def test_equal_numbers_are_in_one_third(store: Store) -> None:
    """Without any hazard every county is in the lowest."""
    with store.session() as session:
        found = risk_and_cover(session, COUNTIES, today=TODAY)
    assert found["risk_class"].tolist() == [0, 0, 0]
