"""Positions taken in, the latest read, the old ones thinned."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from gisapp.clock import now, to_ms
from gisapp.errors import GisAppError, InputError
from gisapp.incidents.intake import CLOCKS_APART
from gisapp.incidents.positions.models import UnitPosition
from gisapp.incidents.positions.vocabulary import POSITION_SOURCES, WORST_ACCURACY_M
from gisapp.incidents.vocabulary import UNIT_KINDS
from gisapp.registers.kinds import MODELS
from gisapp.rights import Actor, Right
from gisapp.store.isolation import EVERY_EXERCISE

MOST_AT_ONCE: Final = 1000
FASTEST_KPH: Final = 500.0
"""A helicopter; what is faster is a fault of the reading."""
OLDEST: Final = timedelta(days=2)
"""What waited longer in a phone tells nobody where the unit is."""
FRESH_FOR: Final = timedelta(minutes=15)
"""A unit is reckoned and drawn where it was last seen for so long. A limit of ours."""
TOLD_FOR: Final = timedelta(hours=12)
"""Of a unit that is out, an older last position is told with its age; beyond, of none. Ours."""
BATCH_ROWS: Final = 5000
MOST_NEWER: Final = 10_000
Unit = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Where a unit was.

    Attributes
    ----------
    kind, id
        Its register, and its id there.
    at
        Timezone-aware.
    x, y
        Lon/lat, EPSG:4326.
    """

    kind: str
    id: str
    at: datetime
    x: float
    y: float
    accuracy_m: float | None = None
    speed_kph: float | None = None
    heading_deg: float | None = None


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of some readings.

    Attributes
    ----------
    kept
        How many are new.
    known
        How many were there already.
    refused
        By their number in the batch, from 0: why.
    """

    kept: int
    known: int
    refused: tuple[tuple[int, GisAppError], ...]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Where a unit was last seen.

    Attributes
    ----------
    x, y
        Lon/lat, EPSG:4326.
    accuracy_m
        Metres by which it may be wrong; None where nobody said.
    """

    x: float
    y: float
    at: datetime
    accuracy_m: float | None = None

    def age(self, moment: datetime) -> timedelta:
        """How long ago that was; never less than nothing, for clocks differ."""
        return max(moment - self.at, timedelta(0))

    def is_fresh(self, moment: datetime) -> bool:
        """Whether the unit is still taken to be there."""
        return self.age(moment) <= FRESH_FOR


def report(
    session: Session, actor: Actor, readings: Sequence[Reading], *, source: str = "api"
) -> Taken:
    """Keep where units were; absurd readings are refused one by one, the others kept.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.
    readings
        In any order; what was sent before is kept once.
    source
        A code of ``POSITION_SOURCES``.

    Raises
    ------
    ForbiddenError
    InputError
        ``position.too_many``.
    """
    actor.require(Right.DISPATCH)
    if not 1 <= len(readings) <= MOST_AT_ONCE:
        raise InputError("position.too_many", most=MOST_AT_ONCE)
    assert source in POSITION_SOURCES, source
    moment = now(session)
    there = _there(session, {(one.kind, one.id) for one in readings})
    refused: list[tuple[int, GisAppError]] = []
    good: dict[tuple[str, str, datetime], Reading] = {}
    plausible = 0
    for number, given in enumerate(readings):
        one = replace(given, at=to_ms(given.at))  # as it is kept, so that it is known again
        fault = _fault(one, moment, there)
        if fault is not None:
            refused.append((number, fault))
        else:
            plausible += 1
            good.setdefault((one.kind, one.id, one.at), one)
    known = _known(session, good)
    new = [one for key, one in good.items() if key not in known]
    session.add_all(
        UnitPosition(
            unit_kind=one.kind,
            unit_id=one.id,
            at=one.at,
            x=one.x,
            y=one.y,
            accuracy_m=one.accuracy_m,
            speed_kph=one.speed_kph,
            heading_deg=one.heading_deg,
            source=source,
            said_by=actor.who,
        )
        for one in new
    )
    session.flush()
    return Taken(kept=len(new), known=plausible - len(new), refused=tuple(refused))


def last_seen(
    session: Session,
    units: Collection[Unit] | None = None,
    *,
    within: timedelta = FRESH_FOR,
) -> dict[Unit, Seen]:
    """Where units were seen within a time, each at its latest moment.

    Parameters
    ----------
    units
        Register and id; None asks for all.
    within
        Up to so long ago.
    """
    since = now(session) - within
    latest = (
        select(UnitPosition.unit_kind, UnitPosition.unit_id, func.max(UnitPosition.at).label("at"))
        .where(UnitPosition.at >= since)
        .group_by(UnitPosition.unit_kind, UnitPosition.unit_id)
    )
    if units is not None:
        latest = latest.where(UnitPosition.unit_id.in_({one for _kind, one in units}))
    last = latest.subquery()
    rows = session.scalars(
        select(UnitPosition).join(
            last,
            and_(
                UnitPosition.unit_kind == last.c.unit_kind,
                UnitPosition.unit_id == last.c.unit_id,
                UnitPosition.at == last.c.at,
            ),
        )
    )
    return {
        (row.unit_kind, row.unit_id): _seen(row)
        for row in rows
        if units is None or (row.unit_kind, row.unit_id) in units
    }


