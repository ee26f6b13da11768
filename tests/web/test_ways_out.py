"""Every way out is told in the audit before anything is sent."""

from __future__ import annotations

import base64
import io

import openpyxl
import pytest
from sqlalchemy import select

from gisapp.accounts.exports import Way
from gisapp.bootstrap import App
from gisapp.errors import StoreError
from gisapp.events import Event, EventCount
from gisapp.importing.models import QuarantinedRow
from gisapp.rights import Role
from tests.exchange.copies import put
from tests.importing.files import csv_text
from tests.people import with_token
from tests.web.conftest import PageClient, SignedIn
from tests.web.test_importing import send

PHONE = "13800001234"
Case = tuple[str, str, dict[str, str] | None, Way, str, str]


def exports(app: App) -> list[Event]:
    with app.store.session() as session:
        return list(session.scalars(select(Event).where(Event.what == "export")))


def counts(app: App) -> list[EventCount]:
    with app.store.session() as session:
        return list(session.scalars(select(EventCount)))


ONCE: list[Case] = [
    ("POST", "/registers/team/export?status=ready", {"format": "csv"}, Way.LIST, "team", "csv"),
    ("POST", "/registers/team/export", {"format": "gpkg"}, Way.LIST, "team", "gpkg"),
    ("GET", "/quality/share/team.xlsx?county=990001", None, Way.SHARE, "team", "xlsx"),
    ("GET", "/risks/register.xlsx?county=990001", None, Way.LEDGER, "risks", "xlsx"),
]


@pytest.mark.parametrize("case", ONCE, ids=lambda case: case[1])
def test_a_file_is_an_event(client: PageClient, tiny_app: App, case: Case) -> None:
    method, address, form, *told = case
    with client.open(address, method=method, data=form) as answer:
        assert answer.status_code == 200
        assert answer.data
    (only,) = exports(tiny_app)
    assert only.data is not None
    assert [only.kind, only.subject_id, only.data["format"]] == told
    assert (only.who, only.data["contacts"]) == ("administrator", True)
    assert isinstance(only.data["records"], int)
    if "?" in address:
        assert only.data["filters"]


def test_a_county_copy_is_an_event(client: PageClient, tiny_app: App) -> None:
    assert client.post("/exchange/copies", data={"county": "990001"}).status_code == 200
    (only,) = exports(tiny_app)
    assert only.kind == "exchange_copy"
    assert only.data is not None
    assert only.data["filters"]["county"] == "990001"


def test_whoever_sees_no_contacts_is_told_so(tiny_app: App, client: PageClient) -> None:
    token = with_token(
        tiny_app.store,
        name="p",
        agency="t",
        rights=["export"],
        days=1,
    )
    bearer = {"Authorization": f"Bearer {token}"}
    client.delete_cookie(f"gisapp-session-{tiny_app.settings.port}")
    assert client.get("/feeds/team.csv", headers=bearer).status_code == 200
    (only,) = counts(tiny_app)
    assert (only.who, only.contacts) == ("token:p", False)


READ_AGAIN = [
    ("/feeds/team.csv", Way.FEED, "team.csv", 7),
    ("/feeds/team.xlsx?county=990001", Way.FEED, "team.xlsx", 7),
    ("/feeds/team.geojson", Way.FEED, "team.geojson", 7),
    ("/ogc/collections/team/items?limit=3", Way.OGC, "team.geojson", 3),
    ("/ogc/collections/team/items/T1", Way.OGC, "team.geojson", 1),
    ("/risks/ledger", Way.PRINT, "risks.html", 0),
]


@pytest.mark.parametrize("case", READ_AGAIN, ids=lambda case: case[0])
def test_what_is_read_again_and_again_is_counted(
    client: PageClient, tiny_app: App, case: tuple[str, Way, str, int]
) -> None:
    address, kind, subject, records = case
    for _ in range(5):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.data
    client.head(address)
    found = counts(tiny_app)
    told = {(one.who, one.kind, one.subject) for one in found}
    assert told == {("administrator", kind, subject)}
    assert sum(one.times for one in found) == 5
    assert sum(one.records for one in found) == 5 * records
    assert len(found) <= 2  # two where the hour changed meanwhile
    assert exports(tiny_app) == []
    assert f"<td>{subject}</td>" in client.get("/audit?show=counts").text


def test_recording_changes_no_feed(client: PageClient, tiny_app: App) -> None:
    mark = {"If-None-Match": client.get("/feeds/team.csv").headers["ETag"]}
    for address in ("/feeds/team.geojson", "/ogc/collections/team/items"):
        client.get(address).close()
    client.post("/registers/team/export", data={"format": "csv"}).close()
    client.get("/quality/share/team.xlsx").close()
    assert client.get("/feeds/team.csv", headers=mark).status_code == 304
    before = sum(one.times for one in counts(tiny_app))
    assert client.get("/feeds/team.csv", headers=mark).status_code == 304
    assert sum(one.times for one in counts(tiny_app)) == before
    put(tiny_app.store, "team", {"id": "T1", "people": 5})
    assert client.get("/feeds/team.csv", headers=mark).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/feeds/team.csv", "/feeds/team.xlsx", "/ogc/collections/team/items",
     "/quality/share/team.xlsx", "/risks/register.xlsx"],
)  # fmt: skip
def test_what_cannot_be_recorded_is_not_sent(
    client: PageClient, tiny_app: App, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tiny_app.store, "team", {"id": "T1", "contact_phone": PHONE})
    real = tiny_app.store.session

    def full(*, write: bool = False) -> object:
        if write:
            raise StoreError("store.disk_full", path="x")
        return real()

    monkeypatch.setattr(tiny_app.store, "session", full)
    for lang, words in (("zh", "没有发出任何内容"), ("en", "Nothing was sent")):
        answer = client.get(f"{address}?lang={lang}")
        assert answer.status_code == 503
        assert words in answer.text
        assert PHONE not in answer.text


