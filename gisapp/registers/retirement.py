"""Taking records out of use and putting them back: the columns, what is stamped on them, the step.

Nothing is deleted. Whoever retires a record, a person at the form, a merge of two records, a
county's copy or the repair of what another program deleted, fills these columns here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.events.catalogue import Changed, What
from gisapp.events.steps import Step, plain
from gisapp.registers.fields import Kind
from gisapp.registers.kinds import MODELS
from gisapp.registers.record import Record
from gisapp.rights import Actor, Right
from gisapp.schema.values import Value, Values

RETIREMENT = ("retired_at", "retired_by", "retire_reason")
"""Columns of every register: all empty for a record in use."""

IN_USE: Mapping[str, None] = dict.fromkeys(RETIREMENT)
"""What they hold for a record in use."""


def stamp(who: str, why: str, *, at: datetime, given: Mapping[str, Value] | None = None) -> Values:
    """What the columns hold once a record is retired.

    Parameters
    ----------
    given
        Values by column that stand where they are not empty, as of a retirement made elsewhere.
    """
    fresh: Values = {**put_away(who, at=at), "retire_reason": why}
    return {name: (given or {}).get(name) or value for name, value in fresh.items()}


def put_away(who: str, *, at: datetime) -> Values:
    """What tells of anything that it is out of use, be it a record or not: when, and by whom."""
    return {"retired_at": at, "retired_by": who}


def moment(value: object) -> datetime:
    """Read a moment of retirement as an event or a copy writes it; ValueError where it is none."""
    return datetime.fromisoformat(str(value)).astimezone(UTC)


def set_retirement(
    session: Session,
    actor: Actor,
    right: Right,
    record: Record,
    after: Mapping[str, Value],
    *,
    county: str | None,
    what: What,
    why: str,
) -> int:
    """Fill the columns of a record, raise its version and tell it in the event log.

    Parameters
    ----------
    session
        Its transaction holds the record's lock.
    actor, right, county
        Who, what they need, and the county that the record is of.
    record
        Its row, as :func:`locked` gives it.
    after
        Of :func:`stamp`, or :data:`IN_USE`.
    what, why
        For the event.

    Returns
    -------
    int
        The record's version now.

    Raises
    ------
    ForbiddenError
    """
    version = record.version or 0  # unreadable where another program wrote it
    step = Step(
        session,
        record,
        actor=actor,
        right=right,
        county=county,
        kind=record.__tablename__,
        subject_id=record.id,
        version=version,
    )
    # Told whole, the columns that stay as well: an undo puts all three back.
    data: Changed = {
        "before": {name: plain(getattr(record, name)) for name in RETIREMENT},
        "after": {name: plain(after[name]) for name in RETIREMENT},
    }
    step.store({name: after[name] for name in RETIREMENT}, what=what, why=why or None, data=data)
    return int(version) + 1


def locked(session: Session, kind: Kind, record_id: str) -> Record | None:
    """Read a record, None for none; nobody else can change it until the transaction ends."""
    model = MODELS[kind.name]
    query = select(model).where(model.id == record_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()
