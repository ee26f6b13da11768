"""Run cards over HTTP: kept, filled, compared."""

from __future__ import annotations

from typing import Any

from gisapp.bootstrap import App
from gisapp.incidents.course import close
from gisapp.rights import Role
from tests.incidents.acting import do, opened
from tests.incidents.cards.test_proposing import AT_B, FIRE, card
from tests.web.conftest import SignedIn
from tests.web.test_api import refused


def body(**given: Any) -> dict[str, Any]:
    return {"kind": "fire", "lines": [FIRE], "experts": [], "seen": 0, "why": "演练后"} | given


def test_a_card_is_written_by_those_who_may(signed_in: SignedIn) -> None:
    planner, duty = signed_in(Role.PLANNER), signed_in(Role.DUTY_OFFICER)
    refused(duty.post("/api/run-cards", json=body()), 403, "accounts.forbidden")
    wrong = planner.post("/api/run-cards", json=body(lines=[FIRE | {"count": 0}], level=9))
    assert wrong.status_code == 400
    faults = wrong.get_json()["error"]["faults"]
    assert [one["field"] for one in faults] == ["level", "lines.1.count"]
    assert planner.post("/api/run-cards", json=body()).get_json()["version"] == 1
    refused(planner.post("/api/run-cards", json=body()), 409, "card.changed_since")
    (listed,) = duty.get("/api/run-cards").get_json()["cards"]
    assert (listed["id"], listed["why"], listed["lines"][0]["label"]) == (
        "fire-any", "演练后", "灭火",
    )  # fmt: skip


def test_a_proposal_tells_numbers_to_those_who_may_see_them(
    signed_in: SignedIn, tiny_app: App
) -> None:
    card(tiny_app, FIRE)
    made = opened(tiny_app.store, "fire", at=AT_B)
    duty = signed_in(Role.DUTY_OFFICER)
    answer = duty.get(f"/api/incidents/{made.id}/proposal?lang=en")
    assert answer.headers["Cache-Control"] == "no-store"
    (unit,) = answer.get_json()["lines"][0]["units"]
    assert (unit["key"], unit["contact_phone"], unit["late_min"]) == ("T1", "000-0000", 0)
    assert unit["why"] == "the first of 4 to arrive, 3.1 min"
    (plan,) = duty.get("/api/incidents/proposals").get_json()["proposals"]
    assert plan["incident"] == made.id
    address = f"/api/incidents/{made.id}/proposal"
    told = duty.post(address, json={"units": ["T2"]}).get_json()
    assert (told["optimal"], told["total_min"]) == (False, 5.6)
    refused(duty.post(address, json={"units": ["T99"]}), 400, "card.unknown_unit")
    refused(duty.get("/api/incidents/999999-01/proposal"), 404, "incident.unknown")
    refused(duty.get(f"{address}?move=T2"), 400, "card.not_out")
    refused(signed_in(Role.VIEWER).get(address), 403, "accounts.forbidden")


def test_nothing_is_proposed_for_a_closed_incident(tiny_app: App, signed_in: SignedIn) -> None:
    made = opened(tiny_app.store)
    do(tiny_app.store, close, made.id, version=made.version, why="险情解除")
    duty = signed_in(Role.DUTY_OFFICER)
    address = f"/api/incidents/{made.id}/proposal"
    refused(duty.get(address), 400, "incident.not_open")
    refused(duty.post(address, json={"units": ["T2"]}), 400, "incident.not_open")
