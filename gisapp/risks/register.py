"""The register of risks: every hazard with its stage, level and inspections, sorted, filtered.

A hazard that nobody has assessed has no row of its own: it is read as identified, at the level
its facts propose (:mod:`gisapp.risks.levels`). So the register is never behind the census.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from shapely import Point
from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from gisapp.errors import InputError
from gisapp.registers.kinds import HAZARD_KINDS, HAZARD_MODELS
from gisapp.risks.errors import unknown_hazard
from gisapp.risks.levels import UNKNOWN, proposed_level, proposed_order
from gisapp.risks.models import Risk, Ticket
from gisapp.risks.vocabulary import State, TicketState
from gisapp.store import holds_text, in_bbox

HAZARDS: tuple[str, ...] = HAZARD_KINDS
"""Registers whose records have a lifecycle."""

_OF_HAZARD = (
    "id", "name", "name_en", "county", "agency", "contact_name", "contact_phone", "responsible",
    "synthetic",
)  # fmt: skip

BBox = tuple[float, float, float, float]
Due = Literal["", "overdue", "never", "tickets"]
Sort = Literal["level", "name", "county", "state", "due", "since"]
SORTS: tuple[Sort, ...] = ("level", "name", "county", "state", "due", "since")
DUES: tuple[Due, ...] = ("", "overdue", "never", "tickets")
MAX_PAGE = 1000


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which hazards to list; an empty value asks nothing.

    Attributes
    ----------
    level
        1 to 4; 0 for hazards without any level, None for all.
    due
        ``overdue``: an inspection is overdue; ``never``: none is on record; ``tickets``: a
        hidden danger at the hazard is past its deadline.
    text
        Part of the name or id.
    today
        The day that decides what is overdue.
    bbox
        Degrees, EPSG:4326.
    """

    today: date
    kind: str = ""
    county: str = ""
    state: str = ""
    level: int | None = None
    due: Due = ""
    text: str = ""
    bbox: BBox | None = None


@dataclass(frozen=True, kw_only=True)
class RiskRow:
    """One hazard as the register lists it.

    Attributes
    ----------
    kind, id, name, name_en, county, agency, contact_name, contact_phone, responsible, synthetic
        Of the hazard's own record.
    position
        Longitude and latitude, EPSG:4326.
    state, since
        Stage of the lifecycle, and when it was entered; None for a hazard never assessed.
    level
        1 (red) to 4 (blue): as assessed, else as proposed; None where the facts say nothing.
    proposed, assessed
        What the facts propose; whether somebody assessed it.
    version
        0 for a hazard without a row of its own.
    """

    kind: str
    id: str
    name: str
    name_en: str | None
    county: str | None
    agency: str | None
    contact_name: str | None
    contact_phone: str | None
    responsible: str | None
    synthetic: bool
    position: Point
    state: str
    since: datetime | None
    level: int | None
    proposed: int | None
    assessed: bool
    method: str | None
    likelihood: int | None
    consequence: int | None
    assessed_at: datetime | None
    assessed_by: str | None
    warning_colour: int | None
    measures: str | None
    inspected_on: date | None
    next_inspection_on: date | None
    version: int

    def is_overdue(self, today: date) -> bool:
        """Whether an inspection should have been made by now."""
        return (
            self.state != State.CLOSED
            and self.next_inspection_on is not None
            and self.next_inspection_on < today
        )

    def label(self, lang: str) -> str:
        """The hazard's name in `lang`, else its only name."""
        return self.name_en if lang != "zh" and self.name_en else self.name


def risk_of(session: Session, kind: str, hazard_id: str) -> RiskRow:
    """Where one hazard stands.

    Raises
    ------
    UnknownRecordError
        ``risks.unknown_hazard``: no such hazard, or its record is retired.
    """
    if kind not in HAZARDS:
        raise unknown_hazard(kind, hazard_id)
    row = session.execute(_branch(kind).where(HAZARD_MODELS[kind].id == hazard_id)).one_or_none()
    if row is None:
        raise unknown_hazard(kind, hazard_id)
    return _row(row)


def list_risks(
    session: Session,
    chosen: Filter,
    *,
    sort: str = "level",
    descending: bool = False,
    limit: int | None = 100,
    offset: int = 0,
) -> list[RiskRow]:
    """Hazards that `chosen` asks for.

    Parameters
    ----------
    sort
        One of :data:`SORTS`; equals are ordered by kind and id.
    limit, offset
        A page of the list; a `limit` of None gives all of it.

    Raises
    ------
    InputError
        ``risks.bad_sort``.
    """
    if sort not in SORTS:
        known = ", ".join(SORTS)
        raise InputError("risks.bad_sort", sort=sort, known=known)
    if limit is not None:
        # Few columns are put in order and the page alone is read whole.
        keys = _ordered_keys(session, chosen, sort, descending=descending, end=offset + limit)
        return _whole(session, keys[offset:])
    listed = _together(chosen)
    order = _in_order(_keys(listed.c, sort), descending=descending)
    query = select(listed).order_by(*order, listed.c.kind, listed.c.id).offset(offset)
    return [_row(row) for row in session.execute(query)]


