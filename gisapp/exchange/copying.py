"""A county's own copy: a whole working database of that county's records."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from gisapp.accounts.exports import Export, Way, record_export
from gisapp.clock import REAL
from gisapp.errors import InputError, StoreError
from gisapp.events import latest, record_event
from gisapp.exchange.contents import batches, contents
from gisapp.exchange.models import ExchangeBase, ExchangeCopy
from gisapp.registers.fields import Kind
from gisapp.registers.kinds import BASE_KINDS, DETAILS, MODELS
from gisapp.registers.owning import of_county, owned
from gisapp.rights import Actor, Right
from gisapp.schema.values import Value, Values
from gisapp.site import load_site, save_site
from gisapp.store import Store, create_store

Row = Values


@dataclass(frozen=True, kw_only=True)
class Copied:
    """A copy that was taken.

    Attributes
    ----------
    id
        Under which it is merged back.
    records
        How many records of each register.
    has_contacts
        Whether names and telephone numbers are in it.
    """

    id: str
    county: str
    path: Path
    records: dict[str, int]
    has_contacts: bool


def copies_taken(session: Session, *, county: str | None, limit: int) -> list[ExchangeCopy]:
    """The copies taken last, the newest first; of one county, or of all."""
    query = select(ExchangeCopy).order_by(ExchangeCopy.fid.desc()).limit(limit)
    if county is not None:
        query = query.where(ExchangeCopy.county == county)
    return list(session.scalars(query))


def export_copy(store: Store, path: Path, county: str, *, actor: Actor) -> Copied:
    """Write a county's records as a working database of their own.

    The file opens in this application and in QGIS. It holds the base map, the county's records
    with their versions, retired ones as well, and beside them what they were when it was taken,
    so that :func:`gisapp.exchange.merging.merge_copy` finds what was changed in it. Accounts are
    not in it. Names and telephone numbers are, where `actor` may see them.

    Parameters
    ----------
    store
        The site's database, of any kind.
    path
        The GeoPackage file to be made; it appears whole or not at all.
    county
        Its six-digit code.

    Raises
    ------
    ForbiddenError
        ``accounts.forbidden``.
    InputError
        ``exchange.unknown_county``: no area and no record has the code.
    StoreError
        ``store.exists``, ``store.no_directory``, ``store.disk_full`` and the like.
    """
    actor.require(Right.EXPORT)
    sees_contacts = actor.may(Right.SEE_CONTACTS, county=county)
    header = ExchangeCopy(
        id=f"X{secrets.token_hex(6)}",
        county=county,
        exported_at=REAL.now(),
        exported_by=actor.who,
    )
    if path.exists():
        raise StoreError("store.exists", path=str(path))
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.gpkg")
    try:
        with create_store(unfinished) as copy, store.session() as session:
            header.event_seq = latest(session)
            header.origin = load_site(session).code
            with copy.session(write=True) as target:
                counted = _fill(session, target, header, sees_contacts=sees_contacts)
            copy.fold(rest_s=0.0)
        with store.session(write=True) as session:
            session.add(_header(header, is_here=False))
            _record(session, header, counted, actor, sees_contacts=sees_contacts)
        unfinished.rename(path)
    finally:
        for suffix in ("", "-wal", "-shm"):
            unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
    return Copied(
        id=header.id, county=county, path=path, records=counted, has_contacts=sees_contacts
    )


def _fill(
    session: Session, target: Session, header: ExchangeCopy, *, sees_contacts: bool
) -> dict[str, int]:
    save_site(target, load_site(session))
    counted = {}
    carried: dict[str, set[str]] = {}
    for kind in BASE_KINDS.values():
        every = _rows(session, kind, None)
        carried[kind.name] = {str(row["id"]) for row in every}
        _insert(target, _table(kind), every)
    for kind in owned():
        hidden: frozenset[str] = frozenset() if sees_contacts else kind.private_names()
        rows = [
            {
                name: None if name in hidden else value
                for name, value in _within(kind, row, carried).items()
            }
            for row in _rows(session, kind, header.county)
        ]
        carried[kind.name] = {str(row["id"]) for row in rows}
        _insert(target, _table(kind), rows)
        _copy_details(session, target, kind, [str(row["id"]) for row in rows])
        base = contents(session, kind, where=of_county(kind, header.county))
        _insert(
            target,
            cast("Table", ExchangeBase.__table__),
            [
                {
                    "copy_id": header.id,
                    "kind": kind.name,
                    "record_id": record_id,
                    # What was not given is not among what comes back.
                    "content": {
                        name: value
                        for name, value in _within(kind, content, carried).items()
                        if name not in hidden
                    },
                }
                for record_id, content in base.items()
            ],
        )
        if rows:
            counted[kind.name] = len(rows)
    if not counted and not _is_area(session, header.county):
        raise InputError("exchange.unknown_county", county=header.county)
    target.add(_header(header, is_here=True))
    record_event(
        target,
        who=header.exported_by,
        what="copied",
        kind="exchange_copy",
        subject_id=header.id,
        data={"origin": header.origin, "county": header.county, "event_seq": header.event_seq},
    )
    return counted


def _within(kind: Kind, values: Mapping[str, Value], carried: Mapping[str, set[str]]) -> Row:
    """Empty what refers to a record of another county, as a village's shelter across the border.

    It is empty on both sides of the later merge: what the site has stays, and what the county
    fills in is a conflict for a person.
    """
    elsewhere = {
        item.name
        for item in kind.fields
        if item.references
        and values.get(item.name) is not None
        and values[item.name] not in carried.get(item.references, ())
    }
    return {**values, **dict.fromkeys(elsewhere)}


def _rows(session: Session, kind: Kind, county: str | None) -> list[Row]:
    table = _table(kind)
    columns = [column for column in table.c if column.name != "fid"]
    query = select(*columns).order_by(table.c.fid)
    if county is not None:
        query = query.where(of_county(kind, county))
    return [dict(row) for row in session.execute(query).mappings()]


def _copy_details(session: Session, target: Session, kind: Kind, ids: list[str]) -> None:
    for detail in DETAILS.get(kind.name, {}).values():
        table = cast("Table", detail.model.__table__)
        columns = [column for column in table.c if column.name != "fid"]
        for some in batches(ids):
            query = select(*columns).where(table.c[detail.owner].in_(some))
            _insert(target, table, [dict(row) for row in session.execute(query).mappings()])


def _insert(target: Session, table: Table, rows: Sequence[Mapping[str, Value | Row]]) -> None:
    if rows:
        target.execute(insert(table), rows)


def _table(kind: Kind) -> Table:
    return cast("Table", MODELS[kind.name].__table__)


def _is_area(session: Session, county: str) -> bool:
    area = MODELS["area"]
    return session.scalar(select(area.fid).where(area.id == county)) is not None


def _header(header: ExchangeCopy, *, is_here: bool) -> ExchangeCopy:
    """The row for one of both databases."""
    return ExchangeCopy(
        is_here=is_here,
        id=header.id,
        origin=header.origin,
        county=header.county,
        event_seq=header.event_seq,
        exported_at=header.exported_at,
        exported_by=header.exported_by,
    )


def _record(
    session: Session,
    header: ExchangeCopy,
    counted: dict[str, int],
    actor: Actor,
    *,
    sees_contacts: bool,
) -> None:
    export = Export(
        way=Way.COPY,
        subject=header.id,
        format="gpkg",
        records=sum(counted.values()),
        contacts=sees_contacts,
        filters={"county": header.county, "event_seq": header.event_seq, "registers": counted},
    )
    record_export(session, export, who=actor.who)
