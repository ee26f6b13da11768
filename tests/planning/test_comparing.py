"""Two results side by side: every place is in one class, and the counts add up."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisapp.errors import InputError
from gisapp.planning.comparing import NOTICED_S, Change, compare
from gisapp.planning.tables import columns

LIMIT_S = 300.0


def content(places: dict[str, tuple[float, float]]) -> dict[str, Any]:
    """A result as it is kept: seconds and people by id."""
    return {
        "places": columns(
            pd.DataFrame(
                [
                    {
                        "id": name,
                        "name": name,
                        "name_en": name,
                        "county": "1" if name < "c" else None,
                        "people": people,
                        "x": 1.0,
                        "y": 2.0,
                        "state": "covered" if total_s <= LIMIT_S else "late",
                        "total_s": total_s,
                    }
                    for name, (total_s, people) in places.items()
                ]
            )
        )
    }


def test_every_class_by_hand() -> None:
    one = content({"a": (400, 10), "b": (100, 20), "c": (100, math.nan), "d": (100, 40),
                   "e": (100, 50), "f": (math.inf, 60), "g": (1, 1)})  # fmt: skip
    other = content({"a": (100, 10), "b": (math.inf, 20), "c": (50, math.nan), "d": (160, 40),
                     "e": (110, 50), "f": (500, 60), "h": (1, 1)})  # fmt: skip
    found = compare(one, other)
    assert dict(zip(found.places["id"], found.places["change"], strict=True)) == {
        "a": "gained", "b": "lost", "c": "sooner", "d": "later", "e": "same", "f": "neither",
    }  # fmt: skip
    assert (found.only_one, found.only_other) == (1, 1)
    assert found.counts()[Change.LOST] == (1, 20.0)
    assert found.counts()[Change.SOONER] == (1, 0.0)
    rows = {row["county"]: row for row in found.counties.to_dict("records")}
    assert (rows["1"]["one_share"], rows["1"]["other_share"]) == (0.5, 0.5)
    assert rows["1"]["one_people_share"] == pytest.approx(20 / 30)


times = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(
        st.floats(0, 1000).map(lambda value: round(value, 3)) | st.just(math.inf),
        st.integers(0, 9).map(float) | st.just(math.nan),
    ),
    min_size=1,
)


@given(times, times)
def test_turned_round_what_was_gained_is_lost(
    one: dict[str, tuple[float, float]], other: dict[str, tuple[float, float]]
) -> None:
    both = set(one) & set(other)
    if not both:
        with pytest.raises(InputError):
            compare(content(one), content(other))
        return
    people = {name: one[name][1] for name in both}
    other = {name: (total_s, people.get(name, 1.0)) for name, (total_s, _) in other.items()}
    there, back = compare(content(one), content(other)), compare(content(other), content(one))
    assert sum(places for places, _people in there.counts().values()) == len(both)
    for change, turned in (
        (Change.GAINED, Change.LOST), (Change.SOONER, Change.LATER),
        (Change.SAME, Change.SAME), (Change.NEITHER, Change.NEITHER),
    ):  # fmt: skip
        assert there.counts()[change] == back.counts()[turned]
    covered = sum(one[name][0] <= LIMIT_S for name in both)
    kept = sum(
        there.counts()[change][0]
        for change in (Change.LOST, Change.SOONER, Change.LATER, Change.SAME)
    )
    assert covered == kept
    assert NOTICED_S > 0
