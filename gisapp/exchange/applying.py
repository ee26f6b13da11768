"""Writing merged values through the one writer of the registers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gisapp.events import record_event
from gisapp.exchange.contents import plain, typed
from gisapp.exchange.threeway import RETIREMENT
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.fields import Kind
from gisapp.registers.models import MODELS


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
    model: Any = MODELS[kind.name]
    columns = [getattr(model, name) for name in RETIREMENT]
    before = session.execute(select(*columns, model.version).where(model.id == record_id)).one()
    now = datetime.now(UTC)
    after: dict[str, Any] = dict.fromkeys(RETIREMENT)
    is_retired = values.get("retired_at") is not None
    if is_retired:
        after = {
            "retired_at": datetime.fromisoformat(values["retired_at"]).astimezone(UTC),
            "retired_by": values.get("retired_by") or who,
            "retire_reason": values.get("retire_reason") or why,
        }
    session.execute(
        update(model)
        .where(model.id == record_id)
        .values(**after, version=before.version + 1, updated_at=now)
    )
    record_event(
        session,
        who=who,
        what="retire" if is_retired else "restore",
        kind=kind.name,
        subject_id=record_id,
        why=why,
        data={
            "before": {name: plain(getattr(before, name)) for name in RETIREMENT},
            "after": {name: plain(value) for name, value in after.items()},
        },
        at=now,
    )
