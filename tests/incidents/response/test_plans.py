"""A plan is read as it is written, or refused in one sentence that names what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.drills.plans.library import import_plans
from gisapp.errors import InputError
from gisapp.events import Event
from gisapp.incidents.response.library import (
    find_plan,
    offices,
    plans_for,
    require_office,
)
from gisapp.incidents.response.plans import plan_of, read_plans
from gisapp.messages import sentence
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Role
from gisapp.schema import Label
from tests.incidents.acting import OFFICER, do
from tests.tiny_site import PLANS

PLANNER = Actor(
    login="p", name="p", role=Role.PLANNER, county=None, agency=None,
    rights=ROLE_RIGHTS[Role.PLANNER],
)  # fmt: skip


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "plans.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_written_is_read_and_kept_as_it_was(tmp_path: Path) -> None:
    (plan,) = read_plans(written(tmp_path, PLANS))
    assert (plan.code, plan.edition, plan.kinds) == ("slope", 1, ("landslide",))
    assert [one.level for one in plan.levels] == [1, 2, 3, 4]
    assert plan.at(3).expected_h == 24
    assert plan.at(1).by_phone is False
    kept = {**plan.written(), "code": plan.code, "edition": plan.edition}
    assert plan_of(kept) == plan


OFFICES = """
[[office]]
code = "city.deputy"
name = { zh = "副总指挥", en = "deputy commander" }
"""
HEAD = '{ code = "hq1.head", name = { zh = "指挥长", en = "head" } }'


def with_approvers(written: str) -> str:
    """The tiny site's plan, whose second level names them."""
    return OFFICES + PLANS.replace("expected_h = 48", f"expected_h = 48, approvers = {written}")


def test_a_level_names_the_offices_that_approve_it(tmp_path: Path) -> None:
    (plan,) = read_plans(written(tmp_path, with_approvers(f'["city.deputy", {HEAD}]')))
    assert [one.code for one in plan.at(2).approvers] == ["city.deputy", "hq1.head"]
    assert plan.at(1).approvers == ()
    for said in ("city.deputy", "副总指挥", " deputy commander "):
        found = plan.at(2).approver(said)
        assert found is not None
        assert found.code == "city.deputy"
    assert plan.at(2).approver("总指挥") is None
    assert plan.at(2).approver("") is None
    kept = {**plan.written(), "code": plan.code, "edition": plan.edition}
    assert plan_of(kept) == plan  # whole in its row: no other table says what a code means


@pytest.mark.parametrize(
    ("named", "field"),
    [
        ('"city.deputy"', "levels[2].approvers"),
        ('["city.mayor"]', "levels[2].approvers[1]"),
        ('["city.deputy", "city.deputy"]', "levels[2].approvers"),
        ('[{ code = "hq1 head", name = { zh = "指", en = "h" } }]', "levels[2].approvers[1].code"),
        ('[{ code = "hq1.head", name = "指挥长" }]', "levels[2].approvers[1].name"),
    ],
)
def test_approvers_that_nobody_could_read_are_refused(
    tmp_path: Path, named: str, field: str
) -> None:
    with pytest.raises(InputError) as refused:
        read_plans(written(tmp_path, with_approvers(named)))
    assert refused.value.code == "plan.bad_field"
    assert refused.value.params["field"] == field


def test_two_offices_of_one_code_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_plans(written(tmp_path, OFFICES + OFFICES + PLANS))
    assert refused.value.code == "plan.office_twice"


def test_offices_of_the_last_editions_can_be_recorded(tiny_app: App, tmp_path: Path) -> None:
    text = with_approvers('["city.deputy"]').replace("edition = 1", "edition = 2")
    do(tiny_app.store, import_plans, written(tmp_path, text))
    with tiny_app.store.session() as session:
        assert offices(session) == {"city.deputy": Label("副总指挥", "deputy commander")}
        require_office(session, "city.deputy")
        require_office(session, None)
        with pytest.raises(InputError) as refused:
            require_office(session, "city.mayor")
    assert "city.deputy" in sentence(refused.value, "zh")


