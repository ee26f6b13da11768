"""Fire stations, ambulance stations, hospitals and clinics out of OpenStreetMap."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import osmium
import shapely
from sqlalchemy.orm import Session

from gisapp.importing.outcome import ImportingError, ImportOutcome
from gisapp.importing.positions import DEFAULT_BELT_KM, Frame
from gisapp.importing.reference import parse_reference
from gisapp.importing.resources import site_bbox
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.kinds import KINDS
from gisapp.registers.queries import counties
from gisapp.rights import Actor, Right
from gisapp.schema.values import Values
from gisapp.store import Store
from routing.osmfile import open_osm

SOURCE = "OpenStreetMap"

# OSM key and value → register, and what its definition says of every such object. Neither
# vehicles, people nor turnout are in OSM: they stay unknown.
_FIRE: Values = {"team_type": "fire_rescue", "tier": "main", "capabilities": ["fire", "rescue"]}
_AMBULANCE: Values = {"team_type": "medical", "tier": "coordinated", "capabilities": ["medical"]}
_TAGS: dict[tuple[str, str], tuple[str, Values]] = {
    ("amenity", "fire_station"): ("team", _FIRE),
    ("emergency", "ambulance_station"): ("team", _AMBULANCE),
    ("amenity", "hospital"): ("hospital", {}),
    ("amenity", "clinic"): ("hospital", {}),
    ("healthcare", "hospital"): ("hospital", {}),
    ("healthcare", "clinic"): ("hospital", {}),
}
_UNNAMED = {
    "fire_station": ("未命名消防站", "Unnamed fire station"),
    "ambulance_station": ("未命名急救站", "Unnamed ambulance station"),
    "hospital": ("未命名医院", "Unnamed hospital"),
    "clinic": ("未命名诊所", "Unnamed clinic"),
}


def import_osm_resources(
    store: Store,
    path: str | os.PathLike[str],
    *,
    actor: Actor,
    belt_km: float = DEFAULT_BELT_KM,
    dry_run: bool = False,
) -> list[ImportOutcome]:
    """Import teams and hospitals from an OpenStreetMap extract, both in one transaction.

    Parameters
    ----------
    path
        ``.osm.pbf`` or another format that libosmium reads. Nodes and areas are taken; an
        area is placed at a point on its surface.
    actor
        Needs the right to import in every county.
    belt_km
        Objects farther outside the site's bounding box are passed over: an extract is usually
        of a whole province.
    dry_run
        Check and count only.

    Returns
    -------
    list of ImportOutcome
        Of ``team`` and ``hospital``.

    Raises
    ------
    ImportingError
        ``import.no_file``, ``import.unreadable``.
    StoreError
        The database is locked, read-only or full; nothing was stored.
    """
    actor.require(Right.IMPORT, county=None)
    path = Path(path)
    if not path.is_file():
        raise ImportingError("import.no_file", path=str(path))
    with store.session() as session:
        frame = Frame(parse_reference("EPSG:4326"), site_bbox(session), belt_km)
        counties = _counties(session)
    try:
        found = list(_objects(path))
    except (RuntimeError, ValueError) as error:  # osmium's errors for files cut short or foreign
        raise ImportingError("import.unreadable", path=str(path), detail=str(error)) from error
    points = shapely.get_coordinates([point for _key, point, _tags in found]).reshape(-1, 2)
    far = frame.faults(points[:, 0], points[:, 1])
    records: dict[str, list[Values]] = {"team": [], "hospital": []}
    for index, (key, point, tags) in enumerate(found):
        if index not in far:
            kind, record = _record(key, tags)
            records[kind].append({**record, "geom": point, "county": _county(counties, point)})
    outcomes = []
    with store.session(write=not dry_run) as session:
        for register in (KINDS["team"], KINDS["hospital"]):
            chosen = records[register.name]
            changes = compare(session, register, chosen)
            if not dry_run:
                store_changes(session, actor, Right.IMPORT, changes, why=path.name)
            outcome = ImportOutcome(
                kind=register.name, read=len(chosen), crs="EPSG:4326", dry_run=dry_run
            )
            outcomes.append(outcome.counted(changes))
    return outcomes


def _objects(path: Path) -> Iterator[tuple[str, shapely.Point, dict[str, str]]]:
    """Id, position and tags of every node and area that is a resource."""
    tagged = osmium.filter.TagFilter(*_TAGS)
    factory = osmium.geom.WKBFactory()
    processor = osmium.FileProcessor(open_osm(path)).with_areas(tagged).with_filter(tagged)
    for item in processor:
        if isinstance(item, osmium.osm.Node):
            if item.deleted or not item.location.valid():
                continue
            point = shapely.Point(item.lon, item.lat)
            key = f"osm-n{item.id}"
        elif isinstance(item, osmium.osm.Area):
            shape = shapely.from_wkb(factory.create_multipolygon(item))
            point = shapely.point_on_surface(shape)
            key = f"osm-{'w' if item.from_way() else 'r'}{item.orig_id()}"
        else:
            continue
        yield key, shapely.Point(np.round(shapely.get_coordinates(point)[0], 7)), dict(item.tags)


def _record(key: str, tags: Mapping[str, str]) -> tuple[str, Values]:
    (_osm_key, value), (kind, known) = next(
        (tag, meaning) for tag, meaning in _TAGS.items() if tags.get(tag[0]) == tag[1]
    )
    unnamed_zh, unnamed_en = _UNNAMED[value]
    reference = key.removeprefix("osm-")
    name = tags.get("name") or tags.get("operator")
    record: Values = {
        **known,
        "id": key,
        "name": name or f"{unnamed_zh} {reference}",
        "name_en": tags.get("name:en") or (None if name else f"{unnamed_en} {reference}"),
        "agency": tags.get("operator"),
        "contact_phone": tags.get("phone") or tags.get("contact:phone"),
        "source": SOURCE,
        "synthetic": False,
    }
    if kind == "hospital":
        beds = tags.get("beds", "")
        record["beds"] = int(beds) if beds.isascii() and beds.isdigit() else None
        record["emergency"] = tags.get("emergency") == "yes"
    return kind, record


def _counties(session: Session) -> tuple[shapely.STRtree, list[str]]:
    areas = counties(session)
    return shapely.STRtree(areas.geometry.to_numpy()), list(areas["id"])


def _county(counties: tuple[shapely.STRtree, list[str]], point: shapely.Point) -> str | None:
    tree, codes = counties
    inside = [codes[index] for index in tree.query(point, predicate="intersects")]
    return next((code for code in sorted(inside) if len(code) == 6), None)
