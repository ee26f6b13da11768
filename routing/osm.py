"""Read roads from an OpenStreetMap file."""

from __future__ import annotations

import math
import os
from array import array
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from sys import intern

import numpy as np
import osmium
from osmium.osm.types import Node, Relation, Way
from tqdm import tqdm

from routing.access import (
    Tags,
    direction,
    is_blocked,
    is_locked_gate,
    is_private,
    reason_closed,
    unfinished,
)
from routing.build import assemble, cut_at_junctions, is_on_map, no_roads, off_map, ranges
from routing.errors import QueryError, RoadFileError
from routing.files import checked_file, damaged
from routing.limits import NODE_KEYS, Limit, height_limit, weight_limit
from routing.network import Bool, Float64, Int64, RoadNetwork
from routing.osmfile import (
    UNLOCATED,
    NodePlaces,
    TurnRelation,
    TurnRelations,
    erased_ids,
    has_versions,
    hold_their_places,
    latest_ways,
    node_places,
    open_osm,
    ways_of,
)
from routing.restrictions import read_turns
from routing.speeds import LIMIT_SHARE, parse_maxspeed

Box = tuple[float, float, float, float]

_UNITS_PER_DEGREE = 1e7  # osmium holds places as whole numbers of the format's resolution
# The node index takes 16 bytes a node, about two and a half times the file. Beyond this file
# size it is kept in an unnamed temporary file instead of memory.
_INDEX_IN_MEMORY_BYTES = 500_000_000


def from_osm_pbf(
    path: str | os.PathLike[str], *, bbox: Box | None = None, progress: bool = True
) -> RoadNetwork:
    """Read the roads an emergency vehicle may use from an OSM file.

    One pass over the file. osmium keeps the places of nodes in an index of its own, 16 bytes
    a node, in memory for files up to 500 MB and in a temporary file beyond; of the ways only
    roads reach Python, as flat arrays. What that pass cannot settle is read again by
    :mod:`routing.osmfile`: nodes after the ways or with negative identifiers (edited in
    JOSM), places stored in ways, several versions of an object.

    Rules, each with its test in ``tests/routing/test_osm.py``:

    * Classes and speeds are those of :mod:`routing.speeds`. A posted ``maxspeed`` (else the
      lower of ``maxspeed:forward`` and ``:backward``) goes before the class's speed, at nine
      tenths of the limit.
    * Access and direction are read by :mod:`routing.access`: ``emergency`` goes before
      ``motor_vehicle``, ``vehicle`` and ``access``; ``no``, ``military`` and
      ``restricted`` close, ``private`` is open to a crew and noted.
    * A blocking barrier (bollard, block, stile) cuts the road: it ends on both sides of it.
      A gate does not, locked or not; locked ones are noted.
    * Ferries, areas (``area=yes``) and roads under construction are left out; a road in use
      with a mark such as ``construction=yes`` is open and noted.
    * Of several versions of an object the highest holds, of copies one; deleted ways
      (``visible="false"``, JOSM's ``action="delete"``) are left out.
    * Limits of weight and height of ways are read by :mod:`routing.limits`, of conditional ones
      what holds at any time; those of nodes (height restrictors) hold for the
      streets they stand on.
    * Turn restrictions are read by :mod:`routing.restrictions` and kept as forbidden sequences
      of edges (:mod:`routing.bans`).
    * The name is ``name``, else ``ref``.
    * Where nodes of a way are missing (at the border of an extract) or off the globe its parts
      are kept.

    Parameters
    ----------
    path
        ``.osm.pbf``; other formats osmium knows by their suffix (``.osm``, ``.osm.bz2``,
        ``.o5m``) and histories (``.osh.pbf``) work too.
    bbox
        West, south, east, north in degrees: only streets with a drawn point inside are kept,
        whole.
    progress
        Show a progress bar on standard error where that is a terminal.

    Returns
    -------
    RoadNetwork
        With every component, the largest marked 0. Node identifiers are OSM's; the two ends
        at a blocking barrier have negative ones of their own.

    Raises
    ------
    RoadFileError
        The file is missing, a folder, unreadable or empty, not an OSM file
        (``routing.not_osm``) or a list of changes (``routing.osm_changes``), damaged or
        truncated (``routing.file_damaged``), with a coordinate that is no number or beyond
        all degrees (``routing.osm_bad_coordinate``), without roads (``routing.no_roads``,
        ``routing.no_roads_in_box``), or its ways lack their nodes (``routing.nodes_missing``)
        or have all of them off the globe (``routing.off_map``).
    QueryError
        `bbox` is not west < east, south < north in degrees (``routing.bad_box``).
    """
    if bbox is not None:
        _check_box(bbox)
    file = checked_file(path)
    with _readable(file):
        ways = _read(file, progress=progress)
    return _network(ways, file.name, bbox)


