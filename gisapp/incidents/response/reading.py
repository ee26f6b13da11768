"""How the responses of incidents stand, and what plans suggest, as they are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.figures import FIGURES
from gisapp.incidents.grading.statuses import Grading
from gisapp.incidents.intake import figures_of
from gisapp.incidents.models import Incident
from gisapp.incidents.response.levels import Suggested, Suggestion, has_run_out, suggest
from gisapp.incidents.response.library import plans_for
from gisapp.incidents.response.models import PlanRow, Response
from gisapp.incidents.response.plans import Plan
from gisapp.incidents.response.vocabulary import LEVELS, RESPONSE_STATES, ResponseState
from gisapp.messages import translate
from gisapp.schema import Label
from gisapp.schema.values import Json, moment_text
from gisapp.site.model import HeadquartersRow


@dataclass(frozen=True, kw_only=True)
class Responding:
    """The responses of an incident, and what plans suggest for it.

    Attributes
    ----------
    rows
        The oldest first; the last may be open.
    suggestions
        Of each plan that covers it; none where no plan does.
    headquarters
        Names by code.
    plans
        Names of the plans that responses rest on, by code and edition.
    """

    rows: tuple[Response, ...]
    suggestions: tuple[Suggestion, ...]
    headquarters: Mapping[str, Label]
    plans: Mapping[tuple[str, int], Label]

    def to_dict(self, kind: Label, lang: str, now: datetime) -> dict[str, Json]:
        """All of it as JSON carries it.

        Parameters
        ----------
        kind
            Name of the kind of event.
        """
        told = [self._told(row, lang, now) for row in self.rows]
        is_open = bool(self.rows) and self.rows[-1].ended_at is None
        current: dict[str, Json] | None = told.pop() if is_open else None
        past: list[Json] = [*told]
        suggested: list[Json] = [self._suggested(one, lang) for one in self.suggestions]
        return {
            "current": current,
            "past": past,
            "suggested": suggested,
            "no_plan": None
            if self.suggestions
            else translate("response.no_plan", lang, kind=kind.in_(lang)),
        }

    def _told(self, row: Response, lang: str, now: datetime) -> dict[str, Json]:
        plan: dict[str, Json] | None = None
        if row.plan_code is not None and row.plan_edition is not None:
            key = (row.plan_code, row.plan_edition)
            name = self.plans[key].in_(lang) if key in self.plans else row.plan_code
            plan = {"code": row.plan_code, "edition": row.plan_edition, "name": name}
        return {
            **standing_of(row, lang, now),
            "plan": plan,
            "level_source": row.level_source,
            "item": row.item,
            "measures": row.measures,
            "expected_min": row.expected_min,
            "prepared_by": row.prepared_by,
            "prepared_at": moment_text(row.prepared_at),
            "approved_by": row.approved_by,
            "approved_office": row.approved_office,
            "approved_by_phone": row.approved_by_phone,
            "approved_at": moment_text(row.approved_at),
            "approval_recorded_by": row.approval_recorded_by,
            "level_override": row.level_override,
            "ended_by": row.ended_by,
            "ended_at": moment_text(row.ended_at),
            "version": row.version,
        }

    def _suggested(self, one: Suggestion, lang: str) -> dict[str, Json]:
        plan = one.plan
        names = self.headquarters.get(plan.headquarters)
        return {
            "plan": plan.code,
            "edition": plan.edition,
            "name": plan.name.in_(lang),
            "headquarters": names.in_(lang) if names else plan.headquarters,
            "source": plan.source.in_(lang),
            "synthetic": plan.synthetic,
            "confirmed": _level(one.confirmed, lang),
            "worst_case": _level(one.worst_case, lang),
            "unknown": [_asked(name).in_(lang) for name in one.unknown],
            "levels": _levels(plan, lang),
        }


def open_response(session: Session, incident_id: str) -> Response | None:
    """The response of an incident that awaits approval or is in force."""
    query = select(Response).where(Response.incident_id == incident_id, Response.ended_at.is_(None))
    return session.scalar(query)


def open_responses(session: Session, incident_ids: Sequence[str]) -> dict[str, Response]:
    """The open responses of some incidents, by incident."""
    query = select(Response).where(
        Response.incident_id.in_(incident_ids), Response.ended_at.is_(None)
    )
    return {row.incident_id: row for row in session.scalars(query)}


def suggested_for(session: Session, row: Incident, grading: Grading) -> tuple[Suggestion, ...]:
    """What every plan that covers an incident suggests for it."""
    figures = figures_of(row)
    return tuple(
        suggest(plan, grading, figures) for plan in plans_for(session, row.kind, row.county)
    )


def responding(session: Session, row: Incident, grading: Grading) -> Responding:
    """The responses of an incident, and what plans suggest for it."""
    rows = session.scalars(
        select(Response).where(Response.incident_id == row.id).order_by(Response.fid)
    )
    names = session.execute(select(PlanRow.code, PlanRow.edition, PlanRow.name_zh, PlanRow.name_en))
    return Responding(
        rows=tuple(rows),
        suggestions=suggested_for(session, row, grading),
        headquarters={
            row.code: Label(row.name_zh, row.name_en)
            for row in session.scalars(select(HeadquartersRow))
        },
        plans={(row.code, row.edition): Label(row.name_zh, row.name_en) for row in names},
    )


def standing_of(row: Response, lang: str, now: datetime) -> dict[str, Json]:
    """What a list says of a response; `now` decides whether it has run out."""
    state = RESPONSE_STATES.get(row.state)
    level = LEVELS.get(row.level)
    return {
        "id": row.id,
        "level": row.level,
        "level_label": level.in_(lang) if level else str(row.level),
        "state": row.state,
        "state_label": state.in_(lang) if state else row.state,
        "expected_end": moment_text(row.expected_end),
        "overdue": row.state == ResponseState.IN_FORCE and has_run_out(row.expected_end, now),
        "owner": row.owner,
    }


def decision(data: Mapping[str, object], lang: str) -> str:
    """Whose decision an event of a response holds, in words; empty where it holds none."""
    by, office = data.get("by"), data.get("office")
    if by is None or "by_phone" not in data:
        return ""
    code = "response.said_by_phone" if data["by_phone"] else "response.said_in_person"
    said = translate(code, lang, by=by, office=office or "—")
    over = data.get("override")
    return f"{said} {translate('response.said_over_plan', lang, why=over)}" if over else said


def _levels(plan: Plan, lang: str) -> list[Json]:
    return [
        {
            "level": one.level,
            "label": LEVELS[one.level].in_(lang),
            "measures": one.measures.in_(lang),
            "started_by": one.started_by.in_(lang),
            "by_phone": one.by_phone,
            "expected_h": one.expected_h,
            "approvers": [
                {"code": each.code, "name": each.name.in_(lang)} for each in one.approvers
            ],
        }
        for one in plan.levels
    ]


def _asked(name: str) -> Label:
    """What a figure or a circumstance is called."""
    return FIGURES[name] if name in FIGURES else CIRCUMSTANCES[name].label


def _level(one: Suggested, lang: str) -> dict[str, Json]:
    return {
        "level": one.level,
        "label": None if one.level is None else LEVELS[one.level].in_(lang),
        "because": one.because.in_(lang),
    }
