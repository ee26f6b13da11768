"""Schemas of run cards and of what they propose."""

from __future__ import annotations

from gisapp.incidents.vocabulary import UNIT_KINDS
from web.api.shapes import (
    BOOLEAN,
    INTEGER,
    MOMENT,
    NUMBER,
    TEXT,
    Schema,
    array,
    nullable,
    record,
)

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
CARDS: dict[str, Schema] = {
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