@dataclass
class _Ways:
    """Roads as read, one entry per way, their nodes in flat arrays."""

    way_id: array[int] = field(default_factory=lambda: array("q"))
    highway: list[str] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    direction: array[int] = field(default_factory=lambda: array("b"))
    speed_kph: array[float] = field(default_factory=lambda: array("d"))
    maxweight: array[float] = field(default_factory=lambda: array("d"))
    maxheight: array[float] = field(default_factory=lambda: array("d"))
    weight_doubt: list[str] = field(default_factory=list)
    height_doubt: list[str] = field(default_factory=list)
    bridge: array[int] = field(default_factory=lambda: array("b"))
    tunnel: array[int] = field(default_factory=lambda: array("b"))
    node_count: array[int] = field(default_factory=lambda: array("q"))
    ref: array[int] = field(default_factory=lambda: array("q"))
    lon: array[int] = field(default_factory=lambda: array("i"))
    lat: array[int] = field(default_factory=lambda: array("i"))
    blocked: array[int] = field(default_factory=lambda: array("q"))
    locked_gates: array[int] = field(default_factory=lambda: array("q"))
    limits: dict[int, tuple[Limit, Limit]] = field(default_factory=dict)
    restrictions: list[TurnRelation] = field(default_factory=list)
    erased: frozenset[int] = frozenset()
    seen: array[int] = field(default_factory=lambda: array("q"))
    dropped: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    def add(self, way: Way) -> None:
        self.seen.append(way.id)
        tags: Tags = dict(way.tags)
        if "highway" not in tags and tags.get("route") != "ferry":
            return
        if way.deleted or way.id in self.erased:
            self.dropped["deleted"] += 1
            return
        reason = reason_closed(tags)
        if reason is not None:
            self.dropped[reason] += 1
            return
        one_way, note = direction(tags)
        if note is not None:
            self.notes[note] += 1
        self.notes["private"] += is_private(tags)
        self.notes.update(f"unfinished:{key}" for key in unfinished(tags))
        self.way_id.append(way.id)
        self.highway.append(intern(tags["highway"]))
        self.name.append(intern(tags.get("name") or tags.get("ref") or ""))
        self.direction.append(one_way)
        self.speed_kph.append(self._speed(tags))
        weight, height = weight_limit(tags), height_limit(tags)
        self.maxweight.append(weight.value)
        self.maxheight.append(height.value)
        self.weight_doubt.append(intern(weight.doubt))
        self.height_doubt.append(intern(height.doubt))
        self.notes.update(filter(None, (weight.note("maxweight"), height.note("maxheight"))))
        self.bridge.append(tags.get("bridge", "no") != "no")
        self.tunnel.append(tags.get("tunnel", "no") != "no")
        self.node_count.append(len(way.nodes))
        for node in way.nodes:
            place = node.location
            self.ref.append(node.ref)
            self.lon.append(place.x)
            self.lat.append(place.y)

    def add_node(self, node_id: int, tags: Tags) -> None:
        if is_blocked(tags):
            self.blocked.append(node_id)
        elif is_locked_gate(tags):
            self.locked_gates.append(node_id)
        weight, height = weight_limit(tags), height_limit(tags)
        if weight.limits or height.limits:
            self.limits[node_id] = weight, height

    def is_repeated(self) -> bool:
        """Whether a way came more than once."""
        return len(np.unique(np.frombuffer(self.seen, dtype=np.int64))) < len(self.seen)

    def unlocated(self) -> Bool:
        """Tell which of the points have no place yet."""
        return np.asarray(np.frombuffer(self.lon, dtype=np.int32) == UNLOCATED, dtype=np.bool_)

    def of_point(self) -> Int64:
        """Row of the way each point belongs to."""
        count = np.frombuffer(self.node_count, dtype=np.int64)
        return np.repeat(np.arange(len(self.way_id)), count)

    def locate(self, places: NodePlaces) -> None:
        """Put in the places that are still missing."""
        ref = np.frombuffer(self.ref, dtype=np.int64)
        lon, lat = (np.frombuffer(axis, dtype=np.int32) for axis in (self.lon, self.lat))
        places.fill(ref, lon, lat)

    def _speed(self, tags: Tags) -> float:
        texts = [tags["maxspeed"]] if "maxspeed" in tags else _by_direction(tags)
        values = [parse_maxspeed(text) for text in texts]
        self.notes["maxspeed"] += values.count(None)
        numbers = [value for value in values if value is not None and not math.isnan(value)]
        return min(numbers, default=math.nan) * LIMIT_SHARE


