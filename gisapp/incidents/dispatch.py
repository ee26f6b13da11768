"""Nearest-resource dispatch: who goes to an incident, how, and why the others do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.incidents.able import Group, Muster, muster
from gisapp.incidents.closures import ClosureRecord, on_network, open_closures
from gisapp.incidents.coordinates import Spot
from gisapp.incidents.proposal import (
    Candidate,
    HeldUp,
    LeftOut,
    Proposal,
    Proposed,
    Warned,
    limit_text,
)
from gisapp.incidents.whereabouts import is_outside, whereabouts
from gisapp.messages import translate
from gisapp.registers import KINDS
from gisapp.registers.freshness import is_late
from gisapp.registers.queries import TeamRow
from gisapp.registers.vocabulary import VEHICLE_PROFILES
from gisapp.settings import Settings
from gisapp.site import Site
from gisapp.store import Store
from routing import (
    PROFILES,
    Closures,
    NotOnNetworkError,
    Position,
    Reached,
    Router,
    Unreachable,
)

PREFER_MAIN_NETWORK_M = 300.0
"""Within this distance the connected network is preferred to an unconnected piece of road."""

FAR_FROM_ROAD_M = 100.0
"""From this far on the road end is not the work point, and the proposal says so."""


class Context(Protocol):
    """What a dispatch needs of the application."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102

    @property
    def site(self) -> Site: ...  # noqa: D102

    @property
    def store(self) -> Store: ...  # noqa: D102

    @property
    def router(self) -> Router: ...  # noqa: D102


class _Arrival(NamedTuple):
    """A team that can arrive, and between which places on the road."""

    reached: Reached
    team: Candidate
    origin: Position
    goal: Position


def propose(
    app: Context,
    x: float,
    y: float,
    need: str,
    *,
    k: int = 5,
    vehicle: str | None = None,
    limit_s: float | None = None,
    closures: Sequence[ClosureRecord] | None = None,
    at: datetime | None = None,
    given: Spot | None = None,
) -> Proposal:
    """Propose the `k` teams that reach a point first.

    Ranked by turnout plus travel, team → incident; equal times by id. Every other team that
    has the capability is listed with the reason it is not proposed.

    Parameters
    ----------
    app
        The opened site.
    x, y
        The incident, lon/lat EPSG:4326.
    need
        Capability code, a key of ``registers.vocabulary.CAPABILITIES``.
    k
        Number of teams wanted, 1 to the setting ``max_proposals``.
    vehicle
        A vehicle profile every team must bring; None lets each bring the heaviest it has,
        since the answer must hold for the vehicles that do the work.
    limit_s
        Teams that need longer than this, turnout included, are left out.
    closures
        Closures to reckon with; None takes those in force.
    at
        The moment of the order, timezone-aware; None is now.
    given
        What the position was written as, for the answer to name its reference system.

    Raises
    ------
    InputError
        ``registers.unknown_capability``, ``dispatch.bad_k``, ``dispatch.bad_limit``,
        ``dispatch.unknown_vehicle``.
    routing.QueryError
        The coordinates are swapped, not finite or off the globe.
    routing.NotOnNetworkError
        No road within the setting ``max_snap_m``; ``dispatch.outside_no_road`` where the point
        lies outside the site besides.
    """
    _check(app.settings, k=k, vehicle=vehicle, limit_s=limit_s)
    router = app.router
    with app.store.session() as session:
        moment = (at or now(session)).astimezone(ZoneInfo(app.site.time_zone))
        found = _muster(app, router, session, need, vehicle, moment.date())
        where = whereabouts(session, x, y)
        records = tuple(open_closures(session) if closures is None else closures)
        outside = is_outside(session, where)
    try:
        spot = locate_on_road(router, x, y, max_distance_m=app.settings.max_snap_m)
    except NotOnNetworkError as error:
        if not outside:
            raise
        code, params = "dispatch.outside_no_road", {"x": x, "y": y}
        raise NotOnNetworkError(code, translate(code, "en", **params), **params) from error
    closed = on_network(router.network, records)
    arrivals, cut_off, held_up = _drive(
        router,
        (x, y),
        found.groups,
        reach_m=app.settings.max_snap_m,
        closed=closed,
        records=records,
    )
    left_out = [*found.not_ready, *cut_off]
    proposed: list[Proposed] = []
    rank = 0
    for arrival in arrivals:
        reached, candidate = arrival.reached, arrival.team
        if limit_s is not None and reached.total_s > limit_s:
            params = {"total_min": reached.total_s / 60, "limit_min": limit_s / 60}
            left_out.append(LeftOut(team=candidate, reason="limit", params=params))
            continue
        rank += 1
        if len(proposed) == k:
            params = {"total_min": reached.total_s / 60, "rank": rank}
            left_out.append(LeftOut(team=candidate, reason="beyond_k", params=params))
        else:
            proposed.append(_proposed(router, arrival, rank=rank, closed=closed, moment=moment))
    network = router.network
    return Proposal(
        x=x,
        y=y,
        road_x=spot.x,
        road_y=spot.y,
        side_distance_m=spot.side_distance_m,
        road_name=network.names[network.street_name[spot.street]],
        whereabouts=where,
        need=need,
        vehicle=vehicle,
        asked_k=k,
        generated_at=moment,
        closures=records,
        proposed=tuple(proposed),
        left_out=tuple(left_out),
        held_up=tuple(held_up),
        warnings=(
            *([Warned(code="outside", params={"x": x, "y": y})] if outside else []),
            *_warnings(spot, found.teams, proposed, k, held_up=held_up),
        ),
        synthetic=app.site.synthetic or found.synthetic,
        outside=outside,
        given=given,
    )


