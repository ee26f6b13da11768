"""The hierarchy beside a site's roads: made with them, missed by doctor, made by a server."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from gisapp.cli import main
from gisapp.road_files import (
    HIERARCHY_FOLDER,
    keep_roads,
    lacks_hierarchy,
    make_hierarchy,
    read_router,
)
from gisapp.settings import Settings
from routing.hierarchy import order
from tests.serving import Server

pytestmark = pytest.mark.skipif(
    not order.can_order(), reason="pymetis has no wheel for this machine"
)


def told(folder: Path) -> dict[str, str]:
    result = CliRunner().invoke(main, ["--json", "--lang", "en", "doctor", "-d", str(folder)])
    findings = json.loads(result.stdout)["findings"]
    return {one["subject"]: f"{one['level']}: {one['text']}" for one in findings}


def test_roads_have_their_hierarchy_until_it_is_lost(tiny_folder: Path) -> None:
    assert read_router(tiny_folder).hierarchy is not None
    assert not lacks_hierarchy(read_router(tiny_folder))
    assert told(tiny_folder)["hierarchy"].startswith("ok:")
    shutil.rmtree(tiny_folder / HIERARCHY_FOLDER)
    assert read_router(tiny_folder).hierarchy is None
    assert lacks_hierarchy(read_router(tiny_folder))
    assert "gisapp serve" in told(tiny_folder)["hierarchy"]
    make_hierarchy(read_router(tiny_folder).network, tiny_folder)
    assert read_router(tiny_folder).hierarchy is not None


def test_other_roads_have_another(tiny_folder: Path) -> None:
    network = read_router(tiny_folder).network
    before = [path.name for path in (tiny_folder / HIERARCHY_FOLDER).iterdir()]
    fewer = network.changed(
        **{name: getattr(network, name)[:-1] for name in ("u", "v", "edge_street", "edge_reversed")}
    )
    keep_roads(fewer, tiny_folder)
    after = [path.name for path in (tiny_folder / HIERARCHY_FOLDER).iterdir()]
    assert len(after) == 1
    assert before != after
    keep_roads(network, tiny_folder)
    assert [path.name for path in (tiny_folder / HIERARCHY_FOLDER).iterdir()] == before


def test_without_metis_doctor_says_that_answers_are_the_same(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "find_spec", lambda _: None)
    assert told(tiny_folder)["hierarchy"].startswith("warn: pymetis is not installed")
    shutil.rmtree(tiny_folder / HIERARCHY_FOLDER)
    keep_roads(read_router(tiny_folder).network, tiny_folder)
    assert not (tiny_folder / HIERARCHY_FOLDER).exists()
    assert not lacks_hierarchy(read_router(tiny_folder))


def test_a_server_makes_what_is_missing(tiny_folder: Path) -> None:
    shutil.rmtree(tiny_folder / HIERARCHY_FOLDER)
    server = Server(Settings(dir=tiny_folder))
    try:
        server.wait()
        assert not lacks_hierarchy(read_router(tiny_folder))
    finally:
        server.kill()
