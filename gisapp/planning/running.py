"""Computing scenarios: a job that takes the data of one moment and keeps what comes of them."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Final, Protocol

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.incidents.able import Context
from gisapp.jobs import Job, JobKind, Result, RunningJob, ask
from gisapp.jobs.kinds import Tell
from gisapp.planning.answers import Moment, answer
from gisapp.planning.models import Study
from gisapp.planning.scenarios import (
    Basis,
    Outcome,
    basis_of,
    find_scenario,
    keep_result,
    question_of,
)
from gisapp.rights import Actor, Right, system_actor
from gisapp.schema import Label

NAME: Final = "plan"
REMEMBERED: Final = 500
"""Computings that lists tell of."""
_CHUNK: Final = 1 << 20


class Place(Context, Protocol):
    """What computing needs of the application."""

    @property
    def roads_path(self) -> Path: ...  # noqa: D102


def ask_for(session: Session, actor: Actor, scenario_id: str) -> Job:
    """Ask for a scenario to be computed; one that waits already is joined.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to plan.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``scenario.unknown``.
    """
    actor.require(Right.PLAN)
    row = find_scenario(session, scenario_id)
    return ask(session, actor, PLANNING, {"scenario": row.id, "version": row.version})


def jobs_of(session: Session) -> dict[str, Job]:
    """The newest computing of each scenario, by the scenario's id, as far back as is remembered."""
    rows = session.scalars(
        select(Job).where(Job.kind == NAME).order_by(Job.fid.desc()).limit(REMEMBERED)
    )
    return {str(row.parameters["scenario"]): row for row in reversed(list(rows))}


def compute(
    app: Place,
    session: Session,
    actor: Actor,
    *,
    study: str,
    asked: BaseModel,
    seed: int = 0,
    tell: Tell,
) -> tuple[Outcome, Basis]:
    """Answer a question on the data of a session.

    Parameters
    ----------
    session
        A reading session: all of it is one moment.
    actor
        Needs the right to see.
    asked
        As :func:`gisapp.planning.scenarios.question_of` reads it.
    seed
        Of what is random.
    tell
        Hears how far it is.

    Raises
    ------
    ForbiddenError, InputError, SiteError
    """
    basis = basis_of(session, _sha256(app.roads_path))
    moment = Moment(app=app, session=session, actor=actor)
    found = answer(moment, study=Study(study), asked=asked, seed=seed, tell=tell)
    return found, basis


def _run(app: Place, job: RunningJob) -> Result:
    """Compute a scenario and keep what came of it."""
    began_s = time.monotonic()
    # Whoever asked had the right; it is done by the system.
    actor = system_actor(job.asked_by)
    scenario_id, version = str(job.parameters["scenario"]), int(str(job.parameters["version"]))
    with app.store.session() as session:
        row = find_scenario(session, scenario_id)
        study, asked = row.study, question_of(row.study, row.parameters)
        outcome, basis = compute(
            app, session, actor, study=study, asked=asked, seed=row.seed, tell=job.tell
        )
    seconds = time.monotonic() - began_s
    with app.store.session(write=True) as session:
        keep_result(
            session, actor, scenario_id, outcome, version=version, basis=basis, seconds=seconds
        )
    return {"scenario": scenario_id, "seconds": round(seconds, 2)}


PLANNING: Final[JobKind[Place]] = JobKind(
    name=NAME, label=Label("规划计算", "Planning"), right=Right.PLAN, run=_run
)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
