"""The four-colour risk layer of the map."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
from sqlalchemy.orm import Session

import layers
from gisapp.registers.description import KINDS
from gisapp.risks import vocabulary as v
from gisapp.risks.export import frame
from gisapp.risks.register import Filter, list_risks, risk_of
from gisapp.risks.vocabulary import State
from layers.risks import RISKS, UNKNOWN
from web.parameters import BBox
from web.risks.wording import level_name, today


def risk_features(session: Session, extent: BBox, *, limit: int) -> gpd.GeoDataFrame:
    """Hazards in an extent by level, the gravest first; those closed out are left away."""
    rows = list_risks(session, Filter(today=today(), bbox=extent), limit=limit)
    found = frame(row for row in rows if row.state != State.CLOSED)
    return found.assign(level=found["level"].astype("object").fillna(int(UNKNOWN)).astype(int))


def risk_card(session: Session, key: str, lang: str) -> dict[str, Any]:
    """The facts of one risk, written for a popup.

    Parameters
    ----------
    session
    key
        Kind and id of the hazard, joined by a colon.
    lang
    """
    kind, _colon, hazard_id = key.partition(":")
    row = risk_of(session, kind, hazard_id)
    values = {
        "kind": KINDS[kind].label.in_(lang),
        "state": v.STATES[row.state].in_(lang),
        "level_name": level_name(row.level, lang),
        "responsible": row.responsible,
        "inspected_on": row.inspected_on,
        "next_inspection_on": row.next_inspection_on,
    }
    return {
        "kind": RISKS.id,
        "id": key,
        "layer": RISKS.label.to(lang),
        "name": row.label(lang),
        "x": row.position.x,
        "y": row.position.y,
        "synthetic": row.synthetic,
        "status": None,
        "facts": layers.facts(RISKS, values, lang, code_label=lambda _column, code: code),
    }
