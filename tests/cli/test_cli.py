"""The command line, run as its user runs it."""

from __future__ import annotations

import csv
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from gisapp.bootstrap import DATABASE_FILE, App
from gisapp.cli import main
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.kinds import KINDS
from gisapp.rights import Right, system_actor
from gisapp.road_files import HIERARCHY_FOLDER, ROADS_FILE
from tests.tiny_site import TEAM_COLUMNS, write_tiny_site

NEAR_C = "100.041,30.0"


def run(*words: object, lang: str = "en") -> Result:
    result = CliRunner().invoke(main, ["--lang", lang, *(str(word) for word in words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def one_sentence(result: Result) -> str:
    """The error: one line after those that say what was being done."""
    *doing, error = result.stderr.strip().splitlines()
    assert all(line.endswith("...") for line in doing), doing
    return error


def test_dispatch_answers_with_a_table(tiny_folder: Path) -> None:
    result = run("dispatch", "--at", NEAR_C, "--need", "fire", "-d", tiny_folder)

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "[SYNTHETIC DATA]" in result.stdout
    rows = [line.split() for line in lines if re.match(r"\d+  ", line)]
    assert [row[:2] for row in rows] == [["1", "乙队"], ["2", "甲队"]]
    assert "岛队: no road connects its station and the incident" in result.stdout


def test_a_unit_is_either_proposed_or_left_out(tiny_folder: Path, tiny_app: App) -> None:
    parts = [
        {"id": f"U{n}", "name": f"{n}号车", "team_id": "T1", "unit_type": "pumper",
         "profile": "light", "capabilities": ["fire"]}
        for n in (1, 2)
    ]  # fmt: skip
    with tiny_app.store.session(write=True) as session:
        changes = compare(session, KINDS["unit"], parts)
        store_changes(session, system_actor("t"), Right.EDIT, changes, why="t")
    result = run(
        "dispatch", "--at", NEAR_C, "--need", "fire", "--k", 1, "-d", tiny_folder, "--json"
    )
    answer = json.loads(result.stdout)
    proposed = {one["key"] for one in answer["proposals"]}
    left_out = {one["key"] for one in answer["left_out"]}
    assert proposed == {"unit:U1"}
    assert left_out == {"unit:U2", "T2", "T3", "T4", "T5", "T6"}


def test_dispatch_answers_in_chinese(tiny_folder: Path) -> None:
    result = run("dispatch", "--at", NEAR_C, "--need", "fire", "-d", tiny_folder, lang="zh")

    assert "【合成数据】" in result.stdout
    assert "岛队：驻地与事发点之间没有连通的道路" in result.stdout


def test_the_answer_names_the_reference_system(tiny_folder: Path) -> None:
    asked = ["--need", "fire", "-d", tiny_folder]
    by_word = run("dispatch", "--at", "100.041,30.001 高德", *asked, "--json")
    chosen = run("dispatch", "--at", "100.041,30.001", "--system", "gcj02", *asked)

    incident = json.loads(by_word.stdout)["incident"]
    assert incident["given"]["system"] == "GCJ-02"
    assert abs(incident["x"] - 100.041) > 0.001
    assert incident["given"]["text"] in chosen.stdout
    assert incident["given"]["text"].startswith("The coordinates were read as GCJ-02")


def test_a_point_outside_the_site_is_said_first(tiny_folder: Path) -> None:
    asked = ["dispatch", "--at", "100.03,30.11", "--need", "fire", "-d", tiny_folder]
    settings = {"GISAPP_MAX_SNAP_M": "20000"}
    text = CliRunner().invoke(main, ["--lang", "en", *map(str, asked)], env=settings)
    answer = CliRunner().invoke(main, ["--json", "--lang", "en", *map(str, asked)], env=settings)

    assert text.stdout.startswith("!! The incident (100.03000, 30.11000) lies outside the site")
    assert json.loads(answer.stdout)["incident"]["outside"] is True
    assert "outside the site" in json.loads(answer.stdout)["warnings"][0]


@pytest.mark.parametrize("before", [True, False])
def test_json_is_json_alone_on_stdout(tiny_folder: Path, before: bool) -> None:
    asked = ["dispatch", "--at", NEAR_C, "--need", "fire", "--k", 1, "-d", tiny_folder]
    result = run("--json", *asked) if before else run(*asked, "--json")

    answer = json.loads(result.stdout)
    assert [item["id"] for item in answer["proposals"]] == ["T2"]
    assert answer["proposals"][0]["geometry"]["type"] == "LineString"
    assert {item["reason"] for item in answer["left_out"]} >= {"busy", "island", "beyond_k"}


def test_nothing_arrives_has_an_exit_code_of_its_own(tiny_folder: Path) -> None:
    result = run("dispatch", "--at", NEAR_C, "--need", "hazmat", "-d", tiny_folder)
    assert result.exit_code == 1
    assert "No team can arrive." in result.stdout


def test_a_map_is_one_file_without_foreign_addresses(tiny_folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    result = run("dispatch", "--at", NEAR_C, "--need", "fire", "-d", tiny_folder, "--map", page)

    text = page.read_text(encoding="utf-8")
    assert result.exit_code == 0
    assert "乙队" in text
    assert "src=" not in text.split("<body>")[0]
    assert [path.name for path in tmp_path.glob("*.html")] == ["out.html"]


def test_isochrone_writes_geojson(tiny_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "reach.geojson"
    result = run(
        "isochrone", "--at", NEAR_C, "--minutes", "1,2", "-d", tiny_folder, "--out", out, "--json"
    )

    rings = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert result.exit_code == 0
    assert [ring["properties"]["minutes"] for ring in rings] == [1.0, 2.0]
    assert json.loads(result.stdout)["type"] == "FeatureCollection"
    assert rings[0]["properties"]["area_km2"] < rings[1]["properties"]["area_km2"]


@pytest.mark.parametrize(
    ("words", "exit_code", "says"),
    [
        (["dispatch", "--at", NEAR_C, "--need", "fire", "--k", 0], 2, "1 to 50, not 0"),
        (["dispatch", "--at", NEAR_C, "--need", "magic"], 2, "no capability called magic"),
        (["dispatch", "--at", "36.1,37.2", "--need", "fire"], 2, "which is the longitude"),
        (["dispatch", "--at", "99.95,30.02", "--need", "fire"], 2, "nearest usable road"),
        (["dispatch", "--at", "100.03,30.4", "--need", "fire"], 2, "outside the site"),
        (["dispatch", "--at", "100°75′E 30°N", "--need", "fire"], 2, "75 minutes"),
        (["dispatch", "--at", "500000 3320000", "--need", "fire"], 2, "EPSG:4542"),
        (["dispatch", "--at", NEAR_C, "--system", "mars", "--need", "fire"], 2, "GCJ02"),
        (["dispatch", "--at", "nan,30", "--need", "fire"], 2, "nan"),
        (["isochrone", "--at", NEAR_C, "--minutes", "ten"], 2, "10,20,30"),
        (["isochrone", "--at", NEAR_C, "--minutes", "-5"], 2, "minutes"),
        (["isochrone", "--at", NEAR_C, "--vehicle", "tank"], 2, "heavy, light, lowloader"),
        (["import", "resources", "dragon", "x.csv"], 2, "no register called dragon"),
        (["import", "resources", "team", "absent.csv"], 2, "absent.csv"),
        (["import", "roads", "absent.osm.pbf"], 2, "absent.osm.pbf"),
        (["import", "roads", "absent.gpkg", "--column", "nonsense=x"], 2, "highway"),
    ],
)
def test_bad_input_is_one_sentence(
    tiny_folder: Path, words: list[object], exit_code: int, says: str
) -> None:
    result = run(*words, "-d", tiny_folder)
    assert result.exit_code == exit_code
    assert says in one_sentence(result)


def test_a_coordinate_that_is_none_shows_how_to_write_one(tiny_folder: Path) -> None:
    result = run("dispatch", "--at", "here", "--need", "fire", "-d", tiny_folder)
    assert result.exit_code == 2
    assert "110.85,36.07" in result.stderr


def test_no_site_here(tmp_path: Path) -> None:
    result = run("dispatch", "--at", NEAR_C, "--need", "fire", "-d", tmp_path)
    assert result.exit_code == 2
    assert "gisapp init" in one_sentence(result)


def test_an_error_as_json(tmp_path: Path) -> None:
    result = run("--json", "dispatch", "--at", NEAR_C, "--need", "fire", "-d", tmp_path)
    assert json.loads(result.stdout)["error"]["code"] == "site.not_here"


def test_a_locked_database_says_so(
    tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GISAPP_BUSY_TIMEOUT_S", "0.05")
    table = tmp_path / "team.csv"
    write_teams(table, [{"id": "N1", "name": "新队"}])
    holder = sqlite3.connect(tiny_folder / DATABASE_FILE, isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        result = run("import", "resources", "team", table, "--crs", "EPSG:4326", "-d", tiny_folder)
    finally:
        holder.close()
    assert result.exit_code == 3
    assert "another" in one_sentence(result).lower() or "locked" in one_sentence(result).lower()


def test_a_port_in_use_says_so(tiny_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "-d", tiny_folder, "--port", port)
    assert result.exit_code == 3
    assert f"127.0.0.1:{port}" in one_sentence(result)
    assert "--port" in one_sentence(result)


def write_teams(path: Path, rows: list[dict[str, object]], encoding: str = "utf-8") -> None:
    base = {
        "x": 100.01,
        "y": 30.0,
        "team_type": "fire_rescue",
        "tier": "main",
        "capabilities": "fire",
        "vehicles": "light:1",
        "turnout_s": 60,
        "status": "ready",
        "synthetic": 1,
    }
    with path.open("w", encoding=encoding, newline="") as stream:
        table = csv.DictWriter(stream, TEAM_COLUMNS, restval="")
        table.writeheader()
        table.writerows(base | row for row in rows)


def test_import_resources_in_gbk(tiny_folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "teams.csv"
    write_teams(table, [{"id": "N1", "name": "新编消防队"}], encoding="gbk")
    result = run(
        "import", "resources", "team", table, "--crs", "EPSG:4326", "-d", tiny_folder, lang="zh"
    )

    assert result.exit_code == 0
    assert "新增 1" in result.stdout
    answer = run("--json", "dispatch", "--at", "100.01,30.0", "--need", "fire", "-d", tiny_folder)
    assert json.loads(answer.stdout)["proposals"][0]["name"] == "新编消防队"


def test_every_fault_of_a_file_is_said_and_the_right_row_stored(
    tiny_folder: Path, tmp_path: Path
) -> None:
    table = tmp_path / "teams.csv"
    write_teams(
        table,
        [
            {"id": "N1", "name": "好队"},
            {"id": "N2", "name": "歪队", "x": 30.0, "y": 100.01},
            {"id": "N3", "name": "", "status": "asleep"},
        ],
    )
    result = run("import", "resources", "team", table, "--crs", "EPSG:4326", "-d", tiny_folder)

    assert result.exit_code == 1
    assert "1 new" in result.stdout
    assert "2 rows with 3 faults set aside" in result.stdout
    assert "row 3" in result.stdout
    assert "row 4, name" in result.stdout
    assert "row 4, status" in result.stdout
    waiting = json.loads(run("--json", "import", "quarantine", "-d", tiny_folder).stdout)["rows"]
    assert [row["row"] for row in waiting] == [3, 4]
    answer = run("--json", "dispatch", "--at", "100.01,30.0", "--need", "fire", "-d", tiny_folder)
    assert "N1" in answer.stdout


def test_strict_stores_all_or_nothing(tiny_folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "teams.csv"
    write_teams(table, [{"id": "N1", "name": "好队"}, {"id": "N2", "name": ""}])
    words = ("import", "resources", "team", table, "--crs", "EPSG:4326", "-d", tiny_folder)
    result = run(*words, "--strict", "--faults", tmp_path / "faults.xlsx")
    assert result.exit_code == 2
    assert "nothing stored" in result.stdout
    assert (tmp_path / "faults.xlsx").is_file()


def test_a_table_without_a_declared_crs_is_refused(tiny_folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "teams.csv"
    write_teams(table, [{"id": "N1", "name": "好队"}])
    result = run("import", "resources", "team", table, "-d", tiny_folder)
    assert result.exit_code == 2
    assert "EPSG:4490" in result.stderr


def test_template_filled_in_and_imported(tiny_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "depot.xlsx"
    assert run("import", "template", "depot", "-o", path).exit_code == 0
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    at = {cell.value.rstrip("*"): cell.column for cell in sheet[1]}
    row = {"编号": "D1", "名称": "县库", "经度": 100.01, "纬度": 30.0, "储备层级": "县级"}
    for header, value in row.items():
        sheet.cell(3, at[header], value)
    workbook.save(path)
    words = ("import", "resources", "depot", path, "--crs", "EPSG:4490", "-d", tiny_folder)
    assert "1 new" in run(*words).stdout


def test_a_dry_run_stores_nothing(tiny_folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "teams.csv"
    write_teams(table, [{"id": "N1", "name": "新队"}])
    result = run(
        "import", "resources", "team", table, "--crs", "EPSG:4326", "--dry-run", "-d", tiny_folder
    )
    assert result.exit_code == 0
    assert "Nothing stored" in result.stdout
    again = run("import", "resources", "team", table, "--crs", "EPSG:4326", "-d", tiny_folder)
    assert "1 new" in again.stdout


def test_init_from_a_site_description(tmp_path: Path) -> None:
    site_toml = write_tiny_site(tmp_path / "files")
    result = run("init", tmp_path / "city", "--site", site_toml)

    assert result.exit_code == 0
    made = {path.name for path in (tmp_path / "city").iterdir()}
    assert made - {HIERARCHY_FOLDER} == {ROADS_FILE, DATABASE_FILE}
    again = run("init", tmp_path / "city", "--site", site_toml)
    assert again.exit_code == 2
    assert "not empty" in one_sentence(again)


def test_a_failed_init_leaves_nothing(tmp_path: Path) -> None:
    site_toml = write_tiny_site(tmp_path / "files")
    team = tmp_path / "files" / "team.csv"
    team.write_text(team.read_text(encoding="utf-8").replace("busy", "asleep"), encoding="utf-8")
    result = run("init", tmp_path / "city", "--site", site_toml)

    assert result.exit_code == 2
    assert "team.csv" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["files"]


def test_a_fault_in_the_base_map_makes_no_site(tmp_path: Path) -> None:
    site_toml = write_tiny_site(tmp_path / "files")
    places = tmp_path / "files" / "places.csv"
    places.write_text(places.read_text(encoding="utf-8").replace("village", "castle"), "utf-8")
    result = run("init", tmp_path / "city", "--site", site_toml)

    assert result.exit_code == 2
    assert "place" in one_sentence(result)
    assert not (tmp_path / "city").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["dispatch", "--need", "fire"], "--at"),
        (["dispatch", "--at", NEAR_C, "--need", "fire", "--k", "two"], "--k"),
        (["dispatch", "--nope"], "--nope"),
        (["frobnicate"], "frobnicate"),
    ],
)
def test_wrong_words_are_one_sentence_in_the_readers_language(words: list[str], says: str) -> None:
    chinese, english = run(*words, lang="zh"), run(*words, lang="en")
    assert chinese.exit_code == english.exit_code == 2
    assert says in one_sentence(chinese)
    assert re.search("[一-鿿]", one_sentence(chinese))
    assert not re.search("[一-鿿]", one_sentence(english))


def test_a_capability_by_its_chinese_name_and_the_language_after_the_command(
    tiny_folder: Path,
) -> None:
    asked = ["dispatch", "--at", NEAR_C, "--need", "矿山救护", "-d", tiny_folder]
    assert "矿队" in run(*asked).stdout
    assert "【合成数据】" in run(*asked, "--lang", "zh").stdout
    assert "队伍数量" in run(*asked, "--k", 0, "--lang", "zh").stderr


def test_a_map_that_cannot_be_written_names_the_file_asked_for(
    tiny_folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "absent" / "out.html"
    asked = ["dispatch", "--at", NEAR_C, "--need", "fire", "-d", tiny_folder, "--map", target]
    result = run(*asked)
    assert result.exit_code == 2
    assert f"{target} cannot be written" in one_sentence(result)


def test_init_needs_one_source(tmp_path: Path) -> None:
    assert run("init", tmp_path / "city").exit_code == 2


def test_init_from_roads_alone(tmp_path: Path, shared_data: Path) -> None:
    extract = shared_data / "andorra" / "andorra-2023.osm.pbf"
    result = run("init", tmp_path / "city", "--roads", extract, "--time-zone", "Europe/Andorra")
    assert result.exit_code == 0

    answer = run(
        "--json", "dispatch", "--at", "1.52,42.51", "--need", "fire", "-d", tmp_path / "city"
    )
    proposals = json.loads(answer.stdout)["proposals"]
    assert len(proposals) == 4
    totals = [item["total_s"] for item in proposals]
    assert totals == sorted(totals)
    assert proposals[0]["arrival_at"].endswith(("+01:00", "+02:00"))


def test_doctor_on_a_site_in_order(tiny_folder: Path) -> None:
    result = run("--json", "doctor", "-d", tiny_folder)
    assert result.exit_code == 0
    levels = {item["subject"]: item["level"] for item in json.loads(result.stdout)["findings"]}
    assert levels["site"] == levels["roads"] == levels["records"] == levels["packages"] == "ok"


def test_doctor_finds_missing_roads_and_a_damaged_database(tiny_folder: Path) -> None:
    (tiny_folder / ROADS_FILE).unlink()
    missing = run("doctor", "-d", tiny_folder)
    (tiny_folder / ROADS_FILE).write_bytes(b"no roads")
    unreadable = run("doctor", "-d", tiny_folder)
    (tiny_folder / DATABASE_FILE).write_bytes(b"no database at all" * 1000)
    damaged = run("doctor", "-d", tiny_folder)

    assert [one.exit_code for one in (missing, unreadable, damaged)] == [3, 3, 3]
    assert "gisapp import roads" in missing.stdout


def test_settings_come_from_file_and_environment(
    tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "gisapp.toml"
    config.write_text(f'dir = "{tiny_folder}"\nlang = "en"\nmax_snap_m = 10\n', encoding="utf-8")
    monkeypatch.setenv("GISAPP_CONFIG", str(config))
    monkeypatch.setenv("GISAPP_MAX_PROPOSALS", "1")

    far = CliRunner().invoke(
        main, ["dispatch", "--at", "100.041,30.001", "--need", "fire", "--k", "1"]
    )
    assert far.exit_code == 2
    assert "at most 0.01 km" in far.stderr
    many = CliRunner().invoke(main, ["dispatch", "--at", NEAR_C, "--need", "fire", "--k", "2"])
    assert "1 to 1, not 2" in many.stderr
    config.write_text("port = 99999\nunknown = 1\n", encoding="utf-8")
    bad = CliRunner().invoke(main, ["serve"])
    assert bad.exit_code == 2
    assert "port" in bad.stderr
    assert "unknown" in bad.stderr


def test_help_has_examples() -> None:
    for command in ("init", "dispatch", "isochrone", "serve", "demo"):
        assert "gisapp " + command in run(command, "--help").stdout
    for command in ("roads", "resources"):
        assert "gisapp import " + command in run("import", command, "--help").stdout


def test_chinese_on_a_terminal_without_a_locale(tiny_folder: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "gisapp",
            "dispatch",
            "--at",
            NEAR_C,
            "--need",
            "fire",
            "-d",
            tiny_folder,
        ],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "乙队" in done.stdout.decode("utf-8")
