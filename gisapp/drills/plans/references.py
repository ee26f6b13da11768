"""What becomes of plans where two enterprises are merged into one.

What the text of an edition names keeps its id: an edition is never changed.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.events.catalogue import Changed
from gisapp.incidents.response.library import KIND
from gisapp.incidents.response.models import PlanRow
from gisapp.registers.references import Merger, declare
from gisapp.schema import Label


def move_plans(session: Session, merger: Merger) -> list[str]:
    """Let the plans of the enterprise that is dropped be plans of the one kept."""
    if merger.kind != "enterprise":
        return []
    query = select(PlanRow).where(PlanRow.enterprise_id == merger.drop_id).order_by(PlanRow.fid)
    rows = session.scalars(query).all()
    for row in rows:
        row.enterprise_id = merger.keep_id
    session.flush()
    changed = Changed(
        before={"enterprise_id": merger.drop_id}, after={"enterprise_id": merger.keep_id}
    )
    ids = [f"{row.code}/{row.edition}" for row in rows]
    merger.step(session).tell(KIND, ((one, changed) for one in ids), what="update", why=merger.why)
    return ids


declare("plan", Label("预案", "Plans"), move=move_plans)
