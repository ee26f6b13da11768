"""Importing tables of text: character sets, headers, faults, repetition."""

from __future__ import annotations

from pathlib import Path

import pytest

from gisapp.events import since
from gisapp.importing import ImportingError, ImportOutcome, import_resources
from gisapp.importing.tables import decode_text
from gisapp.registers import count, features, record
from gisapp.rights import system_actor
from gisapp.store import Store
from tests.importing.files import MINE_ROW, TEAM_ROW, csv_text, teams, write_csv


def load(store: Store, path: Path, kind: str = "team", **options) -> ImportOutcome:
    return import_resources(store, kind, path, crs="EPSG:4326", actor=system_actor("li"), **options)


def told(outcome: ImportOutcome) -> list[tuple[int, str, str]]:
    """Where and what, each fault having been said in both languages."""
    assert all(fault.sentence(lang) for fault in outcome.faults for lang in ("zh", "en"))
    return [(fault.row, fault.column, fault.code) for fault in outcome.faults]


class TestCharsets:
    @pytest.mark.parametrize(
        ("encoding", "name"),
        [
            ("utf-8", "UTF-8"),
            ("utf-8-sig", "UTF-8 BOM"),
            ("gbk", "GBK"),
            ("gb18030", "GBK"),
            ("utf-16", "UTF-16"),
        ],
    )
    def test_detected_and_reported(
        self, store: Store, tmp_path: Path, encoding: str, name: str
    ) -> None:
        path = write_csv(tmp_path / "team.csv", TEAM_ROW, encoding=encoding)
        outcome = load(store, path)
        assert (outcome.charset, outcome.faults, outcome.inserted) == (name, [], 1)
        with store.session() as session:
            assert record(session, "team", "T1")["name"] == "甲队"

    def test_gb18030_beyond_gbk(self, store: Store, tmp_path: Path) -> None:
        """𬭎 is in no double-byte set."""
        path = write_csv(tmp_path / "t.csv", TEAM_ROW | {"name": "𬭎队"}, encoding="gb18030")
        assert load(store, path).charset == "GB18030"
        with store.session() as session:
            assert record(session, "team", "T1")["name"] == "𬭎队"

    @pytest.mark.parametrize("content", [b"id,name\n\xff\xff\xff", bytes(50), b"\xff\xfea"])
    def test_bytes_that_are_no_text(self, store: Store, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "t.csv").write_bytes(content)
        with pytest.raises(ImportingError) as caught:
            load(store, tmp_path / "t.csv")
        assert caught.value.code == "import.charset"

    def test_plain_ascii_is_utf8(self) -> None:
        assert decode_text(b"id,name") == ("id,name", "UTF-8")


class TestHeaders:
    def test_chinese_headers_with_units(self, store: Store, tmp_path: Path) -> None:
        row = {
            "编号": "T1", "名称": "甲队", "经度": "111.5", "纬度": "36.1", "队伍类型": "矿山救护",
            "能力标签": "矿山救护；矿山排水", "出动准备时间（s）": "90", "人数 (人)": "12",
            "备注": "x",
        }  # fmt: skip
        outcome = load(store, write_csv(tmp_path / "队伍.csv", row, encoding="gbk"))
        assert outcome.faults == []
        assert outcome.ignored == ["备注"]
        with store.session() as session:
            found = record(session, "team", "T1")
        assert found["capabilities"] == ["mine_drainage", "mine_rescue"]
        assert (found["turnout_s"], found["people"], found["team_type"]) == (90, 12, "mine_rescue")

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_delimiters(self, store: Store, tmp_path: Path, delimiter: str) -> None:
        rows = [list(MINE_ROW), list(MINE_ROW.values())]
        path = tmp_path / "m.csv"
        path.write_text("\n".join(delimiter.join(row) for row in rows), encoding="utf-8")
        assert load(store, path, "mine").inserted == 1

    def test_missing_and_doubled_columns(self, store: Store, tmp_path: Path) -> None:
        row = {key: value for key, value in TEAM_ROW.items() if key not in {"y", "team_type"}}
        outcome = load(store, write_csv(tmp_path / "t.csv", row | {"名称": "乙"}))
        assert told(outcome) == [
            (1, "名称", "import.duplicate_column"),
            (1, "y", "import.missing_column"),
            (1, "team_type", "import.missing_column"),
        ]
        assert "队伍类型" in outcome.faults[2].sentence("zh")


