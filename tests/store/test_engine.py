"""Creating, opening, sharing and losing the database file."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from gisapp.registers.kinds.team import Team
from gisapp.store import FileStore, Store, StoreError, create_store, in_bbox, open_store

NOBODY = 65534


def team(number: int) -> Team:
    return Team(id=f"T{number}", name="队", team_type="medical", geom=Point(111, 36))


def how_many(store: Store) -> int:
    with store.session() as session:
        return session.scalar(select(func.count()).select_from(Team)) or 0


class TestCreate:
    def test_new_store_is_empty_and_leaves_nothing_beside_it(self, tmp_path: Path) -> None:
        with create_store(tmp_path / "site.gpkg") as store:
            assert how_many(store) == 0
        assert [path.name for path in tmp_path.iterdir()] == ["site.gpkg"]

    def test_path_with_spaces_percent_and_chinese(self, tmp_path: Path) -> None:
        folder = tmp_path / "数据 100% #1? [x]*"
        folder.mkdir()
        with create_store(folder / "数据 库.gpkg") as store:
            assert how_many(store) == 0

    def test_existing_file_is_not_touched(self, tmp_path: Path) -> None:
        path = tmp_path / "site.gpkg"
        path.write_text("mine")
        with pytest.raises(StoreError) as caught:
            create_store(path)
        assert caught.value.code == "store.exists"
        assert path.read_text() == "mine"

    def test_missing_folder(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError) as caught:
            create_store(tmp_path / "no" / "site.gpkg")
        assert caught.value.code == "store.no_directory"
        assert str(tmp_path / "no") in str(caught.value)


class TestOpen:
    def test_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError) as caught:
            open_store(tmp_path / "site.gpkg")
        assert caught.value.code == "store.missing"
        assert not list(tmp_path.iterdir())

    def test_folder_instead_of_file(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError) as caught:
            open_store(tmp_path)
        assert caught.value.code == "store.missing"

    @pytest.mark.parametrize("content", [b"", b"id,name\n1,a\n" * 100, bytes(5000)])
    def test_some_other_file(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "site.gpkg"
        path.write_bytes(content)
        with pytest.raises(StoreError) as caught:
            open_store(path)
        assert caught.value.code == "store.not_a_store"
        assert path.read_bytes() == content

    def test_someone_elses_geopackage(self, tmp_path: Path) -> None:
        path = tmp_path / "other.gpkg"
        gpd.GeoDataFrame({"a": [1]}, geometry=[Point(1, 2)], crs=4326).to_file(path)
        with pytest.raises(StoreError) as caught:
            open_store(path)
        assert caught.value.code == "store.not_a_store"

    def test_newer_version_is_refused_and_left_alone(self, file_store: FileStore) -> None:
        file_store.close()
        connection = sqlite3.connect(file_store.path)
        with connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.close()
        with pytest.raises(StoreError) as caught:
            open_store(file_store.path)
        assert caught.value.code == "store.newer_version"
        assert caught.value.params["found"] == "9999"

    def test_file_cut_short(self, file_store: FileStore) -> None:
        """Whatever part is missing, the answer is one of our sentences."""
        with file_store.session(write=True) as session:
            session.add_all([team(number) for number in range(200)])
        file_store.close()
        content = file_store.path.read_bytes()
        file_store.path.write_bytes(content[: len(content) // 3])

        def read_all() -> None:
            with open_store(file_store.path) as damaged, damaged.session() as session:
                session.scalars(select(Team)).all()

        with pytest.raises(StoreError) as caught:
            read_all()
        assert caught.value.code in {"store.damaged", "store.not_a_store"}


class TestSession:
    def test_committed_on_leaving(self, store: Store) -> None:
        with store.session(write=True) as session:
            session.add(team(1))
        assert how_many(store) == 1

    def test_rolled_back_on_an_exception(self, store: Store) -> None:
        def interrupted() -> None:
            with store.session(write=True) as session:
                session.add(team(1))
                session.flush()
                raise RuntimeError

        with pytest.raises(RuntimeError):
            interrupted()
        assert how_many(store) == 0

    def test_reading_session_cannot_write(self, store: Store) -> None:
        """Our own defect, so no sentence about rights on files hides it."""
        with pytest.raises(DBAPIError) as caught, store.session() as session:
            session.add(team(1))
        assert "read" in str(caught.value.orig).lower()  # -only, in either database's words
        with store.session(write=True) as session:
            session.add(team(1))
        assert how_many(store) == 1

    def test_reader_keeps_its_snapshot(self, store: Store) -> None:
        with store.session() as reader:
            before = reader.scalar(select(func.count()).select_from(Team))
            with store.session(write=True) as writer:
                writer.add(team(1))
            after = reader.scalar(select(func.count()).select_from(Team))
            assert before == after == 0
        assert how_many(store) == 1

    def test_constraints_are_the_databases(self, store: Store) -> None:
        def broken() -> Iterator[Team]:
            yield Team(id="1", name="a", team_type="navy", geom=Point(1, 1))
            yield Team(id="", name="a", team_type="medical", geom=Point(1, 1))
            yield Team(id="1", name="a", team_type="medical", geom=Point(1, 1), people=-1)
            yield Team(id="1", name="a", team_type="medical", geom=Point(1, 1), county="14")
            yield Team(id="1", name="a", team_type="medical")

        for one in broken():
            with pytest.raises(IntegrityError), store.session(write=True) as session:
                session.add(one)
        assert how_many(store) == 0


class TestThreads:
    def test_eight_threads_lose_no_write(self, store: Store) -> None:
        """Each reads the number, then writes it one higher: no update may be lost."""
        with store.session(write=True) as session:
            session.add(team(0))
        start = threading.Barrier(8)

        def work(worker: int) -> None:
            start.wait()
            for turn in range(25):
                with store.session(write=True) as session:
                    people = session.scalar(select(Team.people).where(Team.id == "T0")) or 0
                    session.add(team(1 + worker * 25 + turn))
                    session.execute(update(Team).where(Team.id == "T0").values(people=people + 1))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))
        with store.session() as session:
            assert session.scalar(select(Team.people).where(Team.id == "T0")) == 200
            assert how_many(store) == 201
            near = session.scalars(select(Team.id).where(in_bbox(Team.fid, (110, 35, 112, 37))))
            assert len(near.all()) == 201

    def test_readers_never_wait_for_a_writer(self, store: Store) -> None:
        with store.session(write=True) as writer:
            writer.add(team(1))
            writer.flush()
            with ThreadPoolExecutor(8) as pool:
                assert list(pool.map(lambda _: how_many(store), range(16))) == [0] * 16


class TestTrouble:
    def test_locked_by_another_program(self, file_store: FileStore) -> None:
        """One sentence after the busy timeout; afterwards all goes on."""
        file_store.close()
        other = sqlite3.connect(file_store.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with open_store(file_store.path, busy_timeout_s=0.05) as waiting:
            with pytest.raises(StoreError) as caught, waiting.session(write=True) as session:
                session.add(team(1))
            assert caught.value.code == "store.locked"
            assert str(file_store.path) in str(caught.value)
            assert how_many(waiting) == 0
            other.execute("ROLLBACK")
            other.close()
            with waiting.session(write=True) as session:
                session.add(team(1))
            assert how_many(waiting) == 1

    def test_disk_full(self, file_store: FileStore) -> None:
        """SQLite's own page limit stands for the full disk: same error, same path."""

        def fill() -> None:
            with file_store.session(write=True) as session:
                pages = session.execute(text("PRAGMA page_count")).scalar_one()
                session.execute(text(f"PRAGMA max_page_count = {pages}"))
                session.add_all([team(number) for number in range(5000)])

        with pytest.raises(StoreError) as caught:
            fill()
        assert caught.value.code == "store.disk_full"
        assert how_many(file_store) == 0

    @pytest.mark.parametrize("what", ["file", "folder"])
    def test_read_only(self, open_folder: Path, what: str) -> None:
        path = open_folder / "site.gpkg"
        create_store(path).close()
        open_folder.chmod(0o777 if what == "file" else 0o555)
        path.chmod(0o444 if what == "file" else 0o666)
        with without_rights(), pytest.raises(StoreError) as caught:
            open_store(path)
        assert caught.value.code == "store.read_only"

    def test_folder_without_the_right_to_write(self, open_folder: Path) -> None:
        create_store(open_folder / "first.gpkg").close()
        open_folder.chmod(0o555)
        with without_rights(), pytest.raises(StoreError) as caught:
            create_store(open_folder / "site.gpkg")
        assert caught.value.code == "store.read_only"
        assert [path.name for path in open_folder.iterdir()] == ["first.gpkg"]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@contextmanager
def without_rights() -> Iterator[None]:
    """Step down from root, who may write anything, for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
