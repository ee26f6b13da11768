"""What the registers know in a box of the map: who lives there, what stands there, whom to call."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from gisapp.accounts.masking import masked
from gisapp.registers.kinds import HAZARD_KINDS, KINDS, MODELS
from gisapp.rights import Actor
from gisapp.schema import as_stored, geometries
from gisapp.schema.values import Json
from gisapp.store import in_bbox

VILLAGE: Final = "village"
KINDS_AROUND: Final = tuple(
    dict.fromkeys((VILLAGE, "crowded_place", "hospital", "shelter", *HAZARD_KINDS))
)
"""Registers that are asked what lies around: people first, then hazards."""
FIGURES: Final = ("households", "population", "people_needing_help")
"""Of a village."""
_CALLED = (
    ("contact_name", "contact_phone"),
    ("substitute_name", "substitute_phone"),
    ("responsible", "responsible_phone"),
)
"""Who is called first, and who where nobody answers: name and number."""
_TOLD = (*FIGURES, "meeting_point", "capacity", "beds")
BBox = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Call:
    """Somebody to call.

    Attributes
    ----------
    field
        Of the number, in the register.
    name, phone
        As whoever asks may see them.
    """

    kind: str
    field: str
    name: str | None
    phone: str

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The call as JSON carries it."""
        label = next(one.label for one in KINDS[self.kind].fields if one.name == self.field)
        return {"role": label.in_(lang), "name": self.name, "phone": self.phone}


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A record of a register somewhere.

    Attributes
    ----------
    names
        By language.
    x, y
        Lon/lat, EPSG:4326.
    told
        Figures and texts that its register has of it; None where unknown.
    """

    kind: str
    id: str
    names: Mapping[str, str]
    x: float
    y: float
    calls: tuple[Call, ...]
    told: Mapping[str, str | int | None]

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The record as JSON carries it."""
        return {
            "kind": self.kind,
            "kind_label": KINDS[self.kind].label.in_(lang),
            "id": self.id,
            "name": self.names[lang],
            "x": self.x,
            "y": self.y,
            "calls": [one.to_dict(lang) for one in self.calls],
            **self.told,
        }


@dataclass(frozen=True, kw_only=True)
class Total:
    """A sum over villages.

    Attributes
    ----------
    known
        Of those that have the figure; None where none of them has it: never 0.
    without
        Villages that have no such figure.
    """

    known: int | None
    without: int


@dataclass(frozen=True, kw_only=True)
class People:
    """Who lives in some villages."""

    villages: int
    totals: Mapping[str, Total]

    def to_dict(self) -> dict[str, Json]:
        """The sums as JSON carries them."""
        return {
            "villages": self.villages,
            **{
                name: {"known": one.known, "without_figures": one.without}
                for name, one in self.totals.items()
            },
        }


def people_in(things: Iterable[Thing]) -> People:
    """Add up who lives in the villages among `things`."""
    villages = [one for one in things if one.kind == VILLAGE]
    totals = {}
    for name in FIGURES:
        known = [value for one in villages if isinstance(value := one.told[name], int)]
        without = len(villages) - len(known)
        totals[name] = Total(known=sum(known) if known or not villages else None, without=without)
    return People(villages=len(villages), totals=totals)


def things_in(session: Session, actor: Actor, bbox: BBox) -> Iterator[Thing]:
    """Read what lies in a box, register by register, by the spatial index of each.

    Parameters
    ----------
    bbox
        West, south, east and north, EPSG:4326; rounded outwards, so that a little more comes.
    """
    for kind in KINDS_AROUND:
        model = MODELS[kind]
        near = and_(model.retired_at.is_(None), in_bbox(model.fid, bbox))
        yield from _things(session, actor, kind, near)


def villages_by_id(session: Session, actor: Actor, ids: Collection[str]) -> dict[str, Thing]:
    """Some villages by id, retired ones too; one whose position is unknown is not there.

    Parameters
    ----------
    actor
        Numbers are hidden from whoever may not see contacts.
    """
    named = MODELS[VILLAGE].id.in_(ids)
    return {one.id: one for one in _things(session, actor, VILLAGE, named)}


def _things(
    session: Session, actor: Actor, kind: str, which: ColumnElement[bool]
) -> Iterator[Thing]:
    model = MODELS[kind]
    calls = [pair for pair in _CALLED if all(hasattr(model, name) for name in pair)]
    told = [name for name in _TOLD if hasattr(model, name)]
    names = ["name", "name_en", "county", *(name for pair in calls for name in pair), *told]
    found = session.execute(
        select(model.id, as_stored(model.column("geom")), *(model.column(n) for n in names))
        .where(which)
        .order_by(model.fid)
    ).all()
    private = KINDS[kind].private_names()
    for row, place in zip(found, geometries([row[1] for row in found]).tolist(), strict=True):
        if place.is_empty:
            continue
        seen = masked(dict(zip(names, row[2:], strict=True)), private=private, actor=actor)
        name = str(seen["name"] or row[0])
        yield Thing(
            kind=kind,
            id=row[0],
            names={"zh": name, "en": str(seen["name_en"] or name)},
            x=place.x,
            y=place.y,
            calls=tuple(
                Call(
                    kind=kind,
                    field=number,
                    name=str(seen[who]) if seen[who] else None,
                    phone=str(seen[number]),
                )
                for who, number in calls
                if seen[number]
            ),
            told={
                name: value if isinstance(value := seen[name], (str, int)) else None
                for name in told
            },
        )
