"""What a coverage amounts to: totals, shares by county and township, curves, the border's part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from gisapp.incidents.able import Context
from gisapp.planning.coverage import Coverage, CoverState, cover, ground_of
from gisapp.planning.standards import in_time
from gisapp.rights import Actor


@dataclass(frozen=True, kw_only=True)
class Share:
    """How much of something is covered.

    Attributes
    ----------
    places, covered
        Their number.
    people, people_covered
        Of places whose figure is known.
    unknown
        Places whose people nobody knows.
    """

    places: int
    covered: int
    people: float
    people_covered: float
    unknown: int

    @property
    def of_places(self) -> float | None:
        """0 to 1; None where there are none."""
        return self.covered / self.places if self.places else None

    @property
    def of_people(self) -> float | None:
        """0 to 1; None where nobody is known."""
        return self.people_covered / self.people if self.people else None


def share_of(places: pd.DataFrame) -> Share:
    """Count the places of a coverage, or some of them."""
    covered = places["state"] == CoverState.COVERED
    people = places["people"].fillna(0)
    return Share(
        places=len(places),
        covered=int(covered.sum()),
        people=float(people.sum()),
        people_covered=float(people[covered].sum()),
        unknown=int(places["people"].isna().sum()),
    )


def by_area(coverage: Coverage, column: str) -> pd.DataFrame:
    """Roll a coverage up by county or township.

    Parameters
    ----------
    column
        ``county`` or ``township``.

    Returns
    -------
    DataFrame
        A row for each code in their order, None last, with `places`, `covered`, `share`,
        `people`, `people_covered`, `people_share` (NaN where nobody is known), `mean_s` (of the
        places reached, weighted by people where all are known), `worst_s` (infinite where some
        place is not reached), and a count for each :class:`CoverState`.
    """
    rows = []
    places = coverage.places
    codes = places[column].where(places[column].notna(), None)
    for code in sorted({one for one in codes if one}) + ([None] if codes.isna().any() else []):
        part = places[codes == code] if code else places[codes.isna()]
        share = share_of(part)
        reached = part[np.isfinite(part["total_s"])]
        weights = reached["people"].to_numpy()
        known = len(weights) > 0 and not np.isnan(weights).any() and weights.sum() > 0
        rows.append(
            {
                column: code,
                "places": share.places,
                "covered": share.covered,
                "share": share.of_places,
                "people": share.people,
                "people_covered": share.people_covered,
                "people_share": np.nan if share.of_people is None else share.of_people,
                "mean_s": np.average(reached["total_s"], weights=weights if known else None)
                if len(reached)
                else np.nan,
                "worst_s": part["total_s"].max(),
                **{state.value: int((part["state"] == state).sum()) for state in CoverState},
            }
        )
    return pd.DataFrame(rows)


def curve(coverage: Coverage, minutes: Sequence[float]) -> pd.DataFrame:
    """Share of places and of people reached within each of some minutes.

    Returns
    -------
    DataFrame
        `minutes`, `places` and `people`, 0 to 1, never falling; `people` is NaN where nobody
        is known.
    """
    total_s = coverage.places["total_s"].to_numpy()
    people = coverage.places["people"].fillna(0).to_numpy()
    within = np.array([in_time(total_s, one) for one in minutes])
    of_people = (within * people).sum(axis=1) / people.sum() if people.sum() else np.nan
    return pd.DataFrame(
        {
            "minutes": np.asarray(minutes, dtype=float),
            "places": within.mean(axis=1),
            "people": of_people,
        }
    )


@dataclass(frozen=True, kw_only=True)
class BorderEffect:
    """What resources beyond the border add.

    Attributes
    ----------
    neighbours
        How many there are.
    together, alone
        Covered with them, and by the site's own.
    later
        Places that the site's own reach later, by more than half a minute, or not at all.
    """

    neighbours: int
    together: Share
    alone: Share
    later: int


def border_effect(app: Context, session: Session, actor: Actor, coverage: Coverage) -> BorderEffect:
    """Ask a study again the other way about the border and compare.

    Raises
    ------
    ForbiddenError, SiteError, InputError
        As :func:`gisapp.planning.coverage.ground_of`.
    """
    found: dict[bool, Coverage] = {coverage.study.neighbours: coverage}
    other = coverage.study.model_copy(update={"neighbours": not coverage.study.neighbours})
    ground = ground_of(app, session, actor, other)
    found[other.neighbours] = cover(ground, other, coverage.demand)
    with_s, alone_s = (found[which].places["total_s"].to_numpy() for which in (True, False))
    return BorderEffect(
        neighbours=sum(one.is_neighbour for one in found[True].servers.values()),
        together=share_of(found[True].places),
        alone=share_of(found[False].places),
        later=int((alone_s > with_s + 30.0).sum()),
    )