class TestFaults:
    def test_all_are_found_and_the_right_row_is_stored(self, store: Store, tmp_path: Path) -> None:
        """Rows as a spreadsheet numbers them: the header is row 1."""
        rows = teams(
            {}, {"people": "viele"}, {"team_type": "navy", "x": "36.1", "y": "111.5"},
            {"id": "T1"}, {"name": ""}, {"x": "east"},
        )  # fmt: skip
        outcome = load(store, write_csv(tmp_path / "t.csv", *rows))
        assert told(outcome) == [
            (3, "people", "import.not_a_number"),
            (4, "team_type", "import.unknown_code"),
            (4, "x, y", "import.swapped"),
            (5, "id", "import.repeated_id"),
            (6, "name", "import.required"),
            (7, "x", "import.not_a_number"),
        ]
        assert (outcome.read, outcome.inserted, outcome.quarantined) == (6, 1, 5)
        with store.session() as session:
            assert count(session, "team") == 1

    def test_strict_stores_nothing_of_a_file_with_a_fault(
        self, store: Store, tmp_path: Path
    ) -> None:
        path = write_csv(tmp_path / "t.csv", *teams({}, {"people": "x"}))
        outcome = load(store, path, strict=True)
        assert (outcome.inserted, outcome.quarantined, outcome.is_stored) == (0, 0, False)
        assert outcome.refused
        assert told(outcome) == [(3, "people", "import.not_a_number")]
        with store.session() as session:
            assert count(session, "team") == 0
            assert since(session, 0) == []

    def test_sentences_name_the_value_and_the_remedy(self, store: Store, tmp_path: Path) -> None:
        rows = teams({"people": "viele"}, {"team_type": "navy"}, {"id": "T1"})
        faults = load(store, write_csv(tmp_path / "t.csv", *rows)).faults
        assert "viele" in faults[0].sentence("en")
        assert "mine_rescue (矿山救护)" in faults[1].sentence("zh")
        assert "mine_rescue (Mine rescue)" in faults[1].sentence("en")
        assert "row 2" in faults[2].sentence("en")
        assert str(faults[0]).startswith("row 2, people: ")

    def test_blank_rows_are_counted_but_not_read(self, store: Store, tmp_path: Path) -> None:
        lines = csv_text(*teams({}, {"people": "x"})).splitlines()
        text = "\n".join([lines[0], "", lines[1], " ,, ", "", lines[2]])
        (tmp_path / "t.csv").write_text(text, encoding="utf-8")
        assert told(load(store, tmp_path / "t.csv")) == [(6, "people", "import.not_a_number")]

    def test_line_break_in_a_cell_is_one_row(self, store: Store, tmp_path: Path) -> None:
        rows = teams({"name": "甲\n队"}, {"people": "x"})
        path = write_csv(tmp_path / "t.csv", *rows)
        assert told(load(store, path)) == [(3, "people", "import.not_a_number")]

    def test_row_longer_than_the_header(self, store: Store, tmp_path: Path) -> None:
        text = csv_text(TEAM_ROW).rstrip() + ",extra\r\n"
        (tmp_path / "t.csv").write_text(text, encoding="utf-8")
        assert told(load(store, tmp_path / "t.csv")) == [(2, "", "import.too_many_cells")]

    def test_lot_of_an_unknown_depot(self, store: Store, tmp_path: Path) -> None:
        row = {
            "id": "L1", "depot_id": "D9", "item_code": "1010203", "item": "帐篷",
            "quantity": "3", "unit": "顶",
        }  # fmt: skip
        outcome = load(store, write_csv(tmp_path / "l.csv", row), "lot")
        assert told(outcome) == [(2, "depot_id", "import.unknown_reference")]
        assert outcome.inserted == 0


class TestWholeFile:
    @pytest.mark.parametrize(
        ("name", "content", "code"),
        [
            ("t.csv", b"", "import.no_rows"),
            ("t.csv", b"\n\n", "import.no_rows"),
            ("t.csv", b"id,name\n", "import.no_rows"),
            ("t.csv", b'id,name\n"1,a\n2,b\n', "import.bad_csv"),
            ("t.xls", b"\xd0\xcf", "import.unknown_format"),
            ("t", b"id\n1", "import.unknown_format"),
        ],
    )
    def test_cannot_be_read(
        self, store: Store, tmp_path: Path, name: str, content: bytes, code: str
    ) -> None:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ImportingError) as caught:
            load(store, tmp_path / name)
        assert caught.value.code == code

    def test_not_there(self, store: Store, tmp_path: Path) -> None:
        with pytest.raises(ImportingError) as caught:
            load(store, tmp_path / "t.csv")
        assert caught.value.code == "import.no_file"

    def test_reference_system_is_never_guessed(self, store: Store, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "t.csv", TEAM_ROW)
        with pytest.raises(ImportingError) as caught:
            import_resources(store, "team", path, actor=system_actor("li"))
        assert caught.value.code == "import.no_crs"
        with pytest.raises(ImportingError) as caught:
            import_resources(store, "team", path, crs="EPSG:1", actor=system_actor("li"))
        assert caught.value.code == "import.bad_crs"


