"""What a hostile or unlucky sender can do, through the whole application."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import waitress
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from gisapp.bootstrap import App, open_app
from gisapp.provision import provision_from_file
from gisapp.rights import Role, system_actor
from gisapp.settings import Settings
from tests.exchange.copies import put
from tests.people import with_token
from tests.postgis_server import BARE, Server, database
from tests.tiny_site import write_tiny_site
from tests.web.conftest import PageClient, SignedIn, begin
from web import create_app
from web.identity import session_cookie

OWN, OTHER = "990001", "990002"
PHONE = "13812341234"


def token(app: App, *rights: str) -> dict[str, str]:
    made = with_token(
        app.store,
        name=f"t{'-'.join(rights)}",
        agency="test",
        rights=rights,
        days=1,
    )
    return {"Authorization": f"Bearer {made}"}


@pytest.fixture
def waited(flask_app: Flask) -> Iterator[str]:
    """The address of the site behind the server that it runs with."""
    server = waitress.create_server(flask_app, host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(server.close)
    thread.join()


@pytest.mark.parametrize("form", ["csv", "geojson", "xlsx"])
def test_a_feed_reaches_its_reader_whole(waited: str, tiny_app: App, form: str) -> None:
    asked = urllib.request.Request(f"{waited}/feeds/team.{form}", headers=token(tiny_app, "export"))
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked) as answer:
        content = answer.read()
    if form == "xlsx":
        assert content.startswith(b"PK")
    else:
        assert "甲队" in content.decode()


@pytest.mark.parametrize("kilobytes", [100, 700, 4000])
def test_a_file_of_any_bytes_is_attached(client: PageClient, kilobytes: int) -> None:
    content = b"%PDF-1.7\n" + os.urandom(kilobytes * 1024)
    file = FileStorage(io.BytesIO(content), "预案.pdf", content_type="application/pdf")
    boundary, body = encode_multipart({"file": file, "caption": "预案"})
    answer = client.post(
        "/api/registers/team/attachments/T1",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    assert answer.status_code == 201, answer.text
    assert client.get(answer.get_json()["url"]).data == content


def test_a_removed_attachment_is_for_those_who_could_remove_it(
    client: PageClient, signed_in: SignedIn
) -> None:
    sent = {"file": (io.BytesIO(b"%PDF-1.7\n"), "a.pdf")}
    made = client.post("/api/registers/team/attachments/T1", data=sent).get_json()
    viewer = signed_in(Role.VIEWER)
    assert viewer.get(made["url"]).status_code == 200
    assert client.delete(f"/api/attachments/{made['id']}").status_code == 200
    assert client.get(made["url"]).status_code == 200
    assert viewer.get(made["url"]).status_code == 403


def test_the_audit_hides_contacts_from_those_who_may_not_see_them(
    client: PageClient, tiny_app: App
) -> None:
    put(tiny_app.store, "team", {"id": "T1", "contact_name": "张三丰", "contact_phone": PHONE})
    assert PHONE in client.get("/audit").text
    shown = tiny_app_client(tiny_app).get("/audit", headers=token(tiny_app, "see_audit"))
    assert shown.status_code == 200
    assert PHONE not in shown.text
    assert "张三丰" not in shown.text


def tiny_app_client(app: App) -> PageClient:
    made = create_app(app)
    made.test_client_class = PageClient
    return made.test_client()  # type: ignore[return-value]


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


ODD = [
    f"/api/registers/team?after={cursor({}, 'T1')}",
    f"/api/registers/team?after={cursor([1], 'T1')}",
    f"/api/registers/team?sort=updated_at&after={cursor('0001-01-01T00:00:00+14:00', 'T1')}",
    f"/api/registers/team?sort=updated_at&after={cursor('2024-01-01T00:00:00', 'T1')}",
    f"/api/registers/team?sort=verified_at&after={cursor(7, 'T1')}",
    "/api/registers/team?q=%00",
    "/api/registers/team?agency=%00",
    "/api/registers/team?q=%ED%A0%80",
    "/api/search?q=a%00b",
    "/registers/team/records/T%00",
    "/audit",
    "/audit?start=0001-01-01",
    "/audit?end=9999-12-31",
    "/audit?who=%00",
    "/audit?before=2147483648",
    "/quality/share/team.xlsx?county=县",
    "/quality/share/team.xlsx?county=🚒",
    "/import/batches/2147483648",
    "/import/batches/9223372036854775808",
    "/import/duplicates/9223372036854775808",
    "/import/batches/1/faults.xlsx",
    "/ogc/collections/team/items?after=4611686018427387904",
    "/ogc/collections/team/items?after=2147483647",
    "/ogc/collections/team/items/%00",
]


@pytest.mark.parametrize("address", ODD)
def test_an_odd_address_is_answered_on_a_file(client: PageClient, address: str) -> None:
    assert client.get(address).status_code < 500


@pytest.fixture
def bare_url(postgis_server: Server) -> Iterator[str]:
    with database(postgis_server, template=BARE) as url:
        yield url


def test_odd_addresses_are_answered_on_a_server(tmp_path: Path, bare_url: str) -> None:
    toml = write_tiny_site(tmp_path / "files")
    provision_from_file(
        tmp_path / "site", toml, actor=system_actor("test"), say=lambda _code, _params: None,
        database_url=bare_url,
    )  # fmt: skip
    app = open_app(Settings(dir=tmp_path / "site", database_url=bare_url))
    client = tiny_app_client(app)
    with client.application.app_context():
        client.set_cookie(session_cookie(), begin(app, Role.ADMINISTRATOR))
    statuses = {address: client.get(address).status_code for address in ODD}
    app.store.close()
    assert {address: status for address, status in statuses.items() if status >= 500} == {}
    assert statuses["/audit"] == 200


def check(client: PageClient, name: str, *rows: dict[str, str], kind: str) -> str:
    """Upload a table, confirm it, and return what the page says."""
    text = io.StringIO()
    table = csv.DictWriter(text, fieldnames=list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    sent = {
        "file": (io.BytesIO(text.getvalue().encode()), name),
        "kind": kind,
        "crs": "EPSG:4326",
    }
    answer = client.post("/import/check", data=sent)
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    return str(client.post(f"{address}/confirm", data={"why": "test"}).headers.get("Location"))


def test_what_a_workbook_cannot_hold_is_a_fault_of_its_row(client: PageClient) -> None:
    depot = {"id": "D9", "county": OWN, "level": "county", "x": "100.01", "y": "30"}
    page = check(client, "d.csv", {**depot, "name": "坏\x0b字"}, kind="depot")
    assert "控制字符" in client.get(page).text
    answer = client.get("/api/registers/depot/export?format=xlsx")
    assert answer.status_code < 500
    assert client.get("/quality/share/depot.xlsx").status_code == 200


def test_a_number_beyond_the_column_is_a_fault_of_its_row(client: PageClient) -> None:
    team = {"id": "T1", "people": "2147483648"}
    assert "2147483647" in client.get(check(client, "t.csv", team, kind="team")).text
    values = {"id": "T9", "name": "队", "people": "2147483648"}
    answer = client.post("/api/registers/team", json={"values": values, "why": "t"})
    assert answer.status_code == 400
    assert "2147483647" in answer.get_data(as_text=True)


def test_control_characters_in_a_reason_are_refused(client: PageClient) -> None:
    body = {"values": {"id": "T9", "name": "队"}, "why": "a\x00b"}
    answer = client.post("/api/registers/team", json=body)
    assert answer.status_code == 400
    assert "控制字符" in answer.get_json()["error"]["message"]
