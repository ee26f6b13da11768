"""What becomes of downstream lines where two records of one hazard are merged."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.events.catalogue import Changed
from gisapp.incidents.surroundings.lines import KIND, in_force, proposed
from gisapp.incidents.surroundings.models import DownstreamLine
from gisapp.registers.references import Merger, declare
from gisapp.schema import Label


def move_lines(session: Session, merger: Merger) -> list[str]:
    """Let the lines of the hazard that is dropped be of the one kept.

    Where both have one in force, that of the record kept counts and the other ends.
    """
    rows = session.scalars(
        select(DownstreamLine)
        .where(
            DownstreamLine.hazard_kind == merger.kind, DownstreamLine.hazard_id == merger.drop_id
        )
        .order_by(DownstreamLine.fid)
    ).all()
    told: list[tuple[str, Changed]] = []
    kept = {
        True: in_force(session, merger.kind, merger.keep_id) is not None,
        False: proposed(session, merger.kind, merger.keep_id) is not None,
    }
    for row in rows:
        before, after = {"hazard_id": merger.drop_id}, {"hazard_id": merger.keep_id}
        if row.ended_at is None and kept[row.confirmed_at is not None]:
            row.ended_at, row.ended_by = now(session), merger.actor.who
            after["ended_by"] = row.ended_by
        row.hazard_id = merger.keep_id
        told.append((row.id, Changed(before=dict(before), after=dict(after))))
    session.flush()
    merger.step(session).tell(KIND, told, what="merge", why=merger.why)
    return [row.id for row in rows]


declare("downstream_line", Label("下游线", "Downstream lines"), move=move_lines)
