"""How a job comes to its end, and what the log says of it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.events import record_event
from gisapp.events.catalogue import What
from gisapp.jobs.models import Job, State
from gisapp.rights import Actor
from gisapp.schema.values import Json

EVENT_KIND = "job"


def record(session: Session, actor: Actor, job: Job, what: What, after: dict[str, Json]) -> None:
    """Tell of a job in the transaction of its change."""
    record_event(
        session,
        who=actor.who,
        what=what,
        kind=EVENT_KIND,
        subject_id=job.id,
        data={"job": job.kind, "after": after},
    )


def settle(
    session: Session,
    actor: Actor,
    job: Job,
    state: State,
    *,
    what: What,
    result: dict[str, Json] | None = None,
    error: tuple[str, Mapping[str, Json]] | None = None,
) -> None:
    """Bring a job to one of its ends and tell of it.

    Parameters
    ----------
    what
        What the event is called.
    error
        Code and parameters of the sentence that says why.
    """
    job.state, job.lease_until, job.finished_at = state, None, now(session)
    job.result = result
    after: dict[str, Json] = {"state": state}
    if error is not None:
        job.error, job.error_params = error[0], dict(error[1])
        after |= {"error": job.error, "error_params": job.error_params}
    if figures := _figures(result):
        after["result"] = figures
    session.flush()
    record(session, actor, job, what, after)


def _figures(result: dict[str, Json] | None) -> dict[str, Json]:
    """What the log keeps of a result for ever: no lists."""
    plain = (str, int, float)
    return {name: value for name, value in (result or {}).items() if isinstance(value, plain)}
