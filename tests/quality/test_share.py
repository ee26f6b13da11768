"""A county's workbook comes back as it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from shapely import Point

from gisapp.importing import import_resources
from gisapp.quality.share import write_share
from gisapp.quality.worklist import count_failing
from gisapp.registers.kinds import DETAILS, RESOURCE_KINDS
from gisapp.registers.kinds.hazard_source import HazardSource
from gisapp.registers.kinds.shelter import Shelter
from gisapp.registers.kinds.team import Team
from gisapp.registers.queries import record
from gisapp.rights import ForbiddenError, system_actor
from gisapp.store import Store
from tests.quality.records import HERE, TODAY, add_records
from tests.risks.hazards import IN_ONE, VIEWER

ACTOR = system_actor("test")


def share(store: Store, kind: str, path: Path, county: str | None = None) -> Path:
    with store.session() as session:
        write_share(session, kind, path, county=county, actor=ACTOR, today=TODAY)
    return path


def test_untouched_it_changes_nothing(store: Store, tmp_path: Path) -> None:
    add_records(store)
    with store.session(write=True) as session:
        able = [DETAILS["team"]["capabilities"].model(code="medical")]
        session.add(
            Team(id="T1", name="=1+1", team_type="medical", geom=HERE, capability_rows=able)
        )
    for kind in ("depot", "hazard_source", "lot", "geohazard", "shelter", "team"):
        path = share(store, kind, tmp_path / f"{kind}.xlsx")
        outcome = import_resources(store, kind, path, actor=system_actor("county"))
        assert (outcome.faults, outcome.inserted, outcome.updated) == ([], 0, 0), kind
        assert outcome.unchanged == outcome.read > 0


def test_a_position_keeps_its_last_digit(store: Store, tmp_path: Path) -> None:
    x, y = 111.51234567890123, 0.1 + 0.2
    with store.session(write=True) as session:
        session.add(Shelter(id="E9", name="所", geom=Point(x, y)))
    book = openpyxl.load_workbook(share(store, "shelter", tmp_path / "share.xlsx"))
    names = [item.name for item in RESOURCE_KINDS["shelter"].given()]
    row = [cell.value for cell in book.worksheets[0][2]]
    assert (row[names.index("x")], row[names.index("y")]) == (x, y)


def test_what_a_county_fills_in_comes_back(store: Store, tmp_path: Path) -> None:
    add_records(store)
    path = share(store, "hazard_source", tmp_path / "share.xlsx", "990001")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    names = [item.name for item in RESOURCE_KINDS["hazard_source"].given()]
    rows = {sheet.cell(number, 1).value: number for number in range(2, sheet.max_row + 1)}
    assert set(rows) - {None} == {"H1", "H2"}
    sheet.cell(rows["H2"], names.index("responsible") + 1, "赵六")
    sheet.cell(rows["H2"], names.index("verified_at") + 1, date(2026, 11, 20))
    book.save(path)
    outcome = import_resources(store, "hazard_source", path, actor=system_actor("county"))
    assert (outcome.faults, outcome.updated, outcome.unchanged) == ([], 1, 1)
    with store.session() as session:
        found = record(session, "hazard_source", "H2")
        assert (found["responsible"], found["verified_at"]) == ("赵六", date(2026, 11, 20))
        assert count_failing(session, "no_responsible", "hazard_source", today=TODAY) == 1


def test_only_what_is_missing_is_shown_and_marked(store: Store, tmp_path: Path) -> None:
    add_records(store)
    with store.session(write=True) as session:
        for row in session.query(HazardSource):
            row.quantity_t = 5
    path = share(store, "hazard_source", tmp_path / "share.xlsx", "990001")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    names = [item.name for item in RESOURCE_KINDS["hazard_source"].given()]
    letters = {name: openpyxl.utils.get_column_letter(names.index(name) + 1) for name in names}
    hidden = {name for name in names if sheet.column_dimensions[letters[name]].hidden}
    assert {"x", "y", "quantity_t", "synthetic"} <= hidden
    assert not {"id", "name", "responsible", "verified_at", "contact_phone"} & hidden
    fills = {
        sheet.cell(number, 1).value: sheet[f"{letters['responsible']}{number}"].fill.fgColor.rgb
        for number in (2, 3)
    }
    assert fills["H2"] == "FFFFF2CC"
    assert fills["H1"] != "FFFFF2CC"


def test_contacts_leave_only_with_those_who_see_them(store: Store, tmp_path: Path) -> None:
    for actor, county in ((VIEWER, "990001"), (IN_ONE, "990002"), (IN_ONE, None)):
        with store.session() as session, pytest.raises(ForbiddenError):
            write_share(
                session, "depot", tmp_path / "x.xlsx", county=county, actor=actor, today=TODAY
            )
