"""Systems a file may be declared in, and files that are in another one than declared."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from sqlalchemy import select

from gisapp.importing import ImportingError, import_resources
from gisapp.importing.chinese_grids import (
    bd09_to_wgs84,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from gisapp.importing.models import QuarantinedRow
from gisapp.importing.reference import offered, parse_reference
from gisapp.registers import count, record
from gisapp.rights import ROLE_RIGHTS, Actor, Role, system_actor
from gisapp.store import FileStore, Store
from tests.importing.files import teams, write_csv

LONGITUDES = st.floats(73.0, 136.8)
LATITUDES = st.floats(2.0, 54.8)


class TestChineseGrids:
    @given(LONGITUDES, LATITUDES)
    def test_the_inverse_undoes_gcj02(self, lon: float, lat: float) -> None:
        x, y = gcj02_to_wgs84(*wgs84_to_gcj02(np.array([lon]), np.array([lat])))
        assert max(abs(x[0] - lon), abs(y[0] - lat)) < 1e-9

    @given(LONGITUDES, LATITUDES)
    def test_the_inverse_undoes_bd09(self, lon: float, lat: float) -> None:
        x, y = bd09_to_wgs84(*wgs84_to_bd09(np.array([lon]), np.array([lat])))
        assert max(abs(x[0] - lon), abs(y[0] - lat)) < 1e-9

    def test_a_published_pair(self) -> None:
        """Values of eviltransform's own tests, to its precision."""
        lon, lat = wgs84_to_gcj02(np.array([121.5272106]), np.array([31.1774276]))
        assert (lon[0], lat[0]) == pytest.approx((121.531541859215, 31.17530398364597), abs=1e-9)

    @pytest.mark.parametrize(("lon", "lat"), [(2.35, 48.85), (151.2, -33.9), (139.7, 35.7)])
    def test_nothing_is_shifted_abroad(self, lon: float, lat: float) -> None:
        for turned in (wgs84_to_gcj02, gcj02_to_wgs84):
            x, y = turned(np.array([lon]), np.array([lat]))
            assert (x[0], y[0]) == (lon, lat)


class TestNames:
    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ("EPSG:4326", "EPSG:4326"), ("WGS 84", "EPSG:4326"), ("cgcs2000", "EPSG:4490"),
            ("gcj02", "GCJ-02"), ("火星坐标", "GCJ-02"), ("BD-09", "BD-09"),
            ("epsg:4546", "EPSG:4546"), ("EPSG:4525 第 37 带", "EPSG:4525"),
        ],
    )  # fmt: skip
    def test_read(self, said: str, code: str) -> None:
        assert parse_reference(said).code == code

    @pytest.mark.parametrize("code", list(offered()))
    def test_what_is_offered_is_read_back_and_means_itself(self, code: str) -> None:
        for text in (code, *offered()[code], f"{code} {offered()[code].zh}"):
            assert parse_reference(text).code == code

    def test_zones_mean_their_meridians(self) -> None:
        assert len(offered()) == 4 + 42
        x, y = Transformer.from_crs(4490, 4546, always_xy=True).transform(111.5, 36.1)
        for code, easting in (("EPSG:4546", x), ("EPSG:4525", x + 37_000_000)):
            lon, lat = parse_reference(code).to_lonlat(np.array([easting]), np.array([y]))
            assert (round(lon[0], 7), round(lat[0], 7)) == (111.5, 36.1)


