"""Backups made while a site is used, and sites brought back from them."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gisapp.backup import back_up, restore
from gisapp.bootstrap import DATABASE_FILE, App, open_app
from gisapp.events import latest, record_event, since
from gisapp.road_files import ROADS_FILE
from gisapp.settings import Settings
from gisapp.store import StoreError, open_store
from gisapp.tables import all_tables
from tests.postgis_server import BARE, Server, database
from tests.store.every_table import fill_every_table
from tests.zips import jam


def note(app: App, subject: str) -> None:
    with app.store.session(write=True) as session:
        record_event(session, who="li", what="revoke", kind="access_token", subject_id=subject)


def last_event(settings: Settings) -> int:
    app = open_app(settings)
    with app.store.session() as session:
        found = latest(session)
    app.store.close()
    return found


@dataclass(frozen=True)
class Place:
    """A site, and where another one could stand."""

    settings: Settings
    elsewhere: Settings


@pytest.fixture(params=["file", "postgis"])
def place(request: pytest.FixtureRequest, tiny_folder: Path, tmp_path: Path) -> Iterator[Place]:
    other = tmp_path / "other"
    if request.param == "file":
        yield Place(Settings(dir=tiny_folder), Settings(dir=other))
        return
    server: Server = request.getfixturevalue("postgis_server")
    settings = request.getfixturevalue("tiny_on_server")
    with database(server, template=BARE) as free:
        yield Place(settings, Settings(dir=other, database_url=free))


@pytest.fixture
def app(place: Place) -> Iterator[App]:
    opened = open_app(place.settings)
    yield opened
    opened.store.close()


def test_backup_comes_back_as_it_was(app: App, place: Place, tmp_path: Path) -> None:
    """Records and roads, in another folder or on another server's database."""
    manifest = back_up(app, tmp_path / "site.zip")
    done = restore(place.elsewhere, tmp_path / "site.zip")
    assert done.aside is None
    assert sum(manifest.counts.values()) > 20
    again = open_app(place.elsewhere)
    assert again.site == app.site
    assert again.router.network.node_count == app.router.network.node_count
    with again.store.session() as there, app.store.session() as here:
        first, second = since(here, 0), since(there, 0)
        assert [(e.seq, e.at, e.data) for e in first] == [(e.seq, e.at, e.data) for e in second]
    again.store.close()
    assert {path.name for path in place.elsewhere.dir.iterdir()} <= {DATABASE_FILE, ROADS_FILE}


