"""What a footprint has reached of our own: units on scene, work points, the command post.

Held against one another whenever it is asked, over all open incidents: the water of one reaches
the people at another.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.incidents.command.models import CommandPost, Task
from gisapp.incidents.command.vocabulary import TaskKind, TaskState
from gisapp.incidents.models import Assignment, Incident
from gisapp.incidents.surroundings.footprints import of_open_incidents
from gisapp.incidents.surroundings.models import Footprint
from gisapp.incidents.vocabulary import AssignmentState, IncidentState


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
    """

    own: Own
    id: str
    incident_id: str
    x: float
    y: float


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


def on_scene(session: Session) -> list[Placed]:
    """Where the units on scene of all open incidents stand: at the incident's point."""
    rows = session.execute(
        select(Assignment.id, Incident.id.label("incident_id"), Incident.x, Incident.y)
        .join(Incident, Incident.id == Assignment.incident_id)
        .where(Assignment.state == AssignmentState.ON_SCENE, Incident.state == IncidentState.OPEN)
        .order_by(Assignment.fid)
    )
    return [_placed(Own.UNIT, row.id, row.incident_id, row.x, row.y) for row in rows]


def dangers(session: Session, *, footprint_id: str | None = None) -> list[Danger]:
    """What of ours lies in footprints in force, borders included; footprint by footprint.

    A unit whose being out of a footprint was confirmed is in it no more, wherever its incident is.

    Parameters
    ----------
    footprint_id
        One footprint alone; all of open incidents where None.
    """
    footprints = [row for row in of_open_incidents(session) if footprint_id in {None, row.id}]
    if not footprints:
        return []
    placed = [*on_scene(session), *_work_points(session), *_posts(session)]
    recalls = _recalls(session)
    found = []
    for footprint in footprints:
        shapely.prepare(footprint.geom)
        for one in placed:
            recall = recalls.get((footprint.id, one.id)) if one.own is Own.UNIT else None
            is_out = recall is not None and recall.state == TaskState.DONE
            if not is_out and shapely.intersects_xy(footprint.geom, one.x, one.y):
                found.append(
                    Danger(
                        footprint=footprint,
                        placed=one,
                        recall=recall if recall and recall.state == TaskState.OPEN else None,
                    )
                )
    return found


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
