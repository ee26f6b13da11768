"""The recall: one order to all units inside a footprint, and a task to confirm that each is out.

Whoever commands may withdraw rescuers whose lives are in danger (生产安全事故应急条例 article 22).
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.events.catalogue import Recalled
from gisapp.events.steps import Steps
from gisapp.incidents.command.inside import Own, dangers
from gisapp.incidents.command.models import Task
from gisapp.incidents.command.steps import step_of
from gisapp.incidents.command.tasks import KIND as TASK
from gisapp.incidents.command.texts import line_of
from gisapp.incidents.command.vocabulary import TaskKind, TaskState
from gisapp.incidents.orders import KIND as ASSIGNMENT
from gisapp.incidents.reasons import plain_reason
from gisapp.incidents.surroundings.footprints import find_footprint
from gisapp.rights import Actor, Right

WITHIN_MIN: Final = 15
"""Minutes until each is to be confirmed out, where nobody says another; a choice, not a norm."""
MAX_WITHIN_MIN: Final = 1440


def recall(
    session: Session,
    actor: Actor,
    footprint_id: str,
    *,
    owner: str,
    why: str,
    within_min: int = WITHIN_MIN,
) -> list[Task]:
    """Order all units inside a footprint to leave it, of whichever incident.

    Those on their way that were last seen in it as well, and those whose last position is old: who
    may be inside is told to leave. Their state stays until they say otherwise. Those recalled
    before and not confirmed yet are not told twice.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.
    owner
        Who has to confirm that each is out.
    within_min
        Minutes until then.

    Returns
    -------
    One task for each unit recalled now.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``footprint.unknown``.
    InputError
        ``command.nobody_inside``, ``command.bad_text``, ``command.bad_within``,
        ``incident.no_reason``.
    """
    steps = Steps(session, actor=actor, right=Right.DISPATCH)
    footprint = find_footprint(session, footprint_id)
    reason, said_owner = plain_reason(why, of="incident"), line_of(owner, "owner")
    if not 1 <= within_min <= MAX_WITHIN_MIN:
        raise InputError("command.bad_within", most=MAX_WITHIN_MIN)
    units = [
        one.placed
        for one in dangers(session, footprint_id=footprint.id)
        if one.placed.own is Own.UNIT and one.recall is None
    ]
    if not units:
        raise InputError("command.nobody_inside", label=footprint.label)
    moment = now(session)
    said = Recalled(footprint=footprint.id, label=footprint.label)
    told = ((one.id, said) for one in units)
    steps.tell(ASSIGNMENT, told, what="recall", why=reason, at=moment)
    made = []
    for one in units:
        row = Task(id=f"K{secrets.token_hex(4)}")
        step_of(session, row, actor, kind=TASK).store(
            {
                "incident_id": one.incident_id,
                "kind": TaskKind.RECALL,
                "text": footprint.label,
                "owner": said_owner,
                "due_at": moment + timedelta(minutes=within_min),
                "assignment_id": one.id,
                "footprint_id": footprint.id,
                "state": TaskState.OPEN,
                "made_at": moment,
                "made_by": actor.who,
            },
            what="insert",
            why=reason,
            at=moment,
        )
        made.append(row)
    return made