def _by_direction(tags: Tags) -> list[str]:
    return [tags[key] for key in ("maxspeed:forward", "maxspeed:backward") if key in tags]


def _check_box(bbox: Box) -> None:
    west, south, east, north = bbox
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise QueryError(
            "routing.bad_box",
            f"The box {west:g},{south:g},{east:g},{north:g} is not one: give west, south, "
            "east, north in degrees of longitude and latitude.",
            west=west,
            south=south,
            east=east,
            north=north,
        )


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    """Turn what osmium says of a file it cannot read into a sentence with a remedy."""
    try:
        yield
    except RoadFileError:
        raise
    except osmium.InvalidLocationError as error:
        raise RoadFileError(
            "routing.osm_bad_coordinate",
            f"{file} has a node whose coordinate is no degree ({error}): correct or delete it.",
            path=str(file),
            detail=str(error),
        ) from error
    except (RuntimeError, ValueError) as error:
        if _is_osm(file, str(error)):
            raise damaged(file, error) from error
        raise RoadFileError(
            "routing.not_osm",
            f"{file} is not an OpenStreetMap file: give an extract named .osm.pbf "
            "(other road files are read as lines).",
            path=str(file),
        ) from error


def _is_osm(file: Path, complaint: str) -> bool:
    if file.suffix.lower() == ".pbf":
        # A PBF file begins with a length of four bytes and a field of type "OSMHeader".
        with file.open("rb") as stream:
            start = stream.read(15)[6:]
        return len(start) > 0 and b"OSMHeader".startswith(start)
    return "detect file format" not in complaint


def _read(file: Path, *, progress: bool) -> _Ways:
    source = open_osm(file)
    erased = erased_ids(file)
    ways = _Ways(erased=erased.ways)
    relations = TurnRelations(erased=erased.relations)
    if not has_versions(source):
        _read_once(file, source, ways, relations, progress=progress)
        ways.restrictions = relations.latest()
        lacking = ways.unlocated()
        gaps = {ways.way_id[row] for row in np.unique(ways.of_point()[lacking]).tolist()}
        if not ways.is_repeated() and not hold_their_places(source, gaps):
            if gaps:
                wanted = np.unique(np.frombuffer(ways.ref, dtype=np.int64)[lacking])
                ways.locate(node_places(source, wanted))
            return ways
    else:
        relations.read(source)
    taken, dropped, notes = latest_ways(source, erased.ways)
    ways = _Ways(dropped=dropped, notes=notes, restrictions=relations.latest())
    for way, is_taken in zip(ways_of(source), taken, strict=True):
        if is_taken:
            ways.add(way)
    places = node_places(source, np.unique(np.frombuffer(ways.ref, dtype=np.int64)))
    ways.locate(places)
    for node_id, tags in places.barriers:
        ways.add_node(node_id, tags)
    return ways


