"""An incident driven within an exercise by the API: reality stays as it was."""

from __future__ import annotations

from typing import Any

from shapely.geometry import mapping

from gisapp.bootstrap import App
from gisapp.rights import Role
from tests.incidents.test_cut_off import EAST_END
from tests.incidents.test_playing import DRILL, reality
from tests.web.conftest import SignedIn


def test_an_exercise_by_the_api_leaves_reality_alone(signed_in: SignedIn, tiny_app: App) -> None:
    officer = signed_in(Role.DUTY_OFFICER)
    q = {"exercise": DRILL}
    before = reality(tiny_app.store)

    def send(address: str, **body: Any) -> dict[str, Any]:
        answer = officer.post(f"/api/{address}", json=body, query_string=q)
        assert answer.status_code in {200, 201}, answer.text
        assert answer.headers["X-Exercise"] == "%E6%8A%97%E9%9C%87%E6%BC%94%E7%BB%83"
        told: dict[str, Any] = answer.get_json()
        assert told["in_exercise"] == DRILL
        return told

    made = send("incidents", kind="landslide", x=100.02, y=30.0)
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


def test_who_may_not_dispatch_plays_in_no_exercise(signed_in: SignedIn) -> None:
    viewer, officer = signed_in(Role.VIEWER), signed_in(Role.DUTY_OFFICER)
    assert viewer.get("/api/incidents?exercise=E2").status_code == 403
    for address in ("/api/incidents?exercise=a b", "/api/incidents?exercise="):
        assert officer.get(address).get_json()["error"]["code"] == "exercise.bad_name"
    elsewhere = officer.get("/registers/team?exercise=E2")
    assert elsewhere.status_code == 400
