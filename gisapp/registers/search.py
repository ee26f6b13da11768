"""Search by name over all registers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.registers.kinds import MODELS
from gisapp.registers.names import find_names


@dataclass(frozen=True, kw_only=True)
class Found:
    """One answer of :func:`search`.

    Attributes
    ----------
    x, y
        A point on the feature, degrees, EPSG:4326.
    """

    kind: str
    id: str
    name: str
    name_en: str | None
    x: float
    y: float
    county: str | None


def search(
    session: Session, text: str, *, limit: int = 20, include_retired: bool = False
) -> list[Found]:
    """Places, areas, rivers and resources whose name holds `text`, or is read so in pinyin.

    Parameters
    ----------
    text
        Any part of a name in Chinese or English, however short, or a whole id; the pinyin of a
        part without tones, its initials, or a mix of both. The case of Latin letters does not
        matter.
    limit
        Most answers.
    include_retired
        Whether records that are no longer in use are found too.

    Returns
    -------
    list of Found
        Whole names first, then beginnings, then parts, then the same by pinyin; shorter names
        first; base map before resources; then by id. A record whose position another program
        left empty is left out.

    Notes
    -----
    The names are kept in memory, see ``docs/decisions/0085-names-in-memory.md``.
    """
    wanted = text.strip()
    if not wanted or limit < 1:
        return []
    hits = find_names(session, wanted, limit=limit, include_retired=include_retired)
    by_kind: dict[str, list[str]] = {}
    for hit in hits:
        by_kind.setdefault(hit.kind, []).append(hit.id)
    found = {
        (kind, row.id): row
        for kind, ids in by_kind.items()
        for row in session.scalars(select(MODELS[kind]).where(MODELS[kind].id.in_(ids)))
    }
    rows: list[tuple[str, Any]] = [
        (hit.kind, found[hit.kind, hit.id]) for hit in hits if (hit.kind, hit.id) in found
    ]
    return [_found(kind, row) for kind, row in rows if not row.geom.is_empty]


def _found(kind: str, row: Any) -> Found:  # noqa: ANN401 - a model of any kind
    point = shapely.point_on_surface(row.geom)
    return Found(
        kind=kind,
        id=row.id,
        name=row.name or row.name_en or row.id,
        name_en=row.name_en,
        x=point.x,
        y=point.y,
        county=row.id if kind == "area" else getattr(row, "county", None),
    )
