"""What is said of a reference system: which would fit, and how far an old one may be off."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from pyproj import Transformer
from shapely import Point

from gisapp.importing import ImportingError, ImportOutcome, import_resources
from gisapp.rights import system_actor
from gisapp.schema import Label
from gisapp.site import Site, save_site
from gisapp.store import FileStore
from tests.importing.files import TEAM_ROW, write_csv

SITE = Site(
    code="141000",
    name=Label("试验市", "Test"),
    projected_crs="EPSG:4546",
    time_zone="Asia/Shanghai",
    center=(111.4, 36.1),
    bbox=(110.0, 35.05, 112.95, 37.25),
)
HERE = (111.5, 36.1)
pytestmark = pytest.mark.filterwarnings("ignore:Column names longer", "ignore:Normalized")
ROW = {name: value for name, value in TEAM_ROW.items() if name not in {"x", "y"}}


@pytest.fixture
def sited(file_store: FileStore) -> FileStore:
    with file_store.session(write=True) as session:
        save_site(session, SITE)
    return file_store


def load(
    store: FileStore, path: Path, *points: tuple[float, float], crs: str | None = None
) -> ImportOutcome:
    rows = [
        TEAM_ROW | {"id": f"T{i}", "x": repr(x), "y": repr(y)} for i, (x, y) in enumerate(points)
    ]
    return import_resources(
        store, "team", write_csv(path / "t.csv", *rows), crs=crs, actor=system_actor("t")
    )


def metres(code: str) -> tuple[float, float]:
    x, y = Transformer.from_crs("EPSG:4326", code, always_xy=True).transform(*HERE)
    return round(x, 3), round(y, 3)


@pytest.mark.parametrize("code", ["EPSG:4546", "EPSG:4525"])
def test_metres_without_a_system_name_those_that_fit(
    sited: FileStore, tmp_path: Path, code: str
) -> None:
    """The site's zone, with the number of the zone before the easting or without."""
    with pytest.raises(ImportingError) as caught:
        load(sited, tmp_path, metres(code), (1.0, 1.0), metres(code))
    assert caught.value.code == "import.no_crs_metres"
    said = str(caught.value)
    assert code in said
    assert "--crs" in said
    assert "row 2" in said
    assert ("EPSG:4525" in said) != ("EPSG:4546" in said)


def test_exchanged_metres_are_told(sited: FileStore, tmp_path: Path) -> None:
    x, y = metres("EPSG:4546")
    with pytest.raises(ImportingError) as caught:
        load(sited, tmp_path, (y, x))
    assert caught.value.code == "import.no_crs_turned"
    assert "EPSG:4546" in str(caught.value)


def test_metres_of_no_zone_are_told(sited: FileStore, tmp_path: Path) -> None:
    with pytest.raises(ImportingError) as caught:
        load(sited, tmp_path, (1234.5, 5678.9))
    assert caught.value.code == "import.no_crs_unfit"


def test_degrees_name_the_option(sited: FileStore, tmp_path: Path) -> None:
    with pytest.raises(ImportingError) as caught:
        load(sited, tmp_path, HERE)
    assert caught.value.code == "import.no_crs"
    assert "--crs" in str(caught.value)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_layer_without_a_system_is_told_likewise(sited: FileStore, tmp_path: Path) -> None:
    points = [Point(metres("EPSG:4546"))]
    path = tmp_path / "s.shp"
    gpd.GeoDataFrame([ROW], geometry=points).to_file(path, encoding="utf-8")
    with pytest.raises(ImportingError) as caught:
        import_resources(sited, "team", path, actor=system_actor("t"))
    assert caught.value.code == "import.no_crs_metres"


@pytest.mark.parametrize("declared", ["EPSG:4326", "GCJ-02", "EPSG:4525", "EPSG:4545"])
def test_a_wrong_system_names_the_right_one(
    sited: FileStore, tmp_path: Path, declared: str
) -> None:
    """Row by row: one that no system brings to the site is not told that one would."""
    given = metres("EPSG:4546")
    outcome = load(sited, tmp_path, given, (1e9, 1e9), given, crs=declared)
    codes = [fault.code for fault in outcome.faults]
    assert codes[0] == codes[2] == "import.other_system"
    assert codes[1] in {"import.not_on_earth", "import.far"}
    for lang in ("zh", "en"):
        assert "EPSG:4546" in outcome.faults[0].sentence(lang)


def test_degrees_declared_as_metres(sited: FileStore, tmp_path: Path) -> None:
    (fault,) = load(sited, tmp_path, HERE, crs="EPSG:4546").faults
    assert fault.code == "import.other_system"
    assert "EPSG:4326" in fault.sentence("en")


@pytest.mark.parametrize(
    ("code", "told", "figure"),
    [
        ("EPSG:4610", "import.xian80", "130"),
        ("EPSG:2383", "import.xian80", "130"),
        ("EPSG:2334", "import.xian80", "130"),
        ("EPSG:4214", "import.beijing54", "100"),
        ("EPSG:2434", "import.beijing54", "100"),
        ("EPSG:4555", "import.beijing54", "100"),
    ],
)
def test_an_old_datum_is_told_with_its_possible_error(
    sited: FileStore, tmp_path: Path, code: str, told: str, figure: str
) -> None:
    at = (112.9, 35.2)  # outside the basins that EPSG has parameters for
    shape = gpd.GeoDataFrame([ROW], geometry=[Point(at)], crs=4326).set_crs(4326)
    own = Transformer.from_crs("EPSG:4326", code, always_xy=True, allow_ballpark=True)
    shape = shape.set_geometry([Point(own.transform(*at))], crs=code)
    path = tmp_path / "s.shp"
    shape.to_file(path, encoding="utf-8")
    outcome = import_resources(sited, "team", path, actor=system_actor("t"))
    assert (outcome.faults, outcome.inserted) == ([], 1)
    assert [one.code for one in outcome.warnings] == [told]
    for lang in ("zh", "en"):
        assert f"{figure} " in outcome.warnings[0].sentence(lang)


@pytest.mark.parametrize("code", ["EPSG:4326", "EPSG:4490", "EPSG:4546", "GCJ-02"])
def test_others_are_not(sited: FileStore, tmp_path: Path, code: str) -> None:
    given = metres(code) if code == "EPSG:4546" else HERE
    assert load(sited, tmp_path, given, crs=code).warnings == []


def test_parameters_of_a_region_are_told_with_their_accuracy(
    sited: FileStore, tmp_path: Path
) -> None:
    """West of 110° lies the Ordos basin, for which EPSG has parameters of Beijing 1954."""
    (said,) = load(sited, tmp_path, (109.6, 36.5), crs="EPSG:4214").warnings
    assert said.code == "import.datum_moved"
    assert "1 m" in said.sentence("en")
