"""The level that facts propose, in SQL as by the rules."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy import select

from gisapp.registers import grades
from gisapp.registers.kinds import HAZARD_KINDS
from gisapp.registers.kinds.geohazard import Geohazard
from gisapp.registers.kinds.hazard_source import HazardSource
from gisapp.registers.kinds.tailings_pond import TailingsPond
from gisapp.risks.levels import PROPOSALS, proposed_level
from gisapp.risks.register import Filter, list_risks, risk_of
from gisapp.store import Store
from tests.risks.hazards import TODAY, add_hazards

HERE = Point(100, 30)
EVERY_EXAMPLE = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
people = st.none() | st.sampled_from([0, 99, 100, 499, 500, 999, 1000]) | st.integers(0, 3000)
losses = st.none() | st.sampled_from([0.0, 4999999.0, 5e6, 5e7, 99999999.0, 1e8])
volumes = st.sampled_from([0.0, 99.0, 100.0, 1000.0, 9999.0, 10_000.0, 50_000.0])
heights = st.sampled_from([0.0, 29.0, 30.0, 60.0, 99.0, 100.0, 200.0])


def proposed(store: Store, row: Geohazard | HazardSource | TailingsPond) -> int | None:
    kind = row.__tablename__
    with store.session(write=True) as session:
        session.add(row)
        session.flush()
        found = session.scalar(select(proposed_level(kind)).where(type(row).id == row.id))
        session.delete(row)
    return found


def test_every_kind_of_hazard_has_a_rule() -> None:
    assert set(PROPOSALS) == set(HAZARD_KINDS)


@EVERY_EXAMPLE
@given(people=people, loss=losses)
def test_geological_hazard_by_its_danger_grade(
    store: Store, people: int | None, loss: float | None
) -> None:
    row = Geohazard(
        id="G", name="点", geohazard_type="landslide", geom=HERE, people=people, loss_cny=loss
    )
    assert proposed(store, row) == grades.danger_grade(people, loss)


@EVERY_EXAMPLE
@given(volume=volumes, height=heights)
def test_tailings_pond_by_its_class(store: Store, volume: float, height: float) -> None:
    row = TailingsPond(id="P", name="库", geom=HERE, volume_e4_m3=volume, height_m=height)
    by_class = {1: 1, 2: 1, 3: 2, 4: 3, 5: 4}
    assert proposed(store, row) == by_class[grades.tailings_grade(volume, height)]


@pytest.mark.parametrize(("r_value", "level"), [(100, 1), (99.9, 2), (50, 2), (10, 3), (9.9, 4)])
def test_major_hazard_source_by_its_level(store: Store, r_value: float, level: int) -> None:
    row = HazardSource(id="H", name="源", geom=HERE, substance="氨", r_value=r_value)
    assert proposed(store, row) == level


def test_a_grade_set_by_hand_counts(store: Store) -> None:
    row = HazardSource(
        id="H", name="源", geom=HERE, substance="氨", r_value=5,
        level_override=1, level_override_reason="毗邻学校",
    )  # fmt: skip
    assert proposed(store, row) == 1


def test_the_register_shows_each_level(store: Store) -> None:
    add_hazards(store)
    with store.session() as session:
        found = {row.id: row.level for row in list_risks(session, Filter(today=TODAY))}
        unknown = risk_of(session, "geohazard", "G0")
    assert found == {name: int(name[1]) or None for name in found}
    assert len(found) == 8
    assert (unknown.level, unknown.state, unknown.version) == (None, "identified", 0)
