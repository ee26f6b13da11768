"""Ledgers of risks over HTTP: check, store, the wrong rows back, and what is refused."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import func, select

from gisapp.bootstrap import App
from gisapp.rights import Role
from gisapp.risks.models import Inspection
from tests.risks.hazards import add_hazards
from tests.web.conftest import PageClient, SignedIn

CONTENT = (
    "类别,危险源编号,巡查日期,巡查人,结果\n"
    "geohazard,G2,2026-01-01,陈,未发现异常\n"
    "geohazard,G9,2026-01-01,<script>alert(1)</script>,未发现异常\n"
)


@pytest.fixture
def hazards(tiny_app: App) -> App:
    add_hazards(tiny_app.store)
    return tiny_app


def send(client: PageClient, action: str, content: str = CONTENT, name: str = "巡查.csv"):
    """Post the form; written out here because the test client leaves large files open."""
    fields = {"ledger": "inspections", action: ""}
    parts = [f'name="{one}"\r\n\r\n{value}\r\n'.encode() for one, value in fields.items()]
    parts.append(f'name="file"; filename="{name}"\r\n\r\n{content}\r\n'.encode())
    start = b"--limit\r\nContent-Disposition: form-data; "
    body = b"".join(start + part for part in parts) + b"--limit--\r\n"
    kind = "multipart/form-data; boundary=limit"
    return client.post("/risks/import", data=body, content_type=kind)


def held(app: App) -> int:
    with app.store.session() as session:
        return session.scalar(select(func.count()).select_from(Inspection)) or 0


def test_check_store_and_again(client: PageClient, hazards: App) -> None:
    assert "/risks/import" in client.get("/risks").text
    page = client.get("/risks/import").text
    assert "导入台账" in page
    checked = send(client, "check")
    assert checked.status_code == 200
    assert "G9" in checked.text
    assert "<script>alert(1)" not in checked.text
    assert held(hazards) == 0
    assert "新增 1" in send(client, "store").text
    assert held(hazards) == 1
    assert "新增 0，已有 1" in send(client, "store").text
    assert held(hazards) == 1
    assert list((hazards.directory / "uploads").iterdir()) == []


def test_wrong_rows_come_back_marked(client: PageClient, hazards: App) -> None:
    answer = send(client, "faults")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[0]
    assert [cell.value for cell in sheet[2]][3:5] == ["geohazard", "G9"]
    assert sheet.max_row == 2
    template = client.get("/risks/import/template/tickets")
    assert openpyxl.load_workbook(BytesIO(template.data)).worksheets[0].max_row >= 2


def test_what_is_refused(client: PageClient, hazards: App, signed_in: SignedIn) -> None:
    assert send(client, "check", name="a.gpkg").status_code == 400
    assert send(client, "check", content="\x00\x01", name="a.xlsx").status_code == 400
    assert send(client, "check", content="", name="a.csv").status_code == 400
    assert client.get("/risks/import/template/nothing").status_code == 400
    assert signed_in(Role.VIEWER).get("/risks/import").status_code == 403
    assert send(signed_in(Role.VIEWER), "store").status_code == 403


def test_the_page_is_one_of_the_risks(client: PageClient) -> None:
    text = client.get("/risks/import").get_data(as_text=True)
    menu = text.partition("<main")[0]
    assert 'href="/risks" aria-current="page"' in " ".join(menu.split())
    assert "/css/risks.css" in text
