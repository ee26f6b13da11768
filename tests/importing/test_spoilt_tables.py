"""Workbooks and tables as people and their programs leave them: nothing is lost or guessed."""

from __future__ import annotations

import re
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from gisapp.importing import ImportOutcome, import_resources
from gisapp.importing.tables import read_table
from gisapp.registers import record
from gisapp.rights import system_actor
from gisapp.store import FileStore

HEADERS = ["编号", "名称", "经度", "纬度", "行政区划代码", "容纳人数", "联系电话"]
STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": (
        "http://purl.oclc.org/ooxml/spreadsheetml/main"
    ),
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


def load(store: FileStore, path: Path, kind: str = "shelter", **options) -> ImportOutcome:
    return import_resources(store, kind, path, actor=system_actor("li"), crs="EPSG:4326", **options)


def codes(outcome: ImportOutcome) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in outcome.faults]


def shelters(number: int) -> list[list[object]]:
    return [
        [f"S{i}", f"避难所{i}", 111.5 + i / 100, 36.1, "141002", 100 + i, f"0357-200000{i}"]
        for i in range(1, number + 1)
    ]


def write(path: Path, *rows: list[object]) -> Path:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


def patch(path: Path, *changes: tuple[str, str], within: str = "sheet1.xml") -> Path:
    """Rewrite parts of a workbook, as another program would have written them."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            text = part
            if name.endswith(within):
                for pattern, new in changes:
                    assert re.search(pattern, text) or within != "sheet1.xml"
                    text = re.sub(pattern, new, text)
            archive.writestr(name, text)
    return path


class TestExtent:
    @pytest.mark.parametrize(
        "said", ['ref="A1"', 'ref="A1:G3"', 'ref="A1:XFD1048576"', 'ref="B9:C9"', 'ref="?"', ""]
    )
    def test_what_a_sheet_says_of_its_extent_counts_for_nothing(
        self, file_store: FileStore, tmp_path: Path, said: str
    ) -> None:
        path = write(tmp_path / "t.xlsx", HEADERS, *shelters(5))
        patch(path, ("<dimension [^>]*>", f"<dimension {said}/>"))
        outcome = load(file_store, path)
        assert (outcome.read, outcome.inserted, outcome.faults) == (5, 5, [])

    def test_strict_namespaces(self, file_store: FileStore, tmp_path: Path) -> None:
        path = write(tmp_path / "t.xlsx", HEADERS, *shelters(2))
        patch(path, *((re.escape(old), new) for old, new in STRICT.items()), within="")
        assert load(file_store, path).inserted == 2

    @pytest.mark.parametrize("cell", ["A1048576", "XFD1048576"])
    def test_a_cell_far_away_costs_no_time(
        self, file_store: FileStore, tmp_path: Path, cell: str
    ) -> None:
        path = write(tmp_path / "t.xlsx", HEADERS, *shelters(1))
        workbook = openpyxl.load_workbook(path)
        workbook.active[cell] = "x"
        workbook.save(path)
        began = time.process_time()
        outcome = load(file_store, path)
        assert time.process_time() - began < 2
        assert outcome.inserted == 1
        assert {fault.row for fault in outcome.faults} == {1048576}

    def test_data_under_no_header_is_a_fault_that_names_its_cell(
        self, file_store: FileStore, tmp_path: Path
    ) -> None:
        rows = [[*row[:6], "", row[6]] for row in shelters(3)]
        rows[1][6] = "谁"
        path = write(tmp_path / "t.xlsx", [*HEADERS[:6], "", HEADERS[6]], *rows, [])
        outcome = load(file_store, path)
        assert [(fault.row, fault.code) for fault in outcome.faults] == [(3, "import.blank_header")]
        assert "G3" in outcome.faults[0].sentence("zh")
        assert outcome.inserted == 2


class TestMerged:
    def merged(self, path: Path, *areas: str, rows: int = 4) -> Path:
        write(path, HEADERS, *shelters(rows))
        workbook = openpyxl.load_workbook(path)
        for area in areas:
            workbook.active.merge_cells(area)
        workbook.save(path)
        return path

    def test_texts_fill_every_row_and_erase_nothing(
        self, file_store: FileStore, tmp_path: Path
    ) -> None:
        path = self.merged(tmp_path / "t.xlsx", "E2:E5", "G3:G4")
        outcome = load(file_store, path)
        assert (outcome.inserted, outcome.faults) == (4, [])
        with file_store.session() as session:
            found = [record(session, "shelter", f"S{i}") for i in range(1, 5)]
        assert [one["county"] for one in found] == ["141002"] * 4
        assert found[2]["contact_phone"] == found[1]["contact_phone"] == "0357-2000002"

    @pytest.mark.parametrize(
        ("area", "faults"),
        [
            ("A2:A3", [(3, "编号", "import.repeated_id")]),
            ("F2:F4", [(3, "容纳人数", "import.merged_quantity"),
                       (4, "容纳人数", "import.merged_quantity")]),
            ("B3:C3", [(3, "名称", "import.merged_columns"), (3, "经度", "import.required")]),
        ],
    )  # fmt: skip
    def test_what_cannot_be_of_each_row_is_a_fault(
        self, file_store: FileStore, tmp_path: Path, area: str, faults: list[tuple[int, str, str]]
    ) -> None:
        outcome = load(file_store, self.merged(tmp_path / "t.xlsx", area))
        assert sorted(codes(outcome)) == sorted(faults)

    def test_headers_of_two_rows(self, file_store: FileStore, tmp_path: Path) -> None:
        upper = ["编号", "名称", "坐标", "", "行政区划代码", "容纳人数", "联系电话"]
        lower = ["", "", "经度", "纬度", "", "", ""]
        path = write(tmp_path / "t.xlsx", upper, lower, *shelters(2))
        workbook = openpyxl.load_workbook(path)
        for area in ("A1:A2", "B1:B2", "C1:D1", "E1:E2", "F1:F2", "G1:G2"):
            workbook.active.merge_cells(area)
        workbook.save(path)
        outcome = load(file_store, path)
        assert (outcome.inserted, outcome.faults) == (2, [])


class TestHeaders:
    def test_titles_breaks_and_padding(self, file_store: FileStore, tmp_path: Path) -> None:
        padded = [
            "编 号",
            "名　称",
            "经度\n(°)",
            "纬度",
            "行政区划\n代码",
            "容纳\n人数",
            "联系 电话",
        ]
        path = write(
            tmp_path / "t.xlsx", ["统计表"], ["填报：某局", "", "5月"], padded, *shelters(2)
        )
        outcome = load(file_store, path)
        assert (outcome.inserted, outcome.faults, outcome.ignored) == (2, [], [])
        assert [one.code for one in outcome.warnings] == ["import.titles"]

    @pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
    def test_a_list_to_choose_from_is_no_table(
        self, file_store: FileStore, tmp_path: Path, state: str
    ) -> None:
        path = write(tmp_path / "t.xlsx", HEADERS, *shelters(2))
        workbook = openpyxl.load_workbook(path)
        lists = workbook.create_sheet("字典")
        lists.append(["尧都区", "141002"])
        lists.sheet_state = state
        workbook.save(path)
        assert load(file_store, path).inserted == 2

    @pytest.mark.parametrize("mark", ["sep=,", '"sep=;"', "SEP=\t"])
    def test_a_line_that_names_the_separator(self, tmp_path: Path, mark: str) -> None:
        cut = mark.strip('"')[-1]
        path = tmp_path / "t.csv"
        path.write_text(f"{mark}\n编号{cut}名称\nS1{cut}甲\n", encoding="utf-8-sig")
        table = read_table(path)
        assert (table.headers, table.rows) == (["编号", "名称"], [(3, ["S1", "甲"])])


def test_formulas_that_give_an_empty_text_are_empty(file_store: FileStore, tmp_path: Path) -> None:
    path = write(tmp_path / "t.xlsx", HEADERS, *shelters(1), ["", '=IF(A3="","",A3)'])
    patch(path, (r'(<c r="B3")([^>]*)>(<f>.*?</f>)<v ?/>', r'\1 t="str">\3<v></v>'))
    outcome = load(file_store, path)
    assert (outcome.read, outcome.inserted, outcome.faults) == (1, 1, [])


class TestIdsAndPhones:
    @pytest.mark.parametrize(
        ("value", "code"),
        [
            ("1.41002E+17", "import.ruined_number"),
            (141002000000000017, "import.ruined_number"),
            ("141002000000000000", "import.ruined_number"),
            ("141002.0", "import.ruined_number"),
            ("S1\u200b", "import.hidden_character"),
            ("\ufeffS1", "import.hidden_character"),
            ("S\u00a01", "import.hidden_character"),
            ("Ｓ1", "import.hidden_character"),
        ],
    )
    def test_an_id_that_a_program_has_changed(
        self, file_store: FileStore, tmp_path: Path, value: object, code: str
    ) -> None:
        row = shelters(1)[0]
        outcome = load(file_store, write(tmp_path / "t.xlsx", HEADERS, [value, *row[1:]]))
        assert codes(outcome) == [(2, "编号", code)]

    @pytest.mark.parametrize(("column", "header"), [("A", "编号"), ("G", "联系电话")])
    @pytest.mark.parametrize("look", [("0000", "0007"), ('"临"0', '"临"0')])
    def test_a_number_that_only_looks_like_it(
        self, file_store: FileStore, tmp_path: Path, column: str, header: str, look: tuple[str, str]
    ) -> None:
        form, shown = look
        path = write(tmp_path / "t.xlsx", HEADERS, *shelters(1))
        workbook = openpyxl.load_workbook(path)
        workbook.active[f"{column}2"] = 7
        workbook.active[f"{column}2"].number_format = form
        workbook.save(path)
        outcome = load(file_store, path)
        assert codes(outcome) == [(2, header, "import.shown_otherwise")]
        assert shown in outcome.faults[0].sentence("zh")
        assert f"{column}2" in outcome.faults[0].sentence("en")

    def test_long_ids_and_leading_zeros_as_text_are_whole(
        self, file_store: FileStore, tmp_path: Path
    ) -> None:
        rows = shelters(2)
        rows[0][0], rows[1][0] = "0007", "141002000000000017"
        assert load(file_store, write(tmp_path / "t.xlsx", HEADERS, *rows)).inserted == 2
        with file_store.session() as session:
            assert record(session, "shelter", "0007")["name"] == "避难所1"

    @pytest.mark.parametrize("phone", ["1.38E+10", "138\u200b00001111", "138****1111"])
    def test_a_phone_that_is_none_any_more(
        self, file_store: FileStore, tmp_path: Path, phone: str
    ) -> None:
        row = shelters(1)[0]
        outcome = load(file_store, write(tmp_path / "t.xlsx", HEADERS, [*row[:6], phone]))
        assert [column for _row, column, _code in codes(outcome)] == ["联系电话"]


def test_full_width_is_read_and_units_are_named(file_store: FileStore, tmp_path: Path) -> None:
    wide = [
        "S1",
        "甲",
        "１１１．５",
        "３６．１",
        "１４１００２",
        "５０",
        "０３５７－２０００００１",
    ]
    units = ["S2", "乙", "E111.5", "36.1", "141002", "50人", ""]
    outcome = load(file_store, write(tmp_path / "t.xlsx", HEADERS, wide, units))
    assert sorted(codes(outcome)) == [
        (3, "容纳人数", "import.with_unit"),
        (3, "经度", "import.not_decimal_degrees"),
    ]
    with file_store.session() as session:
        found = record(session, "shelter", "S1")
    assert (found["x"], found["capacity"]) == (111.5, 50)
    assert (found["county"], found["contact_phone"]) == ("141002", "0357-2000001")


def test_workbooks_are_read_by_the_parser_that_was_attacked() -> None:
    """Whatever else brings lxml along."""
    assert not openpyxl.LXML
