"""The library of ready scenarios: brought in from a file, listed, and begun as drills."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from gisapp.clock import now
from gisapp.drills.checkup.records import known_records
from gisapp.drills.design.script import Disable
from gisapp.drills.design.writing import write_script
from gisapp.drills.programme.drills import plan_drill, said_of
from gisapp.drills.programme.models import Drill
from gisapp.drills.programme.organisers import headquarters
from gisapp.drills.programme.vocabulary import Organiser
from gisapp.drills.ready.models import DrillTemplate
from gisapp.drills.ready.reading import Ready, read_ready, refuse_faults
from gisapp.errors import UnknownRecordError
from gisapp.events.catalogue import Nothing
from gisapp.events.steps import Step
from gisapp.incidents.response.library import find_plan
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json

KIND: Final = "drill_template"
_RECORDS: Final = frozenset({"team", "unit"})
"""Kinds of participants that are records of registers."""


@dataclass(frozen=True)
class BroughtIn:
    """How many scenarios of a file are new, changed, or as they were."""

    new: int
    changed: int
    same: int


def import_ready(session: Session, actor: Actor, path: str | os.PathLike[str]) -> BroughtIn:
    """Bring in a file of ready scenarios: all of it, or nothing.

    A code that is there already is brought up to date; drills that were begun of it stay as they
    are.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to manage drills of the whole site.

    Raises
    ------
    ForbiddenError
    InputError
        What :func:`~gisapp.drills.ready.reading.read_ready` refuses; ``drill.ready.faulty`` too
        where a headquarters, plan or record is named that is not there.
    """
    actor.require(Right.MANAGE_DRILLS, county=None)
    scenarios = read_ready(path)
    refuse_faults(Path(path).name, [*_unknown(session, scenarios)])
    there = {row.code: row for row in session.scalars(select(DrillTemplate))}
    new = changed = 0
    for one in scenarios:
        values = _columns(one)
        row = there.get(one.code)
        if row is None:
            row = DrillTemplate(code=one.code, made_at=now(session), made_by=actor.who)
            _store(session, actor, row, values, version=None)
            new += 1
        elif any(getattr(row, name) != value for name, value in values.items()):
            _store(session, actor, row, values, version=row.version)
            changed += 1
    return BroughtIn(new=new, changed=changed, same=len(scenarios) - new - changed)


def ready_scenarios(session: Session, of: str | None = None) -> list[DrillTemplate]:
    """The library by headquarters and code; what the scenarios play is not read.

    Parameters
    ----------
    of
        Code of the headquarters whose scenarios are asked for; all where None.
    """
    seen = load_only(
        DrillTemplate.code, DrillTemplate.headquarters, DrillTemplate.name_zh,
        DrillTemplate.name_en, DrillTemplate.source_zh, DrillTemplate.source_en,
        DrillTemplate.synthetic, raiseload=True,
    )  # fmt: skip
    query = select(DrillTemplate).options(seen)
    if of is not None:
        query = query.where(DrillTemplate.headquarters == of)
    return list(session.scalars(query.order_by(DrillTemplate.headquarters, DrillTemplate.code)))


def begin(
    session: Session, actor: Actor, code: str, *, year: int, starts_at: datetime | None = None
) -> Drill:
    """Plan a drill of a ready scenario, and write its script.

    Whoever begins it has planned it, and so is of its staff; controllers, evaluators and a date
    are named on the drill, as of any other.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to manage drills.
    starts_at
        Timezone-aware; None until it is set.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``drill.ready.unknown``; ``plan.unknown`` where its plan is no longer there.
    InputError
        ``drill.bad_fields`` of a year; ``drill.unknown_organiser``,
        ``drill.unknown_participant``, ``drill.unknown_clause`` where a record that it names is no
        longer there; ``drill.bad_script`` where another program spoilt it.
    """
    actor.require(Right.MANAGE_DRILLS, county=None)
    row = session.scalar(select(DrillTemplate).where(DrillTemplate.code == code))
    if row is None:
        raise UnknownRecordError("drill.ready.unknown", id=code)
    content: dict[str, Any] = dict(row.content)
    script = content.pop("script")
    said = said_of(
        {
            **content,
            "year": year,
            "name": row.name_zh,
            "organiser_kind": Organiser.HEADQUARTERS,
            "organiser": row.headquarters,
            "starts_at": starts_at,
        }
    )
    drill = plan_drill(session, actor, said)
    write_script(session, actor, drill.id, script, version=0)
    return drill


def _columns(one: Ready) -> dict[str, Json]:
    return {
        "headquarters": one.headquarters,
        "name_zh": one.name.zh,
        "name_en": one.name.en,
        "source_zh": one.source.zh,
        "source_en": one.source.en,
        "synthetic": one.synthetic,
        "content": one.content(),
    }


def _store(
    session: Session,
    actor: Actor,
    row: DrillTemplate,
    values: dict[str, Json],
    *,
    version: int | None,
) -> None:
    step = Step(
        session, row, actor=actor, right=Right.MANAGE_DRILLS, kind=KIND, subject_id=row.code,
        version=version,
    )  # fmt: skip
    # Everybody may read the log: it tells that a scenario came in, never what it plays.
    step.store(
        {**values, "updated_by": actor.who},
        what="insert" if version is None else "update",
        data=Nothing(),
    )


def _unknown(session: Session, scenarios: Sequence[Ready]) -> Iterator[str]:
    """What scenarios name that is not there, each with its scenario and field."""
    units = {unit.code for unit in headquarters(session)}
    plans = {one.plan for one in scenarios if one.plan}
    missing = {code for code in plans if find_plan(session, code) is None}
    named = [record for one in scenarios for _field, record in _records(one)]
    known = {key for key, row in known_records(session, named).items() if not row.retired}
    for one in scenarios:
        for field, code in _headquarters(one):
            if code not in units:
                yield f"{one.code}: {field}: {code}"
        if one.plan in missing:
            yield f"{one.code}: plan: {one.plan}"
        for field, record in _records(one):
            if record not in known:
                yield f"{one.code}: {field}: {'/'.join(record)}"


def _headquarters(one: Ready) -> Iterator[tuple[str, str]]:
    yield "headquarters", one.headquarters
    for number, who in enumerate(one.participants, start=1):
        if who.kind == "headquarters":
            yield f"participants.{number}.id", who.id
        if who.under:
            yield f"participants.{number}.under", who.under


def _records(one: Ready) -> Iterator[tuple[str, tuple[str, str]]]:
    """Records that a scenario names, each with its field."""
    for number, who in enumerate(one.participants, start=1):
        if who.kind in _RECORDS:
            yield f"participants.{number}.id", (who.kind, who.id)
    for spot in one.script.spots():
        if spot.kind:
            yield "script", (spot.kind, spot.id)
    for inject in one.script.injects:
        for effect in inject.effects:
            if isinstance(effect, Disable):
                yield f"script.injects.{inject.key}", (effect.kind, effect.id)
