"""Contacts of a file: odd numbers are stored and told, hidden ones mean unchanged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gisapp.importing import ImportOutcome, import_resources
from gisapp.quality.board import tally
from gisapp.quality.worklist import failing
from gisapp.rights import system_actor
from gisapp.store import Store
from tests.exchange.copies import held
from tests.importing.files import TEAM_ROW, write_csv

TODAY = date(2026, 11, 26)


def team(record_id: str, phone: str, name: str = "张三丰") -> dict[str, str]:
    return TEAM_ROW | {"id": record_id, "contact_phone": phone, "contact_name": name}


def taken(store: Store, path: Path, *rows: dict[str, str]) -> ImportOutcome:
    return import_resources(
        store, "team", write_csv(path / "t.csv", *rows), crs="EPSG:4326", actor=system_actor("t")
    )


def test_odd_numbers_are_stored_told_and_on_the_board(store: Store, tmp_path: Path) -> None:
    rows = [team("N1", "13800001111"), team("N2", "0357"), team("N3", "见门牌")]
    outcome = taken(store, tmp_path, *rows)
    assert (outcome.faults, outcome.inserted) == ([], 3)
    (said,) = outcome.warnings
    assert "3, 4" in said.sentence("zh")
    assert "0357" not in said.sentence("en")  # notices are kept where others read them
    assert held(store, "team")["N2"]["contact_phone"] == "0357"
    with store.session() as session:
        listed = failing(session, "odd_phone", "team", today=TODAY)
        counts = [one.counts["odd_phone"] for one in tally(session, "team", today=TODAY)]
    assert ([one.id for one in listed], counts) == (["N2", "N3"], [2])


@pytest.mark.parametrize("ruined", ["1.38E+10", "13800000000.0"])
def test_a_ruined_number_stays_a_fault(store: Store, tmp_path: Path, ruined: str) -> None:
    outcome = taken(store, tmp_path, team("N1", ruined))
    assert [one.code for one in outcome.faults] == ["import.ruined_number"]


def test_a_hidden_contact_of_a_known_record_is_unchanged(store: Store, tmp_path: Path) -> None:
    taken(store, tmp_path, team("N1", "13812341111"), team("N2", "0357-2000001"))
    again = [team("N1", "138****1111", "张**") | {"people": "31"}, team("N2", "035****0001")]
    outcome = taken(store, tmp_path, *again)
    assert (outcome.faults, outcome.updated, outcome.unchanged) == ([], 1, 1)
    assert [one.code for one in outcome.warnings] == ["import.masked_kept"]
    assert "2, 3" in outcome.warnings[0].sentence("en")
    now = held(store, "team")["N1"]
    assert (now["contact_phone"], now["contact_name"]) == ("13812341111", "张三丰")
    assert now["people"] == 31


@pytest.mark.parametrize("stored", ["13900002222", ""])
def test_one_that_hides_another_number_is_told(store: Store, tmp_path: Path, stored: str) -> None:
    taken(store, tmp_path, team("N1", stored))
    outcome = taken(store, tmp_path, team("N1", "138****1111"))
    assert outcome.faults == []
    assert [one.code for one in outcome.warnings] == ["import.masked_differs"]
    assert held(store, "team")["N1"]["contact_phone"] == (stored or None)


def test_a_mask_of_ones_own_tells_nothing_of_the_number(store: Store, tmp_path: Path) -> None:
    """Else whoever may import could guess a hidden number figure by figure."""
    taken(store, tmp_path, team("N1", "13812341111"))
    for guess in ("1380***1111", "1381***1111", "138**341111"):
        outcome = taken(store, tmp_path, team("N1", guess))
        assert [one.code for one in outcome.warnings] == ["import.masked_kept"]


@pytest.mark.parametrize(
    ("phone", "name", "code"),
    [("138****1111", "张三", "import.masked_phone"), ("138xxxx1111", "", "import.masked_phone"),
     ("13800001111", "张**", "import.masked_name")],
)  # fmt: skip
def test_a_new_record_needs_the_whole_of_it(
    store: Store, tmp_path: Path, phone: str, name: str, code: str
) -> None:
    outcome = taken(store, tmp_path, team("N1", phone, name))
    assert [one.code for one in outcome.faults] == [code]
    assert outcome.inserted == 0
