"""The quality board: every check counted per county and agency."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, case, func, literal, null, or_, select
from sqlalchemy.orm import Session

from gisapp.events import Event, latest
from gisapp.importing.models import DuplicatePair, QuarantinedRow
from gisapp.quality.checks import CHECKS, is_empty, recommended
from gisapp.registers.fields import Kind
from gisapp.registers.kinds import MODELS, RESOURCE_KINDS
from gisapp.registers.owning import owner_columns, with_owner
from gisapp.store import Store

By = Literal["county", "agency", "both"]

FEW_EVENTS = 200
"""Up to so many changes of a kind only their counties are counted anew."""

LONGEST_KEPT_S = 3600.0
"""Counts are counted anew after so long even without an event: another program may have edited
the file."""

_ALSO_CHANGES = {
    "depot": ("lot",),
    "hospital": ("unit",),
    "monitoring_station": ("hazard_source", "tailings_pond"),
    "team": ("unit",),
}
"""Kinds whose counts depend on records of another kind."""


@dataclass(kw_only=True)
class Tally:
    """Counts of one kind's records of one county and agency.

    Attributes
    ----------
    kind, county, agency
        The codes; empty where the records name none.
    filled, cells
        Recommended fields that are filled, of how many.
    counts
        Records that fail each check, by its code.
    """

    kind: str
    county: str
    agency: str
    records: int
    filled: int
    cells: int
    counts: dict[str, int]


@dataclass(kw_only=True)
class Line:
    """One row of the board: tallies added up.

    Attributes
    ----------
    key
        County code, agency or kind.
    counts
        By check, ``quarantined`` and ``duplicates`` included.
    """

    key: str
    records: int = 0
    filled: int = 0
    cells: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def completeness(self) -> float | None:
        """Share of recommended fields that are filled, 0 to 1; None without any."""
        return self.filled / self.cells if self.cells else None

    def add(self, tally: Tally) -> None:
        """Add one tally."""
        self.records += tally.records
        self.filled += tally.filled
        self.cells += tally.cells
        self.counts.update(tally.counts)


def joined(kind: Kind, query: Any) -> Any:  # noqa: ANN401 - any select
    """Join to a query of `kind` what `owner_columns` reads; records retired are left out."""
    model = MODELS[kind.name]
    return with_owner(kind, query).where(model.retired_at.is_(None))


def tally(
    session: Session,
    kind_name: str,
    *,
    today: date,
    counties: Collection[str] | None = None,
    agencies: Collection[str] | None = None,
    by: By = "both",
) -> list[Tally]:
    """Count one kind's records, in one pass over its table.

    Parameters
    ----------
    kind_name
        A kind of a census.
    today
        Of the site's clock.
    counties, agencies
        Only these, an empty text for records that name none; None for all.
    by
        What to keep apart; the rest is added up by the database, and its code is empty.
    """
    kind = RESOURCE_KINDS[kind_name]
    owned = dict(zip(("county", "agency"), owner_columns(kind), strict=True))
    apart = [column for name, column in owned.items() if by in {name, "both"}]
    fields = recommended(kind)
    filled: ColumnElement[int] = literal(0)
    for item in fields:
        filled = filled + case((is_empty(kind, item.name), 0), else_=1)
    checks = [check for check in CHECKS.values() if kind_name in check.kinds]
    failing = [
        func.sum(case((check.condition(kind, today), 1), else_=0)).label(check.code)
        for check in checks
    ]
    shown = [column if by in {name, "both"} else null() for name, column in owned.items()]
    query = joined(kind, select(*shown, func.count(), func.sum(filled), *failing))
    for column, only in zip(owned.values(), (counties, agencies), strict=True):
        if only is not None:
            named = column.in_([one for one in only if one])
            query = query.where(or_(named, column.is_(None)) if "" in only else named)
    rows = session.execute(query.group_by(*apart))
    return [
        Tally(
            kind=kind_name,
            county=place or "",
            agency=owner or "",
            records=number,
            filled=int(given or 0),
            cells=number * len(fields),
            counts={
                check.code: int(count) for check, count in zip(checks, counts, strict=True) if count
            },
        )
        for place, owner, number, given, *counts in rows
    ]


class _Kept:
    """The last tallies of one store, and up to which event they hold."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seq = -1
        self.today: date | None = None
        self.counted_s = 0.0
        self.tallies: dict[str, list[Tally]] = {}


