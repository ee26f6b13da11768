"""The smallest fix of each gap: one measure at a time, ranked by cost per person newly covered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy.orm import Session

from gisapp.planning.coverage import Coverage, Ground
from gisapp.planning.fix_measures import (
    Fix,
    FixStudy,
    Measure,
    Table,
    lifted_roads,
    more_crews,
    moves,
    new_posts,
    turnouts,
)

THOUSAND: Final = 1000.0
BEST_OF_EACH: Final = 40
"""Of each measure so many are kept, and the cheapest for every gap besides."""


@dataclass(frozen=True, kw_only=True)
class Fixes:
    """The answer.

    Attributes
    ----------
    coverage
        As it is, with its gaps.
    kept
        The cheapest per person newly covered first.
    smallest
        (D,) row of the cheapest of `kept` that covers each gap; -1 where none does, and of
        places that are covered.
    by_people
        Whether people are counted, or places where nobody's people are known.
    """

    coverage: Coverage
    kept: tuple[Fix, ...]
    smallest: npt.NDArray[np.int64]
    by_people: bool
    weights: npt.NDArray[np.float64] = field(repr=False)

    def price(self, fix: Fix) -> float | None:
        """Cost per 1,000 people, or per place, newly covered beyond those lost; None for none."""
        gained = float(self.weights[fix.gained].sum() - self.weights[fix.lost].sum())
        return fix.cost / gained * (THOUSAND if self.by_people else 1.0) if gained > 0 else None


def find_fixes(
    session: Session,
    ground: Ground,
    study: FixStudy,
    coverage: Coverage,
    *,
    tell: Callable[[], None] = lambda: None,
) -> Fixes:
    """Try every measure alone and judge each by the standard.

    Posts and turnouts are read off one table of seconds. Each limit or closure that is lifted
    costs a search for each vehicle; none does where lifting all of them together covers no gap.

    Parameters
    ----------
    coverage
        The study's, as it is.
    tell
        Called now and then; what it raises ends the work.

    Raises
    ------
    InputError
        ``planning.no_candidates``, ``planning.many_candidates``.
    """
    table = Table.of(session, ground, study, coverage)
    people = coverage.places["people"].fillna(0).to_numpy(dtype=np.float64)
    by_people = bool(people.sum())
    weights = people if by_people else np.ones(len(people))
    found: list[Fix] = []
    for measures in (new_posts, moves, turnouts, more_crews):
        tell()
        found += [one for one in measures(table, study) if len(one.gained)]
    for one in lifted_roads(ground, study, coverage):
        tell()
        if len(one.gained):
            found.append(one)
    ordered = sorted(found, key=lambda one: (_worth(one, weights), one.key))
    cheapest: dict[int, Fix] = {}
    for one in sorted(found, key=lambda one: (one.cost, _worth(one, weights), one.key)):
        for gap in one.gained.tolist():
            cheapest.setdefault(gap, one)
    wanted = {one.key for one in cheapest.values()}
    alike: dict[tuple[object, ...], list[Fix]] = {}
    for one in ordered:
        # What it costs and changes is the same: one of them is told, and how many there are.
        same = (one.measure, one.cost, one.gained.tobytes(), one.lost.tobytes())
        alike.setdefault(same, []).append(one)
    counts = dict.fromkeys(Measure, 0)
    kept: list[Fix] = []
    for group in alike.values():
        one = next((each for each in group if each.key in wanted), group[0])
        counts[one.measure] += 1
        if counts[one.measure] <= BEST_OF_EACH or one.key in wanted:
            kept.append(replace(one, alike=len(group) - 1))
    row = {one.key: number for number, one in enumerate(kept)}
    smallest = np.full(len(people), -1, dtype=np.int64)
    for gap, best in cheapest.items():
        smallest[gap] = row[best.key]
    return Fixes(
        coverage=coverage, kept=tuple(kept), smallest=smallest, by_people=by_people,
        weights=weights,
    )  # fmt: skip


def _worth(fix: Fix, weights: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Cost per head gained, then by how many; those that lose as many come last."""
    gained = float(weights[fix.gained].sum() - weights[fix.lost].sum())
    return (fix.cost / gained if gained > 0 else np.inf, -gained)


def fixes_frame(found: Fixes) -> pd.DataFrame:
    """The measures as a table: a row for each, in order.

    Returns
    -------
    DataFrame
        `key`, `measure`, `name`, `name_en`, `to`, `to_en`, `minutes`, `x`, `y`, `cost`,
        `alike`, `gained`, `lost` (places), `gained_people`, `lost_people`, `price`
        (see :meth:`Fixes.price`).
    """
    people = found.coverage.places["people"].fillna(0).to_numpy()
    return pd.DataFrame(
        [
            {
                "key": one.key,
                "measure": one.measure.value,
                "name": one.name.zh,
                "name_en": one.name.en,
                "to": one.to.zh,
                "to_en": one.to.en,
                "minutes": one.minutes,
                "x": round(one.x, 6),
                "y": round(one.y, 6),
                "cost": one.cost,
                "alike": one.alike,
                "gained": len(one.gained),
                "lost": len(one.lost),
                "gained_people": float(people[one.gained].sum()),
                "lost_people": float(people[one.lost].sum()),
                "price": found.price(one),
            }
            for one in found.kept
        ],
        columns=[
            "key", "measure", "name", "name_en", "to", "to_en", "minutes", "x", "y", "cost",
            "alike", "gained", "lost", "gained_people", "lost_people", "price",
        ],
    )  # fmt: skip
