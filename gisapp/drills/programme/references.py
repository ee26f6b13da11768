"""What becomes of drills where two records are merged into one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.drills.programme.drills import FINDING, KIND
from gisapp.drills.programme.models import Drill, DrillFinding
from gisapp.drills.programme.organisers import county_of_organiser
from gisapp.drills.programme.vocabulary import DrillState, Organiser
from gisapp.events.catalogue import Changed
from gisapp.registers.references import Merger, declare
from gisapp.schema import Label
from gisapp.schema.values import Json

_TAKING_PART = frozenset({"team", "unit"})
"""Registers whose records take part in drills."""


def move_drills(session: Session, merger: Merger) -> list[str]:
    """Let the drills of the enterprise dropped be drills of the one kept.

    In drills that are still to be held, a team or unit that is dropped takes part as the one
    kept; who took part in a drill that was held stays as it was said.
    """
    step, moved = merger.step(session), []
    query = select(Drill).order_by(Drill.fid)
    if merger.kind == Organiser.ENTERPRISE:
        query = query.where(
            Drill.organiser_kind == Organiser.ENTERPRISE, Drill.organiser == merger.drop_id
        )
    elif merger.kind in _TAKING_PART:
        query = query.where(Drill.state == DrillState.PLANNED)
    else:
        return []
    for row in session.scalars(query).all():
        before: dict[str, Json]
        after: dict[str, Json]
        if merger.kind == Organiser.ENTERPRISE:
            before, after = {"organiser": row.organiser}, {"organiser": merger.keep_id}
            row.organiser = merger.keep_id
            row.county = county_of_organiser(session, Organiser.ENTERPRISE, merger.keep_id)
        else:
            taking = _with_kept(row.participants, merger)
            if taking == row.participants:
                continue
            before, after = {"participants": [*row.participants]}, {"participants": [*taking]}
            row.participants = taking
        step.tell(KIND, [(row.id, Changed(before=before, after=after))], what="update",
                  why=merger.why)  # fmt: skip
        moved.append(row.id)
    session.flush()
    return moved


def move_findings(session: Session, merger: Merger) -> list[str]:
    """Let what the enterprise dropped has to put right be for the one kept to put right."""
    if merger.kind != Organiser.ENTERPRISE:
        return []
    query = select(DrillFinding).where(
        DrillFinding.organiser_kind == merger.kind, DrillFinding.organiser == merger.drop_id
    )
    rows = session.scalars(query.order_by(DrillFinding.fid)).all()
    for row in rows:
        row.organiser = merger.keep_id
        row.county = county_of_organiser(session, Organiser.ENTERPRISE, merger.keep_id)
    session.flush()
    changed = Changed(before={"organiser": merger.drop_id}, after={"organiser": merger.keep_id})
    subject = f"{merger.kind}/{merger.keep_id}"
    merger.step(session).tell(
        FINDING, ((subject, changed) for _ in rows), what="update", why=merger.why
    )
    return [str(row.fid) for row in rows]


def _with_kept(participants: list[dict[str, Json]], merger: Merger) -> list[dict[str, Json]]:
    """Who takes part, the one kept for the one dropped, and once in each role."""
    found: list[dict[str, Json]] = []
    for one in participants:
        if (one["kind"], one["id"]) == (merger.kind, merger.drop_id):
            one = {**one, "id": merger.keep_id}  # noqa: PLW2901 - the one dropped is gone
        same = (one["kind"], one["id"], one["role"])
        if one["kind"] != merger.kind or same not in {
            (other["kind"], other["id"], other["role"]) for other in found
        }:
            found.append(one)
    return found


declare("drill", Label("演练", "Drills"), move=move_drills)
declare("drill_finding", Label("演练问题", "Findings of drills"), move=move_findings)