def _check(settings: Settings, *, k: int, vehicle: str | None, limit_s: float | None) -> None:
    if not 1 <= k <= settings.max_proposals:
        raise InputError("dispatch.bad_k", k=k, most=settings.max_proposals)
    if limit_s is not None and not limit_s > 0:
        raise InputError("dispatch.bad_limit", limit_min=limit_s / 60)
    if vehicle is not None and vehicle not in PROFILES:
        known = ", ".join(PROFILES)
        raise InputError("dispatch.unknown_vehicle", vehicle=vehicle, known=known)


def _muster(  # noqa: PLR0917 - all that decides who comes
    app: Context, router: Router, session: Session, need: str, vehicle: str | None, today: date
) -> Muster:
    settings, reach_m = app.settings, app.settings.max_snap_m

    def judge(row: TeamRow) -> Candidate | LeftOut:
        candidate = _candidate(row, vehicle, settings, today)
        if row.status != "ready":
            return LeftOut(team=candidate, reason=row.status)
        if vehicle is not None and vehicle not in row.vehicles:
            return LeftOut(team=candidate, reason="no_vehicle", params=_vehicle_params(vehicle))
        return candidate

    def stand(one: Candidate) -> Position | None:
        return _stand_of(router, one.x, one.y, profile=one.profile, reach_m=reach_m)

    by = (vehicle, today, reach_m, settings.default_turnout_s)
    return muster(app.store, session, router, need, judge=judge, stand=stand, by=by)


def _candidate(row: TeamRow, vehicle: str | None, settings: Settings, today: date) -> Candidate:
    owned = [name for name in row.vehicles if name in PROFILES]
    heaviest = max(owned, key=lambda name: PROFILES[name].weight_t, default="light")
    return Candidate(
        id=row.id,
        name_zh=row.name,
        name_en=row.name_en or row.name,
        team_type=row.team_type,
        tier=row.tier or "",
        agency=row.agency or "",
        contact_phone=row.contact_phone or "",
        x=row.x,
        y=row.y,
        profile=vehicle or heaviest,
        turnout_s=float(settings.default_turnout_s if row.turnout_s is None else row.turnout_s),
        unverified=is_late(KINDS["team"], row.verified_at, today=today),
        synthetic=row.synthetic,
    )


def locate_on_road(
    router: Router, x: float, y: float, *, max_distance_m: float, profile: str | None = None
) -> Position:
    """Snap a point to a road, preferring the connected network to a scrap beside it.

    Files hold short pieces of road that nothing connects, a yard or a car park. Where the
    nearest street is such a piece and the main network lies within 300 m of the point, the
    main network is taken: a crew walks that far, and help could not reach the scrap at all.
    A true island, farther off, is kept.

    Parameters
    ----------
    x, y
        Lon/lat EPSG:4326.
    max_distance_m
        A point farther from every street is refused.
    profile
        Vehicle whose streets are candidates; None takes every street.

    Raises
    ------
    routing.QueryError, routing.NotOnNetworkError
    """
    spot = router.locate(x, y, profile=profile, max_distance_m=max_distance_m)
    network = router.network
    edge = network.street_edges[spot.street].max()
    if network.node_component[network.u[edge]] == 0:
        return spot
    try:
        return router.locate(
            x,
            y,
            profile=profile,
            max_distance_m=min(PREFER_MAIN_NETWORK_M, max_distance_m),
            main_only=True,
        )
    except NotOnNetworkError:
        return spot


_stands: WeakKeyDictionary[Router, dict[tuple[float, float, str, float], Position | None]] = (
    WeakKeyDictionary()
)
"""Where teams stand on the road, by their place: they move seldom, and snapping takes longer than
the search itself."""
MOST_STANDS = 100_000


def _stand_of(
    router: Router, x: float, y: float, *, profile: str, reach_m: float
) -> Position | None:
    """Where a team at a place stands on the road; None where no road is near."""
    known = _stands.setdefault(router, {})
    key = (x, y, profile, reach_m)
    if key not in known:
        if len(known) >= MOST_STANDS:
            known.clear()
        try:
            known[key] = locate_on_road(router, x, y, max_distance_m=reach_m, profile=profile)
        except NotOnNetworkError:
            known[key] = None
    return known[key]


