"""Exercises and reality kept apart: what a session reads and writes is of one of them.

What belongs to an incident carries a mark, :class:`gisapp.schema.OfIncident`: the exercise that it
is of, or none where it is real. A session is of one exercise or of none. It reads the marked rows
of its own alone, stamps what it adds, and cannot touch a row of another mark; what carries no mark
(registers, risks, accounts) an exercise reads as it is and cannot write. The rule and its reasons:
``docs/decisions/0074-exercises-are-apart.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Delete, Engine, Insert, Table, TextClause, Update, event
from sqlalchemy.orm import (
    LoaderCriteriaOption,
    ORMExecuteState,
    Session,
    UOWTransaction,
    with_loader_criteria,
)

from gisapp.clock import set_clock
from gisapp.exercise import Exercise, ExerciseError
from gisapp.schema import OfIncident

EVERY_EXERCISE: Final = {"gisapp_every_exercise": True}
"""Execution options of a question about reality and all exercises at once, as the audit asks."""

_MARK: Final = "exercise_id"


class IsolatedSession(Session):
    """A session of one exercise, or of what is real."""

    def __init__(self, bind: Engine, *, exercise: Exercise | None) -> None:
        super().__init__(bind, expire_on_commit=False)
        self.exercise_id = None if exercise is None else exercise.id
        if exercise is not None:
            set_clock(self, exercise.clock)


def exercise_of(session: Session) -> str | None:
    """The id of the exercise that a session is of; None where it is of what is real."""
    return session.exercise_id if isinstance(session, IsolatedSession) else None


@event.listens_for(IsolatedSession, "do_orm_execute")
def _keep_apart(state: ORMExecuteState) -> None:
    own = exercise_of(state.session)
    statement = state.statement
    if state.is_select:
        if not (state.is_column_load or "gisapp_every_exercise" in state.execution_options):
            state.statement = statement.options(_own_rows(own))
    elif isinstance(statement, (Insert, Update, Delete)):
        table = statement.table
        if not isinstance(table, Table) or _MARK not in table.c:
            if own is not None:
                raise _not_its_own(str(getattr(table, "name", table)))
        elif isinstance(statement, Insert):
            _require_own(table.name, own, _marks(state.parameters))
            if own is not None:
                state.statement = statement.values({_MARK: own})
        else:
            state.statement = statement.where(table.c[_MARK].is_not_distinct_from(own))
    elif isinstance(statement, TextClause) and own is not None:
        raise _not_its_own(statement.text)


@event.listens_for(IsolatedSession, "before_flush")
def _stamp(session: Session, _context: UOWTransaction, _instances: object) -> None:
    own = exercise_of(session)
    for row in session.new:
        if isinstance(row, OfIncident):
            _require_own(_name(row), own, [own if row.exercise_id is None else row.exercise_id])
            row.exercise_id = own
        elif own is not None:
            raise _not_its_own(_name(row))
    for row in (*session.dirty, *session.deleted):
        if not isinstance(row, OfIncident):
            if own is not None:
                raise _not_its_own(_name(row))
        else:
            _require_own(_name(row), own, [row.exercise_id])


def _own_rows(own: str | None) -> LoaderCriteriaOption:
    if own is None:
        return _REAL
    return with_loader_criteria(
        OfIncident, lambda cls: cls.exercise_id == own, include_aliases=True
    )


_REAL: Final = with_loader_criteria(
    OfIncident, lambda cls: cls.exercise_id.is_(None), include_aliases=True
)


def _marks(parameters: object) -> Iterable[object]:
    """The marks in the rows that an insert is given."""
    rows = parameters if isinstance(parameters, list) else [parameters]
    return (row[_MARK] for row in rows if isinstance(row, dict) and _MARK in row)


def _require_own(table: str, own: str | None, marks: Iterable[object]) -> None:
    if any(mark != own for mark in marks):
        raise _not_its_own(table)


def _not_its_own(table: str) -> ExerciseError:
    return ExerciseError("exercise.apart", table=table)


def _name(row: object) -> str:
    return str(getattr(row, "__tablename__", type(row).__name__))
