"""Changing the registers by hand: create, change, verify, retire, restore, undo.

Every call works in the session's transaction, locks the records it changes, and appends one event
to each. Nothing is ever deleted.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shapely import Point
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.accounts import masked
from gisapp.accounts.masking import hidden
from gisapp.clock import now
from gisapp.errors import GisAppError, InputError
from gisapp.events.catalogue import What
from gisapp.events.log import Event
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.checking import (
    Fault,
    FaultsError,
    as_text,
    checked,
    require_consistent,
    require_unneeded,
)
from gisapp.registers.conflicts import BulkError, ConflictError
from gisapp.registers.fields import FieldType, Kind
from gisapp.registers.history import geometry_of
from gisapp.registers.kinds import MODELS
from gisapp.registers.owning import county_of
from gisapp.registers.queries import as_mapping, described, unknown_record
from gisapp.registers.record import Record
from gisapp.registers.references import require_not_merged
from gisapp.registers.retirement import IN_USE, RETIREMENT, locked, moment, set_retirement, stamp
from gisapp.registers.states import stays
from gisapp.rights import Actor, Right
from gisapp.schema.values import Value, Values, number_of
from gisapp.store.watch import OUTSIDE

MAX_BULK = 1000
"""Most records in one bulk change."""

VERSIONED = ("insert", "update", "verify", "undo", "retire", "restore", "repair")
"""Events that each raise the version of their record by one."""


@dataclass(frozen=True, kw_only=True)
class _Current:
    """A record as it is, its row locked."""

    row: Record
    version: int
    values: Values
    retired: bool
    county: str | None


def create(
    session: Session, actor: Actor, kind_name: str, values: Mapping[str, Value], *, why: str
) -> str:
    """Store a new record.

    Parameters
    ----------
    session
        A writing session.
    values
        By field: what it holds, or a text as in a file. Without an ``id`` one is made.

    Returns
    -------
    str
        The id.

    Raises
    ------
    FaultsError
        Values that cannot be stored.
    ForbiddenError
        The actor may not edit in the record's county.
    """
    kind = described(kind_name)
    why = _stated(why)
    given = {**values}
    if not as_text(given.get("id")).strip():
        given["id"] = f"{kind.name}-{uuid.uuid4().hex[:8]}"
    read = checked(kind, given, complete=True)
    county = county_of(session, kind, read)
    actor.require(Right.EDIT, county=county)
    _require_may_verify(read, actor, county)
    model = MODELS[kind.name]
    if session.scalar(select(model.fid).where(model.id == read["id"])) is not None:
        params = {"value": read["id"]}
        raise FaultsError([Fault(field="id", code="registers.id_taken", params=params)])
    require_consistent(session, kind, {}, read)
    changes = compare(session, kind, [_as_record(read)])
    store_changes(session, actor, Right.EDIT, changes, county=county, why=why)
    return str(read["id"])


def change(
    session: Session,
    actor: Actor,
    kind_name: str,
    record_id: str,
    values: Mapping[str, Value],
    *,
    version: int,
    why: str,
) -> int:
    """Change fields of one record.

    Parameters
    ----------
    session
        A writing session.
    values
        The fields to change: what each is to hold, or a text as in a file. A contact that comes
        back as it was hidden from the actor stays as it is.
    version
        Version of the record that the change is based on.

    Returns
    -------
    int
        The record's version now, one more where anything changed.

    Raises
    ------
    ConflictError
        The record has another version.
    FaultsError, ForbiddenError, UnknownRecordError
    """
    kind = described(kind_name)
    why = _stated(why)
    current = _locked(session, kind, record_id)
    return _change(session, kind, current, values, version=version, actor=actor, why=why)


def change_many(
    session: Session,
    actor: Actor,
    kind_name: str,
    versions: Mapping[str, int],
    values: Mapping[str, Value],
    *,
    why: str,
) -> int:
    """Give the same values to several records, all or none.

    Parameters
    ----------
    session
        A writing session; to be rolled back where this raises.
    versions
        By id of the record, the version that the change is based on.
    values, actor, why
        As for :func:`change`.

    Returns
    -------
    int
        How many records changed.

    Raises
    ------
    BulkError
        Lists every record that stands in the way.
    """
    kind = described(kind_name)
    why = _stated(why)
    _require_few(versions)
    faults: list[Fault] = []
    changed = 0
    for record_id, version in sorted(versions.items()):  # one order, so that no two editors wait
        try:
            current = _locked(session, kind, record_id)
            new = _change(session, kind, current, values, version=version, actor=actor, why=why)
            changed += new != version
        except FaultsError as error:
            faults += [
                Fault(field=one.field, code=one.code, params=one.params, record_id=record_id)
                for one in error.faults
            ]
        except GisAppError as error:
            faults.append(
                Fault(field="", code=error.code, params=error.params, record_id=record_id)
            )
    if faults:
        raise BulkError(faults)
    return changed


def verify(
    session: Session, actor: Actor, kind_name: str, ids: Sequence[str], *, on: date | None = None
) -> int:
    """Note that records were checked against reality.

    Parameters
    ----------
    session
        A writing session.
    actor
        Whose name the records keep.
    on
        The day; today, UTC, where not given.

    Returns
    -------
    int
        How many records were verified anew.

    Raises
    ------
    ForbiddenError, UnknownRecordError, InputError
    """
    kind = described(kind_name)
    _require_few(ids)
    for record_id in sorted(set(ids)):
        current = _locked(session, kind, record_id)
        actor.require(Right.VERIFY, county=current.county)
        _require_in_use(current)
    stamp = {"verified_at": on or now(session).date(), "verified_by": actor.name}
    changes = compare(session, kind, [{"id": one, **stamp} for one in sorted(set(ids))])
    store_changes(session, actor, Right.VERIFY, changes, why="", what="verify")
    return len(changes.updates)


def retire(
    session: Session,
    actor: Actor,
    kind_name: str,
    record_id: str,
    *,
    why: str,
    version: int | None = None,
) -> int:
    """Take a record out of use; it stays readable and can be restored.

    Returns
    -------
    int
        The record's version now.

    Raises
    ------
    ConflictError, ForbiddenError, UnknownRecordError, InputError
    """
    kind = described(kind_name)
    why = _stated(why)
    current = _locked(session, kind, record_id)
    _require_version(session, kind, current, version, actor=actor)
    _require_in_use(current)
    require_unneeded(session, kind, record_id)
    after = stamp(actor.who, why, at=now(session))
    return _set_retirement(session, actor, current, after, what="retire", why=why)


def restore(
    session: Session,
    actor: Actor,
    kind_name: str,
    record_id: str,
    *,
    why: str,
    version: int | None = None,
) -> int:
    """Put a retired record back into use; returns and raises as :func:`retire` does."""
    kind = described(kind_name)
    why = _stated(why)
    current = _locked(session, kind, record_id)
    _require_version(session, kind, current, version, actor=actor)
    if not current.retired:
        raise InputError("registers.not_retired")
    require_not_merged(session, kind.name, record_id)
    return _set_retirement(session, actor, current, IN_USE, what="restore", why=why)


def undo_last(
    session: Session,
    actor: Actor,
    kind_name: str,
    record_id: str,
    *,
    why: str = "",
    version: int | None = None,
) -> int:
    """Take back the last change of a record: its fields are again what they were before.

    An undo is a change of its own, so that undoing twice brings the change back. The making of a
    record is undone by retiring it.

    Returns
    -------
    int
        The record's version now.

    Raises
    ------
    ConflictError, ForbiddenError, UnknownRecordError
    InputError
        ``registers.nothing_to_undo``.
    """
    kind = described(kind_name)
    current = _locked(session, kind, record_id)
    _require_version(session, kind, current, version, actor=actor)
    last = _last_events(session, kind, record_id, 1)
    if not last:
        raise InputError("registers.nothing_to_undo")
    data = last[0].data or {}
    before, after = data.get("before"), data.get("after") or {}
    if before is None or "retired_at" in after:
        undone = _retirement_undone(before, actor, why, at=now(session))
        if undone["retired_at"] is None:
            require_not_merged(session, kind.name, record_id)
        return _set_retirement(session, actor, current, undone, what="undo", why=why)
    _require_in_use(current)
    values = {name: _from_json(kind, name, value) for name, value in before.items()}
    _require_parts_in_use(session, kind, {**current.values, **values}, values)
    actor.require(Right.EDIT, county=current.county)
    county = county_of(session, kind, {**current.values, **values})
    changes = compare(session, kind, [{"id": record_id, **values}])
    store_changes(session, actor, Right.EDIT, changes, county=county, why=why, what="undo")
    return current.version + len(changes.updates)


def _change(
    session: Session,
    kind: Kind,
    current: _Current,
    values: Mapping[str, Value],
    *,
    version: int,
    actor: Actor,
    why: str,
) -> int:
    actor.require(Right.EDIT, county=current.county)
    given = _without_hidden(kind, current, values, actor)
    read = checked(kind, given, complete=False)
    if read.pop("id", current.values["id"]) != current.values["id"]:
        raise FaultsError([Fault(field="id", code="registers.id_fixed")])
    _require_version(session, kind, current, version, actor=actor, mine=read)
    _require_in_use(current)
    after = {**current.values, **read}
    county = county_of(session, kind, after)
    actor.require(Right.EDIT, county=county)
    _require_may_verify(read, actor, county)
    require_consistent(session, kind, current.values, after)
    if names := stays(kind, current.values, read):
        raise FaultsError([Fault(field=name, code="registers.is_state") for name in names])
    if ("x" in read or "y" in read) and (after["x"], after["y"]) != (
        current.values["x"],
        current.values["y"],
    ):
        read |= {"x": after["x"], "y": after["y"]}
    else:
        read = {name: value for name, value in read.items() if name not in {"x", "y"}}
    record = {**_as_record(read), "id": current.values["id"]}
    changes = compare(session, kind, [record])
    store_changes(session, actor, Right.EDIT, changes, county=county, why=why)
    return current.version + len(changes.updates)


def _locked(session: Session, kind: Kind, record_id: str) -> _Current:
    """Read a record; no other transaction can change it until this one ends."""
    found = locked(session, kind, record_id)
    if found is None:
        raise unknown_record(kind, record_id)
    values = as_mapping(found)
    return _Current(
        row=found,
        version=found.version or 0,  # unreadable where another program wrote it
        values=values,
        retired=found.retired_at is not None,
        county=county_of(session, kind, values),
    )


def _require_version(
    session: Session,
    kind: Kind,
    current: _Current,
    version: int | None,
    *,
    actor: Actor,
    mine: Values | None = None,
) -> None:
    if version is None or version == current.version:
        return
    record_id = str(current.values["id"])
    since = _last_events(session, kind, record_id, max(1, current.version - version))
    changed = {name for event in since for name in ((event.data or {}).get("after") or ())}
    if "geom" in changed:
        changed = (changed - {"geom"}) | {"x", "y"}
    raise ConflictError(
        record_id=record_id,
        version=current.version,
        theirs=masked(
            current.values, private=kind.private_names(), actor=actor, county=current.county
        ),
        mine=mine or {},
        changed=[item.name for item in kind.fields if item.name in changed],
        who=_name_of(since[0].who) if since else "?",
    )


def _name_of(who: str) -> str:
    """Name whoever changed a record; another program in both languages, as it has no login."""
    return "库外程序 (outside, person unknown)" if who == OUTSIDE else who


def _last_events(session: Session, kind: Kind, record_id: str, number: int) -> list[Event]:
    query = (
        select(Event)
        .where(Event.kind == kind.name, Event.subject_id == record_id, Event.what.in_(VERSIONED))
        .order_by(Event.seq.desc())
        .limit(number)
    )
    return list(session.scalars(query))


def _set_retirement(
    session: Session,
    actor: Actor,
    current: _Current,
    after: Mapping[str, Value],
    *,
    what: What,
    why: str,
) -> int:
    county = current.county
    return set_retirement(
        session, actor, Right.EDIT, current.row, after, county=county, what=what, why=why
    )


def _retirement_undone(
    before: Mapping[str, Value] | None, actor: Actor, why: str, *, at: datetime
) -> Mapping[str, Value]:
    """What the columns of retirement are after the event is undone."""
    if before is None:  # the record was made: retire it
        return stamp(actor.who, why or "undo", at=at)
    if before.get("retired_at") is None:
        return IN_USE
    was = {name: before.get(name) for name in RETIREMENT}
    return {**was, "retired_at": moment(was["retired_at"])}


def _require_parts_in_use(
    session: Session, kind: Kind, after: Mapping[str, Value], values: Mapping[str, Value]
) -> None:
    """Refuse to let a record refer to one that went into another."""
    for item in kind.fields:
        register = after.get("monitors_kind") if item.name == "monitors_id" else item.references
        if register and values.get(item.name):
            require_not_merged(session, str(register), str(values[item.name]))


def _without_hidden(
    kind: Kind, current: _Current, values: Mapping[str, Value], actor: Actor
) -> Values:
    """Leave out contacts that come back as they were hidden: the real ones stay."""
    if actor.may(Right.SEE_CONTACTS, county=current.county):
        return dict(values)
    private = kind.private_names()
    return {
        name: value
        for name, value in values.items()
        if name not in private or value != hidden(current.values.get(name))
    }


def _as_record(read: Mapping[str, Value]) -> Values:
    """Make the position one value."""
    record = {name: value for name, value in read.items() if name not in {"x", "y"}}
    if "x" in read:
        record["geom"] = Point(number_of(read["x"]), number_of(read["y"]))
    return record


def _from_json(kind: Kind, name: str, value: Value) -> Value:
    """Read a value of an event as the field holds it."""
    if name == "geom":
        return geometry_of(value)
    if value is not None and kind.field(name).type is FieldType.DATE:
        return date.fromisoformat(str(value))
    return value


def _stated(why: str) -> str:
    why = why.strip()
    if not why:
        raise FaultsError([Fault(field="why", code="registers.why_missing")])
    return why


def _require_in_use(current: _Current) -> None:
    if current.retired:
        raise InputError("registers.retired_fixed")


def _require_few(records: Sequence[str] | Mapping[str, int]) -> None:
    if len(records) > MAX_BULK:
        raise InputError("registers.too_many", most=MAX_BULK)


def _require_may_verify(read: Mapping[str, Value], actor: Actor, county: str | None) -> None:
    if read.get("verified_at") is not None or read.get("verified_by") is not None:
        actor.require(Right.VERIFY, county=county)
