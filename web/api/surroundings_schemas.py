"""Schemas of what lies around an incident, downstream, and in footprints."""

from __future__ import annotations

from gisapp.incidents.surroundings.downstream import Known
from gisapp.incidents.surroundings.vocabulary import FOOTPRINT_SOURCES, LINE_SOURCES
from web.api.shapes import (
    ANYTHING,
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
SURROUNDINGS: dict[str, Schema] = {
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
            "confirmed_at": PERHAPS_MOMENT,
            "confirmed_by": nullable(TEXT),
            "ended_at": PERHAPS_MOMENT,
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
                        "arrives_at": PERHAPS_MOMENT,
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
            "ended_at": PERHAPS_MOMENT,
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
