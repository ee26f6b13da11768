"""An incident driven within an exercise by the API: reality stays as it was."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from shapely.geometry import mapping

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.incidents.persons import due as due_persons
from gisapp.incidents.persons import due_in_exercises
from gisapp.rights import Role
from tests.incidents.surroundings.valley import fill_valley
from tests.incidents.test_cut_off import EAST_END
from tests.incidents.test_playing import DRILL, reality
from tests.web.conftest import PageClient, SignedIn


def test_an_exercise_by_the_api_leaves_reality_alone(signed_in: SignedIn, tiny_app: App) -> None:
    officer = signed_in(Role.DUTY_OFFICER)
    q = {"exercise": DRILL, "new": "true"}
    before = reality(tiny_app.store)

    def send(address: str, **body: Any) -> dict[str, Any]:
        answer = officer.post(f"/api/{address}", json=body, query_string=q)
        assert answer.status_code in {200, 201}, answer.text
        assert answer.headers["X-Exercise"] == "%E6%8A%97%E9%9C%87%E6%BC%94%E7%BB%83"
        told: dict[str, Any] = answer.get_json()
        assert told["in_exercise"] == DRILL
        return told

    made = send("incidents", kind="landslide", x=100.02, y=30.0)
    del q["new"]
    at = f"incidents/{made['id']}"
    units = [{"kind": "team", "id": "T1"}]
    (unit,) = send(f"{at}/orders", units=units)["units"]
    send(f"assignments/{unit['id']}/state", state="en_route", seen="ordered", why="")
    send("closures", polygon=mapping(EAST_END), reason="塌方", confirm=True)
    send("dispatch", x=100.02, y=30.0, need="fire")
    listed = officer.get("/api/incidents", query_string=q).get_json()
    assert [one["id"] for one in listed["incidents"]] == [made["id"]]
    assert listed["in_exercise"] == DRILL
    real = officer.get("/api/incidents")
    assert real.get_json()["incidents"] == []
    assert "X-Exercise" not in real.headers
    assert officer.get("/api/closures").get_json() == {"closures": []}
    missing = officer.get(f"/api/{at}")
    assert missing.status_code == 404
    strange = officer.get("/api/incidents/none", query_string=q)
    assert (strange.status_code, strange.get_json()["in_exercise"]) == (404, DRILL)
    assert reality(tiny_app.store) == before


def test_a_whole_incident_by_the_api_leaves_reality_alone(
    signed_in: SignedIn, tiny_app: App
) -> None:
    fill_valley(tiny_app.store)
    officer, leader = signed_in(Role.DUTY_OFFICER), signed_in(Role.HEADQUARTERS)
    before = reality(tiny_app.store)
    q = {"exercise": DRILL, "new": "true"}

    def send(address: str, who: PageClient = officer, **body: Any) -> Any:
        answer = who.post(f"/api/{address}", json=body, query_string=q)
        assert answer.status_code in {200, 201}, answer.text
        assert answer.get_json()["in_exercise"] == DRILL
        return answer.get_json()

    number = send("incidents", kind="landslide", x=100.02, y=30.0, figures={"dead": 1})["id"]
    del q["new"]
    at = f"incidents/{number}"
    current = send(f"{at}/response", level=2, plan="slope")["response"]["current"]
    response = f"responses/{current['id']}"
    current = send(f"{response}/approve", leader, version=1)["response"]["current"]
    assert current["state"] == "in_force"
    (unit,) = send(f"{at}/orders", units=[{"kind": "team", "id": "T1"}])["units"]
    for seen, state in itertools.pairwise(("ordered", "en_route", "on_scene", "released")):
        send(f"assignments/{unit['id']}/state", state=state, seen=seen)
    send(f"{at}/persons", role="caller", name="演练张", phone="13800001111")
    area = send(f"{at}/footprints", source="drawn", label="坡体", geometry=mapping(EAST_END))
    send(f"footprints/{area['id']}/close-roads", reason="滑坡")
    send("closures", polygon=mapping(EAST_END), reason="塌方", confirm=True)
    send(f"{at}/report", code="city_up")
    due = (REAL.now() + timedelta(hours=1)).isoformat()
    (task,) = send(f"{at}/tasks", text="转移坡下住户", owner="李镇长", due_at=due)["command"][
        "tasks"
    ]
    send(f"tasks/{task['id']}/done", version=1, result="已转移")
    (call,) = send(f"{at}/calls/villages", village="V1")["calls"]
    send(f"calls/{call['id']}/state", state="reached", version=1)
    send(f"{response}/end", leader, version=current["version"], why="演练结束")
    version = officer.get(f"/api/{at}", query_string=q).get_json()["version"]
    assert send(f"{at}/close", version=version, why="演练结束")["state"] == "closed"
    assert reality(tiny_app.store) == before
    with tiny_app.store.session() as session:
        assert due_persons(session) == []
        assert [one.id for one in due_in_exercises(session)] == [number]
    destroyed = send(f"{at}/persons/destroy", leader, why="演练结束")
    assert destroyed["id"] == number
    with tiny_app.store.session() as session:
        assert due_in_exercises(session) == []
    assert reality(tiny_app.store) == before


def test_a_mistyped_name_opens_no_other_exercise(signed_in: SignedIn, tiny_app: App) -> None:
    officer = signed_in(Role.DUTY_OFFICER)
    call = {"kind": "landslide", "x": 100.02, "y": 30.0}
    begun = officer.post(f"/api/incidents?exercise={DRILL}&new=true", json=call)
    assert begun.status_code == 201
    again = officer.post(f"/api/incidents?exercise={DRILL}&new=true", json=call)
    assert again.status_code == 201  # who says so twice is in the same one
    before = reality(tiny_app.store)
    for asked in (
        officer.post("/api/incidents?exercise=抗震演习", json=call),
        officer.get("/api/incidents?exercise=抗震演习"),
        officer.get("/api/incidents?exercise=抗震演习&new=maybe"),
    ):
        assert asked.status_code == 404
        error = asked.get_json()["error"]
        assert error["code"] == "exercise.unknown"
        assert f"已有：{DRILL}。" in error["message"]
    listed = officer.get(f"/api/incidents?exercise={DRILL}").get_json()["incidents"]
    assert len(listed) == 2
    assert reality(tiny_app.store) == before


def test_the_parameter_is_described_where_it_is_taken(signed_in: SignedIn) -> None:
    paths = signed_in(Role.DUTY_OFFICER).get("/api/openapi.json").get_json()["paths"]

    def taken(path: str, method: str) -> set[str]:
        return {one["name"] for one in paths[path][method]["parameters"]}

    for path, method in (("/api/incidents", "post"), ("/api/closures", "get")):
        assert {"exercise", "new"} <= taken(path, method)
    assert "exercise" not in taken("/api/search", "get")


def test_who_may_not_dispatch_plays_in_no_exercise(signed_in: SignedIn) -> None:
    viewer, officer = signed_in(Role.VIEWER), signed_in(Role.DUTY_OFFICER)
    assert viewer.get("/api/incidents?exercise=E2").status_code == 403
    for address in ("/api/incidents?exercise=a b", "/api/incidents?exercise="):
        assert officer.get(address).get_json()["error"]["code"] == "exercise.bad_name"
    elsewhere = officer.get("/registers/team?exercise=E2")
    assert elsewhere.status_code == 400
