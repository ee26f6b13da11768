"""What other programs write into a live database is counted and told, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from shapely import Point, box
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gisapp.events import Event
from gisapp.exchange.features import Choice, walk
from gisapp.incidents.models import RoadClosure
from gisapp.registers.conflicts import ConflictError
from gisapp.registers.editing import change, create, undo_last
from gisapp.registers.history import history
from gisapp.registers.kinds import DETAILS, KINDS
from gisapp.registers.kinds.team import Team
from gisapp.schema.blob import encode
from gisapp.store import FileStore, ServerStore, Store, watch
from tests.conftest import Outside
from tests.registers.test_editing import ADMIN


def test_the_watched_fields_are_those_of_the_registers() -> None:
    described = {
        watch.Detail(one.model.__tablename__, kind, one.owner, name, one.value, one.number)
        for kind, fields in DETAILS.items()
        for name, one in fields.items()
    }
    assert set(watch.details()) == described


def _team(session: Session, **more: Any) -> str:
    values = {
        "id": "T1", "name": "一队", "team_type": "fire_rescue", "county": "141002",
        "x": 111.5000001, "y": 36.25, "people": 30, "capabilities": ["fire", "medical"],
        "vehicles": {"heavy": 2}, "contact_name": "李\"四'",
    }  # fmt: skip
    return create(session, ADMIN, "team", {**values, **more}, why="新")


def _geometry(store: Store, point: Point) -> str:
    if isinstance(store, FileStore):
        return f"X'{encode(point, 4326).hex()}'"
    return f"ST_SetSRID(ST_MakePoint({point.x}, {point.y}), 4326)"


def _last(session: Session) -> Event:
    return session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()


def _events(session: Session) -> int:
    return len(session.scalars(select(Event.seq)).all())


def test_our_own_writes_are_told_once(store: Store) -> None:
    with store.session(write=True) as session:
        _team(session)
        change(session, ADMIN, "team", "T1", {"people": 31, "capabilities": ["fire"]}, version=1,
                why="核")  # fmt: skip
    with store.session() as session:
        assert [one.who for one in session.scalars(select(Event))] == [ADMIN.who] * 2
        assert session.scalar(select(Team.version)) == 2


def test_an_edit_from_outside_is_counted_told_and_can_be_undone(
    store: Store, outside: Outside
) -> None:
    with store.session(write=True) as session:
        _team(session)
    outside("UPDATE team SET name = '改''名', people = 25 WHERE id = 'T1'")
    with store.session() as session:
        event = _last(session)
        assert (event.who, event.what, event.kind, event.subject_id) == (
            "outside", "update", "team", "T1",
        )  # fmt: skip
        assert event.data == {
            "before": {"name": "一队", "people": 30},
            "after": {"name": "改'名", "people": 25},
        }
        row = session.scalars(select(Team)).one()
        assert row.version == 2
        assert row.updated_at <= event.at
        assert _events(session) == 2
        entry = history(session, "team", "T1", actor=ADMIN)[0]
        assert {one.field: one.before for one in entry.changes} == {"name": "一队", "people": 30}
    with store.session(write=True) as session:
        undo_last(session, ADMIN, "team", "T1", version=2, why="误改")
    with store.session() as session:
        row = session.scalars(select(Team)).one()
        assert (row.name, row.people, row.version) == ("一队", 30, 3)


def test_a_point_moved_from_outside_goes_back_to_the_last_digit(
    store: Store, outside: Outside
) -> None:
    with store.session(write=True) as session:
        _team(session)
    outside(f"UPDATE team SET geom = {_geometry(store, Point(112, 37))}")
    with store.session() as session:
        event = _last(session)
        assert (event.who, event.what) == ("outside", "update")
        assert set(event.data["after"]) == {"geom"}  # type: ignore[index]
        assert session.scalars(select(Team)).one().geom == Point(112, 37)
    with store.session(write=True) as session:
        undo_last(session, ADMIN, "team", "T1", version=2, why="误移")
    with store.session() as session:
        assert session.scalars(select(Team)).one().geom == Point(111.5000001, 36.25)


def test_a_record_added_from_outside_has_version_one(store: Store, outside: Outside) -> None:
    outside(
        "INSERT INTO team (id, name, team_type, county, geom, version) VALUES"
        f" ('Q-1', 'N', 'flood', '141002', {_geometry(store, Point(0.6, 5))}, 7)"
    )
    with store.session(write=True) as session:
        event = _last(session)
        assert (event.who, event.what, event.subject_id) == ("outside", "insert", "Q-1")
        assert event.data["after"]["name"] == "N"  # type: ignore[index]
        assert not event.data["after"]["synthetic"]  # type: ignore[index]
        assert session.scalar(select(Team.version)) == 1
        change(session, ADMIN, "team", "Q-1", {"people": 5}, version=1, why="补")
    with store.session() as session:
        assert session.scalar(select(Team.version)) == 2


def test_what_is_deleted_from_outside_is_in_the_log_whole(store: Store, outside: Outside) -> None:
    with store.session(write=True) as session:
        _team(session)
    outside("DELETE FROM team WHERE id = 'T1'")
    with store.session() as session:
        event = _last(session)
        assert (event.who, event.what, event.subject_id) == ("outside", "delete", "T1")
        before = event.data["before"]  # type: ignore[index]
        assert before["name"] == "一队"
        assert before["capabilities"] == ["fire", "medical"]
        assert before["vehicles"] == {"heavy": 2}
        assert "after" not in event.data  # type: ignore[operator]
        assert _events(session) == 2


def test_tags_and_counts_edited_from_outside(store: Store, outside: Outside) -> None:
    with store.session(write=True) as session:
        _team(session)
    seen = []
    for sql in (
        "INSERT INTO team_capability (team_id, capability) VALUES ('T1', 'hazmat')",
        "UPDATE team_vehicle SET count = 3 WHERE team_id = 'T1'",
        "DELETE FROM team_capability WHERE capability = 'fire'",
    ):
        outside(sql)
        with store.session() as session:
            event = _last(session)
            assert (event.who, event.what, event.subject_id) == ("outside", "update", "T1")
            seen.append([_ordered(event.data[side]) for side in ("before", "after")])  # type: ignore[index]
    assert seen == [
        [{"capabilities": ["fire", "medical"]}, {"capabilities": ["fire", "hazmat", "medical"]}],
        [{"vehicles": {"heavy": 2}}, {"vehicles": {"heavy": 3}}],
        [{"capabilities": ["fire", "hazmat", "medical"]}, {"capabilities": ["hazmat", "medical"]}],
    ]
    with store.session() as session:
        assert session.scalar(select(Team.version)) == 4
        assert _events(session) == 4


def _ordered(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: sorted(value) if isinstance(value, list) else value for name, value in fields.items()
    }


def test_an_edit_of_many_rows_tells_each(store: Store, outside: Outside) -> None:
    with store.session(write=True) as session:
        for number in range(5):
            _team(session, id=f"T{number}")
    outside("UPDATE team SET status = 'busy' WHERE id <> 'T0'")
    outside("UPDATE team SET status = 'busy'")  # one row differs
    with store.session() as session:
        assert _events(session) == 5 + 4 + 1
        assert session.execute(select(Team.id, Team.version).order_by(Team.id)).all() == [
            (f"T{number}", 2) for number in range(5)
        ]


def test_a_version_put_back_from_outside_rises(store: Store, outside: Outside) -> None:
    with store.session(write=True) as session:
        _team(session)
        change(session, ADMIN, "team", "T1", {"people": 31}, version=1, why="核")
    outside("UPDATE team SET version = 1, name = 'x'")
    with store.session() as session:
        assert session.scalar(select(Team.version)) == 3


def test_a_rollback_from_outside_leaves_nothing(
    postgis_store: ServerStore, postgis_url: str
) -> None:
    with postgis_store.session(write=True) as session:
        _team(session)
    with psycopg.connect(postgis_url) as connection:
        connection.execute("UPDATE gisapp.team SET name = 'x'")
        connection.rollback()
    with postgis_store.session() as session:
        assert _events(session) == 1
        assert session.scalar(select(Team.version)) == 1


def test_a_long_edit_from_outside_keeps_no_writer_waiting(
    postgis_store: ServerStore, postgis_url: str
) -> None:
    """Its events are numbered at its commit, after those that were committed meanwhile."""
    with postgis_store.session(write=True) as session:
        _team(session)
        _team(session, id="T2")
    with psycopg.connect(postgis_url) as connection:
        connection.execute("UPDATE gisapp.team SET name = 'x' WHERE id = 'T1'")
        with postgis_store.session(write=True) as session:
            change(session, ADMIN, "team", "T2", {"people": 9}, version=1, why="核")
        connection.commit()
    with postgis_store.session() as session:
        assert [(one.who, one.subject_id) for one in session.scalars(select(Event))][2:] == [
            (ADMIN.who, "T2"), ("outside", "T1"),
        ]  # fmt: skip
        left = session.execute(text("SELECT count(*) FROM gisapp_outside")).scalar()
        assert left == 0


def test_a_role_with_rights_on_the_registers_alone(
    postgis_store: ServerStore, postgis_url: str
) -> None:
    with postgis_store.session(write=True) as session:
        _team(session)
    with psycopg.connect(postgis_url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS field_editor")
        connection.execute("CREATE ROLE field_editor")
        try:
            connection.execute("GRANT USAGE ON SCHEMA gisapp TO field_editor")
            connection.execute("GRANT SELECT, UPDATE ON gisapp.team TO field_editor")
            connection.execute("SET ROLE field_editor")
            connection.execute("UPDATE gisapp.team SET people = 1")
            connection.execute("RESET ROLE")
        finally:
            connection.execute("DROP OWNED BY field_editor")
            connection.execute("DROP ROLE field_editor")
    with postgis_store.session() as session:
        assert _last(session).data == {"before": {"people": 30}, "after": {"people": 1}}


def test_truncating_is_told(postgis_store: ServerStore, postgis_url: str) -> None:
    with postgis_store.session(write=True) as session:
        _team(session)
    with psycopg.connect(postgis_url, autocommit=True) as connection:
        connection.execute("TRUNCATE gisapp.team CASCADE")
    with postgis_store.session() as session:
        assert (_last(session).what, _last(session).subject_id) == ("delete", "T1")


def test_a_closure_edited_from_outside_is_told(store: Store, outside: Outside) -> None:
    with store.session(write=True) as session:
        session.add(
            RoadClosure(
                id="C1", geom=box(0, 0, 1, 1), reason="塌方", closed_by="李",
                closed_at=datetime(2026, 7, 1, tzinfo=UTC),
            )
        )  # fmt: skip
    outside("UPDATE road_closure SET lifted_at = '2026-07-02T00:00:00.000Z', lifted_by = 'x'")
    with store.session() as session:
        event = _last(session)
        assert (event.who, event.what, event.kind) == ("outside", "update", "road_closure")
        assert set(event.data["after"]) == {"lifted_at", "lifted_by"}  # type: ignore[index]


def test_a_conflict_names_the_outside(store: Store, outside: Outside) -> None:
    with store.session(write=True) as session:
        _team(session)
    outside("UPDATE team SET people = 25 WHERE id = 'T1'")
    with store.session(write=True) as session, pytest.raises(ConflictError) as caught:
        change(session, ADMIN, "team", "T1", {"people": 31}, version=1, why="核")
    assert caught.value.changed == ["people"]
    assert caught.value.theirs["people"] == 25
    assert "outside, person unknown" in str(caught.value)


def test_lists_since_a_moment_hold_what_changed_outside(store: Store, outside: Outside) -> None:
    with store.session(write=True) as session:
        _team(session)
        _team(session, id="T2")
    before = datetime.now(UTC)
    outside("UPDATE team SET people = 25 WHERE id = 'T1'")
    with store.session() as session:
        seen = [one.id for one in walk(session, KINDS["team"], Choice(since=before), actor=ADMIN)]
    assert seen == ["T1"]
