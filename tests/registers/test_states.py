"""A team's readiness is state: a step sets it, a census never does, dispatch and map follow."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.errors import InputError, OutOfDateError
from gisapp.events import Event
from gisapp.importing.resources import import_resources
from gisapp.incidents.dispatch import propose
from gisapp.registers import editing
from gisapp.registers.checking import FaultsError
from gisapp.registers.kinds.team import Team
from gisapp.registers.states import set_state
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Role, system_actor
from gisapp.store import Store

ANNA = system_actor("anna")
NEAR_C = (100.041, 30.0)


def person(role: Role, county: str | None = None) -> Actor:
    return Actor(
        login=role, name=role, role=role, county=county, agency=None, rights=ROLE_RIGHTS[role]
    )


def become(store: Store, value: str, *, seen: str = "ready", actor: Actor = ANNA, **other: str):
    asked = {"field": "status", "why": "电话报备"} | other
    with store.session(write=True) as session:
        set_state(session, actor, "team", "T1", value=value, seen=seen, **asked)


def team(store: Store, name: str = "T1") -> Team:
    with store.session() as session:
        return session.scalars(select(Team).where(Team.id == name)).one()


def first(app: App) -> list[str]:
    return [one.team.id for one in propose(app, *NEAR_C, "fire").proposed]


def test_dispatch_follows_at_once_and_the_log_tells_who_and_why(tiny_app: App) -> None:
    before = team(tiny_app.store)
    assert first(tiny_app) == ["T2", "T1"]
    become(tiny_app.store, "busy")
    assert first(tiny_app) == ["T2"]
    become(tiny_app.store, "ready", seen="busy")
    assert first(tiny_app) == ["T2", "T1"]
    assert team(tiny_app.store).version == before.version
    with tiny_app.store.session() as session:
        told = session.scalars(select(Event).where(Event.what == "state").order_by(Event.seq)).all()
    assert [(one.kind, one.subject_id, one.who, one.why) for one in told] == [
        ("team", "T1", "anna", "电话报备")
    ] * 2
    assert told[0].data == {"before": {"status": "ready"}, "after": {"status": "busy"}}


def test_who_was_overtaken_is_told(tiny_app: App) -> None:
    become(tiny_app.store, "out_of_service")
    with pytest.raises(OutOfDateError) as refused:
        become(tiny_app.store, "busy", seen="ready")
    assert refused.value.code == "registers.other_state"
    assert refused.value.params["state_zh"] == "停勤"
    assert team(tiny_app.store).status == "out_of_service"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"value": "asleep"}, "registers.unknown_state"),
        ({"value": "busy", "field": "tier"}, "registers.unknown_field"),
        ({"value": "busy", "field": "nothing"}, "registers.unknown_field"),
        ({"value": "busy", "why": "  "}, "registers.why_missing"),
    ],
)
def test_what_is_refused(tiny_app: App, given: dict[str, str], code: str) -> None:
    with pytest.raises(InputError) as refused:
        become(tiny_app.store, **given)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (person(Role.DUTY_OFFICER), True),
        (person(Role.HEADQUARTERS), True),
        (person(Role.PLANNER), True),
        (person(Role.COUNTY_EDITOR, "990001"), True),
        (person(Role.COUNTY_EDITOR, "990002"), False),
        (person(Role.VIEWER), False),
    ],
    ids=lambda one: f"{one.role}{one.county or ''}" if isinstance(one, Actor) else "",
)
def test_who_may(tiny_app: App, actor: Actor, *, may: bool) -> None:
    with tiny_app.store.session(write=True) as session:
        editing.change(
            session, ANNA, "team", "T1", {"county": "990001"},
            version=team(tiny_app.store).version,  why="x",
        )  # fmt: skip
    if may:
        become(tiny_app.store, "busy", actor=actor)
    else:
        with pytest.raises(ForbiddenError):
            become(tiny_app.store, "busy", actor=actor)
    assert team(tiny_app.store).status == ("busy" if may else "ready")


CENSUS = """id,name,x,y,team_type,capabilities,people,status
T1,新名字,100.001,30.0,fire_rescue,fire,7,ready
T2,乙队,100.059,30.0,fire_rescue,fire,,busy
T9,新队,100.05,30.0,fire_rescue,fire,,out_of_service
"""


def test_a_census_says_it_of_new_teams_alone(tiny_app: App, tmp_path: Path) -> None:
    become(tiny_app.store, "busy")
    path = tmp_path / "teams.csv"
    path.write_text(CENSUS, encoding="utf-8")
    outcome = import_resources(tiny_app.store, "team", path, actor=ANNA, crs="EPSG:4326")
    assert (outcome.inserted, outcome.updated, len(outcome.wrong_rows)) == (1, 2, 0)
    states = {name: team(tiny_app.store, name).status for name in ("T1", "T2", "T9")}
    assert states == {"T1": "busy", "T2": "ready", "T9": "out_of_service"}
    assert team(tiny_app.store).name == "新名字"
    (notice,) = [one for one in outcome.warnings if one.code == "import.state_kept"]
    assert (notice.params["count"], notice.params["rows"]) == (2, "2, 3")
    again = import_resources(tiny_app.store, "team", path, actor=ANNA, crs="EPSG:4326")
    assert (again.updated, again.unchanged) == (0, 3)


def test_a_form_that_carries_it_unchanged_is_stored_and_no_other(tiny_app: App) -> None:
    version = team(tiny_app.store).version
    with tiny_app.store.session(write=True) as session:
        asked = {"version": version, "why": "x"}
        editing.change(session, ANNA, "team", "T1", {"people": "8", "status": "ready"}, **asked)
    asked["version"] += 1
    with pytest.raises(FaultsError) as refused, tiny_app.store.session(write=True) as session:
        editing.change(session, ANNA, "team", "T1", {"people": "9", "status": "busy"}, **asked)
    assert [(one.field, one.code) for one in refused.value.faults] == [
        ("status", "registers.is_state")
    ]
    assert (team(tiny_app.store).people, team(tiny_app.store).status) == (8, "ready")


def test_an_undo_does_not_take_it_back(tiny_app: App) -> None:
    with tiny_app.store.session(write=True) as session:
        editing.change(
            session, ANNA, "team", "T1", {"people": "8"},
            version=team(tiny_app.store).version,  why="x",
        )  # fmt: skip
    become(tiny_app.store, "busy")
    with tiny_app.store.session(write=True) as session:
        editing.undo_last(session, ANNA, "team", "T1", why="x")
    assert (team(tiny_app.store).people, team(tiny_app.store).status) == (10, "busy")
