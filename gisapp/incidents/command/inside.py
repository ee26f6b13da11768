"""What a footprint has reached of our own: units, work points, the command post.

Held against one another whenever it is asked, over all open incidents: the water of one reaches
the people at another. A unit is where it was last seen, on its way as well as on scene, and on
scene at its incident too: a phone left in the vehicle does not say where its crew works.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

import shapely
from shapely import box
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.incidents.command.models import CommandPost, Task
from gisapp.incidents.command.vocabulary import TaskKind, TaskState
from gisapp.incidents.distances import around, distance_m
from gisapp.incidents.models import Assignment, Incident
from gisapp.incidents.positions.readings import FRESH_FOR, TOLD_FOR, Seen, last_seen
from gisapp.incidents.surroundings.footprints import of_open_incidents
from gisapp.incidents.surroundings.models import Footprint
from gisapp.incidents.vocabulary import ACTIVE, AssignmentState, IncidentState


class Own(StrEnum):
    """What of ours it is."""

    UNIT = "unit"
    WORK_POINT = "work_point"
    POST = "post"


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Something of ours somewhere.

    Attributes
    ----------
    id
        Of the assignment, the task or the post.
    incident_id
        That it serves.
    x, y
        Lon/lat, EPSG:4326.
    state
        Of the assignment; empty of what is no unit.
    seen
        The position that says so; None where it is there as recorded.
    age
        Of that position.
    """

    own: Own
    id: str
    incident_id: str
    x: float
    y: float
    state: str = ""
    seen: Seen | None = None
    age: timedelta = timedelta(0)

    @property
    def is_old(self) -> bool:
        """Whether its position is too old to be trusted."""
        return self.seen is not None and self.age > FRESH_FOR

    def is_in(self, area: BaseGeometry) -> bool:
        """Whether it is, or may be by the accuracy of its position, in an area; borders count."""
        if shapely.intersects_xy(area, self.x, self.y):
            return True
        accuracy_m = (self.seen.accuracy_m if self.seen else None) or 0.0
        near = box(*around(self.x, self.y, accuracy_m))
        return area.intersects(near) and distance_m(area, self.x, self.y) <= accuracy_m


@dataclass(frozen=True, kw_only=True)
class Danger:
    """Something of ours in a footprint.

    Attributes
    ----------
    recall
        The task to confirm that the unit is out; None where it was not recalled.
    """

    footprint: Footprint
    placed: Placed
    recall: Task | None


def units(session: Session) -> list[Placed]:
    """Where the units of open incidents are, the surest place of each first.

    A fresh position, the incident's point of one that is on scene, a position that is too old to
    be trusted: a unit may be at several, and is nowhere without any.
    """
    rows = session.execute(
        select(
            Assignment.id, Assignment.unit_kind, Assignment.unit_id, Assignment.state,
            Incident.id.label("incident_id"), Incident.x, Incident.y,
        )
        .join(Incident, Incident.id == Assignment.incident_id)
        .where(Assignment.state.in_(ACTIVE), Incident.state == IncidentState.OPEN)
        .order_by(Assignment.fid)
    ).all()  # fmt: skip
    moment = now(session)
    last = last_seen(session, {(row.unit_kind, row.unit_id) for row in rows}, within=TOLD_FOR)
    found = []
    for row in rows:
        seen = last.get((row.unit_kind, row.unit_id))
        at_scene = []
        if row.state == AssignmentState.ON_SCENE:
            placed = _placed(Own.UNIT, row.id, row.incident_id, row.x, row.y)
            at_scene.append(replace(placed, state=row.state))
        if seen is None:
            found += at_scene
            continue
        there = replace(
            _placed(Own.UNIT, row.id, row.incident_id, seen.x, seen.y),
            state=row.state,
            seen=seen,
            age=seen.age(moment),
        )
        found += [*at_scene, there] if there.is_old else [there, *at_scene]
    return found


def dangers(session: Session, *, footprint_id: str | None = None) -> list[Danger]:
    """What of ours lies in footprints in force, borders included; footprint by footprint.

    A unit whose being out of a footprint was confirmed is in it no more, wherever its incident
    is, until a later position says otherwise.

    Parameters
    ----------
    footprint_id
        One footprint alone; all of open incidents where None.
    """
    footprints = [row for row in of_open_incidents(session) if footprint_id in {None, row.id}]
    if not footprints:
        return []
    placed = [*units(session), *_work_points(session), *_posts(session)]
    recalls = _recalls(session)
    found = []
    for footprint in footprints:
        shapely.prepare(footprint.geom)
        told: set[str] = set()
        for one in placed:
            recall = recalls.get((footprint.id, one.id)) if one.own is Own.UNIT else None
            if one.id in told or _is_out(recall, one) or not one.is_in(footprint.geom):
                continue
            told.add(one.id)
            found.append(
                Danger(
                    footprint=footprint,
                    placed=one,
                    recall=recall if recall and recall.state == TaskState.OPEN else None,
                )
            )
    return found


def _is_out(recall: Task | None, one: Placed) -> bool:
    if recall is None or recall.state != TaskState.DONE:
        return False
    return one.seen is None or recall.done_at is None or one.seen.at <= recall.done_at


def _work_points(session: Session) -> list[Placed]:
    rows = session.execute(
        select(Task.id, Task.incident_id, Task.x, Task.y)
        .join(Incident, Incident.id == Task.incident_id)
        .where(
            Task.state == TaskState.OPEN,
            Task.x.is_not(None),
            Incident.state == IncidentState.OPEN,
        )
        .order_by(Task.fid)
    )
    return [_placed(Own.WORK_POINT, row.id, row.incident_id, row.x, row.y) for row in rows]


def _posts(session: Session) -> list[Placed]:
    rows = session.execute(
        select(CommandPost.id, CommandPost.incident_id, CommandPost.x, CommandPost.y)
        .join(Incident, Incident.id == CommandPost.incident_id)
        .where(
            CommandPost.until.is_(None),
            CommandPost.x.is_not(None),
            Incident.state == IncidentState.OPEN,
        )
        .order_by(CommandPost.fid)
    )
    return [_placed(Own.POST, row.id, row.incident_id, row.x, row.y) for row in rows]


def _placed(own: Own, one: str, incident_id: str, x: float, y: float) -> Placed:
    return Placed(own=own, id=one, incident_id=incident_id, x=x, y=y)


def _recalls(session: Session) -> dict[tuple[str, str], Task]:
    """The last recall of each unit from each footprint that was not dropped."""
    rows = session.scalars(
        select(Task)
        .where(Task.kind == TaskKind.RECALL, Task.state != TaskState.DROPPED)
        .order_by(Task.fid)
    )
    return {(str(row.footprint_id), str(row.assignment_id)): row for row in rows}
