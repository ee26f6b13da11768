"""The census import over HTTP: check, confirm, correct, merge; and what is refused."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest

from gisapp.bootstrap import App
from gisapp.importing import import_resources
from gisapp.importing.mergers import proposed_pairs
from gisapp.importing.models import ImportBatch, QuarantinedRow
from gisapp.registers import record
from gisapp.rights import system_actor
from tests.importing.files import csv_text, write_csv
from tests.web.conftest import PageClient, SignedIn

DEPOT = {"id": "D1", "name": "县库", "x": "100.01", "y": "30.0", "county": "990001",
         "level": "county"}  # fmt: skip


def send(
    client: PageClient,
    content: bytes,
    name: str = "depots.csv",
    *,
    headers: dict[str, str] | None = None,
    **said: str,
):
    """Post the form; written out here because the test client leaves large files open."""
    parts = [
        f'name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in ({"kind": "depot", "crs": "EPSG:4490"} | said).items()
    ]
    parts.append(f'name="file"; filename="{name}"\r\n\r\n'.encode() + content + b"\r\n")
    start = b"--limit\r\nContent-Disposition: form-data; "
    body = b"".join(start + part for part in parts) + b"--limit--\r\n"
    kind = "multipart/form-data; boundary=limit"
    return client.post("/import/check", data=body, content_type=kind, headers=headers)


def rows(*changes: dict[str, str]) -> bytes:
    made = [DEPOT | {"id": f"D{i}", "name": f"{i}号库"} | one for i, one in enumerate(changes, 1)]
    return csv_text(*made).encode()


def count_of(html: str, what: str) -> int:
    found = re.search(rf'data-count="{what}">(\d+)<', html)
    assert found is not None
    return int(found[1])


def test_check_confirm_correct(client: PageClient, tiny_app: App) -> None:
    answer = send(client, rows({}, {"level": "moon"}, {"x": "30.0", "y": "100.01"}))
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert (count_of(page, "inserted"), count_of(page, "quarantined")) == (1, 2)
    assert "moon" in page
    with tiny_app.store.session() as session:
        assert {one.kind for one in session.query(ImportBatch)} == {"team"}  # the site's own

    done = client.post(f"{answer.location}/confirm")
    late = client.get(f"{answer.location}/progress")  # the page may ask once more
    assert (late.status_code, late.json["stage"]) == (200, "")
    page = client.get(done.location).text
    assert (count_of(page, "inserted"), count_of(page, "quarantined")) == (1, 2)
    assert list((tiny_app.directory / "uploads").iterdir()) == []

    workbook = openpyxl.load_workbook(io.BytesIO(client.get(f"{done.location}/faults.xlsx").data))
    sheet = workbook.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, at["level"]).value = "市级"
    sheet.cell(3, at["x"]).value, sheet.cell(3, at["y"]).value = 100.02, 30.0
    corrected = io.BytesIO()
    workbook.save(corrected)
    again = send(client, corrected.getvalue(), "faults.xlsx", crs="")
    done = client.post(f"{again.location}/confirm")
    assert count_of(client.get(done.location).text, "corrected") == 2
    with tiny_app.store.session() as session:
        assert record(session, "depot", "D2")["level"] == "city"
        assert {row.state for row in session.query(QuarantinedRow)} == {"corrected"}


def test_a_row_is_dismissed_with_a_reason(client: PageClient, tiny_app: App) -> None:
    checked = send(client, rows({"level": "moon"}))
    client.post(f"{checked.location}/confirm")
    assert client.post("/import/quarantine/1/dismiss", data={"why": " "}).status_code == 400
    assert client.post("/import/quarantine/1/dismiss", data={"why": "重复"}).status_code == 303
    assert client.post("/import/quarantine/1/dismiss", data={"why": "重复"}).status_code == 404
    assert 'id="clear"' in client.get("/import/quarantine").text


def test_a_pair_is_merged(client: PageClient, tiny_app: App, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "d.csv", DEPOT | {"agency": ""}, DEPOT | {"id": "D2", "agency": "局"}
    )
    import_resources(tiny_app.store, "depot", path, crs="EPSG:4490", actor=system_actor("t"))
    with tiny_app.store.session() as session:
        (pair,) = proposed_pairs(session)
    address = f"/import/duplicates/{pair.fid}"
    assert "局" in client.get(address).text
    assert client.post(address, data={"keep": "D9"}).status_code == 400
    form = {"keep": "D1", "field.agency": "D2", "why": "同一处"}
    assert client.post(address, data=form).status_code == 303
    assert client.get(address).status_code == 404
    with tiny_app.store.session() as session:
        assert record(session, "depot", "D1")["agency"] == "局"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("d.xlsx", b"id,name\n1,x\n", "内容与扩展名"),
        ("d.gpkg", b"PK\x03\x04", "内容与扩展名"),
        ("d.geojson", b"id,name", "内容与扩展名"),
        ("d.csv", bytes(50), "内容与扩展名"),
        ("d.exe", b"MZ", "格式不认识"),
        ("../../site.gpkg", b"no database", "内容与扩展名"),
        ("d.xlsx", b"PK\x03\x04 no archive", "压缩包"),
        ("d.csv", b"id,name\n", "没有数据行"),
    ],
)
def test_what_is_no_such_file_is_refused(
    client: PageClient, tiny_app: App, name: str, content: bytes, says: str
) -> None:
    before = sorted(path.name for path in tiny_app.directory.iterdir())
    answer = send(client, content, name)
    assert answer.status_code == 400
    assert says in answer.text
    assert "file.csv" not in answer.text
    uploads = tiny_app.directory / "uploads"
    assert not uploads.is_dir() or list(uploads.iterdir()) == []
    after = sorted(path.name for path in tiny_app.directory.iterdir() if path.name != "uploads")
    assert after == before


def test_only_the_upload_takes_much(client: PageClient, tiny_app: App) -> None:
    padding = (b" " * 63 + b"\n") * 16 * 1024
    assert send(client, rows({}) + b"\n" + padding).status_code == 303
    tiny_app.settings.max_upload_mb = 1
    assert send(client, rows({}) + b"\n" + padding * 2).status_code == 413
    tiny_app.settings.max_upload_mb = 50
    answer = client.post("/import/quarantine/1/dismiss", data={"why": "x" * (1024 * 1024)})
    assert answer.status_code == 413


def test_an_upload_is_its_senders_alone(signed_in: SignedIn) -> None:
    address = send(signed_in("planner"), rows({})).location
    other = signed_in("administrator")
    assert other.get(address).status_code == 404
    assert other.post(f"{address}/confirm").status_code == 404
    assert other.get("/import/uploads/..%2f..%2fsite.gpkg").status_code == 404


def test_who_may_not_import(signed_in: SignedIn) -> None:
    for address in ("/import", "/import/quarantine", "/import/duplicates"):
        assert signed_in("viewer").get(address).status_code == 403


def test_a_county_editor_imports_its_own_county_and_sees_its_own(
    signed_in: SignedIn, client: PageClient
) -> None:
    foreign = send(client, rows({"level": "moon"}))
    done = client.post(f"{foreign.location}/confirm")
    editor = signed_in("county_editor", "140431")
    checked = send(editor, rows({"county": "140431"}, {"county": "990001"}))
    page = editor.get(checked.location).text
    assert (count_of(page, "inserted"), count_of(page, "quarantined")) == (1, 1)
    assert editor.get(done.location).status_code == 404
    assert 'id="clear"' in editor.get("/import/quarantine").text


def test_templates_of_all_registers(client: PageClient) -> None:
    for kind in re.findall(
        r'<option value="(\w+)"', client.get("/import").text.split('id="crs"')[0]
    ):
        content = client.get(f"/import/template/{kind}.xlsx").data
        assert openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["A1"].value == "编号*"


def test_markup_in_a_cell_stays_text(client: PageClient) -> None:
    checked = send(client, rows({"level": "<img src=x onerror=alert(1)>"}))
    page = client.get(checked.location).text
    assert "&lt;img" in page
    assert "<img" not in page
