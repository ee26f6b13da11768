"""A site is imported whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gisapp.errors import SiteError
from gisapp.events import since
from gisapp.importing import (
    ImportingError,
    import_osm_resources,
    import_resources,
    import_site,
)
from gisapp.registers import count, record, search
from gisapp.registers.outside import mend
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Role, system_actor
from gisapp.site import load_site
from gisapp.store import Store

SITE = """
[site]
code = "990000"
name.zh = "某市"
name.en = "City"
projected_crs = "EPSG:4546"
time_zone = "Asia/Shanghai"
center = [111.0, 36.0]
bbox = [110.0, 35.0, 112.0, 37.0]
[areas]
file = "areas.geojson"
id = "code"
name = "NAME"
[places]
file = "places.csv"
[rivers]
file = "rivers.geojson"
"""
SQUARE = [[[110.0, 35.0], [112.0, 35.0], [112.0, 37.0], [110.0, 35.0]]]


def collection(geometry: dict[str, object], **properties: object) -> str:
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


@pytest.fixture
def site_toml(tmp_path: Path) -> Path:
    (tmp_path / "areas.geojson").write_text(
        collection({"type": "Polygon", "coordinates": SQUARE}, code="990001", NAME="甲县")
    )
    (tmp_path / "places.csv").write_text(
        "id,name,x,y,kind,population\np1,甲镇,111,36,town,5000\n", encoding="utf-8"
    )
    (tmp_path / "rivers.geojson").write_text(
        collection({"type": "LineString", "coordinates": [[111, 36], [111, 37]]}, name="乙河")
    )
    path = tmp_path / "site.toml"
    path.write_text(SITE, encoding="utf-8")
    return path


def test_everything_arrives(store: Store, site_toml: Path) -> None:
    done = import_site(store, site_toml, actor=system_actor("li"))
    assert done.is_stored
    assert {kind: outcome.inserted for kind, outcome in done.outcomes.items()} == {
        "area": 1, "place": 1, "river": 1,
    }  # fmt: skip
    with store.session() as session:
        assert load_site(session) == done.site
        assert record(session, "area", "990001")["name"] == "甲县"
        assert record(session, "place", "p1")["population"] == 5000
        assert [(one.kind, one.id) for one in search(session, "乙河")] == [("river", "乙河")]
        assert [event.kind for event in since(session, 0)] == ["site", "area", "place", "river"]


def test_again_changes_nothing(store: Store, site_toml: Path) -> None:
    import_site(store, site_toml, actor=system_actor("li"))
    done = import_site(store, site_toml, actor=system_actor("li"))
    assert {outcome.unchanged for outcome in done.outcomes.values()} == {1}
    with store.session() as session:
        assert len(since(session, 0)) == 4


def test_one_fault_holds_back_all(store: Store, site_toml: Path) -> None:
    (site_toml.parent / "places.csv").write_text(
        "id,name,x,y,kind\np1,甲镇,36,111,hamlet\n", encoding="utf-8"
    )
    done = import_site(store, site_toml, actor=system_actor("li"))
    assert not done.is_stored
    assert [fault.code for fault in done.outcomes["place"].faults] == [
        "import.unknown_code",
        "import.swapped",
    ]
    with store.session() as session:
        assert count(session, "area") == 0
        with pytest.raises(SiteError):
            load_site(session)


def test_unreadable_part_holds_back_all(store: Store, site_toml: Path) -> None:
    (site_toml.parent / "rivers.geojson").write_text("{")
    with pytest.raises(ImportingError):
        import_site(store, site_toml, actor=system_actor("li"))
    with store.session() as session:
        assert count(session, "area") == 0


Attempt = Callable[[Store, Path], object]
VIEWER = replace(system_actor("viewer"), rights=ROLE_RIGHTS[Role.VIEWER])
COUNTY = replace(system_actor("county"), county="990001")


@pytest.mark.parametrize(
    "attempt",
    [
        lambda store, path: import_site(store, path, actor=VIEWER),
        lambda store, path: import_resources(store, "team", path, actor=VIEWER),
        lambda store, path: import_osm_resources(store, path, actor=VIEWER),
        lambda store, path: import_osm_resources(store, path, actor=COUNTY),
        lambda store, _path: _mended(store),
    ],
    ids=["site", "resources", "osm", "osm of all counties", "mend"],
)
def test_who_may_not_is_refused(store: Store, tmp_path: Path, attempt: Attempt) -> None:
    with pytest.raises(ForbiddenError):
        attempt(store, tmp_path / "none")


def _mended(store: Store) -> None:
    with store.session(write=True) as session:
        mend(session, VIEWER)
