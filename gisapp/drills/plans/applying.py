"""Which plans and headquarters an incident is of, and what they ask for now."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.drills.plans.library import Edition, edition
from gisapp.drills.plans.reading import names_of
from gisapp.incidents.models import Incident
from gisapp.incidents.response.library import last_editions
from gisapp.incidents.response.plans import Plan
from gisapp.incidents.response.reading import open_response
from gisapp.incidents.response.vocabulary import LEVELS
from gisapp.registers.kinds import MODELS
from gisapp.schema.values import Json


def applying_plans(session: Session, incident: Incident) -> list[Plan]:
    """The plans for an incident: by kind and county, and those of the enterprise it is at.

    An enterprise's plan applies at its own mine, source, pond or place, whatever the kind it says;
    it comes last.
    """
    enterprise = _enterprise_of(session, incident)
    found = [
        plan
        for plan in last_editions(session)
        if (plan.enterprise == enterprise if plan.enterprise else True)
        and plan.applies(incident.kind, incident.county)
    ]
    return sorted(found, key=lambda plan: (bool(plan.enterprise), not plan.kinds, plan.code))


def applying_told(session: Session, incident: Incident, lang: str) -> dict[str, Json]:
    """The plans for an incident, each with its headquarters and the tasks of the level in force.

    Where no response is in force the tasks of every level are told.
    """
    plans = applying_plans(session, incident)
    names = names_of(session, plans)
    response = open_response(session, incident.id)
    level = None if response is None else response.level
    return {
        "level": level,
        "level_label": None if level is None else LEVELS[level].in_(lang),
        "plans": [
            {
                **names.head(plan, lang),
                "tasks": _tasks(edition(session, plan.code, plan.edition), level, lang),
            }
            for plan in plans
        ],
    }


def _tasks(found: Edition, level: int | None, lang: str) -> list[Json]:
    """Tasks from a level on: one of level 3 is for 3, 2 and 1 as well. The soonest first."""
    listed = [
        (task, clause)
        for clause in found.document.clauses
        for task in clause.tasks
        if level is None or task.level is None or level <= task.level
    ]
    listed.sort(key=lambda one: (one[0].within_min is None, one[0].within_min or 0.0))
    return [
        {
            "clause": clause.heading,
            "task": task.task,
            "owner": task.owner,
            "within_min": task.within_min,
            "level_label": LEVELS[task.level].in_(lang) if task.level else None,
        }
        for task, clause in listed
    ]


def _enterprise_of(session: Session, incident: Incident) -> str | None:
    """Id of the enterprise whose hazard the incident is at."""
    if incident.hazard_kind is None or incident.hazard_id is None:
        return None
    model = MODELS.get(incident.hazard_kind)
    if model is None or "enterprise_id" not in model.__table__.c:
        return None
    query = select(model.column("enterprise_id")).where(model.id == incident.hazard_id)
    found: str | None = session.scalar(query)
    return found
