"""Risk beside cover: which counties hold grave risks and are badly covered at once."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from gisapp.risks.register import Filter, counted_by_county
from gisapp.risks.vocabulary import State

LEVELS: Final = (1, 2, 3, 4)
GRAVE: Final = (1, 2)
"""Major and considerable risks, red and orange."""
COVER_LIMITS: Final = (0.5, 0.8)
"""Shares from which a county counts as fairly and as well covered. Defaults of ours."""


def risk_and_cover(session: Session, counties: pd.DataFrame, *, today: date) -> pd.DataFrame:
    """Put risks beside the cover of counties.

    Parameters
    ----------
    counties
        As :func:`gisapp.planning.figures.by_area` rolls up: `county`, `share`, `people_share`.
    today
        Of the site.

    Returns
    -------
    DataFrame
        For each county with a code: `county`, `level_1` to `level_4` (risks of each level that
        are not closed out), `grave` (of levels 1 and 2), `share` (of people, of places where
        nobody is known), `risk_class` (0 to 2: the third of these counties by `grave`, equal
        numbers in the same one) and `cover_class` (0 to 2 by :data:`COVER_LIMITS`).
    """
    rows = counties[counties["county"].notna()].reset_index(drop=True)
    number = {code: row for row, code in enumerate(rows["county"])}
    levels = np.zeros((len(rows), len(LEVELS)), dtype=np.int64)
    for found in session.execute(counted_by_county(Filter(today=today))):
        if found.county in number and found.level in LEVELS and found.state != State.CLOSED:
            levels[number[found.county], found.level - 1] += found.number
    grave = levels[:, [level - 1 for level in GRAVE]].sum(axis=1)
    share = rows["people_share"].where(rows["people_share"].notna(), rows["share"])
    return pd.DataFrame(
        {
            "county": rows["county"],
            **{f"level_{level}": levels[:, level - 1] for level in LEVELS},
            "grave": grave,
            "share": share,
            "risk_class": _third(grave),
            "cover_class": np.searchsorted(COVER_LIMITS, share.to_numpy(), side="right"),
        }
    )


def _third(values: np.ndarray) -> np.ndarray:
    """The third of each value among all: by how many are smaller."""
    if not len(values):
        return values
    smaller = np.searchsorted(np.sort(values), values, side="left")
    return np.asarray(smaller * 3 // len(values))
