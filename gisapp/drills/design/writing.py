"""Reading and writing what a drill plays: by its staff, and with events that hold nothing of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.drills.design.models import DrillScript
from gisapp.drills.design.script import Script, script_of
from gisapp.drills.programme.drills import find_drill, require_planned
from gisapp.drills.programme.models import Drill
from gisapp.drills.programme.staff import require_staff
from gisapp.errors import GisAppError, OutOfDateError
from gisapp.events.catalogue import Nothing
from gisapp.events.steps import Step
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json

KIND = "drill_script"
_KEY_BYTES = 32


def drill_for_staff(session: Session, actor: Actor, drill_id: str) -> Drill:
    """Return a drill to somebody who may know what it plays.

    Raises
    ------
    ForbiddenError
        ``drill.not_staff``.
    UnknownRecordError
        ``drill.unknown``.
    """
    row = find_drill(session, drill_id)
    require_staff(actor, row)
    return row


def script_row(session: Session, row: Drill) -> DrillScript | None:
    """What a drill plays, as it is stored; None where nothing was written yet."""
    found: DrillScript | None = session.scalar(
        select(DrillScript).where(DrillScript.drill_id == row.id)
    )
    return found


def read_script(session: Session, actor: Actor, drill_id: str) -> tuple[Drill, Script, int]:
    """What a drill plays, and its version; an empty script of version 0 before it is written.

    Raises
    ------
    ForbiddenError
        ``drill.not_staff``.
    UnknownRecordError
        ``drill.unknown``.
    """
    row = drill_for_staff(session, actor, drill_id)
    found = script_row(session, row)
    return (row, Script(), 0) if found is None else (row, script_of(found.content), found.version)


def write_script(
    session: Session, actor: Actor, drill_id: str, given: Mapping[str, Json], *, version: int
) -> DrillScript:
    """Write what a drill plays, whole.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to manage drills, and is of the drill's staff.
    version
        That the actor saw; 0 where nothing was written yet.

    Raises
    ------
    ForbiddenError
        Also ``drill.not_staff``.
    UnknownRecordError
        ``drill.unknown``.
    OutOfDateError
        ``drill.script_taken``.
    InputError
        ``drill.over``, ``drill.bad_script``.
    """
    drill = find_drill(session, drill_id)
    actor.require(Right.MANAGE_DRILLS, county=drill.county)
    require_staff(actor, drill)
    require_planned(drill)
    content = script_of(given).model_dump(mode="json")
    return _store(session, actor, drill, {"content": content, "updated_by": actor.who}, version)


def keep_reckoning(
    session: Session, actor: Actor, drill_id: str, reckoned: dict[str, Json], *, version: int
) -> DrillScript:
    """Keep what was reckoned of a version of a script, where that is still the last.

    Raises
    ------
    ForbiddenError
        Also ``drill.not_staff``.
    UnknownRecordError
        ``drill.unknown``.
    OutOfDateError
        ``drill.script_taken``.
    """
    drill = find_drill(session, drill_id)
    actor.require(Right.MANAGE_DRILLS, county=drill.county)
    require_staff(actor, drill)
    row = script_row(session, drill)
    if row is None or row.version != version:
        raise OutOfDateError("drill.script_taken", who=actor.who if row is None else row.updated_by)
    row.reckoned, row.reckoned_at, row.reckoned_of = reckoned, now(session), version
    session.flush()
    return row


def _store(
    session: Session, actor: Actor, drill: Drill, values: dict[str, Json], version: int
) -> DrillScript:
    there = script_row(session, drill)

    def lost() -> GisAppError:
        return OutOfDateError("drill.script_taken", who="—" if there is None else there.updated_by)

    if (there is None) != (version == 0):
        raise lost()
    row = there or DrillScript(drill_id=drill.id, sealing_key=secrets.token_hex(_KEY_BYTES))
    step = Step(
        session,
        row,
        actor=actor,
        right=Right.MANAGE_DRILLS,
        kind=KIND,
        subject_id=drill.id,
        county=drill.county,
        version=version or None,
        lost=lost,
    )
    # Everybody may read the log: it tells that somebody wrote, never what.
    step.store(values, what="insert" if there is None else "update", data=Nothing())
    return row