class TestRepetition:
    def test_again_changes_nothing(self, store: Store, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "t.csv", *teams({}, {}, {}))
        first, second = load(store, path), load(store, path)
        assert (first.inserted, first.updated, first.unchanged) == (3, 0, 0)
        assert (second.inserted, second.updated, second.unchanged) == (0, 0, 3)
        with store.session() as session:
            told_of = [(event.kind, event.what) for event in since(session, 0)]
            assert told_of == [("team", "insert")] * 3 + [("import_batch", "import")] * 2
            assert record(session, "team", "T1")["version"] == 1

    def test_update_is_told_with_before_and_after(self, store: Store, tmp_path: Path) -> None:
        load(store, write_csv(tmp_path / "a.csv", *teams({}, {})))
        changed = teams({"people": "31", "x": "111.6", "capabilities": "fire"}, {})
        outcome = load(store, write_csv(tmp_path / "b.csv", *changed), why="census 2024")
        assert (outcome.inserted, outcome.updated, outcome.unchanged) == (0, 1, 1)
        with store.session() as session:
            found = record(session, "team", "T1")
            event = since(session, 3)[0]
        assert (found["people"], found["x"], found["version"]) == (31, 111.6, 2)
        assert found["capabilities"] == ["fire"]
        assert (event.who, event.what, event.kind) == ("li", "update", "team")
        assert (event.subject_id, event.why) == ("T1", "census 2024")
        assert event.data == {
            "before": {"people": 30, "capabilities": ["fire", "rescue"],
                       "geom": "POINT (111.5 36.1)"},
            "after": {"people": 31, "capabilities": ["fire"], "geom": "POINT (111.6 36.1)"},
        }  # fmt: skip

    def test_moved_team_is_found_where_it_is_now(self, store: Store, tmp_path: Path) -> None:
        load(store, write_csv(tmp_path / "a.csv", *teams({})))
        load(store, write_csv(tmp_path / "b.csv", *teams({"x": "112.5"})))
        with store.session() as session:
            assert features(session, "team", (111, 36, 112, 37)).empty
            assert list(features(session, "team", (112, 36, 113, 37))["id"]) == ["T1"]

    def test_absent_column_stays_and_empty_cell_empties(self, store: Store, tmp_path: Path) -> None:
        load(store, write_csv(tmp_path / "a.csv", *teams({})))
        (row,) = teams({"people": "", "status": "", "vehicles": ""})
        del row["turnout_s"]
        load(store, write_csv(tmp_path / "b.csv", row))
        with store.session() as session:
            found = record(session, "team", "T1")
        assert found["people"] is None
        assert found["status"] == "ready"
        assert found["vehicles"] == {}
        assert found["turnout_s"] == 60

    def test_same_id_in_two_registers(self, store: Store, tmp_path: Path) -> None:
        load(store, write_csv(tmp_path / "t.csv", TEAM_ROW | {"id": "1"}))
        load(store, write_csv(tmp_path / "m.csv", MINE_ROW | {"id": "1"}), "mine")
        with store.session() as session:
            assert (count(session, "team"), count(session, "mine")) == (1, 1)

    def test_dry_run_counts_and_stores_nothing(self, store: Store, tmp_path: Path) -> None:
        load(store, write_csv(tmp_path / "a.csv", *teams({}, {})))
        path = write_csv(tmp_path / "b.csv", *teams({"people": "31"}, {}, {}))
        outcome = load(store, path, dry_run=True)
        assert (outcome.inserted, outcome.updated, outcome.unchanged) == (1, 1, 1)
        assert not outcome.is_stored
        with store.session() as session:
            assert count(session, "team") == 2
            assert len(since(session, 0)) == 3

    def test_more_records_than_a_batch(self, store: Store, tmp_path: Path) -> None:
        rows = teams(*[{"x": f"{111 + i / 10_000:.4f}"} for i in range(1203)])
        path = write_csv(tmp_path / "t.csv", *rows)
        assert load(store, path).inserted == 1203
        rows[1100]["people"] = "1"
        outcome = load(store, write_csv(path, *rows))
        assert (outcome.inserted, outcome.updated, outcome.unchanged) == (0, 1, 1202)
