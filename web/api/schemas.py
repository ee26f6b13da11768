"""JSON schemas of what the interface answers, made from the description of the registers.

In the dialect of OpenAPI 3.0.3: what may be empty is ``nullable``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gisapp.exchange.features import CLOSURE, COLLECTIONS
from gisapp.incidents.command import vocabulary as command
from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.figures import FIGURES, WHOLE
from gisapp.incidents.grading.rules import TIMES
from gisapp.incidents.grading.statuses import BASES
from gisapp.incidents.response.vocabulary import LEVELS, RESPONSE_STATES
from gisapp.incidents.surroundings.downstream import Known
from gisapp.incidents.surroundings.vocabulary import FOOTPRINT_SOURCES, LINE_SOURCES
from gisapp.incidents.vocabulary import ASSIGNMENT_STATES, INCIDENT_STATES, UNIT_KINDS
from gisapp.registers.fields import Field, FieldType, Kind

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
ANYTHING: Schema = {"type": "object"}
DATE: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}

_PLAIN: dict[FieldType, Schema] = {
    FieldType.TEXT: TEXT,
    FieldType.INTEGER: INTEGER,
    FieldType.NUMBER: NUMBER,
    FieldType.BOOLEAN: BOOLEAN,
    FieldType.DATE: DATE,
    FieldType.GRADE: INTEGER,
}


def array(of: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": of}


def record(required: dict[str, Schema], **optional: Schema) -> Schema:
    """An object with these members."""
    schema: Schema = {"type": "object", "properties": {**required, **optional}}
    # The dialect knows no empty list of what is required.
    return schema | {"required": list(required)} if required else schema


def nullable(schema: Schema) -> Schema:
    """The schema, or nothing."""
    return {**schema, "nullable": True}


def ref(name: str) -> Schema:
    """A component."""
    return {"$ref": f"#/components/schemas/{name}"}


def field(item: Field) -> Schema:
    """What a field of a register is in an answer."""
    schema = _field(item)
    unit = f" ({item.unit})" if item.unit else ""
    title = f"{item.label.zh} / {item.label.en}{unit}"
    described = {"title": title, "description": f"{item.doc.zh} / {item.doc.en}"}
    return {**schema, **described}


def _field(item: Field) -> Schema:
    codes = list(item.choices or ())
    match item.type:
        case FieldType.CODE:
            # Null stands in an enumeration of its own accord only.
            return {"type": "string", "nullable": True, "enum": [*codes, None]}
        case FieldType.TAGS:
            return array({"type": "string", "enum": codes})
        case FieldType.COUNTS:
            return {"type": "object", "additionalProperties": INTEGER}
        case _:
            return nullable(_PLAIN[item.type])


def properties(kind: Kind) -> Schema:
    """The properties of a feature of `kind`."""
    given: dict[str, Schema] = {
        item.name: field(item)
        for item in kind.fields
        if item.type is not FieldType.COORDINATE and item.name != "id"
    }
    for grade in kind.grades():
        given[f"{grade.name}_computed"] = nullable(INTEGER)
    if kind is not CLOSURE:
        given["version"] = INTEGER
        given["updated_at"] = nullable({"type": "string", "format": "date-time"})
    return {"type": "object", "required": list(given), "properties": given}


def _feature(kind: Kind) -> Schema:
    return record(
        {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": TEXT,
            "geometry": nullable(ANYTHING),
            "properties": ref(f"{kind.name}_properties"),
        },
        links=array(ref("Link")),
    )


def _features(kind: Kind) -> Schema:
    return record(
        {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "links": array(ref("Link")),
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberReturned": INTEGER,
            "features": array(ref(f"{kind.name}_feature")),
        },
        numberMatched=INTEGER,
    )


_LIMIT: dict[str, Schema] = {
    "way_id": INTEGER,
    "kind": {"enum": ["weight", "height"]},
    "text": TEXT,
    "name": TEXT,
    "x": NUMBER,
    "y": NUMBER,
}
_PERHAPS_MOMENT = nullable(MOMENT)
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
    "closed_at": _PERHAPS_MOMENT,
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
    "expected_end": _PERHAPS_MOMENT,
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
        "approved_at": _PERHAPS_MOMENT,
        "approval_recorded_by": nullable(TEXT),
        "level_override": nullable(TEXT),
        "ended_by": nullable(TEXT),
        "ended_at": _PERHAPS_MOMENT,
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
        "due_at": _PERHAPS_MOMENT,
        "overdue": BOOLEAN,
        "reported_at": _PERHAPS_MOMENT,
        "is_window": BOOLEAN,
        "recipients": array(TEXT),
        "directly": array(TEXT),
        "article": TEXT,
        "by": nullable(TEXT),
        "level": nullable(INTEGER),
        "repeats_min": nullable(NUMBER),
    }
)


def _codes(known: Iterable[str]) -> Schema:
    return {"type": "string", "enum": [str(one) for one in known]}


_POST: Schema = record(
    {
        "id": TEXT,
        "place": TEXT,
        "x": nullable(NUMBER),
        "y": nullable(NUMBER),
        "commander": TEXT,
        "members": nullable(TEXT),
        "since": MOMENT,
        "until": _PERHAPS_MOMENT,
        "version": INTEGER,
    }
)
_ALARMS: Schema = array(record({"kind": TEXT, "about": TEXT, "text": TEXT, "recallable": BOOLEAN}))
_COMMAND: Schema = record(
    {
        "lead": record(
            {
                "level": _codes(command.LEAD_LEVELS),
                "level_label": TEXT,
                "by_law": BOOLEAN,
                "decided_by": nullable(TEXT),
                "since": _PERHAPS_MOMENT,
                "recorded_by": nullable(TEXT),
            }
        ),
        "post": nullable(_POST),
        "former_posts": array(_POST),
        "tasks": array(
            record(
                {
                    "id": TEXT,
                    "kind": _codes(command.TASK_KINDS),
                    "kind_label": TEXT,
                    "text": TEXT,
                    "owner": TEXT,
                    "due_at": MOMENT,
                    "overdue": BOOLEAN,
                    "x": nullable(NUMBER),
                    "y": nullable(NUMBER),
                    "assignment": nullable(TEXT),
                    "footprint": nullable(TEXT),
                    "state": _codes(command.TASK_STATES),
                    "state_label": TEXT,
                    "made_at": MOMENT,
                    "made_by": TEXT,
                    "done_at": _PERHAPS_MOMENT,
                    "done_by": nullable(TEXT),
                    "result": nullable(TEXT),
                    "version": INTEGER,
                }
            )
        ),
        "messages": array(
            record(
                {
                    "id": TEXT,
                    "direction": _codes(command.DIRECTIONS),
                    "direction_label": TEXT,
                    "party": TEXT,
                    "means": _codes(command.MEANS),
                    "means_label": TEXT,
                    "text": TEXT,
                    "at": MOMENT,
                    "recorded_by": TEXT,
                }
            )
        ),
        "instructions": array(
            record(
                {
                    "id": TEXT,
                    "leader": TEXT,
                    "office": TEXT,
                    "words": TEXT,
                    "received_at": MOMENT,
                    "recorded_by": TEXT,
                    "passed_to": nullable(TEXT),
                    "passed_at": _PERHAPS_MOMENT,
                    "answer": nullable(TEXT),
                    "answered_at": _PERHAPS_MOMENT,
                    "version": INTEGER,
                }
            )
        ),
        "calls": record(dict.fromkeys(map(str, command.CALL_STATES), INTEGER)),
        "alarms": _ALARMS,
    }
)
_CALLS: dict[str, Schema] = {
    "IncidentAlarms": record({"alarms": _ALARMS}),
    "CallRound": record(
        {
            "calls": array(
                record(
                    {
                        "id": TEXT,
                        "village": TEXT,
                        "name": TEXT,
                        "arrives_at": _PERHAPS_MOMENT,
                        "minutes_left": nullable(INTEGER),
                        "by_hand": BOOLEAN,
                        "state": _codes(command.CALL_STATES),
                        "state_label": TEXT,
                        "said_at": _PERHAPS_MOMENT,
                        "said_by": nullable(TEXT),
                        "note": nullable(TEXT),
                        "version": INTEGER,
                        "register": nullable(ANYTHING),
                    }
                )
            ),
            "now": MOMENT,
        }
    ),
}
_INCIDENT: dict[str, Schema] = {
    **_SUMMARY,
    "in_production": nullable(BOOLEAN),
    "hazard": nullable(record({"kind": TEXT, "kind_label": TEXT, "id": TEXT, "name": TEXT})),
    "times": record(dict.fromkeys(map(str, TIMES), _PERHAPS_MOMENT)),
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
    "command": _COMMAND,
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
_SENDABLE: dict[str, Schema] = {
    "kind": {"type": "string", "enum": list(UNIT_KINDS)},
    "id": TEXT,
    "key": TEXT,
    "name": TEXT,
    "seconds": INTEGER,
    "why": TEXT,
}
_DESCRIBED: dict[str, Schema] = _SENDABLE | {
    "tier": TEXT,
    "tier_label": TEXT,
    "profile": TEXT,
    "profile_label": TEXT,
    "turnout_s": NUMBER,
    "contact_phone": nullable(TEXT),
    "unverified": BOOLEAN,
    "synthetic": BOOLEAN,
}
_CARD_LINE: dict[str, Schema] = {
    "by": TEXT,
    "code": TEXT,
    "label": TEXT,
    "count": INTEGER,
    "limit_min": nullable(NUMBER),
    "tier": TEXT,
    "tier_label": TEXT,
}
_CARDS: dict[str, Schema] = {
    "RunCard": record(
        {
            "id": TEXT,
            "kind": TEXT,
            "kind_label": TEXT,
            "level": nullable(INTEGER),
            "lines": array(record(_CARD_LINE)),
            "experts": array(TEXT),
            "active": BOOLEAN,
            "synthetic": BOOLEAN,
            "changed_at": MOMENT,
            "changed_by": TEXT,
            "why": TEXT,
            "version": INTEGER,
        }
    ),
    "CardProposal": record(
        {
            "incident": TEXT,
            "title": TEXT,
            "kind": TEXT,
            "kind_label": TEXT,
            "priority": INTEGER,
            "level": nullable(INTEGER),
            "card": nullable(TEXT),
            "lines": array(
                record(
                    _CARD_LINE
                    | {
                        "unmet": INTEGER,
                        "shortfall": nullable(TEXT),
                        "units": array(
                            record(
                                _DESCRIBED
                                | {
                                    "arrival_at": MOMENT,
                                    "penalty_min": NUMBER,
                                    "late_min": NUMBER,
                                    "serves": nullable(TEXT),
                                }
                            )
                        ),
                        "rejected": array(
                            record(_SENDABLE | {"reason": TEXT, "serves": nullable(TEXT)})
                        ),
                        "neighbours": array(record(_DESCRIBED)),
                    }
                )
            ),
            "unmet": INTEGER,
            "experts": array(
                record(
                    {
                        "id": TEXT,
                        "name": TEXT,
                        "speciality": TEXT,
                        "speciality_label": TEXT,
                        "on_call": BOOLEAN,
                        "contact_phone": nullable(TEXT),
                        "distance_m": INTEGER,
                    }
                )
            ),
            "warnings": array(TEXT),
            "generated_at": MOMENT,
        }
    ),
}
_INCIDENTS: dict[str, Schema] = {
    **_CALLS,
    **_CARDS,
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
            "expected_at": _PERHAPS_MOMENT,
            "en_route_at": _PERHAPS_MOMENT,
            "on_scene_at": _PERHAPS_MOMENT,
            "ended_at": _PERHAPS_MOMENT,
        }
    ),
}
_TOTAL = record({"known": nullable(INTEGER), "without_figures": INTEGER})
_PEOPLE = record(
    {
        "villages": INTEGER,
        "households": _TOTAL,
        "population": _TOTAL,
        "people_needing_help": _TOTAL,
    }
)
_THING: dict[str, Schema] = {
    "kind": TEXT,
    "kind_label": TEXT,
    "id": TEXT,
    "name": TEXT,
    "x": NUMBER,
    "y": NUMBER,
    "calls": array(record({"role": TEXT, "name": nullable(TEXT), "phone": TEXT})),
}
_NEAR = record(_THING | {"distance_m": INTEGER, "direction": TEXT})
_LISTED: dict[str, Schema] = {"found": INTEGER, "truncated": BOOLEAN}
_SURROUNDINGS: dict[str, Schema] = {
    "Around": record(
        {
            "rings": array(
                record(
                    {
                        "radius_m": NUMBER,
                        "counts": array(record({"kind": TEXT, "label": TEXT, "count": INTEGER})),
                        "people": _PEOPLE,
                    }
                )
            ),
            "things": array(_NEAR),
        }
        | _LISTED
    ),
    "DownstreamLine": record(
        {
            "id": TEXT,
            "hazard": record({"kind": TEXT, "id": TEXT}),
            "source": {"type": "string", "enum": [str(one) for one in LINE_SOURCES]},
            "source_label": TEXT,
            "wave_speed_kph": nullable(NUMBER),
            "width_m": NUMBER,
            "length_m": INTEGER,
            "proposed_at": MOMENT,
            "proposed_by": TEXT,
            "confirmed_at": _PERHAPS_MOMENT,
            "confirmed_by": nullable(TEXT),
            "ended_at": _PERHAPS_MOMENT,
            "version": INTEGER,
            "geometry": ANYTHING,
        }
    ),
    "Downstream": record(
        {
            "state": {"type": "string", "enum": [str(one) for one in Known]},
            "sentence": TEXT,
            "breach_at": MOMENT,
            "line": nullable({"allOf": [ref("DownstreamLine")]}),
            "proposal": nullable({"allOf": [ref("DownstreamLine")]}),
            "has_heights": BOOLEAN,
            "places": array(
                record(
                    _THING
                    | {
                        "along_m": INTEGER,
                        "side_m": INTEGER,
                        "arrival_s": nullable(INTEGER),
                        "arrives_at": _PERHAPS_MOMENT,
                    }
                )
            ),
            "people": nullable(_PEOPLE),
        }
        | _LISTED
    ),
    "Footprint": record(
        {
            "id": TEXT,
            "incident": TEXT,
            "label": TEXT,
            "source": {"type": "string", "enum": [str(one) for one in FOOTPRINT_SOURCES]},
            "source_label": TEXT,
            "made_at": MOMENT,
            "made_by": TEXT,
            "ended_at": _PERHAPS_MOMENT,
            "closures": array(TEXT),
            "version": INTEGER,
            "geometry": ANYTHING,
        }
    ),
    "FootprintContents": record(
        {
            "things": array(_NEAR),
            "people": _PEOPLE,
            "roads": nullable(array(record({"name": TEXT, "label": TEXT, "length_m": INTEGER}))),
            "roads_found": nullable(INTEGER),
            "structures": nullable(
                array(
                    record(
                        {
                            "way_id": INTEGER,
                            "name": TEXT,
                            "label": TEXT,
                            "class_label": TEXT,
                            "kind": {"type": "string", "enum": ["bridge", "tunnel"]},
                            "kind_label": TEXT,
                            "length_m": INTEGER,
                            "x": NUMBER,
                            "y": NUMBER,
                        }
                    )
                )
            ),
        }
        | _LISTED
    ),
}
_COMMON: dict[str, Schema] = {
    "Error": record({"error": record({"code": TEXT, "message": TEXT})}),
    "Link": record({"href": TEXT, "rel": TEXT}, type=TEXT, title=TEXT, hreflang=TEXT),
    "Landing": record({"title": TEXT, "description": TEXT, "links": array(ref("Link"))}),
    "Conformance": record({"conformsTo": array(TEXT)}),
    "Collection": record(
        {"id": TEXT, "title": TEXT, "links": array(ref("Link"))},
        description=TEXT,
        itemType={"type": "string", "enum": ["feature"]},
        extent=ANYTHING,
        crs=array(TEXT),
        storageCrs=TEXT,
    ),
    "Collections": record({"links": array(ref("Link")), "collections": array(ref("Collection"))}),
    "GeoJson": record(
        {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": array(ANYTHING),
        },
        truncated=BOOLEAN,
    ),
    "Limit": record(_LIMIT),
    "ConfirmedLimit": record(
        _LIMIT
        | {
            "id": TEXT,
            "value": nullable(NUMBER),
            "confirmed_at": {"type": "string", "format": "date-time"},
            "confirmed_by": TEXT,
            "why": TEXT,
        }
    ),
    "Closure": record(
        {
            "id": TEXT,
            "reason": TEXT,
            "closed_at": {"type": "string", "format": "date-time"},
            "closed_by": TEXT,
            "source": TEXT,
            "told_by": nullable(TEXT),
            "expires_at": nullable({"type": "string", "format": "date-time"}),
            "expired": BOOLEAN,
            "geometry": ANYTHING,
        },
        exercise=nullable(TEXT),
        footprint=nullable(TEXT),
        closed_structures=nullable(array(INTEGER)),
    ),
    "ClosurePreview": record(
        {
            "roads": nullable(INTEGER),
            "total": nullable(INTEGER),
            "large": BOOLEAN,
            "units": array(
                record(
                    {
                        "kind": TEXT,
                        "id": TEXT,
                        "name": TEXT,
                        "incident": TEXT,
                        "x": NUMBER,
                        "y": NUMBER,
                        "cut_off": BOOLEAN,
                        "later_min": nullable(NUMBER),
                        "stops_short_m": INTEGER,
                    }
                )
            ),
            "places": array(
                record(
                    {
                        "kind": TEXT,
                        "kind_label": nullable(TEXT),
                        "id": TEXT,
                        "name": TEXT,
                        "x": NUMBER,
                        "y": NUMBER,
                        "inside": BOOLEAN,
                    }
                )
            ),
            "places_found": INTEGER,
            "not_reckoned": INTEGER,
        }
    ),
    "Moving": record(
        {
            "moves": TEXT,
            "moves_label": TEXT,
            "kind": nullable(TEXT),
            "id": TEXT,
            "name": TEXT,
            "state": TEXT,
            "state_label": TEXT,
            "incident": nullable(TEXT),
            "assignment": nullable(TEXT),
            "x": nullable(NUMBER),
            "y": nullable(NUMBER),
            "geometry": ANYTHING,
            "basis": TEXT,
            "basis_label": TEXT,
            "at": nullable(MOMENT),
            "age_s": nullable(INTEGER),
            "accuracy_m": nullable(NUMBER),
            "distance_m": nullable(INTEGER),
        }
    ),
    "RoadEnd": record(
        {
            "road_x": nullable(NUMBER),
            "road_y": nullable(NUMBER),
            "work_x": NUMBER,
            "work_y": NUMBER,
            "words": nullable(TEXT),
            "gap_m": nullable(INTEGER),
            "far": BOOLEAN,
        }
    ),
}


def components() -> dict[str, Schema]:
    """All schemas, by name."""
    own: dict[str, Schema] = {}
    for kind in COLLECTIONS.values():
        own[f"{kind.name}_properties"] = properties(kind)
        own[f"{kind.name}_feature"] = _feature(kind)
        own[f"{kind.name}_features"] = _features(kind)
    return {**_COMMON, **_INCIDENTS, **_SURROUNDINGS, **own}
