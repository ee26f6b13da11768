"""Two results side by side: what changes in all, in every county, and at every place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy.orm import Session

from gisapp.errors import InputError
from gisapp.planning.coverage import CoverState
from gisapp.planning.models import Scenario, ScenarioResult
from gisapp.planning.scenarios import content_of, find_scenario, last_result
from gisapp.schema import Label

NOTICED_S: Final = 30.0
"""By less than this an arrival is no sooner and no later."""


class Change(StrEnum):
    """What becomes of a place from one result to the other."""

    GAINED = "gained"
    LOST = "lost"
    SOONER = "sooner"
    LATER = "later"
    SAME = "same"
    NEITHER = "neither"


CHANGES: Final[Mapping[Change, Label]] = {
    Change.GAINED: Label("新达标", "newly covered"),
    Change.LOST: Label("不再达标", "no longer covered"),
    Change.SOONER: Label("达标且更快", "covered, sooner"),
    Change.LATER: Label("达标但更慢", "covered, later"),
    Change.SAME: Label("达标不变", "covered as before"),
    Change.NEITHER: Label("均未达标", "covered in neither"),
}
"""In the order in which tables and legends list them."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two results of the same places.

    Attributes
    ----------
    places
        Of both, by id: `id`, `name`, `name_en`, `county`, `people`, `x`, `y`, `one_state`,
        `other_state`, `one_s`, `other_s` (None where nobody arrives) and `change`.
    counties
        `county`, `places`, `one_share`, `other_share`, `people`, `one_people_share` and
        `other_people_share`; the shares of people None where nobody is known.
    only_one, only_other
        Places that the other result does not have.
    """

    places: pd.DataFrame
    counties: pd.DataFrame
    only_one: int
    only_other: int

    def counts(self) -> dict[Change, tuple[int, float]]:
        """Places and known people of each change."""
        people = self.places["people"].fillna(0)
        return {
            change: (
                int((self.places["change"] == change).sum()),
                float(people[self.places["change"] == change].sum()),
            )
            for change in Change
        }


def compare(one: Mapping[str, Any], other: Mapping[str, Any]) -> Comparison:
    """Put two results side by side.

    Parameters
    ----------
    one, other
        As :func:`gisapp.planning.scenarios.content_of` unpacks them.

    Raises
    ------
    InputError
        ``scenario.nothing_to_compare``: they have no place in common.
    """
    first, second = pd.DataFrame(one["places"]), pd.DataFrame(other["places"])
    both = first.merge(second[["id", "state", "total_s"]], on="id", suffixes=("", "_other"))
    if both.empty:
        raise InputError("scenario.nothing_to_compare")
    places = pd.DataFrame(
        {
            **{
                name: both[name] for name in ("id", "name", "name_en", "county", "people", "x", "y")
            },
            "one_state": both["state"],
            "other_state": both["state_other"],
            "one_s": both["total_s"].astype("float64"),
            "other_s": both["total_s_other"].astype("float64"),
        }
    )
    places["people"] = places["people"].astype("float64")
    places["change"] = classed(
        places["one_state"], places["other_state"], places["other_s"] - places["one_s"]
    )
    return Comparison(
        places=places,
        counties=_by_county(places),
        only_one=len(first) - len(both),
        only_other=len(second) - len(both),
    )


class Pair(NamedTuple):
    """Two scenarios, their last results, and what changes from the one to the other."""

    rows: tuple[Scenario, Scenario]
    results: tuple[ScenarioResult, ScenarioResult]
    found: Comparison


def compare_scenarios(session: Session, one_id: str, other_id: str) -> Pair:
    """Put the last results of two scenarios side by side.

    Raises
    ------
    UnknownRecordError
        ``scenario.unknown``, ``scenario.no_result``.
    InputError
        As :func:`compare`.
    """
    rows = find_scenario(session, one_id), find_scenario(session, other_id)
    results = last_result(session, one_id), last_result(session, other_id)
    return Pair(rows, results, compare(content_of(results[0]), content_of(results[1])))


def classed(before: pd.Series, after: pd.Series, later_s: pd.Series) -> npt.NDArray[np.str_]:
    """Tell of every place what becomes of it.

    Parameters
    ----------
    before, after
        A :class:`~gisapp.planning.coverage.CoverState` of each.
    later_s
        Seconds by which somebody arrives later, where both are covered.

    Returns
    -------
    (places,) str
        A :class:`Change` of each.
    """
    was, now = before == CoverState.COVERED, after == CoverState.COVERED
    return np.select(
        [~was & now, was & ~now, ~was & ~now, later_s < -NOTICED_S, later_s > NOTICED_S],
        [Change.GAINED, Change.LOST, Change.NEITHER, Change.SOONER, Change.LATER],
        default=Change.SAME,
    )


def _by_county(places: pd.DataFrame) -> pd.DataFrame:
    people = places["people"].fillna(0)
    rows = []
    for county, part in places.groupby(places["county"].fillna(""), sort=True):
        known = people[part.index]
        row: dict[str, object] = {
            "county": county or None,
            "places": len(part),
            "people": float(known.sum()),
        }
        for name in ("one", "other"):
            covered = part[f"{name}_state"] == CoverState.COVERED
            row[f"{name}_share"] = float(covered.mean())
            of_people = float(known[covered].sum() / known.sum()) if known.sum() else None
            row[f"{name}_people_share"] = of_people
        rows.append(row)
    return pd.DataFrame(rows)
