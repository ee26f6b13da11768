"""What stands against the date of a drill: who is taken twice, which county is left bare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.drills.programme.models import Drill
from gisapp.drills.programme.vocabulary import DrillState
from gisapp.incidents.able import Context
from gisapp.incidents.cards.standards import standards
from gisapp.incidents.units import in_service
from gisapp.messages import translate
from gisapp.registers.counties import county_names
from gisapp.registers.vocabulary import CAPABILITIES
from gisapp.schema.values import Json

_AWAY: Final = frozenset({"team", "unit"})


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A warning; the date may stand all the same.

    Attributes
    ----------
    code, params
        Sentence of the message catalogue and what it names.
    drill
        The other drill; empty where it is about cover.
    """

    code: str
    drill: str = ""
    params: dict[str, Json] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """What stands against the date."""
        return translate(self.code, lang, **self.params)


def clashes(app: Context, session: Session, drill: Drill) -> list[Clash]:
    """Say what stands against a drill's date: people, units and venues of others, and cover.

    A county is left bare where the units that stay, of those in service, are fewer than its
    minimum for a capability (``response.minimum_cover`` of the site), with the units of all drills
    at that time away.
    """
    if drill.starts_at is None or drill.state != DrillState.PLANNED:
        return []
    others = [one for one in _others(session, drill) if _overlap(one, drill)]
    found = [clash for one in others for clash in _taken_twice(drill, one)]
    return found + list(_bare(app, session, [drill, *others]))


def _others(session: Session, drill: Drill) -> Sequence[Drill]:
    query = select(Drill).where(
        Drill.id != drill.id, Drill.state == DrillState.PLANNED, Drill.starts_at.is_not(None)
    )
    return session.scalars(query.order_by(Drill.starts_at, Drill.fid)).all()


def _overlap(one: Drill, other: Drill) -> bool:
    (start, end), (other_start, other_end) = _span(one), _span(other)
    return start < other_end and other_start < end


def _span(drill: Drill) -> tuple[datetime, datetime]:
    assert drill.starts_at is not None
    return drill.starts_at, drill.starts_at + timedelta(minutes=drill.duration_min)


def _taken_twice(drill: Drill, other: Drill) -> Iterator[Clash]:
    mine, theirs = _who(drill), _who(other)
    for key in sorted(mine.keys() & theirs.keys()):
        yield Clash(
            code="drill.clash.taken", drill=other.id, params={"who": mine[key], "name": other.name}
        )
    if drill.venue and drill.venue.casefold() == other.venue.casefold():
        params: dict[str, Json] = {"venue": drill.venue, "name": other.name}
        yield Clash(code="drill.clash.venue", drill=other.id, params=params)


def _who(drill: Drill) -> dict[tuple[str, str], str]:
    """Who takes part, by what they are known by: an id, or a name where there is none."""
    found = {}
    for one in drill.participants:
        kind, known = str(one.get("kind", "")), str(one.get("id") or one.get("name") or "")
        found[kind, known.casefold()] = str(one.get("name") or known)
    return found


def _bare(app: Context, session: Session, drills: Sequence[Drill]) -> Iterator[Clash]:
    minimum = standards(app.site).cover
    away = {
        (str(one.get("kind")), str(one.get("id")))
        for drill in drills
        for one in drill.participants
        if one.get("kind") in _AWAY
    }
    if not minimum or not away:
        return
    rows = in_service(session)
    names = {lang: county_names(session, lang) for lang in ("zh", "en")}
    for capability, least in minimum.items():
        able = [row for row in rows if capability in row.capabilities and row.county is not None]
        there = Counter(row.county for row in able)
        gone = Counter(row.county for row in able if away & row.records)
        for county, number in sorted(gone.items(), key=lambda one: one[0] or ""):
            left = there[county] - number
            if left < least and county is not None:
                label = CAPABILITIES[capability]
                yield Clash(
                    code="drill.clash.cover",
                    params={
                        "county_zh": names["zh"].get(county, county),
                        "county_en": names["en"].get(county, county),
                        "what_zh": label.zh,
                        "what_en": label.en,
                        "left": left,
                        "least": least,
                    },
                )
