"""The call round: villages in the order in which water arrives, and how far each warning has come.

The order is that of the downstream line; villages that are not downstream are added by hand. A
round that is made again takes new times of arrival and villages that were missing, and leaves what
was said as it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.events.catalogue import PutInRound, What
from gisapp.events.log import changed_values
from gisapp.events.steps import plain
from gisapp.incidents.command.models import VillageCall
from gisapp.incidents.command.steps import step_of
from gisapp.incidents.command.texts import MAX_TEXT, line_if_any
from gisapp.incidents.command.vocabulary import CALL_STATES, CallState
from gisapp.incidents.intake import find_incident, require_open
from gisapp.incidents.models import Incident
from gisapp.incidents.surroundings.downstream import breach_moment, reached, require_line
from gisapp.incidents.surroundings.footprints import hazard_of
from gisapp.incidents.surroundings.things import VILLAGE, Thing, villages_by_id
from gisapp.registers.kinds import MODELS
from gisapp.registers.references import current_id
from gisapp.rights import Actor, Right
from gisapp.schema.values import Value

KIND: Final = "village_call"
MOST_CALLED = 500
"""More than one line of villages holds; a corridor drawn over half a province is told."""


def make_round(
    session: Session, actor: Actor, incident_id: str, *, breach_at: datetime | None = None
) -> list[VillageCall]:
    """Put all villages downstream of the incident's hazard into its round.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.
    breach_at
        When the hazard gives way, timezone-aware; None is now.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    InputError
        ``incident.not_open``, ``downstream.bad_breach``, ``downstream.is_unknown``,
        ``downstream.is_unconfirmed``, ``downstream.is_no_hazard``, ``command.nobody_downstream``,
        ``command.too_many_calls``.
    """
    incident = _open_incident(session, actor, incident_id)
    moment = breach_moment(session, breach_at)
    line = require_line(session, hazard_of(incident))
    found = [one for one in reached(session, actor, line, moment) if one.thing.kind == VILLAGE]
    if not found:
        raise InputError("command.nobody_downstream")
    if len(found) > MOST_CALLED:
        raise InputError("command.too_many_calls", count=len(found), most=MOST_CALLED)
    rows = round_of(session, incident.id)
    villages = villages_of(session, actor, rows)
    there = {village.id: row for row in rows if (village := villages[row.id]) is not None}
    for one in found:
        row = there.get(one.thing.id)
        if row is None:
            _put(session, actor, incident, one.thing, one.arrives_at, by_hand=False)
        elif row.arrives_at != one.arrives_at:
            _store(session, actor, row, one.thing, {"arrives_at": one.arrives_at}, what="update")
    return round_of(session, incident.id)


def add(
    session: Session,
    actor: Actor,
    incident_id: str,
    village_id: str,
    *,
    arrives_at: datetime | None = None,
) -> VillageCall:
    """Put a village into the round by hand; one that is in it already stays as it is.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``incident.unknown``, ``command.unknown_village``.
    InputError
        ``incident.not_open``.
    """
    incident = _open_incident(session, actor, incident_id)
    village = villages_by_id(session, actor, [village_id]).get(village_id)
    if village is None:
        raise UnknownRecordError("command.unknown_village", village_id=village_id)
    for row in round_of(session, incident.id):
        if row.village_id == village.id:
            return row
    return _put(session, actor, incident, village, arrives_at, by_hand=True)


def say(
    session: Session,
    actor: Actor,
    call_id: str,
    state: str,
    *,
    version: int,
    note: str = "",
) -> VillageCall:
    """Record how far the warning of a village has come; any state may follow any.

    Saying what is so already changes nothing: two officers hear the same message.

    Parameters
    ----------
    state
        A code of ``CALL_STATES``.
    note
        Without personal data; the former note stays where it is empty.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``command.unknown_call_state``, ``command.bad_text``.
    """
    actor.require(Right.DISPATCH)
    if state not in CALL_STATES:
        raise InputError("command.unknown_call_state", state=state)
    row = session.scalar(select(VillageCall).where(VillageCall.id == call_id))
    if row is None:
        raise UnknownRecordError("command.unknown", id=call_id)
    said = line_if_any(note, "note", MAX_TEXT)
    if row.state == state and said is None:
        return row
    if row.version != version:
        raise OutOfDateError("command.changed_since")
    village = villages_of(session, actor, [row])[row.id]
    values: dict[str, Value] = {
        "state": CallState(state),
        "said_at": now(session),
        "said_by": actor.who,
        "note": said or row.note,
    }
    _store(session, actor, row, village, values, what="call")
    return row


def round_of(session: Session, incident_id: str) -> list[VillageCall]:
    """The round of an incident: first whom the water reaches first, last of whom no time is known.

    Villages without a time stand as they were put in, which is their order along the line.
    """
    rows = session.scalars(select(VillageCall).where(VillageCall.incident_id == incident_id))
    return sorted(
        rows,
        key=lambda row: (
            row.arrives_at is None,
            row.arrives_at.timestamp() if row.arrives_at else 0.0,
            row.fid,
        ),
    )


def villages_of(
    session: Session, actor: Actor, rows: Sequence[VillageCall]
) -> Mapping[str, Thing | None]:
    """The village of each call, by the call's id; of one merged into another, that other.

    None where the registers have none any more.
    """
    ids = [row.village_id for row in rows]
    village = MODELS[VILLAGE]
    retired = session.scalars(
        select(village.id).where(village.id.in_(ids), village.retired_at.is_not(None))
    )
    kept = {one: current_id(session, VILLAGE, one) for one in retired}
    found = villages_by_id(session, actor, {*ids, *kept.values()})
    return {row.id: found.get(kept.get(row.village_id, row.village_id)) for row in rows}


def give_over(session: Session, actor: Actor, from_id: str, to_id: str, *, why: str) -> None:
    """Let the round of an incident be that of another it is joined to, but for whom that has."""
    there = {row.village_id for row in round_of(session, to_id)}
    rows = [row for row in round_of(session, from_id) if row.village_id not in there]
    villages = villages_of(session, actor, rows)
    for row in rows:
        _store(
            session, actor, row, villages[row.id], {"incident_id": to_id}, what="update", why=why
        )


def _open_incident(session: Session, actor: Actor, incident_id: str) -> Incident:
    actor.require(Right.DISPATCH)
    incident = find_incident(session, incident_id)
    require_open(incident)
    return incident


def _put(
    session: Session,
    actor: Actor,
    incident: Incident,
    village: Thing,
    arrives_at: datetime | None,
    *,
    by_hand: bool,
) -> VillageCall:
    row = VillageCall(id=f"C{secrets.token_hex(4)}")
    values = {
        "incident_id": incident.id,
        "village_id": village.id,
        "arrives_at": arrives_at,
        "by_hand": by_hand,
        "state": CallState.TO_CALL,
    }
    told = PutInRound(
        after={name: plain(value) for name, value in values.items()}, of=village.names["zh"]
    )
    step_of(session, row, actor, kind=KIND).store(values, what="insert", data=told)
    return row


def _store(
    session: Session,
    actor: Actor,
    row: VillageCall,
    village: Thing | None,
    values: Mapping[str, Value],
    *,
    what: What,
    why: str | None = None,
) -> None:
    changed = changed_values(
        {name: plain(getattr(row, name)) for name in values},
        {name: plain(value) for name, value in values.items()},
    )
    of = village.names["zh"] if village else row.village_id
    step = step_of(session, row, actor, kind=KIND, version=row.version)
    step.store(values, what=what, why=why, data={**changed, "of": of})