def _read_once(
    file: Path,
    source: osmium.io.File,
    ways: _Ways,
    relations: TurnRelations,
    *,
    progress: bool,
) -> None:
    """Read an orderly file in one pass."""
    large = file.stat().st_size > _INDEX_IN_MEMORY_BYTES
    barriers = osmium.filter.KeyFilter("barrier", *NODE_KEYS)
    barriers.enable_for(osmium.osm.NODE)
    objects = (
        osmium.FileProcessor(source, osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION)
        .with_locations("sparse_file_array" if large else "sparse_mem_array")
        .with_filter(barriers)
    )
    if file.suffix.lower() == ".pbf":
        # Elsewhere a later version of a road may stand without its tags.
        roads = osmium.filter.KeyFilter("highway", "route")
        roads.enable_for(osmium.osm.WAY)
        objects = objects.with_filter(roads)
    bar = tqdm(objects, desc=file.name, unit=" ways", disable=None if progress else True)
    for item in bar:
        if isinstance(item, Way):
            ways.add(item)
        elif isinstance(item, Node):
            ways.add_node(item.id, dict(item.tags))
        elif isinstance(item, Relation):
            relations.add(item)


@dataclass(frozen=True)
class _Lines:
    """Unbroken lines of located nodes: line ``i`` has the points ``offset[i]:offset[i+1]``."""

    way: Int64  # (L,) the way each line is a part of
    offset: Int64  # (L+1,)
    ref: Int64  # (P,)
    lonlat: Float64  # (P, 2)


def _network(ways: _Ways, source: str, bbox: Box | None) -> RoadNetwork:
    if not ways.way_id:
        raise no_roads(source)
    lines = _lines(ways, source)
    node_id, node = np.unique(lines.ref, return_inverse=True)
    blocked = np.isin(lines.ref, np.frombuffer(ways.blocked, dtype=np.int64))
    gates = np.intersect1d(node_id, np.frombuffer(ways.locked_gates, dtype=np.int64))
    notes = ways.notes + Counter(barrier=len(np.unique(lines.ref[blocked])), gate=len(gates))

    first, last, line = cut_at_junctions(node, lines.offset, also=blocked)
    ends = np.stack((first, last), axis=1)
    end_id = lines.ref[ends]
    # The road ends at a barrier: every street gets an end of its own there.
    lowest = min(0, int(lines.ref.min()))
    end_id[blocked[ends]] = lowest - 1 - np.arange(np.count_nonzero(blocked[ends]))
    if bbox is not None:
        chosen = _inside(lines.lonlat, first, last, bbox)
        if not chosen.any():
            raise _no_roads_in_box(source, lines.lonlat)
        ways.dropped["outside"] += int(np.count_nonzero(~chosen))
        first, last, line, end_id = first[chosen], last[chosen], line[chosen], end_id[chosen]

    way = lines.way[line]
    value = {"weight": np.array(ways.maxweight)[way], "height": np.array(ways.maxheight)[way]}
    doubt = {
        "weight": np.array(ways.weight_doubt, dtype=object)[way],
        "height": np.array(ways.height_doubt, dtype=object)[way],
    }
    for street, limits in _limits_of_nodes(ways, lines.ref, first, last):
        for kind, limit in zip(value, limits, strict=True):
            both = Limit(float(value[kind][street]), doubt[kind][street]).also(limit)
            value[kind][street], doubt[kind][street] = both.value, both.doubt
            notes.update(filter(None, [limit.note(f"max{kind}")]))
    turns, turn_notes = read_turns(
        ways.restrictions,
        way=np.array(ways.way_id)[way],
        tail=lines.ref[first],
        head=lines.ref[last],
        direction=np.array(ways.direction)[way],
        is_part=bbox is not None,
    )
    count = last - first + 1
    return assemble(
        coordinates=lines.lonlat[ranges(first, count)],
        offset=np.concatenate(([0], np.cumsum(count))),
        tail=end_id[:, 0],
        head=end_id[:, 1],
        highway=np.array(ways.highway, dtype=object)[way],
        name=np.array(ways.name, dtype=object)[way],
        direction=np.array(ways.direction)[way],
        speed_kph=np.array(ways.speed_kph)[way],
        maxweight=value["weight"],
        maxheight=value["height"],
        weight_doubt=doubt["weight"],
        height_doubt=doubt["height"],
        bridge=np.array(ways.bridge)[way],
        tunnel=np.array(ways.tunnel)[way],
        street_id=np.array(ways.way_id)[way],
        source=source,
        dropped=+ways.dropped,
        notes=+notes + turn_notes,
        join=True,
        turns=turns,
    )


