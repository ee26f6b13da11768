"""Search by name over all registers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import Select, case, func, literal, or_, select
from sqlalchemy.orm import Session

from gisapp.registers.kinds import KINDS, MODELS
from gisapp.store import holds_text


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
    """Places, areas, rivers and resources whose name holds `text`.

    Parameters
    ----------
    text
        Any part of a name in Chinese or English, however short, or a whole id; the case of
        Latin letters does not matter.
    limit
        Most answers.
    include_retired
        Whether records that are no longer in use are found too.

    Returns
    -------
    list of Found
        Whole names first, then beginnings, then parts; shorter names first; base map before
        resources; then by id. A record whose position another program left empty is left out.

    Notes
    -----
    Each register is searched along its covering index, see
    ``docs/decisions/0004-search-by-index-scan.md``.
    """
    wanted = text.strip()
    if not wanted or limit < 1:
        return []
    hits: list[tuple[tuple[int, int, int, str], str, int]] = []
    for order, (kind, description) in enumerate(KINDS.items()):
        if description.geometry is not None:
            query = _search(kind, wanted, limit)
            if not include_retired:
                query = query.where(MODELS[kind].retired_at.is_(None))
            for fid, record_id, rank, length in session.execute(query):
                hits.append(((rank, length, order, record_id), kind, fid))
    hits = sorted(hits)[:limit]
    by_kind: dict[str, list[int]] = {}
    for _key, kind, fid in hits:
        by_kind.setdefault(kind, []).append(fid)
    found = {
        (kind, row.fid): row
        for kind, fids in by_kind.items()
        for row in session.scalars(select(MODELS[kind]).where(MODELS[kind].fid.in_(fids)))
    }
    rows: list[tuple[str, Any]] = [(kind, found[kind, fid]) for _key, kind, fid in hits]
    return [_found(kind, row) for kind, row in rows if not row.geom.is_empty]


def _search(kind: str, wanted: str, limit: int) -> Select[int, str, int, int]:
    model = MODELS[kind]
    name, name_en, folded = model.column("name"), model.column("name_en"), wanted.lower()
    part = or_(
        holds_text(name, wanted),
        holds_text(name_en, wanted),
        model.id == wanted,
    )
    whole = or_(func.lower(name) == folded, func.lower(name_en) == folded, model.id == wanted)
    beginning = or_(
        name.istartswith(wanted, autoescape=True),
        name_en.istartswith(wanted, autoescape=True),
    )
    rank = case((whole, 0), (beginning, 1), else_=2)
    length = func.coalesce(func.length(name), literal(0))
    return (
        select(model.fid, model.id, rank, length)
        .where(part)
        .order_by(rank, length, model.id)
        .limit(limit)
    )


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
