"""The addresses behind the register pages."""

from __future__ import annotations

from typing import Any

import pytest

from gisapp.registers import KINDS
from gisapp.rights import Role
from tests.web.conftest import PageClient, SignedIn

TEAMS = "/api/registers/team"


def ids(client: PageClient, **query: str) -> list[str]:
    answer = client.get(TEAMS, query_string=query)
    assert answer.status_code == 200
    return [row["id"] for row in answer.get_json()["rows"]]


def act(client: PageClient, action: str, *records: tuple[str, int], **more: Any) -> Any:
    listed = [{"id": one, "version": version} for one, version in records]
    return client.post(f"{TEAMS}/actions", json={"action": action, "records": listed, **more})


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_every_register_has_its_pages(client: PageClient, kind: str, lang: str) -> None:
    asked = {"lang": lang}
    assert client.get("/registers", query_string=asked).status_code == 200
    assert client.get(f"/registers/{kind}", query_string=asked).status_code == 200
    assert client.get(f"/registers/{kind}/new", query_string=asked).status_code == 200
    rows = client.get(f"/api/registers/{kind}", query_string=asked).get_json()["rows"]
    for row in rows[:1]:
        page = client.get(f"/registers/{kind}/records/{row['id']}", query_string=asked)
        assert page.status_code == 200


def test_a_list_is_searched_filtered_sorted_and_paged(client: PageClient) -> None:
    everyone = ids(client)
    assert everyone == sorted(everyone)
    assert ids(client, sort="-id") == everyone[::-1]
    fire = ids(client, capabilities="fire")
    assert set(fire) < set(everyone)
    first = client.get(TEAMS, query_string={"limit": 2, "sort": "name"}).get_json()
    assert (first["total"], first["exact"]) == (len(everyone), True)
    second = client.get(TEAMS, query_string={"limit": 500, "sort": "name", "after": first["next"]})
    assert second.get_json()["next"] is None
    both = [row["id"] for row in first["rows"] + second.get_json()["rows"]]
    assert sorted(both) == everyone
    assert len(both) == len(set(both))


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "people"}, {"after": "nonsense"}, {"team_type": "army"}, {"freshness": "old"},
        {"retired": "maybe"}, {"limit": "0"}, {"bbox": "1,2"}, {"after": "WzEsMl0"},
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_is_refused_in_words(
    client: PageClient, query: dict[str, str]
) -> None:
    answer = client.get(TEAMS, query_string=query)
    assert answer.status_code == 400
    assert answer.get_json()["error"]["message"]


def test_an_edit_a_conflict_and_an_undo(client: PageClient) -> None:
    changed = act(client, "change", ("T1", 1), values={"people": "77"}, why="清点")
    assert changed.get_json() == {"changed": 1, "warnings": []}
    late = act(client, "change", ("T1", 1), values={"people": "5", "name": "新名"}, why="清点")
    assert late.status_code == 409
    conflict = late.get_json()["error"]["conflict"]
    assert conflict["version"] == 2
    fields = {one["name"]: one for one in conflict["fields"]}
    assert (fields["people"]["theirs"], fields["people"]["mine"]) == ("77", "5")
    assert fields["people"]["changed"] is True
    assert fields["name"]["changed"] is False
    assert act(client, "undo", ("T1", 2)).status_code == 200
    entries = client.get(f"{TEAMS}/history/T1", query_string={"lang": "en"}).get_json()["entries"]
    assert [one["what"] for one in entries] == ["Undone", "Changed", "Created"]
    assert entries[0]["changes"] == [{"label": "People", "before": "77", "after": "10"}]


def test_faults_are_told_by_field_in_the_readers_language(client: PageClient) -> None:
    for lang, word in (("zh", "数字"), ("en", "number")):
        answer = client.post(
            f"{TEAMS}/actions",
            query_string={"lang": lang},
            json={
                "action": "change",
                "records": [{"id": "T1", "version": 1}],
                "values": {"people": "x", "turnout_s": "-1", "capabilities": []},
                "why": "t",
            },
        )
        assert answer.status_code == 400
        faults = {one["field"]: one["message"] for one in answer.get_json()["error"]["faults"]}
        assert set(faults) == {"people", "turnout_s", "capabilities"}
        assert word in faults["people"]


def test_what_is_doubtful_is_stored_and_told(client: PageClient) -> None:
    """To whoever saves it, and on the record's page ever after."""
    values = {"contact_phone": "0357", "y": "30.5"}
    answer = act(client, "change", ("T1", 1), values=values, why="t")
    assert answer.status_code == 200
    told = {one["field"]: one["message"] for one in answer.get_json()["warnings"]}
    assert told.keys() == {"county", "contact_phone"}
    assert "990001" in told["county"]
    page = client.get("/registers/team/records/T1").get_data(as_text=True)
    assert all(f'data-doubt="{field}">{told[field]}' in page for field in told)
    mended = {"contact_phone": "0357-2000001", "y": "30.0"}
    answer = act(client, "change", ("T1", 2), values=mended, why="t")
    assert answer.get_json() == {"changed": 1, "warnings": []}
    assert "data-doubt" not in client.get("/registers/team/records/T1").get_data(as_text=True)


def test_a_county_that_there_is_not_is_a_fault_of_its_field(client: PageClient) -> None:
    answer = act(client, "change", ("T1", 1), values={"county": "990077"}, why="t")
    assert answer.status_code == 400
    (fault,) = answer.get_json()["error"]["faults"]
    assert fault["field"] == "county"
    assert "990001" in fault["message"]


