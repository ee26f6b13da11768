"""Full disks, lost connections, refused sign-ins: one sentence, and nothing acknowledged lost."""

from __future__ import annotations

import random
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import func, select, text

from gisapp.events import Event, latest, record_event, since
from gisapp.messages import LANGUAGES, sentence
from gisapp.store import ServerStore, Store, StoreError, create_store, open_store
from tests.patience import PATIENCE_S
from tests.postgis_server import BARE, PASSWORD, TEMPLATE, Server, database


def note(store: Store, subject: str = "T1", *, why: str | None = None) -> None:
    with store.session(write=True) as session:
        record_event(
            session, who="li", what="sign_out", kind="account", subject_id=subject, why=why
        )


def subjects(store: Store) -> list[str]:
    with store.session() as session:
        return [event.subject_id for event in since(session, 0, limit=10**6)]


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as caught:
        work()
    for lang in LANGUAGES:
        said = sentence(caught.value, lang)
        assert PASSWORD not in said
        assert quote(PASSWORD, safe="") not in said
        assert "\n" not in said
    return caught.value.code


class TestConnection:
    def test_dropped_in_a_transaction(self, postgis_store: ServerStore) -> None:
        """Nothing of it is kept; the next request does not notice."""
        note(postgis_store, "kept")

        def dropped() -> None:
            with postgis_store.session(write=True) as session:
                record_event(session, who="li", what="sign_out", kind="account", subject_id="lost")
                session.flush()
                session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

        assert code_of(dropped) == "store.connection_lost"
        assert subjects(postgis_store) == ["kept"]
        note(postgis_store, "again")
        assert subjects(postgis_store) == ["kept", "again"]

    def test_dropped_while_idle_goes_unseen(
        self, postgis_store: ServerStore, postgis_server: Server
    ) -> None:
        note(postgis_store, "1")
        postgis_server.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'gisapp'"
        )
        note(postgis_store, "2")
        assert subjects(postgis_store) == ["1", "2"]

    def test_server_that_crashed_and_came_back(
        self, postgis_store: ServerStore, postgis_server: Server
    ) -> None:
        note(postgis_store, "acknowledged")
        postgis_server.stop()
        try:
            assert code_of(lambda: subjects(postgis_store)) == "store.unreachable"
            assert code_of(lambda: note(postgis_store)) == "store.unreachable"
        finally:
            postgis_server.start()
        assert subjects(postgis_store) == ["acknowledged"]
        note(postgis_store, "after")
        assert subjects(postgis_store) == ["acknowledged", "after"]


class TestSignIn:
    def test_password_with_odd_characters(self, postgis_server: Server) -> None:
        url = postgis_server.url_with_password(TEMPLATE, quote(PASSWORD, safe=""))
        with open_store(url) as store:
            assert subjects(store) == []
            assert PASSWORD not in store.address

    @pytest.mark.parametrize(
        ("database_name", "password", "code"),
        [
            (TEMPLATE, "wrong", "store.refused"),
            ("nowhere", quote(PASSWORD, safe=""), "store.no_database"),
            ("postgres", quote(PASSWORD, safe=""), "store.no_site"),
        ],
    )
    def test_refused(
        self, postgis_server: Server, database_name: str, password: str, code: str
    ) -> None:
        url = postgis_server.url_with_password(database_name, password)
        assert code_of(lambda: open_store(url)) == code

    @pytest.mark.parametrize(
        "url",
        [
            "mysql://li:{}@host/db",
            "postgresql://li:{}@host",
            "postgresql+other://li:{}@host/db",
            "postgresql://li:{}@host:port/db",
        ],
    )
    def test_no_address_of_a_database(self, url: str) -> None:
        assert code_of(lambda: open_store(url.format(quote(PASSWORD, safe="")))) == "store.bad_url"

    def test_nobody_listens(self) -> None:
        url = f"postgresql://li:{quote(PASSWORD, safe='')}@127.0.0.1:1/db"
        assert code_of(lambda: open_store(url)) == "store.unreachable"


class TestRights:
    @pytest.fixture
    def clerk(self, postgis_server: Server) -> Iterator[str]:
        postgis_server.run("CREATE ROLE clerk LOGIN")
        yield "clerk"
        postgis_server.run("DROP ROLE clerk")

    def test_user_who_may_not_bring_postgis(self, postgis_server: Server, clerk: str) -> None:
        with database(postgis_server, template="template0") as url:
            assert code_of(lambda: create_store(url.replace("postgres@", f"{clerk}@"))) == (
                "store.no_postgis"
            )

    def test_user_who_may_not_make_tables(self, postgis_server: Server, clerk: str) -> None:
        with database(postgis_server, template=BARE) as url:
            assert code_of(lambda: create_store(url.replace("postgres@", f"{clerk}@"))) == (
                "store.no_rights"
            )

    def test_user_who_may_only_read(self, postgis_server: Server, clerk: str) -> None:
        with database(postgis_server) as url:
            name = url.split("/")[3].split("?")[0]
            postgis_server.run(
                f"GRANT USAGE ON SCHEMA gisapp TO {clerk};"
                f" GRANT SELECT ON ALL TABLES IN SCHEMA gisapp TO {clerk}",
                database=name,
            )
            with open_store(url.replace("postgres@", f"{clerk}@")) as store:
                assert subjects(store) == []
                assert code_of(lambda: note(store)) == "store.no_rights"


