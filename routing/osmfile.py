"""An OpenStreetMap file as it comes: any order, several versions, deletions, editors' marks."""

from __future__ import annotations

import bz2
import gzip
import re
import zlib
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple, cast
from xml.parsers import expat

import numpy as np
import osmium
from osmium.osm.types import Node, Relation, Way

from routing.access import Tags
from routing.errors import RoadFileError
from routing.limits import NODE_KEYS
from routing.network import Bool, Int32, Int64

#: osmium's mark for a node whose place is not in the file.
UNLOCATED = 2**31 - 1

_FORMAT = re.compile(
    r"\.((?:osm|osh|osc|o5m|o5c|opl|pbf)(?:\.(?:osm|osh|osc|opl|pbf|xml|gz|bz2))*)$"
)
_ERASED = re.compile(rb"""\saction\s*=\s*["']delete["']""")
_LONGEST_MARK = 64
_CHUNK_BYTES = 1_000_000
_HEAD_BYTES = 2_000
_NO_IDS: frozenset[int] = frozenset()


def is_osm_name(path: Path) -> bool:
    """Whether the file's name is that of OpenStreetMap data, in upper or lower case."""
    return _FORMAT.search(path.name.lower()) is not None


def open_osm(path: Path) -> osmium.io.File:
    """Name a file and its format to osmium, which itself knows lower-case endings alone.

    Raises
    ------
    RoadFileError
        The file lists changes instead of objects (``routing.osm_changes``).
    RuntimeError
        Its name is that of no format osmium knows.
    """
    found = _FORMAT.search(path.name.lower())
    name = "" if found is None else found[1]
    if {"osc", "o5c"} & set(name.split(".")) or b"<osmChange" in _head(path):
        raise RoadFileError(
            "routing.osm_changes",
            f"{path} lists changes, not the roads themselves: apply it to an extract "
            "(osmium apply-changes) and give the result.",
            path=str(path),
        )
    return osmium.io.File(str(path), name)


def has_versions(source: osmium.io.File) -> bool:
    """Whether the file says that it holds several versions of its objects."""
    return source.has_multiple_object_versions or (
        osmium.io.Reader(source, osmium.osm.NOTHING).header().has_multiple_object_versions
    )


class Erased(NamedTuple):
    """Identifiers of objects that are marked to be deleted."""

    ways: frozenset[int] = _NO_IDS
    relations: frozenset[int] = _NO_IDS


def erased_ids(path: Path) -> Erased:
    """List what JOSM marked to be deleted.

    They are to go at the next upload, and osmium ignores the mark. See ``action`` in
    https://wiki.openstreetmap.org/wiki/JOSM_file_format. Nodes need no such list: without a way
    that uses them they are nothing here.
    """
    if not _is_xml(path):
        return Erased()
    erased: dict[str, set[int]] = {"way": set(), "relation": set()}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name in erased and attributes.get("action") == "delete":
            erased[name].add(int(attributes["id"]))

    try:
        if not _is_marked(path):
            return Erased()
        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        with _opened(path) as stream:
            parser.ParseFile(stream)
    except (OSError, EOFError, zlib.error, expat.ExpatError, LookupError, ValueError):
        pass  # osmium reads the same bytes and says what is wrong with them
    return Erased(frozenset(erased["way"]), frozenset(erased["relation"]))


def _is_xml(path: Path) -> bool:
    found = _FORMAT.search(path.name.lower())
    return found is not None and not {"pbf", "opl", "o5m", "o5c"} & set(found[1].split("."))


def _opened(path: Path) -> IO[bytes]:
    match path.suffix.lower():
        case ".gz":
            return cast("IO[bytes]", gzip.open(path))
        case ".bz2":
            return bz2.open(path)
    return path.open("rb")


def _head(path: Path) -> bytes:
    if not _is_xml(path):
        return b""
    try:
        with _opened(path) as stream:
            return stream.read(_HEAD_BYTES)
    except (OSError, EOFError, zlib.error):
        return b""


def _is_marked(path: Path) -> bool:
    """Look for the mark in the bytes: nearly no file has it, and parsing takes its time."""
    before = b""
    with _opened(path) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            if _ERASED.search(before + chunk):
                return True
            before = chunk[-_LONGEST_MARK:]
    return False


