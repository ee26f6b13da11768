"""By which office a level is approved: what the plan names, and the emergency that goes over it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.drills.plans.library import import_plans
from gisapp.errors import InputError
from gisapp.incidents.board import log, standing
from gisapp.incidents.handover import sheet
from gisapp.incidents.models import Incident
from gisapp.incidents.response.course import Draft, Word, approve, change_level, end, prepare
from gisapp.incidents.response.models import Response
from gisapp.messages import sentence
from gisapp.rights import ROLE_RIGHTS, Role, system_actor
from gisapp.store import Store
from tests.incidents.acting import do, opened
from tests.incidents.response.test_plans import with_approvers

DUTY = replace(
    system_actor("liu"), name="刘值班", role=Role.DUTY_OFFICER,
    rights=ROLE_RIGHTS[Role.DUTY_OFFICER],
)  # fmt: skip
DEPUTY = replace(
    system_actor("wang"), name="王某", role=Role.HEADQUARTERS,
    rights=ROLE_RIGHTS[Role.HEADQUARTERS], agency="市政府", office="city.deputy",
)  # fmt: skip
OTHER = replace(DEPUTY, login="sun", name="孙某", office="hq1.head")
WHY = "副总指挥失联"


@pytest.fixture
def store(tiny_apps: App, tmp_path: Path) -> Store:
    """A site whose plan says that the deputy commander approves levels 1 and 2."""
    path = tmp_path / "plans.toml"
    text = with_approvers('["city.deputy"]').replace("edition = 1", "edition = 2")
    text = text.replace("expected_h = 72", 'expected_h = 72, approvers = ["city.deputy"]')
    path.write_text(text, encoding="utf-8")
    do(tiny_apps.store, import_plans, path)
    return tiny_apps.store


def prepared(store: Store, level: int = 2) -> tuple[Incident, Response]:
    incident = opened(store)
    return incident, do(store, prepare, incident.id, Draft(level=level, plan="slope"), actor=DUTY)


def refused(store: Store, code: str, call: Any, *given: Any, **named: Any) -> InputError:
    with pytest.raises(InputError) as said:
        do(store, call, *given, **named)
    assert said.value.code == code
    return said.value


def lines(store: Store, incident: Incident) -> list[str]:
    with store.session() as session:
        return [str(one.to_dict("zh")["text"]) for one in log(session, incident.id)]


def current(store: Store, incident: Incident) -> Any:
    with store.session() as session:
        told: Any = standing(session, incident.id).to_dict("zh", REAL.now())
        handed: Any = sheet(session, DUTY, incident.id).to_dict("zh", REAL.now())
    assert handed["response"] == told["response"]
    return told["response"]["current"]


def test_whoever_has_the_office_approves_by_himself(store: Store) -> None:
    incident, row = prepared(store)
    made = do(store, approve, row.id, version=1, word=Word(office="总司令"), actor=DEPUTY)
    # What the account says counts, not what its holder types.
    assert (made.approved_by, made.approved_office) == ("王某", "副总指挥")
    assert (made.approved_by_phone, made.level_override) == (False, None)
    assert lines(store, incident)[-1] == "批准人 王某（副总指挥）。"


@pytest.mark.parametrize("office", [None, "hq1.head"])
def test_the_right_without_the_office_does_not_do(store: Store, office: str | None) -> None:
    _, row = prepared(store)
    leader = replace(OTHER, office=office)
    error = refused(
        store, "response.not_approver", approve, row.id, version=1,
        word=Word(office="副总指挥"), actor=leader,
    )  # fmt: skip
    assert "由下列职务之一批准：副总指挥" in sentence(error, "zh")
    assert "one of: deputy commander;" in sentence(error, "en")


@pytest.mark.parametrize("office", ["city.deputy", "副总指挥", "deputy commander"])
def test_by_phone_the_office_is_of_the_list(store: Store, office: str) -> None:
    incident, row = prepared(store)
    refused(
        store, "response.not_approver", approve, row.id, version=1,
        word=Word(leader="陈某", office="指挥长"), actor=DUTY,
    )  # fmt: skip
    word = Word(leader="陈某", office=office, override="以防万一")
    made = do(store, approve, row.id, version=1, word=word, actor=DUTY)
    assert (made.approved_by, made.approved_office) == ("陈某", "副总指挥")
    assert made.level_override is None  # nothing was gone over
    assert "⚠" not in lines(store, incident)[-1]


def test_an_emergency_goes_over_the_plan_and_is_marked(store: Store) -> None:
    incident, row = prepared(store)
    word = Word(leader="陈某", office="指挥长", override=WHY)
    made = do(store, approve, row.id, version=1, word=word, actor=DUTY)
    assert (made.approved_office, made.level_override) == ("指挥长", WHY)
    assert lines(store, incident)[-1].endswith(
        "⚠ 未按预案规定的批准人或方式，紧急越权：副总指挥失联。"
    )
    assert current(store, incident)["level_override"] == WHY
    # A second override for the same reason is told as well, and an approver's word lifts the mark.
    do(store, change_level, row.id, 1, version=2, word=word, why="恶化", actor=DUTY)
    assert WHY in lines(store, incident)[-1]
    do(store, change_level, row.id, 2, version=3, word=Word(), why="好转", actor=DEPUTY)
    assert current(store, incident)["level_override"] is None
    do(
        store,
        end,
        row.id,
        version=4,
        word=Word(leader="陈某", office="指挥长"),
        why="完",
        actor=DUTY,
    )


def test_an_emergency_goes_over_no_phone_as_well(store: Store) -> None:
    _, row = prepared(store, 1)
    word = Word(leader="陈某", office="副总指挥")
    refused(store, "response.not_by_phone", approve, row.id, version=1, word=word, actor=DUTY)
    word = replace(word, override="总指挥途中无法登录")
    made = do(store, approve, row.id, version=1, word=word, actor=DUTY)
    assert (made.approved_office, made.level_override) == ("副总指挥", "总指挥途中无法登录")


def test_signed_in_over_the_plan(store: Store) -> None:
    _, row = prepared(store)
    refused(store, "response.bad_text", approve, row.id, version=1, word=Word(override="两\n行"),
            actor=OTHER)  # fmt: skip
    word = Word(office="指挥长", override=WHY)
    made = do(store, approve, row.id, version=1, word=word, actor=OTHER)
    assert (made.approved_by, made.approved_office, made.level_override) == ("孙某", "指挥长", WHY)


def test_what_cannot_be_gone_over(store: Store) -> None:
    incident = opened(store)
    row = do(store, prepare, incident.id, Draft(level=2, plan="slope"), actor=OTHER)
    refused(store, "response.own", approve, row.id, version=1, word=Word(override=WHY),
            actor=OTHER)  # fmt: skip
    refused(store, "response.own_word", approve, row.id, version=1,
            word=Word(leader="刘值班", office="副总指挥", override=WHY), actor=DUTY)  # fmt: skip


def test_a_level_without_approvers_is_as_it_was(store: Store) -> None:
    incident, row = prepared(store, 3)
    made = do(store, approve, row.id, version=1, word=Word(override=WHY), actor=OTHER)
    assert (made.approved_office, made.level_override) == ("市政府", None)
    error = refused(
        store, "response.not_approver", change_level, row.id, 2, version=2, word=Word(), why="x",
        actor=OTHER,
    )  # fmt: skip
    assert "副总指挥" in sentence(error, "zh")
    assert current(store, incident)["level"] == 3
