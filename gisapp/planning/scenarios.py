"""Scenarios: questions of planning with a name, changed, asked, put away; and their results."""

from __future__ import annotations

import gzip
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from gisapp.clock import now
from gisapp.errors import GisAppError, InputError, OutOfDateError, UnknownRecordError
from gisapp.events import latest
from gisapp.events.steps import Step
from gisapp.planning.coverage import CoverageStudy
from gisapp.planning.fix_measures import FixStudy
from gisapp.planning.losses import LossStudy
from gisapp.planning.models import Scenario, ScenarioResult, Study
from gisapp.planning.naming import plain_name
from gisapp.planning.service_areas import AreaStudy
from gisapp.planning.sites import SitingStudy
from gisapp.planning.standards import faults
from gisapp.registers.retirement import put_away
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json, Values

KIND: Final = "scenario"
MOST_NOTE: Final = 2_000
KEPT_RESULTS: Final = 5
"""Of one scenario; older ones go when a new one is kept."""
QUESTIONS: Final[Mapping[Study, type[BaseModel]]] = {
    Study.COVERAGE: CoverageStudy,
    Study.SITING: SitingStudy,
    Study.LOSSES: LossStudy,
    Study.FIXES: FixStudy,
    Study.AREAS: AreaStudy,
}
"""What the parameters of each study are read as."""


