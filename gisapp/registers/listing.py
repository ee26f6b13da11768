"""Lists of records: searched, filtered, ordered, page by page.

A page goes on after the last row of the one before (keyset), so the hundredth is as quick as the
first. Every order ends with the id, as its index does.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from types import NoneType
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, selectinload

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.registers.fields import Field, FieldType, Kind
from gisapp.registers.freshness import not_verified_in_time, verified_in_time
from gisapp.registers.grading import grade_expression
from gisapp.registers.kinds import DETAILS, MODELS
from gisapp.registers.queries import as_mapping, described
from gisapp.schema.values import Value, Values
from gisapp.store import holds_text, in_bbox, is_crowded

BBox = tuple[float, float, float, float]
Filters = Mapping[str, Sequence[str]]

MAX_LIMIT = 1000
MAX_COUNT = 10_000
"""A list is counted no further than this: beyond it a total is a lower bound."""

SORTED_BY = ("id", "name", "county", "agency", "verified_at", "updated_at")
"""Columns with an index to be ordered by, where a kind has them."""

FRESHNESS = ("overdue", "verified", "never")

_YES_OR_NO = {"true": True, "false": False, "1": True, "0": False}

_UNREADABLE = "\ufffd"
"""Stands in a cursor for a value that cannot be read; no text that is stored holds it alone."""

_FEW = 1000
"""So many answers of a text or a box are gathered first and put in order afterwards; where there
are more, the order is walked and each row asked, which soon fills a page."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which records are asked for, and in which order.

    Attributes
    ----------
    text
        Part of a name, in Chinese or English, or a whole id.
    filters
        By field the codes that are let through, joined by "or"; fields are joined by "and".
        ``freshness`` takes ``overdue``, ``verified`` and ``never``.
    sort
        One of :func:`sortable`, with ``-`` before it for the reverse order.
    bbox
        ``(min_x, min_y, max_x, max_y)``, degrees, EPSG:4326.
    retired
        ``no``, ``only`` or ``all``.
    today
        The day that falling due is judged by; today, UTC, where not given.
    """

    text: str = ""
    filters: Filters = field(default_factory=dict)
    sort: str = "id"
    bbox: BBox | None = None
    retired: str = "no"
    today: date | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some rows of a list.

    Attributes
    ----------
    rows
        Records as :func:`gisapp.registers.queries.as_mapping` gives them, with ``version``,
        ``updated_at``, ``retired_at`` and ``retire_reason``.
    total
        How many records the whole list has, None where they were not counted.
    exact
        Whether the list ends at `total`, or has at least so many.
    next
        What to give as `after` for the next page, None on the last.
    """

    rows: list[Values]
    total: int | None
    exact: bool
    next: str | None


def sortable(kind: Kind) -> tuple[str, ...]:
    """Fields that a list of `kind` can be ordered by."""
    columns = MODELS[kind.name].__table__.c
    return tuple(name for name in SORTED_BY if name in columns)


def filterable(kind: Kind) -> tuple[Field, ...]:
    """Fields that a list of `kind` can be filtered by, besides freshness."""
    plain = {"county", "agency"}
    return tuple(
        item
        for item in kind.fields
        if item.type in {FieldType.CODE, FieldType.BOOLEAN, FieldType.TAGS, FieldType.GRADE}
        or item.name in plain
        or item.references
    )


def list_records(
    session: Session,
    kind_name: str,
    question: Question | None = None,
    *,
    limit: int = 50,
    after: str | None = None,
    count: bool = True,
) -> Page:
    """Read one page of a list.

    Parameters
    ----------
    question
        All records in use by id where not given.
    limit
        Rows of the page, 1 to :data:`MAX_LIMIT`.
    after
        ``next`` of the page before.
    count
        Whether to count the whole list.

    Raises
    ------
    InputError
        ``registers.unknown_kind``, ``registers.bad_filter``, ``registers.bad_sort``,
        ``registers.bad_cursor``.
    """
    kind = described(kind_name)
    question = question or Question()
    limit = max(1, min(limit, MAX_LIMIT))
    conditions = _conditions(session, kind, question)
    fids, following = _page(session, kind, question, conditions, limit=limit, after=after)
    total, exact = None, False
    if count and after is None and following is None:
        total, exact = len(fids), True  # all of it is here: no second search
    elif count:
        total, exact = _count(session, kind, question, conditions)
    return Page(rows=_rows(session, kind, fids), total=total, exact=exact, next=following)


