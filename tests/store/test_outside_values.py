"""What another program writes into a column that cannot hold it stops nothing."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, select, text

from gisapp.bootstrap import App
from gisapp.exchange.features import Choice, walk
from gisapp.incidents.dispatch import propose
from gisapp.registers import queries
from gisapp.registers.export import FORMATS, export_list
from gisapp.registers.kinds import KINDS, MODELS
from gisapp.registers.kinds.team import Team
from gisapp.registers.listing import Question, every_record
from gisapp.rights import Actor
from gisapp.schema.types import Day, Number, Whole, Words, YesNo
from gisapp.store import FileStore, ServerStore
from tests.registers.test_editing import ADMIN
from tests.store.every_table import ROWS, fill_every_table

ACTOR: Actor = ADMIN
BAD: dict[type, tuple[object, ...]] = {
    Day: ("2026/5/31", "", 20260531, b"\xff"),
    Whole: ("many", 5.5, b"\xff"),
    Number: ("many", b"\xff"),
    YesNo: ("yes", 7, b"\xff"),
}
BAD_WORDS = "队".encode("gbk")


HELD = 9
"""Rows of each register: one for each thing that is wrong by itself, and one that is as it was."""


def _bad_rows(kind: str) -> list[list[tuple[str, object]]]:
    """What is written into each row: a value into each column, then what a column may hold besides.

    A bad geometry stands in a row of its own: whoever leaves the row out would not read its other
    columns.
    """
    table = MODELS[kind].__table__
    # A value for each column, in turn: each column and, over all registers, each value of its type.
    turn = list(KINDS).index(kind)
    cells: list[tuple[str, object]] = []
    for column in table.columns:
        values = BAD.get(type(column.type), ())
        if values and not column.primary_key:
            cells.append((column.name, values[(turn + len(cells)) % len(values)]))
    texts: list[tuple[str, object]] = [
        (column.name, BAD_WORDS)
        for column in table.columns
        if isinstance(column.type, Words) and column.name != "id"
    ]
    rows = [cells, texts, *([("updated_at", value)] for value in ("yesterday", 5))]
    if KINDS[kind].geometry is not None:
        values = (b"GP", b"GP\0\1\0\0\0\0\1", b"no geometry", "text")
        rows += [[("geom", value)] for value in values]
    assert len(rows) < HELD
    return rows


def _write(outside: sqlite3.Connection, kind: str, row: int, cell: tuple[str, object]) -> bool:
    """Write into one row past the application; False where a check of the file refuses."""
    column, value = cell
    number = f'(SELECT fid FROM "{kind}" ORDER BY fid LIMIT 1 OFFSET {row})'
    try:
        outside.execute(f'UPDATE "{kind}" SET "{column}" = ? WHERE fid = {number}', (value,))
    except sqlite3.IntegrityError:
        return False
    return True


def _repeat_first(connection: Connection, table: Table, number: int) -> None:
    """Write the first row of a table once more, under another id."""
    own = {"fid": f"fid + {number + 1}", "id": f"id || '#{number}'"}
    names = [column.name for column in table.columns]
    said = ", ".join(own.get(name, f'"{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    connection.execute(
        text(
            f'INSERT INTO "{table.name}" ({listed}) SELECT {said} FROM "{table.name}"'
            " ORDER BY fid LIMIT 1"
        )
    )


@pytest.fixture(scope="module")
def filled_file(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with rows in every table, all records in use."""
    path = Path(shutil.copy(empty_file, tmp_path_factory.mktemp("filled") / "site.gpkg"))
    with FileStore(path) as store, store.connection(write=True) as connection:
        fill_every_table(connection)
        for kind in KINDS:
            connection.execute(text(f'UPDATE "{kind}" SET retired_at = NULL, retired_by = NULL'))
            for number in range(HELD - ROWS):
                _repeat_first(connection, MODELS[kind].__table__, number)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_bad_cells_stop_no_reading(kind: str, filled_file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(filled_file, tmp_path / "site.gpkg"))
    with closing(sqlite3.connect(path)) as outside, outside:
        for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY", "ST_IsEmpty"):
            outside.create_function(name, 1, lambda _blob: None, deterministic=True)
        written = [
            cell[0]
            for row, cells in enumerate(_bad_rows(kind))
            for cell in cells
            if _write(outside, kind, row, cell)
        ]
    assert len(set(written)) > 1
    with FileStore(path) as store, store.session() as session:
        assert len(list(every_record(session, kind, Question()))) == HELD
        assert len(list(walk(session, KINDS[kind], Choice(), actor=ACTOR))) == HELD
        for record_id in session.scalars(select(MODELS[kind].id)):
            queries.record(session, kind, record_id)
        if KINDS[kind].geometry is not None:
            assert len(queries.features(session, kind)) == HELD - written.count("geom")
        for name, form in FORMATS.items():
            if KINDS[kind].geometry is None and form.located:
                continue
            made = tmp_path / f"made.{name}"
            exported = export_list(
                session, kind, Question(), made, format_name=name, actor=ACTOR, lang="zh"
            )
            assert exported == HELD