@dataclass
class _Versions:
    """Identifier, version and end of every object of one kind, in the file's order."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    version: array[int] = field(default_factory=lambda: array("q"))
    is_gone: array[int] = field(default_factory=lambda: array("b"))

    def add(self, item: Node | Way | Relation, *, is_gone: bool) -> None:
        self.ids.append(item.id)
        self.version.append(item.version)
        self.is_gone.append(is_gone)

    def latest(self) -> tuple[Int64, Int64]:
        """Per identifier, ascending: the row of its highest version, of equal ones the last.

        Returns
        -------
        row : (I,) int64
        object : (N,) int64
            Position in `row` of the identifier of every row.
        """
        ids = np.frombuffer(self.ids, dtype=np.int64)
        order = np.lexsort((np.frombuffer(self.version, dtype=np.int64), ids))
        which = np.unique(ids, return_inverse=True)[1]
        row = np.empty(int(which.max(initial=-1)) + 1, dtype=np.int64)
        row[which[order]] = order  # of several the last stays
        return row, which


@dataclass(frozen=True)
class TurnRelation:
    """A turn restriction as the file has it: members are type (``n``, ``w``), id and role."""

    id: int
    tags: Tags
    members: tuple[tuple[str, int, str], ...]


@dataclass
class TurnRelations:
    """Turn restrictions of a file, the latest version of each."""

    erased: frozenset[int] = _NO_IDS
    _seen: _Versions = field(default_factory=_Versions)
    _found: dict[int, TurnRelation] = field(default_factory=dict)

    def add(self, relation: Relation) -> None:
        """Take up a relation; of others only the version matters, they may have been one."""
        kind = relation.tags.get("type") or ""
        is_gone = relation.deleted or relation.id in self.erased
        if not is_gone and (kind == "restriction" or kind.startswith("restriction:")):
            members = tuple((one.type, one.ref, one.role) for one in relation.members)
            row = len(self._seen.ids)
            self._found[row] = TurnRelation(relation.id, dict(relation.tags), members)
        self._seen.add(relation, is_gone=is_gone)

    def read(self, source: osmium.io.File) -> None:
        """Take up all relations of a file."""
        for relation in osmium.FileProcessor(source, osmium.osm.RELATION):
            assert isinstance(relation, Relation)
            self.add(relation)

    def latest(self) -> list[TurnRelation]:
        """List them by identifier."""
        rows, _ = self._seen.latest()
        return [self._found[row] for row in rows.tolist() if row in self._found]


def ways_of(source: osmium.io.File) -> Iterator[Way]:
    """Yield all ways as the file has them, with the places it stores in them."""
    for way in osmium.FileProcessor(source, osmium.osm.WAY):
        assert isinstance(way, Way)
        yield way


def latest_ways(
    source: osmium.io.File, erased: frozenset[int]
) -> tuple[Bool, Counter[str], Counter[str]]:
    """Choose among several versions and copies of ways.

    Returns
    -------
    taken : (N,) bool
        Whether each way, in the file's order, is the latest of its identifier and not deleted.
    dropped, notes
        Roads deleted (``deleted``), older versions (``superseded``) and copies (``repeated``)
        of roads that are there.
    """
    seen, is_road = _Versions(), array("b")
    for way in ways_of(source):
        seen.add(way, is_gone=way.deleted or way.id in erased)
        is_road.append("highway" in way.tags)
    row, which = seen.latest()
    gone = np.frombuffer(seen.is_gone, dtype=np.bool_)
    road = np.frombuffer(is_road, dtype=np.bool_)
    version = np.frombuffer(seen.version, dtype=np.int64)
    taken = np.zeros(len(gone), dtype=np.bool_)
    taken[row[~gone[row]]] = True
    other = road & ~gone[row][which]
    other[row] = False
    older = version < version[row][which]
    was_road = np.bincount(which, weights=road, minlength=len(row)) > 0
    dropped = Counter(
        deleted=int(np.count_nonzero(gone[row] & was_road)),
        superseded=int(np.count_nonzero(other & older)),
    )
    return taken, dropped, Counter(repeated=int(np.count_nonzero(other & ~older)))


def hold_their_places(source: osmium.io.File, ways: set[int]) -> bool:
    """Whether any of the ways carries the places of its nodes itself.

    Such files (``osmium add-locations-to-ways``, Overpass's ``out geom``) may have no nodes.
    """
    return bool(ways) and any(
        way.id in ways and any(node.location.valid() for node in way.nodes)
        for way in ways_of(source)
    )


@dataclass(frozen=True)
class NodePlaces:
    """Where nodes are, the latest version of each.

    Attributes
    ----------
    ids : (N,) int64
        Ascending.
    lon, lat : (N,) int32
        In osmium's units, :data:`UNLOCATED` where deleted.
    barriers
        Identifier and tags of those that are one.
    """

    ids: Int64
    lon: Int32
    lat: Int32
    barriers: list[tuple[int, Tags]]

    def fill(self, ref: Int64, lon: Int32, lat: Int32) -> None:
        """Set `lon` and `lat` in place where they lack the place of a node that is here."""
        missing = np.flatnonzero(lon == UNLOCATED)
        at = np.searchsorted(self.ids, ref[missing])
        at[at == len(self.ids)] = 0
        known = self.ids[at] == ref[missing] if len(self.ids) else np.zeros(len(at), dtype=bool)
        lon[missing[known]] = self.lon[at[known]]
        lat[missing[known]] = self.lat[at[known]]


def node_places(source: osmium.io.File, wanted: Int64) -> NodePlaces:
    """Read where nodes are, wherever in the file they stand and whatever their sign.

    Parameters
    ----------
    wanted
        Identifiers, distinct and ascending; without negative ones no other node reaches
        Python.
    """
    seen = _Versions()
    lon, lat = array("i"), array("i")
    tags: dict[int, Tags] = {}
    for row, node in enumerate(_nodes(source, wanted)):
        seen.add(node, is_gone=node.deleted)
        lon.append(UNLOCATED if node.deleted else node.location.x)
        lat.append(node.location.y)
        if any(key in node.tags for key in ("barrier", *NODE_KEYS)):
            tags[row] = dict(node.tags)
    latest, _ = seen.latest()
    ids = np.frombuffer(seen.ids, dtype=np.int64)[latest]
    return NodePlaces(
        ids,
        np.frombuffer(lon, dtype=np.int32)[latest],
        np.frombuffer(lat, dtype=np.int32)[latest],
        [(int(ids[i]), tags[one]) for i, one in enumerate(latest.tolist()) if one in tags],
    )


def _nodes(source: osmium.io.File, wanted: Int64) -> Iterator[Node]:
    nodes = osmium.FileProcessor(source, osmium.osm.NODE)
    if len(wanted) and wanted[0] >= 0:  # osmium's filter knows no negative identifiers
        nodes = nodes.with_filter(osmium.filter.IdFilter(wanted.tolist()))
    for node in nodes:
        assert isinstance(node, Node)
        yield node
