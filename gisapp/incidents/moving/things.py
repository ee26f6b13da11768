"""What moves, as the tables hold it, and where each of it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.incidents.closures import open_closures
from gisapp.incidents.models import Assignment, Incident
from gisapp.incidents.positions.readings import TOLD_FOR, Seen, Unit
from gisapp.incidents.units import sendable
from gisapp.incidents.vocabulary import (
    ASSIGNMENT_STATES,
    INCIDENT_STATES,
    AssignmentState,
    IncidentState,
)
from gisapp.registers.vocabulary import TEAM_STATUSES
from gisapp.schema import Label


class Moves(StrEnum):
    """What of it is one thing."""

    UNIT = "unit"
    INCIDENT = "incident"
    CLOSURE = "closure"


MOVES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        Moves.UNIT: Label("力量", "Unit"),
        Moves.INCIDENT: Label("事件", "Incident"),
        Moves.CLOSURE: Label("封路", "Closure"),
    }
)


class Basis(StrEnum):
    """From what it is known where a thing is."""

    POSITION = "position"
    OLD_POSITION = "old_position"
    SCENE = "scene"
    HOME = "home"
    KNOWN = "known"


BASES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        Basis.POSITION: Label("实时位置", "Position"),
        Basis.OLD_POSITION: Label("过时位置，可能已离开", "Old position, may be elsewhere by now"),
        Basis.SCENE: Label("按到场：在事件地点", "On scene: at the incident"),
        Basis.HOME: Label("驻地", "Its station"),
        Basis.KNOWN: Label("登记位置", "As recorded"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Out:
    """A unit that is out.

    Attributes
    ----------
    x, y
        Of its incident, lon/lat.
    """

    assignment_id: str
    incident_id: str
    state: str
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Station:
    """A unit of the registers, where it stands when it is not out; lon/lat."""

    names: Label
    status: str
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A thing at one place.

    Attributes
    ----------
    id
        Of an incident or a closure, or of the unit in its register.
    unit_kind
        Register of the unit; empty where it is none.
    names
        What it is called; a closure by its reason.
    state, state_label
        Of a unit its assignment's, or its readiness where it is not out; of a closure whether
        its time is over.
    incident_id, assignment_id
        That a unit serves; empty where it is not out.
    geometry
        EPSG:4326; a point of what is no closure.
    at, accuracy_m
        Of the position, where it is known from one.
    """

    moves: Moves
    id: str
    unit_kind: str = ""
    names: Label
    state: str
    state_label: Label
    incident_id: str = ""
    assignment_id: str = ""
    geometry: BaseGeometry
    basis: Basis = Basis.KNOWN
    at: datetime | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True, kw_only=True)
class Things:
    """All that moves, positions apart."""

    stations: Mapping[Unit, Station]
    out: Mapping[Unit, Out]
    incidents: Mapping[str, Placed]
    closures: Mapping[str, Placed]


KINDS: Final = ("team", "unit", "hospital", "assignment", "incident", "road_closure")
"""Kinds of the events that change it."""


def read_stations(session: Session) -> dict[Unit, Station]:
    """What can be sent, whatever its state."""
    return {
        (one.kind, one.id): Station(
            names=Label(one.name or one.id, one.name_en or one.name or one.id),
            status=one.status,
            x=one.x,
            y=one.y,
        )
        for one in sendable(session)
    }


def read_out(session: Session) -> dict[Unit, Out]:
    """The units that are out."""
    rows = session.execute(
        select(
            Assignment.unit_kind, Assignment.unit_id, Assignment.id, Assignment.incident_id,
            Assignment.state, Incident.x, Incident.y,
        )
        .join(Incident, Incident.id == Assignment.incident_id)
        .where(Assignment.ended_at.is_(None))
    )  # fmt: skip
    return {
        (row.unit_kind, row.unit_id): Out(
            assignment_id=row.id, incident_id=row.incident_id, state=row.state, x=row.x, y=row.y
        )
        for row in rows
    }


def read_incidents(session: Session) -> dict[str, Placed]:
    """The open incidents."""
    rows = session.scalars(select(Incident).where(Incident.state == IncidentState.OPEN))
    return {
        row.id: Placed(
            moves=Moves.INCIDENT,
            id=row.id,
            names=Label(row.title_in("zh"), row.title_in("en")),
            state=row.state,
            state_label=INCIDENT_STATES[row.state],
            geometry=Point(row.x, row.y),
        )
        for row in rows
    }


def read_closures(session: Session) -> dict[str, Placed]:
    """The closures in force; one whose time is over closes on."""
    return {
        one.id: Placed(
            moves=Moves.CLOSURE,
            id=one.id,
            names=Label(one.reason, one.reason),
            state="in_force",
            state_label=Label("封闭中", "In force"),
            geometry=one.polygon,
        )
        for one in open_closures(session)
    }


def read_things(session: Session) -> Things:
    """All of it."""
    return Things(
        stations=read_stations(session),
        out=read_out(session),
        incidents=read_incidents(session),
        closures=read_closures(session),
    )


def places(things: Things, unit: Unit, seen: Seen | None, moment: datetime) -> list[Placed]:
    """Where a unit is, and where it may be.

    A fresh position counts alone. Without one a unit stands at its incident if it is on scene,
    else at its station; while it is out its last position stands beside that, said to be old.

    Parameters
    ----------
    seen
        Its last position; None where none is kept.
    """
    station, out = things.stations.get(unit), things.out.get(unit)
    if station is None and out is None:
        return []
    found: list[tuple[Basis, float, float]] = []
    if seen is not None and seen.is_fresh(moment):
        found.append((Basis.POSITION, seen.x, seen.y))
    else:
        if out is not None and out.state == AssignmentState.ON_SCENE:
            found.append((Basis.SCENE, out.x, out.y))
        elif station is not None:
            found.append((Basis.HOME, station.x, station.y))
        if out is not None and seen is not None and seen.age(moment) <= TOLD_FOR:
            found.append((Basis.OLD_POSITION, seen.x, seen.y))
    kind, unit_id = unit
    code = out.state if out else station.status if station else ""
    label = (ASSIGNMENT_STATES if out else TEAM_STATUSES).get(code, Label(code, code))
    return [
        Placed(
            moves=Moves.UNIT,
            id=unit_id,
            unit_kind=kind,
            names=station.names if station else Label(unit_id, unit_id),
            state=code,
            state_label=label,
            incident_id=out.incident_id if out else "",
            assignment_id=out.assignment_id if out else "",
            geometry=Point(x, y),
            basis=basis,
            at=seen.at if seen and basis in _SEEN else None,
            accuracy_m=seen.accuracy_m if seen and basis in _SEEN else None,
        )
        for basis, x, y in found
    ]


_SEEN: Final = frozenset({Basis.POSITION, Basis.OLD_POSITION})
