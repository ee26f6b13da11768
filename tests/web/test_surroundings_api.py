"""A dam leaks at night: who is called in which order, and which roads go, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from shapely.geometry import mapping

from gisapp.bootstrap import App
from gisapp.rights import Role
from tests.heights import falling_south
from tests.incidents.surroundings.test_footprints import ACROSS
from tests.incidents.surroundings.valley import COURSE, DAM, fill_valley
from tests.web.conftest import PageClient, SignedIn
from tests.web.test_api import refused
from tests.web.test_incidents_api import made, send

DAM_AT = {"x": DAM[0], "y": DAM[1]}
LINE = "hazards/reservoir/R1/line"


@pytest.fixture
def officer(tiny_app: App, signed_in: SignedIn) -> PageClient:
    fill_valley(tiny_app.store)
    return signed_in(Role.DUTY_OFFICER)


def read(client: PageClient, address: str) -> dict[str, Any]:
    answer = client.get(f"/api/{address}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_dam_leaks_at_night(officer: PageClient, signed_in: SignedIn) -> None:
    leak = made(
        officer, kind="reservoir_danger", hazard={"kind": "reservoir", "id": "R1"}, **DAM_AT
    )
    at = f"incidents/{leak['id']}"
    around = read(officer, f"{at}/around")
    assert [one["radius_m"] for one in around["rings"]] == [1000, 3000, 5000]
    assert around["rings"][1]["people"]["population"] == {"known": 150, "without_figures": 1}

    assert read(officer, f"{at}/downstream")["state"] == "unknown"
    proposal = send(officer, f"{LINE}/propose")
    assert proposal["confirmed_at"] is None
    unconfirmed = read(officer, f"{at}/downstream")
    assert (unconfirmed["state"], unconfirmed["places"]) == ("unconfirmed", [])
    send(
        officer, f"downstream-lines/{proposal['id']}/confirm", version=1, wave_speed_kph=10,
        width_m=400,
    )  # fmt: skip
    # 02:10 by the site's clock, eight hours ahead of Greenwich.
    known = read(officer, f"{at}/downstream?breach_at=2026-11-27T02:10:00%2B08:00")
    assert [(one["id"], one["arrives_at"][11:16]) for one in known["places"]] == [
        ("V1", "18:15"), ("V2", "18:19"), ("V3", "18:37"),
    ]  # fmt: skip
    assert known["places"][0]["calls"][0]["phone"] == "13800001111"

    viewer = signed_in(Role.VIEWER)
    hidden = read(viewer, f"{at}/downstream")["places"][0]["calls"][0]["phone"]
    assert hidden == "138****1111"
    assert viewer.post(f"/api/{LINE}", json={"geometry": mapping(COURSE)}).status_code == 403
    assert viewer.post(f"/api/{at}/footprints", json={}).status_code == 403


def test_a_line_over_the_ground_where_the_site_has_heights(
    officer: PageClient, tiny_app: App
) -> None:
    assert read(officer, "hazards/reservoir/R1/downstream")["has_heights"] is False
    refused(
        officer.post(f"/api/{LINE}/propose", json={"by": "heights"}), 400, "downstream.no_heights"
    )
    refused(officer.post(f"/api/{LINE}/propose", json={"by": "guess"}), 400, "web.unknown_choice")
    falling_south(tiny_app.heights_path)
    line = send(officer, f"{LINE}/propose", by="heights", reach_m=3000)
    assert (line["source"], line["length_m"]) == ("heights", pytest.approx(3000, abs=15))
    known = read(officer, "hazards/reservoir/R1/downstream")
    assert (known["has_heights"], known["state"]) == (True, "unconfirmed")


def test_a_footprint_closes_its_roads_but_not_the_bridge_above(officer: PageClient) -> None:
    at = f"incidents/{made(officer)['id']}"
    area = send(
        officer, f"{at}/footprints", source="drawn", label="淹没区", geometry=mapping(ACROSS)
    )
    shown = read(officer, f"footprints/{area['id']}")
    assert [one["name"] for one in shown["contents"]["structures"]] == ["主干桥"]
    assert shown["contents"]["roads"] == [{"name": "主干路", "label": "主干路", "length_m": 965}]
    closing = f"footprints/{area['id']}/close-roads"
    closure = send(officer, closing, closed_structures=[])
    assert (closure["footprint"], closure["closed_structures"]) == (area["id"], [])
    ways = [one["way_id"] for one in shown["contents"]["structures"]]
    send(officer, closing, closed_structures=ways)
    (closed,) = read(officer, "closures")["closures"]
    assert closed["closed_structures"] == ways
    assert len(read(officer, "footprints")["footprints"]) == 1
    send(officer, f"footprints/{area['id']}/end", version=1, why="水已退")
    assert read(officer, "closures")["closures"] == []
    assert read(officer, f"{at}/footprints")["footprints"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"source": "drawn", "label": "区", "geometry": {"type": "Point"}}, "footprint.not_area"),
        ({"source": "buffered", "label": "区", "distance_m": 1}, "footprint.bad_distance"),
        ({"source": "buffered", "label": "区", "of": "moon", "distance_m": 99}, "footprint.bad_of"),
        ({"source": "along_line", "label": "区"}, "downstream.is_no_hazard"),
        ({"source": "imported", "label": "区", "geojson": []}, "footprint.faulty"),
        ({"source": "drawn", "label": "", "geometry": mapping(ACROSS)}, "footprint.bad_label"),
        ({"source": "drawn", "label": "区", "of": "point"}, "web.unknown_fields"),
    ],
)
def test_what_makes_no_footprint(officer: PageClient, body: dict[str, Any], code: str) -> None:
    answer = officer.post(f"/api/incidents/{made(officer)['id']}/footprints", json=body)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, code)
