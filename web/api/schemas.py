"""JSON schemas of what the interface answers, made from the description of the registers.

In the dialect of OpenAPI 3.0.3: what may be empty is ``nullable``.
"""

from __future__ import annotations

from typing import Any

from gisapp.exchange.features import CLOSURE, COLLECTIONS
from gisapp.incidents.grading.figures import FIGURES, WHOLE
from gisapp.incidents.grading.rules import TIMES
from gisapp.incidents.grading.statuses import BASES
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
_INCIDENT: dict[str, Schema] = {
    **_SUMMARY,
    "in_production": nullable(BOOLEAN),
    "hazard": nullable(record({"kind": TEXT, "id": TEXT})),
    "times": record(dict.fromkeys(map(str, TIMES), _PERHAPS_MOMENT)),
    "figures": record(_FIGURES),
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
    "deadlines": array(
        record(
            {
                "code": TEXT,
                "label": TEXT,
                "from": TEXT,
                "within_min": NUMBER,
                "due_at": _PERHAPS_MOMENT,
                "overdue": BOOLEAN,
                "recipients": array(TEXT),
                "directly": array(TEXT),
                "article": TEXT,
                "by": nullable(TEXT),
                "level": nullable(INTEGER),
                "repeats_min": nullable(NUMBER),
            }
        )
    ),
    "units": array(ref("IncidentUnit")),
    "persons": array(record({"id": TEXT, "role": TEXT})),
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
                        "rejected": array(record(_SENDABLE | {"reason": TEXT})),
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
            "now": MOMENT,
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
            "geometry": ANYTHING,
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
    return {**_COMMON, **_INCIDENTS, **own}
