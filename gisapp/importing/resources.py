"""Importing one register from one file: what is right is stored, what is wrong set aside."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.orm import Session

from gisapp.errors import SiteError
from gisapp.importing.contacts import find_odd_phones, keep_masked
from gisapp.importing.duplicates import propose_duplicates
from gisapp.importing.offset import RoadDistance, find_shift
from gisapp.importing.outcome import ImportingError, ImportOutcome
from gisapp.importing.positions import DEFAULT_BELT_KM, BBox
from gisapp.importing.prepare import Prepared, prepare
from gisapp.importing.quarantine import record_batch, set_aside, settle_corrected
from gisapp.importing.source import Source
from gisapp.importing.store_checks import (
    find_beyond_county,
    find_dangling,
    find_kept_states,
    find_outside_county,
    find_retired,
    find_unknown_counties,
    warn,
)
from gisapp.registers.changes import Changes, compare, store_changes
from gisapp.registers.queries import described
from gisapp.rights import Actor, Right
from gisapp.site import load_site
from gisapp.store import Store

Progress = Callable[[str, int, int], None]
"""Told the stage (``read``, ``check``, ``store``), how many rows are done, and of how many."""


def _untold(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def import_resources(
    store: Store,
    kind: str,
    path: str | os.PathLike[str],
    *,
    actor: Actor,
    crs: str | None = None,
    why: str | None = None,
    layer: str | None = None,
    belt_km: float = DEFAULT_BELT_KM,
    strict: bool = False,
    trust_crs: bool = False,
    road_distance_m: RoadDistance | None = None,
    dry_run: bool = False,
    file_name: str | None = None,
    progress: Progress = _untold,
) -> ImportOutcome:
    """Import one file into one register, in one transaction.

    A record whose id the register knows is updated, others are inserted. Rows with faults are
    set aside in the quarantine with all their faults; one that waits there from before is
    renewed, and closed as soon as its record comes in right.

    Parameters
    ----------
    kind
        A register, ``"team"``, ``"depot"``, …
    path
        CSV (UTF-8, UTF-16, GBK, GB18030), XLSX, GeoJSON, GeoPackage, Shapefile, or a zip of one
        of the last three.
    actor
        Needs the right to import.
    crs
        Reference system of the coordinates, see
        :func:`gisapp.importing.prepare.choose_reference`; ``"unknown"`` sets every row aside.
    why
        For the event log; the file's name where not given.
    layer
        Layer or worksheet of a file with several.
    belt_km
        How far outside the site's bounding box a position may lie, kilometres.
    strict
        Store nothing where any row has a fault.
    trust_crs
        Store a file although its points seem to be in another system than declared. Without
        it such a file is refused whole: 500 m off in every row is worse than no import, and no
        row by itself looks wrong.
    road_distance_m
        Lets roads tell whether the points are shifted.
    dry_run
        Check and count only.
    file_name
        As the user knows it, where `path` is a copy.

    Raises
    ------
    ImportingError
        The file is missing, unreadable, empty, in an unknown format or character set, has
        several layers, or needs a reference system; ``import.shifted_from_records`` and
        ``import.shifted_from_roads``, which in a dry run are warnings.
    InputError
        ``registers.unknown_kind``.
    ForbiddenError
        The actor may not import.
    StoreError
        The database is locked, read-only or full; nothing was stored.
    """
    description = described(kind)
    actor.require(Right.IMPORT)
    path = Path(path)
    progress("read", 0, 0)
    with store.session() as session:
        bbox, zone = site_bbox(session), _site_zone(session)
    source = Source(path=path, layer=layer, crs=crs, bbox=bbox, belt_km=belt_km, zone=zone)
    order = _Order(
        actor=actor,
        file=file_name or path.name,
        why=why or file_name or path.name,
        strict=strict,
        trust_crs=trust_crs,
        road_distance_m=road_distance_m,
        dry_run=dry_run,
        progress=progress,
    )
    with _uncollected():
        return _store(store, prepare(description, source), order)


_uncollecting = threading.Lock()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the cyclic garbage collector off: it would walk millions of cells again and again.

    Nothing here makes cycles. Of two imports at a time the second runs with it on or off.
    """
    if not (gc.isenabled() and _uncollecting.acquire(blocking=False)):
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        _uncollecting.release()


