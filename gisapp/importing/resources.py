"""Importing one register from one file."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from gisapp.errors import SiteError
from gisapp.importing.outcome import ImportOutcome
from gisapp.importing.positions import DEFAULT_BELT_KM, BBox
from gisapp.importing.prepare import Prepared, Source, find_dangling, prepare
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.queries import described
from gisapp.site import load_site
from gisapp.store import Store


def import_resources(
    store: Store,
    kind: str,
    path: str | os.PathLike[str],
    *,
    crs: str | None = None,
    who: str,
    why: str | None = None,
    layer: str | None = None,
    belt_km: float = DEFAULT_BELT_KM,
    dry_run: bool = False,
) -> ImportOutcome:
    """Import one file into one register.

    A record whose id the register knows is updated, others are inserted. Where the file has
    any fault, all faults are returned and nothing of it is stored.

    Parameters
    ----------
    store
    kind
        A register, ``"team"``, ``"depot"``, …
    path
        CSV (UTF-8, UTF-16, GBK, GB18030), GeoJSON, GeoPackage or Shapefile.
    crs
        Reference system of the coordinates where the file declares none (a CSV never does):
        ``"EPSG:4326"``, ``"EPSG:4490"``, a 3-degree zone such as ``"EPSG:4546"``, or any other
        that PROJ knows. What a file declares goes before.
    who
        For the event log.
    why
        For the event log; the file's name where not given.
    layer
        Of a GeoPackage with several.
    belt_km
        How far outside the site's bounding box a position may lie, kilometres.
    dry_run
        Check and count only.

    Returns
    -------
    ImportOutcome

    Raises
    ------
    ImportingError
        The file is missing, unreadable, empty, in an unknown format or character set, has
        several layers, or needs a reference system.
    InputError
        ``registers.unknown_kind``.
    StoreError
        The database is locked, read-only or full; nothing was stored.
    """
    description = described(kind)
    path = Path(path)
    with store.session() as session:
        bbox = site_bbox(session)
    source = Source(path=path, layer=layer, crs=crs, bbox=bbox, belt_km=belt_km)
    prepared = prepare(description, source)
    return store_prepared(store, prepared, who=who, why=why or path.name, dry_run=dry_run)


def store_prepared(
    store: Store, prepared: Prepared, *, who: str, why: str, dry_run: bool
) -> ImportOutcome:
    """Store a checked file in one transaction, or only count what that would do."""
    outcome = replace(prepared.outcome, dry_run=dry_run)
    if outcome.faults:
        return outcome
    with store.session(write=not dry_run) as session:
        if faults := find_dangling(session, prepared):
            return replace(outcome, faults=faults)
        changes = compare(session, prepared.kind, prepared.records)
        if not dry_run:
            store_changes(session, changes, who=who, why=why)
    return outcome.counted(changes)


def site_bbox(session: Session) -> BBox | None:
    """Read the site's bounding box, None where no site was imported yet."""
    try:
        return load_site(session).bbox
    except SiteError:
        return None
