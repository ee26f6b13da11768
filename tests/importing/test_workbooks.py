"""Templates that are filled in, workbooks of faults that are corrected, and what is refused."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from gisapp.importing import ImportingError, ImportOutcome, import_resources
from gisapp.importing.archives import unpack_flat
from gisapp.importing.fault_workbook import write_fault_workbook
from gisapp.importing.models import QuarantinedRow
from gisapp.importing.quarantine import as_wrong_row, waiting_rows
from gisapp.importing.sheets import NOTES_SHEET
from gisapp.importing.tables import read_table
from gisapp.importing.template import header_text, write_template
from gisapp.registers import KINDS, RESOURCE_KINDS, record
from gisapp.registers.archives import MOST_RATIO
from gisapp.rights import system_actor
from gisapp.store import FileStore
from tests.importing.files import teams, write_csv
from tests.zips import jam


def load(store: FileStore, path: Path, kind: str = "team", **options) -> ImportOutcome:
    return import_resources(store, kind, path, actor=system_actor("li"), **options)


def fill(path: Path, kind: str, crs: str, *rows: dict[str, object]) -> None:
    """Fill a template below its example, by field name."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    columns = {field.name: index for index, field in enumerate(KINDS[kind].given(), start=1)}
    for number, row in enumerate(rows, start=3):
        for name, value in row.items():
            sheet.cell(number, columns[name], value)
    workbook[NOTES_SHEET]["B4"] = crs
    workbook.save(path)


class TestTemplate:
    def test_filled_in_and_imported(self, file_store: FileStore, tmp_path: Path) -> None:
        path = tmp_path / "team.xlsx"
        write_template(KINDS["team"], path)
        fill(
            path, "team", "EPSG:4490 CGCS2000 经纬度（国家 2000）",
            {"id": "T1", "name": "甲队", "x": 111.5, "y": 36.1, "team_type": "矿山救护",
             "capabilities": "矿山救护；矿山排水", "people": 12, "county": 141002,
             "verified_at": date(2024, 5, 31), "synthetic": "是"},
        )  # fmt: skip
        outcome = load(file_store, path)
        assert (outcome.faults, outcome.read, outcome.inserted) == ([], 1, 1)
        assert outcome.crs == "EPSG:4490"
        with file_store.session() as session:
            found = record(session, "team", "T1")
        assert found["capabilities"] == ["mine_drainage", "mine_rescue"]
        assert (found["people"], found["county"], found["synthetic"]) == (12, "141002", True)
        assert found["verified_at"] == date(2024, 5, 31)

    @pytest.mark.parametrize("kind", list(RESOURCE_KINDS))
    def test_every_register_has_one_whose_example_is_passed_over(
        self, file_store: FileStore, tmp_path: Path, kind: str
    ) -> None:
        path = tmp_path / "t.xlsx"
        write_template(KINDS[kind], path)
        outcome = load(file_store, path, kind, crs="EPSG:4490", dry_run=True)
        assert (outcome.read, outcome.faults, outcome.ignored) == (0, [], [])

    def test_required_headers_and_lists(self, tmp_path: Path) -> None:
        path = tmp_path / "t.xlsx"
        write_template(KINDS["mine"], path)
        workbook = openpyxl.load_workbook(path)
        sheet = workbook.worksheets[0]
        headers = [cell.value for cell in sheet[1]]
        assert headers[:2] == ["编号*", "名称*"]
        assert header_text(KINDS["mine"].field("depth_m")) in headers
        lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
        named = {rule.formula1.lstrip("=") for rule in lists}
        assert "choices_mine_type" in named
        area = workbook.defined_names["choices_mine_type"].attr_text
        sheet_name, cells = area.replace("'", "").split("!")
        values = {row[0].value for row in workbook[sheet_name][cells.replace("$", "")]}
        assert values == {label.zh for label in KINDS["mine"].field("mine_type").choices.values()}


