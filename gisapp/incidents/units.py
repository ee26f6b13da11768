"""What can be sent: units, and the teams that have none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from gisapp.registers.kinds import DETAILS
from gisapp.registers.kinds.hospital import Hospital
from gisapp.registers.kinds.team import Team
from gisapp.registers.kinds.unit import Unit
from gisapp.registers.queries import TeamRow, details, teams
from gisapp.schema import as_stored, geometries

OUT_OF_SERVICE = "out_of_service"
"""Status of what cannot be sent for days, as against who is out on a call."""
OF_HOSPITAL = "medical"
"""Kind of team as which a hospital's unit is drawn and called."""


class _UnitRow(NamedTuple):
    """Of a unit what its sending needs; columns of its register."""

    id: str
    name: str
    name_en: str | None
    team_id: str | None
    hospital_id: str | None
    unit_type: str
    profile: str
    status: str
    turnout_s: int | None
    contact_phone: str | None
    verified_at: date | None
    synthetic: bool


@dataclass(frozen=True, kw_only=True)
class Sendable:
    """A unit, or a team that is one.

    Attributes
    ----------
    kind
        Its register, ``unit`` or ``team``.
    stands_at
        Register and id of the record at whose place it stands: its owner, or itself.
    x, y
        Where it, or its owner, stands; lon/lat.
    profiles
        Vehicles that it can come with.
    turnout_s
        Its own, else its owner's; None where neither is known.
    capabilities
        What it can do.
    unit_type
        What a unit is; None for a team that is one.
    county
        Of the record at whose place it stands.
    is_parted
        A team that is sent in parts, none of which can do what is asked.
    """

    kind: str
    id: str
    stands_at: tuple[str, str]
    name: str
    name_en: str | None
    team_type: str
    tier: str | None
    agency: str | None
    contact_phone: str | None
    x: float
    y: float
    profiles: frozenset[str]
    turnout_s: int | None
    status: str
    verified_at: date | None
    synthetic: bool
    capabilities: frozenset[str]
    unit_type: str | None = None
    county: str | None = None
    is_parted: bool = False

    @property
    def records(self) -> frozenset[tuple[str, str]]:
        """Register and id of its record, and of the one that sends it."""
        return frozenset({(self.kind, self.id), self.stands_at})


def in_service(session: Session) -> list[Sendable]:
    """All that is sent as it stands, whoever is out on a call; without what is out of service."""
    return [row for row in sendable(session) if not row.is_parted and row.status != OUT_OF_SERVICE]


def sendable(session: Session, need: str | None = None) -> list[Sendable]:
    """Units and undivided teams with a capability, whatever their state.

    A team with units in use is not sent itself. Where none of them has the capability that the
    team is registered with, the team is named all the same, as one that cannot be sent whole.

    Parameters
    ----------
    need
        A capability code; None for all that can be sent, whatever they can do.

    Raises
    ------
    InputError
        ``registers.unknown_capability``.
    """
    able = teams(session, need)
    units = _units(session, need)
    in_parts = set(session.scalars(select(Unit.team_id).where(Unit.retired_at.is_(None))))
    by_unit = {row.team_id for row in units}
    owners = _owners(session, units)
    found = [
        _whole(row, is_parted=row.id in in_parts)
        for row in able
        if row.id not in in_parts or (need is not None and row.id not in by_unit)
    ]
    able_to = details(session, "unit", "capabilities", _those_able(need))
    found += [
        _part(row, owners[_owner_of(row)], able_to.get(row.id, ()))
        for row in units
        if _owner_of(row) in owners
    ]
    return found


def _whole(row: TeamRow, *, is_parted: bool) -> Sendable:
    return Sendable(
        kind="team",
        id=row.id,
        stands_at=("team", row.id),
        name=row.name,
        name_en=row.name_en,
        team_type=row.team_type,
        tier=row.tier,
        agency=row.agency,
        contact_phone=row.contact_phone,
        x=row.x,
        y=row.y,
        profiles=frozenset(row.vehicles),
        turnout_s=row.turnout_s,
        status=row.status,
        verified_at=row.verified_at,
        synthetic=row.synthetic,
        capabilities=frozenset(row.capabilities),
        county=row.county,
        is_parted=is_parted,
    )


def _part(row: _UnitRow, owner: _Owner, able_to: Iterable[str]) -> Sendable:
    return Sendable(
        kind="unit",
        id=row.id,
        stands_at=_owner_of(row),
        name=row.name,
        name_en=row.name_en,
        team_type=owner.team_type,
        tier=owner.tier,
        agency=owner.agency,
        contact_phone=row.contact_phone or owner.contact_phone,
        x=owner.x,
        y=owner.y,
        profiles=frozenset({row.profile}),
        turnout_s=owner.turnout_s if row.turnout_s is None else row.turnout_s,
        status=row.status,
        verified_at=row.verified_at,
        synthetic=row.synthetic,
        capabilities=frozenset(able_to),
        unit_type=row.unit_type,
        county=owner.county,
    )


def _those_able(need: str | None) -> Select[str]:
    """Ids of the units that have a capability, or any."""
    capability = DETAILS["unit"]["capabilities"].model
    able = select(capability.owner_id)
    return able if need is None else able.where(capability.code == need)


def _units(session: Session, need: str | None) -> list[_UnitRow]:
    query = (
        select(*(getattr(Unit, name) for name in _UnitRow._fields))
        .where(Unit.retired_at.is_(None), Unit.id.in_(_those_able(need)))
        .order_by(Unit.id)
    )
    return [_UnitRow._make(row) for row in session.execute(query)]


@dataclass(frozen=True, kw_only=True)
class _Owner:
    team_type: str
    tier: str | None
    agency: str | None
    contact_phone: str | None
    turnout_s: int | None
    county: str | None
    x: float
    y: float


def _owner_of(row: _UnitRow) -> tuple[str, str]:
    return ("team", row.team_id) if row.team_id else ("hospital", row.hospital_id or "")


def _owners(session: Session, units: list[_UnitRow]) -> dict[tuple[str, str], _Owner]:
    """The teams and hospitals of some units that stand somewhere, by register and id."""
    found: dict[tuple[str, str], _Owner] = {}
    for model, name in ((Team, "team_id"), (Hospital, "hospital_id")):
        ids = {getattr(row, name) for row in units} - {None}
        if not ids:
            continue
        rows = [row for row in _read(session, model) if row.id in ids]
        places = geometries([row.geom for row in rows])
        found |= {
            (model.__tablename__, row.id): _Owner(
                team_type=getattr(row, "team_type", OF_HOSPITAL),
                tier=getattr(row, "tier", None),
                agency=row.agency,
                contact_phone=row.contact_phone,
                turnout_s=getattr(row, "turnout_s", None),
                county=row.county,
                x=place.x,
                y=place.y,
            )
            for row, place in zip(rows, places.tolist(), strict=True)
            if not place.is_empty
        }
    return found


def _read(session: Session, model: Any) -> list[Any]:  # noqa: ANN401 - Team or Hospital
    names = ("id", "team_type", "tier", "agency", "contact_phone", "turnout_s", "county")
    columns = [getattr(model, name) for name in names if hasattr(model, name)]
    return list(session.execute(select(*columns, as_stored(model.geom).label("geom"))).all())