class Basis(NamedTuple):
    """The data that a result rests on.

    Attributes
    ----------
    last_event
        Number of the last event in the log.
    roads_sha256
        Of the road network's file.
    """

    last_event: int
    roads_sha256: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a question.

    Attributes
    ----------
    figures
        The chief ones, for lists and comparisons.
    content
        All of it, as JSON holds it.
    """

    figures: dict[str, Json]
    content: dict[str, Json]


def question_of(study: str, parameters: Mapping[str, Json]) -> BaseModel:
    """Read the parameters of a scenario.

    Raises
    ------
    InputError
        ``scenario.bad_parameters``, every fault named.
    """
    try:
        return QUESTIONS[Study(study)].model_validate(parameters)
    except (ValidationError, ValueError, KeyError) as error:
        told = faults(error) if isinstance(error, ValidationError) else f"study: {study}"
        raise InputError("scenario.bad_parameters", faults=told) from error


def make_scenario(
    session: Session,
    actor: Actor,
    *,
    study: str,
    name: str,
    parameters: Mapping[str, Json],
    note: str = "",
    seed: int = 0,
) -> Scenario:
    """Keep a question under a name.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to plan.
    study
        A :class:`~gisapp.planning.models.Study`.
    parameters
        Of the study, as JSON; kept as they are read, with all that is taken for granted.

    Raises
    ------
    ForbiddenError
    InputError
        ``scenario.bad_name``, ``scenario.bad_parameters``.
    """
    actor.require(Right.PLAN)
    asked = question_of(study, parameters)
    row = Scenario(id=f"P{secrets.token_hex(4)}", made_at=now(session), made_by=actor.who)
    values = {"study": study, **_values(actor, asked, name=name, note=note, seed=seed)}
    step = Step(session, row, actor=actor, right=Right.PLAN, kind=KIND, subject_id=row.id)
    step.store(values, what="insert")
    return row


def change_scenario(
    session: Session,
    actor: Actor,
    scenario_id: str,
    *,
    version: int,
    name: str,
    parameters: Mapping[str, Json],
    note: str = "",
    seed: int = 0,
) -> Scenario:
    """Change what a scenario asks, or what it is called; its results stay as they were.

    Parameters
    ----------
    version
        Of the scenario that the actor saw.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``scenario.unknown``.
    OutOfDateError
        ``scenario.taken``.
    InputError
        As :func:`make_scenario`.
    """
    actor.require(Right.PLAN)
    row = find_scenario(session, scenario_id)
    asked = question_of(row.study, parameters)
    values = _values(actor, asked, name=name, note=note, seed=seed)
    _step(session, actor, row, version).store(values, what="update")
    return row


def retire_scenario(session: Session, actor: Actor, scenario_id: str, *, version: int) -> None:
    """Put a scenario away.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``scenario.unknown``.
    OutOfDateError
        ``scenario.taken``.
    """
    actor.require(Right.PLAN)
    row = find_scenario(session, scenario_id)
    gone: Values = {**put_away(actor.who, at=now(session)), "updated_by": actor.who}
    _step(session, actor, row, version).store(gone, what="retire")


def find_scenario(session: Session, scenario_id: str) -> Scenario:
    """Return a scenario that was not put away.

    Raises
    ------
    UnknownRecordError
        ``scenario.unknown``.
    """
    row = session.scalar(
        select(Scenario).where(Scenario.id == scenario_id, Scenario.retired_at.is_(None))
    )
    if row is None:
        raise UnknownRecordError("scenario.unknown", id=scenario_id)
    return row


def scenarios(
    session: Session, *, limit: int = 200
) -> list[tuple[Scenario, ScenarioResult | None]]:
    """The scenarios that were not put away, the newest first, each with its last result."""
    rows = session.scalars(
        select(Scenario)
        .where(Scenario.retired_at.is_(None))
        .order_by(Scenario.fid.desc())
        .limit(limit)
    ).all()
    results: dict[str, ScenarioResult] = {}
    ids = [row.id for row in rows]
    for one in session.scalars(
        select(ScenarioResult)
        .where(ScenarioResult.scenario_id.in_(ids))
        .order_by(ScenarioResult.fid)
    ):
        results[one.scenario_id] = one
    return [(row, results.get(row.id)) for row in rows]


def results_of(session: Session, scenario_id: str) -> list[ScenarioResult]:
    """The results of a scenario that are kept, the newest first, without their content."""
    return list(
        session.scalars(
            select(ScenarioResult)
            .where(ScenarioResult.scenario_id == scenario_id)
            .order_by(ScenarioResult.fid.desc())
        )
    )


def last_result(session: Session, scenario_id: str) -> ScenarioResult:
    """The last result of a scenario, with its content.

    Raises
    ------
    UnknownRecordError
        ``scenario.unknown``, ``scenario.no_result``.
    """
    row = find_scenario(session, scenario_id)
    found = session.scalar(
        select(ScenarioResult)
        .options(undefer(ScenarioResult.content))
        .where(ScenarioResult.scenario_id == row.id)
        .order_by(ScenarioResult.fid.desc())
        .limit(1)
    )
    if found is None:
        raise UnknownRecordError("scenario.no_result", id=scenario_id)
    return found


def is_current(row: Scenario, result: ScenarioResult) -> bool:
    """Whether a result answers what its scenario asks now, not what it asked before a change."""
    return (result.parameters, result.seed) == (row.parameters, row.seed)


def content_of(result: ScenarioResult) -> dict[str, Json]:
    """Unpack what came of a scenario."""
    content: dict[str, Json] = json.loads(gzip.decompress(result.content))
    return content


def keep_result(
    session: Session,
    actor: Actor,
    scenario_id: str,
    outcome: Outcome,
    *,
    version: int,
    basis: Basis,
    seconds: float,
) -> ScenarioResult:
    """Keep what came of a scenario, in the place of its oldest result where it has many.

    Parameters
    ----------
    session
        A writing session.
    actor
        Who asked.
    version
        Of the scenario that was computed.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``scenario.unknown``: it was put away meanwhile.
    InputError
        ``scenario.changed_meanwhile``.
    """
    actor.require(Right.PLAN)
    row = find_scenario(session, scenario_id)
    if row.version != version:
        raise InputError("scenario.changed_meanwhile")
    # NaN is no JSON: no browser could read it.
    packed = json.dumps(outcome.content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    result = ScenarioResult(
        scenario_id=row.id,
        scenario_version=version,
        parameters=row.parameters,
        seed=row.seed,
        computed_at=now(session),
        computed_by=actor.who,
        seconds=seconds,
        last_event=basis.last_event,
        roads_sha256=basis.roads_sha256,
        figures=outcome.figures,
        # Without a moment in it: the same result is the same bytes.
        content=gzip.compress(packed.encode(), mtime=0),
    )
    session.add(result)
    older = session.scalars(
        select(ScenarioResult)
        .where(ScenarioResult.scenario_id == row.id)
        .order_by(ScenarioResult.fid.desc())
        .offset(KEPT_RESULTS)
    ).all()
    for one in older:
        session.delete(one)
    session.flush()
    return result


def basis_of(session: Session, roads_sha256: str) -> Basis:
    """The data that are read in a session."""
    return Basis(last_event=latest(session), roads_sha256=roads_sha256)


def _values(actor: Actor, asked: BaseModel, *, name: str, note: str, seed: int) -> Values:
    """What a scenario keeps of a question, made or changed."""
    return {
        "name": plain_name(name),
        "note": note.strip()[:MOST_NOTE],
        "seed": seed,
        "updated_by": actor.who,
        "parameters": asked.model_dump(mode="json"),
    }


def _step(session: Session, actor: Actor, row: Scenario, version: int) -> Step:
    def lost() -> GisAppError:
        return OutOfDateError("scenario.taken", who=row.updated_by)

    return Step(
        session, row, actor=actor, right=Right.PLAN, kind=KIND, subject_id=row.id,
        version=version, lost=lost,
    )  # fmt: skip
