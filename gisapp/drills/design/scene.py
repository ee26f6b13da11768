"""Where a scenario happens, and what it takes: read from the registers and from past incidents."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.drills.checkup.records import Known, known_records
from gisapp.drills.design.script import Casualties, Scenario, Script, Spot
from gisapp.drills.design.vocabulary import Source
from gisapp.errors import InputError
from gisapp.incidents.grading.kinds import KINDS as EVENT_KINDS
from gisapp.incidents.intake import find_incident
from gisapp.incidents.models import Incident
from gisapp.incidents.surroundings.downstream import require_line
from gisapp.incidents.surroundings.footprints import area_along, area_around, hazard_of
from gisapp.incidents.surroundings.models import DownstreamLine, Footprint
from gisapp.registers.kinds import HAZARD_KINDS, KINDS
from gisapp.schema import Label


@dataclass(frozen=True, kw_only=True)
class Place:
    """A spot as it is today.

    Attributes
    ----------
    kind, id
        Its record; empty of a point.
    x, y
        Lon/lat, EPSG:4326.
    """

    kind: str
    id: str
    name: Label
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Where a scenario happens.

    Attributes
    ----------
    event_kind
        Of the scenario, else of its past incident; empty where nobody said.
    area
        Its footprint, lon/lat; None where it has none.
    line
        Along which it comes; None where it comes along none.
    spots
        All that its script names.
    """

    spots: Spots
    place: Place
    event_kind: str
    area: BaseGeometry | None
    line: DownstreamLine | None
    casualties: Casualties


class Spots:
    """The spots that a script names, looked up together.

    Raises
    ------
    InputError
        ``drill.unknown_spot``, ``drill.spot_nowhere``.
    """

    def __init__(self, session: Session, script: Script) -> None:
        named = [(one.kind, one.id) for one in script.spots() if one.kind]
        self._known = known_records(session, named)
        for spot in script.spots():
            if spot.kind:
                self._record(spot)

    def place(self, spot: Spot, name: str = "") -> Place:
        """A spot as it is today.

        Parameters
        ----------
        name
            Takes the place of the record's.
        """
        if spot.x is not None and spot.y is not None:
            said = name or f"{spot.x:.4f}, {spot.y:.4f}"
            return Place(kind="", id="", name=Label(said, said), x=spot.x, y=spot.y)
        record = self._record(spot)
        at = record.values["geom"]
        called = Label(name, name) if name else Label(record.name_zh, record.name_en)
        return Place(kind=record.kind, id=record.id, name=called, x=at.x, y=at.y)

    def _record(self, spot: Spot) -> Known:
        record = self._known.get((spot.kind, spot.id))
        label = KINDS[spot.kind].label
        params = {"register_zh": label.zh, "register_en": label.en, "id": spot.id}
        if record is None or record.retired:
            raise InputError("drill.unknown_spot", **params)
        if record.values["geom"].is_empty:
            raise InputError("drill.spot_nowhere", **params)
        return record


def scene_of(session: Session, scenario: Scenario, spots: Spots) -> Scene:
    """Read where a scenario happens, and reckon its footprint.

    Raises
    ------
    InputError
        ``drill.no_place``, ``drill.no_footprint``, ``downstream.is_unknown``,
        ``downstream.is_unconfirmed``, ``downstream.is_no_hazard``, ``footprint.no_speed``.
    UnknownRecordError
        ``incident.unknown``.
    """
    if not scenario.has_place:
        raise InputError("drill.no_place")
    past = find_incident(session, scenario.incident) if scenario.source == Source.INCIDENT else None
    place = _of_past(past) if past is not None else spots.place(scenario.at or Spot())
    hazard = hazard_of(past) if past is not None else _hazard(place)
    extent, line, area = scenario.extent, None, None
    match extent.how:
        case "distance":
            area = area_around(session, Point(place.x, place.y), extent.distance_m or 0.0)
        case "line":
            line = require_line(session, hazard)
            area = area_along(session, line, until_min=extent.until_min)
        case "area":
            area = extent.polygon()
        case "incident":
            area = _footprints(session, scenario.incident)
    return Scene(
        spots=spots,
        place=place,
        event_kind=scenario.kind or (past.kind if past is not None else ""),
        area=area,
        line=line,
        casualties=_casualties(scenario, past),
    )


def _hazard(place: Place) -> tuple[str, str] | None:
    return (place.kind, place.id) if place.kind in HAZARD_KINDS else None


def _of_past(row: Incident) -> Place:
    """Where a past incident was, named by its kind: its title may hold what a person is called."""
    return Place(kind="", id="", name=EVENT_KINDS[row.kind].label, x=row.x, y=row.y)


def _casualties(scenario: Scenario, past: Incident | None) -> Casualties:
    """What the scenario says; where it says nothing, what the past incident came to."""
    said = scenario.casualties
    if past is None or said != Casualties():
        return said
    return Casualties(
        dead=past.dead or 0,
        missing=past.missing or 0,
        trapped=past.trapped or 0,
        injured=(past.injured or 0) + (past.seriously_injured or 0),
    )


def _footprints(session: Session, incident_id: str) -> BaseGeometry:
    """All footprints of a past incident together, those too that were ended with it."""
    query = select(Footprint).where(Footprint.incident_id == incident_id)
    found = [row.geom for row in session.scalars(query.order_by(Footprint.fid))]
    if not found:
        raise InputError("drill.no_footprint", incident=incident_id)
    return shapely.union_all(found)
