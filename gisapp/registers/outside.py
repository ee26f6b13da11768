"""What other programs left behind in the registers: found, named, and mended where it can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, cast

from sqlalchemy import Column, Table, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.events import Event
from gisapp.events.catalogue import Changed
from gisapp.events.steps import Steps, plain
from gisapp.registers.changes import defaults, insert_details
from gisapp.registers.editing import VERSIONED
from gisapp.registers.history import geometry_of
from gisapp.registers.kinds import DETAILS, KINDS, MODELS
from gisapp.registers.retirement import stamp
from gisapp.registers.values import CellError, parse_cell
from gisapp.rights import Actor, Right
from gisapp.schema.types import Day, UtcDateTime
from gisapp.schema.values import Json, Value, Values
from gisapp.store import watch
from gisapp.store.unreadable import Cell, unreadable
from gisapp.store.watch import OUTSIDE

MOST = 1000
"""So many of each sort are named; more are found when these are mended."""


@dataclass(frozen=True, kw_only=True)
class Orphan:
    """A row that refers to a record that is gone.

    Attributes
    ----------
    owner_table, owner_id
        What it refers to.
    """

    table: str
    column: str
    fid: int
    owner_table: str
    owner_id: str


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """A record that another program deleted; `before` is all it held."""

    kind: str
    id: str
    at: datetime
    before: Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class LeftBehind:
    """What another program left behind.

    Attributes
    ----------
    cells
        Values that cannot be read.
    """

    deleted: list[Deleted] = field(default_factory=list)
    orphans: list[Orphan] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.deleted or self.orphans or self.cells)


def left_behind(session: Session) -> LeftBehind:
    """Find it, in one pass over each register."""
    cells: list[Cell] = []
    for table in _tables():
        cells += islice(unreadable(session.connection(), table), MOST - len(cells))
    return LeftBehind(deleted=_deleted(session), orphans=list(_orphans(session)), cells=cells)


def unreadable_fields(
    session: Session, kind_name: str, ids: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Find what cannot be read of some records: by id, the text that stands in each column."""
    found: dict[str, dict[str, str]] = {}
    for cell in unreadable(session.connection(), _table(kind_name), ids=ids):
        found.setdefault(str(cell.id), {})[cell.column] = cell.text
    return found


def mend(session: Session, actor: Actor) -> None:
    """Mend what can be mended without knowing more than the log does.

    Deleted records come back as retired ones. What still refers to nothing loses the reference,
    rows of tags and counts go. A value that can be read after all, as ``2026/5/31``, is written
    as it should be; any other is emptied. Each record has an event with what stood there before.
    A position that cannot be read stays: only a person knows where the record is.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to administer.

    Raises
    ------
    ForbiddenError
    """
    step = Steps(session, actor=actor, right=Right.ADMINISTER)
    found = left_behind(session)
    for one in found.deleted:
        with _at_least_tried(session):
            _bring_back(session, one, step, actor.who)
    for orphan in _orphans(session):
        with _at_least_tried(session):
            _release(session, orphan, step)
    by_record: dict[tuple[str, int], list[Cell]] = {}
    for cell in found.cells:
        by_record.setdefault((cell.table, cell.key), []).append(cell)
    for cells in by_record.values():
        with _at_least_tried(session):
            _rewrite(session, cells, step)


@contextmanager
def _at_least_tried(session: Session) -> Iterator[None]:
    """Leave as it is what the tables' own checks would refuse; it stays among what is named."""
    with suppress(IntegrityError), session.begin_nested():
        yield


def _tables() -> Iterator[Table]:
    """Registers, those referred to before those that refer, then the tables of their fields."""
    for kind in KINDS:
        yield _table(kind)
    for details in DETAILS.values():
        for one in details.values():
            yield cast("Table", one.model.__table__)


def _table(kind_name: str) -> Table:
    return cast("Table", MODELS[kind_name].__table__)


def _deleted(session: Session) -> list[Deleted]:
    """Read from the log which records another program deleted and nobody brought back."""
    query = (
        select(Event)
        .where(Event.what == "delete", Event.who == OUTSIDE)
        .order_by(Event.seq.desc())
        .limit(MOST)
    )
    found: dict[tuple[str, str], Deleted] = {}
    for event in session.scalars(query):
        key = (event.kind, event.subject_id)
        if event.kind not in MODELS or key in found:
            continue
        model = MODELS[event.kind]
        if session.scalar(select(model.fid).where(model.id == event.subject_id)) is None:
            found[key] = Deleted(
                kind=event.kind,
                id=event.subject_id,
                at=event.at,
                before=(event.data or {}).get("before") or {},
            )
    order = list(KINDS)
    return sorted(found.values(), key=lambda one: (order.index(one.kind), one.id))


