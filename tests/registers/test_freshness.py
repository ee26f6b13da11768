"""A record falls due some days after its last verification, by its kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy import select

from gisapp.registers import KINDS, RESOURCE_KINDS
from gisapp.registers.freshness import (
    DUE_SOON_DAYS,
    Freshness,
    due_on,
    freshness,
    is_late,
    not_verified_in_time,
    verified_in_time,
)
from gisapp.registers.kinds import MODELS
from gisapp.registers.kinds.team import Team
from gisapp.store import Store

KIND = replace(KINDS["team"], verify_every_days=90)
VERIFIED = date(2026, 1, 1)
DUE = date(2026, 4, 1)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def test_due_day_is_the_last_that_counts() -> None:
    """90 days after 1 January 2026 is 1 April: that day it still counts, the next it is overdue."""
    assert due_on(KIND, VERIFIED) == DUE
    assert freshness(KIND, VERIFIED, today=DUE) is Freshness.DUE_SOON
    assert freshness(KIND, VERIFIED, today=DUE + timedelta(1)) is Freshness.OVERDUE


def test_due_soon_begins_two_weeks_before() -> None:
    first = DUE - timedelta(DUE_SOON_DAYS - 1)
    assert freshness(KIND, VERIFIED, today=first) is Freshness.DUE_SOON
    assert freshness(KIND, VERIFIED, today=first - timedelta(1)) is Freshness.CURRENT


def test_never_verified_is_told_apart_from_never_due() -> None:
    assert due_on(KIND, None) is None
    assert freshness(KIND, None, today=DUE) is Freshness.NEVER_VERIFIED
    river = KINDS["river"]
    assert due_on(river, VERIFIED) is None
    assert freshness(river, None, today=DUE) is None


def test_every_kind_of_the_census_falls_due() -> None:
    assert all(kind.verify_every_days for kind in RESOURCE_KINDS.values())


@given(days, st.integers(-200, 200))
def test_overdue_is_after_the_due_day(verified_at: date, offset: int) -> None:
    due = due_on(KIND, verified_at)
    assert due is not None
    is_overdue = freshness(KIND, verified_at, today=due + timedelta(offset)) is Freshness.OVERDUE
    assert is_overdue == (offset > 0)


def test_query_says_the_same_as_the_rule(store: Store) -> None:
    kind = KINDS["team"]
    assert kind.verify_every_days is not None
    today = date(2026, 11, 23)
    ages = [None, 0, *(kind.verify_every_days + step for step in (-1, 0, 1))]
    dates = {f"T{n}": None if age is None else today - timedelta(age) for n, age in enumerate(ages)}
    with store.session(write=True) as session:
        session.add_all(
            Team(id=key, name="队", team_type="flood", geom=Point(111, 36), verified_at=value)
            for key, value in dates.items()
        )
    expected = {key for key, value in dates.items() if is_late(kind, value, today=today)}
    with store.session() as session:
        query = select(Team.id).where(not_verified_in_time(kind, today=today))
        assert set(session.scalars(query)) == expected == {"T0", "T4"}
        query = select(Team.id).where(verified_in_time(kind, today=today))
        assert set(session.scalars(query)) == dates.keys() - expected


@pytest.mark.parametrize("kind", ["river", "place", "area"])
def test_the_base_map_is_never_late(store: Store, kind: str) -> None:
    with store.session() as session:
        query = select(MODELS[kind].id).where(not_verified_in_time(KINDS[kind], today=DUE))
        assert session.scalars(query).all() == []