class TestShift:
    def shifted(self, n: int) -> list[dict[str, str]]:
        rows = teams(*[{"x": f"{111.4 + i / 100}", "y": f"{36.0 + i / 90}"} for i in range(n)])
        return [row | {"name": f"第{i}队"} for i, row in enumerate(rows)]

    def as_gcj02(self, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        made = []
        for row in rows:
            lon, lat = wgs84_to_gcj02(np.array([float(row["x"])]), np.array([float(row["y"])]))
            made.append(row | {"x": repr(float(lon[0])), "y": repr(float(lat[0]))})
        return made

    def test_gcj02_given_as_wgs84_is_refused_with_numbers(
        self, file_store: FileStore, tmp_path: Path
    ) -> None:
        rows = self.shifted(5)
        right = write_csv(tmp_path / "a.csv", *rows)
        import_resources(file_store, "team", right, crs="EPSG:4326", actor=system_actor("li"))
        wrong = write_csv(tmp_path / "b.csv", *self.as_gcj02(rows))
        with pytest.raises(ImportingError) as caught:
            import_resources(file_store, "team", wrong, crs="EPSG:4326", actor=system_actor("li"))
        assert caught.value.code == "import.shifted_from_records"
        params = caught.value.params
        assert (params["count"], params["suspected"]) == (5, "GCJ-02")
        assert 300 < params["shift_m"] < 700
        assert params["left_m"] < 1

        dry = import_resources(
            file_store, "team", wrong, crs="EPSG:4490", actor=system_actor("li"), dry_run=True
        )
        assert [notice.code for notice in dry.warnings] == ["import.shifted_from_records"]
        right_way = import_resources(
            file_store, "team", wrong, crs="GCJ-02", actor=system_actor("li")
        )
        assert right_way.warnings == []
        trusted = import_resources(
            file_store, "team", wrong, crs="EPSG:4326", actor=system_actor("li"), trust_crs=True
        )
        assert trusted.updated == 5
        assert len(trusted.warnings) == 1

    def test_roads_tell_where_nothing_is_known(self, file_store: FileStore, tmp_path: Path) -> None:
        """The road is the line of the points themselves."""
        rows = self.shifted(40)
        wrong = write_csv(tmp_path / "b.csv", *self.as_gcj02(rows))

        def road_distance_m(lon, lat):
            return np.abs((lat - 36.0) * 90 - (lon - 111.4) * 100) * 1000

        with pytest.raises(ImportingError) as caught:
            import_resources(
                file_store, "team", wrong, crs="EPSG:4326", actor=system_actor("li"),
                road_distance_m=road_distance_m,
            )  # fmt: skip
        assert caught.value.code == "import.shifted_from_roads"
        assert caught.value.params["suspected"] == "GCJ-02"

    def test_real_counties_off_a_web_map(
        self, file_store: FileStore, tmp_path: Path, shared_data: Path
    ) -> None:
        folder = shared_data / "linfen"
        paths = {}
        for name, key in (("wgs84", "gb"), ("gcj02", "adcode")):
            collection = json.loads((folder / f"counties-{name}.geojson").read_text())
            for feature in collection["features"]:
                had = feature["properties"]
                feature["properties"] = {"id": str(had[key])[-6:], "name": had["name"]}
            paths[name] = tmp_path / f"{name}.geojson"
            paths[name].write_text(json.dumps(collection))
        import_resources(file_store, "area", paths["wgs84"], actor=system_actor("li"))
        dry = import_resources(
            file_store, "area", paths["gcj02"], actor=system_actor("li"), dry_run=True
        )
        (notice,) = dry.warnings
        assert (notice.params["count"], notice.params["suspected"]) == (17, "GCJ-02")
        assert notice.params["shift_m"] > 5 * notice.params["left_m"]
        right = import_resources(
            file_store, "area", paths["gcj02"], crs="GCJ-02", actor=system_actor("li"), dry_run=True
        )
        assert (right.crs, right.warnings) == ("GCJ-02", [])


class TestCountyEditor:
    EDITOR = Actor(login="wang", name="王", role=Role.COUNTY_EDITOR, county="141002", agency=None,
                   rights=ROLE_RIGHTS[Role.COUNTY_EDITOR])  # fmt: skip

    def test_rows_of_other_counties_are_faults(self, file_store: FileStore, tmp_path: Path) -> None:
        other = write_csv(tmp_path / "o.csv", *teams({"county": "141003"}))
        import_resources(file_store, "team", other, crs="EPSG:4326", actor=system_actor("li"))
        rows = teams({"name": "夺"}, {}, {"county": "141003"}, {"county": ""})
        outcome = import_resources(
            file_store, "team", write_csv(tmp_path / "t.csv", *rows), crs="EPSG:4326",
            actor=self.EDITOR,
        )  # fmt: skip
        assert (outcome.inserted, outcome.updated, outcome.quarantined) == (1, 0, 3)
        assert {fault.code for fault in outcome.faults} == {"import.other_county"}
        with file_store.session() as session:
            assert count(session, "team") == 2
            assert record(session, "team", "T1")["name"] == "甲队"

    def test_a_lot_of_another_county_is_not_taken_by_naming_an_own_depot(
        self, store: Store, tmp_path: Path
    ) -> None:
        base = {"level": "county", "x": "111.5", "y": "36.1"}
        depots = [
            {"id": "D1", "name": "甲库", "county": "141002", **base},
            {"id": "D2", "name": "乙库", "county": "141003", **base, "x": "111.6"},
        ]
        lot = {"id": "L2", "item_code": "1010101", "item": "帐篷", "unit": "顶", "quantity": "770"}
        for kind, rows in (("depot", depots), ("lot", [lot | {"depot_id": "D2"}])):
            path = write_csv(tmp_path / f"{kind}.csv", *rows)
            import_resources(store, kind, path, crs="EPSG:4326", actor=system_actor("li"))
        taking = write_csv(tmp_path / "t.csv", lot | {"depot_id": "D1", "quantity": "1"})
        outcome = import_resources(store, "lot", taking, actor=self.EDITOR)
        assert (outcome.updated, [fault.code for fault in outcome.faults]) == (
            0,
            ["import.other_county"],
        )
        with store.session() as session:
            kept = record(session, "lot", "L2")
        assert (kept["depot_id"], kept["quantity"]) == ("D2", 770)

    def test_rows_that_another_county_set_aside_stay_as_they_are(
        self, store: Store, tmp_path: Path
    ) -> None:
        (wrong,) = teams({"id": "QQ1", "county": "141003", "people": "many", "name": "外县队"})
        import_resources(
            store,
            "team",
            write_csv(tmp_path / "a.csv", wrong),
            crs="EPSG:4326",
            actor=system_actor("li"),
        )
        mine = wrong | {"county": "141002", "name": "抢占"}
        for rows in ([mine], [mine | {"people": "3"}]):  # wrong first, then right
            import_resources(
                store, "team", write_csv(tmp_path / "b.csv", *rows), crs="EPSG:4326",
                actor=self.EDITOR,
            )  # fmt: skip
            with store.session() as session:
                waiting = session.scalars(
                    select(QuarantinedRow).where(
                        QuarantinedRow.state == "open", QuarantinedRow.county == "141003"
                    )
                ).all()
                assert [row.cells["name"] for row in waiting] == ["外县队"]
