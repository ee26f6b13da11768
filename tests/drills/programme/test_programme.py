"""A year's drills: who has to hold one, what stands against a date, what came of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.clock import set_clock
from gisapp.drills.plans.drafts import begin, issue
from gisapp.drills.programme.board import Standing, board_of, duties, standing_of
from gisapp.drills.programme.calendar import icalendar
from gisapp.drills.programme.clashes import clashes
from gisapp.drills.programme.drills import (
    add_finding,
    cancel_drill,
    change_drill,
    close_finding,
    find_drill,
    hold_drill,
    plan_drill,
    said_of,
)
from gisapp.drills.programme.models import Drill
from gisapp.drills.programme.reading import (
    board_told,
    drill_told,
    duty_told,
    finding_told,
    names_of_units,
    open_drill_findings,
    participation,
)
from gisapp.drills.programme.vocabulary import Organiser
from gisapp.drills.programme.years import approval_of, approve_year, changed_since, year_docx
from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.events.log import Event
from gisapp.importing.mergers import merge
from gisapp.messages import LANGUAGES
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.kinds import KINDS
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Right, Role, system_actor
from gisapp.store import Store
from tests.drills.plans.texts import WRITTEN
from tests.incidents.acting import do

TODAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
BASE = {"year": 2026, "name": "滑坡演练", "organiser_kind": "headquarters", "organiser": "hq1"}


def someone(role: Role, county: str | None = None) -> Actor:
    return Actor(
        login=role, name=role, role=role, county=county, agency=None, rights=ROLE_RIGHTS[role]
    )


def planned(store: Store, **more: Any) -> Drill:
    return do(store, plan_drill, said_of({**BASE, **more}))


def put(store: Store, register: str, **values: Any) -> None:
    with store.session(write=True) as session:
        changes = compare(session, KINDS[register], [values])
        store_changes(session, system_actor("li"), Right.EDIT, changes, why="")


@pytest.fixture
def app(tiny_apps: App) -> App:
    """The tiny site with a township and three enterprises, one of whom owes no drill."""
    store = tiny_apps.store
    put(store, "place", id="t1", name="东乡", kind="town", code="990001200", geom=Point(100, 30))
    for number, sector in enumerate(("mine", "crowded_place", "other"), start=1):
        put(store, "enterprise", id=f"N{number}", name=f"企业{number}", sector=sector,
            county="990001", geom=Point(100.01, 30))  # fmt: skip
    return tiny_apps


def standing(app: App, year: int = 2026, *, at: datetime = NOON, today: date = TODAY) -> Standing:
    with app.store.session() as session:
        board = board_of(session, year, moment=at, today=today)
        (row,) = board.headquarters
        names = names_of_units(session)
        for lang in LANGUAGES:
            assert board_told(board, lang, names)["counts"][row.standing] == 1
    return row.standing


def test_the_board_follows_the_one_live_drill_of_a_headquarters(app: App) -> None:
    store = app.store
    assert standing(app) is Standing.DUE
    planned(store, form="tabletop", starts_at=NOON + timedelta(days=1))
    assert standing(app) is Standing.DUE  # a table is no live drill
    row = planned(store)
    assert standing(app) is Standing.PLANNED
    said = said_of({**BASE, "starts_at": NOON + timedelta(days=9)})
    do(store, change_drill, row.id, said, version=1)
    assert standing(app) is Standing.SCHEDULED
    assert standing(app, at=NOON + timedelta(days=10)) is Standing.OVERDUE  # nobody said it was
    do(store, cancel_drill, row.id, version=2, why="汛期")
    assert standing(app) is Standing.DUE
    other = planned(store)
    judged = {"plan": 80, "command": 75.5}
    do(store, hold_drill, other.id, version=1, on=TODAY, today=TODAY, scores=judged)
    assert standing(app) is Standing.DONE
    assert standing(app, 2025) is Standing.OVERDUE
    with store.session() as session:
        (told,) = board_of(session, 2026, moment=NOON, today=TODAY).headquarters
    assert told.scores == {"plan": 80.0, "command": 75.5}


@given(st.lists(st.tuples(st.sampled_from(["planned", "done", "cancelled"]),
                          st.none() | st.integers(-40, 40)), max_size=4))  # fmt: skip
def test_a_year_has_one_standing_and_one_that_was_held_is_enough(rows: list[Any]) -> None:
    live = [
        Drill(state=state, starts_at=None if days is None else NOON + timedelta(days=days))
        for state, days in rows
    ]
    found = standing_of(live, 2026, moment=NOON, today=TODAY)
    assert (found is Standing.DONE) == any(state == "done" for state, _ in rows)
    if all(state == "cancelled" for state, _ in rows):
        assert found is Standing.DUE


def test_duties_of_article_8(app: App) -> None:
    store = app.store

    def held(kind: str, code: str, on: date, reported: date | None = None) -> None:
        row = planned(store, organiser_kind=kind, organiser=code, year=on.year)
        do(store, hold_drill, row.id, version=1, on=on, today=TODAY, reported_on=reported)

    def told() -> dict[tuple[str, str], tuple[Standing, date | None, bool]]:
        with store.session() as session:
            found = duties(session, today=TODAY)
        for lang in LANGUAGES:
            assert all(duty_told(one, lang)["kind_label"] for one in found)
        return {
            (one.unit.kind.value, one.unit.code): (one.standing, one.due_by, one.report_missing)
            for one in found
        }

    assert set(told()) == {
        ("government", "990000"), ("government", "990001"), ("department", "990000"),
        ("department", "990001"), ("township", "990001200"), ("enterprise", "N1"),
        ("enterprise", "N2"),
    }  # fmt: skip
    assert {one[0] for one in told().values()} == {Standing.DUE}
    held("government", "990001", date(2024, 6, 1))  # two years to the day: still in time
    held("department", "990001", date(2024, 5, 31))
    held("township", "990001200", date(2026, 1, 1))
    held("enterprise", "N1", date(2025, 11, 30), date(2025, 12, 2))
    held("enterprise", "N2", date(2026, 5, 1))
    now = told()
    assert now["government", "990001"] == (Standing.SOON, date(2026, 6, 1), False)
    assert now["department", "990001"] == (Standing.OVERDUE, date(2026, 5, 31), False)
    assert now["township", "990001200"] == (Standing.DONE, date(2028, 1, 1), False)
    assert now["enterprise", "N1"] == (Standing.OVERDUE, date(2026, 5, 30), False)
    assert now["enterprise", "N2"] == (Standing.DONE, date(2026, 11, 1), True)
    with store.session() as session:
        assert {one.unit.code for one in duties(session, today=TODAY, county="990001")} == {
            "990001", "990001200", "N1", "N2",
        }  # fmt: skip


def test_spot_checks_orders_and_their_deadlines(app: App) -> None:
    store, unit = app.store, (Organiser.ENTERPRISE, "N1")
    with pytest.raises(InputError) as told:
        do(store, add_finding, what="无演练记录", found_on=TODAY, today=TODAY, organiser=unit,
           is_order=True)  # fmt: skip
    assert told.value.code == "drill.no_deadline"
    row = do(store, add_finding, what="无演练记录", found_on=date(2026, 4, 1), today=TODAY,
             organiser=unit, is_order=True, due_on=date(2026, 5, 1))  # fmt: skip
    drill = planned(store)
    do(store, add_finding, what="通信中断", found_on=TODAY, today=TODAY, drill_id=drill.id)
    with store.session() as session:
        (duty,) = [one for one in duties(session, today=TODAY) if one.unit.code == "N1"]
        assert (duty.open_orders, duty.overdue_orders) == (1, 1)
        names = names_of_units(session)
        waiting = open_drill_findings(session)
        assert [finding_told(one, "zh", names, TODAY)["overdue"] for one in waiting] == [
            True,
            False,
        ]
        assert len(open_drill_findings(session, county="990001")) == 1
        (of_hq,) = board_of(session, 2026, moment=NOON, today=TODAY).headquarters
        assert of_hq.open_findings == 1
    do(store, close_finding, row.fid, on=TODAY, today=TODAY)
    with pytest.raises(InputError):
        do(store, close_finding, row.fid, on=TODAY, today=TODAY)
    with store.session() as session:
        (duty,) = [one for one in duties(session, today=TODAY) if one.unit.code == "N1"]
        assert duty.open_orders == 0


def test_what_stands_against_a_date(app: App) -> None:
    """T1 alone can rescue; the county keeps one unit that can."""
    store = app.store
    app.site.response["minimum_cover"] = {"rescue": 1, "fire": 2}
    crew = [{"kind": "team", "id": "T1", "name": "甲队"}]
    chief = {"kind": "person", "name": "王市长", "role": "leader"}
    first = planned(store, name="甲", venue="东广场", starts_at=NOON, participants=[*crew, chief])
    with store.session() as session:
        told = clashes(app, session, first)
    assert [(one.code, one.params["left"]) for one in told] == [("drill.clash.cover", 0)]
    second = planned(store, name="乙", venue="东广场", starts_at=NOON + timedelta(minutes=119),
                     participants=[chief, {"kind": "team", "id": "M1"}])  # fmt: skip
    third = planned(store, name="丙", venue="东广场", starts_at=NOON + timedelta(minutes=300),
                    participants=[chief])  # fmt: skip
    with store.session() as session:
        assert {one.code for one in clashes(app, session, second)} == {
            "drill.clash.taken", "drill.clash.venue", "drill.clash.cover",
        }  # fmt: skip
        assert clashes(app, session, third) == []
        for one in clashes(app, session, second):
            for lang in LANGUAGES:
                assert "{" not in one.sentence(lang)
    do(store, cancel_drill, first.id, version=1, why="汛期")
    with store.session() as session:
        assert clashes(app, session, find_drill(session, second.id)) == []
        assert clashes(app, session, find_drill(session, first.id)) == []


def test_who_takes_part_over_the_year(app: App) -> None:
    store = app.store
    put(store, "unit", id="U1", name="甲一班", team_id="T1", unit_type="pumper",
        capabilities=["fire"], profile="heavy")  # fmt: skip
    row = planned(store, participants=[{"kind": "unit", "id": "U1"}, {"kind": "team", "id": "T2"}])
    planned(store, participants=[{"kind": "team", "id": "T1"}])
    gone = planned(store, participants=[{"kind": "team", "id": "T3"}])
    do(store, hold_drill, row.id, version=1, on=TODAY, today=TODAY)
    do(store, cancel_drill, gone.id, version=1, why="汛期")
    with store.session() as session:
        found = {
            one["id"]: (one["held"], one["planned"]) for one in participation(session, 2026, "zh")
        }
    assert (found["T1"], found["T2"], found["T3"]) == ((1, 1), (1, 0), (0, 0))


def test_objectives_rest_on_clauses_that_the_plan_has(app: App) -> None:
    store = app.store
    head = {"category": "department", "name": {"zh": "甲", "en": "A"}, "document": WRITTEN,
            "source": {"zh": "文", "en": "doc"}}  # fmt: skip
    draft = do(store, begin, "slope-east", head)
    do(store, issue, draft.id, version=1)
    good = {"plan": "slope-east", "objectives": [{"text": "30 分钟到场", "clause": "c4"}]}
    row = planned(store, **good)
    with store.session() as session:
        told = drill_told(find_drill(session, row.id), "en", names_of_units(session))
    assert told["organiser_name"] == "Slopes Headquarters"
    assert told["kind"] == "Live, Comprehensive, To test"
    for wrong, error in (
        ({"plan": "slope-east", "objectives": [{"text": "甲", "clause": "c9"}]}, InputError),
        ({"plan": "nothing"}, UnknownRecordError),
        ({"organiser": "hq9"}, InputError),
        ({"participants": [{"kind": "team", "id": "T99"}]}, InputError),
        ({"organiser_kind": "township", "organiser": "990001"}, InputError),
    ):
        with pytest.raises(error):
            planned(store, **wrong)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"year": 1999}, "year"), ({"name": ""}, "name"), ({"form": "film"}, "form"),
        ({"starts_at": "2026-06-01T10:00:00"}, "starts_at"), ({"duration_min": 1}, "duration_min"),
        ({"participants": [{"kind": "team"}]}, "participants.1"),
        ({"participants": [{"name": "甲", "role": "guest"}]}, "participants.1.role"),
        ({"colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_what_a_drill_cannot_be_is_named(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as told:
        said_of({**BASE, **wrong})
    assert told.value.code == "drill.bad_fields"
    assert f"{field}:" in str(told.value.params["faults"])


def test_who_may(app: App) -> None:
    store, said = app.store, said_of(BASE)
    town = said_of({**BASE, "organiser_kind": "township", "organiser": "990001200"})
    for role in (Role.VIEWER, Role.DUTY_OFFICER):
        with pytest.raises(ForbiddenError):
            do(store, plan_drill, said, actor=someone(role))
    editor, stranger = (someone(Role.COUNTY_EDITOR, county) for county in ("990001", "990002"))
    row = do(store, plan_drill, town, actor=editor)
    for actor, what in ((editor, said), (stranger, town)):
        with pytest.raises(ForbiddenError):
            do(store, plan_drill, what, actor=actor)
    with pytest.raises(ForbiddenError):
        do(store, hold_drill, row.id, version=1, on=TODAY, today=TODAY, actor=stranger)
    with pytest.raises(ForbiddenError):
        do(store, approve_year, 2026, why="文", actor=someone(Role.PLANNER))
    do(store, approve_year, 2026, why="文", actor=someone(Role.HEADQUARTERS))


def test_nobody_overwrites_another_and_what_is_over_stays(app: App) -> None:
    store = app.store
    row = planned(store)
    do(store, change_drill, row.id, said_of(BASE), version=1)
    with pytest.raises(OutOfDateError):
        do(store, change_drill, row.id, said_of(BASE), version=1)
    for late in ({"on": date(2026, 6, 2)}, {"on": TODAY, "reported_on": date(2026, 5, 1)}):
        with pytest.raises(InputError):
            do(store, hold_drill, row.id, version=2, today=TODAY, **late)
    with pytest.raises(InputError):
        do(store, hold_drill, row.id, version=2, on=TODAY, today=TODAY, scores={"fun": 3})
    do(store, hold_drill, row.id, version=2, on=TODAY, today=TODAY)
    # What came of it may be said more exactly later, but it cannot be planned anew.
    do(store, hold_drill, row.id, version=3, on=TODAY, today=TODAY, scores={"teams": 90})
    for use_case, more in ((change_drill, [said_of(BASE)]), (cancel_drill, [])):
        named = {"why": "汛期"} if use_case is cancel_drill else {}
        with pytest.raises(InputError) as told:
            do(store, use_case, row.id, *more, version=4, **named)
        assert told.value.code == "drill.over"


def test_a_year_is_approved_as_it_is_and_changes_are_told(app: App) -> None:
    store = app.store
    with pytest.raises(InputError) as told:
        do(store, approve_year, 2026, why="文")
    assert told.value.code == "drill.nothing_planned"
    row, other = planned(store, name="甲"), planned(store, name="乙")
    do(store, approve_year, 2026, why="市安委〔2026〕3号")
    with store.session() as session:
        approval = approval_of(session, 2026)
        assert approval is not None
        assert changed_since(session, approval) == []
    do(store, hold_drill, other.id, version=1, on=TODAY, today=TODAY)  # as it was to be
    said = said_of({**BASE, "name": "甲", "starts_at": NOON})
    do(store, change_drill, row.id, said, version=1)
    planned(store, name="丙")
    with store.session() as session:
        approval = approval_of(session, 2026)
        assert approval is not None
        assert sorted(changed_since(session, approval)) == ["丙", "甲"]
        for lang in LANGUAGES:
            written = docx.Document(BytesIO(year_docx(session, 2026, lang, zone="Asia/Taipei")))
            texts = [one.text for one in written.paragraphs]
            assert any("市安委〔2026〕3号" in one for one in texts)
            rows = [[cell.text for cell in one.cells] for one in written.tables[0].rows]
            assert len(rows) == 4
            assert "2026-06-01 12:00" in {cell for one in rows for cell in one}


def test_a_calendar_that_others_read(app: App, tmp_path: Path) -> None:
    """Checked by hand against RFC 5545: escaped marks, folded lines, CRLF."""
    store = app.store
    name = "滑坡；演练, 第一次" * 6
    planned(store, name=name, starts_at=NOON, venue="东广场;西门")
    planned(store, name="未定")
    gone = planned(store, name="取消", starts_at=NOON)
    do(store, cancel_drill, gone.id, version=1, why="汛期")
    with store.session() as session:
        from gisapp.drills.programme.drills import drills_of

        set_clock(session, app_clock := Still())
        content = icalendar(drills_of(session, 2026), name="年度", moment=app_clock.now())
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    text = content.decode().replace("\r\n ", "")
    lines = text.split("\r\n")
    assert lines.count("BEGIN:VEVENT") == 2
    assert "DTSTART:20260601T040000Z" in lines
    assert "DTEND:20260601T060000Z" in lines
    assert "LOCATION:东广场\\;西门" in lines
    assert f"SUMMARY:{name.replace(',', chr(92) + ',')}" in lines
    assert "STATUS:CANCELLED" in lines
    assert lines.count("TRIGGER:-P14D") == 1


class Still:
    def now(self) -> datetime:
        return NOON


def join(store: Store, register: str, keep: str, drop: str) -> None:
    with store.session(write=True) as session:
        merge(session, system_actor("li"), register, keep, drop, choices={}, why="同一单位")


def test_drills_follow_their_enterprise_where_two_are_merged(app: App) -> None:
    store = app.store
    row = planned(store, organiser_kind="enterprise", organiser="N2")
    do(store, hold_drill, row.id, version=1, on=TODAY, today=TODAY, reported_on=TODAY)
    do(store, add_finding, what="无演练记录", found_on=TODAY, today=TODAY, is_order=True,
       due_on=TODAY, organiser=(Organiser.ENTERPRISE, "N2"))  # fmt: skip
    join(store, "enterprise", "N1", "N2")
    with store.session() as session:
        (duty,) = [
            one for one in duties(session, today=TODAY) if one.unit.kind is Organiser.ENTERPRISE
        ]
        assert (duty.unit.code, duty.standing, duty.open_orders) == ("N1", Standing.DONE, 1)
        told = session.scalars(select(Event).where(Event.kind == "drill")).all()[-1]
        assert told.data["after"] == {"organiser": "N1"}


def test_a_team_that_was_merged_takes_part_once_as_the_one_kept(app: App) -> None:
    store = app.store
    for number in (1, 2):
        put(store, "team", id=f"P{number}", name=f"队{number}", team_type="mine_rescue",
            geom=Point(100.01, 30), agency="a", county="990001")  # fmt: skip
    both = [{"kind": "team", "id": one, "role": "player"} for one in ("P1", "P2")]
    coming = planned(store, participants=[*both, {"name": "张三", "role": "observer"}])
    held = planned(store, participants=both)
    other = planned(store)
    do(store, hold_drill, held.id, version=1, on=TODAY, today=TODAY)
    join(store, "team", "P1", "P2")
    with store.session() as session:
        taking = {
            one: [who["id"] or who["name"] for who in find_drill(session, one).participants]
            for one in (coming.id, held.id, other.id)
        }
    assert taking == {coming.id: ["P1", "张三"], held.id: ["P1", "P2"], other.id: []}
