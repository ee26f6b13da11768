"""A plan is written as a draft, issued as an edition, and never changed after that."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.drills.plans.document import document_of
from gisapp.drills.plans.drafts import (
    begin,
    begin_from_docx,
    change,
    draft_plan,
    drafts,
    give_up,
    issue,
)
from gisapp.drills.plans.due import Need, due_of, due_plans, months_later
from gisapp.drills.plans.library import (
    all_editions,
    edition,
    editions,
    find_record,
    import_plans,
    names_in,
)
from gisapp.drills.plans.marks import Marking, mark, marks_of
from gisapp.drills.plans.models import PlanDraft
from gisapp.drills.plans.vocabulary import Mark
from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.events import Event
from gisapp.importing.mergers import merge
from gisapp.incidents.response.library import plans_for, repeal, repealed_plans
from gisapp.incidents.response.plans import plan_of
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.kinds import KINDS
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Right, Role, system_actor
from gisapp.store import Store
from tests.drills.plans.texts import WRITTEN
from tests.incidents.acting import do
from tests.tiny_site import PLANS

TODAY = date(2026, 11, 28)


def someone(role: Role) -> Actor:
    return Actor(
        login=role, name=role, role=role, county=None, agency=None, rights=ROLE_RIGHTS[role]
    )


PLANNER, LEADER, VIEWER = (someone(role) for role in (Role.PLANNER, Role.HEADQUARTERS, Role.VIEWER))


@pytest.fixture
def store(tiny_apps: App, tmp_path: Path) -> Store:
    """The tiny site with its plan, on both databases."""
    path = tmp_path / "plans.toml"
    path.write_text(PLANS, encoding="utf-8")
    do(tiny_apps.store, import_plans, path)
    return tiny_apps.store


def enterprise(store: Store, record_id: str, sector: str = "mine") -> None:
    record = {"id": record_id, "name": f"企业{record_id}", "sector": sector, "geom": Point(100, 30)}
    with store.session(write=True) as session:
        changes = compare(session, KINDS["enterprise"], [record])
        store_changes(session, system_actor("li"), Right.EDIT, changes, why="")


def test_a_draft_becomes_the_next_edition_and_responses_keep_theirs(store: Store) -> None:
    row = do(store, begin, "slope", {}, actor=PLANNER)
    content = deepcopy(row.content)
    assert content["levels"]  # what the last edition says
    content["document"] = WRITTEN
    content["levels"][3]["expected_h"] = 99
    do(store, change, row.id, version=row.version, content=content, actor=PLANNER)
    with store.session() as session:
        assert plans_for(session, "landslide", None)[0].edition == 1  # a draft counts for nothing
    plan = do(store, issue, row.id, version=2, why="市政发〔2026〕1号", actor=LEADER)
    assert plan.edition == 2
    with store.session() as session:
        assert [one.edition for one in editions(session, "slope")] == [2, 1]
        assert edition(session, "slope").document == document_of("slope", WRITTEN)
        assert edition(session, "slope", 1).plan.levels[3].expected_h != 99
        assert plans_for(session, "landslide", None)[0].levels[3].expected_h == 99
        assert drafts(session) == []
        told = session.scalars(select(Event).where(Event.kind == "plan").order_by(Event.seq)).all()
        assert (told[-1].subject_id, told[-1].why, told[-1].who) == (
            "slope/2", "市政发〔2026〕1号", "headquarters",
        )  # fmt: skip
        assert "document" not in told[-1].data["after"]
    with pytest.raises(UnknownRecordError):
        do(store, issue, row.id, version=3, actor=LEADER)


def test_who_may(store: Store) -> None:
    with pytest.raises(ForbiddenError):
        do(store, begin, "slope", {}, actor=VIEWER)
    row = do(store, begin, "slope", {}, actor=PLANNER)
    for use_case, named in ((issue, {}), (change, {"content": {}}), (give_up, {})):
        with pytest.raises(ForbiddenError):
            do(store, use_case, row.id, version=1, **named, actor=VIEWER)
    with pytest.raises(ForbiddenError):
        do(store, issue, row.id, version=1, actor=PLANNER)  # who writes does not issue
    with pytest.raises(ForbiddenError):
        do(store, mark, "slope", Marking(what=Mark.FILED, on=TODAY), today=TODAY, actor=VIEWER)


def test_one_draft_at_a_time_and_nobody_overwrites_another(store: Store) -> None:
    row = do(store, begin, "slope", {}, actor=PLANNER)
    with pytest.raises(OutOfDateError) as told:
        do(store, begin, "slope", {}, actor=LEADER)
    assert told.value.code == "plan_draft.is_open"
    do(store, change, row.id, version=1, content=row.content, actor=LEADER)
    with pytest.raises(OutOfDateError) as told:
        do(store, change, row.id, version=1, content=row.content, actor=PLANNER)
    assert (told.value.code, told.value.params["who"]) == ("plan_draft.taken", "headquarters")
    do(store, give_up, row.id, version=2, actor=PLANNER)
    assert do(store, begin, "slope", {}, actor=LEADER).version == 1


def test_ten_at_once_begin_one_draft(store: Store) -> None:
    barrier, told = Barrier(10), []

    def run() -> None:
        barrier.wait()
        try:
            do(store, begin, "new-plan", {"name": {"zh": "甲", "en": "A"}}, actor=PLANNER)
            told.append("begun")
        except OutOfDateError as error:
            told.append(error.code)

    threads = [Thread(target=run) for _ in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told) == ["begun"] + ["plan_draft.is_open"] * 9
    with store.session() as session:
        assert len(session.scalars(select(PlanDraft)).all()) == 1


def test_what_an_edition_needs_is_asked_when_it_is_issued(store: Store) -> None:
    row = do(store, begin, "empty", {}, actor=PLANNER)
    with pytest.raises(InputError) as told:
        do(store, issue, row.id, version=1, actor=LEADER)
    assert told.value.code == "plan.bad_field"
    with pytest.raises(InputError):
        draft_plan(row)
    for content in ({"colour": "red"}, {"document": {"clauses": [{"depth": 0}]}}):
        with pytest.raises(InputError):
            do(store, change, row.id, version=1, content=content, actor=PLANNER)
    for code in ("", "甲", "Big", "a" * 41, "-x"):
        with pytest.raises(InputError) as told:
            do(store, begin, code, {}, actor=PLANNER)
        assert told.value.code == "plan_draft.bad_code"
    with store.session() as session:
        assert editions(session, "empty") == []


def written(*blocks: tuple[str, str]) -> bytes:
    document, stream = docx.Document(), BytesIO()
    document.add_heading("某县滑坡预案", level=0)
    for heading, text in blocks:
        document.add_heading(heading, level=1)
        document.add_paragraph(text)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((c for r in table.rows for c in r.cells), "甲乙丙丁", strict=True):
        cell.text = text
    document.save(stream)
    return stream.getvalue()


def test_a_document_is_read_settled_and_issued(store: Store) -> None:
    content = written(("第一章 总则", "一"), ("第二章 应急保障", "二"))
    row = do(store, begin_from_docx, "county", content, file="a.docx", head={}, actor=PLANNER)
    assert row.content["name"] == {"zh": "某县滑坡预案", "en": "某县滑坡预案"}
    assert [one["code"] for one in row.unread] == ["plan.docx_table"]
    with pytest.raises(OutOfDateError):
        do(store, begin_from_docx, "county", content, file="a.docx", head={}, actor=PLANNER)
    head = {"category": "department", "source": {"zh": "文", "en": "doc"}}
    again = written(("前言", "〇"), ("第一章 总则", "一改"), ("第二章 应急保障", "二"))
    row = do(
        store, begin_from_docx, "county", again, file="b.docx", head=head, version=1, actor=PLANNER
    )
    keys = [(one["key"], one["title"]) for one in row.content["document"]["clauses"]]
    assert keys == [("c3", "前言"), ("c1", "总则"), ("c2", "应急保障")]
    with pytest.raises(InputError) as told:
        do(store, issue, row.id, version=2, actor=LEADER)
    assert told.value.code == "plan_draft.unsettled"
    do(store, change, row.id, version=2, content=row.content, unread=[], actor=PLANNER)
    assert do(store, issue, row.id, version=3, actor=LEADER).document["clauses"]
    assert do(store, begin, "county", {}, actor=PLANNER).content["category"] == "department"


def test_levels_of_a_document_wait_for_their_triggers(store: Store) -> None:
    document, stream = docx.Document(), BytesIO()
    document.add_heading("第一章 分级响应", level=1)
    table = document.add_table(rows=0, cols=4)
    told = [("Ⅲ级", "死亡 3 人以上", "指挥长", "转移群众" * 60)]
    for row in [("响应级别", "启动条件", "启动人", "响应措施"), *told]:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(stream)
    content = stream.getvalue()
    row = do(store, begin_from_docx, "new", content, file="a.docx", head={}, actor=PLANNER)
    (level,) = row.content["levels"]
    assert (level["level"], level["started_by"]["zh"]) == (3, "指挥长")
    (left,) = row.unread
    assert left["code"] == "plan.docx_triggers"
    assert left["text"] == f"Ⅲ级 | 死亡 3 人以上 | 指挥长 | {'转移群众' * 60}"  # nothing is dropped
    known = do(store, begin_from_docx, "slope", content, file="a.docx", head={}, actor=PLANNER)
    assert len(known.content["levels"]) == 4  # those of its last edition


def test_records_are_found_by_id_or_by_a_name_that_one_has(store: Store) -> None:
    enterprise(store, "N1")
    enterprise(store, "N2")
    with store.session() as session:
        assert find_record(session, "N1", ["team", "enterprise"]) == ("enterprise", "N1")
        assert find_record(session, "企业N2", ["enterprise"]) == ("enterprise", "N2")
        assert find_record(session, "企业", ["enterprise"]) is None
        document = document_of("slope", WRITTEN)
        assert ("team", "T1") in names_in(session, document, "zh")


def test_plans_follow_their_enterprise_where_two_are_merged(store: Store) -> None:
    enterprise(store, "N1")
    enterprise(store, "N2")
    head = {"category": "enterprise", "enterprise": "N2", "name": {"zh": "甲", "en": "A"},
            "source": {"zh": "企业", "en": "enterprise"}}  # fmt: skip
    row = do(store, begin, "works", head, actor=PLANNER)
    do(store, issue, row.id, version=1, actor=LEADER)
    with store.session(write=True) as session:
        merge(session, system_actor("li"), "enterprise", "N1", "N2", choices={}, why="同一企业")
    with store.session() as session:
        assert edition(session, "works").plan.enterprise == "N1"
        last = session.scalars(
            select(Event).where(Event.kind == "plan", Event.subject_id == "works/1")
        ).all()[-1]
        assert last.data["after"] == {"enterprise_id": "N1"}
    lost = {**head, "enterprise": "N9"}
    row = do(store, begin, "stray", lost, actor=PLANNER)
    with pytest.raises(InputError) as told:
        do(store, issue, row.id, version=1, actor=LEADER)
    assert told.value.code == "plan.unknown_enterprise"


def test_what_is_due_of_plans(store: Store) -> None:
    enterprise(store, "N1")
    enterprise(store, "N2", sector="other")
    source = {"source": {"zh": "文", "en": "doc"}}
    for code, head in {
        "works": {"category": "enterprise", "enterprise": "N1", "issued_on": "2023-11-28"},
        "office": {"category": "enterprise", "enterprise": "N2", "issued_on": "2026-01-01"},
        "bureau": {"category": "department", "issued_on": "2023-10-01"},
        "late": {"category": "department", "issued_on": "2020-01-31", "review_every_months": 1},
    }.items():
        row = do(store, begin, code, {"name": {"zh": code, "en": code}, **source, **head})
        do(store, issue, row.id, version=1)
    filed = Marking(what=Mark.FILED, on=TODAY, by="县政府", number="3号")
    do(store, mark, "late", filed, today=TODAY)
    grown = Marking(what=Mark.TO_REVISE, on=TODAY, trigger="risk", note="新增罐区")
    do(store, mark, "office", grown, today=TODAY)
    with store.session() as session:
        told = [(one.need, one.plan.code, one.day) for one in due_plans(session, TODAY)]
    assert told == [
        (Need.REVISE, "office", TODAY),
        (Need.REVIEW, "late", date(2020, 2, 29)),
        (Need.REVIEW, "bureau", date(2026, 10, 1)),
        (Need.REVIEW_SOON, "works", date(2026, 11, 28)),
        (Need.FILE, "bureau", date(2023, 10, 1)),
        (Need.FILE, "works", date(2023, 11, 28)),
    ]
    do(store, mark, "late", Marking(what=Mark.REVIEWED, on=TODAY, by="专家组"), today=TODAY)
    # A new edition answers what called for it, and has to be filed anew.
    for code in ("office", "late"):
        row = do(store, begin, code, {"issued_on": TODAY.isoformat()})
        do(store, issue, row.id, version=1)
    with store.session() as session:
        told = [(one.need, one.plan.code) for one in due_plans(session, TODAY)]
        assert [one.what for one in marks_of(session, "late")] == ["filed", "reviewed"]
    assert (Need.REVISE, "office") not in told
    assert (Need.FILE, "late") in told
    assert (Need.REVIEW, "late") not in told


@pytest.mark.parametrize(
    ("marking", "code"),
    [
        (Marking(what=Mark.FILED, on=date(2026, 11, 29)), "plan_mark.bad_day"),
        (Marking(what=Mark.FILED, on=TODAY, trigger="law"), "plan_mark.trigger"),
        (Marking(what=Mark.TO_REVISE, on=TODAY), "plan_mark.trigger"),
        (Marking(what=Mark.TO_REVISE, on=TODAY, trigger="whim"), "plan_mark.trigger"),
        (Marking(what=Mark.REVIEWED, on=TODAY, by="甲\n乙"), "plan_mark.bad_text"),
    ],
)
def test_a_record_that_cannot_be_is_refused(store: Store, marking: Marking, code: str) -> None:
    with pytest.raises(InputError) as told:
        do(store, mark, "slope", marking, today=TODAY)
    assert told.value.code == code
    with store.session() as session:
        assert marks_of(session) == []


def test_an_edition_without_a_day_counts_from_when_it_was_brought_in() -> None:
    plan = plan_of(
        {"code": "a", "edition": 1, "name": {"zh": "甲", "en": "A"}, "category": "overall",
         "kinds": [], "synthetic": False, "source": {"zh": "文", "en": "doc"}}
    )  # fmt: skip
    asked = {"marks": [], "today": TODAY, "is_filed_at_all": False}
    assert due_of(plan, in_force=None, **asked) == []
    (one,) = due_of(plan, in_force=date(2020, 1, 1), **asked)
    assert (one.need, one.day, one.days(TODAY)) == (Need.REVIEW, date(2023, 1, 1), 1427)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(1, 120))
def test_months_later_is_the_same_day_or_the_last(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    is_last = datetime(later.year, later.month, later.day, tzinfo=UTC).day
    assert later.day == day.day or (later.day < day.day and is_last in {28, 29, 30})


def test_a_repealed_plan_counts_no_more_until_its_next_edition(store: Store) -> None:
    with pytest.raises(ForbiddenError):
        do(store, repeal, "slope", on=TODAY, why="撤销", actor=PLANNER)
    do(store, repeal, "slope", on=TODAY, why="市政发〔2026〕2号", actor=LEADER)
    with store.session() as session:
        assert plans_for(session, "landslide", None) == []
        assert due_plans(session, date(2040, 1, 1)) == []
        assert all_editions(session) == []
        assert [(one.code, day) for one, day in repealed_plans(session)] == [("slope", TODAY)]
        assert edition(session, "slope").plan.edition == 1  # still to be read
    for wrong, code in (("slope", "plan.repealed"), ("none", "plan.unknown")):
        with pytest.raises((InputError, UnknownRecordError)) as told:
            do(store, repeal, wrong, on=TODAY, why="撤销", actor=LEADER)
        assert told.value.code == code
    row = do(store, begin, "slope", {}, actor=PLANNER)
    do(store, issue, row.id, version=1, actor=LEADER)
    with store.session() as session:
        assert [one.edition for one in plans_for(session, "landslide", None)] == [2]
        assert repealed_plans(session) == []
