"""Parts of names are found whatever their length and case, with the server's index and without."""

from __future__ import annotations

import pytest
from shapely import Point
from sqlalchemy import select, text

from gisapp.registers.kinds.shelter import Shelter
from gisapp.store import ServerStore, Store, holds_text, postgis, spatial

NAMES = {"a": "市体育馆Gym", "b": "ÉCOLE centrale", "c": "100%_安全\\点", "d": "集合点"}
PARTS = {
    "体": "a", "体育": "a", "体育馆": "a", "gy": "a", "GYM": "a", "yM": "a", "CENT": "b", "Ce": "b",
    "École": "b", "É": "b", "é": "", "école": "",
    "%_安": "c", "0%": "c", "\\点": "c", "点": "cd", "_": "c", "馆体育": "",
}  # fmt: skip


def found(store: Store, part: str) -> str:
    with store.session() as session:
        return "".join(
            session.scalars(
                select(Shelter.id).where(holds_text(Shelter.name, part)).order_by(Shelter.id)
            )
        )


def add_names(store: Store) -> None:
    with store.session(write=True) as session:
        for key, name in NAMES.items():
            session.add(Shelter(id=key, name=name, geom=Point(100, 30)))


def test_every_part_is_found(store: Store) -> None:
    add_names(store)
    assert {part: found(store, part) for part in PARTS} == PARTS


def indexes(store: Store) -> list[str]:
    query = text("SELECT indexname FROM pg_indexes WHERE indexname LIKE '%texts' ORDER BY 1")
    with store.session() as session:
        return list(session.scalars(query))


def test_a_server_without_trigrams_asks_every_row(
    postgis_store: ServerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_names(postgis_store)
    assert "ix_shelter_texts" in indexes(postgis_store)
    with postgis_store.connection(write=True) as connection:
        connection.exec_driver_sql("DROP EXTENSION pg_trgm CASCADE")
        monkeypatch.setattr(postgis, "_has_trigrams", lambda _connection: False)
        spatial.index_texts(connection, "shelter", ("name",))
    assert indexes(postgis_store) == []
    assert {part: found(postgis_store, part) for part in PARTS} == PARTS
