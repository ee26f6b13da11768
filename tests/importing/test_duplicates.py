"""What is one thing twice is proposed, and merged without losing anything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from gisapp.errors import InputError, UnknownRecordError
from gisapp.events import since
from gisapp.importing import import_resources
from gisapp.importing.chinese_grids import wgs84_to_gcj02
from gisapp.importing.duplicates import MOST_NEIGHBOURS, likeness
from gisapp.importing.mergers import dismiss_pair, merge, proposed_pairs
from gisapp.importing.models import DuplicatePair
from gisapp.registers import record
from gisapp.registers.kinds import MODELS
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Role, system_actor
from gisapp.store import FileStore, Store
from tests.importing.files import write_csv

LI = system_actor("li")
DEPOT = {"id": "D1", "name": "甲县物资库", "x": "111.5", "y": "36.1", "level": "county",
         "county": "141002", "agency": ""}  # fmt: skip


def load(store: Store, path: Path, *rows: dict[str, str], kind: str = "depot", crs="EPSG:4490"):
    return import_resources(store, kind, write_csv(path, *rows), crs=crs, actor=system_actor("li"))


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("甲县物资库", "甲物资库", True),
        ("宏远煤业有限公司", "宏远煤业（集团）有限责任公司", True),
        ("ＡＢ 消防站", "ab消防站", True),
        ("一号井", "二号井", False),
        ("第3中学", "第13中学", False),
        ("人民医院", "消防救援站", False),
        ("", "", True),
    ],
)
def test_likeness_of_names(first: str, second: str, alike: bool) -> None:
    assert (likeness(first, second) >= 0.75) is alike


def test_copies_in_gcj02_and_cgcs2000_merge(store: Store, tmp_path: Path) -> None:
    """One point, once surveyed and once off a web map, becomes one record with all fields."""
    load(store, tmp_path / "a.csv", DEPOT)
    lon, lat = wgs84_to_gcj02(np.array([111.5]), np.array([36.1]))
    copy = DEPOT | {"id": "G7", "name": "甲县 物资库", "x": str(lon[0]), "y": str(lat[0]),
                    "agency": "县应急局"}  # fmt: skip
    outcome = load(store, tmp_path / "b.csv", copy, crs="GCJ-02")
    assert (outcome.inserted, outcome.proposed) == (1, 1)
    lot = {"id": "L1", "depot_id": "G7", "item_code": "1010203", "item": "帐篷",
           "quantity": "3", "unit": "顶"}  # fmt: skip
    load(store, tmp_path / "l.csv", lot, kind="lot")
    with store.session(write=True) as session:
        (pair,) = proposed_pairs(session)
        assert pair.distance_m < 1
        merge(session, LI, "depot", "D1", "G7", choices={}, why="同一库")
    with store.session() as session:
        kept = record(session, "depot", "D1")
        assert (kept["name"], kept["agency"], kept["version"]) == ("甲县物资库", "县应急局", 2)
        assert record(session, "lot", "L1")["depot_id"] == "D1"
        depot = MODELS["depot"]
        retired = session.scalars(select(depot.id).where(depot.retired_at.is_not(None))).all()
        assert retired == ["G7"]
        assert proposed_pairs(session) == []
        told = [(event.kind, event.subject_id, event.who) for event in since(session, 0)][-5:]
    ids = ["D1", "G7", "L1", "G7", "D1"]  # the last two tell of the merger itself
    assert told == [("lot" if one == "L1" else "depot", one, "li") for one in ids]
    again = load(store, tmp_path / "b.csv", copy, crs="GCJ-02")
    assert [fault.code for fault in again.faults] == ["import.retired"]


def test_choices_say_whose_value_counts(file_store: FileStore, tmp_path: Path) -> None:
    load(file_store, tmp_path / "a.csv", DEPOT | {"agency": "甲局"})
    load(file_store, tmp_path / "b.csv", DEPOT | {"id": "D2", "agency": "乙局", "x": "111.501"})
    with file_store.session(write=True) as session:
        merge(session, LI, "depot", "D1", "D2", choices={"agency": "drop"}, why="x")
    with file_store.session() as session:
        kept = record(session, "depot", "D1")
    assert (kept["agency"], kept["x"]) == ("乙局", 111.5)


def test_a_dismissed_pair_is_not_proposed_again(file_store: FileStore, tmp_path: Path) -> None:
    load(file_store, tmp_path / "a.csv", DEPOT, DEPOT | {"id": "D2"})
    with file_store.session(write=True) as session:
        (pair,) = proposed_pairs(session)
        dismiss_pair(session, LI, pair.fid, why="两个库")
        with pytest.raises(UnknownRecordError):
            dismiss_pair(session, LI, pair.fid, why="")
    again = load(file_store, tmp_path / "a.csv", DEPOT | {"x": "111.5001"})
    assert (again.updated, again.proposed) == (1, 0)
    with file_store.session() as session:
        assert session.scalars(select(DuplicatePair.state)).all() == ["dismissed"]


def test_far_apart_or_named_otherwise_is_no_pair(file_store: FileStore, tmp_path: Path) -> None:
    rows = (DEPOT, DEPOT | {"id": "D2", "x": "111.504"}, DEPOT | {"id": "D3", "name": "乙乡粮站"})
    assert load(file_store, tmp_path / "a.csv", *rows).proposed == 0


def test_thousands_at_one_position_stay_few_pairs(file_store: FileStore, tmp_path: Path) -> None:
    rows = [DEPOT | {"id": f"D{number}"} for number in range(3000)]
    outcome = load(file_store, tmp_path / "a.csv", *rows)
    assert outcome.inserted == 3000
    assert 0 < outcome.proposed <= 3000 * (MOST_NEIGHBOURS + 1)


def test_what_cannot_be_merged(file_store: FileStore, tmp_path: Path) -> None:
    load(file_store, tmp_path / "a.csv", DEPOT, DEPOT | {"id": "D2"})
    editor = Actor(login="w", name="w", role=Role.COUNTY_EDITOR, county="990001", agency=None,
                   rights=ROLE_RIGHTS[Role.COUNTY_EDITOR])  # fmt: skip
    with file_store.session(write=True) as session:
        with pytest.raises(InputError, match="itself"):
            merge(session, LI, "depot", "D1", "D1", choices={}, why="")
        with pytest.raises(UnknownRecordError):
            merge(session, LI, "depot", "D1", "D9", choices={}, why="")
        with pytest.raises(InputError, match="keep or drop"):
            merge(session, LI, "depot", "D1", "D2", choices={"id": "drop"}, why="")
        with pytest.raises(ForbiddenError):
            merge(session, editor, "depot", "D1", "D2", choices={}, why="")
        for pair in proposed_pairs(session):
            with pytest.raises(ForbiddenError):
                dismiss_pair(session, editor, pair.fid, why="")
        assert proposed_pairs(session)
