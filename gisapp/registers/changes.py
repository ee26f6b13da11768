"""Storing checked records: insert, update or leave, with an event for each change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.events.catalogue import Changed, Made, What
from gisapp.events.steps import Steps, plain
from gisapp.registers.fields import FieldType, Kind
from gisapp.registers.kinds import DETAILS, MODELS
from gisapp.registers.record import Detail
from gisapp.registers.rules import alternatives, pairs, require_whole
from gisapp.rights import ANYWHERE, Actor, Right

Record = dict[str, Any]
T = TypeVar("T")
_BATCH = 500
_WRITTEN_AT_ONCE = 2000


@dataclass(frozen=True, kw_only=True)
class Update:
    """A record that differs from the database; before and after hold only what differs."""

    id: str
    fid: int
    version: int
    before: Record
    after: Record


@dataclass(kw_only=True)
class Changes:
    """What storing records would do.

    Attributes
    ----------
    inserts
        Whole records.
    unchanged
        How many records are in the database as they are.
    """

    kind: Kind
    inserts: list[Record] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    unchanged: int = 0


def compare(session: Session, kind: Kind, records: Sequence[Record]) -> Changes:
    """Compare records with the database by their natural key, `kind` and ``id``.

    A field that a record does not carry stays as it is, and of a known record all state; a None
    empties a field, or gives one that cannot be empty its default.

    Raises
    ------
    InputError
        ``registers.half_given``: an overridden grade would be without its reason, or the like;
        ``registers.not_one``: a unit would be of a team and a hospital, or of neither.
    """
    changes = Changes(kind=kind)
    paired = bool(pairs(kind) or alternatives(kind))
    fallback = defaults(kind)
    of_state = {item.name for item in kind.states()}
    for batch in _batches(records):
        existing = read_records(session, kind, [record["id"] for record in batch])
        for record in batch:
            complete = {
                name: fallback.get(name) if value is None else value
                for name, value in record.items()
            }
            if paired:
                stored = existing[record["id"]][2] if record["id"] in existing else {}
                require_whole(kind, {**stored, **complete})
            if record["id"] not in existing:
                changes.inserts.append({**fallback, **complete})
                continue
            fid, version, stored = existing[record["id"]]
            differing = [
                name
                for name, value in complete.items()
                if stored[name] != value and name not in of_state
            ]
            if differing:
                changes.updates.append(
                    Update(
                        id=record["id"],
                        fid=fid,
                        version=version,
                        before={name: stored[name] for name in differing},
                        after={name: complete[name] for name in differing},
                    )
                )
            else:
                changes.unchanged += 1
    return changes


def store_changes(
    session: Session,
    actor: Actor,
    right: Right,
    changes: Changes,
    *,
    why: str,
    county: str | None = ANYWHERE,
    what: What = "update",
    progress: Callable[[int], None] | None = None,
) -> None:
    """Carry out `changes` in the session's transaction.

    Parameters
    ----------
    session
        A writing session.
    actor, right
        Who, and what they need; which counties' records they are, the caller has asked about.
    why
        For the event of each changed record.
    county
        Of a single record, where the right is needed.
    what
        What the event of a changed record calls it.
    progress
        Told how many records are done.

    Raises
    ------
    ForbiddenError
    """
    step = Steps(session, actor=actor, right=right, county=county)
    kind, moment, done = changes.kind, now(session), 0
    for inserts in _batches(changes.inserts, _WRITTEN_AT_ONCE):
        _insert(session, kind, inserts, moment)
        made = ((one["id"], Made(after=_as_json(one))) for one in inserts)
        step.tell(kind.name, made, what="insert", why=why, at=moment)
        done += len(inserts)
        if progress is not None:
            progress(done)
    for updates in _batches(changes.updates, _WRITTEN_AT_ONCE):
        _update(session, kind, updates, moment)
        changed = (
            (one.id, Changed(before=_as_json(one.before), after=_as_json(one.after)))
            for one in updates
        )
        step.tell(kind.name, changed, what=what, why=why, at=moment)
        done += len(updates)
        if progress is not None:
            progress(done)


def _insert(session: Session, kind: Kind, records: Sequence[Record], moment: datetime) -> None:
    columns = [item.name for item in kind.stored()]
    if kind.geometry is not None:
        columns.append("geom")
    session.execute(
        insert(cast("Table", MODELS[kind.name].__table__)),  # many rows, past the ORM
        [
            {name: record.get(name) for name in columns} | {"version": 1, "updated_at": moment}
            for record in records
        ],
    )
    for name, detail in DETAILS.get(kind.name, {}).items():
        insert_details(session, detail, [(one["id"], one.get(name) or ()) for one in records])


def _update(session: Session, kind: Kind, updates: Sequence[Update], moment: datetime) -> None:
    """Update records, those whose same columns change in one statement."""
    table = cast("Table", MODELS[kind.name].__table__)
    details = DETAILS.get(kind.name, {})
    alike: dict[tuple[str, ...], list[Update]] = {}
    for one in updates:
        own = tuple(sorted(name for name in one.after if name not in details))
        alike.setdefault(own, []).append(one)
    for names, group in alike.items():
        session.execute(
            update(table)
            .where(table.c.fid == bindparam("of_fid"))
            .values(
                version=bindparam("to_version"),
                updated_at=moment,
                **{name: bindparam(f"to_{name}") for name in names},
            ),
            [
                {"of_fid": one.fid, "to_version": one.version + 1}
                | {f"to_{name}": one.after[name] for name in names}
                for one in group
            ],
        )
    for name, detail in details.items():
        given = [(one.id, one.after[name]) for one in updates if name in one.after]
        owner = detail.model.owner_id
        for batch in _batches([record_id for record_id, _values in given]):
            session.execute(delete(detail.model).where(owner.in_(batch)))
        insert_details(session, detail, given)


def insert_details(session: Session, detail: Detail, given: Sequence[tuple[str, Any]]) -> None:
    """Write the tags or counts of records, given by id; none of them may be there yet."""
    rows = [
        {detail.owner: record_id, detail.value: code}
        | ({detail.number: values[code]} if detail.number else {})
        for record_id, values in given
        for code in values
    ]
    if rows:
        session.execute(insert(cast("Table", detail.model.__table__)), rows)


def read_records(
    session: Session, kind: Kind, ids: Sequence[str]
) -> dict[str, tuple[int, int, Record]]:
    """Fid, version and fields of the records with these ids, retired ones too, by id.

    The fields are what :func:`compare` compares: typed values, ``geom``, tags and counts.
    """
    model = MODELS[kind.name]
    names = [item.name for item in kind.stored()]
    if kind.geometry is not None:
        names.append("geom")
    query = select(model.fid, model.version, *(getattr(model, name) for name in names))
    found = {
        row.id: (row.fid, row.version or 0, dict(zip(names, row[2:], strict=True)))
        for row in session.execute(query.where(model.id.in_(ids)))
    }
    for name, detail in DETAILS.get(kind.name, {}).items():
        for _fid, _version, stored in found.values():
            stored[name] = {} if detail.number else []
        mine = detail.model.owner_id.in_(ids)
        for row in session.scalars(select(detail.model).where(mine).order_by(detail.model.code)):
            kept = found[row.owner_id][2]
            if detail.number:
                kept[name][row.code] = row.count
            else:
                kept[name].append(row.code)
    return found


def defaults(kind: Kind) -> Record:
    """Say what an empty cell means in a column that cannot be empty."""
    found: Record = {}
    table = MODELS[kind.name].__table__
    for item in kind.given():
        if item.type is FieldType.TAGS:
            found[item.name] = []
        elif item.type is FieldType.COUNTS:
            found[item.name] = {}
        elif item.is_stored and table.c[item.name].default is not None:
            found[item.name] = table.c[item.name].default.arg
    return found


def _batches(items: Sequence[T], size: int = _BATCH) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _as_json(record: Record) -> Record:
    return {name: plain(value) for name, value in record.items()}
