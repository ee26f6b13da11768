"""Cards filled on the tiny site: numbers checked by hand, orders kept, borders told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import shapely
from shapely import Point

from gisapp.bootstrap import App
from gisapp.errors import InputError, OutOfDateError
from gisapp.incidents.cards.cards import find_card, set_card
from gisapp.incidents.cards.needs import read_card
from gisapp.incidents.cards.plan import IncidentPlan
from gisapp.incidents.cards.proposing import Solved, compare, propose
from gisapp.incidents.course import correct
from gisapp.registers.checking import FaultsError
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Role
from routing.searchgraph import SearchGraph
from tests.incidents.acting import OFFICER, do, opened, ordered
from tests.incidents.closing import add_closure
from tests.incidents.test_units import put

FIRE = {"by": "capability", "code": "fire", "count": 1, "limit_min": 5, "tier": "main"}
AT_B, AT_C = (100.02, 30.0), (100.04, 30.0)


def card(app: App, *lines: dict[str, Any], kind: str = "fire", **given: Any) -> None:
    found = read_card(kind, given.pop("level", None), lines, given.pop("experts", ()))
    do(app.store, set_card, found, seen=0, why="试验", **given)


def solved(app: App, **given: Any) -> Solved:
    with app.store.session() as session:
        return propose(app, session, **given)


def keys(plan: IncidentPlan) -> list[str]:
    return [one.member.team.key for line in plan.lines for one in line.chosen]


def respond(app: App, monkeypatch: pytest.MonkeyPatch, **response: Any) -> None:
    monkeypatch.setattr(app, "site", app.site.model_copy(update={"response": response}))


def test_two_incidents_share_what_there_is(tiny_app: App) -> None:
    """T1 is nearest to both; the graver gets it, though both together would be sooner otherwise.

    T1 stands 0.001° from A, 0.019° of 96.49 km/1° from B: its heavy engine drives at 0.85 of
    60 km/h, 129 s, after 60 s of turnout. T2 turns out in 300 s and drives as far to C, 110 s.
    """
    card(tiny_app, FIRE)
    near_b, near_c = (opened(tiny_app.store, "fire", at=at) for at in (AT_B, AT_C))
    found = solved(tiny_app)
    (at_b,) = found.plan(near_b.id).lines
    (at_c,) = found.plan(near_c.id).lines
    assert [one.member.team.key for one in (*at_b.chosen, *at_c.chosen)] == ["T1", "T2"]
    assert at_b.chosen[0].seconds == pytest.approx(60 + 129, abs=1)
    assert at_c.chosen[0].seconds == pytest.approx(300 + 110, abs=1)
    assert at_c.chosen[0].late_s == pytest.approx(110, abs=1)
    assert {one.left_out.team.key: one.left_out.reason for one in at_b.rejected} == {
        "T2": "elsewhere", "T4": "busy", "T5": "out_of_service",
    }  # fmt: skip
    (left_out,) = (one.left_out for one in at_b.rejected if one.left_out.reason == "elsewhere")
    assert near_c.title in left_out.message("zh")
    assert near_c.title_in("en") in left_out.message("en")
    assert near_c.title not in left_out.message("en")
    assert found.plan(near_c.id).to_dict("en", near_c.opened_at, bool)["title"] == (
        near_c.title_in("en")
    )
    for number in range(4):  # four more ask: the rest is short, and said so
        other = opened(tiny_app.store, "fire", at=AT_C)
        priority = {"priority": 1 + number % 2}
        do(tiny_app.store, correct, other.id, priority, version=other.version, why="急")
    found = solved(tiny_app)
    filled = {plan.id: keys(plan) for plan in found.plans() if keys(plan)}
    assert {plan.priority for plan in found.plans() if plan.id in filled} == {1}
    assert sum(found.filling.unmet) == 4
    assert found.plan(near_b.id).to_dict("en", near_b.opened_at, bool)["unmet"] == 1


def test_what_is_ordered_stays_unless_asked(tiny_app: App) -> None:
    card(tiny_app, FIRE)
    far = opened(tiny_app.store, "fire", at=AT_C)
    ordered(tiny_app.store, far, "T1")
    near = opened(tiny_app.store, "fire", at=AT_B)
    found = solved(tiny_app)
    assert (keys(found.plan(far.id)), keys(found.plan(near.id))) == (["T1"], ["T2"])
    assert found.plan(far.id).lines[0].chosen[0].serves == far.id
    moved = solved(tiny_app, may_move=["T1"])
    assert keys(moved.plan(near.id)) in (["T1"], ["T2"])
    with pytest.raises(InputError):
        solved(tiny_app, may_move=["T2"])


def test_what_a_move_costs_is_told_by_the_incident_it_leaves(tiny_app: App) -> None:
    """T1 serves at C; sent on to B it is sooner there than T2, which then may replace it at C."""
    store = tiny_app.store
    card(tiny_app, FIRE)
    far, near = opened(store, "fire", at=AT_C), opened(store, "fire", at=AT_B)
    ordered(store, far, "T1")
    with store.session() as session:
        found = compare(tiny_app, session, near.id, ["T1"], moved=["T1"])
    (cost,) = found.costs
    assert (cost.id, cost.unmet) == (far.id, 0)
    assert cost.word.code == "moved.replaced"
    assert cost.word.message("en").startswith(
        f"“{far.title_in('en')}” loses 甲队; 乙队 may replace"
    )
    assert found.total_s > 0
    with store.session() as session, pytest.raises(InputError) as refused:
        compare(tiny_app, session, near.id, ["T2"], moved=["T2"])
    assert refused.value.code == "card.not_out"
    ordered(store, far, "T2")
    with store.session() as session:
        (cost,) = compare(tiny_app, session, near.id, ["T2"], moved=["T2"]).costs
    assert (cost.unmet, cost.word.code) == (0, "moved.free")


def test_cover_of_a_county_stays(tiny_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three that are ready two stay; the one left is T1, the nearest."""
    respond(tiny_app, monkeypatch, minimum_cover={"fire": 3})
    card(tiny_app, FIRE | {"count": 3})
    made = opened(tiny_app.store, "fire", at=AT_B)
    plan = solved(tiny_app).plan(made.id)
    assert keys(plan) == ["T1"]
    assert plan.lines[0].unmet == 2
    reasons = {one.left_out.team.key: one.left_out for one in plan.lines[0].rejected}
    assert reasons["T2"].reason == "covers"
    assert reasons["T2"].message("en") == "stays in Jia County as its minimum cover: Fire fighting"


