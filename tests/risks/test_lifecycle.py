"""A hazard's way from identified to closed out."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from gisapp.errors import OutOfDateError, UnknownRecordError
from gisapp.events import since
from gisapp.registers.kinds.geohazard import Geohazard
from gisapp.rights import ForbiddenError
from gisapp.risks.errors import NotAllowedError
from gisapp.risks.inspections import cadence, inspections, record_inspection, set_cadence
from gisapp.risks.lifecycle import advance, assess, steps
from gisapp.risks.register import SORTS, Filter, RiskRow, count_risks, list_risks, risk_of
from gisapp.risks.summary import summarise
from gisapp.risks.tickets import move_ticket, open_ticket
from gisapp.risks.vocabulary import LEVELS, MATRIX, STATES, TRANSITIONS, State, matrix_level
from gisapp.store import Store
from tests.risks.hazards import EVA, IN_ONE, LIU, TODAY, VIEWER, add_hazards

EVENT_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def step(store: Store, hazard: str, state: str, version: int, **more: object) -> RiskRow:
    with store.session(write=True) as session:
        return advance(
            session, EVA, "geohazard", hazard, state, why="例行", version=version, **more
        )


def assessed(store: Store, hazard: str = "G2", version: int = 0) -> RiskRow:
    with store.session(write=True) as session:
        return assess(
            session, EVA, "geohazard", hazard, method="statutory", why="普查", version=version
        )


def test_the_whole_way_is_dated_and_told_in_events(store: Store) -> None:
    add_hazards(store)
    assert assessed(store).state == State.ASSESSED
    step(store, "G2", "monitored", 1)
    warned = step(store, "G2", "warning", 2, colour=2)
    assert warned.warning_colour == 2
    step(store, "G2", "warning", 3, colour=1)
    disposal = step(store, "G2", "disposal", 4, measures="削坡、撤离")
    assert (disposal.warning_colour, disposal.measures) == (None, "削坡、撤离")
    closed = step(store, "G2", "closed", 5)
    assert (closed.state, closed.version, closed.level) == ("closed", 6, 2)

    with store.session() as session:
        way = steps(session, "geohazard", "G2")
        events = [one for one in since(session, 0) if one.subject_id == "geohazard:G2"]
    assert [one.state for one in way] == [
        "assessed", "monitored", "warning", "warning", "disposal", "closed"
    ]  # fmt: skip
    assert [one.warning_colour for one in way] == [None, None, 2, 1, None, None]
    assert all(one.at.tzinfo and one.who == "eva" and one.why for one in way)
    assert [one.data["after"]["state"] for one in events if "state" in one.data["after"]] == [
        "assessed", "monitored", "warning", "disposal", "closed"
    ]  # fmt: skip
    assert events[3].data == {
        "before": {"since": warned.since.isoformat(), "warning_colour": 2},
        "after": {"since": way[3].at.isoformat(), "warning_colour": 1},
    }


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(walk=st.lists(st.sampled_from(list(State)), max_size=8))
def test_only_steps_of_the_table_are_taken(store: Store, walk: list[State]) -> None:
    """Whatever is asked, in whatever order: the row, the history and the table agree."""
    with store.session() as session:
        fresh = not list_risks(session, Filter(today=TODAY))
    if fresh:
        add_hazards(store)
    with store.session() as session:
        risk = risk_of(session, "geohazard", "G4")
    for state in walk:
        allowed = state in TRANSITIONS[State(risk.state)]
        try:
            if state == State.ASSESSED:
                allowed = risk.state != State.CLOSED
                risk = assessed(store, "G4", risk.version)
            else:
                risk = step(store, "G4", state, risk.version, colour=3, measures="措施")
        except NotAllowedError:
            assert not allowed
        else:
            assert allowed
            assert (risk.warning_colour is None) == (risk.state != State.WARNING)
    with store.session() as session:
        way = steps(session, "geohazard", "G4")
    assert (way[-1].state if way else State.IDENTIFIED) == risk.state
    assert len(way) == risk.version


def test_a_stale_version_changes_nothing(store: Store) -> None:
    add_hazards(store)
    assessed(store)
    with pytest.raises(OutOfDateError) as caught:
        assessed(store, version=0)
    assert caught.value.code == "risks.out_of_date"
    with store.session() as session:
        assert len(steps(session, "geohazard", "G2")) == 1


def test_rights_end_at_the_county(store: Store) -> None:
    add_hazards(store)

    def try_as(actor: object, hazard: str) -> RiskRow:
        with store.session(write=True) as session:
            return assess(
                session, actor, "geohazard", hazard, method="judged", level=1,  why="看",
                version=0,
            )  # fmt: skip

    with pytest.raises(ForbiddenError):
        try_as(VIEWER, "G2")
    with pytest.raises(ForbiddenError):
        try_as(IN_ONE, "G4")
    assert try_as(IN_ONE, "G2").level == 1


def test_what_cannot_be_assessed_says_so(store: Store) -> None:
    add_hazards(store)
    with pytest.raises(NotAllowedError) as caught:
        assessed(store, "G0")
    assert caught.value.code == "risks.no_proposal"
    with store.session(write=True) as session:
        found = assess(
            session, EVA, "geohazard", "G0", method="matrix", likelihood=5, consequence=4,
             why="专家会", version=0,
        )  # fmt: skip
    assert (found.level, found.method, found.likelihood) == (1, "matrix", 5)


def test_retired_hazards_are_no_longer_listed(store: Store) -> None:
    add_hazards(store)
    with store.session(write=True) as session:
        row = session.query(Geohazard).filter_by(id="G2").one()
        row.retired_at, row.retired_by, row.retire_reason = EVENT_MOMENT, "eva", "已治理"
    with store.session() as session:
        assert "G2" not in {one.id for one in list_risks(session, Filter(today=TODAY))}
        with pytest.raises(UnknownRecordError):
            risk_of(session, "geohazard", "G2")


def test_steps_and_inspections_cannot_be_altered(store: Store) -> None:
    add_hazards(store)
    assessed(store)
    with pytest.raises(DatabaseError), store.session(write=True) as session:
        session.execute(text("UPDATE risk_step SET who = 'x'"))
    with pytest.raises(DatabaseError), store.session(write=True) as session:
        session.execute(text("DELETE FROM risk_step"))


def test_a_hazard_with_an_open_ticket_is_not_closed_out(store: Store) -> None:
    add_hazards(store)
    assessed(store)
    with store.session(write=True) as session:
        ticket = open_ticket(
            session, EVA, kind="geohazard", hazard_id="G2", found_on=TODAY, found_by="张",
            grade="general",
            description="裂缝", measure="填缝", responsible="李", deadline=TODAY,
            today=TODAY,
        )  # fmt: skip
    with pytest.raises(NotAllowedError) as caught:
        step(store, "G2", "closed", 1)
    assert caught.value.params["tickets"] == ticket.id
    for version, (who, state) in enumerate(
        [(EVA, "rectifying"), (EVA, "rectified"), (LIU, "checked"), (LIU, "closed")], start=1
    ):
        with pytest.raises(NotAllowedError) as caught:  # whatever was done about it so far
            step(store, "G2", "closed", 1)
        assert caught.value.code == "risks.open_tickets"
        with store.session(write=True) as session:
            move_ticket(session, who, ticket.id, state, note="已办", version=version)
    assert step(store, "G2", "closed", 1).state == "closed"


def test_matrix_rises_with_likelihood_and_consequence() -> None:
    for row in range(5):
        for column in range(5):
            level = MATRIX[row][column]
            assert level == matrix_level(row + 1, column + 1)
            product = (row + 1) * (column + 1)
            assert level == (
                1 if product >= 20 else 2 if product >= 10 else 3 if product >= 5 else 4
            )
    assert set(LEVELS) == {"1", "2", "3", "4"}
    assert set(TRANSITIONS) == {State(name) for name in STATES}


def test_inspections_fall_due_by_kind_and_level(store: Store) -> None:
    add_hazards(store)

    def inspect(day: date, result: str = "sound", note: str | None = None) -> RiskRow:
        with store.session(write=True) as session:
            return record_inspection(
                session, EVA, "geohazard", "G2", inspected_on=day, inspected_by="王", result=result,
                note=note,  today=TODAY,
            )  # fmt: skip

    assert inspect(date(2026, 11, 1)).next_inspection_on == date(2026, 11, 16)  # level 2: 15 days
    late = inspect(date(2026, 10, 1), "abnormal", "新裂缝")  # recorded late: moves nothing
    assert late.inspected_on == date(2026, 11, 1)
    assert late.is_overdue(TODAY)
    with store.session() as session:
        assert [one.inspected_on.month for one in inspections(session, "geohazard", "G2")] == [
            11,
            10,
        ]
        overdue = list_risks(session, Filter(today=TODAY, due="overdue"))
        assert [one.id for one in overdue] == ["G2"]
        assert count_risks(session, Filter(today=TODAY, due="never")) == 7
    with store.session(write=True) as session:
        set_cadence(session, EVA, "geohazard", 2, 60, why="枯水期", today=TODAY)
    with store.session() as session:
        assert cadence(session)["geohazard"] == (10, 60, 30, 90)
        assert risk_of(session, "geohazard", "G2").next_inspection_on == date(2026, 12, 31)
    with pytest.raises(ForbiddenError), store.session(write=True) as session:
        set_cadence(session, IN_ONE, "geohazard", 2, 1, why="x", today=TODAY)


def test_filters_and_order(store: Store) -> None:
    add_hazards(store)
    with store.session() as session:

        def ids(sort: str = "level", descending: bool = False, **asked: object) -> list[str]:
            chosen = Filter(today=TODAY, **asked)
            rows = list_risks(session, chosen, sort=sort, descending=descending)
            assert count_risks(session, chosen) == len(rows)
            return [row.id for row in rows]

        assert ids() == ["H1", "C2", "G2", "M2", "P2", "R3", "G4", "G0"]
        assert ids(county="990002", level=2) == ["C2"]
        assert ids(level=0) == ["G0"]
        assert ids(kind="geohazard", state="identified") == ["G2", "G4", "G0"]
        assert ids(text="矿") == ["M2"]
        assert ids(bbox=(99.995, 29.9, 100.015, 30.1)) == ["G2", "G4"]
        assert ids(kind="nothing") == []
        assert ids("county", True)[-1] == "H1"
        assert ids(due="tickets") == []


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_pages_make_up_the_whole_list(store: Store, sort: str, descending: bool) -> None:
    """Assessed, inspected and untouched hazards of every register fall into one order."""
    add_hazards(store)
    with store.session(write=True) as session:
        for kind, hazard, level in (("geohazard", "G4", 1), ("mine", "M2", 4)):
            assess(session, EVA, kind, hazard, method="judged", level=level, why="看", version=0)
        record_inspection(
            session, EVA, "reservoir", "R3", inspected_on=TODAY, inspected_by="王", result="sound",
            note=None,  today=TODAY,
        )  # fmt: skip
    with store.session() as session:
        for asked_for in ({}, {"county": "990002"}, {"level": 0}, {"state": "identified"}):
            chosen = Filter(today=TODAY, **asked_for)
            asked = {"sort": sort, "descending": descending}
            whole = list_risks(session, chosen, limit=None, **asked)
            pages = [
                row
                for offset in range(0, 9, 3)
                for row in list_risks(session, chosen, limit=3, offset=offset, **asked)
            ]
            assert pages == whole
        assert whole


def test_the_years_summary_counts_each_county(store: Store) -> None:
    add_hazards(store)
    assessed(store)
    step(store, "G2", "monitored", 1)
    with store.session() as session:
        year = steps(session, "geohazard", "G2")[0].at.year
        one, two = summarise(session, year=year, today=TODAY, time_zone="Asia/Tokyo")
        none = summarise(session, year=1999, today=TODAY, time_zone="Asia/Tokyo", county="990001")
    assert (one.county, one.hazards, dict(one.levels)) == ("990001", 4, {1: 1, 2: 3})
    assert (one.assessments, dict(one.states)) == (1, {"identified": 3, "monitored": 1})
    assert (two.hazards, two.never, two.assessments) == (4, 4, 0)
    assert [(row.county, row.assessments) for row in none] == [("990001", 0)]
