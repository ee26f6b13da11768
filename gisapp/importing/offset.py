"""Noticing a file whose reference system is not the one declared.

GCJ-02 taken for WGS 84 puts every point the same few hundred metres off: too little to be seen
row by row, plain in the median of many. What the same coordinates would mean in each of the
systems that share degrees is held against what is known already: records of the same id or
name, named places, and the roads that most things stand beside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from gisapp.importing.outcome import Notice
from gisapp.importing.prepare import Prepared
from gisapp.importing.reference import BD09, GCJ02, WGS84, parse_reference
from gisapp.registers.kinds import MODELS
from gisapp.schema.values import Value, text_of
from routing import RoadNetwork
from routing.positions import locate_many

Float64 = npt.NDArray[np.float64]
RoadDistance = Callable[[Float64, Float64], Float64]
"""Metres from each (lon, lat) to the nearest road, infinite where there is none near."""

LEAST_SHIFT_M = 100.0
"""Below this a census differs from another by more than any shift."""
LEAST_PAIRS = 3
LEAST_BESIDE_ROADS = 30
MOST_LEFT = 0.5
"""Share of the shift that may be left under the other system."""
LEAST_AGREEING = 0.7
"""Share of the pairs that must lie nearer to each other under the other system."""

_SAMPLE = 2000
_NEAR_M = 3000.0
_DEGREE_M = 111_195.0
_BATCH = 500


@dataclass(frozen=True)
class _Positions:
    """The same coordinates read in several systems: code → (N, 2) degrees."""

    by_code: dict[str, Float64]
    declared: str


def distance_to_roads(network: RoadNetwork) -> RoadDistance:
    """Measure how far points lie from the roads of `network`."""

    def measure(lon: Float64, lat: Float64) -> Float64:
        found = locate_many(network, lon, lat)
        return np.array([np.inf if one is None else one.side_distance_m for one in found])

    return measure


def find_shift(
    session: Session, prepared: Prepared, *, road_distance_m: RoadDistance | None = None
) -> Notice | None:
    """Say which system a file's degrees seem to be in, where it is not the declared one.

    Parameters
    ----------
    prepared
        Nothing is asked of files in projected or undeclared systems.

    Returns
    -------
    Notice or None
        ``import.shifted_from_records`` or ``import.shifted_from_roads``, with the numbers.
    """
    reference = prepared.reference
    if reference is None or not reference.is_geographic:
        return None
    wrong = prepared.wrong()
    chosen = [
        index
        for index, (row, record) in enumerate(zip(prepared.rows, prepared.records, strict=True))
        if row not in wrong and "geom" in record
    ]
    chosen = chosen[:: max(1, len(chosen) // _SAMPLE)]
    if len(chosen) < LEAST_PAIRS:
        return None
    positions = _read_all_ways(prepared.given[chosen], reference.code)
    records = [prepared.records[index] for index in chosen]
    known = _known(session, prepared.kind.name, records, positions)
    return _from_records(known, positions) or _from_roads(road_distance_m, positions)


def _read_all_ways(given: Float64, declared: str) -> _Positions:
    if declared not in {GCJ02, BD09}:
        declared = WGS84  # CGCS2000 and its like differ by less than a metre
    return _Positions(
        {
            code: np.column_stack(parse_reference(code).to_lonlat(given[:, 0], given[:, 1]))
            for code in (WGS84, GCJ02, BD09)
        },
        declared,
    )


def _known(
    session: Session, kind: str, records: Sequence[Mapping[str, Value]], positions: _Positions
) -> Float64:
    """Degrees of what each record is known as already, (N, 2), NaN where nothing is."""
    by_id = _stored(session, kind, "id", [str(record["id"]) for record in records])
    names = [str(record["name"]) for record in records if record.get("name")]
    by_name = _stored(session, kind, "name", names)
    for name, found in _stored(session, "place", "name", names).items():
        by_name.setdefault(name, []).extend(found)
    known = np.full((len(records), 2), np.nan)
    for index, record in enumerate(records):
        same = by_id.get(str(record["id"])) or by_name.get(text_of(record.get("name")) or "")
        if not same:
            continue
        candidates = np.array(same)
        here = positions.by_code[positions.declared][index]
        distance_m = np.hypot(*_metres(candidates, here).T)
        nearest = int(distance_m.argmin())
        if distance_m[nearest] <= _NEAR_M:
            known[index] = candidates[nearest]
    return known


def _stored(
    session: Session, kind: str, column: str, wanted: list[str]
) -> dict[str, list[tuple[float, float]]]:
    """Centres of stored records by id or by name."""
    table = cast("Table", MODELS[kind].__table__)
    if column not in table.c:
        return {}
    found: dict[str, list[tuple[float, float]]] = {}
    distinct = sorted(set(wanted))
    for start in range(0, len(distinct), _BATCH):
        batch = distinct[start : start + _BATCH]
        query = select(table.c[column], table.c.geom).where(
            table.c[column].in_(batch), table.c.retired_at.is_(None)
        )
        for value, geom in session.execute(query):
            centre = shapely.centroid(geom)
            found.setdefault(value, []).append((centre.x, centre.y))
    return found


def _metres(there: Float64, here: Float64) -> Float64:
    """East and north from `there` to `here`, metres, near enough for a few kilometres."""
    difference = (here - there) * _DEGREE_M
    east = difference[..., 0] * np.cos(np.radians(there[..., 1]))
    return np.stack([east, difference[..., 1]], axis=-1)


def _from_records(known: Float64, positions: _Positions) -> Notice | None:
    paired = np.isfinite(known).all(axis=1)
    count = int(paired.sum())
    if count < LEAST_PAIRS:
        return None
    off = {code: _metres(known[paired], where[paired]) for code, where in positions.by_code.items()}
    shift = {code: float(np.hypot(*np.median(one, axis=0))) for code, one in off.items()}
    best = min(shift, key=lambda code: shift[code])
    declared = positions.declared
    if best == declared or shift[declared] < LEAST_SHIFT_M:
        return None
    nearer = np.hypot(*off[best].T) < np.hypot(*off[declared].T)
    if shift[best] > MOST_LEFT * shift[declared] or nearer.mean() < LEAST_AGREEING:
        return None
    return Notice(
        code="import.shifted_from_records",
        params={
            "count": count,
            "declared": declared,
            "suspected": best,
            "shift_m": shift[declared],
            "left_m": shift[best],
        },
    )


def _from_roads(road_distance_m: RoadDistance | None, positions: _Positions) -> Notice | None:
    first = positions.by_code[positions.declared]
    if road_distance_m is None or len(first) < LEAST_BESIDE_ROADS:
        return None
    median_m = {
        code: float(np.median(road_distance_m(where[:, 0], where[:, 1])))
        for code, where in positions.by_code.items()
    }
    best = min(median_m, key=lambda code: median_m[code])
    declared = positions.declared
    if best == declared or median_m[declared] < LEAST_SHIFT_M:
        return None
    if median_m[best] > MOST_LEFT * median_m[declared]:
        return None
    return Notice(
        code="import.shifted_from_roads",
        params={
            "count": len(first),
            "declared": declared,
            "suspected": best,
            "shift_m": median_m[declared],
            "left_m": median_m[best],
        },
    )
