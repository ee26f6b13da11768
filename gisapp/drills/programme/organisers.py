"""Who holds drills, and has to: headquarters, governments, departments, townships, enterprises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.drills.programme.vocabulary import Organiser
from gisapp.errors import InputError
from gisapp.registers.kinds.area import Area
from gisapp.registers.kinds.enterprise import Enterprise
from gisapp.registers.kinds.place import Place
from gisapp.schema import Label
from gisapp.site.model import HeadquartersRow, load_site

_EXEMPT = "other"
"""Sector of enterprises whom article 8 does not name."""
_TOWN = "town"
"""Places that are townships or sub-districts, with the code of their division."""


class Unit(NamedTuple):
    """Who has to hold drills.

    Attributes
    ----------
    code
        Of a headquarters or a division, or id of an enterprise.
    county
        Six-digit code; None for the city's own.
    """

    kind: Organiser
    code: str
    name: Label
    county: str | None


def obliged(session: Session) -> Iterator[Unit]:
    """All whom article 8 of 生产安全事故应急条例 obliges, and the headquarters.

    Governments of county level and above with their departments in charge of work safety,
    townships and sub-districts (places of the site with the code of their division), and
    enterprises of the sectors that it names.
    """
    yield from headquarters(session)
    site = load_site(session)
    for kind in (Organiser.GOVERNMENT, Organiser.DEPARTMENT):
        yield Unit(kind, site.code, site.name, None)
    for code, name in _counties(session):
        yield Unit(Organiser.GOVERNMENT, code, name, code)
        yield Unit(Organiser.DEPARTMENT, code, name, code)
    towns = select(Place.code, Place.name, Place.name_en).where(
        Place.kind == _TOWN, Place.code.is_not(None), Place.retired_at.is_(None)
    )
    for town in session.execute(towns.order_by(Place.code)):
        code = str(town.code)
        name = Label(town.name, town.name_en or town.name)
        yield Unit(Organiser.TOWNSHIP, code, name, code[:6])
    firms = select(Enterprise.id, Enterprise.name, Enterprise.name_en, Enterprise.county).where(
        Enterprise.retired_at.is_(None), Enterprise.sector != _EXEMPT
    )
    for firm in session.execute(firms.order_by(Enterprise.id)):
        name = Label(firm.name, firm.name_en or firm.name)
        yield Unit(Organiser.ENTERPRISE, firm.id, name, firm.county)


def headquarters(session: Session) -> Iterator[Unit]:
    """The headquarters of the site, in the order of codes."""
    for row in session.scalars(select(HeadquartersRow).order_by(HeadquartersRow.code)):
        yield Unit(Organiser.HEADQUARTERS, row.code, Label(row.name_zh, row.name_en), None)


def require_organiser(session: Session, kind: Organiser, code: str) -> None:
    """Refuse the code of nobody.

    Raises
    ------
    InputError
        ``drill.unknown_organiser``.
    """
    if _found(session, kind, code) is None:
        raise InputError("drill.unknown_organiser", organiser=code[:40])


def county_of_organiser(session: Session, kind: Organiser, code: str) -> str | None:
    """County that a unit is of; None for the city's own."""
    if kind is Organiser.HEADQUARTERS:
        return None
    if kind is Organiser.ENTERPRISE:
        county: str | None = session.scalar(select(Enterprise.county).where(Enterprise.id == code))
        return county
    return None if code == load_site(session).code else code[:6]


def _counties(session: Session) -> list[tuple[str, Label]]:
    query = select(Area.id, Area.name, Area.name_en).where(
        Area.level == "county", Area.retired_at.is_(None)
    )
    rows = session.execute(query.order_by(Area.id))
    return [(row.id, Label(row.name, row.name_en or row.name)) for row in rows]


def _found(session: Session, kind: Organiser, code: str) -> str | None:
    if kind in {Organiser.GOVERNMENT, Organiser.DEPARTMENT} and code == load_site(session).code:
        return code
    query = {
        Organiser.HEADQUARTERS: select(HeadquartersRow.code).where(HeadquartersRow.code == code),
        Organiser.ENTERPRISE: select(Enterprise.id).where(Enterprise.id == code),
        Organiser.TOWNSHIP: select(Place.code).where(Place.code == code, Place.kind == _TOWN),
    }.get(kind, select(Area.id).where(Area.id == code, Area.level == "county"))
    found: str | None = session.scalar(query)
    return found
