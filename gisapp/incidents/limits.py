"""Limits of bridges and tunnels that cannot be read, confirmed by a person."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.catalogue import LimitSaid, What
from gisapp.events.steps import Step
from gisapp.incidents.models import LimitConfirmation
from gisapp.incidents.reasons import plain_reason
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json, Values
from routing import ConfirmedLimit, DoubtfulLimit, RoadNetwork, doubtful_limits
from routing.limits import PLAUSIBLE_HEIGHT_M, PLAUSIBLE_WEIGHT_T, Kind

EVENT_KIND = "road_limit"

UNITS: dict[Kind, str] = {"weight": "t", "height": "m"}
_BOUNDS: dict[Kind, tuple[float, float]] = {
    "weight": PLAUSIBLE_WEIGHT_T,
    "height": PLAUSIBLE_HEIGHT_M,
}


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """A confirmation in force.

    Attributes
    ----------
    limit
        What was confirmed; its `value` is in tonnes or metres, None for no limit.
    name
        Name of the road when it was confirmed.
    confirmed_at, confirmed_by, why
        When (timezone-aware, UTC), by whom and how they know.
    """

    id: str
    limit: ConfirmedLimit
    name: str
    confirmed_at: datetime
    confirmed_by: str
    why: str

    def to_dict(self) -> dict[str, Json]:
        """The confirmation as JSON carries it."""
        return {
            "id": self.id,
            **asdict(self.limit),
            "name": self.name,
            "confirmed_at": self.confirmed_at.isoformat(),
            "confirmed_by": self.confirmed_by,
            "why": self.why,
        }


def limit_kind(text: str) -> Kind:
    """Read which of the two kinds of limit is meant.

    Raises
    ------
    InputError
        ``limit.bad_kind``.
    """
    if text == "weight":
        return "weight"
    if text == "height":
        return "height"
    raise InputError("limit.bad_kind", kind=text)


def confirm_limit(
    session: Session,
    actor: Actor,
    network: RoadNetwork,
    *,
    way_id: int,
    kind: Kind,
    text: str,
    value: float | None,
    why: str,
) -> Confirmation:
    """Say what a limit that cannot be read is, from now on and after every import of roads.

    A confirmation of the same limit takes the place of the former one.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to close roads, for it opens them.
    network
        As imported.
    way_id, kind, text
        The limit as the network has it.
    value
        Tonnes or metres; None where there is no limit.
    why
        How it is known.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``limit.unknown``: the network has no such doubt, or not any more.
    InputError
        ``limit.bad_value``, ``limit.no_reason``, ``limit.bad_reason``.
    """
    actor.require(Right.CLOSE_ROADS)
    reason = plain_reason(why, of="limit")
    found = next(
        (
            one
            for one in doubtful_limits(network)
            if (one.way_id, one.kind, one.text) == (way_id, kind, text)
        ),
        None,
    )
    if found is None:
        raise UnknownRecordError("limit.unknown", way_id=way_id, text=text)
    low, high = _BOUNDS[kind]
    if value is not None and not low <= value <= high:
        raise InputError("limit.bad_value", low=low, high=high, unit=UNITS[kind])
    moment = now(session)
    former = session.scalar(
        _in_force().where(
            LimitConfirmation.way_id == way_id,
            LimitConfirmation.measure == kind,
            LimitConfirmation.text == text,
        )
    )
    if former is not None:
        former.withdrawn_at, former.withdrawn_by = moment, actor.who
        session.flush()
    row = LimitConfirmation(
        id=f"L{secrets.token_hex(4)}",
        way_id=way_id,
        measure=kind,
        text=text,
        value=value,
        name=found.name,
        x=found.x,
        y=found.y,
    )
    said: Values = {"confirmed_at": moment, "confirmed_by": actor.who, "why": reason}
    _store(session, actor, row, said, "confirm", why=reason)
    return _confirmation(row)


def withdraw_limit(session: Session, actor: Actor, confirmation_id: str, *, why: str) -> None:
    """Put a limit in doubt again; one that is withdrawn already stays so.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``limit.no_confirmation``.
    InputError
        ``limit.no_reason``, ``limit.bad_reason``.
    """
    actor.require(Right.CLOSE_ROADS)
    reason = plain_reason(why, of="limit")
    row = session.scalar(select(LimitConfirmation).where(LimitConfirmation.id == confirmation_id))
    if row is None:
        raise UnknownRecordError("limit.no_confirmation", confirmation_id=confirmation_id)
    if row.withdrawn_at is not None:
        return
    withdrawn: Values = {"withdrawn_at": now(session), "withdrawn_by": actor.who}
    _store(session, actor, row, withdrawn, "withdraw", why=reason)


def confirmations(session: Session) -> list[Confirmation]:
    """The confirmations in force, oldest first."""
    return [_confirmation(row) for row in session.scalars(_in_force())]


def open_and_confirmed(
    session: Session, network: RoadNetwork
) -> tuple[list[DoubtfulLimit], list[Confirmation]]:
    """The limits of a network as imported that nobody confirmed yet, and the confirmations."""
    confirmed = confirmations(session)
    known = {(one.limit.way_id, one.limit.kind, one.limit.text) for one in confirmed}
    doubtful = doubtful_limits(network)
    return [one for one in doubtful if (one.way_id, one.kind, one.text) not in known], confirmed


def _in_force() -> Select[LimitConfirmation]:
    return (
        select(LimitConfirmation)
        .where(LimitConfirmation.withdrawn_at.is_(None))
        .order_by(LimitConfirmation.fid)
    )


def _store(
    session: Session,
    actor: Actor,
    row: LimitConfirmation,
    values: Values,
    what: What,
    *,
    why: str,
) -> None:
    step = Step(
        session,
        row,
        actor=actor,
        right=Right.CLOSE_ROADS,
        kind=EVENT_KIND,
        subject_id=f"{row.way_id}:{row.measure}",
    )
    unit = UNITS[row.measure]
    data: LimitSaid = {"text": row.text, "value": row.value, "unit": unit, "name": row.name}
    step.store(values, what=what, why=why, data=data)


def _confirmation(row: LimitConfirmation) -> Confirmation:
    return Confirmation(
        id=row.id,
        limit=ConfirmedLimit(row.way_id, row.measure, row.text, row.value, row.x, row.y),
        name=row.name,
        confirmed_at=row.confirmed_at,
        confirmed_by=row.confirmed_by,
        why=row.why,
    )
