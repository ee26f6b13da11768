"""The records that fail a check, to be worked off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session

from gisapp.errors import InputError
from gisapp.quality.board import joined
from gisapp.quality.checks import CHECKS, Check, recommended
from gisapp.registers.fields import Kind
from gisapp.registers.kinds import MODELS, RESOURCE_KINDS
from gisapp.registers.owning import owner_columns


@dataclass(frozen=True, kw_only=True)
class Failing:
    """One record that fails a check.

    Attributes
    ----------
    missing
        Names of its empty recommended fields.
    """

    id: str
    name: str
    county: str | None
    agency: str | None
    verified_at: date | None
    synthetic: bool
    missing: tuple[str, ...]


def check_of(code: str, kind: str) -> tuple[Check, Kind]:
    """The check called `code` and the kind, if it is asked of that kind.

    Raises
    ------
    InputError
        ``quality.unknown_check``.
    """
    check = CHECKS.get(code)
    if check is None or kind not in check.kinds:
        known = ", ".join(name for name, one in CHECKS.items() if kind in one.kinds) or "-"
        raise InputError("quality.unknown_check", check=code, kind=kind, known=known)
    return check, RESOURCE_KINDS[kind]


def failing(
    session: Session,
    code: str,
    kind_name: str,
    *,
    today: date,
    county: str | None = None,
    agency: str | None = None,
    after: str = "",
    limit: int = 100,
) -> list[Failing]:
    """Records of one kind that fail one check, by id.

    Parameters
    ----------
    today
        Of the site's clock.
    county, agency
        Only theirs; an empty text asks for records that name none, None for all.
    after
        Id of the last record of the page before.

    Raises
    ------
    InputError
        ``quality.unknown_check``.
    """
    check, kind = check_of(code, kind_name)
    model = MODELS[kind_name]
    place, owner = owner_columns(kind)
    fields = recommended(kind)
    name = "name" if any(item.name == "name" for item in kind.fields) else "item"
    query = joined(
        kind,
        select(
            model.id,
            model.column(name).label("name"),
            place.label("county"),
            owner.label("agency"),
            model.verified_at,
            model.synthetic,
            *(getattr(model, item.name).is_(None).label(f"no_{item.name}") for item in fields),
        ),
    ).where(check.condition(kind, today), *_whose(place, county), *_whose(owner, agency))
    query = query.where(model.id > after).order_by(model.id).limit(limit)
    return [
        Failing(
            id=row.id,
            name=row.name,
            county=row.county,
            agency=row.agency,
            verified_at=row.verified_at,
            synthetic=row.synthetic,
            missing=tuple(item.name for item in fields if getattr(row, f"no_{item.name}")),
        )
        for row in session.execute(query)
    ]


def count_failing(
    session: Session,
    code: str,
    kind_name: str,
    *,
    today: date,
    county: str | None = None,
    agency: str | None = None,
) -> int:
    """How many records :func:`failing` lists in all."""
    check, kind = check_of(code, kind_name)
    place, owner = owner_columns(kind)
    query = joined(kind, select(func.count())).where(
        check.condition(kind, today), *_whose(place, county), *_whose(owner, agency)
    )
    return session.scalar(query) or 0


def to_complete(kind: Kind, today: date) -> ColumnElement[bool]:
    """Ask for records of `kind` that fail any check that filling in or verifying mends."""
    codes = [code for code, check in CHECKS.items() if kind.name in check.kinds]
    return or_(*(CHECKS[code].condition(kind, today) for code in codes))


def _whose(
    column: SQLColumnExpression[str | None], wanted: str | None
) -> tuple[ColumnElement[bool], ...]:
    if wanted is None:
        return ()
    if wanted == "":
        return (column.is_(None),)
    return (column == wanted,)
