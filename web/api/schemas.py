"""Schemas of the answers, and of the records that they hold."""

from __future__ import annotations

from gisapp.exchange.features import CLOSURE, COLLECTIONS
from gisapp.registers.fields import Field, FieldType, Kind
from web.api.drill_operations import DRILLS
from web.api.incident_schemas import INCIDENTS
from web.api.plan_operations import PLANS
from web.api.planning_operations import SCENARIOS
from web.api.shapes import (
    ANYTHING,
    BOOLEAN,
    DATE,
    INTEGER,
    MOMENT,
    NUMBER,
    TEXT,
    Schema,
    array,
    nullable,
    record,
    ref,
)
from web.api.surroundings_schemas import SURROUNDINGS

_PLAIN: dict[FieldType, Schema] = {
    FieldType.TEXT: TEXT,
    FieldType.INTEGER: INTEGER,
    FieldType.NUMBER: NUMBER,
    FieldType.BOOLEAN: BOOLEAN,
    FieldType.DATE: DATE,
    FieldType.GRADE: INTEGER,
}


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
    return {**_COMMON, **INCIDENTS, **SURROUNDINGS, **SCENARIOS, **PLANS, **DRILLS, **own}
