"""The programme as it is told: drills, the board, duties, findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.drills.programme.board import STANDINGS, Board, Duty, Standing
from gisapp.drills.programme.drills import drills_of
from gisapp.drills.programme.models import Drill, DrillFinding
from gisapp.drills.programme.organisers import Unit, obliged
from gisapp.drills.programme.vocabulary import DRILL_STATES, ORGANISERS, DrillState
from gisapp.drills.programme.years import kind_words
from gisapp.registers.kinds.team import Team
from gisapp.registers.kinds.unit import Unit as UnitRow
from gisapp.schema import Label
from gisapp.schema.values import Json, moment_text

Names = Mapping[tuple[str, str], Label]


def names_of_units(session: Session) -> dict[tuple[str, str], Label]:
    """What all who hold drills are called, by kind and code."""
    return {(one.kind.value, one.code): one.name for one in obliged(session)}


def drill_told(row: Drill, lang: str, names: Names) -> dict[str, Json]:
    """One drill whole."""
    named = names.get((row.organiser_kind, row.organiser))
    return {
        "id": row.id,
        "year": row.year,
        "name": row.name,
        "organiser_kind": row.organiser_kind,
        "organiser_kind_label": ORGANISERS[row.organiser_kind].in_(lang),
        "organiser": row.organiser,
        "organiser_name": row.organiser if named is None else named.in_(lang),
        "county": row.county,
        "plan": row.plan_code,
        "form": row.form,
        "scope": row.scope,
        "purpose": row.purpose,
        "kind": kind_words(row, lang),
        "starts_at": moment_text(row.starts_at),
        "duration_min": row.duration_min,
        "venue": row.venue,
        "objectives": [*row.objectives],
        "participants": [*row.participants],
        "state": row.state,
        "state_label": DRILL_STATES[row.state].in_(lang),
        "held_on": _day(row.held_on),
        "reported_on": _day(row.reported_on),
        "scores": dict(row.scores),
        "summary": row.summary,
        "version": row.version,
        "updated_by": row.updated_by,
    }


def board_told(board: Board, lang: str, names: Names) -> dict[str, Json]:
    """The year of the headquarters."""
    return {
        "year": board.year,
        "counts": {one: board.counts.get(Standing(one), 0) for one in STANDINGS},
        "headquarters": [
            {
                **_unit(one.unit, lang),
                "standing": one.standing.value,
                "standing_label": STANDINGS[one.standing].in_(lang),
                "drills": [drill_told(row, lang, names) for row in one.drills],
                "scores": dict(one.scores),
                "open_findings": one.open_findings,
            }
            for one in board.headquarters
        ],
    }


def duty_told(one: Duty, lang: str) -> dict[str, Json]:
    """How a unit stands with its duty."""
    return {
        **_unit(one.unit, lang),
        "standing": one.standing.value,
        "standing_label": STANDINGS[one.standing].in_(lang),
        "last": _day(one.last),
        "due_by": _day(one.due_by),
        "report_missing": one.report_missing,
        "open_orders": one.open_orders,
        "overdue_orders": one.overdue_orders,
    }


def finding_told(row: DrillFinding, lang: str, names: Names, today: date) -> dict[str, Json]:
    """Something to be put right."""
    named = names.get((row.organiser_kind, row.organiser))
    is_open = row.closed_on is None
    return {
        "number": row.fid,
        "drill": row.drill_id,
        "organiser_kind": row.organiser_kind,
        "organiser": row.organiser,
        "organiser_name": row.organiser if named is None else named.in_(lang),
        "is_order": row.is_order,
        "what": row.what,
        "found_on": row.found_on.isoformat(),
        "due_on": _day(row.due_on),
        "overdue": is_open and row.due_on is not None and row.due_on < today,
        "closed_on": _day(row.closed_on),
    }


def open_drill_findings(session: Session, *, county: str | None = None) -> list[DrillFinding]:
    """All that waits to be put right, the nearest deadline first."""
    query = select(DrillFinding).where(DrillFinding.closed_on.is_(None))
    if county is not None:
        query = query.where(DrillFinding.county == county)
    rows = session.scalars(query.order_by(DrillFinding.fid)).all()
    return sorted(rows, key=lambda row: (row.due_on is None, row.due_on or row.found_on))


def participation(session: Session, year: int, lang: str) -> list[dict[str, Json]]:
    """How often each team took part in a year's drills, and will (共训共练共演).

    A unit counts for its team. Those that take part in none are told as well.
    """
    held: Counter[str] = Counter()
    planned: Counter[str] = Counter()
    rows = session.execute(select(UnitRow.id, UnitRow.team_id))
    teams = {row.id: row.team_id for row in rows}
    for drill in drills_of(session, year):
        if drill.state == DrillState.CANCELLED:
            continue
        who = {
            str(one["id"]) if one.get("kind") == "team" else teams.get(str(one["id"]))
            for one in drill.participants
            if one.get("kind") in {"team", "unit"}
        }
        (held if drill.state == DrillState.DONE else planned).update(one for one in who if one)
    query = select(Team.id, Team.name, Team.name_en, Team.county).where(Team.retired_at.is_(None))
    told: list[dict[str, Json]] = [
        {
            "id": row.id,
            "name": row.name if lang == "zh" else row.name_en or row.name,
            "county": row.county,
            "held": held[row.id],
            "planned": planned[row.id],
        }
        for row in session.execute(query.order_by(Team.id))
    ]
    return told


def _unit(unit: Unit, lang: str) -> dict[str, Json]:
    return {
        "kind": unit.kind.value,
        "kind_label": ORGANISERS[unit.kind].in_(lang),
        "code": unit.code,
        "name": unit.name.in_(lang),
        "county": unit.county,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
