"""Where the road to an incident ends, and where the work is: two things.

A vehicle stops at the end of the road; the last metres are carried. Whoever sends it has to know
how many, and where to, before it stands there.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from gisapp.errors import InputError, OutOfDateError
from gisapp.events.steps import Step
from gisapp.incidents.able import Context
from gisapp.incidents.intake import KIND, find_incident, require_open, require_point
from gisapp.incidents.models import Incident
from gisapp.incidents.reasons import plain_reason
from gisapp.incidents.standing import road_near
from gisapp.incidents.whereabouts import GEOD
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json

FAR_FROM_ROAD_M = 100.0
"""From this far on the road end is not the work point, and it is said."""
MAX_WORDS = 200
_PROFILE = "light"


@dataclass(frozen=True, kw_only=True)
class RoadGap:
    """Between the end of the road and where the work is.

    Attributes
    ----------
    road_x, road_y
        Where a car stops, lon/lat; None where no road is near or none was imported.
    work_x, work_y
        Where the work is: the incident's point where nobody said another.
    words
        The work point, and the way to it, as a person wrote it.
    gap_m
        Metres between the two on the WGS 84 ellipsoid; None without a road.
    """

    road_x: float | None
    road_y: float | None
    work_x: float
    work_y: float
    words: str | None
    gap_m: float | None

    @property
    def is_told(self) -> bool:
        """Whether it is so far that it is said."""
        return self.gap_m is None or self.gap_m > FAR_FROM_ROAD_M

    def to_dict(self) -> dict[str, Json]:
        """The gap as JSON carries it."""
        return {
            "road_x": self.road_x,
            "road_y": self.road_y,
            "work_x": self.work_x,
            "work_y": self.work_y,
            "words": self.words,
            "gap_m": None if self.gap_m is None else round(self.gap_m),
            "far": self.is_told,
        }


def road_gap(app: Context, incident: Incident) -> RoadGap:
    """Say where the road to an incident ends and how far the work is from there.

    Parameters
    ----------
    app
        The opened site, with roads.

    Raises
    ------
    SiteError
        No roads were imported yet.
    """
    x = incident.x if incident.work_x is None else incident.work_x
    y = incident.y if incident.work_y is None else incident.work_y
    spot = road_near(app.router, x, y, max_distance_m=app.settings.max_snap_m, profile=_PROFILE)
    gap_m = None if spot is None else float(GEOD.inv(spot.x, spot.y, x, y)[2])
    return RoadGap(
        road_x=None if spot is None else spot.x,
        road_y=None if spot is None else spot.y,
        work_x=x,
        work_y=y,
        words=incident.work_words,
        gap_m=gap_m,
    )


def set_work_point(
    session: Session,
    actor: Actor,
    incident_id: str,
    point: tuple[float, float] | None,
    *,
    words: str,
    version: int,
) -> Incident:
    """Say where the work of an incident is, apart from its own point.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.
    point
        Lon/lat, EPSG:4326; None takes it back.
    words
        What is there, and the way from the road's end.
    version
        Of the incident that the actor saw.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``incident.not_open``, ``incident.bad_point``, ``incident.bad_work_words``.
    """
    actor.require(Right.DISPATCH)
    row = find_incident(session, incident_id)
    require_open(row)
    step = Step(
        session,
        row,
        actor=actor,
        right=Right.DISPATCH,
        kind=KIND,
        subject_id=row.id,
        version=version,
        lost=lambda: OutOfDateError("incident.changed_since", incident_id=row.id),
    )
    values: dict[str, float | str | None] = dict.fromkeys(("work_x", "work_y", "work_words"))
    if point is not None:
        require_point(*point)
        try:
            said = plain_reason(words, of="incident", most=MAX_WORDS)
        except InputError as error:
            raise InputError("incident.bad_work_words", most=MAX_WORDS) from error
        values = {"work_x": point[0], "work_y": point[1], "work_words": said}
    if any(getattr(row, name) != value for name, value in values.items()):
        step.store(values, what="update")
    return row
