"""Promises are held against today's data; what fails is named: clause, reason, since when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import shapely
from shapely import Point
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.clock import now, set_clock
from gisapp.drills.checkup import running
from gisapp.drills.checkup.collisions import audit
from gisapp.drills.checkup.models import PlanCheck, PlanFinding
from gisapp.drills.checkup.running import (
    CHECKUP,
    ask_for,
    check,
    findings_of,
    is_current,
    is_wanted,
    keep,
    last_check,
    open_findings,
)
from gisapp.drills.plans.drafts import begin, issue
from gisapp.drills.plans.library import all_editions
from gisapp.drills.plans.vocabulary import PARTS_ASKED, Part
from gisapp.events import Event
from gisapp.importing.mergers import merge
from gisapp.incidents.response.vocabulary import PlanCategory
from gisapp.jobs import Worker
from gisapp.messages import LANGUAGES
from gisapp.nightly import KINDS as JOB_KINDS
from gisapp.nightly import NIGHTLY
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.editing import retire
from gisapp.registers.kinds import KINDS
from gisapp.rights import Right, system_actor
from gisapp.schema import Label
from gisapp.store import Store
from tests.drills.plans.texts import WRITTEN
from tests.incidents.acting import OFFICER, do
from tests.incidents.closing import add_closure
from tests.tiny_site import A, C

LI = system_actor("li")
EAST = (100.055, 30.0)


def put(store: Store, kind: str, **values: Any) -> None:
    record = {"name": f"{kind} {values['id']}", "synthetic": True, **values}
    with store.session(write=True) as session:
        changes = compare(session, KINDS[kind], [record])
        store_changes(session, LI, Right.EDIT, changes, why="")


@pytest.fixture
def app(tiny_apps: App) -> App:
    """The tiny site with a mine in the east, a depot, a shelter and a hospital."""
    store = tiny_apps.store
    put(store, "mine", id="M1", name="东井", geom=Point(EAST), mine_type="coal", status="operating")
    put(store, "depot", id="D1", name="市级库", geom=Point(A), level="city")
    put(store, "shelter", id="S1", name="体育馆", geom=Point(C), capacity=800)
    put(store, "hospital", id="H1", name="县医院", geom=Point(C), hospital_level="2A", beds=40)
    for number, (quantity, reserve, expires) in enumerate(
        [(300, 50, None), (400, None, "2026-01-01"), (20, 30, None), (200, None, "2030-01-01")]
    ):
        put(
            store, "lot", id=f"L{number}", depot_id="D1", item_code="1020101", item="帐篷",
            quantity=quantity, unit="顶", reserve=reserve,
            expires_on=None if expires is None else date.fromisoformat(expires),
        )  # fmt: skip
    return tiny_apps


def promised(app: App, *promises: dict[str, Any], code: str = "mine", **head: Any) -> None:
    """Issue a plan of one clause with these promises."""
    document = {"clauses": [{"number": "4.2", "title": "力量调集", "promises": list(promises)}]}
    given = {
        "category": "department", "name": {"zh": f"预案{code}", "en": f"Plan {code}"},
        "source": {"zh": "文", "en": "doc"}, "document": document, **head,
    }  # fmt: skip
    row = do(app.store, begin, code, given)
    do(app.store, issue, row.id, version=1)


def failing(app: App, code: str = "mine") -> dict[str, dict[str, Any]]:
    """What is wrong with a plan's promises: code and figures by the key of the promise."""
    with app.store.session() as session:
        found = [one for one in check(app, session).findings if one.plan == code and one.clause]
    for one in found:
        for lang in LANGUAGES:
            assert "{" not in one.sentence(lang)
    return {
        one.item: {"code": one.code, **one.params}
        for one in found
        if one.code != "checkup.promises_differ"
    }


def checked(app: App) -> PlanCheck:
    with app.store.session() as session:
        found = check(app, session)
    return do(app.store, keep, found, actor=LI)


def to_east(who: str = "T1", within_min: float = 25, **more: Any) -> dict[str, Any]:
    return {"what": "arrival", "who": who, "to": {"kind": "mine", "id": "M1"},
            "within_min": within_min, **more}  # fmt: skip