def _orphans(session: Session) -> Iterator[Orphan]:
    """Rows whose reference leads nowhere; a server does not let that come about."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for table in _tables():
        for key in table.foreign_keys:
            column, owner = key.parent, key.column
            query = (
                select(table.c.fid, column)
                .where(column.is_not(None), ~select(owner).where(owner == column).exists())
                .order_by(table.c.fid)
                .limit(MOST)
            )
            for fid, owner_id in session.execute(query).all():
                yield Orphan(
                    table=table.name,
                    column=column.name,
                    fid=fid,
                    owner_table=owner.table.name,
                    owner_id=str(owner_id),
                )


def _bring_back(session: Session, one: Deleted, step: Steps, who: str) -> None:
    table = _table(one.kind)
    moment = now(session)
    reason = f"{OUTSIDE}: delete"
    values: Values = {
        column.name: _as_stored(column, one.before.get(column.name))
        for column in table.columns
        if column.name in one.before
    }
    retired = stamp(who, reason, at=moment, given=values)
    changes = select(func.count()).where(
        Event.kind == one.kind, Event.subject_id == one.id, Event.what.in_(VERSIONED)
    )
    written = {"version": (session.scalar(changes) or 0) + 1, "updated_at": moment}
    missing = [
        column.name
        for column in table.columns
        if not column.nullable
        and column.server_default is None
        and not column.primary_key
        and values.get(column.name) is None
    ]
    if missing or _leads_nowhere(session, table, values):
        return
    session.execute(insert(table), [{**values, **retired, **written, "id": one.id}])
    for name, detail in DETAILS.get(one.kind, {}).items():
        session.execute(delete(detail.model).where(detail.model.owner_id == one.id))
        insert_details(session, detail, [(one.id, one.before.get(name) or ())])
    told: Changed = {
        "before": dict.fromkeys(retired),
        "after": {name: plain(value) for name, value in retired.items()},
    }
    step.tell(one.kind, [(one.id, told)], what="restore", why=reason, at=moment)


def _leads_nowhere(session: Session, table: Table, values: Mapping[str, Value]) -> bool:
    return any(
        values.get(key.parent.name) is not None
        and session.scalar(select(key.column).where(key.column == values[key.parent.name])) is None
        for key in table.foreign_keys
    )


def _as_stored(column: Column[Any], value: Value) -> Value:
    """Read a value of an event as its column holds it; None for what cannot be read."""
    if value is None:
        return None
    if column.name == "geom":
        return geometry_of(value)
    try:
        if isinstance(column.type, UtcDateTime):
            found = datetime.fromisoformat(str(value))
            return found.replace(tzinfo=found.tzinfo or UTC)
        return date.fromisoformat(str(value)) if isinstance(column.type, Day) else value
    except ValueError:
        return None


def _release(session: Session, orphan: Orphan, step: Steps) -> None:
    table = next(one for one in _tables() if one.name == orphan.table)
    row = session.execute(select(table).where(table.c.fid == orphan.fid)).mappings().one()
    own = {one.table: one.field for one in watch.details()}
    if orphan.table in own:
        session.execute(delete(table).where(table.c.fid == orphan.fid))
        before = {name: value for name, value in row.items() if name not in {"fid", orphan.column}}
        told: Changed = {"before": {own[orphan.table]: before}, "after": {own[orphan.table]: None}}
        step.tell(orphan.owner_table, [(orphan.owner_id, told)], what="repair")
    elif table.c[orphan.column].nullable:
        _write(session, table, orphan.fid, {orphan.column: orphan.owner_id},
               {orphan.column: None}, step)  # fmt: skip


def _rewrite(session: Session, cells: Sequence[Cell], step: Steps) -> None:
    first = cells[0]
    if first.table not in MODELS:
        return
    kind, table = KINDS[first.table], _table(first.table)
    fields = {item.name: item for item in kind.stored()}
    before: dict[str, Json] = {}
    after: Values = {}
    for cell in cells:
        if cell.column in {"geom", "version", "updated_at"}:
            continue
        before[cell.column] = cell.text
        after[cell.column] = None
        if cell.column in fields:
            try:
                after[cell.column] = parse_cell(fields[cell.column], cell.text)
            except CellError:
                after[cell.column] = defaults(kind).get(cell.column)
        elif cell.column == "retired_at":
            after[cell.column] = now(session)
    # A day that is emptied takes along who vouched for it.
    if "verified_at" in after and after["verified_at"] is None:
        name = session.scalar(select(table.c.verified_by).where(table.c.fid == first.key))
        if name is not None:
            before["verified_by"], after["verified_by"] = name, None
    if before or any(cell.column in {"version", "updated_at"} for cell in cells):
        _write(session, table, first.key, before, after, step)


def _write(  # noqa: PLR0917 - a row, and what becomes of it
    session: Session,
    table: Table,
    fid: int,
    before: Mapping[str, Json],
    after: Values,
    step: Steps,
) -> None:
    moment = now(session)
    record_id, version = session.execute(
        select(table.c.id, table.c.version).where(table.c.fid == fid)
    ).one()
    written = {"version": max(version or 0, 0) + 1, "updated_at": moment}
    session.execute(update(table).where(table.c.fid == fid).values(**after, **written))
    told: Changed = {
        "before": before,
        "after": {name: plain(value) for name, value in after.items()},
    }
    step.tell(table.name, [(record_id, told)], what="repair", at=moment)
