"""What stands near the point of a call: it may be the same incident, or happen at a hazard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.incidents.distances import around
from gisapp.incidents.grading.kinds import event_kind
from gisapp.incidents.hazards import AtHazard
from gisapp.incidents.intake import require_point
from gisapp.incidents.models import Incident
from gisapp.incidents.vocabulary import IncidentState
from gisapp.incidents.whereabouts import GEOD
from gisapp.registers.kinds import HAZARD_MODELS
from gisapp.schema import Label
from gisapp.schema.values import Json
from gisapp.store import in_bbox

NEAR_M = 2000.0
NEAR_IN_TIME = timedelta(hours=12)
AT_HAZARD_M = 1000.0
MOST_HAZARDS = 10


@dataclass(frozen=True, kw_only=True)
class Near:
    """An open incident near a point, which may be the same one.

    Attributes
    ----------
    distance_m
        Metres from the point asked about.
    """

    incident: Incident
    distance_m: float

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The incident as JSON carries it."""
        row = self.incident
        return {
            "id": row.id,
            "title": row.title_in(lang),
            "kind": row.kind,
            "kind_label": event_kind(row.kind).label.in_(lang),
            "distance_m": round(self.distance_m),
            "opened_at": row.opened_at.isoformat(),
        }


@dataclass(frozen=True, kw_only=True)
class HazardNear(AtHazard):
    """A hazard near a point, at which it may have happened.

    Attributes
    ----------
    distance_m
        Metres from the point asked about.
    """

    distance_m: float

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The hazard as JSON carries it."""
        return super().to_dict(lang) | {"distance_m": round(self.distance_m)}


def possible_duplicates(session: Session, x: float, y: float) -> list[Near]:
    """Open incidents near a point, the nearest first: perhaps somebody else called already.

    Looks at the open incidents of the last twelve hours, within two kilometres.

    Raises
    ------
    InputError
        ``incident.bad_point``.
    """
    require_point(x, y)
    since = now(session) - NEAR_IN_TIME
    rows = session.scalars(
        select(Incident).where(Incident.state == IncidentState.OPEN, Incident.opened_at >= since)
    )
    found = [Near(incident=row, distance_m=GEOD.inv(x, y, row.x, row.y)[2]) for row in rows]
    return sorted(
        (one for one in found if one.distance_m <= NEAR_M),
        key=lambda one: (one.distance_m, one.incident.id),
    )


def hazards_near(session: Session, x: float, y: float) -> list[HazardNear]:
    """Hazards in use within a kilometre of a point, the nearest first; at most ten.

    Asks the spatial index around the point, so the cost does not grow with the registers.

    Raises
    ------
    InputError
        ``incident.bad_point``.
    """
    require_point(x, y)
    box = around(x, y, AT_HAZARD_M)
    found = []
    for kind, model in HAZARD_MODELS.items():
        rows = session.execute(
            select(model.id, model.name, model.name_en, model.geom).where(
                model.retired_at.is_(None), in_bbox(model.fid, box)
            )
        )
        for row in rows:
            name = row.name or row.name_en or row.id
            found.append(
                HazardNear(
                    kind=kind,
                    id=row.id,
                    name=Label(name, row.name_en or name),
                    distance_m=GEOD.inv(x, y, row.geom.x, row.geom.y)[2],
                )
            )
    near = (one for one in found if one.distance_m <= AT_HAZARD_M)
    return sorted(near, key=lambda one: (one.distance_m, one.kind, one.id))[:MOST_HAZARDS]