class TestFaultWorkbook:
    def write(self, store: FileStore, path: Path, outcome: ImportOutcome) -> None:
        with store.session() as session:
            rows = [as_wrong_row(row) for row in waiting_rows(session, batch=outcome.batch)]
        write_fault_workbook(path, rows, headers=outcome.headers, crs=outcome.crs, lang="zh")

    def test_marked_corrected_and_imported_as_it_is(
        self, file_store: FileStore, tmp_path: Path
    ) -> None:
        rows = teams(
            {}, {"people": "许多", "name": "=cmd()"}, {"id": "", "x": "36.1", "y": "111.5"}
        )
        outcome = load(file_store, write_csv(tmp_path / "t.csv", *rows), crs="EPSG:4326")
        assert (outcome.inserted, outcome.quarantined) == (1, 2)
        path = tmp_path / "faults.xlsx"
        self.write(file_store, path, outcome)

        workbook = openpyxl.load_workbook(path)
        sheet = workbook.worksheets[0]
        at = {cell.value: cell.column for cell in sheet[1]}
        wrong = sheet.cell(2, at["people"])
        assert wrong.fill.fgColor.rgb == "FFFFC7CE"
        assert "许多" in wrong.comment.text
        assert "许多" in sheet.cell(2, 1).value
        assert sheet.cell(2, at["name"]).data_type == "s"
        assert sheet.cell(2, at["name"]).value == "=cmd()"

        wrong.value = 7
        sheet.cell(3, at["id"]).value = "T9"
        sheet.cell(3, at["x"]).value, sheet.cell(3, at["y"]).value = 111.5, 36.1
        workbook.save(path)
        again = load(file_store, path)
        assert (again.faults, again.inserted, again.corrected) == ([], 2, 2)
        with file_store.session() as session:
            assert waiting_rows(session) == []
            assert record(session, "team", "T2")["name"] == "=cmd()"
            states = session.scalars(select(QuarantinedRow.state)).all()
        assert states == ["corrected", "corrected"]

    def test_rows_without_a_declared_system_wait(
        self, file_store: FileStore, tmp_path: Path
    ) -> None:
        path = write_csv(tmp_path / "t.csv", *teams({}, {}))
        outcome = load(file_store, path, crs="unknown")
        assert (outcome.inserted, outcome.quarantined) == (0, 2)
        assert {fault.code for fault in outcome.faults} == {"import.undeclared_crs"}
        again = load(file_store, path, crs="EPSG:4326")
        assert (again.inserted, again.corrected) == (2, 2)

    def test_the_same_file_again_keeps_no_row_twice(
        self, file_store: FileStore, tmp_path: Path
    ) -> None:
        rows = teams({"people": "x"}, {"id": ""}, {"id": ""}, {"id": "T9"}, {"id": "T9"})
        path = write_csv(tmp_path / "t.csv", *rows)
        load(file_store, path, crs="EPSG:4326")
        load(file_store, path, crs="EPSG:4326")
        with file_store.session() as session:
            waiting = waiting_rows(session)
        assert [row.row for row in waiting] == [2, 3, 4, 6]
        assert {row.batch_fid for row in waiting} == {2}


class TestSheets:
    def write(self, path: Path, *rows: list[object], title: str = "表") -> Path:
        workbook = openpyxl.Workbook()
        workbook.active.title = title
        for row in rows:
            workbook.active.append(row)
        workbook.save(path)
        return path

    def test_formula_without_a_value_is_a_fault(
        self, file_store: FileStore, tmp_path: Path
    ) -> None:
        rows = teams({"people": "=6*7"})
        path = self.write(tmp_path / "t.xlsx", list(rows[0]), list(rows[0].values()))
        outcome = load(file_store, path, crs="EPSG:4326")
        codes = [(fault.row, fault.column, fault.code) for fault in outcome.faults]
        assert codes == [(2, "people", "import.formula_without_value")]

    def test_hidden_rows_are_read(self, file_store: FileStore, tmp_path: Path) -> None:
        rows = teams({}, {})
        path = self.write(tmp_path / "t.xlsx", list(rows[0]), *[list(row.values()) for row in rows])
        workbook = openpyxl.load_workbook(path)
        workbook.active.row_dimensions[3].hidden = True
        workbook.save(path)
        assert load(file_store, path, crs="EPSG:4326").inserted == 2

    def test_one_of_several_sheets_must_be_named(self, tmp_path: Path) -> None:
        path = self.write(tmp_path / "t.xlsx", ["id"], ["1"], title="一")
        workbook = openpyxl.load_workbook(path)
        workbook.create_sheet("二").append(["id"])
        workbook.save(path)
        with pytest.raises(ImportingError) as caught:
            read_table(path)
        assert caught.value.code == "import.which_layer"
        assert "二" in str(caught.value)
        assert read_table(path, layer="一").headers == ["id"]

    def test_error_values_are_faults(self, tmp_path: Path) -> None:
        path = self.write(tmp_path / "t.xlsx", ["id", "name"], ["1", "#N/A"])
        assert [fault.code for fault in read_table(path).faults] == ["import.cell_error"]

    def test_a_bomb_is_refused_before_it_is_opened(self, tmp_path: Path) -> None:
        path = tmp_path / "t.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", bytes(10_000 * MOST_RATIO))
        with pytest.raises(ImportingError) as caught:
            read_table(path)
        assert caught.value.code == "import.archive_too_large"

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04rubbish", b"id,name\n1,x"])
    def test_what_is_no_workbook(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "t.xlsx").write_bytes(content)
        with pytest.raises(ImportingError) as caught:
            read_table(tmp_path / "t.xlsx")
        assert caught.value.code == "import.bad_archive"

    def test_a_member_that_does_not_inflate_is_said_to_be_damaged(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "t.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("t.shp", b"0123456789" * 100)
        jam(tmp_path / "t.zip", "t.shp")
        with pytest.raises(ImportingError) as caught:
            unpack_flat(tmp_path / "t.zip", tmp_path, {".shp"})
        assert caught.value.code == "import.bad_archive"
        path = self.write(tmp_path / "t.xlsx", ["id", "name"], ["1", "甲"])
        jam(path, "xl/worksheets/sheet1.xml")
        with pytest.raises(ImportingError) as caught:
            read_table(path)
        assert caught.value.code == "import.unreadable"

    def test_a_zip_that_is_no_workbook(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as archive:
            archive.writestr("a.txt", "x")
        with pytest.raises(ImportingError) as caught:
            read_table(tmp_path / "t.xlsx")
        assert caught.value.code == "import.unreadable"
