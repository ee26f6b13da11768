"""Reference systems, swapped axes, points that cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyproj import Transformer

from gisapp.importing import ImportingError, ImportOutcome, import_resources
from gisapp.registers import record
from gisapp.rights import system_actor
from gisapp.site import Site, save_site
from gisapp.store import Store
from tests.importing.files import teams, write_csv


@pytest.fixture
def sited(store: Store) -> Store:
    """A site between 110 and 112 degrees east, 35 and 37 north."""
    site = Site(
        code="1", name={"zh": "某市", "en": "City"}, projected_crs="EPSG:4546",
        time_zone="Asia/Shanghai", center=(111, 36), bbox=(110, 35, 112, 37),
    )  # fmt: skip
    with store.session(write=True) as session:
        save_site(session, site)
    return store


def place(store: Store, tmp_path: Path, x: str, y: str, crs: str, **options) -> ImportOutcome:
    path = write_csv(tmp_path / "t.csv", *teams({"x": x, "y": y}))
    return import_resources(store, "team", path, crs=crs, actor=system_actor("li"), **options)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4546", "EPSG:4525", "EPSG:32649"])
def test_one_place_in_many_systems(sited: Store, tmp_path: Path, crs: str) -> None:
    """Re-projected to within a metre (10⁻⁵ degrees), x being the easting throughout."""
    x, y = Transformer.from_crs(4326, crs, always_xy=True).transform(111.5, 36.1)
    outcome = place(sited, tmp_path, f"{x:.9f}", f"{y:.9f}", crs)
    assert outcome.faults == []
    assert outcome.crs == crs
    with sited.session() as session:
        found = record(session, "team", "T1")
    assert found["x"] == pytest.approx(111.5, abs=1e-5)
    assert found["y"] == pytest.approx(36.1, abs=1e-5)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4546", "EPSG:4525"])
def test_swapped_axes_are_said(sited: Store, tmp_path: Path, crs: str) -> None:
    x, y = Transformer.from_crs(4326, crs, always_xy=True).transform(111.5, 36.1)
    (fault,) = place(sited, tmp_path, f"{y:.6f}", f"{x:.6f}", crs).faults
    assert (fault.row, fault.column, fault.code) == (2, "x, y", "import.swapped")
    assert "对调" in fault.sentence("zh")


def test_swapped_is_seen_without_a_site_where_a_latitude_is_impossible(
    store: Store, tmp_path: Path
) -> None:
    (fault,) = place(store, tmp_path, "36.1", "111.5", "EPSG:4326").faults
    assert fault.code == "import.swapped"


def test_belt_beyond_the_border(sited: Store, tmp_path: Path) -> None:
    """One degree of longitude at 36° north is about 90 km: inside the belt of 100 km."""
    assert place(sited, tmp_path, "113", "36", "EPSG:4326").inserted == 1
    (fault,) = place(sited, tmp_path, "113.2", "36", "EPSG:4326").faults
    assert fault.code == "import.far"
    assert fault.params["distance_km"] == pytest.approx(108.2, abs=0.3)
    assert place(sited, tmp_path, "113.2", "36", "EPSG:4326", belt_km=120).updated == 1


@pytest.mark.parametrize(
    ("x", "y", "crs"),
    [("200", "95", "EPSG:4326"), ("1e9", "1e9", "EPSG:4546"), ("111.5", "36.1", "EPSG:4546")],
)
def test_nowhere(sited: Store, tmp_path: Path, x: str, y: str, crs: str) -> None:
    """Off the globe, out of a zone's reach, or degrees declared as metres."""
    (fault,) = place(sited, tmp_path, x, y, crs).faults
    assert fault.code in {"import.not_on_earth", "import.far", "import.other_system"}
    assert fault.sentence("zh")


def test_anywhere_on_earth_where_no_site_is_known(store: Store, tmp_path: Path) -> None:
    assert place(store, tmp_path, "-70", "-33", "EPSG:4326").inserted == 1


def test_column_names_are_the_files(sited: Store, tmp_path: Path) -> None:
    (row,) = teams({"x": "36.1", "y": "111.5"})
    row["经度"], row["纬度"] = row.pop("x"), row.pop("y")
    path = write_csv(tmp_path / "t.csv", row)
    (fault,) = import_resources(
        sited, "team", path, crs="EPSG:4326", actor=system_actor("li")
    ).faults
    assert fault.column == "经度, 纬度"
    assert fault.value == "36.1, 111.5"


def test_vertical_system_is_no_plane(sited: Store, tmp_path: Path) -> None:
    with pytest.raises(ImportingError) as caught:
        place(sited, tmp_path, "111.5", "36.1", "EPSG:5737")
    assert caught.value.code == "import.bad_crs"
