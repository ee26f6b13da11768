"""The sample's risks: all colours and states, something overdue, the same at every run."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from shapely import Point
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.registers.kinds.geohazard import Geohazard
from gisapp.rights import system_actor
from gisapp.risks.models import Inspection, Risk, Ticket
from gisapp.risks.register import Filter, count_risks
from gisapp.risks.synthetic import ASSESSED, INSPECTED, TICKETS, add_synthetic_risks
from gisapp.risks.tickets import is_overdue
from gisapp.risks.vocabulary import STATES, TICKET_STATES
from gisapp.store import Store, create_store
from tests.risks.hazards import TODAY


def fill(store: Store) -> None:
    with store.session(write=True) as session:
        for number in range(200):
            session.add(
                Geohazard(id=f"G{number:03d}", name=f"点{number}（合成）", county="990001",
                          geohazard_type="landslide", people=number * 7, synthetic=number != 7,
                          geom=Point(100 + number / 1000, 30))
            )  # fmt: skip
        session.flush()
        add_synthetic_risks(session, system_actor("sample"), today=TODAY, time_zone="Asia/Shanghai")


def content(session: Session) -> list[list[object]]:
    rows: list[list[object]] = []
    for model, names in (
        (Risk, ("hazard_id", "level", "method", "assessed_at", "next_inspection_on", "state")),
        (Ticket, ("id", "hazard_id", "description", "deadline", "state", "checked_at")),
        (Inspection, ("hazard_id", "inspected_on", "inspected_by", "result", "note")),
    ):
        found = session.scalars(select(model).order_by(model.fid))
        rows += [[getattr(one, name) for name in names] for one in found]
    return rows


def test_every_colour_and_state_occurs_and_some_things_are_overdue(store: Store) -> None:
    fill(store)
    with store.session() as session:
        risks = session.scalars(select(Risk)).all()
        levels = Counter(one.level for one in risks if one.assessed_at)
        assert levels.total() == ASSESSED
        assert {1, 2, 3, 4} == set(levels)
        assert {one.state for one in risks} == set(STATES) - {"closed"}
        tickets = session.scalars(select(Ticket)).all()
        assert len(tickets) == TICKETS
        assert {one.state for one in tickets} == set(TICKET_STATES)
        late = sum(is_overdue(one, TODAY) for one in tickets)
        assert 0 < late < TICKETS // 2
        made = session.scalars(select(Inspection)).all()
        assert len(made) == INSPECTED
        assert max(one.inspected_on for one in made) <= TODAY
        assert count_risks(session, Filter(today=TODAY, due="overdue")) > 5
        assert count_risks(session, Filter(today=TODAY - timedelta(days=80), due="overdue")) == 0
        assert all("（合成）" in one.description for one in tickets)
        assert all("（合成）" in (one.assessed_by or "（合成）") for one in risks)
        assert "G007" not in {one.hazard_id for one in (*risks, *tickets, *made)}  # a real record


def test_two_runs_are_alike(tmp_path: Path) -> None:
    told = []
    for name in ("a", "b"):
        with create_store(tmp_path / f"{name}.gpkg") as store:
            fill(store)
            with store.session() as session:
                told.append(content(session))
    assert told[0] == told[1]


def test_a_site_without_hazards_stays_as_it_is(file_store: Store) -> None:
    with file_store.session(write=True) as session:
        add_synthetic_risks(session, system_actor("sample"), today=TODAY, time_zone="Asia/Shanghai")
        assert content(session) == []