def test_an_arrival_counts_turnout_and_the_limit_of_the_bridge(app: App) -> None:
    """By hand: 1.83 min to B, 13.85 around the bridge that bears 20 t, 1.45 on; a heavy vehicle
    drives at 0.85 of the speed and turns out in 1 min."""
    promised(
        app, to_east(within_min=21), to_east(within_min=21.5),
        to_east(within_min=20.5, clock="drive"), to_east(within_min=20, clock="drive"),
        to_east("T2", 5.5), to_east("T2", 5),
    )  # fmt: skip
    found = failing(app)
    assert set(found) == {"p1", "p4", "p6"}
    assert (found["p1"]["code"], found["p1"]["minutes"]) == ("checkup.arrival_late", 21.2)
    assert found["p4"]["minutes"] == 20.2
    assert found["p6"]["minutes"] == 5.4  # five minutes of turnout
    assert found["p1"]["place_zh"] == "东井"


def test_whoever_is_out_on_a_call_counts_and_who_is_out_of_service_does_not(app: App) -> None:
    promised(app, to_east("T4"), to_east("T5"), to_east("T3"), to_east("T6"), to_east("T99"))
    assert {key: one["code"] for key, one in failing(app).items()} == {
        "p2": "checkup.out_of_service", "p3": "checkup.arrival_cut_off",
        "p4": "checkup.arrival_cut_off", "p5": "checkup.unknown_record",
    }  # fmt: skip


def test_a_number_of_units_is_there_when_the_last_of_them_is(app: App) -> None:
    def force(count: int, within_min: float, capability: str = "fire") -> dict[str, Any]:
        return {"what": "force", "capability": capability, "count": count,
                "to": {"kind": "mine", "id": "M1"}, "within_min": within_min}  # fmt: skip

    # T4 after 1.5 min, T2 after 5.4, T1 after 21.2; T3 and T6 never, T5 is out of service.
    promised(app, force(2, 5.5), force(2, 5), force(3, 22), force(4, 60), force(1, 9, "hazmat"))
    found = failing(app)
    assert {key: one["code"] for key, one in found.items()} == {
        "p2": "checkup.force_late", "p4": "checkup.force_cut_off", "p5": "checkup.force_nobody",
    }  # fmt: skip
    assert found["p2"]["minutes"] == 5.4
    assert found["p4"]["reached"] == 3


def test_stocks_without_reserve_and_what_has_expired(app: App) -> None:
    """250 of the first lot, 200 of the last; one lies below its reserve, one has expired."""

    def supply(quantity: float) -> dict[str, Any]:
        return {"what": "supply", "depot": "D1", "item_code": "1020101", "quantity": quantity}

    promised(app, supply(450), supply(451))
    (only,) = failing(app).items()
    assert (only[0], only[1]["has"], only[1]["quantity"]) == ("p2", 450, 451)


def test_places_beds_and_equipment(app: App) -> None:
    put(app.store, "team", id="T1", equipment={"drainage_pump": 2})
    put(app.store, "shelter", id="S2", name="广场", geom=Point(C))
    promised(
        app,
        {"what": "shelter", "shelter": "S1", "people": 800},
        {"what": "shelter", "shelter": "S2", "people": 1},
        {"what": "beds", "hospital": "H1", "beds": 41},
        {"what": "equipment", "team": "T1", "equipment": "drainage_pump", "count": 2},
        {"what": "equipment", "team": "T2", "equipment": "drainage_pump", "count": 1},
    )
    assert {key: one["code"] for key, one in failing(app).items()} == {
        "p2": "checkup.unknown_capacity", "p3": "checkup.capacity", "p5": "checkup.equipment",
    }  # fmt: skip


def test_a_road_is_open_to_a_vehicle_or_not(app: App) -> None:
    promised(
        app,
        {"what": "road", "road": "主干桥", "profile": "heavy"},
        {"what": "road", "road": "主干桥", "profile": "light"},
        {"what": "road", "road": "主干路"},
        {"what": "road", "road": "天路"},
    )
    assert {key: one["code"] for key, one in failing(app).items()} == {
        "p1": "checkup.road_limit", "p4": "checkup.no_road",
    }  # fmt: skip
    add_closure(app.store, shapely.box(100.045, 29.99, 100.05, 30.01), reason="塌方", actor=LI)
    found = failing(app)
    assert found["p3"] == {"code": "checkup.road_closed", "road": "主干路", "reason": "塌方"}