@dataclass(frozen=True, kw_only=True)
class _Order:
    """What is to be done with a checked file."""

    actor: Actor
    file: str
    why: str
    strict: bool
    trust_crs: bool
    road_distance_m: RoadDistance | None
    dry_run: bool
    progress: Progress


def _store(store: Store, prepared: Prepared, order: _Order) -> ImportOutcome:
    """Store a checked file in one transaction, or only count what that would do."""
    outcome = replace(prepared.settled(), dry_run=order.dry_run)
    if outcome.refused:
        return replace(outcome, wrong_rows=[])
    order.progress("check", 0, outcome.read)
    _suspect(store, prepared, order)
    with store.session(write=not order.dry_run) as session:
        warn(prepared, keep_masked(session, prepared))
        prepared.faults += find_dangling(session, prepared)
        prepared.faults += find_retired(session, prepared)
        prepared.faults += find_beyond_county(session, prepared, order.actor)
        prepared.faults += find_unknown_counties(session, prepared)
        warn(
            prepared,
            [
                *find_outside_county(session, prepared),
                *find_odd_phones(prepared),
                *find_kept_states(session, prepared),
            ],
        )
        outcome = replace(prepared.settled(), dry_run=order.dry_run)
        if order.strict and outcome.faults:
            return replace(outcome, refused=True)
        changes = compare(session, prepared.kind, prepared.right_records())
        outcome = replace(outcome.counted(changes), quarantined=len(outcome.wrong_rows))
        if order.dry_run:
            return outcome
        return _write(session, prepared, changes, outcome, order)


def _suspect(store: Store, prepared: Prepared, order: _Order) -> None:
    """Refuse a shifted file; in a dry run, or where it is trusted, only warn."""
    with store.session() as session:
        notice = find_shift(session, prepared, road_distance_m=order.road_distance_m)
    if notice is None:
        return
    if not (order.dry_run or order.trust_crs):
        raise ImportingError(notice.code, **notice.params)
    warn(prepared, [notice])


def _write(
    session: Session,
    prepared: Prepared,
    changes: Changes,
    outcome: ImportOutcome,
    order: _Order,
) -> ImportOutcome:
    total = len(changes.inserts) + len(changes.updates)
    store_changes(
        session,
        order.actor,
        Right.IMPORT,
        changes,
        why=order.why,
        progress=lambda done: order.progress("store", done, total),
    )
    wrong = prepared.wrong()
    right_ids = {record["id"] for record in prepared.right_records()}
    corrected = settle_corrected(
        session,
        order.actor,
        prepared.kind.name,
        ids=right_ids,
        numbers=[number for row, number in prepared.numbers.items() if row not in wrong],
        why=order.why,
    )
    moved = [one.id for one in changes.updates if {"geom", "name"} & one.after.keys()]
    proposed = propose_duplicates(
        session, prepared.kind, [*(record["id"] for record in changes.inserts), *moved]
    )
    outcome = replace(outcome, corrected=corrected, proposed=proposed)
    batch = record_batch(session, order.actor, outcome, file=order.file, why=order.why)
    set_aside(
        session,
        order.actor,
        prepared.kind.name,
        outcome.wrong_rows,
        batch=batch,
        taken=right_ids,
    )
    return replace(outcome, batch=batch)


def _site_zone(session: Session) -> str | None:
    try:
        return load_site(session).projected_crs
    except SiteError:
        return None


def site_bbox(session: Session) -> BBox | None:
    """Read the site's bounding box, None where no site was imported yet."""
    try:
        return load_site(session).bbox
    except SiteError:
        return None
