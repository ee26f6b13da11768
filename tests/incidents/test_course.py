"""An incident's figures are corrected, it is joined, ended and taken up again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.incidents.board import grading_of, incidents, log, standing
from gisapp.incidents.course import close, correct, join, reopen
from gisapp.incidents.grading.figures import Figures
from gisapp.incidents.grading.rules import Times
from gisapp.incidents.intake import find_incident
from gisapp.incidents.models import Incident
from gisapp.incidents.orders import out_now, set_state
from gisapp.incidents.surroundings.footprints import hazard_of
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Role, system_actor
from gisapp.store import Store
from tests.incidents.acting import do, opened, ordered
from tests.incidents.surroundings.valley import DAM, HAZARD, fill_valley


def now_is(store: Store, incident: Incident) -> Incident:
    with store.session() as session:
        return find_incident(session, incident.id)


def test_a_correction_tells_what_it_changed_and_regrades(tiny_apps: App) -> None:
    store = tiny_apps.store
    made = opened(store, "coal_mine", in_production=True, figures=Figures(dead=2, missing=7))
    grading = grading_of(made)
    assert grading.confirmed is not None
    assert grading.confirmed.label.zh == "一般"
    do(store, correct, made.id, {"dead": 3, "missing": 6}, version=1, why="又找到一人")
    grading = grading_of(now_is(store, made))
    assert grading.confirmed is not None
    assert grading.confirmed.label.zh == "较大"
    with store.session() as session:
        last = log(session, made.id)[-1]
    assert (last.what, last.why) == ("update", "又找到一人")
    assert last.data == {
        "before": {"dead": 2, "missing": 7},
        "after": {"dead": 3, "missing": 6},
    }


def test_a_hazard_is_named_changed_and_taken_back_later(tiny_apps: App) -> None:
    store = tiny_apps.store
    fill_valley(store)
    made = opened(store, "reservoir_danger", at=DAM)
    with pytest.raises(UnknownRecordError) as refused:
        do(store, correct, made.id, {"hazard": ("reservoir", "nothing")}, version=1)
    assert refused.value.code == "incident.unknown_hazard"
    do(store, correct, made.id, {"hazard": HAZARD}, version=1, why="现场核实")
    with store.session() as session:
        stands, last = standing(session, made.id), log(session, made.id)[-1]
    assert stands.hazard is not None
    assert stands.hazard.name.zh == "龙湾水库"
    assert hazard_of(stands.incident) == HAZARD
    assert (last.what, last.why) == ("update", "现场核实")
    assert last.to_dict("zh")["text"] == "所在危险源：水库 R1"
    do(store, correct, made.id, {"hazard": HAZARD}, version=2)
    do(store, correct, made.id, {"hazard": None}, version=2)
    with store.session() as session:
        assert standing(session, made.id).hazard is None
        told = [line.to_dict("en")["text"] for line in log(session, made.id)]
    assert (told[0], told[-1]) == ("", "At no registered hazard")


def test_what_is_so_already_is_no_change(tiny_app: App) -> None:
    made = opened(tiny_app.store, figures=Figures(dead=2))
    do(tiny_app.store, correct, made.id, {"dead": 2}, version=1)
    assert now_is(tiny_app.store, made).version == 1


@pytest.mark.parametrize("half", [{"entered_level": 0}, {"entered_source": ""}])
def test_half_a_grade_is_refused_though_it_is_nought_or_empty(
    tiny_app: App, half: dict[str, Any]
) -> None:
    made = opened(tiny_app.store)
    with pytest.raises(InputError) as refused:
        do(tiny_app.store, correct, made.id, half, version=1)
    assert refused.value.code == "incident.bad_grade"


def test_two_officers_correcting_at_once_are_told(tiny_app: App) -> None:
    store = tiny_app.store
    made = opened(store)
    do(store, correct, made.id, {"dead": 1}, version=1)
    with pytest.raises(OutOfDateError) as refused:
        do(store, correct, made.id, {"injured": 1}, version=1)
    assert refused.value.code == "incident.changed_since"


def test_places_threatened_and_polluted_are_codes(tiny_app: App) -> None:
    store = tiny_app.store
    made = opened(store, "tailings_pond", figures=Figures(polluted=frozenset({"drinking_water"})))
    do(store, correct, made.id, {"threatened": ["power_station"]}, version=1)
    row = now_is(store, made)
    assert (row.threatened, row.polluted) == (["power_station"], ["drinking_water"])
    near = grading_of(row).near_miss
    assert near is not None
    assert len(near.criteria) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"dead": -1}, "incident.negative_figure"),
        ({"state": "closed"}, "incident.unknown_field"),
        ({"kind": "ufo"}, "incident.bad_kind"),
        ({"title": "字" * 81}, "incident.bad_text"),
        ({"priority": 5}, "incident.bad_priority"),
        ({"entered_level": 1}, "grade.no_reason"),
        ({"entered_level": 0}, "incident.bad_grade"),
        ({"entered_source": "市预案"}, "incident.bad_grade"),
        ({"threatened": ["moon"]}, "incident.bad_place"),
        ({"occurred_at": REAL.now() + timedelta(hours=1)}, "incident.future"),
    ],
)
def test_what_cannot_be_is_refused(tiny_app: App, changes: dict[str, Any], code: str) -> None:
    made = opened(tiny_app.store)
    with pytest.raises(InputError) as refused:
        do(tiny_app.store, correct, made.id, changes, version=1)
    assert refused.value.code == code
    assert now_is(tiny_app.store, made).version == 1


def test_a_grade_is_entered_with_its_source_where_none_is_computed(tiny_app: App) -> None:
    store = tiny_app.store
    made = opened(store, "reservoir_danger")
    assert grading_of(made).not_graded is not None
    do(store, correct, made.id, {"entered_level": 2, "entered_source": "市防汛指挥部会商"},
       version=1)  # fmt: skip
    entered = grading_of(now_is(store, made)).entered
    assert entered is not None
    assert (entered.level, entered.law.zh) == (2, "市防汛指挥部会商")


def test_the_clocks_run_from_times_of_their_own(tiny_app: App) -> None:
    store, at = tiny_app.store, REAL.now() - timedelta(hours=3)
    times = Times(occurred_at=at, unit_head_at=at, county_received_at=at + timedelta(hours=1))
    made = opened(store, "coal_mine", figures=Figures(dead=2, missing=17), times=times,
                  late_why="补录")  # fmt: skip
    with store.session() as session:
        due = {one.deadline.code: one.due_at for one in standing(session, made.id).clocks}
    assert due["unit_report"] == at + timedelta(hours=1)
    assert due["county_up"] == at + timedelta(hours=3)


class TestEnd:
    def test_nothing_ends_while_units_are_out(self, tiny_app: App) -> None:
        store = tiny_app.store
        made = opened(store)
        (unit,) = ordered(store, made, "T1")
        with pytest.raises(InputError) as refused:
            do(store, close, made.id, version=1, why="险情解除")
        assert refused.value.code == "incident.units_out"
        do(store, set_state, unit.id, "stood_down", seen="ordered", why="不需要")
        do(store, close, made.id, version=1, why="险情解除")
        row = now_is(store, made)
        assert (row.state, row.closed_by, row.version) == ("closed", "值班员", 2)
        with pytest.raises(InputError) as refused:
            ordered(store, made, "T1")
        assert refused.value.code == "incident.not_open"

    def test_figures_are_corrected_after_the_end(self, tiny_app: App) -> None:
        store = tiny_app.store
        made = opened(store)
        do(store, close, made.id, version=1, why="险情解除")
        do(store, correct, made.id, {"dead": 4}, version=2, why="医院报告")
        assert now_is(store, made).dead == 4

    def test_an_ended_one_is_taken_up_again(self, tiny_app: App) -> None:
        store = tiny_app.store
        made = opened(store)
        do(store, close, made.id, version=1, why="险情解除")
        do(store, reopen, made.id, version=2, why="复燃")
        row = now_is(store, made)
        assert (row.state, row.closed_at, row.closed_by) == ("open", None, None)
        with pytest.raises(InputError) as refused:
            do(store, reopen, made.id, version=3, why="复燃")
        assert refused.value.code == "incident.is_open"


class TestJoining:
    def test_units_go_over_and_the_log_tells(self, tiny_apps: App) -> None:
        store = tiny_apps.store
        kept, other = opened(store), opened(store)
        (unit,) = ordered(store, other, "T1")
        do(store, join, other.id, kept.id, version=1, why="同一起")
        with store.session() as session:
            assert out_now(session) == {("team", "T1"): kept.id}
            assert [one.id for one in incidents(session)] == [kept.id]
            assert [one.id for one in standing(session, kept.id).units] == [unit.id]
            assert log(session, other.id)[-1].what == "merge"
        assert now_is(store, other).joined_to == kept.id

    def test_neither_to_itself_nor_to_what_has_ended(self, tiny_app: App) -> None:
        store = tiny_app.store
        made, ended = opened(store), opened(store)
        do(store, close, ended.id, version=1, why="险情解除")
        for to, code in ((made.id, "joined_to_itself"), (ended.id, "not_open")):
            with pytest.raises(InputError) as refused:
                do(store, join, made.id, to, version=1, why="同一起")
            assert refused.value.code == f"incident.{code}"
        with pytest.raises(UnknownRecordError):
            do(store, join, made.id, "nowhere", version=1, why="同一起")


def test_who_may_not_dispatch_changes_nothing(tiny_app: App) -> None:
    store = tiny_app.store
    made, other = opened(store), opened(store)
    planner = replace(system_actor("x"), role=Role.PLANNER, rights=ROLE_RIGHTS[Role.PLANNER])
    for use_case, given in (
        (correct, (made.id, {"dead": 1})),
        (close, (made.id,)),
        (reopen, (made.id,)),
        (join, (made.id, other.id)),
    ):
        with pytest.raises(ForbiddenError):
            do(store, use_case, *given, actor=planner, version=1, why="x")