def test_the_audit_shows_exports(client: PageClient, signed_in: SignedIn) -> None:
    officer = signed_in(Role.DUTY_OFFICER)
    officer.post("/registers/team/export", data={"format": "csv"}).close()
    page = client.get("/audit?what=export&lang=zh").text
    assert "登记册导出" in page
    assert "duty_officer" in page


SECRET = ("王秘密", "13900001234")


@pytest.fixture
def batch(tiny_app: App, client: PageClient) -> str:
    """Address of an import of which a team with contacts waits for correction."""
    team = {"id": "T9", "name": "九队", "x": "100.01", "y": "30.0", "county": "990001",
            "team_type": "fire_rescue", "capabilities": "fire", "people": "x",
            "contact_name": SECRET[0], "contact_phone": SECRET[1]}  # fmt: skip
    answer = send(client, csv_text(team).encode(), "teams.csv", kind="team")
    return str(client.post(f"{answer.location}/confirm").location)


def cells(content: bytes) -> str:
    """Everything that a workbook holds, comments too."""
    found = []
    for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        for row in sheet.iter_rows():
            found += [f"{cell.value} {cell.comment}" for cell in row]
    return "\n".join(found)


def bearer(app: App, *rights: str) -> dict[str, str]:
    token = with_token(
        app.store,
        name="imp",
        agency="A",
        rights=rights,
        days=1,
    )
    return {"Authorization": f"Bearer {token}"}


def test_an_import_only_token_reads_no_contacts(
    client: PageClient, tiny_app: App, batch: str
) -> None:
    whole = cells(client.get(f"{batch}/faults.xlsx").data)
    assert all(one in whole for one in SECRET)
    token = bearer(tiny_app, "import")
    content = client.get(f"{batch}/faults.xlsx", headers=token).data
    assert not any(one in cells(content) for one in SECRET)
    assert "139****1234" in cells(content)
    for page in (batch, "/import/quarantine"):
        assert not any(one in client.get(page, headers=token).text for one in SECRET)
    told = [(one.who, one.data and one.data["contacts"]) for one in exports(tiny_app)]
    assert told == [("administrator", True), ("token:imp", False)]

    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, at["people"]).value = "7"
    sent = io.BytesIO()
    book.save(sent)
    again = send(client, sent.getvalue(), "faults.xlsx", kind="team", crs="")
    client.post(f"{again.location}/confirm")
    with tiny_app.store.session() as session:
        (row,) = session.scalars(select(QuarantinedRow).where(QuarantinedRow.state == "open"))
    assert (row.cells["people"], row.cells["contact_phone"]) == ("7", SECRET[1])
    assert row.cells["contact_name"] == SECRET[0]


def test_a_checked_file_of_an_import_only_token_is_masked(
    client: PageClient, tiny_app: App
) -> None:
    token = bearer(tiny_app, "import")
    team = {"id": "T9", "name": "九队", "x": "100.01", "y": "30.0", "county": "990001",
            "team_type": "fire_rescue", "capabilities": "fire",
            "contact_name": "王秘密", "contact_phone": "1.39E+10",
            "备用手机": SECRET[1]}  # fmt: skip
    client.delete_cookie(f"gisapp-session-{tiny_app.settings.port}")
    answer = send(client, csv_text(team).encode(), "teams.csv", kind="team", headers=token)
    page = client.get(answer.location, headers=token).text
    assert "1.39E+10" not in page
    content = client.get(f"{answer.location}/faults.xlsx", headers=token).data
    assert not any(one in cells(content) for one in (*SECRET, "1.39E+10"))


def test_no_answer_that_may_hold_contacts_is_kept_by_anything_between(
    client: PageClient, batch: str
) -> None:
    png = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    form = {"file": (io.BytesIO(png), "a.png"), "caption": ""}
    made = client.post("/api/registers/team/attachments/T1", data=form).get_json()
    addresses = [
        "/feeds/team.csv", "/feeds/team.xlsx", "/feeds/team.geojson",
        "/ogc/collections/team/items", "/ogc/collections/team/items/T1",
        "/quality/share/team.xlsx", "/risks/register.xlsx", "/risks/ledger",
        f"{batch}/faults.xlsx", made["url"], made["thumbnail"], "/registers/team",
        "/api/registers/team",
    ]  # fmt: skip
    for address in addresses:
        with client.get(address) as answer:
            assert answer.status_code == 200, address
            assert answer.headers["Cache-Control"] == "no-store", address
    for address, sent in (
        ("/registers/team/export", {"format": "csv"}),
        ("/exchange/copies", {"county": "990001"}),
    ):
        with client.post(address, data=sent) as answer:
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "no-store"
    first = client.get("/feeds/team.csv")
    again = client.get("/feeds/team.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.headers["Cache-Control"]) == (304, "no-store")
