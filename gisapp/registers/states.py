"""State of a record: what changes by the hour, set by a step of its own and by no census.

A team's readiness is such: duty staff set it, dispatch and map follow at once. A file says it of a
new record only; of one that is known it is told that the state stays. The version of the record
stays as well: whoever corrects its telephone number meanwhile is not in the way.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from gisapp.errors import InputError, OutOfDateError
from gisapp.events.steps import Step
from gisapp.registers.fields import Kind
from gisapp.registers.owning import county_of
from gisapp.registers.queries import as_mapping, described, unknown_record
from gisapp.registers.retirement import locked
from gisapp.rights import Actor, Right
from gisapp.schema.values import Value


def may_set(actor: Actor, county: str | None) -> bool:
    """Whether somebody may set states: who dispatches anywhere, who edits in the county."""
    return actor.may(Right.DISPATCH) or actor.may(Right.EDIT, county=county)


def set_state(
    session: Session,
    actor: Actor,
    kind_name: str,
    record_id: str,
    *,
    field: str,
    value: str,
    seen: str,
    why: str,
) -> None:
    """Set the state of one record.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch, or to edit in the record's county.
    field, value
        A field that is state, and a code of its vocabulary.
    seen
        The state that the actor saw: who was overtaken is told, not obeyed.

    Raises
    ------
    InputError
        ``registers.unknown_field``, ``registers.unknown_state``, ``registers.why_missing``,
        ``registers.retired_fixed``, ``registers.unknown_kind``.
    UnknownRecordError, ForbiddenError
    OutOfDateError
        ``registers.other_state``.
    """
    kind = described(kind_name)
    item = {one.name: one for one in kind.states()}.get(field)
    if item is None or item.choices is None:
        raise InputError("registers.unknown_field", field=field)
    if value not in item.choices:
        known = ", ".join(item.choices)
        raise InputError("registers.unknown_state", value=value, known=known)
    if not why.strip():
        raise InputError("registers.why_missing")
    row = locked(session, kind, record_id)
    if row is None:
        raise unknown_record(kind, record_id)
    county = county_of(session, kind, as_mapping(row))
    right = Right.DISPATCH if actor.may(Right.DISPATCH) else Right.EDIT
    step = Step(
        session,
        row,
        actor=actor,
        right=right,
        county=county,
        kind=kind.name,
        subject_id=record_id,
    )
    if row.retired_at is not None:
        raise InputError("registers.retired_fixed")
    now_is = getattr(row, field)
    if now_is != seen:
        shown = item.choices.get(now_is)
        raise OutOfDateError(
            "registers.other_state",
            state_zh=shown.zh if shown else str(now_is),
            state_en=shown.en if shown else str(now_is),
        )
    if value != seen:
        step.store({field: value}, what="state", why=why.strip())


def stays(kind: Kind, stored: Mapping[str, Value], given: Mapping[str, Value]) -> list[str]:
    """Names of the states that `given` says otherwise than they are stored."""
    names = [item.name for item in kind.states()]
    return [name for name in names if given.get(name) not in {None, stored.get(name)}]