def test_a_tier_weighs_its_minutes(tiny_app: App) -> None:
    """A voluntary team beside the fire is 20 min behind the fire brigade, but for its own line."""
    team = {
        "team_type": "social", "tier": "auxiliary", "capabilities": ["fire", "relief"],
        "vehicles": {"light": 1}, "turnout_s": 60, "status": "ready", "county": "990001",
    }  # fmt: skip
    put(tiny_app, "team", {"id": "V1", "name": "志愿队", "geom": Point(AT_B), **team})
    card(tiny_app, FIRE)
    card(tiny_app, FIRE | {"tier": "auxiliary"}, kind="forest_fire")
    made = opened(tiny_app.store, "fire", at=AT_B)
    (line,) = solved(tiny_app).plan(made.id).lines
    assert line.chosen[0].member.team.key == "T1"
    reasons = {one.left_out.team.key: one.left_out.reason for one in line.rejected}
    assert reasons["V1"] == "later"
    other = opened(tiny_app.store, "forest_fire", at=AT_B)
    found = solved(tiny_app)
    assert (keys(found.plan(made.id)), keys(found.plan(other.id))) == (["T1"], ["V1"])


def test_neighbours_are_offered_and_not_sent(tiny_app: App) -> None:
    team = {
        "team_type": "mine_rescue", "tier": "main", "capabilities": ["mine_drainage"],
        "vehicles": {"light": 1}, "status": "ready", "county": "980001",
    }  # fmt: skip
    put(tiny_app, "team", {"id": "N1", "name": "邻队", "geom": Point(AT_C), **team})
    card(tiny_app, FIRE | {"code": "mine_drainage"}, kind="coal_mine")
    made = opened(tiny_app.store, "coal_mine", at=AT_B)
    (line,) = solved(tiny_app).plan(made.id).lines
    assert (line.unmet, [one.member.team.key for one in line.neighbours]) == (1, ["N1"])