@pytest.mark.parametrize(
    ("old", "new", "code", "named"),
    [
        ('"slope"', "7", "plan.bad_field", "code"),
        ("edition = 1", "edition = 0", "plan.bad_field", "edition"),
        ("edition = 1", "edition = 1.0", "plan.bad_field", "edition"),
        ("edition = 1", "", "plan.bad_field", "edition"),
        ("edition = 1", "edition = 1\nwhen = 2", "plan.bad_field", "when"),
        ('["landslide"]', '["avalanche"]', "plan.bad_field", "kinds"),
        ('["landslide"]', '["landslide", "landslide"]', "plan.bad_field", "kinds"),
        ('"dead"', '"lost"', "plan.bad_field", "triggers[4].figure"),
        ("grade = 2, level = 1", "grade = 5, level = 1", "plan.bad_field", "triggers[1].grade"),
        ("grade = 2, level = 1", "grade = 2, level = 0", "plan.bad_field", "triggers[1].level"),
        ("at_least = 3", "at_least = -1", "plan.bad_field", "triggers[4].at_least"),
        ("at_least = 3", "at_least = nan", "plan.bad_field", "triggers[4].at_least"),
        ("at_least = 3,", "", "plan.bad_trigger", "triggers[4]"),
        ("grade = 2, level = 1", "level = 1", "plan.bad_trigger", "triggers[1]"),
        ('"danger", grade = 1', '"circumstance"', "plan.bad_trigger", "triggers[6]"),
        ('"danger", grade = 1', '"event", circumstance = "needs_state_help"', "plan.bad_trigger",
         "triggers[6]"),
        ('"danger", grade = 1', '"circumstance", circumstance = "windy"', "plan.bad_field",
         "triggers[6].circumstance"),
        ('"danger", grade = 1', '"event", grade = 1', "plan.bad_trigger", "triggers[6]"),
        ('"danger", grade = 1', '"danger", figure = "dead", at_least = 1', "plan.bad_trigger",
         "triggers[6]"),
        ("level = 4, measures", "level = 3, measures", "plan.bad_levels", "slope"),
        ('zh = "监测"', 'zh = " "', "plan.bad_field", "levels[4].measures"),
        ("[[plan]]", "[[plans]]", "plan.no_plans", "plans.toml"),
        ("[[plan]]", "[[plan]", "plan.not_readable", "plans.toml"),
    ],
)  # fmt: skip
def test_a_fault_is_named(tmp_path: Path, old: str, new: str, code: str, named: str) -> None:
    assert old in PLANS
    with pytest.raises(InputError) as refused:
        read_plans(written(tmp_path, PLANS.replace(old, new, 1)))
    assert refused.value.code == code
    for lang in ("zh", "en"):
        assert named in sentence(refused.value, lang)


def test_editions_are_added_and_the_last_counts(tiny_apps: App, tmp_path: Path) -> None:
    store = tiny_apps.store
    assert do(store, import_plans, written(tmp_path, PLANS)) == (0, 1)
    changed = PLANS.replace("expected_h = 24", "expected_h = 30")
    with pytest.raises(InputError) as refused:
        do(store, import_plans, written(tmp_path, changed))
    assert refused.value.code == "plan.edition_differs"
    second = changed.replace("edition = 1", "edition = 2")
    assert do(store, import_plans, written(tmp_path, PLANS + second)) == (1, 1)
    with store.session() as session:
        (plan,) = plans_for(session, "landslide", None)
        assert (plan.edition, plan.at(3).expected_h) == (2, 30)
        first = find_plan(session, "slope", 1)
        assert first is not None
        assert first.at(3).expected_h == 24
        assert plans_for(session, "nuclear", None) == []
        told = session.scalars(select(Event.subject_id).where(Event.kind == "plan")).all()
    assert told == ["slope/1", "slope/2"]


def test_only_an_administrator_brings_plans_in_and_of_known_headquarters(
    tiny_app: App, tmp_path: Path
) -> None:
    path = written(tmp_path, re.sub("hq1", "hq9", PLANS).replace("edition = 1", "edition = 2"))
    with pytest.raises(ForbiddenError):
        do(tiny_app.store, import_plans, path, actor=PLANNER)
    with pytest.raises(InputError) as refused:
        do(tiny_app.store, import_plans, path, actor=OFFICER)
    assert refused.value.code == "plan.unknown_headquarters"


def test_a_document_sets_no_level_and_is_of_whom_it_says() -> None:
    bare = {
        "code": "fire-bureau", "edition": 1, "name": {"zh": "部门预案", "en": "Department plan"},
        "category": "department", "kinds": [], "synthetic": False, "county": "141002",
        "source": {"zh": "文号", "en": "number"}, "issued_on": "2025-03-01",
    }  # fmt: skip
    plan = plan_of(bare)
    assert plan.levels == ()
    assert plan.at(1) is None
    assert plan.applies("landslide", "141002")
    assert not plan.applies("landslide", "141023")
    assert not plan.sets_level("landslide", "141002")
    assert plan_of({**plan.written(), "code": plan.code, "edition": 1}) == plan
    for wrong, field in (
        ({"category": "special"}, "headquarters"),
        ({"category": "enterprise"}, "enterprise"),
        ({"enterprise": "N1"}, "enterprise"),
        ({"issued_on": "spring"}, "issued_on"),
        ({"county": "Yaodu"}, "county"),
        ({"review_every_months": 0}, "review_every_months"),
    ):
        with pytest.raises(InputError) as told:
            plan_of(bare | wrong)
        assert (told.value.code, told.value.params["field"]) == ("plan.bad_field", field)