def every_record(
    session: Session, kind_name: str, question: Question, *, batch: int = 500
) -> Iterator[Values]:
    """Read a whole list, page after page, never more than one of them in memory."""
    after: str | None = None
    while True:
        page = list_records(session, kind_name, question, limit=batch, after=after, count=False)
        yield from page.rows
        session.expunge_all()
        after = page.next
        if after is None:
            return


def _page(
    session: Session,
    kind: Kind,
    question: Question,
    conditions: Sequence[ColumnElement[bool]],
    *,
    limit: int,
    after: str | None,
) -> tuple[list[int], str | None]:
    """Fids of a page and the cursor after it.

    Rows without a value come last, as a question of their own: so both run along the index,
    whatever a database thinks of where nothing is ordered.
    """
    model = MODELS[kind.name]
    name = question.sort.removeprefix("-")
    if name not in sortable(kind):
        known = ", ".join(sortable(kind))
        raise InputError("registers.bad_sort", field=name, known=known)
    falling = question.sort.startswith("-")
    column = getattr(model, name)
    last = _read_cursor(after, by_date=name == "verified_at", by_moment=name == "updated_at")
    found: list[tuple[int, Value, str]] = []
    if last is None or last[0] is not None:
        query = select(model.fid, column, model.id).where(*conditions, column.is_not(None))
        if last is not None:
            # In the column's own type: a moment written otherwise would not compare with it.
            value: Any = literal(last[0], column.type)
            if last[0] == _UNREADABLE:  # what stands in that row, whatever another program wrote
                value = select(column).where(model.id == last[1]).scalar_subquery()
            here, there = tuple_(column, model.id), tuple_(value, literal(last[1], model.id.type))
            query = query.where(here < there if falling else here > there)
        found = [
            (fid, _UNREADABLE if value is None else value, record_id)
            for fid, value, record_id in _take(
                session, query, (column, model.id), falling=falling, limit=limit + 1
            )
        ]
    if len(found) <= limit and MODELS[kind.name].__table__.c[name].nullable:
        query = select(model.fid, column, model.id).where(*conditions, column.is_(None))
        if last is not None and last[0] is None:
            query = query.where(model.id < last[1] if falling else model.id > last[1])
        found += _take(session, query, (model.id,), falling=falling, limit=limit + 1 - len(found))
    rows = found[:limit]
    following = _write_cursor(rows[-1][1], rows[-1][2]) if len(found) > limit else None
    return [row[0] for row in rows], following


def _take(
    session: Session,
    query: Select[Any],
    columns: Sequence[Any],
    *,
    falling: bool,
    limit: int,
) -> list[tuple[int, Value, str]]:
    order = [column.desc() if falling else column.asc() for column in columns]
    return list(session.execute(query.order_by(*order).limit(limit)).all())


def _conditions(session: Session, kind: Kind, question: Question) -> list[ColumnElement[bool]]:
    model = MODELS[kind.name]
    conditions: list[ColumnElement[bool]] = []
    if question.retired == "no":
        conditions.append(model.retired_at.is_(None))
    elif question.retired == "only":
        conditions.append(model.retired_at.is_not(None))
    text, few = question.text.strip(), False
    if text:
        holding = _holding(kind, text)
        # Once along the narrow index of names, not along the order's and into every wide row.
        found = session.scalars(select(model.fid).where(*conditions, holding).limit(_FEW + 1)).all()
        few = len(found) <= _FEW
        conditions.append(model.fid.in_(found) if few else holding)
    if question.bbox is not None and kind.geometry is not None:
        row_by_row = few or is_crowded(session, model.fid, question.bbox, more_than=_FEW)
        conditions.append(in_bbox(model.fid, question.bbox, row_by_row=row_by_row))
    choices = {item.name: item for item in filterable(kind)}
    for name, wanted in question.filters.items():
        if not wanted:
            continue
        if name == "freshness":
            today = question.today or now(session).date()
            conditions.append(or_(*(_fresh(kind, one, today) for one in wanted)))
        elif name in choices:
            conditions.append(among(kind, choices[name], wanted))
        else:
            raise bad_filter(name, wanted[0], [*choices, "freshness"])
    return conditions