def last_number(session: Session) -> int:
    """The number of the position kept last; 0 where there is none. Numbers only rise."""
    return session.scalar(select(func.max(UnitPosition.fid))) or 0


def seen_after(session: Session, number: int) -> dict[Unit, Seen]:
    """Where units were by what was kept after a number, each at its latest moment.

    Writers take turns, so that what a reader has passed is never followed by a lower number.
    Where very many were kept since, those within :data:`TOLD_FOR` are read instead, old and new.
    """
    if last_number(session) - number > MOST_NEWER:
        return last_seen(session, within=TOLD_FOR)
    rows = session.scalars(
        select(UnitPosition).where(UnitPosition.fid > number).order_by(UnitPosition.at)
    )
    return {(row.unit_kind, row.unit_id): _seen(row) for row in rows}


def thin_positions(session: Session, actor: Actor, *, kept_days: int) -> int:
    """Of positions older than a day keep the last of each minute, older than a week of each hour.

    None is kept beyond `kept_days`. At most :data:`BATCH_ROWS` go at once; call it until it
    returns 0.

    Raises
    ------
    ForbiddenError
    """
    actor.require(Right.ADMINISTER)
    moment = now(session)
    old = select(UnitPosition.fid).where(UnitPosition.at < moment - timedelta(days=kept_days))
    gone = list(session.scalars(old.limit(BATCH_ROWS), execution_options=EVERY_EXERCISE))
    gone = gone or _crowded(session, moment)
    if gone:
        session.execute(
            delete(UnitPosition).where(UnitPosition.fid.in_(gone)),
            execution_options=EVERY_EXERCISE,
        )
    return len(gone)


def _crowded(session: Session, moment: datetime) -> list[int]:
    """Rows that a later one of the same unit and minute, or hour, stands for; some of them."""
    day, week = moment - timedelta(days=1), moment - timedelta(days=7)
    rows = session.execute(
        select(
            UnitPosition.fid,
            UnitPosition.exercise_id,
            UnitPosition.unit_kind,
            UnitPosition.unit_id,
            UnitPosition.at,
        )
        .where(UnitPosition.at < day)
        .order_by(UnitPosition.at.desc()),
        execution_options=EVERY_EXERCISE,
    ).yield_per(BATCH_ROWS)
    kept: set[tuple[object, ...]] = set()
    gone: list[int] = []
    for fid, exercise_id, kind, unit_id, at in rows:
        span_s = 60 if at >= week else 3600
        key = (exercise_id, kind, unit_id, span_s, int(at.timestamp()) // span_s)
        if key in kept:
            gone.append(fid)
            if len(gone) == BATCH_ROWS:
                break
        kept.add(key)
    return gone


def _seen(row: UnitPosition) -> Seen:
    return Seen(x=row.x, y=row.y, at=row.at, accuracy_m=row.accuracy_m)


def _fault(one: Reading, moment: datetime, there: Collection[Unit]) -> GisAppError | None:
    if (one.kind, one.id) not in there:
        return InputError("position.unknown_unit", kind=one.kind, unit_id=one.id)
    if not (-180 <= one.x <= 180 and -90 <= one.y <= 90):
        return InputError("incident.bad_point", x=one.x, y=one.y)
    if not moment - OLDEST <= one.at <= moment + CLOCKS_APART:
        return InputError("position.bad_moment")
    ranges = (
        (one.accuracy_m, WORST_ACCURACY_M),
        (one.speed_kph, FASTEST_KPH),
        (one.heading_deg, 360.0),
    )
    if any(value is not None and not 0 <= value <= most for value, most in ranges):
        return InputError("position.absurd", accuracy_m=WORST_ACCURACY_M, speed_kph=FASTEST_KPH)
    return None


def _there(session: Session, units: Collection[Unit]) -> set[Unit]:
    found: set[Unit] = set()
    for kind in {kind for kind, _id in units} & set(UNIT_KINDS):
        model = MODELS[kind]
        ids = [one for of, one in units if of == kind]
        found |= {(kind, one) for one in session.scalars(select(model.id).where(model.id.in_(ids)))}
    return found


def _known(
    session: Session, good: Collection[tuple[str, str, datetime]]
) -> set[tuple[str, str, datetime]]:
    if not good:
        return set()
    moments = [at for _kind, _id, at in good]
    rows = session.execute(
        select(UnitPosition.unit_kind, UnitPosition.unit_id, UnitPosition.at).where(
            UnitPosition.unit_id.in_({one for _kind, one, _at in good}),
            UnitPosition.at.between(min(moments), max(moments)),
        )
    )
    return {(row.unit_kind, row.unit_id, row.at) for row in rows}
