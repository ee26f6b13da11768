"""Lists: every record once, in order, whatever the page; filters say what they let through."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gisapp.errors import InputError
from gisapp.registers import editing, listing
from gisapp.registers.kinds import KINDS
from gisapp.registers.listing import (
    SORTED_BY,
    Question,
    every_record,
    filterable,
    list_records,
    sortable,
)
from gisapp.store import Store
from tests.registers.test_editing import ADMIN, TEAM

COUNTIES = ("990001", "990002", None)
DAYS = ("2026-01-01", "2026-03-01", None)
TODAY, LATER = date(2026, 3, 2), date(2026, 4, 30)


@pytest.fixture
def filled(store: Store) -> Store:
    with store.session(write=True) as session:
        for number in range(24):
            values = {
                **TEAM, "id": f"T{number:02}", "name": f"队{number % 5}",
                "county": COUNTIES[number % 3], "agency": None if number % 4 else f"甲{number}",
                "verified_at": DAYS[number % 3], "x": 100 + number / 100,
                "capabilities": "fire" if number % 2 else "flood",
            }  # fmt: skip
            editing.create(session, ADMIN, "team", values, why="t")
        editing.retire(session, ADMIN, "team", "T23", why="t")
    return store


def ids(store: Store, question: Question) -> list[str]:
    with store.session() as session:
        return [row["id"] for row in every_record(session, "team", question)]


SETTINGS = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SETTINGS
@given(
    sort=st.sampled_from(SORTED_BY),
    falling=st.booleans(),
    limit=st.integers(1, 30),
    retired=st.sampled_from(["no", "all", "only"]),
)
def test_pages_hold_every_record_once_and_in_order(
    filled: Store, sort: str, falling: bool, limit: int, retired: str
) -> None:
    question = Question(sort=f"{'-' if falling else ''}{sort}", retired=retired)
    rows, after = [], None
    with filled.session() as session:
        while True:
            page = list_records(session, "team", question, limit=limit, after=after)
            assert len(page.rows) <= limit
            rows += page.rows
            if (after := page.next) is None:
                break
    assert len(rows) == {"no": 23, "all": 24, "only": 1}[retired] == page.total
    assert len({row["id"] for row in rows}) == len(rows)
    there = [row for row in rows if row[sort] is not None]
    assert rows[: len(there)] == there  # what is empty comes last, whichever way
    keys = [(row[sort], row["id"]) for row in there]
    assert keys == sorted(keys, reverse=falling)


@pytest.mark.parametrize(
    ("question", "keeps"),
    [
        (Question(filters={"county": ["990001"]}), lambda n: n % 3 == 0),
        (Question(filters={"county": ["990001", ""]}), lambda n: n % 3 != 1),
        (Question(filters={"capabilities": ["fire"]}), lambda n: n % 2 == 1),
        (Question(filters={"agency": ["甲4"]}), lambda n: n == 4),
        (Question(text="队3"), lambda n: n % 5 == 3),
        (Question(text="T07"), lambda n: n == 7),
        (Question(text="%"), lambda n: n < 0),
        (Question(filters={"freshness": ["never"]}), lambda n: n % 3 == 2),
        (Question(filters={"freshness": ["verified"]}, today=TODAY), lambda n: n % 3 != 2),
        (Question(filters={"freshness": ["overdue"]}, today=LATER), lambda n: n % 3 != 1),
        (Question(bbox=(100.045, 29, 100.085, 31)), lambda n: 5 <= n <= 8),
    ],
)  # fmt: skip
def test_a_filter_lets_through_what_it_says(filled: Store, question: Question, keeps) -> None:
    assert ids(filled, question) == [f"T{n:02}" for n in range(23) if keeps(n)]


def test_a_long_list_is_counted_no_further_than_needed(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gisapp.registers.listing.MAX_COUNT", 5)
    with filled.session() as session:
        page = list_records(session, "team", Question(filters={"capabilities": ["fire"]}), limit=2)
        assert (page.total, page.exact) == (5, False)
        page = list_records(session, "team", limit=2)
        assert (page.total, page.exact) == (23, True)


@pytest.mark.parametrize("few", [0, 3, 1000])
def test_texts_and_boxes_find_the_same_whichever_way_they_are_walked(
    filled: Store, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(listing, "_FEW", few)  # above it the order is walked row by row
    everything = [(f"T{number:02}", f"队{number % 5}", number) for number in range(23)]
    for text in ("", "队", "队1", "T07", "无"):
        for west, east in ((0, 13), (6, 9), (-5, -3), (22, 40)):
            # half a step aside: single precision is rounded outwards
            box = (100 + (west - 0.5) / 100, 0, 100 + (east + 0.5) / 100, 90)
            for sort in ("name", "-id", "verified_at"):
                expected = sorted(
                    record_id
                    for record_id, name, number in everything
                    if (text in name or text == record_id) and west <= number <= east
                )
                asked = Question(text=text, bbox=box, sort=sort)
                with filled.session() as session:
                    page = list_records(session, "team", asked, limit=4)
                    listed = [row["id"] for row in every_record(session, "team", asked, batch=4)]
                assert sorted(listed) == expected
                assert listed[:4] == [row["id"] for row in page.rows]
                assert page.total == len(expected)


@pytest.mark.parametrize("kind", list(KINDS.values()), ids=list(KINDS))
def test_every_register_can_be_listed_by_each_of_its_columns(store: Store, kind) -> None:
    with store.session() as session:
        for name in sortable(kind):
            assert list_records(session, kind.name, Question(sort=name)).rows == []
        for item in filterable(kind):
            code = next(iter(item.choices or {"1": None}))
            question = Question(filters={item.name: [code]})
            assert list_records(session, kind.name, question).rows == []


@pytest.mark.parametrize(
    "question",
    [
        Question(sort="people"), Question(filters={"people": ["1"]}),
        Question(filters={"team_type": ["army"]}), Question(filters={"freshness": ["old"]}),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(store: Store, question: Question) -> None:
    with pytest.raises(InputError), store.session() as session:
        list_records(session, "team", question)