def test_grades_are_computed_as_they_are_typed(client: PageClient) -> None:
    def grade(**values: str) -> Any:
        answer = client.post(
            "/api/registers/hazard_source/grades", query_string={"lang": "zh"},
            json={"values": values},
        )  # fmt: skip
        return answer.get_json()["level"]

    assert grade(r_value="50") == {"grade": 2, "label": "二级"}
    assert grade(r_value="much") == {"grade": None, "label": ""}
    assert grade() == {"grade": None, "label": ""}


def test_rights_are_asked_for_the_record_and_not_for_the_page(signed_in: SignedIn) -> None:
    viewer, duty = signed_in(Role.VIEWER), signed_in(Role.DUTY_OFFICER)
    other, own = (signed_in(Role.COUNTY_EDITOR, code) for code in ("990002", "990001"))
    change = {"values": {"people": "8"}, "why": "t"}
    assert act(viewer, "verify", ("T1", 1)).status_code == 403
    assert act(viewer, "change", ("T1", 1), **change).status_code == 403
    assert viewer.get("/registers/team/new").status_code == 403
    assert act(duty, "retire", ("T1", 1), why="t").status_code == 403
    assert act(duty, "verify", ("T1", 1)).status_code == 200
    assert act(other, "change", ("T1", 2), **change).status_code == 403
    assert act(own, "change", ("T1", 2), **change).status_code == 200


def test_contacts_are_hidden_from_those_who_need_not_see_them(
    client: PageClient, signed_in: SignedIn
) -> None:
    values = {"contact_phone": "13812341234", "contact_name": "张三丰"}
    act(client, "change", ("T1", 1), values=values, why="t")
    viewer = signed_in(Role.VIEWER)
    for address in ("/registers/team/records/T1", f"{TEAMS}/history/T1", TEAMS):
        text = viewer.get(address).get_data(as_text=True)
        assert "13812341234" not in text
        assert "张三丰" not in text
    assert "13812341234" in client.get("/registers/team/records/T1").get_data(as_text=True)


def test_markup_in_a_name_stays_text(client: PageClient) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    act(client, "change", ("T1", 1), values={"name": evil}, why="t")
    page = client.get("/registers/team/records/T1").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize(("lang", "sentence"), [
    ("zh", "参数 action 不能是“explode”；可选：verify, retire, restore, undo, change。"),
    ("en", "The parameter action cannot be “explode”; choose one of: verify, retire, restore,"
           " undo, change."),
])  # fmt: skip
def test_an_unknown_action_is_told_with_those_there_are(
    client: PageClient, lang: str, sentence: str
) -> None:
    asked = {"action": "explode", "records": [{"id": "T1", "version": 1}], "why": "试"}
    answer = client.post(f"{TEAMS}/actions", query_string={"lang": lang}, json=asked)
    assert answer.status_code == 400
    assert answer.get_json()["error"] == {"code": "web.unknown_choice", "message": sentence}


def test_an_undo_of_several_says_that_it_is_of_one(client: PageClient) -> None:
    answer = act(client, "undo", ("T1", 1), ("T2", 1), why="试")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "registers.undo_one"


def test_a_state_is_set_by_those_who_dispatch_and_by_no_form(signed_in: SignedIn) -> None:
    officer, viewer = signed_in(Role.DUTY_OFFICER), signed_in(Role.VIEWER)
    asked = {"field": "status", "value": "busy", "seen": "ready", "why": "出警"}
    address = "/api/registers/team/state/T1"
    assert viewer.post(address, json=asked).status_code == 403
    assert officer.post(address, json=asked | {"why": ""}).status_code == 400
    assert officer.post(address, json=asked).get_json() == {"changed": True}
    late = officer.post(address, json=asked | {"value": "out_of_service"})
    assert (late.status_code, late.get_json()["error"]["code"]) == (409, "registers.other_state")
    page = officer.get("/registers/team/records/T1?lang=zh").text
    assert 'data-seen="busy"' in page
    assert "data-seen" not in viewer.get("/registers/team/records/T1").text
    planner = signed_in(Role.PLANNER)
    form = act(planner, "change", ("T1", 1), values={"status": "ready"}, why="x")
    assert [one["field"] for one in form.get_json()["error"]["faults"]] == ["status"]
    assert 'name="status"' not in planner.get("/registers/team/records/T1").text
    assert 'name="status"' in planner.get("/registers/team/new").text


def test_an_enterprise_and_what_it_runs_lead_to_each_other(client: PageClient) -> None:
    works = {
        "id": "N1", "name": "恒山<矿业>", "x": "100.03", "y": "30.0", "sector": "mine",
        "credit_code": "Y1141002XXXXX0001L",
    }  # fmt: skip
    made = client.post("/api/registers/enterprise", json={"values": works, "why": "普查"})
    assert made.status_code == 201, made.get_json()
    mine = {"id": "M1", "name": "一号井", "x": "100.03", "y": "30.0", "mine_type": "coal",
            "status": "operating", "enterprise_id": "N1"}  # fmt: skip
    made = client.post("/api/registers/mine", json={"values": mine, "why": "普查"})
    assert made.status_code == 201, made.get_json()
    page = client.get("/registers/mine/records/M1").get_data(as_text=True)
    assert '<a href="/registers/enterprise/records/N1">恒山&lt;矿业&gt;</a>' in page
    page = client.get("/registers/enterprise/records/N1").get_data(as_text=True)
    assert '<a href="/registers/mine/records/M1">一号井</a>' in page
    lower = works | {"id": "N2", "credit_code": "Y1141002XXXXXOIL01"}
    refused = client.post("/api/registers/enterprise", json={"values": lower, "why": "普查"})
    assert refused.status_code == 400
    stray = mine | {"id": "M2", "enterprise_id": "N9"}
    refused = client.post("/api/registers/mine", json={"values": stray, "why": "普查"})
    assert refused.status_code == 400
