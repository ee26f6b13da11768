"""An officer prepares, a leader approves, and nothing but a named person ends a response."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from gisapp.bootstrap import App
from gisapp.clock import REAL, ExerciseClock
from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.exercise import Exercise
from gisapp.incidents import course as incidents
from gisapp.incidents.board import log, standing
from gisapp.incidents.grading.figures import Figures
from gisapp.incidents.models import Incident
from gisapp.incidents.response.course import (
    Draft,
    Word,
    approve,
    change_level,
    end,
    extend,
    find_response,
    prepare,
    withdraw,
)
from gisapp.incidents.response.models import Response
from gisapp.incidents.response.reading import open_responses
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Right, Role, system_actor
from gisapp.store import Store
from tests.incidents.acting import do, opened

OFFICER = replace(
    system_actor("liu"), name="刘值班", role=Role.DUTY_OFFICER,
    rights=ROLE_RIGHTS[Role.DUTY_OFFICER],
)  # fmt: skip
LEADER = replace(
    system_actor("wang"), name="王副总指挥", role=Role.HEADQUARTERS,
    rights=ROLE_RIGHTS[Role.HEADQUARTERS], agency="市政府",
)  # fmt: skip
PHONE = Word(leader="陈指挥长", office="地灾指挥部指挥长")
SIGNED_IN = Word(office="副总指挥")


def prepared(store: Store, incident: Incident, level: int = 2, **given: Any) -> Response:
    actor = given.pop("actor", OFFICER)
    draft = Draft(level=level, plan=given.pop("plan", "slope"), **given)
    return do(store, prepare, incident.id, draft, actor=actor)


def in_force(store: Store, incident: Incident, level: int = 2, **given: Any) -> Response:
    row = prepared(store, incident, level, **given)
    return do(store, approve, row.id, version=1, word=SIGNED_IN, actor=LEADER)


def told(store: Store, incident: Incident, later: timedelta = timedelta()) -> dict[str, Any]:
    with store.session() as session:
        answer = standing(session, incident.id).to_dict("zh", REAL.now() + later)
    found = answer["response"]
    assert isinstance(found, dict)
    return found


def refused(code: str, call: Any, *given: Any, **named: Any) -> None:
    with pytest.raises((InputError, OutOfDateError)) as said:
        do(*given[:1], call, *given[1:], **named)
    assert said.value.code == code


def test_prepared_approved_raised_extended_and_ended(tiny_apps: App) -> None:
    store = tiny_apps.store
    incident = opened(store, figures=Figures(dead=2, missing=17))
    row = prepared(store, incident, 3)
    assert (row.state, row.measures, row.expected_min, row.owner) == (
        "prepared", "转移", 24 * 60, "liu",
    )  # fmt: skip
    assert row.item == incident.title
    assert (row.expected_end, row.approved_by) == (None, None)
    row = do(store, approve, row.id, version=1, word=SIGNED_IN, actor=LEADER)
    assert (row.approved_by, row.approved_office, row.approved_by_phone) == (
        "王副总指挥", "副总指挥", False,
    )  # fmt: skip
    assert row.approved_at is not None
    assert row.expected_end == row.approved_at + timedelta(hours=24)
    row = do(
        store, change_level, row.id, 2, version=2, word=PHONE, why="失踪人数上升", actor=OFFICER
    )
    assert (row.level, row.measures) == (2, "搜救")
    assert row.expected_end == row.approved_at + timedelta(hours=24)
    until = row.expected_end + timedelta(hours=6)
    row = do(
        store, extend, row.id, until, version=3, word=SIGNED_IN, why="仍在搜救", owner="zhao",
        actor=LEADER,
    )  # fmt: skip
    assert (row.expected_end, row.owner) == (until, "zhao")
    row = do(store, end, row.id, version=4, word=PHONE, why="搜救结束", actor=OFFICER)
    assert (row.state, row.ended_by, row.approved_by) == ("ended", "陈指挥长", "王副总指挥")
    with store.session() as session:
        lines = [one.to_dict("zh") for one in log(session, incident.id)]
    assert [(one["what"], one["who"], one["text"], one["why"]) for one in lines[1:]] == [
        ("prepare", "liu", "", None),
        ("approve", "wang", "批准人 王副总指挥（副总指挥）。", None),
        ("change_level", "liu", "凭 陈指挥长（地灾指挥部指挥长）电话口头批准。", "失踪人数上升"),
        ("extend", "wang", "批准人 王副总指挥（副总指挥）。", "仍在搜救"),
        ("stop", "liu", "凭 陈指挥长（地灾指挥部指挥长）电话口头批准。", "搜救结束"),
    ]
    assert told(store, incident)["current"] is None
    assert [one["id"] for one in told(store, incident)["past"]] == [row.id]


def test_one_at_a_time_by_the_database_itself(tiny_apps: App) -> None:
    store = tiny_apps.store
    incident = opened(store)
    row = in_force(store, incident)
    refused("response.is_open", prepare, store, incident.id, Draft(level=1, plan="slope"))
    copied = {
        column.name: getattr(row, column.name)
        for column in Response.__table__.columns
        if column.name not in {"fid", "exercise_id"}
    }
    with pytest.raises(IntegrityError), store.session(write=True) as session:
        session.execute(insert(Response).values(copied | {"id": "R2"}))
    do(store, end, row.id, version=2, word=PHONE, why="结束")
    assert prepared(store, incident).id != row.id


def test_running_out_alarms_the_owner_and_ends_nothing(tiny_apps: App) -> None:
    store = tiny_apps.store
    incident = opened(store)
    row = in_force(store, incident, expected_h=0.25)
    assert told(store, incident)["current"]["overdue"] is False
    late = told(store, incident, timedelta(minutes=16))["current"]
    assert (late["overdue"], late["owner"], late["state"]) == (True, "liu", "in_force")
    with store.session() as session:
        assert find_response(session, row.id).state == "in_force"
        assert open_responses(session, [incident.id, "other"]).keys() == {incident.id}


class TestApproval:
    def test_nobody_approves_what_he_prepared(self, tiny_app: App) -> None:
        store = tiny_app.store
        row = prepared(store, opened(store), actor=LEADER)
        refused("response.own", approve, store, row.id, version=1, word=Word(), actor=LEADER)
        made = do(store, approve, row.id, version=1, word=PHONE, actor=LEADER)
        assert (made.approved_by, made.approved_by_phone, made.approval_recorded_by) == (
            "陈指挥长", True, "wang",
        )  # fmt: skip

    def test_an_officer_approves_nothing_himself(self, tiny_app: App) -> None:
        store = tiny_app.store
        row = prepared(store, opened(store), actor=LEADER)
        with pytest.raises(ForbiddenError):
            do(store, approve, row.id, version=1, word=Word(), actor=OFFICER)
        for name in ("liu", "刘值班"):
            word = replace(PHONE, leader=name)
            refused("response.own_word", approve, store, row.id, version=1, word=word,
                    actor=OFFICER)  # fmt: skip

    def test_by_phone_only_what_the_plan_lets_be_started_so(self, tiny_app: App) -> None:
        store = tiny_app.store
        row = prepared(store, opened(store), 1)
        refused("response.not_by_phone", approve, store, row.id, version=1, word=PHONE)
        made = do(store, approve, row.id, version=1, word=SIGNED_IN, actor=LEADER)
        raised = do(store, change_level, made.id, 2, version=2, word=PHONE, why="好转")
        refused("response.not_by_phone", change_level, store, raised.id, 1, version=3, word=PHONE,
                why="恶化")  # fmt: skip

    def test_a_leader_on_the_phone_has_name_and_office(self, tiny_app: App) -> None:
        store = tiny_app.store
        row = prepared(store, opened(store))
        word = Word(leader="陈指挥长")
        refused("response.bad_text", approve, store, row.id, version=1, word=word, actor=OFFICER)


class TestWithoutAPlan:
    def test_the_level_is_chosen_with_its_source(self, tiny_app: App) -> None:
        store = tiny_app.store
        incident = opened(store, kind="nuclear")
        found = told(store, incident)
        assert found["suggested"] == []
        assert "没有预案适用于“核设施事故”" in found["no_plan"]
        given = {"measures": "撤离", "expected_h": 24}
        refused("response.bad_text", prepare, store, incident.id, Draft(level=2, **given))
        refused("response.bad_text", prepare, store, incident.id,
                Draft(level=2, level_source="省令", expected_h=24))  # fmt: skip
        row = prepared(store, incident, plan="", level_source="省厅电话通知", **given)
        made = do(store, approve, row.id, version=1, word=PHONE, actor=OFFICER)
        assert (made.plan_code, made.level_source) == (None, "省厅电话通知")
        raised = do(store, change_level, made.id, 1, version=2, word=PHONE, why="扩大")
        assert (raised.level, raised.measures) == (1, "撤离")

    def test_a_plan_that_covers_the_event_is_not_passed_by(self, tiny_app: App) -> None:
        store = tiny_app.store
        draft = Draft(level=4, level_source="省令", measures="x", expected_h=1)
        refused("response.plan_covers", prepare, store, opened(store).id, draft)
        other = Draft(level=4, plan="slope")
        refused("response.plan_not_for", prepare, store, opened(store, kind="fire").id, other)


def test_what_cannot_be_is_refused(tiny_app: App) -> None:
    store = tiny_app.store
    incident = opened(store)
    for draft, code in (
        (Draft(level=5, plan="slope"), "response.bad_level"),
        (Draft(level=2, plan="slope", expected_h=0.2), "response.bad_duration"),
        (Draft(level=2, plan="slope", expected_h=float("nan")), "response.bad_duration"),
        (Draft(level=2, plan="slope", item="两\n行"), "response.bad_text"),
        (Draft(level=2, plan="slope", measures="字" * 2001), "response.bad_text"),
        (Draft(level=2, plan="slope", measures="转\u202e移"), "response.bad_text"),
    ):
        refused(code, prepare, store, incident.id, draft)
    lines = prepared(store, incident, measures="一、搜救\r\n二、转移")
    assert lines.measures == "一、搜救\n二、转移"
    refused("response.other_state", end, store, lines.id, version=1, word=PHONE, why="x")
    refused("response.no_reason", withdraw, store, lines.id, version=1, why=" ")
    refused("response.changed_since", withdraw, store, lines.id, version=2, why="x")
    gone = do(store, withdraw, lines.id, version=1, why="误判")
    assert gone.state == "withdrawn"
    refused("response.other_state", approve, store, gone.id, version=2, word=PHONE)
    row = in_force(store, incident)
    assert row.expected_end is not None
    for until in (row.expected_end, REAL.now(), row.expected_end + timedelta(days=91)):
        refused("response.not_later", extend, store, row.id, until, version=2, word=PHONE, why="x")
    refused("response.same_level", change_level, store, row.id, 2, version=2, word=PHONE, why="x")
    with pytest.raises(UnknownRecordError):
        do(store, end, "R0", version=1, word=PHONE, why="x")


def test_an_incident_ends_or_is_joined_only_when_its_response_has_ended(tiny_app: App) -> None:
    store = tiny_app.store
    incident, other = opened(store), opened(store)
    row = prepared(store, incident)
    refused("response.to_be_ended", incidents.close, store, incident.id, version=1, why="x")
    refused("response.to_be_ended", incidents.join, store, incident.id, other.id, version=1,
            why="x")  # fmt: skip
    do(store, withdraw, row.id, version=1, why="误报")
    do(store, incidents.close, incident.id, version=1, why="误报")
    refused("incident.not_open", prepare, store, incident.id, Draft(level=2, plan="slope"))


def test_an_exercise_has_responses_of_its_own(tiny_app: App) -> None:
    clock = ExerciseClock(began_at=REAL.now(), shows=datetime.fromisoformat("2026-07-01T02:10Z"))
    drill = Exercise(id="drill", clock=clock)
    store = tiny_app.store
    incident = opened(store, exercise=drill)
    row = do(store, prepare, incident.id, Draft(level=2, plan="slope"), exercise=drill)
    with pytest.raises(UnknownRecordError):
        do(store, withdraw, row.id, version=1, why="x")


@pytest.mark.parametrize("role", [one for one in Role if Right.DISPATCH not in ROLE_RIGHTS[one]])
def test_who_may_not_dispatch_changes_no_response(tiny_app: App, role: Role) -> None:
    store = tiny_app.store
    row = in_force(store, opened(store))
    nobody = replace(OFFICER, role=role, rights=ROLE_RIGHTS[role])
    named: dict[str, Any] = {"version": 2, "why": "x", "actor": nobody}
    for use_case, *given in (
        (end,), (extend, REAL.now()), (change_level, 1),
    ):  # fmt: skip
        with pytest.raises(ForbiddenError):
            do(store, use_case, row.id, *given, word=PHONE, **named)
    with pytest.raises(ForbiddenError):
        do(store, withdraw, row.id, **named)
    with pytest.raises(ForbiddenError):
        do(store, prepare, "none", Draft(level=1), actor=nobody)
