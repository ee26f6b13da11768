"""The offline page of a dispatch answer carries all it needs and escapes all it is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from layers import LayerError
from layers.standalone import standalone_map

VENDOR = Path(__file__).resolve().parents[2] / "web" / "static" / "vendor"
EVIL = "<img src=x onerror=alert(1)>{{ 7 * 7 }}</script>"


def proposal(name: str = "甲队", *, synthetic: bool = True) -> dict[str, Any]:
    team = {
        "rank": 1,
        "id": "T1",
        "name": name,
        "x": 100.0,
        "y": 30.0,
        "contact_phone": "0000-119",
        "travel_s": 90,
        "turnout_s": 60,
        "total_s": 150,
        "arrival_at": "2026-11-24T04:40:30+08:00",
        "length_m": 1500,
        "main_roads": ["主干路", "桥"],
        "geometry": {"type": "LineString", "coordinates": [[100, 30], [100.01, 30]]},
    }
    return {
        "incident": {"x": 100.01, "y": 30.0, "road": "", "side_distance_m": 3.2, "place": name},
        "generated_at": "2026-11-24T04:38:00+08:00",
        "closures": [],
        "synthetic": synthetic,
        "proposals": [team],
        "left_out": [{"id": "T2", "name": "乙队", "message": "忙 busy"}],
        "warnings": ["慢 slow"],
    }


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    folder = tmp_path / "leaflet"
    folder.mkdir()
    (folder / "leaflet.js").write_text("L = {};\n//# sourceMappingURL=leaflet.js.map")
    (folder / "leaflet.css").write_text(".leaflet {}")
    return tmp_path


def test_the_answer_reads_without_a_script(vendor: Path) -> None:
    made = standalone_map(proposal(), {}, "zh", vendor)
    for text in ("甲队", "0000-119", "2.5", "04:40", "1.5 km", "主干路 → 桥", "忙 busy", "慢 slow"):
        assert text in made
    assert "合成数据 Synthetic data" in made
    assert "合成数据 Synthetic data" not in standalone_map(
        proposal(synthetic=False), {}, "zh", vendor
    )


def test_the_page_holds_its_library_and_asks_for_no_file(vendor: Path) -> None:
    made = standalone_map(proposal(), {}, "en", vendor)
    assert "L = {};" in made
    assert "sourceMappingURL" not in made
    assert "src=" not in made
    assert "href=" not in made
    assert 'lang="en"' in made


def test_names_are_escaped(vendor: Path) -> None:
    made = standalone_map(proposal(EVIL), {}, "zh", vendor)
    assert "<img" not in made
    assert "7 * 7" in made
    assert made.count("</script>") == made.count("<script")


def test_nobody_can_come(vendor: Path) -> None:
    empty = proposal() | {"proposals": [], "left_out": []}
    assert "没有可到达的队伍" in standalone_map(empty, {}, "zh", vendor)


def test_a_missing_library_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match="install the application anew"):
        standalone_map(proposal(), {}, "zh", tmp_path)