def test_a_closure_cuts_a_promise_off(app: App) -> None:
    promised(app, to_east("T2", 6), to_east("T1"))
    assert failing(app) == {}
    add_closure(app.store, shapely.box(100.045, 29.99, 100.05, 30.01), reason="塌方", actor=LI)
    assert {key: one["code"] for key, one in failing(app).items()} == {
        "p2": "checkup.arrival_cut_off"
    }


def test_moving_a_team_breaks_a_promise_and_names_its_clause(app: App) -> None:
    """The plan said 6 minutes; once the team has moved west it takes longer, until it is back."""
    promised(app, to_east("T2", 6))
    assert checked(app).failed == 0
    put(app.store, "team", id="T2", geom=Point(100.021, 30.0))
    assert checked(app).failed == 1
    with app.store.session() as session:
        (row,) = [one for one in open_findings(session, "mine") if one.clause]
        assert (row.clause, row.item, row.code) == ("c1", "p1", "checkup.arrival_late")
        since, first = row.opened_at, row.params["minutes"]
    put(app.store, "team", id="T2", geom=Point(100.001, 30.0))
    checked(app)
    with app.store.session() as session:
        (row,) = [one for one in open_findings(session, "mine") if one.clause]
        assert row.opened_at == since  # the same finding, with the figures of today
        assert row.params["minutes"] > first
        assert row.seen_at > since
    put(app.store, "team", id="T2", geom=Point(100.059, 30.0))
    checked(app)
    with app.store.session() as session:
        assert [one for one in open_findings(session, "mine") if one.clause] == []
        (past,) = findings_of(session, "mine", "c1")
        assert past.closed_at is not None
        told = session.scalars(
            select(Event).where(Event.kind == "plan_finding", Event.subject_id == "mine")
        ).all()
        assert [one.what for one in told if one.data["after"]["clause"]] == ["insert", "end"]
    put(app.store, "team", id="T2", geom=Point(100.021, 30.0))
    checked(app)
    with app.store.session() as session:
        assert len(findings_of(session, "mine", "c1")) == 2  # a history, one row each time


def test_what_was_merged_is_what_it_was_merged_into(app: App) -> None:
    promised(app, to_east("T2", 6))
    with app.store.session(write=True) as session:
        merge(session, LI, "team", "T1", "T2", choices={}, why="同一队")
    found = failing(app)
    assert found["p1"]["name_zh"] == "甲队"
    assert found["p1"]["code"] == "checkup.arrival_late"


def test_a_record_that_is_retired_keeps_nothing(app: App) -> None:
    promised(app, {"what": "shelter", "shelter": "S1", "people": 10})
    with app.store.session(write=True) as session:
        retire(session, LI, "shelter", "S1", why="拆除", version=1)
    assert failing(app)["p1"]["code"] == "checkup.retired"


def test_the_text_is_looked_through(app: App) -> None:
    put(app.store, "expert", id="E1", name="王五", geom=Point(A), specialities=["mine_safety"],
        contact_phone="0357-2000001")  # fmt: skip
    clauses = {
        "clauses": [
            *WRITTEN["clauses"],
            {
                "title": "应急保障", "part": "safeguards",
                "text": "储备帐篷500顶。另有说明。",
                "tasks": [{"task": "调运", "owner": ""}],
                "contacts": [{"name": "赵六", "phone": "0357 9999999"}, {"name": "孙七"},
                             {"name": "王五", "phone": "0357-2000001"}],
                "promises": [{"what": "shelter", "shelter": "S1", "people": 10}],
            },
            {"title": "附录", "text": "帐篷300顶", "promises": [
                {"what": "shelter", "shelter": "S1", "people": 20}]},
        ]
    }  # fmt: skip
    promised(app, document=clauses)
    with app.store.session() as session:
        found = {one.code: one for one in check(app, session).findings if one.plan == "mine"}
    parts = {"prevention", "recovery"}
    assert found["checkup.no_part"].item in parts
    assert found["checkup.no_owner"].params["task"] == "调运"
    assert found["checkup.no_time"].clause == "c5"
    assert found["checkup.unknown_contact"].params["name"] == "赵六"
    assert found["checkup.no_phone"].params["name"] == "孙七"
    assert found["checkup.figures_differ"].params["name"] == "储备帐篷"
    assert found["checkup.promises_differ"].params == {
        "value": 20, "other": 10, "heading": "应急保障",
    }  # fmt: skip
    for one in found.values():
        for lang in LANGUAGES:
            assert "{" not in one.sentence(lang)


