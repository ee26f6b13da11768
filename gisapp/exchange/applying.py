"""Writing merged values through the one writer of the registers."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.events.catalogue import What
from gisapp.exchange.contents import typed
from gisapp.registers import retirement
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.fields import Kind
from gisapp.registers.owning import counties_of
from gisapp.rights import Actor, Right
from gisapp.schema.values import Value


def store_contents(
    session: Session,
    actor: Actor,
    kind: Kind,
    values: Mapping[str, Mapping[str, Value]],
    *,
    why: str,
) -> None:
    """Store plain values of records by id; a field that is not given stays as it is."""
    records = [{"id": record_id, **typed(kind, content)} for record_id, content in values.items()]
    if records:
        changes = compare(session, kind, records)
        store_changes(session, actor, Right.IMPORT, changes, why=why)


def set_retirement(
    session: Session,
    actor: Actor,
    kind: Kind,
    record_id: str,
    values: Mapping[str, Value],
    *,
    why: str,
) -> None:
    """Retire a record, or restore it where `values` hold no ``retired_at``.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to import in the record's county; he stands in where a retirement does
        not say who.
    values
        ``retired_at``, ``retired_by`` and ``retire_reason`` as plain values.

    Raises
    ------
    ForbiddenError
    """
    after: Mapping[str, Value] = retirement.IN_USE
    what: What = "restore"
    if values.get("retired_at") is not None:
        given = {**values, "retired_at": retirement.moment(values["retired_at"])}
        after, what = retirement.stamp(actor.who, why, at=now(session), given=given), "retire"
    record = retirement.locked(session, kind, record_id)
    assert record is not None  # the merge read it before
    county = counties_of(session, kind, [record_id]).get(record_id)
    retirement.set_retirement(
        session, actor, Right.IMPORT, record, after, county=county, what=what, why=why
    )