def _holding(kind: Kind, text: str) -> ColumnElement[bool]:
    model = MODELS[kind.name]
    columns = [name for name in ("name", "name_en", "item") if hasattr(model, name)]
    return or_(*(holds_text(getattr(model, name), text) for name in columns), model.id == text)


def among(kind: Kind, item: Field, wanted: Sequence[str]) -> ColumnElement[bool]:
    """Ask that a field hold one of some values; lists, features and feeds all ask it here.

    Parameters
    ----------
    item
        One of :func:`filterable`.
    wanted
        Values as text; yes is ``1`` or ``true``, no ``0`` or ``false``. An empty text lets
        through what has no value, where the field is neither tags nor yes or no.

    Raises
    ------
    InputError
        ``registers.bad_filter``.
    """
    model = MODELS[kind.name]
    if item.choices is not None:
        for one in wanted:
            if one and one not in item.choices:
                raise bad_filter(item.name, one, item.choices)
    if item.type is FieldType.TAGS:
        rows = DETAILS[kind.name][item.name].model
        return model.id.in_(select(rows.owner_id).where(rows.code.in_(wanted)))
    is_grade = item.type is FieldType.GRADE
    column = grade_expression(kind, item.name) if is_grade else getattr(model, item.name)
    if item.type is FieldType.BOOLEAN:
        for one in wanted:
            if one.lower() not in _YES_OR_NO:
                raise bad_filter(item.name, one, _YES_OR_NO)
        return or_(*(column.is_(_YES_OR_NO[one.lower()]) for one in wanted))
    named = [int(one) if is_grade else one for one in wanted if one]
    holds: ColumnElement[bool] = column.in_(named)
    return or_(holds, column.is_(None)) if "" in wanted else holds


def _fresh(kind: Kind, wanted: str, today: date) -> ColumnElement[bool]:
    model = MODELS[kind.name]
    never: ColumnElement[bool] = model.verified_at.is_(None)
    if wanted == "never":
        return never
    if wanted not in FRESHNESS:
        raise bad_filter("freshness", wanted, FRESHNESS)
    if wanted == "overdue":
        return not_verified_in_time(kind, today=today)
    return verified_in_time(kind, today=today)


def bad_filter(name: str, value: str, known: Iterable[str]) -> InputError:
    """Say that records cannot be filtered like this, and by which of `known` they can."""
    return InputError(
        "registers.bad_filter", field=name[:40], value=value[:40], known=", ".join(known)
    )


def _count(
    session: Session, kind: Kind, question: Question, conditions: Sequence[ColumnElement[bool]]
) -> tuple[int, bool]:
    model = MODELS[kind.name]
    plain = replace(question, sort="id", retired="no", today=None) == Question()
    query = select(model.fid).where(*conditions)
    if plain:  # the narrow index alone is read
        return session.scalar(select(func.count()).select_from(query.subquery())) or 0, True
    capped = query.limit(MAX_COUNT + 1).subquery()
    total = session.scalar(select(func.count()).select_from(capped)) or 0
    return min(total, MAX_COUNT), total <= MAX_COUNT


def _rows(session: Session, kind: Kind, fids: Sequence[int]) -> list[Values]:
    model = MODELS[kind.name]
    details = [
        selectinload(getattr(model, one.rows)) for one in DETAILS.get(kind.name, {}).values()
    ]
    found = session.scalars(select(model).where(model.fid.in_(fids)).options(*details))
    by_fid = {row.fid: row for row in found}
    own = ("version", "updated_at", "retired_at", "retire_reason")
    return [
        {**as_mapping(by_fid[fid]), **{name: getattr(by_fid[fid], name) for name in own}}
        for fid in fids
        if fid in by_fid
    ]


def _write_cursor(value: Value, record_id: str) -> str:
    written = value.isoformat() if isinstance(value, date) else value
    text = json.dumps([written, record_id], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(
    after: str | None, *, by_date: bool, by_moment: bool
) -> tuple[str | date | None, str] | None:
    if not after:
        return None
    try:
        text = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode()
        value, record_id = json.loads(text)
        if value == _UNREADABLE:
            pass
        elif value is not None and by_date:
            value = date.fromisoformat(value)
        elif value is not None and by_moment:
            value = datetime.fromisoformat(value)
        if not isinstance(record_id, str) or not isinstance(value, (str, date, NoneType)):
            raise TypeError
        if isinstance(value, datetime):
            value = value.astimezone(UTC)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise InputError("registers.bad_cursor") from error
    return value, record_id
