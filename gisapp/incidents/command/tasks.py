"""Tasks: set with an owner and a due time, put off, done, dropped."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.events.catalogue import What
from gisapp.events.log import changed_values
from gisapp.events.steps import Step, plain
from gisapp.incidents.command.models import Task
from gisapp.incidents.command.steps import begun, step_of
from gisapp.incidents.command.texts import MAX_TEXT, line_if_any, line_of
from gisapp.incidents.command.vocabulary import TaskKind, TaskState
from gisapp.incidents.intake import CLOCKS_APART, find_incident, require_open, require_point
from gisapp.incidents.reasons import plain_reason
from gisapp.rights import Actor, Right
from gisapp.schema.values import Value

KIND = "task"
FARTHEST_DUE = timedelta(days=90)
"""A year typed wrong is told."""


def set_task(
    session: Session,
    actor: Actor,
    incident_id: str,
    *,
    text: str,
    owner: str,
    due_at: datetime,
    point: tuple[float, float] | None = None,
) -> Task:
    """Set a task.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.
    text
        Without personal data: the log keeps it for good.
    owner
        A person, an agency or a unit, in words.
    due_at
        Timezone-aware.
    point
        Lon/lat of the place where people work at it, which footprints are held against.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    InputError
        ``incident.not_open``, ``incident.bad_point``, ``command.bad_text``, ``command.bad_due``.
    """
    actor.require(Right.DISPATCH)
    incident = find_incident(session, incident_id)
    require_open(incident)
    if point is not None:
        require_point(*point)
    x, y = point or (None, None)
    moment = now(session)
    row = Task(id=f"K{secrets.token_hex(4)}")
    step_of(session, row, actor, kind=KIND).store(
        {
            "incident_id": incident.id,
            "kind": TaskKind.ORDINARY,
            "text": line_of(text, "text", MAX_TEXT),
            "owner": line_of(owner, "owner"),
            "due_at": _due(due_at, moment),
            "x": x,
            "y": y,
            "state": TaskState.OPEN,
            "made_at": moment,
            "made_by": actor.who,
        },
        what="insert",
        at=moment,
    )
    return row


def finish(session: Session, actor: Actor, task_id: str, *, version: int, result: str = "") -> Task:
    """Record that a task is done; that a recalled unit is out, where it is about one.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``command.task_ended``, ``command.bad_text``.
    """
    row, step = _begun(session, actor, task_id, version=version)
    said = line_if_any(result, "result", MAX_TEXT)
    _end(session, row, step, TaskState.DONE, actor, result=said, why=None)
    return row


def drop(session: Session, actor: Actor, task_id: str, *, version: int, why: str) -> Task:
    """Drop a task that nobody needs to do any more.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``command.task_ended``, ``incident.no_reason``.
    """
    row, step = _begun(session, actor, task_id, version=version)
    reason = plain_reason(why, of="incident")
    _end(session, row, step, TaskState.DROPPED, actor, result=None, why=reason)
    return row


def change(
    session: Session,
    actor: Actor,
    task_id: str,
    *,
    version: int,
    why: str,
    owner: str = "",
    due_at: datetime | None = None,
) -> Task:
    """Give a task to another owner, or another due time.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``command.task_ended``, ``command.bad_due``, ``command.bad_text``, ``incident.no_reason``.
    """
    row, step = _begun(session, actor, task_id, version=version)
    values: dict[str, Value] = {
        "owner": line_of(owner or row.owner, "owner"),
        "due_at": row.due_at if due_at is None else _due(due_at, now(session)),
    }
    _store(row, step, values, what="update", why=plain_reason(why, of="incident"))
    return row


def open_tasks(session: Session, incident_id: str) -> list[Task]:
    """The open tasks of an incident, the first due first."""
    query = select(Task).where(Task.incident_id == incident_id, Task.state == TaskState.OPEN)
    return list(session.scalars(query.order_by(Task.due_at, Task.fid)))


def require_none_open(session: Session, incident_id: str) -> None:
    """Refuse what would leave tasks with nobody who looks at them.

    Raises
    ------
    InputError
        ``command.tasks_open``.
    """
    count = len(open_tasks(session, incident_id))
    if count:
        raise InputError("command.tasks_open", count=count)


def give_over(session: Session, actor: Actor, from_id: str, to_id: str, *, why: str) -> None:
    """Let the open tasks of an incident be those of another that it is joined to."""
    for row in open_tasks(session, from_id):
        step = step_of(session, row, actor, kind=KIND, version=row.version)
        _store(row, step, {"incident_id": to_id}, what="update", why=why)


def _begun(session: Session, actor: Actor, task_id: str, *, version: int) -> tuple[Task, Step]:
    row, step = begun(session, actor, Task, task_id, kind=KIND, version=version)
    if row.state != TaskState.OPEN:
        raise InputError("command.task_ended")
    return row, step


def _due(due_at: datetime, moment: datetime) -> datetime:
    if not moment - CLOCKS_APART <= due_at <= moment + FARTHEST_DUE:
        raise InputError("command.bad_due", days=FARTHEST_DUE.days)
    return due_at


def _end(
    session: Session,
    row: Task,
    step: Step,
    state: TaskState,
    actor: Actor,
    *,
    result: str | None,
    why: str | None,
) -> None:
    ended: dict[str, Value] = {
        "state": state,
        "done_at": now(session),
        "done_by": actor.who,
        "result": result,
    }
    _store(row, step, ended, what="finish" if state is TaskState.DONE else "cancel", why=why)


def _store(row: Task, step: Step, values: dict[str, Value], *, what: What, why: str | None) -> None:
    changed = changed_values(
        {name: plain(getattr(row, name)) for name in values},
        {name: plain(value) for name, value in values.items()},
    )
    step.store(values, what=what, why=why, data={**changed, "of": row.text})
