"""Taking records out of use and putting them back: the columns, what is stamped on them, the step.

Nothing is deleted. Whoever retires a record, a person at the form, a merge of two records, a
county's copy or the repair of what another program deleted, fills these columns here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.events import record_event
from gisapp.events.steps import plain
from gisapp.registers.fields import Kind
from gisapp.registers.kinds import MODELS

RETIREMENT = ("retired_at", "retired_by", "retire_reason")
"""Columns of every register: all empty for a record in use."""

IN_USE: Mapping[str, None] = dict.fromkeys(RETIREMENT)
"""What they hold for a record in use."""


def stamp(
    who: str, why: str, *, at: datetime, given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the columns hold once a record is retired.

    Parameters
    ----------
    who, why, at
    given
        Values by column that stand where they are not empty, as of a retirement made elsewhere.
    """
    fresh = zip(RETIREMENT, (at, who, why), strict=True)
    return {name: (given or {}).get(name) or value for name, value in fresh}


def moment(value: object) -> datetime:
    """Read a moment of retirement as an event or a copy writes it; ValueError where it is none."""
    return datetime.fromisoformat(str(value)).astimezone(UTC)


def set_retirement(
    session: Session,
    kind: Kind,
    record_id: str,
    after: Mapping[str, Any],
    *,
    what: str,
    who: str,
    why: str,
) -> int:
    """Fill the columns of a record, raise its version and tell it in the event log.

    Parameters
    ----------
    session
        Its transaction holds the record's lock.
    kind, record_id
    after
        Of :func:`stamp`, or :data:`IN_USE`.
    what
        Name of the event.
    who, why

    Returns
    -------
    int
        The record's version now.
    """
    model: Any = MODELS[kind.name]
    columns = [getattr(model, name) for name in RETIREMENT]
    before = session.execute(select(*columns, model.version).where(model.id == record_id)).one()
    version = int(before.version or 0) + 1  # empty where another program wrote it
    at = now(session)
    session.execute(
        update(model)
        .where(model.id == record_id)
        .values(**after, version=version, updated_at=at)
        .execution_options(synchronize_session=False)
    )
    record_event(
        session,
        who=who,
        what=what,
        kind=kind.name,
        subject_id=record_id,
        why=why or None,
        data={
            "before": {name: plain(getattr(before, name)) for name in RETIREMENT},
            "after": {name: plain(after[name]) for name in RETIREMENT},
        },
        at=at,
    )
    return version
