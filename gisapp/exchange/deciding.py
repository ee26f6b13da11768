"""Conflicts of merged copies, and a person's decision on each."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gisapp.accounts import masked
from gisapp.clock import now
from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.events.steps import Step
from gisapp.exchange.applying import set_retirement, store_contents
from gisapp.exchange.contents import contents, plain
from gisapp.exchange.models import ExchangeConflict
from gisapp.exchange.threeway import Cause, differing
from gisapp.registers import KINDS
from gisapp.registers.fields import Kind
from gisapp.registers.owning import county_of
from gisapp.registers.retirement import RETIREMENT
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json, Values

Side = Literal["ours", "theirs"]
SIDES: tuple[Side, ...] = ("ours", "theirs")


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A conflict as a person decides on it.

    Attributes
    ----------
    base, ours, theirs
        Values by field; `ours` as it is now. None where there is no record.
    """

    number: int
    copy_id: str
    county: str
    kind: str
    record_id: str
    name: str
    field: str
    cause: Cause
    state: str
    base: Values | None
    ours: Values | None
    theirs: Values | None
    found_at: datetime
    decided_at: datetime | None
    decided_by: str | None

    def to_dict(self) -> dict[str, Json]:
        """The conflict as JSON carries it."""
        return {
            **{one.name: getattr(self, one.name) for one in fields(self)},
            "cause": self.cause.value,
            "found_at": plain(self.found_at),
            "decided_at": plain(self.decided_at),
        }


def conflicts(
    session: Session, *, actor: Actor, state: str = "open", limit: int = 500
) -> list[Conflict]:
    """Conflicts in `state` that `actor` may decide on, oldest first, `limit` at most."""
    query = select(ExchangeConflict).where(ExchangeConflict.state == state)
    if actor.county is not None:
        query = query.where(ExchangeConflict.county == actor.county)
    rows = session.scalars(query.order_by(ExchangeConflict.fid).limit(limit)).all()
    found: list[Conflict] = []
    for kind in {row.kind: KINDS[row.kind] for row in rows}.values():
        own = [row for row in rows if row.kind == kind.name]
        ours = contents(session, kind, ids=sorted({row.record_id for row in own}))
        for row in own:
            here = ours.get(row.record_id)
            county = row.county if here is None else county_of(session, kind, here)
            found.append(_masked(_conflict(row, here), kind, actor, county))
    return sorted(found, key=lambda one: one.number)


def _masked(found: Conflict, kind: Kind, actor: Actor, county: str | None) -> Conflict:
    """Hide contacts that `actor` may not see: an id taken may be another county's record."""

    def hide(values: Values | None) -> Values | None:
        if values is None:
            return None
        return masked(values, private=kind.private_names(), actor=actor, county=county)

    return replace(found, base=hide(found.base), ours=hide(found.ours), theirs=hide(found.theirs))


def open_count(session: Session, *, actor: Actor) -> int:
    """How many conflicts wait for `actor`."""
    query = select(func.count()).where(ExchangeConflict.state == "open")
    if actor.county is not None:
        query = query.where(ExchangeConflict.county == actor.county)
    return session.scalar(query) or 0


def decide(
    session: Session,
    actor: Actor,
    number: int,
    side: Side,
    *,
    seen: Values | None = None,
) -> None:
    """Decide a conflict: keep our value, or take that of the copy.

    Parameters
    ----------
    session
        A writing session.
    number
        Of the conflict.
    seen
        Our values as the person saw them; None to decide whatever they are now.

    Raises
    ------
    UnknownRecordError
        ``exchange.unknown_conflict``.
    InputError
        ``exchange.decided``, ``exchange.bad_side``.
    OutOfDateError
        ``exchange.changed_since``: our values are no longer those that were `seen`.
    ForbiddenError
    """
    row = session.get(ExchangeConflict, number)
    if row is None:
        raise UnknownRecordError("exchange.unknown_conflict", number=number)
    if side not in SIDES:
        raise InputError("exchange.bad_side", known=", ".join(SIDES))
    kind = KINDS[row.kind]
    here = contents(session, kind, ids=[row.record_id]).get(row.record_id)
    actor.require(Right.IMPORT, county=row.county)
    # Where it is, or would become, another county's, it is not for this county to say.
    for content in (here, None if here is None or row.theirs is None else {**here, **row.theirs}):
        if content is not None:
            actor.require(Right.IMPORT, county=county_of(session, kind, content))
    if row.state != "open":
        raise InputError("exchange.decided", number=number)
    current = _conflict(row, here)
    if seen is not None and differing(seen, current.ours or {}, list(current.ours or {})):
        raise OutOfDateError("exchange.changed_since")
    if side == "theirs":
        _take(session, actor, kind, row)
    step = Step(
        session,
        row,
        actor=actor,
        right=Right.IMPORT,
        county=row.county,
        kind="exchange_conflict",
    )
    step.store(
        {"state": side, "decided_at": now(session), "decided_by": actor.who},
        what="decide",
        data={
            "copy": row.copy_id,
            "kind": row.kind,
            "id": row.record_id,
            "field": row.field,
            "side": side,
        },
    )


def _take(session: Session, actor: Actor, kind: Kind, row: ExchangeConflict) -> None:
    why = f"采用副本 taken from copy {row.copy_id}"
    if row.field == RETIREMENT[0]:
        values = row.theirs
        if values is None:
            values = {"retired_at": now(session).isoformat()}
        set_retirement(session, actor, kind, row.record_id, values, why=why)
        return
    store_contents(session, actor, kind, {row.record_id: row.theirs or {}}, why=why)


def _conflict(row: ExchangeConflict, now: Values | None) -> Conflict:
    ours = row.ours
    if now is not None and ours is not None:
        ours = {name: now.get(name) for name in ours}
    return Conflict(
        number=row.fid,
        copy_id=row.copy_id,
        county=row.county,
        kind=row.kind,
        record_id=row.record_id,
        name=str((now or {}).get("name") or row.record_id),
        field=row.field,
        cause=Cause(row.cause),
        state=row.state,
        base=row.base,
        ours=ours,
        theirs=row.theirs,
        found_at=row.found_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )
