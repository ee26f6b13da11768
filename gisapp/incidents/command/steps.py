"""A change of what stands under command, begun: the right is there, the version is the one seen."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.errors import OutOfDateError, UnknownRecordError
from gisapp.events.steps import Step
from gisapp.incidents.command.models import CommandPost, Instruction, Task, VillageCall
from gisapp.rights import Actor, Right

Row = TypeVar("Row", CommandPost, Instruction, Task)


def step_of(
    session: Session,
    row: CommandPost | Instruction | Task | VillageCall,
    actor: Actor,
    *,
    kind: str,
    version: int | None = None,
) -> Step:
    """Begin a change of a row, or a new one.

    Raises
    ------
    ForbiddenError
    OutOfDateError
        ``command.changed_since``.
    """
    return Step(
        session,
        row,
        actor=actor,
        right=Right.DISPATCH,
        kind=kind,
        subject_id=row.id,
        version=version,
        lost=lambda: OutOfDateError("command.changed_since"),
    )


def begun(
    session: Session, actor: Actor, model: type[Row], row_id: str, *, kind: str, version: int
) -> tuple[Row, Step]:
    """Find a row by its id and begin a change of it.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``command.unknown``.
    OutOfDateError
        ``command.changed_since``.
    """
    actor.require(Right.DISPATCH)
    row = session.scalar(select(model).where(model.id == row_id))
    if row is None:
        raise UnknownRecordError("command.unknown", id=row_id)
    return row, step_of(session, row, actor, kind=kind, version=version)
