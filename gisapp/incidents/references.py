"""What becomes of incidents and of units that are out where two records are merged into one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.events.catalogue import Changed
from gisapp.incidents.intake import KIND
from gisapp.incidents.models import Assignment, Incident
from gisapp.incidents.orders import KIND as ASSIGNMENT
from gisapp.registers.references import Merger, declare
from gisapp.schema import Label


def move_incidents(session: Session, merger: Merger) -> list[str]:
    """Let the incidents at the hazard that is dropped be at the one kept."""
    rows = session.scalars(
        select(Incident)
        .where(Incident.hazard_kind == merger.kind, Incident.hazard_id == merger.drop_id)
        .order_by(Incident.fid)
    ).all()
    # The version stays: a new number of the hazard contradicts nothing that anybody is saying.
    for row in rows:
        row.hazard_id = merger.keep_id
    session.flush()
    changed = Changed(before={"hazard_id": merger.drop_id}, after={"hazard_id": merger.keep_id})
    ids = [row.id for row in rows]
    merger.step(session).tell(KIND, ((one, changed) for one in ids), what="update", why=merger.why)
    return ids


def move_assignments(session: Session, merger: Merger) -> list[str]:
    """Let a unit that is out under the record dropped be out under the one kept.

    What has ended stays with the record it was ordered by. Where both are out one unit is, it
    turns out, in two places: each stays as it was said, until it is released.
    """
    out = select(Assignment).where(
        Assignment.unit_kind == merger.kind, Assignment.ended_at.is_(None)
    )
    if session.scalar(out.where(Assignment.unit_id == merger.keep_id)) is not None:
        return []
    rows = session.scalars(out.where(Assignment.unit_id == merger.drop_id)).all()
    for row in rows:
        row.unit_id = merger.keep_id
    session.flush()
    changed = Changed(before={"unit_id": merger.drop_id}, after={"unit_id": merger.keep_id})
    ids = [row.id for row in rows]
    step = merger.step(session)
    step.tell(ASSIGNMENT, ((one, changed) for one in ids), what="update", why=merger.why)
    return ids


declare("incident", Label("事件", "Incidents"), move=move_incidents)
declare("assignment", Label("调派", "Assignments"), move=move_assignments)
declare(
    "task",
    Label("任务", "Tasks"),
    stays="Its ids are of assignments and footprints, its kind is no register.",
)