def _ogrinfo(source: Path, sql: str) -> None:
    if shutil.which("ogrinfo") is None:
        pytest.skip("no GDAL programs here: install gdal-bin")
    subprocess.run(["ogrinfo", "-q", source, "-sql", sql], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("column", "value"),
    [("verified_at", "'2026/5/31'"), ("people", "'many'")],
)
def test_gdal_writes_what_is_no_value_and_dispatch_goes_on(
    tiny_app: App, tiny_folder: Path, column: str, value: str
) -> None:
    """The team stays among the proposed, its bad value unknown; the cell is not touched."""
    before = propose(tiny_app, 100.04, 30.0, "fire")
    _ogrinfo(tiny_folder / "site.gpkg", f"UPDATE team SET {column} = {value} WHERE id = 'T1'")
    after = propose(tiny_app, 100.04, 30.0, "fire")
    assert {one.team.id for one in after.proposed} == {one.team.id for one in before.proposed}
    with tiny_app.store.session() as session:
        assert getattr(session.scalars(select(Team).where(Team.id == "T1")).one(), column) is None
        kept: Any = session.execute(text(f"SELECT {column} FROM team WHERE id = 'T1'"))
        assert kept.scalar_one() == value.strip("'")


def test_text_in_another_encoding_stops_no_reading(tiny_app: App, tiny_folder: Path) -> None:
    """GBK where UTF-8 belongs: what cannot be told is shown as such."""
    _ogrinfo(
        tiny_folder / "site.gpkg",
        "UPDATE team SET contact_name = CAST(X'C0EE' AS TEXT) WHERE id = 'T1'",
    )
    assert propose(tiny_app, 100.04, 30.0, "fire").proposed
    with tiny_app.store.session() as session:
        (row,) = [row for row in every_record(session, "team", Question()) if row["id"] == "T1"]
    assert row["contact_name"] == "\ufffd\ufffd"


def test_moments_beyond_the_calendar_are_unknown_on_a_server(postgis_store: ServerStore) -> None:
    """PostgreSQL's infinity, and years that Python's calendar has not."""
    with postgis_store.connection(write=True) as connection:
        fill_every_table(connection)
        connection.execute(
            text(
                "UPDATE team SET verified_at = 'infinity', updated_at = '-infinity',"
                " retired_at = NULL, retired_by = NULL"
            )
        )
        connection.execute(
            text("UPDATE depot SET area_m2 = 'NaN', retired_at = NULL, retired_by = NULL")
        )
    with postgis_store.session() as session:
        rows = list(every_record(session, "team", Question()))
        assert [(row["verified_at"], row["updated_at"]) for row in rows] == [(None, None)] * ROWS
        assert [row["area_m2"] for row in every_record(session, "depot", Question())] == [
            None
        ] * ROWS
