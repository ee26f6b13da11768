"""The records that plans name, as their registers have them today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from gisapp.drills.plans.promises import Equipment, Promise, Supply, records_named
from gisapp.registers.kinds import DETAILS, MODELS
from gisapp.registers.references import current_id
from gisapp.schema.values import Json

_BATCH: Final = 500


@dataclass(frozen=True, kw_only=True)
class Known:
    """A record that promises name, as its register has it now.

    Attributes
    ----------
    id
        As it is called now: what was merged is the record kept.
    """

    kind: str
    id: str
    name_zh: str
    name_en: str
    retired: bool
    values: Mapping[str, Any]

    @property
    def names(self) -> dict[str, Json]:
        """What it is called, for a sentence."""
        return {"name_zh": self.name_zh, "name_en": self.name_en}


def records_of(session: Session, promises: Sequence[Promise]) -> dict[tuple[str, str], Known]:
    """The records that promises name, by register and the id that the plan says."""
    return known_records(session, (one for promise in promises for one in records_named(promise)))


def known_records(
    session: Session, named: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Known]:
    """Some records, by the register and the id that they are named by."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for kind, record_id in named:
        wanted[kind].add(record_id)
    found: dict[tuple[str, str], Known] = {}
    for kind, ids in wanted.items():
        rows = _rows(session, kind, ids)
        for record_id in ids:
            row = rows.get(record_id)
            if row is not None and row["retired_at"] is not None:
                # One that was merged into another is what it was merged into.
                now_id = current_id(session, kind, record_id)
                row = row if now_id == record_id else _rows(session, kind, {now_id}).get(now_id)
            if row is not None:
                found[kind, record_id] = Known(
                    kind=kind,
                    id=row["id"],
                    name_zh=row["name"],
                    name_en=row["name_en"] or row["name"],
                    retired=row["retired_at"] is not None,
                    values=row,
                )
    return found


def _rows(session: Session, kind: str, ids: set[str]) -> dict[str, dict[str, Any]]:
    model = MODELS[kind]
    names = [
        name
        for name in ("id", "name", "name_en", "retired_at", "status", "capacity", "beds", "geom")
        if name in model.__table__.c
    ]
    listed = sorted(ids)
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(listed), _BATCH):
        query = select(*(model.column(name) for name in names)).where(
            model.id.in_(listed[start : start + _BATCH])
        )
        for row in session.execute(query):
            found[row.id] = dict(zip(names, row, strict=True))
    return found


def stock_of(
    session: Session, promises: Sequence[Promise], today: date
) -> dict[tuple[str, str], float]:
    """What depots can give away of the goods promised: without reserves and what has expired."""
    named = [one for one in promises if isinstance(one, Supply)]
    codes = sorted({one.item_code for one in named})
    if not codes:
        return {}
    lot = MODELS["lot"]
    depot, code, quantity, reserve, expires = (
        lot.column(name) for name in ("depot_id", "item_code", "quantity", "reserve", "expires_on")
    )
    free = quantity - func.coalesce(reserve, 0)
    query = (
        select(depot, code, func.sum(free))
        .where(
            code.in_(codes), lot.retired_at.is_(None), or_(expires.is_(None), expires >= today),
            free > 0,
        )
        .group_by(depot, code)
    )  # fmt: skip
    return {(row[0], row[1]): float(row[2]) for row in session.execute(query)}


def equipment_of(session: Session, promises: Sequence[Promise]) -> dict[tuple[str, str], int]:
    """Pieces of equipment by team and code."""
    codes = sorted({one.equipment for one in promises if isinstance(one, Equipment)})
    if not codes:
        return {}
    row = DETAILS["team"]["equipment"].model
    query = select(row.owner_id, row.code, row.count).where(row.code.in_(codes))
    return {(one[0], one[1]): int(one[2]) for one in session.execute(query)}
