"""What becomes of the conflicts of counties' copies where two records are merged into one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.events.catalogue import Changed
from gisapp.exchange.models import ExchangeConflict
from gisapp.registers.references import Merger, declare
from gisapp.registers.retirement import RETIREMENT
from gisapp.schema import Label


def move_conflicts(session: Session, merger: Merger) -> list[str]:
    """Let conflicts not decided yet be about the record kept.

    One about whether the dropped record is retired is settled: it is now.
    """
    found = session.scalars(
        select(ExchangeConflict)
        .where(
            ExchangeConflict.kind == merger.kind,
            ExchangeConflict.record_id == merger.drop_id,
            ExchangeConflict.state == "open",
        )
        .order_by(ExchangeConflict.fid)
    ).all()
    told: list[tuple[str, Changed]] = []
    for conflict in found:
        if conflict.field == RETIREMENT[0]:
            conflict.state = "superseded"
            conflict.decided_at, conflict.decided_by = now(session), merger.actor.who
        else:
            conflict.record_id = merger.keep_id
        changed: Changed = {
            "before": {"record_id": merger.drop_id, "state": "open"},
            "after": {"record_id": conflict.record_id, "state": conflict.state},
        }
        told.append((str(conflict.fid), changed))
    session.flush()
    merger.step(session).tell("exchange_conflict", told, what="merge", why=merger.why)
    return [number for number, _changed in told]


declare("exchange_conflict", Label("副本冲突", "Conflicts of copies"), move=move_conflicts)
declare(
    "exchange_base",
    Label("副本的旧值", "Values that copies know"),
    stays="What both sides of a copy knew of this id; the next merge of the copy compares by it.",
)
