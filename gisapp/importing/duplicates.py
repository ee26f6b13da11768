"""Records near in space and name, proposed for merging."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import cast

import numpy as np
import shapely
from scipy.spatial import KDTree
from shapely import Point
from sqlalchemy import Row, Select, Table, insert, select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.importing.models import DuplicatePair
from gisapp.registers.fields import Kind
from gisapp.registers.kinds import MODELS
from gisapp.schema.values import Json
from gisapp.store import in_bbox

NEAR_M = 300.0
"""Farthest that two records of one thing are expected apart: surveys of one gate or yard differ
by less, and the shift between GCJ-02 and WGS 84 by more, which the import notices by itself."""
LIKE = 0.75
"""Least likeness of two names, Dice's coefficient of their pairs of characters."""

MOST_NEIGHBOURS = 20
"""Nearest records that each is compared with. Thousands may share one position, that of a county
whose own places nobody measured: all their pairs would fill the memory and be of no use."""

_Row = Row[str, str, Point]
_DEGREE_M = 111_195.0
_FEW = 200
_BATCH = 500
_GENERIC = re.compile(
    r"(有限责任公司|股份有限公司|有限公司|集团公司|公司|集团|co|ltd|inc|[省市县区乡镇]|街道)"
)
_MARKS = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"\d+|[一二三四五六七八九十百]+")


def normal_name(name: str) -> str:
    """Fold width and case; drop marks, and the words that names of one thing differ by.

    Those are the administrative 省市县区乡镇街道 and the legal forms of companies.
    """
    folded = _MARKS.sub("", unicodedata.normalize("NFKC", name).casefold())
    return _GENERIC.sub("", folded) or folded


def likeness(first: str, second: str) -> float:
    """How alike two names are, 0 to 1; 0 where they are numbered differently (一号井, 二号井)."""
    a, b = normal_name(first), normal_name(second)
    if a == b:
        return 1.0
    if _NUMBERS.findall(a) != _NUMBERS.findall(b):
        return 0.0
    pairs_a, pairs_b = (Counter(pairwise(one)) for one in (a, b))
    together = pairs_a.total() + pairs_b.total()
    return 2 * (pairs_a & pairs_b).total() / together if together else 0.0


def propose_duplicates(session: Session, kind: Kind, ids: Collection[str]) -> int:
    """Propose each record of `ids` for merging with those it seems to be one with.

    A pair that was proposed before is left as it was decided.

    Parameters
    ----------
    session
        A writing session.
    kind
        A register of points with names; of others nothing is proposed.
    ids
        Records that are new, moved or renamed.

    Returns
    -------
    int
        How many pairs are new.
    """
    names = {field.name for field in kind.stored()}
    if kind.geometry != "POINT" or "name" not in names or not ids:
        return 0
    rows = _all(session, kind) if len(ids) > _FEW else _around(session, kind, sorted(ids))
    found = _near_pairs(rows, set(ids))
    known = {
        (row.first_id, row.second_id)
        for row in session.execute(
            select(DuplicatePair.first_id, DuplicatePair.second_id).where(
                DuplicatePair.kind == kind.name
            )
        )
    }
    fresh = [pair for pair in found if (pair["first_id"], pair["second_id"]) not in known]
    moment = now(session)
    if fresh:
        session.execute(
            insert(DuplicatePair),
            [
                pair | {"kind": kind.name, "state": "proposed", "proposed_at": moment}
                for pair in fresh
            ],
        )
    return len(fresh)


def _near_pairs(rows: Sequence[_Row], wanted: set[str]) -> list[dict[str, Json]]:
    if len(rows) < 2:
        return []
    ids = [row.id for row in rows]
    names = [row.name for row in rows]
    degrees = shapely.get_coordinates([row.geom for row in rows])
    shrink = np.cos(np.radians(degrees[:, 1].mean()))
    flat = degrees * np.array([shrink, 1.0]) * _DEGREE_M
    at = np.array([place for place, one in enumerate(ids) if one in wanted])
    if not len(at):
        return []
    # One more than the neighbours: the nearest is mostly the record itself.
    asked_for = min(MOST_NEIGHBOURS + 1, len(rows))
    distance_m, near = KDTree(flat).query(flat[at], k=asked_for, distance_upper_bound=NEAR_M)
    near = np.asarray(near)
    found_at, column = np.nonzero(np.isfinite(distance_m))
    pairs = {
        (min(first, second), max(first, second))
        for first, second in zip(
            at[found_at].tolist(), near[found_at, column].tolist(), strict=True
        )
        if first != second
    }
    found = []
    for first, second in sorted(pairs):
        alike = likeness(names[first], names[second])
        if alike < LIKE:
            continue
        first_id, second_id = sorted((ids[first], ids[second]))
        found.append(
            {
                "first_id": first_id,
                "second_id": second_id,
                "distance_m": round(float(np.hypot(*(flat[first] - flat[second]))), 1),
                "similarity": round(alike, 3),
            }
        )
    return found


def _query(kind: Kind) -> Select[str, str, Point]:
    table = cast("Table", MODELS[kind.name].__table__)
    return select(table.c.id, table.c.name, table.c.geom).where(table.c.retired_at.is_(None))


def _all(session: Session, kind: Kind) -> Sequence[_Row]:
    return session.execute(_query(kind)).all()


def _around(session: Session, kind: Kind, ids: Sequence[str]) -> Sequence[_Row]:
    """Read the records of `ids` and all that may lie near one of them."""
    model = MODELS[kind.name]
    found: dict[str, _Row] = {}
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        found |= {row.id: row for row in session.execute(_query(kind).where(model.id.in_(batch)))}
    for row in list(found.values()):
        x, y = row.geom.x, row.geom.y
        d_y = NEAR_M / _DEGREE_M * 1.1
        d_x = d_y / max(0.01, np.cos(np.radians(y)))
        box = (x - d_x, y - d_y, x + d_x, y + d_y)
        found |= {
            near.id: near for near in session.execute(_query(kind).where(in_bbox(model.fid, box)))
        }
    return list(found.values())
