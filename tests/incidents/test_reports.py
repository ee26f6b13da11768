"""A report that was made stops its clock, or starts it anew where it repeats."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.errors import InputError
from gisapp.incidents.board import log, running, standing
from gisapp.incidents.grading.figures import Figures
from gisapp.incidents.grading.rules import Times
from gisapp.incidents.models import Incident
from gisapp.incidents.reports import Clock, report
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Role
from gisapp.store import Store
from tests.incidents.acting import OFFICER, do, opened

HOUR = timedelta(hours=1)


def landslide(store: Store, received: datetime) -> Incident:
    times = Times(occurred_at=received, county_received_at=received, city_received_at=received)
    figures = Figures(dead=2, missing=17)
    return opened(store, times=times, figures=figures, late_why="补录")


def clocks_of(store: Store, incident: Incident) -> dict[str, Clock]:
    with store.session() as session:
        return {one.deadline.code: one for one in standing(session, incident.id).clocks}


def test_a_clock_stops_and_a_daily_one_runs_anew(tiny_apps: App) -> None:
    store, now = tiny_apps.store, REAL.now()
    received = now - 5 * HOUR
    made = landslide(store, received)
    before = clocks_of(store, made)
    assert before["geological_quick"].is_overdue(now)
    assert before["daily_until_stable"].due_at == received + 24 * HOUR
    sent = received + 3 * HOUR
    do(store, report, made.id, "geological_quick", at=sent, note="电话报省厅")
    do(store, report, made.id, "daily_until_stable", at=sent)
    do(store, report, made.id, "daily_until_stable", at=sent + HOUR)
    after = clocks_of(store, made)
    quick, daily = after["geological_quick"], after["daily_until_stable"]
    assert (quick.due_at, quick.reported_at) == (None, sent)
    assert not quick.is_overdue(now)
    assert (daily.due_at, daily.reported_at) == (sent + 25 * HOUR, sent + HOUR)
    with store.session() as session:
        assert [one.what for one in log(session, made.id)] == ["insert", *["report"] * 3]


def test_on_the_board_run_those_that_call_for_a_report_the_next_first(tiny_app: App) -> None:
    store = tiny_app.store
    made = landslide(store, REAL.now())
    do(store, report, made.id, "grave_phone")
    with store.session() as session:
        row = standing(session, made.id).incident
        (found,) = running(session, [row], zone="Asia/Taipei").values()
    codes = [one.deadline.code for one in found]
    assert codes == ["grave_written", "geological_quick", "daily_until_stable"]


def test_the_window_of_casualty_changes_closes_and_is_never_late(tiny_app: App) -> None:
    store, long_ago = tiny_app.store, REAL.now() - timedelta(days=40)
    times = Times(occurred_at=long_ago)
    made = opened(store, "coal_mine", times=times, figures=Figures(dead=1))
    window = clocks_of(store, made)["casualty_changes"]
    assert window.due_at is not None
    assert window.due_at < REAL.now()
    assert not window.is_overdue(REAL.now())


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"code": "daily"}, "incident.unknown_report"),
        ({"at": REAL.now() - timedelta(days=2)}, "incident.bad_moment"),
        ({"at": REAL.now() + timedelta(days=1)}, "incident.bad_moment"),
        ({"note": "字" * 2001}, "incident.bad_text"),
    ],
)
def test_what_cannot_be_is_refused(tiny_app: App, given: dict[str, object], code: str) -> None:
    made = landslide(tiny_app.store, REAL.now() - HOUR)
    with pytest.raises(InputError) as refused:
        do(tiny_app.store, report, made.id, **{"code": "grave_phone", **given})
    assert refused.value.code == code


def test_reports_are_written_down_by_those_who_dispatch(tiny_app: App) -> None:
    made = landslide(tiny_app.store, REAL.now())
    viewer = replace(OFFICER, rights=ROLE_RIGHTS[Role.VIEWER])
    with pytest.raises(ForbiddenError):
        do(tiny_app.store, report, made.id, "grave_phone", actor=viewer)