_kept: WeakKeyDictionary[Store, dict[By, _Kept]] = WeakKeyDictionary()
_making = threading.Lock()


def tallies(store: Store, *, today: date, by: By = "both") -> list[Tally]:
    """Count all kinds; only those are counted anew that events have touched since the last time.

    Parameters
    ----------
    today
        Of the site's clock.
    by
        As :func:`tally` takes it. A province has hundreds of agencies in each county: a board
        that shows one of the two is counted and added up many times as fast.
    """
    with _making:
        kept = _kept.setdefault(store, {}).setdefault(by, _Kept())
    with kept.lock, store.session() as session:
        now_s, seq = time.monotonic(), latest(session)
        if kept.today != today or now_s - kept.counted_s > LONGEST_KEPT_S or seq < kept.seq:
            stale = set(RESOURCE_KINDS)
            kept.counted_s = now_s
        elif seq == kept.seq:
            stale = set()
        else:
            stale = _recount(session, kept, today, by)
        for kind in stale & set(RESOURCE_KINDS):
            kept.tallies[kind] = tally(session, kind, today=today, by=by)
        kept.today, kept.seq = today, seq
        return [one for kind in RESOURCE_KINDS for one in kept.tallies.get(kind, ())]


def _recount(session: Session, kept: _Kept, today: date, by: By) -> set[str]:
    """Count the owners anew where few records changed; return the kinds to count whole."""
    owner, named = ("agency", "agencies") if by == "agency" else ("county", "counties")
    since = Event.seq > kept.seq
    changed = session.execute(
        select(Event.kind, func.count()).where(since).group_by(Event.kind)
    ).all()
    whole = {other for kind, _number in changed for other in _ALSO_CHANGES.get(kind, ())}
    for kind, number in changed:
        if kind not in RESOURCE_KINDS or kind in whole:
            continue
        model = MODELS[kind]
        if number > FEW_EVENTS or not hasattr(model, owner):
            whole.add(kind)
            continue
        events = session.execute(
            select(Event.subject_id, Event.data).where(since, Event.kind == kind)
        ).all()
        ids = {event.subject_id for event in events}
        touched = {
            one or ""
            for one in session.scalars(select(getattr(model, owner)).where(model.id.in_(ids)))
        }
        # A record that moved leaves its old owner.
        for event in events:
            before = (event.data or {}).get("before") or {}
            if owner in before:
                touched.add(before[owner] or "")
        rest = [one for one in kept.tallies.get(kind, ()) if getattr(one, owner) not in touched]
        fresh = tally(session, kind, today=today, by=by, **{named: touched})
        kept.tallies[kind] = rest + fresh
    return whole


def lines(found: Iterable[Tally], key: Callable[[Tally], str]) -> dict[str, Line]:
    """Add tallies up by `key`, as ``lambda tally: tally.county``."""
    added: dict[str, Line] = {}
    for one in found:
        added.setdefault(key(one), Line(key=key(one))).add(one)
    return added


def pending(session: Session) -> list[tuple[str, str, str, int]]:
    """Rows set aside by imports and likely duplicates that wait for a decision.

    Returns
    -------
    list
        ``("quarantined" | "duplicates", kind, county, number)``.
    """
    rows = session.execute(
        select(QuarantinedRow.kind, QuarantinedRow.county, func.count())
        .where(QuarantinedRow.state == "open")
        .group_by(QuarantinedRow.kind, QuarantinedRow.county)
    )
    found = [("quarantined", kind, county or "", number) for kind, county, number in rows]
    kinds = session.scalars(
        select(DuplicatePair.kind).where(DuplicatePair.state == "proposed").distinct()
    )
    for kind_name in kinds.all():
        kind = RESOURCE_KINDS.get(kind_name)
        if kind is None:
            continue
        county, _agency = owner_columns(kind)
        model = MODELS[kind_name]
        query = (
            joined(kind, select(county, func.count()))
            .join(DuplicatePair, DuplicatePair.first_id == model.id)
            .where(DuplicatePair.kind == kind_name, DuplicatePair.state == "proposed")
            .group_by(county)
        )
        found += [
            ("duplicates", kind_name, place or "", number)
            for place, number in session.execute(query)
        ]
    return found