class TestTime:
    def test_another_writer_does_not_end(
        self, postgis_store: ServerStore, postgis_url: str
    ) -> None:
        """One sentence after the time to wait; readers are not disturbed."""
        with open_store(postgis_url, busy_timeout_s=0.05) as waiting:
            with postgis_store.session(write=True) as session:
                record_event(session, who="li", what="sign_out", kind="account", subject_id="1")
                session.flush()
                assert code_of(lambda: note(waiting)) == "store.locked"
                assert subjects(waiting) == []
            note(waiting, "2")
            assert subjects(waiting) == ["1", "2"]

    def test_question_without_an_end(self, postgis_store: ServerStore) -> None:
        def ask() -> None:
            with postgis_store.session() as session:
                session.execute(text("SET LOCAL statement_timeout = 20"))
                session.execute(text("SELECT pg_sleep(60)"))

        assert code_of(ask) == "store.too_slow"

    def test_events_are_numbered_in_the_order_of_their_commits(self, store: Store) -> None:
        """Whoever follows the log by number misses nothing: no lower number appears later."""
        seen: list[int] = []
        done = threading.Event()

        def work(worker: int) -> None:
            for turn in range(15):
                note(store, f"{worker}-{turn}")

        def follow() -> None:
            while not (done.is_set() and seen and seen[-1] == 60):
                with store.session() as session:
                    seen.extend(event.seq for event in since(session, seen[-1] if seen else 0))

        workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        follower = threading.Thread(target=follow)
        for thread in (*workers, follower):
            thread.start()
        for thread in workers:
            thread.join()
        done.set()
        follower.join(timeout=PATIENCE_S)
        assert not follower.is_alive()
        assert seen == list(range(1, 61))


class TestFullDisk:
    """A real small disk: a memory file system, which only root may mount."""

    @pytest.mark.parametrize("size_mb", [2, 4])
    def test_a_file_without_room_is_not_made(self, tmp_path: Path, size_mb: int) -> None:
        """Neither where its tables find no room nor where its log does when it is folded in."""
        with small_disk(tmp_path / "disk", size_mb=size_mb) as folder:
            with pytest.raises(StoreError) as raised:
                create_store(folder / "site.gpkg")
            assert raised.value.code == "store.disk_full"
            assert list(folder.iterdir()) == []

    def test_file(self, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", size_mb=12) as folder:
            with create_store(folder / "site.gpkg") as store:
                assert fill(store) == "store.disk_full"
                count_before = number_of_events(store)
                assert count_before >= 1
            with open_store(folder / "site.gpkg") as again:
                assert number_of_events(again) == count_before

    def test_server(self, postgis_store: ServerStore, postgis_server: Server) -> None:
        disk = postgis_server.folder / "small"
        with small_disk(disk, size_mb=4) as folder:
            shutil.chown(folder, postgis_server.folder.stat().st_uid)
            name = str(postgis_store.address).rsplit("/", 1)[1]
            postgis_server.run(f"CREATE TABLESPACE small LOCATION '{folder}'")
            try:
                postgis_server.run("ALTER TABLE gisapp.event SET TABLESPACE small", database=name)
                assert fill(postgis_store) == "store.disk_full"
                assert number_of_events(postgis_store) >= 1
                postgis_server.run(
                    "ALTER TABLE gisapp.event SET TABLESPACE pg_default", database=name
                )
                note(postgis_store, "room again")
                assert subjects(postgis_store)[-1] == "room again"
            finally:
                postgis_store.close()
                postgis_server.run(
                    "ALTER TABLE gisapp.event SET TABLESPACE pg_default", database=name
                )
                postgis_server.run("DROP TABLESPACE small")


def fill(store: Store) -> str:
    """Write, each time acknowledged, until the disk is full; how it was said."""
    for number in range(1000):
        try:
            note(store, str(number), why=random.Random(number).randbytes(30_000).hex())
        except StoreError as error:
            assert number_of_events(store) == number
            return error.code
    raise AssertionError("the disk was never full")


def number_of_events(store: Store) -> int:
    with store.session() as session:
        found = session.scalar(select(func.count()).select_from(Event)) or 0
        assert latest(session) >= found
        return found


@contextmanager
def small_disk(folder: Path, *, size_mb: int) -> Iterator[Path]:
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("only root may mount a small disk here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
