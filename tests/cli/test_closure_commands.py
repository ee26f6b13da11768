"""``gisapp closure``: nothing is closed before it was said whom it cuts off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from shapely.geometry import mapping

from gisapp.bootstrap import App
from gisapp.cli import main
from tests.incidents.acting import opened, ordered
from tests.incidents.test_cut_off import EAST_END


def test_a_road_from_the_question_to_its_opening(tiny_app: App, tmp_path: Path) -> None:
    def says(*words: object) -> str:
        given = ["--lang", "en", "closure", *map(str, words), "-d", str(tiny_app.directory)]
        result = CliRunner().invoke(main, given)
        assert result.exit_code == 0, result.output
        return result.stdout

    ordered(tiny_app.store, opened(tiny_app.store, at=(100.0, 30.0)), "T2")
    area = tmp_path / "area.geojson"
    area.write_text(json.dumps(mapping(EAST_END)))
    asked = says("close", area, "--reason", "slide")
    assert "Unit on the way 乙队: no way left" in asked
    assert "(M1)" in asked
    assert "nothing is closed yet" in asked
    assert "no closures" in says("list")
    until = ("--until", "2999-01-01 08:00")
    told = says("close", area, "--reason", "slide", "--source", "Road bureau", "--yes", *until)
    assert "source: Road bureau" in told
    one: dict[str, Any] = json.loads(says("list", "--json"))["closures"][0]
    assert one["expires_at"] == "2999-01-01T00:00:00+00:00"
    assert "expected end: unknown" in says("extend", one["id"], "--why", "still moving")
    blank = ["--lang", "en", "closure", "lift", one["id"], "--why", " ", "-d"]
    refused = CliRunner().invoke(main, [*blank, str(tiny_app.directory)])
    assert refused.exit_code == 2
    assert "each need a reason" in refused.stderr
    assert one["id"] in says("list")
    says("lift", one["id"], "--why", "cleared")
    feature = {"type": "Feature", "geometry": mapping(EAST_END), "properties": {"reason": "mud"}}
    area.write_text(json.dumps(feature))
    assert "mud" in says("import", area)
