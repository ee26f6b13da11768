"""Schemas of incidents, their grades, clocks, responses and units."""

from __future__ import annotations

from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.figures import FIGURES, WHOLE
from gisapp.incidents.grading.rules import TIMES
from gisapp.incidents.grading.statuses import BASES
from gisapp.incidents.response.vocabulary import LEVELS, RESPONSE_STATES
from gisapp.incidents.vocabulary import ASSIGNMENT_STATES, INCIDENT_STATES, UNIT_KINDS
from web.api.card_schemas import CARDS
from web.api.command_schemas import CALLS, COMMAND
from web.api.shapes import (
    BOOLEAN,
    INTEGER,
    MOMENT,
    NUMBER,
    PERHAPS_MOMENT,
    TEXT,
    Schema,
    array,
    nullable,
    record,
    ref,
)

_NAMED = array(record({"code": TEXT, "label": TEXT}))
_FIGURES: dict[str, Schema] = {
    **{name: nullable(INTEGER if name in WHOLE else NUMBER) for name in FIGURES},
    "threatened": array(TEXT),
    "polluted": array(TEXT),
}
_GRADE: dict[str, Schema] = {
    "basis": {"type": "string", "enum": list(BASES)},
    "basis_label": TEXT,
    "level": INTEGER,
    "grade": TEXT,
}
_SUMMARY: dict[str, Schema] = {
    "id": TEXT,
    "kind": TEXT,
    "kind_label": TEXT,
    "title": TEXT,
    "place": TEXT,
    "x": NUMBER,
    "y": NUMBER,
    "county": nullable(TEXT),
    "priority": INTEGER,
    "state": {"type": "string", "enum": [str(one) for one in INCIDENT_STATES]},
    "state_label": TEXT,
    "joined_to": nullable(TEXT),
    "opened_at": MOMENT,
    "opened_by": TEXT,
    "closed_at": PERHAPS_MOMENT,
    "exercise": nullable(TEXT),
    "version": INTEGER,
}
_LEVEL: Schema = {"type": "integer", "minimum": min(LEVELS), "maximum": max(LEVELS)}
_OPEN_RESPONSE: dict[str, Schema] = {
    "id": TEXT,
    "level": _LEVEL,
    "level_label": TEXT,
    "state": {"type": "string", "enum": [str(one) for one in RESPONSE_STATES]},
    "state_label": TEXT,
    "expected_end": PERHAPS_MOMENT,
    "overdue": BOOLEAN,
    "owner": TEXT,
}
_RESPONSE: Schema = record(
    _OPEN_RESPONSE
    | {
        "plan": nullable(record({"code": TEXT, "edition": INTEGER, "name": TEXT})),
        "level_source": nullable(TEXT),
        "item": TEXT,
        "measures": TEXT,
        "expected_min": INTEGER,
        "prepared_by": TEXT,
        "prepared_at": MOMENT,
        "approved_by": nullable(TEXT),
        "approved_office": nullable(TEXT),
        "approved_by_phone": nullable(BOOLEAN),
        "approved_at": PERHAPS_MOMENT,
        "approval_recorded_by": nullable(TEXT),
        "level_override": nullable(TEXT),
        "ended_by": nullable(TEXT),
        "ended_at": PERHAPS_MOMENT,
        "version": INTEGER,
    }
)
_SUGGESTED_LEVEL = record({"level": nullable(_LEVEL), "label": nullable(TEXT), "because": TEXT})
_RESPONDING: Schema = record(
    {
        "current": nullable(_RESPONSE),
        "past": array(_RESPONSE),
        "suggested": array(
            record(
                {
                    "plan": TEXT,
                    "edition": INTEGER,
                    "name": TEXT,
                    "headquarters": TEXT,
                    "source": TEXT,
                    "synthetic": BOOLEAN,
                    "confirmed": _SUGGESTED_LEVEL,
                    "worst_case": _SUGGESTED_LEVEL,
                    "unknown": array(TEXT),
                    "levels": array(
                        record(
                            {
                                "level": _LEVEL,
                                "label": TEXT,
                                "measures": TEXT,
                                "started_by": TEXT,
                                "by_phone": BOOLEAN,
                                "expected_h": NUMBER,
                                "approvers": array(record({"code": TEXT, "name": TEXT})),
                            }
                        )
                    ),
                }
            )
        ),
        "no_plan": nullable(TEXT),
    }
)
_CLOCK = record(
    {
        "code": TEXT,
        "label": TEXT,
        "from": TEXT,
        "within_min": NUMBER,
        "due_at": PERHAPS_MOMENT,
        "overdue": BOOLEAN,
        "reported_at": PERHAPS_MOMENT,
        "is_window": BOOLEAN,
        "recipients": array(TEXT),
        "directly": array(TEXT),
        "article": TEXT,
        "by": nullable(TEXT),
        "level": nullable(INTEGER),
        "repeats_min": nullable(NUMBER),
    }
)


