"""The county a record names: there must be one, and its point should lie in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapely import MultiPolygon, box

from gisapp.errors import InputError
from gisapp.exchange.copying import export_copy
from gisapp.exchange.merging import merge_copy
from gisapp.importing import import_resources
from gisapp.registers.checking import FaultsError
from gisapp.registers.editing import change, create
from gisapp.rights import system_actor
from gisapp.risks.tickets import open_ticket
from gisapp.store import FileStore, Store
from tests.exchange.copies import OTHER, OWN, SYSTEM, by_hand, fill, held, put
from tests.importing.files import TEAM_ROW, write_csv
from tests.risks.test_tickets import FOUND

HERE, THERE = ("99.5", "30"), ("100.5", "30")


def team(record_id: str, county: str, at: tuple[str, str] = HERE) -> dict[str, str]:
    return TEAM_ROW | {"id": record_id, "county": county, "x": at[0], "y": at[1]}


def notices(outcome: object, lang: str = "en") -> list[str]:
    return [one.sentence(lang) for one in outcome.warnings]  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", ["990099", "999999", "130199", "000000"])
def test_a_code_of_no_county_is_a_fault(store: Store, tmp_path: Path, code: str) -> None:
    """In the site's own prefecture only its counties count, elsewhere the national list."""
    fill(store)
    path = write_csv(tmp_path / "t.csv", team("N1", OWN), team("N2", code))
    outcome = import_resources(store, "team", path, crs="EPSG:4326", actor=system_actor("t"))
    (fault,) = outcome.faults
    assert (outcome.inserted, outcome.quarantined) == (1, 1)
    assert (fault.row, fault.column, fault.value) == (3, "county", code)
    for said in (fault.sentence("zh"), fault.sentence("en")):
        assert code in said
        assert f"{OWN} 县{OWN}" in said


@pytest.mark.parametrize("code", ["990000", "140431", "610630", ""])
def test_the_sites_own_city_and_counties_beyond_it_are_known(
    store: Store, tmp_path: Path, code: str
) -> None:
    fill(store)
    path = write_csv(tmp_path / "t.csv", team("N1", code, ("102.5", "30")))
    outcome = import_resources(
        store, "team", path, crs="EPSG:4326", belt_km=300, actor=system_actor("t")
    )
    assert (outcome.faults, outcome.warnings, outcome.inserted) == ([], [], 1)


def test_a_fault_names_the_column_as_the_file_does(store: Store, tmp_path: Path) -> None:
    fill(store)
    row = {"行政区划代码" if name == "county" else name: v for name, v in team("N1", "9").items()}
    path = write_csv(tmp_path / "t.csv", row | {"行政区划代码": "990009"})
    (fault,) = import_resources(
        store, "team", path, crs="EPSG:4326", actor=system_actor("t")
    ).faults
    assert fault.column == "行政区划代码"


