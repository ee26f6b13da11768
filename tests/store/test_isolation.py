"""Exercises and reality are kept apart, whatever is tried, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from shapely import Point, box
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from gisapp.accounts.audit import audit
from gisapp.clock import REAL
from gisapp.events import Event, latest, record_event
from gisapp.events.catalogue import Made
from gisapp.exercise import Exercise, ExerciseError
from gisapp.incidents.closures import add_closure, lift_closure, open_closures
from gisapp.incidents.models import RoadClosure
from gisapp.registers.kinds.shelter import Shelter
from gisapp.rights import system_actor
from gisapp.store import Store
from gisapp.store.isolation import EVERY_EXERCISE

ANNA = system_actor("anna")
DRILL, OTHER = (Exercise(id=name, clock=REAL) for name in ("E1", "E2"))
AREA = box(111.4, 36.0, 111.5, 36.1)


def close(store: Store, exercise: Exercise | None, reason: str = "塌方") -> str:
    with store.session(write=True, exercise=exercise) as session:
        return add_closure(session, ANNA, AREA, reason=reason).id


def closed(store: Store, exercise: Exercise | None) -> list[str]:
    with store.session(exercise=exercise) as session:
        return [one.id for one in open_closures(session)]


def everything(store: Store) -> list[tuple[object, ...]]:
    """All rows of reality, as the database holds them."""
    with store.connection() as connection:
        return [
            tuple(row)
            for table in (RoadClosure.__table__, Event.__table__, Shelter.__table__)
            for row in connection.execute(
                select(table).where(table.c.exercise_id.is_(None))
                if "exercise_id" in table.c
                else select(table)
            )
        ]


@pytest.fixture
def filled(store: Store) -> Store:
    with store.session(write=True) as session:
        session.add(Shelter(id="S1", name="体育馆", geom=Point(111.5, 36.0)))
    close(store, None)
    return store


def test_each_sees_its_own(filled: Store) -> None:
    (real,) = closed(filled, None)
    drill, other = close(filled, DRILL), close(filled, OTHER)
    assert (closed(filled, None), closed(filled, DRILL)) == ([real], [drill])
    assert closed(filled, OTHER) == [other]
    with filled.session(exercise=DRILL) as session:
        assert [one.subject_id for one in session.scalars(select(Event))] == [drill]
        assert session.scalar(select(func.count()).select_from(RoadClosure)) == 1
        assert session.scalar(select(Shelter.name)) == "体育馆"
        assert session.get(RoadClosure, 1) is None  # the real one
    with filled.session() as session:
        assert latest(session, "road_closure") == 1
        assert [one.exercise_id for one in audit(session).events] == ["E2", "E1", None]
        every = select(RoadClosure.exercise_id).order_by(RoadClosure.fid)
        assert list(session.scalars(every)) == [None]
        assert list(session.scalars(every, execution_options=EVERY_EXERCISE)) == [None, "E1", "E2"]


def test_who_lifts_a_closure_of_another_finds_none(filled: Store) -> None:
    (real,) = closed(filled, None)
    drill = close(filled, DRILL)
    for exercise, strange in ((DRILL, real), (OTHER, drill), (None, drill)):
        with (
            pytest.raises(LookupError),
            filled.session(write=True, exercise=exercise) as session,
        ):
            lift_closure(session, ANNA, strange, why="已抢通")
    with filled.session(write=True, exercise=DRILL) as session:
        lift_closure(session, ANNA, drill, why="已抢通")
    assert (closed(filled, None), closed(filled, DRILL)) == ([real], [])


def add_shelter(session: Session) -> None:
    session.add(Shelter(id="S2", name="x", geom=Point(111.5, 36.0)))
    session.flush()


def rename_shelter(session: Session) -> None:
    session.scalars(select(Shelter)).one().name = "x"
    session.flush()


def delete_shelter(session: Session) -> None:
    session.delete(session.scalars(select(Shelter)).one())
    session.flush()


def add_real_closure(session: Session) -> None:
    row = RoadClosure(
        id="C9", geom=AREA, reason="x", closed_at=datetime.now(UTC), closed_by="x",
        exercise_id="another",
    )  # fmt: skip
    session.add(row)
    session.flush()


def free_its_closure(session: Session) -> None:
    """An exercise's own row may not become another's."""
    session.scalars(select(RoadClosure)).one().exercise_id = None
    session.flush()


WRITES: list[Callable[[Session], object]] = [
    add_shelter,
    rename_shelter,
    delete_shelter,
    add_real_closure,
    free_its_closure,
    lambda session: session.execute(update(Shelter).values(name="x")),
    lambda session: session.execute(update(Shelter.__table__).values(name="x")),
    lambda session: session.execute(delete(Shelter)),
    lambda session: session.execute(
        insert(Event.__table__),
        [{"at": datetime.now(UTC), "who": "x", "what": "x", "kind": "x", "subject_id": "x",
          "exercise_id": None}],
    ),
    lambda session: session.execute(text("UPDATE shelter SET name = 'x'")),
]  # fmt: skip


@pytest.mark.parametrize("write", WRITES, ids=lambda one: getattr(one, "__name__", "statement"))
def test_an_exercise_cannot_write_what_is_real(filled: Store, write) -> None:
    close(filled, DRILL)
    before = everything(filled)
    with pytest.raises(ExerciseError), filled.session(write=True, exercise=DRILL) as session:
        write(session)
    assert everything(filled) == before


@pytest.mark.parametrize("of_core", [False, True])
@pytest.mark.parametrize("exercise", [None, DRILL])
def test_a_statement_over_all_rows_meets_its_own_alone(
    filled: Store, exercise: Exercise | None, of_core: bool
) -> None:
    close(filled, DRILL)
    close(filled, OTHER)
    table = RoadClosure.__table__ if of_core else RoadClosure
    with filled.session(write=True, exercise=exercise) as session:
        session.execute(update(table).values(reason="changed"))
    every = select(RoadClosure.exercise_id, RoadClosure.reason)
    own = None if exercise is None else exercise.id
    with filled.session() as session:
        found = session.execute(every, execution_options=EVERY_EXERCISE).all()
        assert {mark for mark, reason in found if reason == "changed"} == {own}
    with filled.session(write=True, exercise=exercise) as session:
        session.execute(delete(table))
    with filled.session() as session:
        found = session.execute(every, execution_options=EVERY_EXERCISE).all()
        assert {mark for mark, _reason in found} == {None, "E1", "E2"} - {own}


def test_what_an_exercise_records_is_marked_and_follows_its_own_numbers(filled: Store) -> None:
    with filled.session(write=True, exercise=DRILL) as session:
        made: Made = {"after": {}}
        record_event(session, who="x", what="insert", kind="team", subject_id="T1", data=made)
    with filled.session() as session:
        assert latest(session, "team") == 0
    with filled.session(exercise=DRILL) as session:
        assert latest(session, "team") == latest(session) > 1


def test_a_real_session_adds_nothing_to_an_exercise(filled: Store) -> None:
    with pytest.raises(ExerciseError), filled.session(write=True) as session:
        add_real_closure(session)
    with pytest.raises(ExerciseError), filled.session(write=True, exercise=DRILL) as session:
        session.info["row"] = add_real_closure(session)