def test_backup_while_others_write_is_one_moment(app: App, place: Place, tmp_path: Path) -> None:
    """Each writer leaves pairs of events: a backup never holds half a pair."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            with app.store.session(write=True) as session:
                for half in "ab":
                    record_event(session, who=half, what="sign_out", kind="account", subject_id="1")

    writer = threading.Thread(target=work)
    writer.start()
    try:
        for number in range(2):
            back_up(app, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writer.join()
    for number in range(2):
        with zipfile.ZipFile(tmp_path / f"{number}.zip") as archive:
            archive.extract(DATABASE_FILE, tmp_path / str(number))
        with open_store(tmp_path / str(number) / DATABASE_FILE) as store, store.session() as s:
            halves = [event.who for event in since(s, 0, limit=10**6) if event.kind == "account"]
        assert halves == ["a", "b"] * (len(halves) // 2)


def test_site_that_went_on_is_kept_unless_told(app: App, place: Place, tmp_path: Path) -> None:
    file = tmp_path / "site.zip"
    before = back_up(app, file).last_event
    note(app, "T1")
    app.store.close()
    with pytest.raises(StoreError) as caught:
        restore(place.settings, file)
    assert caught.value.code == "backup.newer_site"
    assert last_event(place.settings) == before + 1

    done = restore(place.settings, file, replace=True)
    assert last_event(place.settings) == before
    assert done.aside is not None
    kept = {path.name for path in done.aside.iterdir()}
    assert ROADS_FILE in kept
    # What was there is a site again when brought back.
    if place.settings.server_url:
        restore(place.elsewhere, done.aside / "site.zip")
        assert last_event(place.elsewhere) == before + 1
    else:
        assert last_event(Settings(dir=done.aside)) == before + 1


def test_older_site_gives_way(app: App, place: Place, tmp_path: Path) -> None:
    back_up(app, tmp_path / "site.zip")
    app.store.close()
    assert restore(place.settings, tmp_path / "site.zip").aside is not None


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flip(file: Path) -> None:
    """One bit of the packed database that changes what is unpacked."""
    sound = file.read_bytes()
    for at in range(len(sound) // 2, len(sound)):
        file.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
        with contextlib.suppress(zipfile.BadZipFile, zlib.error), zipfile.ZipFile(file) as archive:
            if archive.testzip() is None:
                continue  # some bits of a packed file say nothing
        return


def rewrite(file: Path, **changed: bytes) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in (parts | changed).items():
            archive.writestr(name, content)


def other_rows(file: Path) -> None:
    """A database that is sound, but not the one that was backed up."""
    with zipfile.ZipFile(file) as archive:
        manifest = archive.read("backup.json").replace(b'"team": 7', b'"team": 8')
    rewrite(file, **{"backup.json": manifest})


def climbing_name(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        manifest = archive.read("backup.json").replace(b"roads.npz", b"../../roads.npz")
    rewrite(file, **{"backup.json": manifest, "../../roads.npz": b"x"})


def jammed(file: Path) -> None:
    jam(file, DATABASE_FILE)


@pytest.mark.parametrize("spoil", [cut, flip, jammed, other_rows, climbing_name, Path.unlink])
def test_bad_backup_touches_nothing(
    tiny_app: App, tiny_folder: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    file = tmp_path / "site.zip"
    back_up(tiny_app, file)
    tiny_app.store.close()
    spoil(file)
    before = {path: path.read_bytes() for path in tiny_folder.rglob("*") if path.is_file()}
    with pytest.raises(StoreError) as caught:
        restore(Settings(dir=tiny_folder), file, replace=True)
    assert caught.value.code in {
        "backup.damaged", "backup.unreadable", "backup.missing", "store.damaged",
    }  # fmt: skip
    assert {path: path.read_bytes() for path in tiny_folder.rglob("*") if path.is_file()} == before


def test_site_in_use_is_not_replaced(tiny_app: App, tiny_folder: Path, tmp_path: Path) -> None:
    """A server that has the file open would go on writing into the file set aside."""
    back_up(tiny_app, tmp_path / "site.zip")
    with tiny_app.store.session(), pytest.raises(StoreError) as caught:
        restore(Settings(dir=tiny_folder), tmp_path / "site.zip")
    assert caught.value.code == "store.locked"
    note(tiny_app, "T1")


def test_damaged_site_is_replaced_and_kept(
    tiny_app: App, tiny_folder: Path, tmp_path: Path
) -> None:
    back_up(tiny_app, tmp_path / "site.zip")
    tiny_app.store.close()
    (tiny_folder / DATABASE_FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError) as caught:
        restore(Settings(dir=tiny_folder), tmp_path / "site.zip")
    assert caught.value.code == "backup.newer_site"
    done = restore(Settings(dir=tiny_folder), tmp_path / "site.zip", replace=True)
    assert last_event(Settings(dir=tiny_folder)) == done.manifest.last_event
    assert done.aside is not None
    assert (done.aside / DATABASE_FILE).read_bytes().startswith(b"no database")


def test_damaged_site_is_not_backed_up(tiny_app: App, tiny_folder: Path, tmp_path: Path) -> None:
    """A backup that could not be brought back is worse than an error."""
    tiny_app.store.close()
    other = sqlite3.connect(tiny_folder / DATABASE_FILE)
    (page,) = other.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'ix_team_by_name'"
    ).fetchone()
    (size,) = other.execute("PRAGMA page_size").fetchone()
    other.close()
    with (tiny_folder / DATABASE_FILE).open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xff" * size)
    with pytest.raises(StoreError) as caught:
        back_up(tiny_app, tmp_path / "site.zip")
    assert caught.value.code == "store.damaged"
    assert not (tmp_path / "site.zip").exists()


def test_existing_file_is_not_overwritten(tiny_app: App, tmp_path: Path) -> None:
    (tmp_path / "site.zip").write_text("mine")
    with pytest.raises(StoreError) as caught:
        back_up(tiny_app, tmp_path / "site.zip")
    assert caught.value.code == "store.exists"
    assert (tmp_path / "site.zip").read_text() == "mine"


def test_every_table_comes_along(place: Place, app: App, tmp_path: Path) -> None:
    with app.store.connection(write=True) as connection:
        for table in reversed(all_tables()):
            if table.name not in {"event", "site"}:
                connection.execute(table.delete())
        fill_every_table(connection)
    counts = back_up(app, tmp_path / "site.zip").counts
    assert set(counts) == {table.name for table in all_tables()}
    assert min(counts.values()) >= 1
    restore(place.elsewhere, tmp_path / "site.zip")