def test_the_officers_choice_is_measured(tiny_app: App) -> None:
    """T2 in the place of T1: 240 s of turnout more, the ways to B alike but for the bridge's."""
    card(tiny_app, FIRE)
    made = opened(tiny_app.store, "fire", at=AT_B)
    found = solved(tiny_app)
    (best,) = found.plan(made.id).lines[0].chosen
    assert found.apart(made.id, ["T1"]).is_none
    apart = found.apart(made.id, ["T2"])
    rejected = found.plan(made.id).lines[0].rejected
    (second,) = (one for one in rejected if one.left_out.team.key == "T2")
    assert apart.total_s == second.seconds - best.seconds == apart.worst_s
    assert apart.late_s == second.seconds - 300
    assert found.apart(made.id, ["T1", "T2"]).idle == ("T2",)
    assert found.apart(made.id, ["M1"]).unmet == 1
    said = apart.to_dict("en")["messages"]
    assert isinstance(said, list)
    assert f"{apart.total_s / 60:+.1f} min of arrivals in all." in said


def test_the_answer_is_kept_until_something_changes(
    tiny_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    card(tiny_app, FIRE)
    made = opened(tiny_app.store, "fire", at=AT_B)
    first = solved(tiny_app)
    assert solved(tiny_app) is first
    searched = counting(monkeypatch)
    other = opened(tiny_app.store, "fire", at=AT_C)
    assert keys(solved(tiny_app).plan(other.id)) == ["T2"]
    assert searched() == 2  # the new one, for two sorts of vehicle
    put(tiny_app, "team", {"id": "T2", "name": "乙队", "geom": Point(100.059, 30.0), "team_type":
        "fire_rescue", "capabilities": ["fire"], "vehicles": {"light": 1}, "turnout_s": 300,
        "tier": "coordinated", "county": "990001"})  # fmt: skip
    assert solved(tiny_app).plan(other.id).lines[0].chosen[0].penalty_s == 600
    assert searched() == 2  # nobody stands elsewhere
    add_closure(
        tiny_app.store, shapely.box(100.005, 29.99, 100.01, 30.01), reason="塌方", actor=OFFICER
    )
    found = solved(tiny_app)  # T1 is cut off: there is one for two
    assert (keys(found.plan(made.id)), keys(found.plan(other.id))) == ([], ["T2"])
    assert searched() == 2  # only where the closure changed something


def counting(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Searches of the whole network."""
    count, real = 0, SearchGraph.field

    def field(*given: Any) -> Any:
        nonlocal count
        count += 1
        return real(*given)

    monkeypatch.setattr(SearchGraph, "field", field)
    return lambda: count


def test_a_card_is_changed_with_a_reason_and_the_version_seen(tiny_apps: App) -> None:
    store = tiny_apps.store
    card(tiny_apps, FIRE, level=3, experts=["fire_protection"])
    again = read_card("fire", 3, [FIRE | {"count": 2}], [])
    with pytest.raises(OutOfDateError):
        do(store, set_card, again, seen=0, why="x")
    with pytest.raises(InputError):
        do(store, set_card, again, seen=1, why=" ")
    duty = Actor(login="d", name="d", role=Role.DUTY_OFFICER, county=None, agency=None,
                 rights=ROLE_RIGHTS[Role.DUTY_OFFICER])  # fmt: skip
    with pytest.raises(ForbiddenError):
        do(store, set_card, again, seen=1, why="x", actor=duty)
    do(store, set_card, again, seen=1, why="演练后", active=False)
    with store.session() as session:
        row = find_card(session, "fire", 3)
        assert (row.version, row.why, row.active, row.lines[0]["count"]) == (2, "演练后", False, 2)


def test_every_fault_of_a_card_is_named() -> None:
    wrong = {"by": "capability", "code": "magic", "count": 0, "limit_min": -1, "tier": "x"}
    with pytest.raises(FaultsError) as raised:
        read_card("nothing", 5, [FIRE, FIRE, wrong], ["astrology"])
    assert [one.field for one in raised.value.faults] == [
        "kind", "level", "lines.3.code", "lines.3.count", "lines.3.limit_min", "lines.3.tier",
        "experts",
    ]  # fmt: skip
    with pytest.raises(FaultsError) as raised:
        read_card("fire", None, [FIRE, FIRE], [])
    assert [one.field for one in raised.value.faults] == ["lines.2.code"]
