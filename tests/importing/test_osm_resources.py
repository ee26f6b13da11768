"""Teams and hospitals out of OpenStreetMap files."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from shapely import MultiPolygon
from sqlalchemy import insert

from gisapp.importing import ImportingError, import_osm_resources
from gisapp.registers import count, features, record, teams
from gisapp.registers.kinds.area import Area
from gisapp.rights import system_actor
from gisapp.site import Site, save_site
from gisapp.store import Store

SMALL = """<osm version="0.6">
 <node id="1" lat="36.0" lon="111.0" version="1">
  <tag k="amenity" v="fire_station"/><tag k="name" v="甲消防站"/><tag k="name:en" v="Jia"/>
  <tag k="phone" v="119"/><tag k="operator" v="消防局"/>
 </node>
 <node id="2" lat="36.1" lon="111.1" version="1"><tag k="emergency" v="ambulance_station"/></node>
 <node id="3" lat="36.2" lon="111.2" version="1">
  <tag k="amenity" v="clinic"/><tag k="beds" v="many"/>
 </node>
 <node id="4" lat="36.3" lon="111.3" version="1"><tag k="amenity" v="bank"/></node>
 <node id="5" lat="36.0" lon="111.0" version="1"/><node id="6" lat="36.0" lon="111.2" version="1"/>
 <node id="7" lat="36.2" lon="111.2" version="1"/>
 <node id="8" lat="0" lon="0" version="1"><tag k="amenity" v="hospital"/></node>
 <way id="9" version="1">
  <nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="5"/>
  <tag k="amenity" v="hospital"/><tag k="name" v="人民医院"/><tag k="beds" v="300"/>
  <tag k="emergency" v="yes"/>
 </way>
</osm>"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.osm"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def sited(store: Store) -> Store:
    site = Site(
        code="1", name={"zh": "某市", "en": "City"}, projected_crs="EPSG:4546",
        time_zone="Asia/Shanghai", center=(111, 36), bbox=(110, 35, 112, 37),
    )  # fmt: skip
    county = MultiPolygon([shapely.box(110, 35, 111.05, 37)])
    with store.session(write=True) as session:
        save_site(session, site)
        session.execute(insert(Area), [{"id": "990001", "name": "甲县", "geom": county}])
    return store


def test_nodes_and_areas(sited: Store, small: Path) -> None:
    team, hospital = import_osm_resources(sited, small, actor=system_actor("li"))
    assert (team.kind, team.inserted) == ("team", 2)
    assert (hospital.kind, hospital.inserted) == ("hospital", 2)  # not the one off Africa
    with sited.session() as session:
        station = record(session, "team", "osm-n1")
        assert (station["name"], station["name_en"]) == ("甲消防站", "Jia")
        assert (station["x"], station["y"]) == (111, 36)
        assert (station["contact_phone"], station["agency"]) == ("119", "消防局")
        assert station["capabilities"] == ["fire", "rescue"]
        assert station["county"] == "990001"
        assert (station["source"], station["synthetic"]) == ("OpenStreetMap", False)
        assert (station["turnout_s"], station["vehicles"]) == (None, {})
        assert [one.id for one in teams(session, "medical")] == ["osm-n2"]
        house = record(session, "hospital", "osm-w9")
        assert (house["name"], house["beds"], house["emergency"]) == ("人民医院", 300, True)
        assert shapely.Polygon([(111, 36), (111.2, 36), (111.2, 36.2)]).contains(
            shapely.Point(house["x"], house["y"])
        )
        clinic = record(session, "hospital", "osm-n3")
        assert clinic["beds"] is None
        assert clinic["name_en"] == "Unnamed clinic n3"


def test_again_changes_nothing(sited: Store, small: Path) -> None:
    import_osm_resources(sited, small, actor=system_actor("li"))
    assert [o.unchanged for o in import_osm_resources(sited, small, actor=system_actor("li"))] == [
        2,
        2,
    ]


def test_dry_run(sited: Store, small: Path) -> None:
    outcomes = import_osm_resources(sited, small, actor=system_actor("li"), dry_run=True)
    assert [outcome.inserted for outcome in outcomes] == [2, 2]
    with sited.session() as session:
        assert count(session, "team") == 0


@pytest.mark.parametrize("content", [b"", b"no pbf at all" * 50])
def test_damaged(store: Store, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(ImportingError) as caught:
        import_osm_resources(store, path, actor=system_actor("li"))
    assert caught.value.code == "import.unreadable"


def test_not_there(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ImportingError) as caught:
        import_osm_resources(store, tmp_path / "x.osm.pbf", actor=system_actor("li"))
    assert caught.value.code == "import.no_file"


def test_real_extract(store: Store, shared_data: Path) -> None:
    """A whole country: its four fire stations, and every hospital within its borders."""
    path = shared_data / "andorra" / "andorra-2023.osm.pbf"
    team, hospital = import_osm_resources(store, path, actor=system_actor("li"))
    assert team.inserted == 4
    assert hospital.inserted >= 10
    with store.session() as session:
        assert features(session, "team").cx[1.3:1.8, 42.4:42.7].shape[0] == 4


def test_extract_cut_short(store: Store, shared_data: Path, tmp_path: Path) -> None:
    whole = (shared_data / "andorra" / "andorra-2023.osm.pbf").read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ImportingError) as caught:
        import_osm_resources(store, path, actor=system_actor("li"))
    assert caught.value.code == "import.unreadable"
    with store.session() as session:
        assert count(session, "team") == 0
