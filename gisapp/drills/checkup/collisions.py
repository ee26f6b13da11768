"""The collision audit: what several plans promise at once, and what is left of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from gisapp.clock import today as clock_today
from gisapp.drills.checkup.records import Known, equipment_of, records_of, stock_of
from gisapp.drills.plans.document import Clause
from gisapp.drills.plans.library import Edition
from gisapp.drills.plans.promises import (
    Arrival,
    Beds,
    Equipment,
    Force,
    Promise,
    Road,
    Shelter,
    Supply,
)
from gisapp.incidents.able import Context
from gisapp.incidents.units import in_service
from gisapp.registers.vocabulary import CAPABILITIES, EQUIPMENT
from gisapp.schema import Label
from gisapp.schema.values import Json

NOBODY = Label("—", "—")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What one plan asks of something.

    Attributes
    ----------
    clauses
        Headings of the clauses that promise it.
    """

    plan: str
    name: Label
    amount: float
    clauses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Collision:
    """Something that two plans or more count on.

    Attributes
    ----------
    what
        Kind of promise, ``arrival`` for a team or unit.
    kind, id
        Whose it is: a record, or a capability of which it does not matter who has it.
    of
        What of it, where it is equipment or goods.
    has
        How much there is today: units that can be sent, pieces, stock, places, beds; None where
        the register does not say.
    """

    what: str
    kind: str
    id: str
    owner: Label
    of: Label
    has: float | None
    claims: tuple[Claim, ...]

    @property
    def promised(self) -> float:
        """What all plans ask for together."""
        return sum(one.amount for one in self.claims)

    @property
    def left(self) -> float | None:
        """What is left when all plans have what they were promised; negative where it lacks."""
        return None if self.has is None else self.has - self.promised

    @property
    def is_short(self) -> bool:
        """Whether it is not enough for all, as far as anybody knows."""
        return self.left is None or self.left < 0

    def to_dict(self, lang: str) -> dict[str, Json]:
        """As JSON carries it."""
        return {
            "what": self.what,
            "kind": self.kind,
            "id": self.id,
            "owner": self.owner.in_(lang),
            "of": self.of.in_(lang),
            "has": self.has,
            "promised": self.promised,
            "left": self.left,
            "short": self.is_short,
            "plans": [
                {
                    "plan": one.plan,
                    "name": one.name.in_(lang),
                    "amount": one.amount,
                    "clauses": [*one.clauses],
                }
                for one in self.claims
            ],
        }


_Key = tuple[str, str, str, str]
_ADDED_UP = frozenset({"equipment", "supply"})


def audit(
    app: Context, session: Session, editions: Sequence[Edition], *, only: Collection[str] = ()
) -> list[Collision]:
    """Add up what plans promise that are in force at once; the shortest first.

    Within one plan the pieces and goods of several clauses are added up; of all else the largest
    counts: a unit promised to several places goes to one of them, for a plan speaks of one event
    at a time.

    Parameters
    ----------
    only
        Codes of the plans of the combined scenario; all where empty.
    """
    chosen = [one for one in editions if not only or one.plan.code in only]
    promises = [promise for one in chosen for _clause, promise in one.document.promises()]
    known = records_of(session, promises)
    claims = _claims(chosen, known)
    shared = {key: tuple(listed) for key, listed in claims.items() if len(listed) > 1}
    has = _Stock(app, session, promises, known)
    found = [
        Collision(
            what=key[0],
            kind=key[1],
            id=key[2],
            owner=has.owner(key),
            of=has.label(key),
            has=has.amount(key),
            claims=listed,
        )
        for key, listed in shared.items()
    ]
    return sorted(found, key=lambda one: (not one.is_short, one.left or 0.0, one.what, one.id))


def _claims(
    editions: Iterable[Edition], known: Mapping[tuple[str, str], Known]
) -> dict[_Key, list[Claim]]:
    found: dict[_Key, list[Claim]] = defaultdict(list)
    for edition in editions:
        asked: dict[_Key, list[tuple[Clause, float]]] = defaultdict(list)
        for clause, promise in edition.document.promises():
            told = _asked(promise, known)
            if told is not None:
                asked[told[0]].append((clause, told[1]))
        for key, parts in asked.items():
            together = sum if key[0] in _ADDED_UP else max
            found[key].append(
                Claim(
                    plan=edition.plan.code,
                    name=edition.plan.name,
                    amount=float(together(amount for _clause, amount in parts)),
                    clauses=tuple(dict.fromkeys(clause.heading for clause, _amount in parts)),
                )
            )
    return found


def _asked(promise: Promise, known: Mapping[tuple[str, str], Known]) -> tuple[_Key, float] | None:
    """What a promise takes of what; None of a road, which everybody uses."""

    def now(kind: str, record_id: str) -> str:
        record = known.get((kind, record_id))
        return record_id if record is None else record.id

    found: tuple[_Key, float]
    match promise:
        case Arrival():
            kind = promise.who_kind
            found = ("arrival", kind, now(kind, promise.who), ""), 1.0
        case Force():
            found = ("force", "capability", promise.capability, ""), promise.count
        case Equipment():
            team = now("team", promise.team)
            found = ("equipment", "team", team, promise.equipment), promise.count
        case Supply():
            depot = now("depot", promise.depot)
            found = ("supply", "depot", depot, promise.item_code), promise.quantity
        case Shelter():
            found = ("shelter", "shelter", now("shelter", promise.shelter), ""), promise.people
        case Beds():
            found = ("beds", "hospital", now("hospital", promise.hospital), ""), promise.beds
        case Road():
            return None
    return found


class _Stock:
    """How much there is today of what plans count on."""

    def __init__(
        self,
        app: Context,
        session: Session,
        promises: Sequence[Promise],
        known: Mapping[tuple[str, str], Known],
    ) -> None:
        self._records = {(one.kind, one.id): one for one in known.values()}
        self._stock = stock_of(session, promises, clock_today(session, app.site.time_zone))
        self._equipment = equipment_of(session, promises)
        self._units = in_service(session)

    def owner(self, key: _Key) -> Label:
        what, kind, record_id, _of = key
        if what == "force":
            return CAPABILITIES[record_id]
        record = self._records.get((kind, record_id))
        return (
            Label(record_id, record_id) if record is None else Label(record.name_zh, record.name_en)
        )

    def label(self, key: _Key) -> Label:
        what, *_rest, of = key
        if what == "equipment":
            return EQUIPMENT[of]
        return Label(of, of) if of else NOBODY

    def amount(self, key: _Key) -> float | None:
        what, kind, record_id, of = key
        record = self._records.get((kind, record_id))
        if what == "force":
            return float(sum(record_id in row.capabilities for row in self._units))
        if record is None or record.retired:
            return 0.0
        if what == "arrival":
            return float(sum((kind, record_id) in row.records for row in self._units))
        if what == "equipment":
            return float(self._equipment.get((record_id, of), 0))
        if what == "supply":
            return self._stock.get((record_id, of), 0.0)
        has = record.values.get("capacity" if what == "shelter" else "beds")
        return None if has is None else float(has)
