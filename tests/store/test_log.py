"""The write-ahead log: folded when the database rests, missed when it is gone."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from gisapp.backup import back_up
from gisapp.bootstrap import DATABASE_FILE, App, open_app
from gisapp.doctor import examine
from gisapp.errors import StoreError
from gisapp.events import Event, record_event
from gisapp.settings import Settings
from gisapp.store import FileStore, Store, file, open_store
from gisapp.upkeep import Upkeep
from web import create_app


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "_REST_S", 0.0)
    monkeypatch.setattr(file, "_BETWEEN_LOOKS_S", 0.0)


def _write(store: Store, subject: str) -> None:
    with store.session(write=True) as session:
        record_event(session, who="t", what="sign_out", kind="account", subject_id=subject)


def _subjects(path: Path) -> list[str]:
    with open_store(path) as store, store.session() as session:
        return list(session.scalars(select(Event.subject_id).order_by(Event.seq)))


def _log(store: FileStore) -> Path:
    return store.path.with_name(store.path.name + "-wal")


def test_a_file_at_rest_is_whole_without_its_log(file_store: FileStore, tmp_path: Path) -> None:
    _write(file_store, "T1")
    assert _log(file_store).stat().st_size > 0
    assert file_store.fold()
    assert _log(file_store).stat().st_size == 0
    alone = Path(shutil.copy(file_store.path, tmp_path / "alone.gpkg"))
    assert _subjects(alone) == ["T1"]
    assert file_store.fold()  # nothing to do


def test_folding_waits_for_nobody(file_store: FileStore) -> None:
    _write(file_store, "T1")
    with file_store.session() as reading:
        reading.scalar(select(Event.seq))
        _write(file_store, "T2")
        assert not file_store.fold()
    with file_store.session(write=True) as session:
        record_event(session, who="t", what="sign_out", kind="account", subject_id="T3")
        session.flush()
        file_store.fold()
    assert file_store.fold()
    with file_store.connection() as connection:
        wait_ms = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    assert wait_ms == 10_000


def test_the_server_folds_by_itself(file_store: FileStore) -> None:
    _write(file_store, "T1")
    folded = threading.Event()

    class Told(FileStore):
        def __init__(self) -> None:
            """Nothing of its own."""

        def fold(self) -> bool:
            done = file_store.fold()
            folded.set()
            return done

        def require_whole(self) -> None:
            file_store.require_whole()

    with Upkeep(Told(), every_s=0.001):
        assert folded.wait(10)
    assert _log(file_store).stat().st_size == 0


def _without_log(path: Path) -> None:
    path.with_name(path.name + "-wal").unlink()


def _without_log_and_index(path: Path) -> None:
    _without_log(path)
    path.with_name(path.name + "-shm").unlink()


@pytest.mark.parametrize("lose", [_without_log, _without_log_and_index])
def test_nothing_acknowledged_is_lost_with_the_log(
    tiny_app: App, tiny_folder: Path, tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    store = tiny_app.store
    assert isinstance(store, FileStore)
    client = create_app(tiny_app).test_client()
    _write(store, "before")
    assert client.get("/healthz").status_code == 200
    lose(store.path)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert "site.gpkg-wal" in answer.get_data(as_text=True)
    with pytest.raises(StoreError) as caught:
        _write(store, "after")
    assert caught.value.code == "store.log_lost"
    with pytest.raises(StoreError) as caught:
        back_up(tiny_app, tmp_path / "b.zip")
    assert caught.value.code == "store.log_lost"
    with store.session() as session:  # reading goes on
        assert "before" in session.scalars(select(Event.subject_id)).all()
    if lose is _without_log:
        said = [one for one in examine(Settings(dir=tiny_folder)) if one.subject == "site"]
        assert [one.level for one in said] == ["fail"]
        assert "-wal" in said[0].text
    store.close()
    assert _subjects(tiny_folder / DATABASE_FILE)[-1] == "before"


def test_the_log_is_kept_again_after_qgis_ended_it(tiny_folder: Path) -> None:
    """Then a reader stops no writer, and is stopped by none."""
    with closing(sqlite3.connect(tiny_folder / DATABASE_FILE)) as other:
        assert other.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    app = open_app(Settings(dir=tiny_folder))
    with app.store.session() as reading:
        reading.scalar(select(Event.seq))
        _write(app.store, "T1")
    with app.store.session(write=True) as writing:
        record_event(writing, who="t", what="sign_out", kind="account", subject_id="T2")
        writing.flush()
        with app.store.session() as reading:
            assert "T1" in reading.scalars(select(Event.subject_id)).all()
    app.store.close()


def test_a_file_that_was_replaced_is_missed(file_store: FileStore, tmp_path: Path) -> None:
    other = Path(shutil.copy(file_store.path, tmp_path / "other.gpkg"))
    other.replace(file_store.path)
    with pytest.raises(StoreError) as caught:
        _write(file_store, "T1")
    assert caught.value.code == "store.replaced"


def test_an_index_left_over_by_a_crash_is_said(empty_file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(empty_file, tmp_path / "site.gpkg"))
    index = path.with_name("site.gpkg-shm")
    index.write_bytes(b"")
    with pytest.raises(StoreError) as caught:
        open_store(path)
    assert caught.value.code == "store.log_lost"
    index.unlink()
    with open_store(path) as store, store.connection() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
