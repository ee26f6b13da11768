"""The three-way merge of one record, unit by unit; pure, without database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import shapely
from shapely.errors import ShapelyError

from gisapp.registers.retirement import RETIREMENT
from gisapp.schema.values import Value, Values

GEOMETRY = "geom"
TOLERANCE_DEG = 1e-7
"""Positions closer than this, about 1 cm, are the same: programs round as they save."""

Content = Mapping[str, Value]
"""Fields of a record as JSON holds them; the geometry is WKT under ``geom``."""

Unit = tuple[str, ...]
"""Fields that only make sense together, merged as one value."""


class Cause(StrEnum):
    """Why a change made in a copy is not taken by itself."""

    BOTH_CHANGED = "both_changed"
    ID_TAKEN = "id_taken"
    """A new record there has the id of another one here."""
    REMOVED_THERE = "removed_there"
    """The row was deleted there; nothing is deleted here, it can only be retired."""
    RETIRED_THERE = "retired_there"
    """Retired there, changed here."""
    RETIRED_HERE = "retired_here"
    """Retired here, changed there."""
    OUTSIDE = "outside"
    """The record is, or would become, another county's."""


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A change for a person to decide on.

    Attributes
    ----------
    field
        First field of the unit.
    base, ours, theirs
        Values of the unit's fields on each side; None where there is no record.
    """

    field: str
    cause: Cause
    base: Values | None
    ours: Values | None
    theirs: Values | None


@dataclass(kw_only=True)
class RecordMerge:
    """What merging one record comes to.

    Attributes
    ----------
    is_new
        Whether the record is to be inserted.
    changes
        Values to be taken over.
    """

    is_new: bool = False
    changes: Values = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)


def same(name: str, one: object, other: object) -> bool:
    """Whether two values of a field are the same; geometries within `TOLERANCE_DEG`."""
    if one == other:
        return True
    if name != GEOMETRY or not isinstance(one, str) or not isinstance(other, str):
        return False
    try:
        first, second = shapely.from_wkt(one), shapely.from_wkt(other)
    except ShapelyError:
        return False
    return bool(shapely.equals_exact(first, second, tolerance=TOLERANCE_DEG, normalize=True))


def differing(one: Content, other: Content, names: Sequence[str]) -> list[str]:
    """Those of `names` whose values differ."""
    return [name for name in names if not same(name, one.get(name), other.get(name))]


def merge_record(
    base: Content | None,
    ours: Content | None,
    theirs: Content | None,
    *,
    units: Sequence[Unit],
    is_own: bool = True,
) -> RecordMerge:
    """Merge one record of a copy.

    Parameters
    ----------
    base
        The record when both sides last met, None where it did not exist.
    ours, theirs
        The record here and in the copy, None where it does not exist.
    units
        All fields to be merged, those that change together in one tuple. Fields that `base`
        does not hold were not given to the copy, and are left alone.
    is_own
        Whether the record is the county's, and stays it: the copy changes no others.
    """
    if theirs is None:
        return _removed(base, ours)
    if ours is None:
        return RecordMerge(is_new=True, changes=dict(theirs))
    if base is None:
        clashes = [
            _clash(unit, Cause.ID_TAKEN, None, ours, theirs)
            for unit in (*units, RETIREMENT)
            if differing(ours, theirs, unit)
        ]
        return RecordMerge(clashes=clashes)
    merged = RecordMerge()
    for unit in units:
        if unit[0] not in base or not differing(theirs, base, unit):
            continue
        if not differing(ours, theirs, unit):
            continue
        if differing(ours, base, unit):
            merged.clashes.append(_clash(unit, Cause.BOTH_CHANGED, base, ours, theirs))
        else:
            merged.changes |= {name: theirs.get(name) for name in unit}
    _merge_retirement(merged, base, ours, theirs, units=units)
    if not is_own:
        _refuse_outside(merged, base, ours, theirs, units=units)
    return merged


def _removed(base: Content | None, ours: Content | None) -> RecordMerge:
    merged = RecordMerge()
    if base is not None and ours is not None and ours.get("retired_at") is None:
        clash = Clash(
            field=RETIREMENT[0],
            cause=Cause.REMOVED_THERE,
            base=_part(base, RETIREMENT),
            ours=_part(ours, RETIREMENT),
            theirs=None,
        )
        merged.clashes.append(clash)
    return merged


def _merge_retirement(
    merged: RecordMerge, base: Content, ours: Content, theirs: Content, *, units: Sequence[Unit]
) -> None:
    """Retire or restore as the copy did, unless the other side worked on the record."""
    was, here, there = (side.get("retired_at") is not None for side in (base, ours, theirs))
    if there == was:
        # Already told by a clash of another unit otherwise; here the record is merely kept.
        if here and not was and (merged.changes or merged.clashes):
            merged.clashes.append(_clash(RETIREMENT, Cause.RETIRED_HERE, base, ours, theirs))
        return
    if here == there:
        return
    known = [name for unit in units for name in unit if name in base]
    if there and differing(ours, base, known):
        merged.clashes.append(_clash(RETIREMENT, Cause.RETIRED_THERE, base, ours, theirs))
    else:
        merged.changes |= _part(theirs, RETIREMENT)


def _refuse_outside(
    merged: RecordMerge, base: Content, ours: Content, theirs: Content, *, units: Sequence[Unit]
) -> None:
    """Leave every change to a person: the record is not, or not to remain, the county's."""
    for unit in (*units, RETIREMENT):
        if unit[0] in merged.changes:
            merged.clashes.append(_clash(unit, Cause.OUTSIDE, base, ours, theirs))
    merged.changes.clear()


def _clash(unit: Unit, cause: Cause, base: Content | None, ours: Content, theirs: Content) -> Clash:
    return Clash(
        field=unit[0],
        cause=cause,
        base=None if base is None else _part(base, unit),
        ours=_part(ours, unit),
        theirs=_part(theirs, unit),
    )


def _part(content: Content, unit: Unit) -> Values:
    return {name: content.get(name) for name in unit}