def test_what_article_28_and_the_standard_ask_for() -> None:
    government = {Part.ORGANISATION, Part.PREVENTION, Part.RESPONSE, Part.SAFEGUARDS, Part.RECOVERY}
    assert {*PARTS_ASKED[PlanCategory.SPECIAL]} == government
    assert len(PARTS_ASKED[PlanCategory.ENTERPRISE]) == 5
    assert {*PARTS_ASKED} == {*PlanCategory}


def test_one_pump_promised_by_three_plans(app: App) -> None:
    put(app.store, "team", id="T1", equipment={"drainage_pump": 2})
    pump = {"what": "equipment", "team": "T1", "equipment": "drainage_pump"}
    for code in ("flood", "mine", "dam"):
        promised(app, pump, to_east("T1"), to_east("T1", 30), code=code)
    promised(app, {"what": "supply", "depot": "D1", "item_code": "1020101", "quantity": 300},
             {"what": "force", "capability": "fire", "count": 2, "within_min": 9,
              "to": {"kind": "mine", "id": "M1"}}, code="tents")  # fmt: skip
    promised(app, {"what": "supply", "depot": "D1", "item_code": "1020101", "quantity": 100},
             {"what": "force", "capability": "fire", "count": 3, "within_min": 9,
              "to": {"kind": "mine", "id": "M1"}}, code="more")  # fmt: skip
    with app.store.session() as session:
        editions = all_editions(session)
        found = {(one.what, one.id): one for one in audit(app, session, editions)}
        two = audit(app, session, editions, only={"flood", "mine"})
    pumps = found["equipment", "T1"]
    assert (pumps.has, pumps.promised, pumps.left, pumps.is_short) == (2, 3, -1, True)
    assert [one.plan for one in pumps.claims] == ["dam", "flood", "mine"]
    assert pumps.of == Label("排水泵", "Drainage pumps") or pumps.of.zh == "排水泵"
    team = found["arrival", "T1"]  # within one plan it goes to one place at a time
    assert (team.has, team.promised, team.left) == (1, 3, -2)
    tents = found["supply", "D1"]
    assert (tents.has, tents.promised, tents.left, tents.is_short) == (450, 400, 50, False)
    force = found["force", "fire"]  # T1, T2, T3, T4, T6
    assert (force.has, force.promised, force.left) == (5, 5, 0)
    assert {one.what for one in two} == {"arrival", "equipment"}
    assert [one.left for one in two] == [-1, 0]
    told = pumps.to_dict("en")
    assert told["plans"][0]["clauses"] == ["4.2 力量调集"]


def test_plans_are_checked_anew_when_data_change_and_have_come_to_rest(app: App) -> None:
    promised(app, to_east("T2", 6))
    with app.store.session() as session:
        later = now(session) + timedelta(hours=1)
        assert not is_wanted(session)  # the plan was issued just now
        set_clock(session, Still(later))
        assert is_wanted(session)
    checked(app)
    with app.store.session() as session:
        assert is_current(session, last_check(session))
        set_clock(session, Still(later))
        assert not is_wanted(session)
    put(app.store, "team", id="T2", geom=Point(100.021, 30.0))
    with app.store.session() as session:
        assert not is_current(session, last_check(session))
        set_clock(session, Still(later))
        assert is_wanted(session)
    do(app.store, ask_for)
    with app.store.session() as session:
        set_clock(session, Still(later))
        assert not is_wanted(session)  # one waits
    (job,) = Worker(app, {CHECKUP.name: CHECKUP}, actor=OFFICER).run_due()
    assert job.result == {"plans": 2, "promises": 1, "failed": 1, "findings": 11}
    with app.store.session() as session:
        assert session.scalars(select(PlanFinding)).all()
        assert is_current(session, last_check(session))


class Still:
    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at.astimezone(UTC)


def test_the_night_checks_plans() -> None:
    assert JOB_KINDS[running.NAME] is CHECKUP
    assert running.NAME in NIGHTLY
