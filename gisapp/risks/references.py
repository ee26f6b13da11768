"""What becomes of risks, tickets and inspections where two hazards are merged into one.

Steps and inspections are append-only: they stay with the id they were written for, and are read
with those of the hazard kept (:func:`gisapp.registers.references.all_ids`).
"""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from gisapp.events import changed_values
from gisapp.events.catalogue import Changed, MergedRisk
from gisapp.events.steps import plain
from gisapp.registers.kinds import HAZARD_MODELS
from gisapp.registers.references import Merger, declare
from gisapp.risks import inspections, tickets
from gisapp.risks.models import Risk, Ticket
from gisapp.risks.vocabulary import State
from gisapp.schema import Label
from gisapp.schema.values import Json

_GRAVEST_FIRST = (
    State.WARNING, State.DISPOSAL, State.MONITORED, State.ASSESSED, State.IDENTIFIED, State.CLOSED,
)  # fmt: skip
_INSPECTED = ("inspected_on", "next_inspection_on")


def move_tickets(session: Session, merger: Merger) -> list[str]:
    """Let the tickets of the hazard that is dropped be at the one kept, and of its county."""
    model = HAZARD_MODELS.get(merger.kind)
    if model is None:
        return []
    mine = (Ticket.kind == merger.kind, Ticket.hazard_id == merger.drop_id)
    found = session.execute(select(Ticket.id, Ticket.county).where(*mine).order_by(Ticket.fid))
    held = [(row.id, row.county) for row in found]
    if not held:
        return []
    county = session.scalar(select(model.county).where(model.id == merger.keep_id))
    # The version stays: a new place contradicts nothing that is being said of the work.
    session.execute(
        update(Ticket)
        .where(*mine)
        .values(hazard_id=merger.keep_id, county=county)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    after = {"hazard_id": merger.keep_id, "county": county}
    told = (
        (ticket_id, Changed(before={"hazard_id": merger.drop_id, "county": old}, after=after))
        for ticket_id, old in held
    )
    merger.step(session).tell(tickets.EVENT_KIND, told, what="merge", why=merger.why)
    return [ticket_id for ticket_id, _county in held]


def join_risks(session: Session, merger: Merger) -> list[str]:
    """Make one risk of two: the graver stage and level count, and the latest inspection.

    A warning in force is never lost because the other record was the one kept. The assessment
    goes with its stage; of two equal ones that of the record kept counts.
    """
    rows = {
        row.hazard_id: row
        for row in session.scalars(
            select(Risk).where(
                Risk.kind == merger.kind, Risk.hazard_id.in_((merger.keep_id, merger.drop_id))
            )
        )
    }
    dropped, kept = rows.get(merger.drop_id), rows.get(merger.keep_id)
    if dropped is None:
        return []
    before, other = _written(kept), _written(dropped)
    if kept is None:
        kept, chosen = Risk(kind=merger.kind, hazard_id=merger.keep_id), dropped
        kept.version = dropped.version
        session.add(kept)
    else:
        chosen = min((kept, dropped), key=_gravity)
        kept.version = max(kept.version, dropped.version) + 1
    last = max((day for one in rows.values() if (day := one.inspected_on)), default=None)
    for name in other:
        if name not in _INSPECTED:
            setattr(kept, name, getattr(chosen, name))
    kept.inspected_on = last
    kept.next_inspection_on = inspections.due_after(session, merger.kind, kept.level, last)
    session.execute(delete(Risk).where(Risk.fid == dropped.fid))
    session.flush()
    after = _written(kept)
    told: MergedRisk = {
        **changed_values(before, after),
        # Whole, because its row is no more.
        "merged": {"hazard_id": merger.drop_id, **other},
    }
    subject_id = f"{merger.kind}:{merger.keep_id}"
    step = merger.step(session)
    step.tell(inspections.EVENT_KIND, [(subject_id, told)], what="merge", why=merger.why)
    return [merger.drop_id]


def _gravity(risk: Risk) -> tuple[int, int]:
    return _GRAVEST_FIRST.index(State(risk.state)), risk.level or 9


def _written(risk: Risk | None) -> dict[str, Json]:
    """The risk as an event keeps it."""
    if risk is None:
        return {}
    own = {"fid", "kind", "hazard_id", "version"}
    return {
        column.key: plain(getattr(risk, column.key))
        for column in Risk.__table__.columns
        if column.key not in own
    }


_APPEND_ONLY = "Append-only; read with those of the record kept."

declare("risk", Label("风险状态", "Risk"), move=join_risks)
declare("ticket", Label("隐患", "Hidden dangers"), move=move_tickets)
declare("risk_step", Label("风险环节", "Steps of the risk"), stays=_APPEND_ONLY)
declare("inspection", Label("巡查", "Inspections"), stays=_APPEND_ONLY)