def test_a_site_without_a_list_of_counties_asks_nothing(store: Store, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", team("N1", "999999"))
    outcome = import_resources(store, "team", path, crs="EPSG:4326", actor=system_actor("t"))
    assert (outcome.faults, outcome.inserted) == ([], 1)


def test_forms_and_interface_refuse_it_too(store: Store) -> None:
    fill(store)
    with store.session(write=True) as session:
        with pytest.raises(FaultsError) as made:
            create(session, SYSTEM, "team", team("N1", "990099"), why="x")
        with pytest.raises(FaultsError) as changed:
            change(session, SYSTEM, "team", "T1", {"county": "999999"}, version=1, why="x")
    for raised in (made, changed):
        assert [(one.field, one.code) for one in raised.value.faults] == [
            ("county", "registers.unknown_county")
        ]


def test_what_a_record_has_already_may_stay(store: Store) -> None:
    """A code from before this rule does not stand in the way of another field."""
    fill(store)
    put(store, "team", {"id": "T1", "county": "999999"})
    with store.session(write=True) as session:
        change(session, SYSTEM, "team", "T1", {"people": "11"}, version=2, why="x")
    assert held(store, "team")["T1"]["people"] == 11


def test_a_countys_copy_cannot_bring_it(file_store: FileStore, tmp_path: Path) -> None:
    fill(file_store)
    path = tmp_path / "copy.gpkg"
    export_copy(file_store, path, OWN, actor=SYSTEM)
    by_hand(path, "UPDATE team SET county = '990099' WHERE id = 'T1'")
    outcome = merge_copy(file_store, path, actor=SYSTEM)
    assert [(one.id, one.field, one.code) for one in outcome.refused] == [
        ("T1", "county", "registers.unknown_county")
    ]
    assert held(file_store, "team")["T1"]["county"] == OWN


def test_points_outside_their_county_are_told_together(store: Store, tmp_path: Path) -> None:
    fill(store)
    rows = [team(f"N{i}", OWN, THERE) for i in range(3)] + [team("N7", OTHER, THERE)]
    path = write_csv(tmp_path / "t.csv", *rows)
    outcome = import_resources(store, "team", path, crs="EPSG:4326", actor=system_actor("t"))
    assert (outcome.faults, outcome.inserted) == ([], 4)
    (said,) = notices(outcome)
    assert "2, 3, 4" in said
    assert said.index(OWN) < said.index(OTHER)


def test_a_county_beyond_the_site_holds_no_point_of_the_site(store: Store, tmp_path: Path) -> None:
    fill(store)
    path = write_csv(tmp_path / "t.csv", team("N1", "140431"))
    (said,) = notices(
        import_resources(store, "team", path, crs="EPSG:4326", actor=system_actor("t"))
    )
    assert "140431" in said
    assert OWN in said


def test_a_point_in_no_county_is_told(store: Store, tmp_path: Path) -> None:
    fill(store)
    path = write_csv(tmp_path / "t.csv", team("N1", OWN, ("98.9", "30")))
    (said,) = notices(
        import_resources(store, "team", path, crs="EPSG:4326", actor=system_actor("t")), "zh"
    )
    assert "不在本站点任何县区" in said


def test_a_file_without_the_column_is_held_against_the_county_stored(
    store: Store, tmp_path: Path
) -> None:
    fill(store)
    row = team("T1", OWN, THERE)
    del row["county"]
    path = write_csv(tmp_path / "t.csv", row)
    (said,) = notices(
        import_resources(store, "team", path, crs="EPSG:4326", actor=system_actor("t"))
    )
    assert OWN in said


def test_a_point_at_the_border_is_not_told(store: Store, tmp_path: Path) -> None:
    """Borders are rounded to some ten metres."""
    fill(store)
    path = write_csv(tmp_path / "t.csv", team("N1", OWN, ("100.0003", "30")))
    assert (
        import_resources(store, "team", path, crs="EPSG:4326", actor=system_actor("t")).warnings
        == []
    )


def test_a_township_is_no_county(store: Store, tmp_path: Path) -> None:
    fill(store)
    whole = MultiPolygon([box(99, 29, 100, 30)])
    put(store, "area", {"id": "990001001", "name": "镇", "level": "township", "geom": whole})
    path = write_csv(tmp_path / "t.csv", team("N1", OWN))
    assert (
        import_resources(store, "team", path, crs="EPSG:4326", actor=system_actor("t")).warnings
        == []
    )


def test_a_hidden_danger_is_in_a_county_there_is(store: Store) -> None:
    fill(store)
    with store.session(write=True) as session, pytest.raises(InputError) as refused:
        open_ticket(session, SYSTEM, place="桥头", county="990099", **FOUND)
    assert refused.value.code == "registers.unknown_county"
    with store.session(write=True) as session:
        assert open_ticket(session, SYSTEM, place="桥头", county=OWN, **FOUND).county == OWN
