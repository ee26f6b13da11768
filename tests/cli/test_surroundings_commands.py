"""Surroundings, downstream and footprints from a terminal."""

from __future__ import annotations

import json
from pathlib import Path

from shapely.geometry import mapping

from gisapp.bootstrap import App
from tests.cli.test_incident_commands import Terminal
from tests.heights import falling_south
from tests.incidents.surroundings.test_footprints import ACROSS
from tests.incidents.surroundings.valley import COURSE, fill_valley


def test_a_dam_leaks_and_the_officer_has_a_terminal(tiny_app: App, tmp_path: Path) -> None:
    fill_valley(tiny_app.store)
    terminal = Terminal(tiny_app.directory)
    at = ["--at", "100.0,30.02", "--hazard", "reservoir:R1"]
    leak = terminal.tells("open", "reservoir_danger", *at)["id"]
    said = terminal.says("around", leak)
    assert "Within 3 km: Reservoir 1; Village 3" in said
    assert "inhabitants 150 (villages without figures: 1)" in said
    assert "Downstream unknown" in terminal.says("downstream", leak)

    assert "gisapp import heights" in terminal.refuses(
        "line", "propose", "reservoir:R1", "--by", "heights"
    )
    falling_south(tiny_app.heights_path)
    assert "From the heights" in terminal.says("line", "propose", "reservoir:R1", "--by", "heights")

    drawn, area = tmp_path / "line.geojson", tmp_path / "area.geojson"
    drawn.write_text(json.dumps({"type": "Feature", "geometry": mapping(COURSE)}))
    line = terminal.tells("line", "draw", "reservoir:R1", drawn, "--width", 400)["id"]
    assert "not confirmed, used for nothing" in terminal.says("downstream", leak)
    terminal.says("line", "confirm", line, "--speed", 10)
    said = terminal.says("downstream", leak, "--breach", "2026-11-27 02:10")
    assert said.index("02:15") < said.index("V1") < said.index("V2") < said.index("02:37")
    assert said.count("13800001111") == 3

    along = ["footprint", "along", leak, "--until-min", 10, "--label", "ten minutes"]
    assert "ten minutes" in terminal.says(*along)
    area.write_text(json.dumps(mapping(ACROSS)))
    made = terminal.tells("footprint", "import", leak, area, "--label", "flood")["id"]
    shown = terminal.says("footprint", "show", made)
    assert "closes 主干路 965 m" in shown
    assert "stays open: bridge 主干桥" in shown
    terminal.says("footprint", "close-roads", made)
    assert "roads closed" in terminal.says("footprint", "list", leak)
    terminal.says("footprint", "end", made, "--why", "gone")
    assert "flood" not in terminal.says("footprint", "list", leak)
    terminal.says("line", "withdraw", line, "--why", "moved")
    assert "Downstream unknown" in terminal.says("downstream", "reservoir:R1")


def test_a_file_that_is_none(tiny_app: App, tmp_path: Path) -> None:
    fill_valley(tiny_app.store)
    terminal = Terminal(tiny_app.directory)
    nothing = tmp_path / "nothing.geojson"
    nothing.write_bytes(b"\xff{")
    assert "LineString" in terminal.refuses("line", "draw", "reservoir:R1", nothing)
    leak = terminal.tells("open", "fire", "--at", "100.0,30.02")["id"]
    said = terminal.refuses("footprint", "import", leak, nothing, "--label", "x")
    assert "no GeoJSON" in said
