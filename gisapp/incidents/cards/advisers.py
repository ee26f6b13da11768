"""Experts that cards ask for: those on call first, then the nearest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.incidents.cards.plan import Adviser
from gisapp.incidents.whereabouts import GEOD
from gisapp.registers.kinds import DETAILS
from gisapp.registers.kinds.expert import Expert
from gisapp.schema import as_stored, geometries

MOST_OF_EACH: Final = 3


@dataclass(frozen=True)
class Advisers:
    """Experts by speciality, and where each works."""

    of: dict[str, list[tuple[Adviser, float, float]]]

    def nearest(self, specialities: Sequence[str], x: float, y: float) -> tuple[Adviser, ...]:
        """A few of each speciality: those on call first, the nearest to a point first."""
        chosen: list[Adviser] = []
        for code in specialities:
            near = [
                replace(one, distance_m=GEOD.inv(x, y, own_x, own_y)[2])
                for one, own_x, own_y in self.of.get(code, ())
            ]
            near.sort(key=lambda one: (not one.on_call, one.distance_m, one.id))
            chosen += near[:MOST_OF_EACH]
        return tuple(chosen)


def advisers(session: Session, specialities: Collection[str]) -> Advisers:
    """The experts of some specialities that work somewhere."""
    speciality = DETAILS["expert"]["specialities"].model
    rows = session.execute(
        select(
            Expert.id,
            Expert.name,
            Expert.name_en,
            Expert.on_call,
            Expert.contact_phone,
            Expert.county,
            speciality.code.label("code"),
            as_stored(Expert.geom).label("geom"),
        )
        .join(speciality, speciality.owner_id == Expert.id)
        .where(Expert.retired_at.is_(None), speciality.code.in_(specialities))
        .order_by(Expert.id)
    ).all()
    found: dict[str, list[tuple[Adviser, float, float]]] = {}
    for row, place in zip(rows, geometries([row.geom for row in rows]).tolist(), strict=True):
        if place.is_empty:
            continue
        one = Adviser(
            id=row.id,
            names={"zh": row.name, "en": row.name_en or row.name},
            speciality=row.code,
            on_call=bool(row.on_call),
            phone=row.contact_phone or "",
            county=row.county,
            distance_m=0.0,
        )
        found.setdefault(row.code, []).append((one, place.x, place.y))
    return Advisers(found)
