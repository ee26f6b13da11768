"""What becomes of a unit's positions where two records of it are merged."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gisapp.incidents.positions.models import UnitPosition
from gisapp.registers.references import Merger, declare
from gisapp.schema import Label


def move_positions(session: Session, merger: Merger) -> list[str]:
    """Let the unit that is kept have been where the dropped one was; positions are no events.

    Of a moment that both have a position of, that of the record kept counts.
    """
    of_kind = UnitPosition.unit_kind == merger.kind
    known = select(UnitPosition.at).where(of_kind, UnitPosition.unit_id == merger.keep_id)
    session.execute(
        update(UnitPosition)
        .where(of_kind, UnitPosition.unit_id == merger.drop_id, UnitPosition.at.not_in(known))
        .values(unit_id=merger.keep_id)
        .execution_options(synchronize_session=False)
    )
    return []


declare("unit_position", Label("力量位置", "Positions of units"), move=move_positions)