def _keys(row: Any, sort: str) -> tuple[ColumnElement[Any], ...]:  # noqa: ANN401 - columns
    """What a list is sorted by, of columns that are named as those of :func:`_branch`."""
    graded = func.coalesce(row.level, UNKNOWN)
    keys: dict[str, tuple[ColumnElement[Any], ...]] = {
        "level": (graded,),
        "name": (row.name,),
        "county": (func.coalesce(row.county, ""), graded),
        "state": (row.state, graded),
        "due": (row.next_inspection_on.is_(None), row.next_inspection_on),
        "since": (row.since.is_(None), row.since),
    }
    return keys[sort]


def _in_order(keys: Sequence[ColumnElement[Any]], *, descending: bool) -> list[ColumnElement[Any]]:
    return [key.desc() if descending else key.asc() for key in keys]


def _ordered_keys(
    session: Session, chosen: Filter, sort: str, *, descending: bool, end: int
) -> list[tuple[str, str]]:
    """Kind and id of the first `end` hazards.

    Each register gives its own first ones, and those that somebody assessed apart from those that
    nobody did: of either an index knows the order, of both together none.
    """
    parts = [
        part
        for kind in _kinds(chosen)
        for part in _parts(kind, chosen, sort, descending=descending, end=end)
    ]
    if not parts:
        return []
    every = union_all(*(select(part.subquery()) for part in parts)).subquery()
    keys = [column for column in every.c if column.name not in {"kind", "id"}]
    query = select(every.c.kind, every.c.id).order_by(
        *_in_order(keys, descending=descending), every.c.kind, every.c.id
    )
    return [(row.kind, row.id) for row in session.execute(query.limit(end))]


def _parts(
    kind: str, chosen: Filter, sort: str, *, descending: bool, end: int
) -> Iterator[Select[Any]]:
    model = HAZARD_MODELS[kind]
    proposed = proposed_order(kind)

    def part(
        query: Select[Any],
        keys: Sequence[Any],
        ordered: Sequence[Any],
        last: InstrumentedAttribute[str] = model.id,
    ) -> Select[Any]:
        columns = [key.label(f"key_{number}") for number, key in enumerate(keys)]
        return (
            query.with_only_columns(
                *columns, literal(kind).label("kind"), model.id, maintain_column_froms=True
            )
            .order_by(*_in_order(ordered, descending=descending), last)
            .limit(end)
        )

    if sort in {"name", "county"}:
        graded = func.coalesce(Risk.level, proposed)
        keys = (model.name,) if sort == "name" else (func.coalesce(model.county, ""), graded)
        yield part(_filtered(kind, chosen), keys, keys)
        return
    every, told = _filtered(kind, chosen), _filtered(kind, chosen, told=True)
    untold = every.where(Risk.fid.is_(None))
    if sort == "level":
        yield part(every.where(Risk.level.is_(None)), (proposed,), (proposed,))
        yield part(
            told.where(Risk.level.is_not(None)), (Risk.level,), (Risk.level,), Risk.hazard_id
        )
    elif sort == "state":
        graded = func.coalesce(Risk.level, proposed)
        yield part(untold, (literal(State.IDENTIFIED.value), proposed), (proposed,))
        yield part(told, (Risk.state, graded), (Risk.state, graded))
    else:
        day: Any = Risk.next_inspection_on if sort == "due" else Risk.since
        keys = (day.is_(None), day)
        yield part(untold, keys, ())
        yield part(told, keys, keys)


def _whole(session: Session, keys: Sequence[tuple[str, str]]) -> list[RiskRow]:
    """Read hazards by kind and id, in the order given."""
    ids: dict[str, list[str]] = {}
    for kind, hazard_id in keys:
        ids.setdefault(kind, []).append(hazard_id)
    found: dict[tuple[str, str], RiskRow] = {}
    for kind, wanted in ids.items():
        for start in range(0, len(wanted), MAX_PAGE):
            query = _branch(kind).where(
                HAZARD_MODELS[kind].id.in_(wanted[start : start + MAX_PAGE])
            )
            found |= {(kind, row.id): _row(row) for row in session.execute(query)}
    return [found[key] for key in keys]


def count_risks(session: Session, chosen: Filter) -> int:
    """How many hazards `chosen` asks for."""
    counted = [_count(kind, chosen).scalar_subquery() for kind in _kinds(chosen)]
    return sum(session.execute(select(*counted)).one()) if counted else 0


def _count(kind: str, chosen: Filter) -> Select[int]:
    model = HAZARD_MODELS[kind]
    query = select(func.count()).select_from(model)
    if chosen.state or chosen.level is not None or chosen.due in {"overdue", "never"}:
        query = query.outerjoin(Risk, _of(kind))
    # Else not joined: PostgreSQL would leave the join out and still read the table's wide rows.
    return query.where(model.retired_at.is_(None), *_conditions(kind, chosen))


