"""A step: right, version, row and event together, or nothing of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm.exc import StaleDataError

from gisapp.clock import now
from gisapp.errors import OutOfDateError
from gisapp.events import Event
from gisapp.events.steps import Step, Steps
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Right, Role, system_actor
from gisapp.risks.errors import out_of_date
from gisapp.risks.models import InspectionCadence, Risk
from gisapp.store import Session, Store

NO_SYNC = {"synchronize_session": False}
LI = system_actor("li")
VIEWER = replace(LI, rights=ROLE_RIGHTS[Role.VIEWER])
EDITOR = replace(LI, county="990001")


def begin(session: Session, row: Risk, **given: Any) -> Step:
    about = {"actor": LI, "right": Right.MANAGE_RISKS, "county": "990001", **given}
    return Step(
        session, row, kind="risk", subject_id="mine:M1",
        lost=lambda: out_of_date("M1"), **about,
    )  # fmt: skip


@pytest.fixture
def filled(store: Store) -> Store:
    with store.session(write=True) as session:
        row = Risk(kind="mine", hazard_id="M1", since=now(session))
        begin(session, row).store({"state": "identified", "level": 3}, what="assess", why="t")
    return store


def told(store: Store) -> list[tuple[str, str, Any]]:
    with store.session() as session:
        return [
            (one.what, one.subject_id, one.data)
            for one in session.scalars(select(Event).order_by(Event.seq))
        ]


MADE = ("assess", "mine:M1", {"after": {"state": "identified", "level": 3}})


def test_what_changed_is_written_counted_and_told(filled: Store) -> None:
    with filled.session(write=True) as session:
        row = session.scalars(select(Risk)).one()
        begin(session, row, version=1).store({"state": "assessed", "level": 3}, what="advance")
        assert (row.state, row.version) == ("assessed", 2)
    changed = {"before": {"state": "identified"}, "after": {"state": "assessed"}}
    assert told(filled) == [MADE, ("advance", "mine:M1", changed)]


@pytest.mark.parametrize("given", [{"actor": VIEWER}, {"actor": EDITOR, "county": "990002"}])
def test_who_may_not_does_not_begin(filled: Store, given: dict[str, Any]) -> None:
    with filled.session(write=True) as session:
        row = session.scalars(select(Risk)).one()
        with pytest.raises(ForbiddenError):
            begin(session, row, **given)
        with pytest.raises(ForbiddenError):
            Steps(session, actor=VIEWER, right=Right.EDIT)
    with filled.session() as session:
        assert session.scalars(select(Risk.version)).one() == 1
    assert told(filled) == [MADE]


def test_another_version_is_refused_before_and_while_writing(filled: Store) -> None:
    with filled.session(write=True) as session:
        row = session.scalars(select(Risk)).one()
        with pytest.raises(OutOfDateError):
            begin(session, row, version=7)
        step = begin(session, row, version=1)
        session.execute(update(Risk).values(version=2), execution_options=NO_SYNC)
        with pytest.raises(OutOfDateError):
            step.store({"level": 1}, what="advance")
    assert told(filled) == [MADE]


def test_a_row_that_is_gone_is_not_told_of(filled: Store) -> None:
    with filled.session(write=True) as session:
        row = session.scalars(select(Risk)).one()
        step = Step(session, row, actor=LI, right=None, kind="risk")
        session.execute(update(Risk).values(fid=77), execution_options=NO_SYNC)
        with pytest.raises(StaleDataError):
            step.store({"level": 1}, what="advance")
    assert told(filled) == [MADE]


def test_a_row_that_is_there_already_is_lost_and_the_transaction_goes_on(filled: Store) -> None:
    with filled.session(write=True) as session:
        again = begin(session, Risk(kind="mine", hazard_id="M1", since=now(session)))
        with pytest.raises(OutOfDateError):
            again.store({}, what="assess")
        row = InspectionCadence(kind="mine", level=1)
        step = Step(session, row, actor=LI, right=None, kind="inspection_cadence")
        step.store({"days": 9}, what="update", data={"before": {"days": 7}, "after": {"days": 9}})
        number = str(row.fid)
    last = ("update", number, {"before": {"days": 7}, "after": {"days": 9}})
    assert told(filled) == [MADE, last]
