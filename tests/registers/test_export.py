"""Exports hold exactly what a list shows, and run nothing."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pyogrio
import pytest

from gisapp.errors import InputError
from gisapp.registers import editing
from gisapp.registers.cells import guarded
from gisapp.registers.export import FORMATS, export_list
from gisapp.registers.listing import Question
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Right, Role
from gisapp.store import Store
from tests.registers.test_editing import ADMIN, TEAM, an_actor

EVIL = '=HYPERLINK("http://evil.example","click")'


@pytest.fixture
def filled(store: Store) -> Store:
    with store.session(write=True) as session:
        for number in range(7):
            values = {
                **TEAM, "id": f"T{number}", "name": EVIL if number == 0 else f"队{number}",
                "tier": "main" if number % 2 else "auxiliary",
            }  # fmt: skip
            editing.create(session, ADMIN, "team", values, why="t")
    return store


def exported(
    store: Store, path: Path, form: str, question: Question | None = None, actor: Actor = ADMIN
) -> int:
    with store.session() as session:
        return export_list(
            session, "team", question or Question(), path, format_name=form, actor=actor, lang="zh"
        )


def ids(path: Path, form: str) -> list[str]:
    if form == "csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return [row["编号"] for row in csv.DictReader(stream)]
    if form == "xlsx":
        sheet = openpyxl.load_workbook(path).active
        assert sheet is not None
        head, *rows = sheet.iter_rows(values_only=True)
        return [str(row[head.index("编号")]) for row in rows]
    if form == "geojson":
        return [one["id"] for one in json.loads(path.read_text(encoding="utf-8"))["features"]]
    return pyogrio.read_dataframe(path)["id"].tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("form", list(FORMATS))
def test_a_file_holds_the_rows_of_the_list_in_its_order(
    filled: Store, tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"export.{form}"
    assert exported(filled, path, form, Question(filters={"tier": ["main"]}, sort="-id")) == 3
    assert ids(path, form) == ["T5", "T3", "T1"]


@pytest.mark.parametrize("form", list(FORMATS))
def test_an_empty_list_is_a_file_without_rows(filled: Store, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"export.{form}"
    assert exported(filled, path, form, Question(text="nothing like it")) == 0
    assert ids(path, form) == []


def test_no_text_becomes_a_formula(filled: Store, tmp_path: Path) -> None:
    exported(filled, tmp_path / "a.csv", "csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as stream:
        first = next(csv.DictReader(stream))
    assert first["名称"] == f"'{EVIL}"
    exported(filled, tmp_path / "a.xlsx", "xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert EVIL in {cell.value for cell in cells}
    assert "f" not in {cell.data_type for cell in cells}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_what_begins_like_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert guarded(f"a{text}") == f"a{text}"


@pytest.mark.parametrize("form", list(FORMATS))
def test_contacts_are_hidden_in_files_too(filled: Store, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"export.{form}"
    blind = Actor(
        login="b", name="b", role=None, county=None, agency=None,
        rights=frozenset({Right.VIEW, Right.EXPORT}),
    )  # fmt: skip
    exported(filled, path, form, actor=blind)
    content = path.read_bytes()
    assert b"13812341234" not in content
    if form in {"csv", "geojson", "gpkg"}:
        assert b"138****1234" in content


def test_who_may_not_export_gets_nothing(filled: Store, tmp_path: Path) -> None:
    with pytest.raises(ForbiddenError):
        exported(filled, tmp_path / "export", "csv", actor=an_actor(Role.VIEWER))
    assert Right.EXPORT not in ROLE_RIGHTS[Role.VIEWER]
    assert not (tmp_path / "export").exists()


def test_a_format_that_cannot_be(filled: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        exported(filled, tmp_path / "export", "exe")
