"""A site moved between a file and a server loses nothing, or is not moved at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import OperationalError

from gisapp.events import Event, record_event
from gisapp.registers.kinds.team import Team
from gisapp.store import FileStore, Store, StoreError, open_store
from gisapp.store.copying import copy_store
from gisapp.tables import all_tables
from tests.postgis_server import BARE, Server, database
from tests.store.every_table import ROWS, fill_every_table


@pytest.fixture
def bare_database(postgis_server: Server) -> Iterator[str]:
    """A database without our tables, and without PostGIS yet."""
    with database(postgis_server, template=BARE) as url:
        yield url


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.session() as session:
        return {
            table.name: [
                tuple(row)
                for row in session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in all_tables()
        }


class TestThereAndBack:
    def test_every_row_of_every_table(
        self, store: Store, bare_database: str, tmp_path: Path
    ) -> None:
        """From a file to a server and on to a file, from a server to a file and on to a server."""
        with store.connection(write=True) as connection:
            fill_every_table(connection)
        before = contents(store)
        assert {name: len(rows) for name, rows in before.items()} == dict.fromkeys(before, ROWS)
        stops = [bare_database, tmp_path / "copy.gpkg"]
        if store.dialect == "postgresql":
            stops.reverse()
        copied = copy_store(store, stops[0], tables=all_tables())
        assert copied.counts == dict.fromkeys(before, ROWS)
        assert copied.left_out == []
        with open_store(stops[0]) as first:
            assert first.dialect != store.dialect
            assert contents(first) == before
            copy_store(first, stops[1], tables=all_tables())
        with open_store(stops[1]) as second:
            assert second.dialect == store.dialect
            assert contents(second) == before

    @settings(
        max_examples=2,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.lists(
            st.tuples(
                st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1),
                st.floats(-180, 180),
                st.floats(-90, 90),
                st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
                st.none() | st.integers(0, 2**31 - 1),
            ),
            min_size=8,
            max_size=20,
        )
    )
    def test_whatever_a_record_holds(
        self, postgis_server: Server, empty_file: Path, tmp_path: Path, rows: list[tuple[object]]
    ) -> None:
        path = tmp_path / "source.gpkg"
        path.write_bytes(empty_file.read_bytes())
        with open_store(path) as source, database(postgis_server, template=BARE) as url:
            with source.connection(write=True) as connection:
                for number, (name, x, y, agency, people) in enumerate(rows):
                    values = {"name": name, "agency": agency, "people": people}
                    values |= {"id": f"T{number}", "team_type": "medical", "geom": Point(x, y)}
                    connection.execute(insert(Team), values)
            copy_store(source, url, tables=all_tables())
            with open_store(url) as target:
                assert contents(target) == contents(source)

    def test_numbers_go_on_where_they_stood(
        self, store: Store, bare_database: str, tmp_path: Path
    ) -> None:
        """The number of a record that is gone is not given again on the other side either."""
        with store.session(write=True) as session:
            for number in range(3):
                record_event(
                    session, who="li", what="sign_out", kind="account", subject_id=str(number)
                )
                session.add(Team(id=str(number), name="a", team_type="medical", geom=Point(1, 1)))
        with store.session(write=True) as session:
            session.execute(delete(Team).where(Team.id == "2"))
        target = bare_database if store.dialect == "sqlite" else tmp_path / "copy.gpkg"
        copy_store(store, target, tables=all_tables())
        with open_store(target) as copy:
            with copy.session(write=True) as session:
                record_event(session, who="li", what="sign_out", kind="account", subject_id="3")
                session.add(Team(id="3", name="a", team_type="medical", geom=Point(1, 1)))
            with copy.session() as session:
                assert session.scalars(select(Event.seq).order_by(Event.seq)).all() == [1, 2, 3, 4]
                assert session.scalars(select(Team.fid).order_by(Team.fid)).all() == [1, 2, 4]


class TestRefused:
    def test_target_that_holds_a_site(self, store: Store, postgis_url: str, tmp_path: Path) -> None:
        taken = tmp_path / "taken.gpkg"
        taken.write_text("mine")
        for target in (taken, postgis_url):
            with pytest.raises(StoreError) as caught:
                copy_store(store, target, tables=all_tables())
            assert caught.value.code == "store.exists"
        assert taken.read_text() == "mine"

    def test_what_the_server_cannot_keep_leaves_nothing_there(
        self, file_store: FileStore, bare_database: str
    ) -> None:
        """A file written by another program may hold a character that PostgreSQL refuses."""
        with file_store.connection(write=True) as connection:
            connection.execute(
                insert(Team),
                [{"id": "1", "name": "a\0b", "team_type": "medical", "geom": Point(1, 1)}],
            )
        with pytest.raises(StoreError) as caught:
            copy_store(file_store, bare_database, tables=all_tables())
        assert caught.value.code == "store.bad_text"
        with pytest.raises(StoreError) as caught:
            open_store(bare_database)
        assert caught.value.code == "store.no_site"

    def test_damaged_original_leaves_no_copy(self, file_store: FileStore, tmp_path: Path) -> None:
        other = sqlite3.connect(file_store.path)
        with other:
            other.execute("DROP TABLE lot")
        other.close()
        with pytest.raises(OperationalError, match="no such table: lot"):
            copy_store(file_store, tmp_path / "copy.gpkg", tables=all_tables())
        assert [path.name for path in tmp_path.iterdir() if "copy" in path.name] == []

    def test_tables_of_other_programs_are_named(
        self, file_store: FileStore, tmp_path: Path
    ) -> None:
        other = sqlite3.connect(file_store.path)
        with other:
            other.execute("CREATE TABLE layer_styles (id INTEGER PRIMARY KEY)")
        other.close()
        copied = copy_store(file_store, tmp_path / "copy.gpkg", tables=all_tables())
        assert copied.left_out == ["layer_styles"]
