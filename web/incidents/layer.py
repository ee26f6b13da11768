"""Teams on the map as they stand this minute: a team that is out is drawn busy."""

from __future__ import annotations

from collections.abc import Collection

import geopandas as gpd

from gisapp.incidents.orders import KIND as ASSIGNMENT
from gisapp.incidents.orders import owners_of, teams_out
from gisapp.registers import queries
from gisapp.store import Session
from web.map.drawn import SOURCES, Source

BUSY = "busy"


def _read(session: Session, ids: Collection[str] | None) -> gpd.GeoDataFrame:
    found = queries.features(session, "team", ids=ids)
    is_out = found["id"].isin(teams_out(session)) & (found["status"] == "ready")
    return found.assign(status=found["status"].mask(is_out, BUSY))


def _touched(session: Session, changed: Collection[tuple[str, str]]) -> set[str]:
    by_kind: dict[str, set[str]] = {"team": set(), "unit": set(), ASSIGNMENT: set()}
    for kind, subject in changed:
        by_kind[kind].add(subject)
    return by_kind["team"] | owners_of(
        session, units=by_kind["unit"], assignments=by_kind[ASSIGNMENT]
    )


# Ready teams are busy while they, or all their units, are out.
SOURCES["team"] = Source(kinds=("team", "unit", ASSIGNMENT), read=_read, touched=_touched)
