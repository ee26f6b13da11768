"""The road network: a directed multigraph held as arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from routing.report import ImportReport

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

_ECCENTRICITY_2 = 6.69437999014e-3  # WGS 84


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Directed road multigraph with the OSMnx attribute contract, as arrays.

    A *street* is one piece of road between two junctions, drawn once. An *edge* is one
    permitted direction of travel on a street: a two-way street has two edges, a one-way
    street one. Edges are sorted by ``(u, v, street)``; edge ``i`` is row ``i``.

    Attributes
    ----------
    node_id : (N,) int64
        The source's node identifier (an OSM id), unique.
    x, y : (N,) float64
        Longitude and latitude, degrees, EPSG:4326.
    node_component : (N,) int32
        Weakly connected component, numbered by falling node count: 0 is the largest.
    u, v : (M,) int32
        Tail and head node of each edge.
    edge_street : (M,) int32
        The street of each edge.
    edge_reversed : (M,) bool
        True where the edge runs against its street's drawing direction.
    street_id : (S,) int64
        The source's way identifier (an OSM way id); not unique, a way is cut at junctions.
    street_length : (S,) float64
        Metres along the street, on the WGS 84 ellipsoid.
    street_speed_kph : (S,) float32
        Free-flow speed of a passenger car.
    street_highway : (S,) uint8
        Index into ``highway_classes``.
    street_name : (S,) int32
        Index into ``names``; 0 is the empty name.
    street_maxweight : (S,) float32
        Tonnes; NaN where unlimited or unknown.
    street_maxheight : (S,) float32
        Metres; NaN where unlimited or unknown.
    street_weight_doubt, street_height_doubt : (S,) int32
        Index into ``doubts``, 0 where every limit was read: what the source says of a limit
        that nobody can tell, and that bars heavy vehicles until it is confirmed.
    street_bridge, street_tunnel : (S,) bool
    street_oneway : (S,) bool
        True where the street has one edge only.
    street_offset : (S+1,) int64
        Street ``s`` is drawn by ``coordinates[street_offset[s]:street_offset[s+1]]``.
    coordinates : (P, 2) float64
        Longitude, latitude.
    ban_offset : (B+1,) int64
        Ban ``b`` forbids to drive ``ban_edges[ban_offset[b]:ban_offset[b+1]]`` directly one
        after the other: two edges at a junction, more along a way between. Sorted and unique
        by their edges.
    ban_edges : (E,) int32
    ban_words : (B,) int32
        Index into ``ban_exceptions``: whom the ban binds, as :func:`routing.bans.ban_text`
        writes it; 0, the empty text, where everybody.
    ban_id : (B,) int64
        The source's turn restriction (an OSM relation id); not unique.
    highway_classes, names, doubts, ban_exceptions : tuple of str
    report : ImportReport
        What the import read, kept and dropped.
    """

    node_id: Int64
    x: Float64
    y: Float64
    node_component: Int32
    u: Int32
    v: Int32
    edge_street: Int32
    edge_reversed: Bool
    street_id: Int64
    street_length: Float64
    street_speed_kph: Float32
    street_highway: npt.NDArray[np.uint8]
    street_name: Int32
    street_maxweight: Float32
    street_maxheight: Float32
    street_weight_doubt: Int32
    street_height_doubt: Int32
    street_bridge: Bool
    street_tunnel: Bool
    street_oneway: Bool
    street_offset: Int64
    coordinates: Float64
    ban_offset: Int64
    ban_edges: Int32
    ban_words: Int32
    ban_id: Int64
    highway_classes: tuple[str, ...]
    names: tuple[str, ...]
    doubts: tuple[str, ...]
    ban_exceptions: tuple[str, ...]
    report: ImportReport

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return len(self.node_id)

    @property
    def edge_count(self) -> int:
        """Number of edges."""
        return len(self.u)

    @property
    def street_count(self) -> int:
        """Number of streets."""
        return len(self.street_id)

    def changed(self, **columns: object) -> RoadNetwork:
        """Return this network with other limits, speeds or bans; what was derived stays."""
        network = replace(self, **columns)  # type: ignore[arg-type]
        own = {field.name for field in fields(RoadNetwork)}
        vars(network).update({name: kept for name, kept in vars(self).items() if name not in own})
        return network

    @property
    def ban_count(self) -> int:
        """Number of forbidden sequences of edges."""
        return len(self.ban_id)

    @property
    def has_doubts(self) -> bool:
        """Whether the source states any limit that cannot be read, confirmed since or not."""
        return len(self.doubts) > 1

    @cached_property
    def street_lines(self) -> npt.NDArray[np.object_]:
        """(S,) shapely LineStrings in lon/lat, drawn tail to head."""
        which = np.repeat(np.arange(self.street_count), np.diff(self.street_offset))
        return np.asarray(shapely.linestrings(self.coordinates, indices=which), dtype=object)

    @cached_property
    def street_tree(self) -> shapely.STRtree:
        """R-tree over ``street_lines``."""
        return shapely.STRtree(self.street_lines)

    @cached_property
    def street_edges(self) -> npt.NDArray[np.int32]:
        """(S, 2) the edge along the drawing direction and the one against it; -1 where none."""
        edges = np.full((self.street_count, 2), -1, dtype=np.int32)
        edges[self.edge_street, self.edge_reversed.astype(np.int8)] = np.arange(
            self.edge_count, dtype=np.int32
        )
        return edges

    @cached_property
    def coordinate_fraction(self) -> Float64:
        """(P,) how far along its street each drawn point lies, 0 at the tail to 1 at the head.

        Measured on the drawing with longitude scaled to latitude as WGS 84 has it at each
        piece: its cosine times the ratio of the two radii of curvature.
        """
        first, last = self.street_offset[:-1], self.street_offset[1:] - 1
        lon, lat = self.coordinates[:, 0], self.coordinates[:, 1]
        step = np.zeros(len(lon))
        middle = np.radians((lat[1:] + lat[:-1]) / 2)
        flattening = (1 - _ECCENTRICITY_2 * np.sin(middle) ** 2) / (1 - _ECCENTRICITY_2)
        scale = np.cos(middle) * flattening
        step[1:] = np.hypot(np.diff(lon) * scale, np.diff(lat))
        step[first] = 0.0
        along = np.cumsum(step)
        points = np.diff(self.street_offset)
        along -= np.repeat(along[first], points)
        total = along[last]
        fraction = along / np.repeat(np.where(total > 0, total, 1.0), points)
        fraction[last] = 1.0
        return np.asarray(np.minimum(fraction, 1.0), dtype=np.float64)


def offsets_of(row: Int32, rows: int) -> Int64:
    """Where each row begins, and after the last its end, of items that are in the order of rows.

    Parameters
    ----------
    row : (n,) int32
        The row of each item, in any order.
    rows
        How many there are.

    Returns
    -------
    (rows+1,) int64
    """
    counts = np.bincount(row, minlength=rows)
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts, dtype=np.int64)))
