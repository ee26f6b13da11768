"""A drill designed on the tiny site: what it plays, for whose eyes, and what is reckoned of it."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.drills.design.reckoning import reckon
from gisapp.drills.design.script import Script, script_of
from gisapp.drills.design.writing import keep_reckoning, read_script, write_script
from gisapp.drills.programme.drills import cancel_drill, change_drill, plan_drill, said_of
from gisapp.drills.programme.models import Drill
from gisapp.errors import InputError, OutOfDateError
from gisapp.events.log import Event
from gisapp.incidents.course import close
from gisapp.incidents.grading.figures import Figures
from gisapp.incidents.surroundings.footprints import draw
from gisapp.messages import LANGUAGES
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Role, system_actor
from tests.incidents.acting import do, opened

A, D = {"x": 100.0, "y": 30.0}, {"x": 100.058, "y": 30.0}
BRIDGE = {"x": 100.03, "y": 30.0}
BASE = {"year": 2026, "name": "滑坡演练", "organiser_kind": "headquarters", "organiser": "hq1"}
PLAYERS = [{"kind": "team", "id": "T1"}, {"kind": "team", "id": "T2"}]
DETOUR_MIN = (2 * 3460 / (30 / 3.6) - 1929 / (60 / 3.6)) / 60
"""As tests/incidents/test_cut_off.py reckons it by hand."""


def someone(login: str, role: Role = Role.HEADQUARTERS) -> Actor:
    return Actor(
        login=login, name=login, role=role, county=None, agency=None, rights=ROLE_RIGHTS[role]
    )


def planned(app: App, actor: Actor | None = None, **more: Any) -> Drill:
    said = said_of({**BASE, "participants": PLAYERS, **more})
    return do(app.store, plan_drill, said, actor=actor or system_actor("li"))


def need(at: dict[str, Any], *wants: tuple[str, int], **more: Any) -> dict[str, Any]:
    return {
        "at": at,
        "wants": [{"capability": one, "count": count} for one, count in wants],
        **more,
    }


def inject(minute: float, *effects: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "title": "注入", "when": {"how": "at", "minute": minute}, "effects": [*effects], **more,
    }  # fmt: skip


def reckoned(app: App, drill: Drill, lang: str = "zh", **script: Any) -> dict[str, Any]:
    with app.store.session() as session:
        found: Any = reckon(app, session, system_actor("li"), drill, script_of(script))
    return found[lang]  # type: ignore[no-any-return]


def minutes(told: dict[str, Any], way: str = "optimum") -> list[float | None]:
    return [one[way]["minutes"] for one in told["difficulty"]["places"]]


# --- who may know ------------------------------------------------------------------------------


def test_a_script_is_for_those_who_run_the_drill(tiny_apps: App) -> None:
    app, store = tiny_apps, tiny_apps.store
    drill = planned(
        app, someone("planner"),
        participants=[
            {"kind": "account", "id": "controller", "role": "controller"},
            {"kind": "account", "id": "evaluator", "role": "evaluator"},
            {"kind": "account", "id": "player", "role": "player"},
            {"kind": "account", "id": "director", "role": "leader"},
            {"kind": "account", "id": "both", "role": "controller"},
            {"kind": "account", "id": " BOTH ", "role": "player"},
        ],
    )  # fmt: skip
    secret = {"injects": [inject(5, text="大坝溃口", to=["account/player"])]}
    row = do(store, write_script, drill.id, secret, version=0, actor=someone("planner"))
    with store.session() as session:
        for login in ("planner", "controller", "evaluator"):
            _, script, version = read_script(session, someone(login, Role.VIEWER), drill.id)
            assert script.injects[0].text == "大坝溃口"
            assert version == row.version == 1
        for login in ("player", "director", "both", "stranger"):
            for role in Role:
                with pytest.raises(ForbiddenError, match="plan, control and evaluate"):
                    read_script(session, someone(login, role), drill.id)
        told = [event for event in session.scalars(select(Event)) if event.kind == "drill_script"]
    assert [(one.what, one.subject_id, one.data) for one in told] == [("insert", drill.id, None)]
    # A controller who is a viewer reads, and does not write.
    with pytest.raises(ForbiddenError):
        do(store, write_script, drill.id, secret, version=1,
           actor=someone("controller", Role.VIEWER))  # fmt: skip


def test_nobody_names_himself(tiny_app: App) -> None:
    store = tiny_app.store
    drill = planned(tiny_app, someone("planner"))
    mine = [{"kind": "account", "id": "player", "role": "controller"}]
    for role in (Role.HEADQUARTERS, Role.ADMINISTRATOR, Role.PLANNER):
        with pytest.raises(ForbiddenError, match="plan, control and evaluate"):
            do(store, change_drill, drill.id, said_of({**BASE, "participants": mine}), version=1,
               actor=someone("player", role))  # fmt: skip
    # Anything else of the drill is changed by whoever manages drills; staff names staff.
    said = said_of({**BASE, "venue": "东山"})
    do(store, change_drill, drill.id, said, version=1, actor=someone("player"))
    said = said_of({**BASE, "participants": mine})
    do(store, change_drill, drill.id, said, version=2, actor=someone("planner"))
    with store.session() as session:
        read_script(session, someone("player"), drill.id)


def test_two_writers_do_not_lose_each_other(tiny_apps: App) -> None:
    store = tiny_apps.store
    drill = planned(tiny_apps)
    for version in (0, 1):
        do(store, write_script, drill.id, {"scenario": {"story": f"{version}"}}, version=version)
    for stale in (0, 1, 7):
        with pytest.raises(OutOfDateError, match="changed by 值班员"):
            do(store, write_script, drill.id, {}, version=stale)
    with pytest.raises(OutOfDateError):
        do(store, keep_reckoning, drill.id, {}, version=1)
    do(store, keep_reckoning, drill.id, {"zh": {}}, version=2)
    do(store, cancel_drill, drill.id, version=1, why="汛期")
    with pytest.raises(InputError, match="over"):
        do(store, write_script, drill.id, {}, version=2)


@pytest.mark.parametrize(
    ("script", "where"),
    [
        ({"injects": [{"title": "x"}]}, "injects.1.when"),
        ({"injects": [inject(-1)]}, "injects.1.when.at.minute"),
        ({"injects": [inject(1, {"what": "explode"})]}, "injects.1.effects.1"),
        ({"injects": [inject(1, key="a"), inject(2, key="a")]}, "key: a"),
        ({"injects": [inject(1, to=["somebody"])]}, "injects.1.to.1"),
        ({"scenario": {"source": "hazard"}}, "at: kind + id"),
        ({"scenario": {"source": "incident"}}, "scenario"),
        ({"scenario": {"at": A, "extent": {"how": "line"}}}, "scenario"),
        ({"scenario": {"extent": {"how": "distance"}}}, "distance_m"),
        ({"scenario": {"extent": {"how": "area", "area": {"type": "Point"}}}}, "area"),
        ({"scenario": {"at": {"x": 100.0}}}, "scenario.at"),
        ({"scenario": {"kind": "war"}}, "scenario.kind"),
        ({"scenario": {"needs": [{"at": A, "wants": []}]}}, "needs.1.wants"),
        ({"scenario": {"needs": [need(A, ("fire", 1), ("fire", 2))]}}, "capability"),
        ({"injects": 5}, "injects"),
    ],
)
def test_every_fault_of_a_script_says_where(script: dict[str, Any], where: str) -> None:
    with pytest.raises(InputError) as caught:
        script_of(script)
    assert where in str(caught.value.params["faults"])


def test_injects_get_keys_and_stand_in_their_order() -> None:
    when = {"how": "state", "state": "on_scene", "count": 2, "expected_minute": 7}
    script = script_of(
        {"injects": [inject(30, key="i2"), {"title": "b", "when": {"how": "any"}},
                     {"title": "c", "when": when}]}
    )  # fmt: skip
    assert [one.key for one in script.in_order()] == ["i3", "i2", "i1"]
    assert script_of(script.model_dump(mode="json")) == script


# --- consequences ------------------------------------------------------------------------------


def test_what_a_scenario_does_to_the_map(tiny_apps: App) -> None:
    """Around a point between C and D: teams there and beyond are cut off."""
    extent = {"how": "distance", "distance_m": 300}
    drill = planned(tiny_apps, participants=[{"kind": "team", "id": "T1"}])
    for lang, label in (("zh", "主干路"), ("en", "主干路")):
        told = reckoned(
            tiny_apps, drill, lang, scenario={"at": {"x": 100.05, "y": 30.0}, "extent": extent}
        )["consequences"]
        assert {one["id"] for one in told["cut_off"]} == {"M1", "T2", "T4", "T5"}
        (road,) = told["footprint"]["roads"]
        assert road["name"] == label
        assert road["length_m"] == pytest.approx(600, abs=3)
        assert told["area"]["type"] == "Polygon"
        assert told["flow"] == told["flow_hours"] == []
        # T1 stops at the edge: 4.7 km at 60 km/h over the way around the bridge, the rest on foot.
        assert told["forces"]["found"] == 1
        assert told["forces"]["hours"][0] == {
            "hour": 1, "units": 1,
            "capabilities": [
                {"code": code, "label": name, "units": 1}
                for code, name in (
                    [("fire", "灭火"), ("rescue", "抢险救援")]
                    if lang == "zh" else [("fire", "Fire fighting"), ("rescue", "Rescue")]
                )
            ],
        }  # fmt: skip
    open_roads = {"at": {"x": 100.05, "y": 30.0}, "extent": {**extent, "closes_roads": False}}
    assert reckoned(tiny_apps, drill, scenario=open_roads)["consequences"]["cut_off"] == []


def test_a_past_case_comes_without_anybody_in_it(tiny_app: App) -> None:
    store = tiny_app.store
    past = opened(
        store, at=(100.05, 30.0), title="王五家滑坡", place="王五家",
        figures=Figures(dead=2, missing=17), caller_name="王五", caller_phone="13900000000",
    )  # fmt: skip
    do(store, draw, past.id, shapely.box(100.045, 29.99, 100.055, 30.01), label="王五家后山")
    do(store, close, past.id, version=1, why="处置完毕")
    scenario = {"source": "incident", "incident": past.id, "extent": {"how": "incident"}}
    drill = planned(tiny_app)
    for lang in LANGUAGES:
        told = reckoned(tiny_app, drill, lang, scenario=scenario)["consequences"]
        assert told["casualties"] == {"dead": 2, "missing": 17, "trapped": 0, "injured": 0}
        assert (told["place"]["x"], told["event_kind"]) == (100.05, "landslide")
        assert {one["id"] for one in told["cut_off"]} == {"M1", "T2", "T4", "T5"}
        for private in ("王五", "13900000000"):
            assert private not in str(told)


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        ({}, "drill.no_place"),
        ({"source": "hazard", "at": {"kind": "mine", "id": "nowhere"}}, "drill.unknown_spot"),
        ({"source": "incident", "incident": "nowhere"}, "incident.unknown"),
        ({"at": A, "weather": "hail"}, "planning.unknown_conditions"),
    ],
)
def test_what_cannot_be_reckoned_is_said(tiny_app: App, scenario: Any, code: str) -> None:
    drill = planned(tiny_app)
    with pytest.raises(Exception, match=r".") as caught:
        reckoned(tiny_app, drill, scenario=scenario)
    assert caught.value.code == code  # type: ignore[attr-defined]


# --- how hard ----------------------------------------------------------------------------------


def alone(app: App, *injects: dict[str, Any], team: str = "T2", at: Any = None) -> float | None:
    """Minutes until one team is at A, whatever the injects do."""
    drill = planned(app, participants=[{"kind": "team", "id": team}])
    scenario = {"at": A, "needs": [need(at or A, ("fire", 1), people=5)]}
    (found,) = minutes(reckoned(app, drill, scenario=scenario, injects=[*injects]))
    return found


def test_a_road_that_closes_on_the_way_is_driven_round(tiny_app: App) -> None:
    """T2 sets out after 5 min and drives 5.7 km at 60 km/h: it is at A after 10.7 min."""
    plain = alone(tiny_app)
    assert plain == pytest.approx(10.7, abs=0.1)

    def closed(minute: float) -> float | None:
        return alone(tiny_app, inject(minute, {"what": "close", "at": BRIDGE, "radius_m": 200}))

    assert closed(20) == plain
    assert closed(8) == closed(0) == pytest.approx(plain + DETOUR_MIN, abs=0.2)
    both = {"what": "close", "area": {"type": "Polygon", "coordinates": [
        [[100.028, 29.99], [100.032, 29.99], [100.032, 30.04], [100.028, 30.04], [100.028, 29.99]]
    ]}}  # fmt: skip
    assert alone(tiny_app, inject(8, both)) is None


def test_a_team_that_is_disabled_comes_when_it_can_again(tiny_app: App) -> None:
    def disabled(minute: float, minutes: float | None) -> float | None:
        effect = {"what": "disable", "kind": "team", "id": "T2", "minutes": minutes}
        return alone(tiny_app, inject(minute, effect))

    plain = alone(tiny_app)
    assert plain is not None
    assert disabled(0, None) is None
    assert disabled(0, 30) == pytest.approx(plain + 30)
    assert disabled(6, 30) == pytest.approx(plain + 36)  # on its way, it never arrives
    assert disabled(11, None) == plain  # it was there before


def test_needs_told_later_count_from_then_on(tiny_app: App) -> None:
    drill = planned(
        tiny_app, objectives=[{"text": "到场", "within_min": 12}, {"text": "报告"}],
    )  # fmt: skip
    further = {"what": "need", **need(D, ("fire", 1), people=40, objective=1)}
    told = reckoned(
        tiny_app, drill,
        scenario={"at": A, "needs": [need(A, ("fire", 1), people=3, objective=1)]},
        injects=[inject(15, further, objective=2)],
    )  # fmt: skip
    hard = told["difficulty"]
    assert [one["minute"] for one in hard["places"]] == [0.0, 15.0]
    # T1 stands at A and T2 at D: each is where it is wanted after its turnout of 1 and 5 min.
    assert minutes(told) == pytest.approx([1.1, 5.1], abs=0.1)
    assert hard["solvable"]
    assert hard["in_time"]
    assert hard["ways"]["optimum"]["people_late"] == 0
    # The other way round T1 goes about the bridge that does not bear it, and 40 people wait.
    assert hard["ways"]["worst"]["people_late"] == 40
    assert hard["ways"]["optimum"]["mean_min"] < hard["ways"]["worst"]["mean_min"]
    assert all(one["proven"] for one in hard["ways"].values())


def test_what_cannot_be_solved_is_said_before_anybody_is_invited(tiny_app: App) -> None:
    drill = planned(tiny_app, objectives=[{"text": "到场", "within_min": 5}])
    waiting = {"how": "state", "state": "on_scene", "count": 3, "expected_minute": 30}
    told = reckoned(
        tiny_app, drill,
        scenario={
            "at": A, "needs": [need(D, ("mine_rescue", 1), ("fire", 3), people=7, objective=1)]
        },
        injects=[{"title": "第三支到场", "when": waiting}],
    )  # fmt: skip
    assert not told["difficulty"]["solvable"]
    by_code: dict[str, list[str]] = {}
    for one in told["faults"]:
        by_code.setdefault(one["code"], []).append(one["text"])
    assert len(by_code["drill.script.too_few"]) == 2  # M1 takes no part, and T1 and T2 are two
    assert "矿山" in by_code["drill.script.too_few"][0]
    assert by_code["drill.script.never_comes"]
    assert told["difficulty"]["waits"] == [
        {"inject": "i1", "expected_minute": 30.0, "optimum": None, "naive": None}
    ]
    assert told["difficulty"]["ways"]["optimum"]["people_late"] == 7


def test_gaps_of_a_script_are_told(tiny_app: App) -> None:
    drill = planned(
        tiny_app, duration_min=60, objectives=[{"text": "报告"}],
        participants=[{"kind": "headquarters", "id": "hq1", "role": "player"},
                      {"kind": "account", "id": "li", "role": "player"}],
    )  # fmt: skip
    cut = {"what": "comms", "who": ["headquarters/hq1"], "minutes": 20}
    lost = {"what": "disable", "kind": "team", "id": "T2"}
    told = reckoned(
        tiny_app, drill, scenario={"at": A},
        injects=[
            inject(10, cut, expected="改用卫星电话"),
            inject(20, to=["headquarters/hq1"], text="再报", expected="续报"),
            inject(90, lost, to=["team/T2"], objective=4),
            inject(30, text="没有人"),
        ],
    )  # fmt: skip
    codes = {one["code"].removeprefix("drill.script.") for one in told["faults"]}
    assert codes == {
        "no_controller", "no_evaluator", "objective_unserved", "told_nothing", "cut_off_from",
        "too_late", "no_text", "nobody_told", "no_action", "no_objective", "unknown_player",
        "unknown_objective", "disables_nobody",
    }  # fmt: skip
    assert told["difficulty"] is None
    for lang in LANGUAGES:
        assert all("{" not in one["text"] for one in reckoned(
            tiny_app, drill, lang, scenario={"at": A})["faults"])  # fmt: skip


def test_a_finished_script_has_no_gaps(tiny_app: App) -> None:
    drill = planned(
        tiny_app, objectives=[{"text": "到场", "within_min": 30}],
        participants=[
            {"kind": "headquarters", "id": "hq1", "role": "player"}, *PLAYERS,
            {"kind": "person", "name": "导调", "role": "controller"},
            {"kind": "person", "name": "评估", "role": "evaluator"},
        ],
    )  # fmt: skip
    told = reckoned(
        tiny_app, drill,
        scenario={"at": A, "needs": [need(A, ("fire", 1), people=3, objective=1)]},
        injects=[inject(0, to=["headquarters/hq1"], text="滑坡", expected="接报", objective=1)],
    )  # fmt: skip
    assert told["faults"] == []


def test_an_empty_script_is_one() -> None:
    assert script_of({}) == Script()
