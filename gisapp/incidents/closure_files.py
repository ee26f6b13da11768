"""Closures taken in from a GeoJSON file: all of them, or none and every fault."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shapely import Polygon
from sqlalchemy.orm import Session

from gisapp.errors import GisAppError, InputError
from gisapp.incidents.closures import ClosureRecord, add_closure, polygon_from_geojson
from gisapp.incidents.reasons import plain_reason, reason_if_any
from gisapp.incidents.vocabulary import CLOSURE_SOURCES
from gisapp.messages import LANGUAGES, sentence
from gisapp.rights import Actor, Right

MOST_CLOSURES: Final = 500
MOST_FAULTS_SAID: Final = 20
FIELDS: Final = ("reason", "source", "told_by", "expires_at")
"""Properties that are read; all others are left away."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A closure as a file has it."""

    polygon: Polygon
    reason: str
    source: str
    told_by: str
    expires_at: datetime | None


def read_closures(text: str, moment: datetime) -> list[Wanted]:
    """Read the closures of a GeoJSON text: a feature, or a collection of them, in EPSG:4326.

    A feature is a polygon with ``reason``; ``source`` (a code, or its name in either language),
    ``told_by`` and ``expires_at`` (ISO 8601 with its offset) may be left away.

    Parameters
    ----------
    moment
        Now: what is to be over has to lie ahead.

    Raises
    ------
    InputError
        ``closure.faulty``, with everything that is wrong, feature by feature.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    features = given.get("features") if isinstance(given, dict) else None
    if isinstance(given, dict) and given.get("type") == "Feature":
        features = [given]
    if not isinstance(features, list) or not 1 <= len(features) <= MOST_CLOSURES:
        raise _faulty([(0, InputError("closure.no_features", most=MOST_CLOSURES))])
    faults: list[tuple[int, GisAppError]] = []
    wanted: list[Wanted] = []
    for number, feature in enumerate(features, start=1):
        found = _Feature(feature if isinstance(feature, dict) else {}, moment)
        faults += [(number, error) for error in found.faults]
        if found.wanted is not None:
            wanted.append(found.wanted)
    if faults:
        raise _faulty(faults)
    return wanted


def close_all(session: Session, actor: Actor, wanted: Sequence[Wanted]) -> list[ClosureRecord]:
    """Close the roads of every area of a file, in its order.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to close roads.

    Raises
    ------
    ForbiddenError
    InputError
        As :func:`gisapp.incidents.closures.add_closure`; the caller's transaction keeps nothing.
    """
    actor.require(Right.CLOSE_ROADS)
    return [
        add_closure(
            session,
            actor,
            one.polygon,
            reason=one.reason,
            source=one.source,
            told_by=one.told_by,
            expires_at=one.expires_at,
        )
        for one in wanted
    ]


class _Feature:
    """One feature, read as far as it can be."""

    def __init__(self, feature: dict[str, object], moment: datetime) -> None:
        self.faults: list[GisAppError] = []
        self.wanted: Wanted | None = None
        said = feature.get("properties")
        self._said = said if isinstance(said, dict) else {}
        polygon: Polygon | None = None
        try:
            polygon = polygon_from_geojson(feature.get("geometry"))
        except InputError as error:
            self.faults.append(error)
        reason, told_by = self._line("reason", needed=True), self._line("told_by", needed=False)
        source, expires_at = self._source(), self._expiry(moment)
        if polygon is not None and not self.faults:
            self.wanted = Wanted(
                polygon=polygon,
                reason=reason,
                source=source,
                told_by=told_by,
                expires_at=expires_at,
            )

    def _text(self, name: str) -> str:
        value = self._said.get(name)
        return "" if value is None else str(value).strip()

    def _line(self, name: str, *, needed: bool) -> str:
        text = self._text(name)
        try:
            return (plain_reason if needed else reason_if_any)(text, of="closure") or ""
        except InputError as error:
            self.faults.append(error)
            return ""

    def _source(self) -> str:
        text = self._text("source") or "other"
        named = {name: code for code, label in CLOSURE_SOURCES.items() for name in (code, *label)}
        if text not in named:
            known = ", ".join(CLOSURE_SOURCES)
            self.faults.append(InputError("closure.unknown_source", source=text, known=known))
        return named.get(text, "other")

    def _expiry(self, moment: datetime) -> datetime | None:
        text = self._text("expires_at")
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
            if found > moment:
                return found
        except (ValueError, TypeError):
            pass  # no moment, or one that names no zone
        self.faults.append(InputError("closure.bad_expiry"))
        return None


def _faulty(faults: list[tuple[int, GisAppError]]) -> InputError:
    said = {
        f"faults_{lang}": " ".join(
            f"#{number} {sentence(error, lang)}" if number else sentence(error, lang)
            for number, error in faults[:MOST_FAULTS_SAID]
        )
        for lang in LANGUAGES
    }
    return InputError("closure.faulty", count=len(faults), **said)
