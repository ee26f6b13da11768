"""Cards of all open incidents filled at once: the use cases, and the answers kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.errors import InputError, UnknownRecordError
from gisapp.events import latest
from gisapp.incidents.able import Context
from gisapp.incidents.board import grading_of, incidents
from gisapp.incidents.cards.advisers import advisers
from gisapp.incidents.cards.cards import KIND as CARD
from gisapp.incidents.cards.cards import cards_in_use
from gisapp.incidents.cards.costs import costs
from gisapp.incidents.cards.filling import Filling
from gisapp.incidents.cards.fleet import Fleet, fleet_of
from gisapp.incidents.cards.needs import chosen
from gisapp.incidents.cards.plan import Adviser, Difference, IncidentPlan
from gisapp.incidents.cards.problem import Asked, Problem, problem
from gisapp.incidents.cards.reasons import incident_plan
from gisapp.incidents.cards.standards import standards
from gisapp.incidents.closures import ClosureRecord, open_closures
from gisapp.incidents.intake import KIND as INCIDENT
from gisapp.incidents.intake import find_incident, require_open
from gisapp.incidents.models import Incident
from gisapp.incidents.orders import KIND as ASSIGNMENT
from gisapp.incidents.orders import out_now
from gisapp.incidents.proposal import key_of
from gisapp.incidents.response.course import KIND as RESPONSE
from gisapp.incidents.response.models import Response
from gisapp.incidents.response.reading import open_responses
from gisapp.registers.kinds.expert import Expert
from gisapp.schema import Label

MOST_KEPT = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Solved:
    """The optimum over all open incidents.

    Attributes
    ----------
    experts
        By incident.
    """

    problem: Problem
    filling: Filling
    experts: Mapping[str, tuple[Adviser, ...]]

    def plan(self, incident_id: str) -> IncidentPlan:
        """What is proposed for one incident.

        Raises
        ------
        UnknownRecordError
            ``incident.unknown``.
        """
        number = self._number(incident_id)
        experts = self.experts.get(incident_id, ())
        return incident_plan(self.problem, self.filling, number, experts)

    def plans(self) -> list[IncidentPlan]:
        """What is proposed for each incident, by priority."""
        return [self.plan(one.id) for one in self.problem.asked]

    def apart(
        self, incident_id: str, units: Collection[str], *, instead_of: Solved | None = None
    ) -> Difference:
        """How far the choice of these units, by their keys, is from the optimum.

        All other places are filled anew, as well as they then can be.

        Parameters
        ----------
        instead_of
            The optimum it is compared to: where units are moved, that in which they stay.

        Raises
        ------
        UnknownRecordError
            ``incident.unknown``.
        InputError
            ``card.unknown_unit``.
        """
        fleet, number = self.problem.fleet, self._number(incident_id)
        for key in units:
            if key not in fleet.numbers:
                raise InputError("card.unknown_unit", unit=key)
        numbers = {fleet.numbers[key] for key in units}
        other = self.problem.with_choice(number, numbers).filling()
        best, used = (instead_of or self).filling, set(other.units)
        return Difference(
            unmet=sum(other.unmet[1:]) - sum(best.unmet[1:]),
            cover=other.unmet[0] - best.unmet[0],
            late_s=other.late_s - best.late_s,
            worst_s=other.worst_s - best.worst_s,
            total_s=other.total_s - best.total_s,
            idle=tuple(sorted(fleet.members[one].team.key for one in numbers - used)),
            costs=()
            if instead_of is None
            else costs(self.problem, numbers, before=instead_of.filling, after=other),
        )

    def _number(self, incident_id: str) -> int:
        for number, one in enumerate(self.problem.asked):
            if one.id == incident_id:
                return number
        raise UnknownRecordError("incident.unknown", incident_id=incident_id)


_kept: WeakKeyDictionary[Fleet, OrderedDict[tuple[object, ...], Solved]] = WeakKeyDictionary()


def propose(
    app: Context,
    session: Session,
    *,
    levels: Mapping[str, int] | None = None,
    may_move: Collection[str] = (),
) -> Solved:
    """Fill the cards of all open incidents, as well as they can be at once.

    The answer is kept until an event tells of a unit, a closure, an incident, an order or a card.

    Parameters
    ----------
    session
        A session of the application's store; one of an exercise fills that exercise's incidents.
    levels
        Levels of response by incident; where none is given, that of its response, else of its
        gravest grade.
    may_move
        Keys of units that are out and may be sent to another incident.

    Raises
    ------
    InputError
        ``card.not_out``: a unit that is to move is not out.
    SiteError
        No roads were imported yet; ``site.bad_response``.
    """
    levels = levels or {}
    fleet = fleet_of(app, session, app.router)
    closed = open_closures(session)
    out = {
        fleet.numbers[key]: incident_id
        for (kind, unit_id), incident_id in out_now(session).items()
        if (key := key_of(kind, unit_id)) in fleet.numbers
    }
    for unit in may_move:
        if fleet.numbers.get(unit) not in out:
            raise InputError("card.not_out", unit=unit)
    moving = frozenset(fleet.numbers[unit] for unit in may_move)
    mark = (
        *(
            latest(session, kind)
            for kind in (INCIDENT, RESPONSE, CARD, ASSIGNMENT, Expert.__tablename__)
        ),
        tuple(one.id for one in closed),
        tuple(sorted(out.items())),
        tuple(sorted(levels.items())),
        moving,
        tuple(sorted(app.site.response)),
    )
    kept = _kept.setdefault(fleet, OrderedDict())
    if mark not in kept:
        asked = _asked(app, session, fleet, closed=closed, levels=levels)
        found = problem(fleet, standards(app.site), asked, out=out, may_move=moving)
        kept[mark] = Solved(
            problem=found, filling=found.filling(), experts=_experts(session, asked)
        )
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)
    return kept[mark]


def propose_for(
    app: Context,
    session: Session,
    incident_id: str,
    *,
    level: int | None = None,
    may_move: Collection[str] = (),
) -> Solved:
    """Fill the cards of all open incidents for the sake of this one.

    Parameters
    ----------
    level
        Level of response that this incident is answered at; None takes its own.

    Raises
    ------
    UnknownRecordError
        ``incident.unknown``.
    InputError
        ``incident.not_open``; ``card.not_out``.
    SiteError
        As :func:`propose`.
    """
    require_open(find_incident(session, incident_id))
    levels = {incident_id: level} if level else None
    return propose(app, session, levels=levels, may_move=may_move)


def compare(
    app: Context,
    session: Session,
    incident_id: str,
    units: Collection[str],
    *,
    moved: Collection[str] = (),
) -> Difference:
    """How far an officer's choice for an incident is from the optimum, and what moving costs.

    Parameters
    ----------
    units
        Keys of all units chosen, those that are moved among them.
    moved
        Keys of those that are out for another incident and would leave it.

    Raises
    ------
    UnknownRecordError
        ``incident.unknown``.
    InputError
        ``incident.not_open``; ``card.unknown_unit``; ``card.not_out``.
    SiteError
        As :func:`propose`.
    """
    stays = propose_for(app, session, incident_id)
    if not moved:
        return stays.apart(incident_id, units)
    moving = propose_for(app, session, incident_id, may_move=moved)
    return moving.apart(incident_id, {*units, *moved}, instead_of=stays)


def level_of(row: Incident, response: Response | None) -> int | None:
    """The level that an incident is answered at: its response's, or else its gravest grade's."""
    if response is not None:
        return response.level
    gravest = grading_of(row).gravest()
    return None if gravest is None else gravest[1].level


def _asked(
    app: Context,
    session: Session,
    fleet: Fleet,
    *,
    closed: Sequence[ClosureRecord],
    levels: Mapping[str, int],
) -> list[Asked]:
    cards, router = cards_in_use(session), app.router
    reach_m = app.settings.max_snap_m
    found = []
    rows = incidents(session)
    responses = open_responses(session, [row.id for row in rows])
    arrivals = fleet.arrivals(router, [(row.x, row.y) for row in rows], closed, reach_m)
    for row, seconds in zip(rows, arrivals, strict=True):
        level = levels.get(row.id, level_of(row, responses.get(row.id)))
        found.append(
            Asked(
                id=row.id,
                title=Label(row.title, row.title_in("en")),
                kind=row.kind,
                priority=row.priority,
                level=level,
                card=chosen(cards, row.kind, level),
                arrivals=seconds,
            )
        )
    return found


def _experts(session: Session, asked: Sequence[Asked]) -> dict[str, tuple[Adviser, ...]]:
    where = {
        row.id: (row.x, row.y)
        for row in session.execute(
            select(Incident.id, Incident.x, Incident.y).where(
                Incident.id.in_([one.id for one in asked])
            )
        )
    }
    wanted = {one.id: one.card.experts for one in asked if one.card and one.card.experts}
    found = advisers(session, {code for codes in wanted.values() for code in codes})
    return {one: found.nearest(codes, *where[one]) for one, codes in wanted.items()}