_INCIDENT: dict[str, Schema] = {
    **_SUMMARY,
    "in_production": nullable(BOOLEAN),
    "hazard": nullable(record({"kind": TEXT, "kind_label": TEXT, "id": TEXT, "name": TEXT})),
    "times": record(dict.fromkeys(map(str, TIMES), PERHAPS_MOMENT)),
    "figures": record(_FIGURES),
    "circumstances": record({}, **dict.fromkeys(CIRCUMSTANCES, nullable(BOOLEAN))),
    "grading": record(
        {
            "statuses": array(record(_GRADE | {"law": TEXT, "article": TEXT, "criterion": TEXT})),
            "near_miss": nullable(
                record({"label": TEXT, "law": TEXT, "article": TEXT, "criteria": array(TEXT)})
            ),
            "not_graded": nullable(TEXT),
            "told_to_state": array(TEXT),
            "unknown": array(TEXT),
        }
    ),
    "deadlines": array(_CLOCK),
    "response": _RESPONDING,
    "command": COMMAND,
    "units": array(ref("IncidentUnit")),
    "persons": array(record({"id": TEXT, "role": TEXT})),
    "personal_data": TEXT,
    "persons_kept_until": nullable(TEXT),
}
_DRAFT: dict[str, Schema] = {
    "id": TEXT,
    "version": INTEGER,
    "started_at": MOMENT,
    "started_by": TEXT,
    "saved_at": MOMENT,
    "saved_by": TEXT,
}
INCIDENTS: dict[str, Schema] = {
    **CALLS,
    **CARDS,
    "Incident": record(_INCIDENT),
    "CorrectedIncident": record(_INCIDENT | {"changed": array(TEXT)}),
    "Incidents": record(
        {
            "incidents": array(
                record(
                    _SUMMARY
                    | {
                        "units": {"type": "object", "additionalProperties": INTEGER},
                        "gravest": nullable(record(_GRADE)),
                        "response": nullable(record(_OPEN_RESPONSE)),
                        "clocks": array(_CLOCK),
                    }
                )
            ),
            "truncated": BOOLEAN,
            "now": MOMENT,
        }
    ),
    "IncidentKinds": record(
        {
            "kinds": array(
                record({"code": TEXT, "label": TEXT, "family": TEXT, "production_asked": BOOLEAN})
            ),
            "figures": array(record({"code": TEXT, "label": TEXT, "whole": BOOLEAN})),
            "circumstances": array(record({"code": TEXT, "label": TEXT, "article": TEXT})),
            "threatened": _NAMED,
            "polluted": _NAMED,
            "times": _NAMED,
            "roles": _NAMED,
        }
    ),
    "IncidentsNear": record(
        {
            "incidents": array(
                record(
                    {
                        "id": TEXT,
                        "title": TEXT,
                        "kind": TEXT,
                        "kind_label": TEXT,
                        "distance_m": INTEGER,
                        "opened_at": MOMENT,
                    }
                )
            ),
            "hazards": array(
                record(
                    {
                        "kind": TEXT,
                        "kind_label": TEXT,
                        "id": TEXT,
                        "name": TEXT,
                        "distance_m": INTEGER,
                    }
                )
            ),
            "now": MOMENT,
        }
    ),
    "IncidentDraft": record(_DRAFT),
    "IncidentDrafts": record(
        {
            "drafts": array(
                record(
                    {
                        **_DRAFT,
                        "said": {"type": "object", "additionalProperties": TEXT},
                        "caller_name": TEXT,
                        "caller_phone": TEXT,
                    }
                )
            )
        }
    ),
    "IncidentLog": record(
        {
            "log": array(
                record(
                    {
                        "seq": INTEGER,
                        "at": MOMENT,
                        "who": TEXT,
                        "what": TEXT,
                        "what_label": TEXT,
                        "why": nullable(TEXT),
                        "text": TEXT,
                        "unit_id": TEXT,
                    }
                )
            ),
            "last_seq": INTEGER,
            "truncated": BOOLEAN,
        }
    ),
    "IncidentPersons": record(
        {
            "persons": array(
                record(
                    {
                        "id": TEXT,
                        "role": TEXT,
                        "role_label": TEXT,
                        "name": nullable(TEXT),
                        "phone": nullable(TEXT),
                        "note": nullable(TEXT),
                    }
                )
            )
        }
    ),
    "IncidentUnit": record(
        {
            "id": TEXT,
            "unit_kind": {"type": "string", "enum": list(UNIT_KINDS)},
            "unit_id": TEXT,
            "name": TEXT,
            "state": {"type": "string", "enum": [str(one) for one in ASSIGNMENT_STATES]},
            "state_label": TEXT,
            "ordered_at": MOMENT,
            "expected_at": PERHAPS_MOMENT,
            "en_route_at": PERHAPS_MOMENT,
            "on_scene_at": PERHAPS_MOMENT,
            "ended_at": PERHAPS_MOMENT,
        }
    ),
}
