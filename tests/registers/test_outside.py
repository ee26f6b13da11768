"""What other programs leave behind is named, stops nothing, and is mended."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text

from gisapp.backup import back_up, restore
from gisapp.bootstrap import DATABASE_FILE, App, open_app
from gisapp.doctor import examine, repair
from gisapp.events import Event
from gisapp.registers.editing import change
from gisapp.registers.kinds import DETAILS
from gisapp.registers.kinds.team import Team
from gisapp.registers.listing import Question, every_record, list_records
from gisapp.registers.outside import left_behind, unreadable_fields
from gisapp.rights import system_actor
from gisapp.settings import Settings
from gisapp.store import FileStore, ServerStore, Store, open_store
from gisapp.store.copying import copy_store
from gisapp.tables import all_tables
from tests.registers.test_editing import ADMIN
from tests.store.every_table import fill_every_table


def _ogrinfo(folder: Path, sql: str) -> None:
    if shutil.which("ogrinfo") is None:
        pytest.skip("no GDAL programs here: install gdal-bin")
    done = subprocess.run(
        ["ogrinfo", folder / DATABASE_FILE, "-sql", sql], check=True, capture_output=True
    )
    assert b"ERROR" not in done.stderr, done.stderr


def _said(folder: Path) -> list[tuple[str, str]]:
    found = examine(Settings(dir=folder, lang="en"))
    return [(one.level, one.text) for one in found if one.subject == "outside"]


def test_a_deleted_team_stops_neither_doctor_nor_backup_and_comes_back(
    tiny_app: App, tiny_folder: Path, tmp_path: Path
) -> None:
    with tiny_app.store.session() as session:
        team = session.scalars(select(Team).where(Team.id == "T1")).one()
        name, place = team.name, team.geom
        kept = DETAILS["team"]["capabilities"].model
        tags = session.scalars(select(kept.code).where(kept.owner_id == "T1")).all()
    assert tags
    _ogrinfo(tiny_folder, "DELETE FROM team WHERE id = 'T1'")
    ((level, said), (_, orphans)) = _said(tiny_folder)
    assert level == "warn"
    assert "Rescue team T1" in said
    assert "--repair" in said
    assert "team_capability" in orphans
    manifest = back_up(tiny_app, tmp_path / "b.zip")
    restore(Settings(dir=tmp_path / "back"), tmp_path / "b.zip")
    assert manifest.counts["team_capability"] >= len(tags)
    assert all(one.level != "fail" for one in examine(Settings(dir=tiny_folder)))

    repair(Settings(dir=tiny_folder), actor=system_actor("值班员"))
    assert _said(tiny_folder) == [("ok", "nothing left behind by other programs")]
    with tiny_app.store.session() as session:
        team = session.scalars(select(Team).where(Team.id == "T1")).one()
        assert (team.name, team.geom) == (name, place)
        assert team.retired_at is not None
        assert team.version == 2  # made, brought back
        assert sorted(one.code for one in team.capability_rows) == sorted(tags)
        what = session.scalars(
            select(Event.what).where(Event.subject_id == "T1").order_by(Event.seq)
        ).all()
        assert what[-2:] == ["delete", "restore"]


def test_values_that_cannot_be_read_are_named_and_mended(tiny_app: App, tiny_folder: Path) -> None:
    _ogrinfo(tiny_folder, "UPDATE team SET verified_at = '2026/5/31' WHERE id = 'T1'")
    _ogrinfo(tiny_folder, "UPDATE team SET people = 'many' WHERE id = 'T2'")
    ((level, said),) = _said(tiny_folder)
    assert level == "warn"
    assert "Rescue team T1 Verified on = '2026/5/31'" in said
    assert "Rescue team T2 People = 'many'" in said
    with tiny_app.store.session() as session:
        assert unreadable_fields(session, "team", ["T1", "T2", "T3"]) == {
            "T1": {"verified_at": "2026/5/31"},
            "T2": {"people": "many"},
        }
    repair(Settings(dir=tiny_folder), actor=system_actor("值班员"))
    assert _said(tiny_folder)[0][0] == "ok"
    with tiny_app.store.session() as session:
        one, two = session.scalars(select(Team).where(Team.id.in_(["T1", "T2"])).order_by(Team.id))
        assert one.verified_at == date(2026, 5, 31)
        assert two.people is None
        told = session.scalars(select(Event).order_by(Event.seq.desc()).limit(2)).all()
        assert {json.dumps(event.data, ensure_ascii=False) for event in told} == {
            '{"before": {"verified_at": "2026/5/31"}, "after": {"verified_at": "2026-05-31"}}',
            '{"before": {"people": "many"}, "after": {"people": null}}',
        }
        assert {event.who for event in told} == {"值班员"}


def test_a_position_that_cannot_be_read_is_left_to_a_person(
    tiny_app: App, tiny_folder: Path
) -> None:
    _ogrinfo(tiny_folder, "UPDATE team SET geom = X'00' WHERE id = 'T1'")
    repair(Settings(dir=tiny_folder), actor=system_actor("x"))
    ((level, said),) = _said(tiny_folder)
    assert (level, "Rescue team T1" in said) == ("warn", True)
    assert len(list(_all(tiny_app.store))) == len({row["id"] for row in _all(tiny_app.store)})


def _all(store: Store) -> list[dict[str, object]]:
    with store.session() as session:
        return list(every_record(session, "team", Question()))


def test_orphans_that_no_log_tells_of_lose_their_reference(
    tiny_app: App, tiny_folder: Path
) -> None:
    """As an older version of the file has them, without a trace of what they referred to."""
    with closing(sqlite3.connect(tiny_folder / DATABASE_FILE)) as other, other:
        for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY", "ST_IsEmpty"):
            other.create_function(name, 1, lambda _blob: None, deterministic=True)
        other.execute(
            "INSERT INTO team_vehicle (team_id, profile, count) VALUES ('no', 'light', 1)"
        )
    ((level, said),) = _said(tiny_folder)
    assert (level, "Rescue team no" in said) == ("warn", True)
    repair(Settings(dir=tiny_folder), actor=system_actor("x"))
    assert _said(tiny_folder)[0][0] == "ok"
    with tiny_app.store.session() as session:
        event = session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()
        assert (event.what, event.kind, event.subject_id) == ("repair", "team", "no")
        assert event.data is not None
        assert event.data["before"] == {"vehicles": {"profile": "light", "count": 1}}


def test_every_row_is_read_past_one_with_an_unreadable_day(file_store: FileStore) -> None:
    """Whatever page it ends, in either order."""
    with file_store.connection(write=True) as connection:
        fill_every_table(connection)
        connection.execute(text("UPDATE team SET retired_at = NULL, retired_by = NULL"))
    with file_store.session() as session:
        ids = list(session.scalars(select(Team.id)))
    for column in ("verified_at", "updated_at"):
        for value in ("'2026/5/31'", "20260531", "''", "X'ff'"):
            for one in ids:
                with file_store.connection(write=True) as connection:
                    connection.execute(
                        text(f"UPDATE team SET {column} = {value} WHERE id = :id"), {"id": one}
                    )
                for sort in (column, f"-{column}"):
                    seen, after = [], None
                    with file_store.session() as session:
                        while True:
                            page = list_records(
                                session, "team", Question(sort=sort), limit=1, after=after
                            )
                            seen += [row["id"] for row in page.rows]
                            after = page.next
                            if after is None:
                                break
                    assert sorted(seen) == sorted(ids), (column, value, sort)


def test_a_copy_says_what_it_leaves(
    tiny_app: App, tiny_folder: Path, tmp_path: Path, postgis_url: str
) -> None:
    _ogrinfo(tiny_folder, "ALTER TABLE team ADD COLUMN remark TEXT")
    _ogrinfo(tiny_folder, "UPDATE team SET people = 'many' WHERE id = 'T2'")
    _ogrinfo(tiny_folder, "DELETE FROM team WHERE id = 'T1'")
    tiny_app.store.close()
    with open_store(tiny_folder / DATABASE_FILE) as source:
        copied = copy_store(source, tmp_path / "copy.gpkg", tables=all_tables())
        with ServerStore(postgis_url) as server, server.connection(write=True) as connection:
            connection.execute(text("DROP SCHEMA gisapp CASCADE"))
        copy_store(source, postgis_url, tables=all_tables())
    assert copied.left_columns == ["team.remark"]
    assert copied.left_cells == {"team.people": 1}
    assert set(copied.left_rows) >= {"team_capability"}
    with ServerStore(postgis_url) as server, server.session() as session:
        assert left_behind(session).cells == []
        assert [one.id for one in left_behind(session).deleted] == ["T1"]


def test_what_a_server_holds_beyond_any_calendar_is_named(postgis_store: ServerStore) -> None:
    with postgis_store.connection(write=True) as connection:
        fill_every_table(connection)
        connection.execute(text("UPDATE team SET verified_at = 'infinity'"))
        connection.execute(text("UPDATE depot SET area_m2 = 'NaN'"))
    with postgis_store.session() as session:
        found = {(cell.table, cell.column, cell.text) for cell in left_behind(session).cells}
        assert {("team", "verified_at", "infinity"), ("depot", "area_m2", "NaN")} <= found


def test_nothing_is_found_where_nothing_is_wrong(store: Store) -> None:
    with store.connection(write=True) as connection:
        fill_every_table(connection)
    with store.session() as session:
        assert not left_behind(session)


def test_a_row_added_in_an_older_version_can_be_saved(tiny_folder: Path) -> None:
    """As QGIS added it before the file told defaults as numbers: with version 0."""
    app = open_app(Settings(dir=tiny_folder))
    with app.store.connection(write=True) as connection:  # ours, so that nothing raises it
        connection.execute(text("UPDATE team SET version = 0 WHERE id = 'T1'"))
    with app.store.session(write=True) as session:
        assert change(session, ADMIN, "team", "T1", {"people": 7}, version=0, why="x") == 1
    app.store.close()
