"""较大涉险事故: any one criterion, with nobody dead."""

from __future__ import annotations

import pytest

from gisapp.incidents.grading import POLLUTED, THREATENED, Figures
from gisapp.incidents.grading.near_miss import near_miss


def codes(known: Figures) -> list[str]:
    found = near_miss(known)
    return [] if found is None else [one.code for one in found.criteria]


@pytest.mark.parametrize(
    ("figure", "bound", "code"),
    [
        ("in_danger", 10, "incident.by_in_danger"),  # 涉险10人以上
        ("trapped", 3, "incident.by_unaccounted"),  # 3人以上被困
        ("missing", 3, "incident.by_unaccounted"),  # 或者下落不明
        ("moved", 500, "incident.by_moved"),  # 紧急疏散人员500人以上
    ],
)
def test_bounds(figure: str, bound: int, code: str) -> None:
    assert codes(Figures(**{figure: bound - 1})) == []
    assert codes(Figures(**{figure: bound})) == [code]
    assert codes(Figures(**{figure: bound + 1})) == [code]


def test_trapped_and_missing_count_together() -> None:
    assert codes(Figures(trapped=1, missing=2)) == ["incident.by_unaccounted"]
    assert codes(Figures(trapped=1, missing=1)) == []


@pytest.mark.parametrize("place", sorted(THREATENED))
def test_a_threatened_place(place: str) -> None:
    found = near_miss(Figures(threatened=frozenset({place})))
    assert found is not None
    assert THREATENED[place].zh in found.criteria[0].in_("zh")
    assert THREATENED[place].en in found.criteria[0].in_("en")


@pytest.mark.parametrize("place", sorted(POLLUTED))
def test_a_polluted_place(place: str) -> None:
    assert codes(Figures(polluted=frozenset({place}))) == ["incident.by_polluted"]


def test_all_that_is_met_is_named() -> None:
    known = Figures(
        in_danger=40, trapped=20, moved=800, threatened=frozenset({"airport", "station"})
    )
    assert len(codes(known)) == 4
    said = near_miss(known).criteria[-1].in_("zh")
    assert said == "危及重要场所和设施安全：车站、机场。"


def test_the_dead_and_the_unknown_make_none() -> None:
    assert codes(Figures(dead=30, seriously_injured=100)) == []
    assert codes(Figures()) == []
