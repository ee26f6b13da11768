"""Writing merged values through the one writer of the registers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.exchange.contents import typed
from gisapp.registers import retirement
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.fields import Kind


def store_contents(
    session: Session, kind: Kind, values: Mapping[str, Mapping[str, Any]], *, who: str, why: str
) -> None:
    """Store plain values of records by id; a field that is not given stays as it is."""
    records = [{"id": record_id, **typed(kind, content)} for record_id, content in values.items()]
    if records:
        store_changes(session, compare(session, kind, records), who=who, why=why)


def set_retirement(
    session: Session, kind: Kind, record_id: str, values: Mapping[str, Any], *, who: str, why: str
) -> None:
    """Retire a record, or restore it where `values` hold no ``retired_at``.

    Parameters
    ----------
    values
        ``retired_at``, ``retired_by`` and ``retire_reason`` as plain values.
    who, why
        For the event; they also stand in where a retirement does not say them.
    """
    if values.get("retired_at") is None:
        retirement.set_retirement(
            session, kind, record_id, retirement.IN_USE, what="restore", who=who, why=why
        )
        return
    given = {**values, "retired_at": retirement.moment(values["retired_at"])}
    after = retirement.stamp(who, why, at=now(session), given=given)
    retirement.set_retirement(session, kind, record_id, after, what="retire", who=who, why=why)
