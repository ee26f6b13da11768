"""The four-colour risk layer of the map."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import geopandas as gpd

import layers
from gisapp.registers.kinds import KINDS
from gisapp.risks import vocabulary as v
from gisapp.risks.export import drawn_risks
from gisapp.risks.lifecycle import EVENT_KIND
from gisapp.risks.register import HAZARDS, risk_of
from gisapp.schema import Label
from gisapp.store import Session
from layers.risks import RISKS, UNKNOWN
from web.map.drawn import SOURCES, Source
from web.risks.wording import level_name


def _read(session: Session, ids: Collection[str] | None) -> gpd.GeoDataFrame:
    found = drawn_risks(session, ids)
    return found.assign(level=found["level"].fillna(int(UNKNOWN)).astype(int))


SOURCES[RISKS.id] = Source(
    kinds=(*HAZARDS, EVENT_KIND),
    read=_read,
    touched=lambda _session, changed: {
        subject if kind == EVENT_KIND else f"{kind}:{subject}" for kind, subject in changed
    },
)
"""Hazards by level; those closed out are left away."""


FACT_LABELS = {
    "kind": Label("类别", "Kind"),
    "state": Label("环节", "Stage"),
    "level_name": Label("风险等级", "Level"),
    "responsible": Label("责任人", "Person in charge"),
    "inspected_on": Label("最近巡查", "Last inspected"),
    "next_inspection_on": Label("下次巡查", "Next due"),
}
"""What the facts of a risk are called in its popup."""


def risk_card(session: Session, key: str, lang: str) -> dict[str, Any]:
    """The facts of one risk, written for a popup.

    Parameters
    ----------
    key
        Kind and id of the hazard, joined by a colon.
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
        "layer": RISKS.label.in_(lang),
        "name": row.label(lang),
        "x": row.position.x,
        "y": row.position.y,
        "synthetic": row.synthetic,
        "status": None,
        "facts": layers.facts(
            RISKS,
            values,
            lang,
            field_label=lambda column: FACT_LABELS[column].in_(lang),
            code_label=lambda _column, code: code,
        ),
    }