def _limits_of_nodes(
    ways: _Ways, ref: Int64, first: Int64, last: Int64
) -> Iterator[tuple[int, tuple[Limit, Limit]]]:
    """Yield the streets that a node with a limit stands on, whole: it may bar them anywhere."""
    limited = np.fromiter(ways.limits, dtype=np.int64, count=len(ways.limits))
    for point in np.flatnonzero(np.isin(ref, limited)).tolist():
        after = int(np.searchsorted(first, point, side="right")) - 1
        for street in (after - 1, after):
            if street >= 0 and first[street] <= point <= last[street]:
                yield street, ways.limits[int(ref[point])]


def _lines(ways: _Ways, source: str) -> _Lines:
    """Drop repeated nodes and those with no place on the globe; break ways where one lacks."""
    ref = np.frombuffer(ways.ref, dtype=np.int64)
    lon = np.frombuffer(ways.lon, dtype=np.int32)
    lat = np.frombuffer(ways.lat, dtype=np.int32)
    way = ways.of_point()
    usable = is_on_map(lon / _UNITS_PER_DEGREE, lat / _UNITS_PER_DEGREE)
    at = np.flatnonzero(usable)
    off = np.flatnonzero(~usable & ~ways.unlocated())
    ways.notes["off_globe"] += len(np.unique(ref[off]))
    if len(at) == 0 and len(off) > 0:
        raise off_map(source, lon[off[0]] / _UNITS_PER_DEGREE, lat[off[0]] / _UNITS_PER_DEGREE)
    if len(at) == 0 and len(ref) > 0:
        raise RoadFileError(
            "routing.nodes_missing",
            f"The {len(ways.way_id)} roads of {source} lack their nodes: export ways together "
            "with their nodes (osmium extract, Overpass with (._;>;); before out).",
            source=source,
            count=len(ways.way_id),
        )
    begins = np.ones(len(at), dtype=bool)
    begins[1:] = (np.diff(way[at]) > 0) | (np.diff(at) > 1)
    repeated = np.zeros(len(at), dtype=bool)
    repeated[1:] = ~begins[1:] & (ref[at][1:] == ref[at][:-1])
    at, begins = at[~repeated], begins[~repeated]

    start = np.flatnonzero(begins)
    count = np.diff(np.append(start, len(at)))
    drawn = count > 1
    start, count = start[drawn], count[drawn]
    way_of_line = way[at[start]]
    gaps = np.unique(way[~usable])
    kept = np.unique(way_of_line)
    ways.notes["gap"] += len(np.intersect1d(gaps, kept))
    incomplete = len(np.setdiff1d(gaps, kept))
    ways.dropped["incomplete"] += incomplete
    ways.dropped["point"] += len(ways.way_id) - len(kept) - incomplete
    if len(kept) == 0:
        raise no_roads(source)
    point = at[ranges(start, count)]
    return _Lines(
        way=way_of_line,
        offset=np.concatenate(([0], np.cumsum(count))),
        ref=ref[point],
        # Division gives the float nearest to the decimal in the file; a product would not.
        lonlat=np.stack((lon[point], lat[point]), axis=1) / _UNITS_PER_DEGREE,
    )


def _inside(lonlat: Float64, first: Int64, last: Int64, bbox: Box) -> Bool:
    """Which streets have a drawn point in the box."""
    inside = np.all((lonlat >= bbox[:2]) & (lonlat <= bbox[2:]), axis=1)
    before = np.concatenate(([0], np.cumsum(inside)))
    return np.asarray(before[last + 1] > before[first], dtype=np.bool_)


def _no_roads_in_box(source: str, lonlat: Float64) -> RoadFileError:
    (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
    return RoadFileError(
        "routing.no_roads_in_box",
        f"{source} has no road in this box; its roads lie within "
        f"{west:.3f},{south:.3f},{east:.3f},{north:.3f} (west, south, east, north).",
        source=source,
        west=float(west),
        south=float(south),
        east=float(east),
        north=float(north),
    )