def _drive(
    router: Router,
    point: tuple[float, float],
    groups: Mapping[str, Group],
    *,
    reach_m: float,
    closed: Closures,
    records: Sequence[ClosureRecord],
) -> tuple[list[_Arrival], list[LeftOut], list[HeldUp]]:
    """Ask the road network, one search per vehicle profile, and merge by time and id."""
    arrivals: list[_Arrival] = []
    held_up: list[HeldUp] = []
    left_out: list[LeftOut] = []
    reasons = {record.id: record.reason for record in records}
    for profile, (resources, origins, nowhere) in groups.items():
        try:
            goal = locate_on_road(router, *point, max_distance_m=reach_m, profile=profile)
        except NotOnNetworkError:
            params = _vehicle_params(profile)
            left_out += [
                LeftOut(team=one, reason="no_road_at_incident", params=params)
                for one in (*(one for one, _spot in origins.values()), *nowhere)
            ]
            continue
        left_out += [LeftOut(team=one, reason="no_road_at_team") for one in nowhere]
        if not len(resources):
            continue
        found = router.nearest(goal, resources, len(resources), profile=profile, closures=closed)
        arrivals += [_Arrival(item, *origins[item.id], goal) for item in found]
        arrived = {item.id for item in found}
        if router.network.has_doubts:
            # Were its limits known, the vehicle might come nearer than it can now.
            nearer = locate_on_road(
                router.trusting, *point, max_distance_m=reach_m, profile=profile
            )
            held_back = router.held_back(
                nearer,
                resources,
                found if nearer == goal else [],
                profile=profile,
                closures=closed,
            )
            totals_s = {item.id: item.total_s for item in found}
            held_up += [
                HeldUp(
                    team=origins[one.id][0],
                    total_s=one.total_s,
                    total_now_s=totals_s.get(one.id),
                    stops_away=nearer != goal,
                    limits=one.limits,
                )
                for one in held_back
            ]
        lost = [resource for resource in resources if resource.id not in arrived]
        if lost:
            left_out += [
                _unreachable(origins[why.id][0], why, reasons)
                for why in router.explain(
                    goal, lost, profile=profile, closures=closed, none_arrives=True
                )
            ]
    # The order of routing.Router.nearest, kept across profiles.
    arrivals.sort(
        key=lambda one: (
            one.reached.stops_short_m > 0,
            one.reached.total_s + one.reached.on_foot_s,
            one.team.id,
        )
    )
    held_up.sort(key=lambda one: (one.total_s, one.team.id))
    return arrivals, left_out, held_up


def _unreachable(team: Candidate, why: Unreachable, reasons: dict[str, str]) -> LeftOut:
    params: dict[str, object] = {
        "street": why.street_name or "—",
        "limit": why.limit if why.limit is not None else 0.0,
        "limits": "；".join(limit_text(one) for one in why.doubts),
        "closures": "；".join(reasons.get(one, one) for one in why.closure_ids),
        **_vehicle_params(team.profile),
    }
    return LeftOut(team=team, reason=why.reason, params=params)


def _vehicle_params(profile: str) -> dict[str, object]:
    known, label = PROFILES[profile], VEHICLE_PROFILES[profile]
    return {
        "vehicle_zh": label.zh,
        "vehicle_en": label.en,
        "weight_t": known.weight_t,
        "height_m": known.height_m,
    }


def _proposed(
    router: Router, arrival: _Arrival, *, rank: int, closed: Closures, moment: datetime
) -> Proposed:
    reached, team = arrival.reached, arrival.team
    route = router.route(arrival.origin, arrival.goal, profile=team.profile, closures=closed)
    return Proposed(
        rank=rank,
        team=team,
        travel_s=reached.travel_s,
        total_s=reached.total_s,
        arrival_at=moment + timedelta(seconds=reached.total_s),
        stops_short_m=reached.stops_short_m,
        side_distance_m=arrival.goal.side_distance_m,
        route=route,
    )


def _warnings(
    spot: Position,
    able: int,
    proposed: list[Proposed],
    k: int,
    *,
    held_up: list[HeldUp],
) -> list[Warned]:
    warned = []
    if not able:
        warned.append(Warned(code="no_team"))
    elif 0 < len(proposed) < k:  # that nobody arrives is said by the empty answer itself
        warned.append(Warned(code="fewer", params={"found": len(proposed), "asked": k}))
    if spot.side_distance_m > FAR_FROM_ROAD_M:
        warned.append(Warned(code="far_from_road", params={"distance_m": spot.side_distance_m}))
    detached = [
        item for item in proposed if item.side_distance_m > spot.side_distance_m + FAR_FROM_ROAD_M
    ]
    if detached:
        farthest_m = max(item.side_distance_m for item in detached)
        params = {"teams": len(detached), "distance_m": farthest_m}
        warned.append(Warned(code="vehicle_stops", params=params))
    short = max((item.stops_short_m for item in proposed), default=0.0)
    if short > 0:
        warned.append(Warned(code="stops_short", params={"distance_m": short}))
    if held_up:
        warned.append(Warned(code="held_up", params={"teams": len(held_up)}))
    unverified = sum(item.team.unverified for item in proposed)
    if unverified:
        warned.append(Warned(code="unverified", params={"teams": unverified}))
    return warned
