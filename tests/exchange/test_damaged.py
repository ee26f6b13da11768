"""Copies that were damaged on the way: one sentence, and nothing of their content anywhere."""

from __future__ import annotations

import logging
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gisapp.errors import InputError, StoreError
from gisapp.exchange.copying import export_copy
from gisapp.exchange.merging import merge_copy
from gisapp.exchange.models import ExchangeBase
from gisapp.importing import ImportingError
from gisapp.messages import sentence
from gisapp.rights import Actor
from gisapp.store import FileStore
from tests.exchange.copies import OWN, SYSTEM, by_hand, fill, held, put

FLIPS = 80
PAGE = 4096
SECRET = "13800001234"


@pytest.fixture
def taken(file_store: FileStore, tmp_path: Path) -> Path:
    fill(file_store)
    put(file_store, "team", {"id": "T1", "verified_at": None, "agency": "应急管理局"})
    return export_copy(file_store, tmp_path / "county.gpkg", OWN, actor=SYSTEM).path


def refused(store: FileStore, path: Path, *, actor: Actor = SYSTEM) -> str:
    """Merge in mind what must not be mergeable; return what is said in both languages."""
    with pytest.raises((InputError, ImportingError)) as raised:
        merge_copy(store, path, actor=actor, dry_run=True)
    return "\n".join(sentence(raised.value, lang) for lang in ("zh", "en"))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def zero_the_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // PAGE * PAGE
    content[middle : middle + 20 * PAGE] = bytes(20 * PAGE)
    path.write_bytes(content)


def only_the_head(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def no_teams(path: Path) -> None:
    by_hand(path, "DROP TABLE team_capability")


def another_schema(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = 'rubbish' WHERE name = 'team'")
        connection.commit()


def garbled_version(path: Path) -> None:
    by_hand(path, f"UPDATE alembic_version SET version_num = '{SECRET}'")


@pytest.mark.parametrize(
    "spoil",
    [cut, zero_the_middle, only_the_head, no_teams, another_schema, garbled_version],
    ids=lambda spoil: spoil.__name__,
)
def test_a_damaged_file_is_said_to_be_damaged(
    file_store: FileStore, taken: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(taken)
    said = refused(file_store, taken)
    assert "county.gpkg" in said
    assert SECRET not in said
    assert "\n" not in said.partition("\n")[2]


def test_a_newer_copy_is_said_to_be_newer(file_store: FileStore, taken: Path) -> None:
    by_hand(taken, "UPDATE alembic_version SET version_num = '9999'")
    assert "newer version" in refused(file_store, taken)


@pytest.mark.parametrize(
    ("column", "value"),
    [("people", "'viele 13800001234'"), ("verified_at", "'13800001234'"), ("name", "x'ff00fe'"),
     ("name", "cast(x'ff00fe' AS TEXT)"), ("updated_at", "'gestern'")],
)  # fmt: skip
def test_a_garbage_cell_is_named_and_not_taken_for_nothing(
    file_store: FileStore, taken: Path, column: str, value: str
) -> None:
    by_hand(taken, f"UPDATE team SET {column} = {value} WHERE id = 'T1'")
    said = refused(file_store, taken)
    assert SECRET not in said
    assert held(file_store, "team")["T1"]["people"] == 10


def test_garbage_in_what_both_sides_knew_is_no_new_record(
    file_store: FileStore, taken: Path
) -> None:
    by_hand(taken, f"UPDATE {ExchangeBase.__tablename__} SET content = '{{\"name\": '")
    assert "exchange_base" in refused(file_store, taken)


def test_flipped_bytes_end_in_a_merge_or_in_one_sentence(
    file_store: FileStore, taken: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = taken.read_bytes()
    chance = random.Random(7)
    used = [at for at in range(len(whole)) if whole[at]]
    path = tmp_path / "flipped.gpkg"
    caplog.set_level(logging.DEBUG)
    merged = 0
    said: list[str] = []
    for number in range(FLIPS):
        content = bytearray(whole)
        for at in chance.sample(used, 1 if number % 2 else 40):
            content[at] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
        try:
            merge_copy(file_store, path, actor=SYSTEM, dry_run=True)
            merged += 1
        except (InputError, ImportingError) as error:
            said += [sentence(error, lang) for lang in ("zh", "en")]
    assert merged < FLIPS * 3 // 4
    assert not any(SECRET in one for one in said)
    assert not any(record.exc_info for record in caplog.records)
    logged = [record.getMessage() for record in caplog.records]
    assert not any(SECRET in one or "张三丰" in one for one in logged)


def test_a_full_disk_is_no_fault_of_the_file(
    file_store: FileStore, taken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise StoreError("store.disk_full", path="x")

    monkeypatch.setattr("gisapp.exchange.reading.open_store", full)
    with pytest.raises(StoreError):
        merge_copy(file_store, taken, actor=SYSTEM, dry_run=True)
