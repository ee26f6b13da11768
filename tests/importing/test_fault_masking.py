"""Whoever may import but read no contacts is shown none in wrong rows."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from gisapp.importing.fault_masking import ContactMask
from gisapp.importing.outcome import Fault, ImportOutcome, WrongRow
from gisapp.registers import KINDS
from gisapp.registers.checking import as_text
from gisapp.registers.values import CellError, parse_cell
from gisapp.rights import Actor, Right

PHONE, NAME = "13900001234", "王秘密"
CELLS = {
    "编号": "T9", "名称": "九队", "人数": "x", "行政区划代码": "990001", "联系人": NAME,
    "联系电话": PHONE, "备用电话": "13700005678", "x": "100.1", "": "",
}  # fmt: skip
TEAM = KINDS["team"]


def somebody(*rights: Right, county: str | None = None) -> Actor:
    return Actor(
        login="t", name="t", role=None, county=county, agency=None,
        rights=frozenset({Right.VIEW, Right.IMPORT, *rights}),
    )  # fmt: skip


def wrong(cells: Mapping[str, str] = CELLS, *faults: Fault) -> WrongRow:
    return WrongRow(
        row=2, cells=dict(cells), key="T9", county=cells.get("行政区划代码"), faults=list(faults)
    )


def test_contacts_and_what_nobody_knows_are_hidden() -> None:
    shown = ContactMask(TEAM, CELLS, somebody()).row(wrong()).cells
    assert (shown["联系人"], shown["联系电话"]) == ("王**", "139****1234")
    assert shown["备用电话"] == "137****5678"
    kept = ("编号", "名称", "人数", "行政区划代码", "x", "")
    assert all(shown[name] == CELLS[name] for name in kept)


@pytest.mark.parametrize(
    ("county", "of_row", "sees"),
    [(None, "990001", True), ("990001", "990001", True), ("990002", "990001", False),
     ("990002", "", True)],
)  # fmt: skip
def test_whoever_reads_contacts_there_sees_them(
    county: str | None, of_row: str, *, sees: bool
) -> None:
    row = wrong(CELLS | {"行政区划代码": of_row})
    row = WrongRow(**{**vars(row), "county": of_row or None})
    shown = ContactMask(TEAM, CELLS, somebody(Right.SEE_CONTACTS, county=county)).row(row)
    assert (shown.cells["联系电话"] == PHONE) is sees


FAULTS = [
    Fault(row=2, column="联系电话", value=PHONE, code="import.shown_otherwise",
          params={"cell": "F2", "shown": "1.39E+10"}),
    Fault(row=2, column="联系电话", value=f" {PHONE}", code="import.hidden_character",
          params={"letter": "U+200B"}),
    Fault(row=2, column="人数", value=f"见 {PHONE}", code="import.not_a_number"),
    Fault(row=2, column="人数", value="x", code="registers.half_given",
          params={"held_en": "Phone", "note": f"{PHONE} {NAME}"}),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.code)
def test_no_fault_quotes_a_contact(fault: Fault) -> None:
    mask = ContactMask(TEAM, CELLS, somebody())
    outcome = ImportOutcome(
        kind="team", read=1, faults=[fault], wrong_rows=[wrong(CELLS, fault)], headers=list(CELLS)
    )
    shown = mask.outcome(outcome)
    for one in (*shown.faults, *shown.wrong_rows[0].faults):
        assert PHONE not in json.dumps(one.to_json())
        assert "1.39E+10" not in json.dumps(one.to_json())
        assert one.params.get("cell") == fault.params.get("cell")


def test_a_fault_of_the_columns_still_names_the_column() -> None:
    fault = Fault(row=1, column="手机", value="手机", code="import.duplicate_column",
                  params={"first": "联系电话", "field": "contact_phone"})  # fmt: skip
    outcome = ImportOutcome(kind="team", read=1, faults=[fault], headers=["手机", "联系电话"])
    assert ContactMask(TEAM, ["手机", "联系电话"], somebody()).outcome(outcome).faults == [fault]


@pytest.mark.parametrize("given", [PHONE, "0357-2012345", "119", "张三丰", "王"])
@pytest.mark.parametrize("field", ["contact_name", "contact_phone"])
def test_what_was_hidden_cannot_come_back_in(field: str, given: str) -> None:
    cells = {field: given, "county": "990001"}
    row = WrongRow(row=2, cells=cells, key=None, county="990001", faults=[])
    shown = ContactMask(TEAM, cells, somebody()).row(row).cells[field]
    assert shown != given
    with pytest.raises(CellError, match=r"import\.masked"):
        parse_cell(TEAM.field(field), as_text(shown))
