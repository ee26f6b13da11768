"""Which exercises there are: one has begun when anything of it stands in the log."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gisapp.errors import UnknownRecordError
from gisapp.events.log import Event
from gisapp.exercise import Exercise
from gisapp.store import Store
from gisapp.store.isolation import EVERY_EXERCISE

MOST_NAMED: Final = 10
"""Exercises that a refusal names: enough to see what was mistyped."""


def has_begun(session: Session, exercise_id: str) -> bool:
    """Whether anything has been done in an exercise."""
    query = select(Event.seq).where(Event.exercise_id == exercise_id).limit(1)
    return session.scalar(query, execution_options=EVERY_EXERCISE) is not None


def begun(session: Session, most: int = MOST_NAMED) -> list[str]:
    """The exercises that have begun, those in which something happened last first."""
    query = (
        select(Event.exercise_id)
        .where(Event.exercise_id.is_not(None))
        .group_by(Event.exercise_id)
        .order_by(func.max(Event.seq).desc())
        .limit(most)
    )
    found = session.scalars(query, execution_options=EVERY_EXERCISE)
    return [one for one in found if one is not None]


def require_begun(store: Store, exercise: Exercise) -> None:
    """Refuse an exercise in which nothing has been done: its name may be mistyped.

    Whoever means to begin one says so, and is not asked here.

    Raises
    ------
    UnknownRecordError
        ``exercise.unknown``, which names those there are.
    """
    with store.session() as session:
        if has_begun(session, exercise.id):
            return
        known = begun(session)
    raise UnknownRecordError("exercise.unknown", name=exercise.id, known=", ".join(known) or "—")