def ticket_overdue(today: date) -> ColumnElement[bool]:
    """Ask for tickets that were not rectified by their deadline."""
    unrectified = (TicketState.OPEN.value, TicketState.RECTIFYING.value)
    return and_(Ticket.state.in_(unrectified), Ticket.deadline < today)


def counted_by_county(chosen: Filter) -> Select[str | None, str, int, int, int, int]:
    """Ask for the number of hazards by county, stage and level.

    Returns
    -------
    Select
        Rows of county, state, level (0 for none), number, and those of them whose inspection
        is overdue or that were never inspected.
    """
    listed = _together(chosen)
    level = func.coalesce(listed.c.level, 0).label("level")
    overdue = case((listed.c.next_inspection_on < chosen.today, 1), else_=0)
    never = case((listed.c.inspected_on.is_(None), 1), else_=0)
    return select(
        listed.c.county,
        listed.c.state,
        level,
        func.count().label("number"),
        func.sum(overdue).label("overdue"),
        func.sum(never).label("never"),
    ).group_by(listed.c.county, listed.c.state, level)


def open_tickets(
    session: Session, rows: Iterable[RiskRow], *, today: date
) -> dict[tuple[str, str], tuple[int, int]]:
    """Hidden dangers not closed yet, and those of them past their deadline, by hazard."""
    keys = [(row.kind, row.id) for row in rows]
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for start in range(0, len(keys), MAX_PAGE // 4):
        late = func.sum(case((ticket_overdue(today), 1), else_=0))
        query = (
            select(Ticket.kind, Ticket.hazard_id, func.count(), late)
            .where(
                tuple_(Ticket.kind, Ticket.hazard_id).in_(keys[start : start + MAX_PAGE // 4]),
                Ticket.state != TicketState.CLOSED,
            )
            .group_by(Ticket.kind, Ticket.hazard_id)
        )
        for kind, hazard_id, number, overdue in session.execute(query):
            found[kind, hazard_id] = (number, int(overdue or 0))
    return found


def _kinds(chosen: Filter) -> tuple[str, ...]:
    return tuple(kind for kind in HAZARDS if chosen.kind in {"", kind})


def _branch(kind: str, *, told: bool = False) -> Select[Any]:
    """The hazards of one register with their risks; retired records are left out.

    With `told` only those that have a row of their own, which are then read first.
    """
    model = HAZARD_MODELS[kind]
    proposed = proposed_level(kind)
    return (
        select(
            literal(kind).label("kind"),
            *(model.column(name) for name in _OF_HAZARD),
            model.geom.label("position"),
            func.coalesce(Risk.state, State.IDENTIFIED.value).label("state"),
            Risk.since,
            func.coalesce(Risk.level, proposed).label("level"),
            proposed.label("proposed"),
            Risk.level.is_not(None).label("assessed"),
            Risk.method,
            Risk.likelihood,
            Risk.consequence,
            Risk.assessed_at,
            Risk.assessed_by,
            Risk.warning_colour,
            Risk.measures,
            Risk.inspected_on,
            Risk.next_inspection_on,
            func.coalesce(Risk.version, 0).label("version"),
        )
        .select_from(model)
        .join(Risk, _of(kind), isouter=not told)
        .where(model.retired_at.is_(None))
    )


def _of(kind: str) -> ColumnElement[bool]:
    """Join a hazard to what was said of it."""
    return and_(Risk.kind == kind, Risk.hazard_id == HAZARD_MODELS[kind].id)


def _filtered(kind: str, chosen: Filter, *, told: bool = False) -> Select[Any]:
    return _branch(kind, told=told).where(*_conditions(kind, chosen))


def _conditions(kind: str, chosen: Filter) -> Iterator[ColumnElement[bool]]:
    model = HAZARD_MODELS[kind]
    if chosen.county:
        yield model.county == chosen.county
    if chosen.state == State.IDENTIFIED:
        yield or_(Risk.state.is_(None), Risk.state == State.IDENTIFIED)
    elif chosen.state:
        yield Risk.state == chosen.state
    if chosen.level is not None:
        level = func.coalesce(Risk.level, proposed_order(kind))
        yield level == (chosen.level or UNKNOWN)
    if chosen.text:
        part = chosen.text
        yield or_(holds_text(model.name, part), model.id == part)
    if chosen.bbox is not None:
        yield in_bbox(model.fid, chosen.bbox)
    alive = or_(Risk.state.is_(None), Risk.state != State.CLOSED)
    if chosen.due == "overdue":
        yield and_(Risk.next_inspection_on < chosen.today, alive)
    elif chosen.due == "never":
        yield and_(Risk.inspected_on.is_(None), alive)
    elif chosen.due == "tickets":
        late = exists().where(
            Ticket.kind == kind,
            Ticket.hazard_id == model.id,
            ticket_overdue(chosen.today),
        )
        yield late


def _together(chosen: Filter) -> Subquery:
    branches = [_filtered(kind, chosen) for kind in _kinds(chosen)] or [
        _branch(HAZARDS[0]).where(literal(1) == 0)
    ]
    return union_all(*branches).subquery()


def _row(row: Any) -> RiskRow:  # noqa: ANN401 - a row of _branch
    return RiskRow(**dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it
