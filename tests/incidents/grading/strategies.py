"""Figures and times for properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from gisapp.incidents.grading import KINDS, POLLUTED, THREATENED, Figures, Times

MOMENT = datetime(2019, 3, 15, 14, 50, tzinfo=UTC)
ALL_TIMES = Times(
    occurred_at=MOMENT,
    unit_head_at=MOMENT,
    county_received_at=MOMENT,
    city_received_at=MOMENT,
)

people = st.none() | st.integers(0, 120)
crowds = st.none() | st.integers(0, 2000)
money = st.none() | st.integers(0, 200_000_000)
figures = st.builds(
    Figures,
    dead=people,
    missing=people,
    trapped=people,
    seriously_injured=people,
    injured=people,
    in_danger=people,
    moved=crowds,
    to_move=crowds,
    loss_cny=money,
    potential_loss_cny=money,
    burnt_ha=st.none() | st.floats(0, 2000),
    threatened=st.frozensets(st.sampled_from(sorted(THREATENED))),
    polluted=st.frozensets(st.sampled_from(sorted(POLLUTED))),
)
kinds = st.sampled_from(list(KINDS.values()))

COUNTED = (
    "dead",
    "missing",
    "trapped",
    "seriously_injured",
    "injured",
    "in_danger",
    "moved",
    "to_move",
    "loss_cny",
    "potential_loss_cny",
    "burnt_ha",
)


@st.composite
def growing(draw: st.DrawFn) -> tuple[Figures, Figures]:
    """Figures, and the same with more of anything or with something known that was not."""
    before = draw(figures)
    more = {name: (before.value(name) or 0) + draw(st.integers(0, 1200)) for name in COUNTED}
    grown = {name for name in COUNTED if draw(st.booleans())}
    return before, replace(before, **{name: more[name] for name in grown})
