"""Cells of tables: one way to write them, which no spreadsheet runs and imports take back."""

from __future__ import annotations

import ast
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell import WriteOnlyCell

from gisapp.importing.fault_workbook import write_fault_workbook
from gisapp.importing.outcome import WrongRow
from gisapp.registers.cells import ERRORS, csv_cell, printable, put, unguarded
from gisapp.risks.export import COLUMNS, ledger_workbook

GISAPP = Path(__file__).resolve().parents[2] / "gisapp"
HARD = ["+86 357 1234567", "＝1+1", "=1+1", "'=1", "''x", "-", "@SUM(1)", "#N/A", "#N/A!", "甲\n乙"]


def workbook_of(texts: list[Any], *, write_only: bool) -> list[Any]:
    """The cells of a workbook in which each text was put, as another program reads them."""
    book = openpyxl.Workbook(write_only=write_only)
    sheet: Any = book.create_sheet("x", 0)
    if write_only:
        sheet.append([put(WriteOnlyCell(sheet), text) for text in texts])
    else:
        for column, text in enumerate(texts, start=1):
            put(sheet.cell(1, column), text)
    stream = io.BytesIO()
    book.save(stream)
    return list(openpyxl.load_workbook(stream).worksheets[0][1])


@pytest.mark.parametrize("write_only", [True, False])
@given(texts=st.lists(st.text(max_size=8) | st.sampled_from(HARD), min_size=1, max_size=5))
def test_a_text_of_a_workbook_is_not_run_and_comes_back(
    texts: list[str], *, write_only: bool
) -> None:
    # What XML makes of line ends and what openpyxl escapes is theirs.
    texts = [text for text in texts if text and printable(text) == text]
    texts = [text for text in texts if "\r" not in text and "_x" not in text] or ["甲"]
    read = workbook_of(texts, write_only=write_only)
    assert {cell.data_type for cell in read} == {"s"}
    assert [unguarded(cell.value) for cell in read] == texts
    assert not {cell.value for cell in read} & set(ERRORS)


@pytest.mark.parametrize("write_only", [True, False])
def test_numbers_keep_every_digit_and_what_no_workbook_holds_is_left_out(
    *, write_only: bool
) -> None:
    given = [0.1 + 0.2, 7, "甲\x00\x0b乙\ufffe", float("nan")]
    read = workbook_of(given, write_only=write_only)
    assert [cell.value for cell in read[:3]] == [0.1 + 0.2, 7, "甲乙"]
    assert all(cell.value is None for cell in read[3:])


@pytest.mark.parametrize("text", HARD)
def test_a_text_of_a_csv_comes_back(text: str) -> None:
    assert unguarded(csv_cell(text)) == text
    assert csv_cell(-5) == -5


def test_the_ledger_of_risks_shows_texts_as_they_are() -> None:
    stream = io.BytesIO()
    row = dict.fromkeys(COLUMNS, "") | {"level": 2, "contact": "+86 357 1234567", "name": "＝1+1"}
    ledger_workbook(stream, [row], lang="zh", title="风险")
    cells = list(openpyxl.load_workbook(stream).worksheets[0][2])
    assert {"+86 357 1234567", "＝1+1"} <= {cell.value for cell in cells}
    assert "f" not in {cell.data_type for cell in cells}


def test_wrong_rows_keep_what_looks_like_a_guard_and_what_failed(tmp_path: Path) -> None:
    given = {"a": "'=1", "b": "=1", "c": "#N/A"}
    rows = [WrongRow(row=2, cells=given, key=None, county=None, faults=[])]
    write_fault_workbook(tmp_path / "f.xlsx", rows, headers=list(given), crs=None, lang="zh")
    read = list(openpyxl.load_workbook(tmp_path / "f.xlsx").worksheets[0][2])[3:]
    assert [unguarded(cell.value) for cell in read] == list(given.values())
    assert read[2].value == "#N/A"


def test_no_table_is_written_past_this_module() -> None:
    """Whoever makes a CSV or a workbook puts cells; a template holds words of ours alone."""
    for path in GISAPP.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        name = path.relative_to(GISAPP).as_posix()
        if name == "registers/cells.py":
            continue
        used = {
            node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)
        }
        assert used.isdisjoint({"quotePrefix", "data_type"}), name
        writes = "csv.writer(" in source or "Workbook(" in source.replace("load_workbook(", "")
        if writes and name != "importing/template.py":
            assert "from gisapp.registers.cells import" in source, name
