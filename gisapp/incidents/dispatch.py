"""Nearest-resource dispatch: who goes to an incident, how, and why the others do not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.incidents.able import Context, Group, muster
from gisapp.incidents.arriving import Arrival, Search
from gisapp.incidents.closures import ClosureRecord, on_network, open_closures
from gisapp.incidents.coordinates import Spot
from gisapp.incidents.orders import out_now
from gisapp.incidents.proposal import (
    Candidate,
    HeldUp,
    LeftOut,
    Others,
    Proposal,
    Proposed,
    Warned,
    key_of,
    limit_text,
    vehicle_params,
)
from gisapp.incidents.road_end import FAR_FROM_ROAD_M
from gisapp.incidents.standing import locate_on_road
from gisapp.incidents.whereabouts import is_outside, whereabouts
from gisapp.messages import translate
from gisapp.settings import Settings
from routing import PROFILES, NotOnNetworkError, Position, Unreachable


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

    Ranked by turnout plus travel, team → incident; equal times by id. Why every other team that
    has the capability is not proposed is told by :func:`others`, which asks for all.

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
        found = muster(app, session, router, need, vehicle=vehicle, today=moment.date())
        where = whereabouts(session, x, y)
        records = tuple(open_closures(session) if closures is None else closures)
        outside = is_outside(session, where)
        away = frozenset(_away(session))
    try:
        spot = locate_on_road(router, x, y, max_distance_m=app.settings.max_snap_m)
    except NotOnNetworkError as error:
        if not outside:
            raise
        code, params = "dispatch.outside_no_road", {"x": x, "y": y}
        raise NotOnNetworkError(code, translate(code, "en", **params), **params) from error
    search = Search(
        router=router,
        point=(x, y),
        groups=found.groups,
        reach_m=app.settings.max_snap_m,
        closed=on_network(router, records),
        limit_s=limit_s,
        away=away,
    )
    arrivals = search.first(k)
    held_up = search.held_up(k, arrivals)
    proposed = [
        _proposed(search, arrival, rank=rank, moment=moment)
        for rank, arrival in enumerate(arrivals, start=1)
    ]
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
        limit_s=limit_s,
        generated_at=moment,
        closures=records,
        proposed=tuple(proposed),
        others=found.teams - len(proposed),
        held_up=tuple(held_up),
        warnings=(
            *([Warned(code="outside", params={"x": x, "y": y})] if outside else []),
            *_expired(records),
            *_warnings(spot, found.teams, proposed, k, held_up=held_up),
        ),
        synthetic=app.site.synthetic or found.synthetic,
        outside=outside,
        given=given,
    )


def others(
    app: Context,
    x: float,
    y: float,
    need: str,
    *,
    proposed: Collection[str],
    closures: Iterable[ClosureRecord],
    at: datetime,
    vehicle: str | None = None,
    limit_s: float | None = None,
) -> Others:
    """Say of every team with the capability that was not proposed why not.

    Parameters
    ----------
    app, x, y, need, vehicle, limit_s
        As given to :func:`propose`.
    proposed
        Keys of those it proposed.
    closures, at
        Those of its answer, whatever was closed or lifted since.

    Raises
    ------
    InputError, routing.QueryError
        As :func:`propose`.
    """
    _check(app.settings, k=1, vehicle=vehicle, limit_s=limit_s)
    router, records = app.router, tuple(closures)
    today = at.astimezone(ZoneInfo(app.site.time_zone)).date()
    with app.store.session() as session:
        found = muster(app, session, router, need, vehicle=vehicle, today=today)
        away = _away(session)
    search = Search(
        router=router,
        point=(x, y),
        groups=found.groups,
        reach_m=app.settings.max_snap_m,
        closed=on_network(router, records),
        away=frozenset(away),
    )
    arrivals = search.first(None)
    settled = {one.team.key for one in arrivals} | away.keys()
    reasons = {record.id: record.reason for record in records}
    left_out = [*found.not_ready, *_serving(found.groups, away)]
    for profile, group in found.groups.items():
        left_out += _not_arriving(search, profile, group, settled, reasons)
    left_out += _not_first(arrivals, limit_s)
    return Others(
        left_out=tuple(one for one in left_out if one.team.key not in proposed),
        held_up=tuple(search.held_up(None, arrivals)),
    )


def _away(session: Session) -> dict[str, str]:
    """Keys of the units that are out, and the incident that each serves."""
    return {key_of(*unit): incident_id for unit, incident_id in out_now(session).items()}


def _serving(groups: Mapping[str, Group], away: Mapping[str, str]) -> list[LeftOut]:
    ready = [
        team
        for group in groups.values()
        for team in (*(one for one, _spot in group.origins.values()), *group.nowhere)
    ]
    return [
        LeftOut(team=one, reason="serving", params={"incident_id": away[one.key]})
        for one in ready
        if one.key in away
    ]


def _not_arriving(
    search: Search,
    profile: str,
    group: Group,
    settled: Collection[str],
    reasons: Mapping[str, str],
) -> list[LeftOut]:
    goal = search.goal(profile)
    if goal is None:
        params = vehicle_params(profile)
        ready = (*(one for one, _spot in group.origins.values()), *group.nowhere)
        return [
            LeftOut(team=one, reason="no_road_at_incident", params=params)
            for one in ready
            if one.key not in settled
        ]
    lost = [one for one in group.resources if one.id not in settled]
    cut_off = [
        LeftOut(team=one, reason="no_road_at_team")
        for one in group.nowhere
        if one.key not in settled
    ]
    if lost:
        cut_off += [
            _unreachable(group.origins[why.id][0], why, reasons)
            for why in search.router.explain(
                goal, lost, profile=profile, closures=search.closed, none_arrives=True
            )
        ]
    return cut_off


def _not_first(arrivals: Sequence[Arrival], limit_s: float | None) -> list[LeftOut]:
    """Why a team that can arrive was not proposed: too late, or beaten by others."""
    found: list[LeftOut] = []
    rank = 0
    for one in arrivals:
        total_s = one.reached.total_s
        if limit_s is not None and total_s > limit_s:
            params = {"total_min": total_s / 60, "limit_min": limit_s / 60}
            found.append(LeftOut(team=one.team, reason="limit", params=params))
        else:
            rank += 1
            params = {"total_min": total_s / 60, "rank": rank}
            found.append(LeftOut(team=one.team, reason="beyond_k", params=params))
    return found


def _check(settings: Settings, *, k: int, vehicle: str | None, limit_s: float | None) -> None:
    if not 1 <= k <= settings.max_proposals:
        raise InputError("dispatch.bad_k", k=k, most=settings.max_proposals)
    if limit_s is not None and not limit_s > 0:
        raise InputError("dispatch.bad_limit", limit_min=limit_s / 60)
    if vehicle is not None and vehicle not in PROFILES:
        known = ", ".join(PROFILES)
        raise InputError("dispatch.unknown_vehicle", vehicle=vehicle, known=known)


def _unreachable(team: Candidate, why: Unreachable, reasons: Mapping[str, str]) -> LeftOut:
    params: dict[str, object] = {
        "street": why.street_name or "—",
        "limit": why.limit if why.limit is not None else 0.0,
        "limits": "；".join(limit_text(one) for one in why.doubts),
        "closures": "；".join(reasons.get(one, one) for one in why.closure_ids),
        **vehicle_params(team.profile),
    }
    return LeftOut(team=team, reason=why.reason, params=params)


def _proposed(search: Search, arrival: Arrival, *, rank: int, moment: datetime) -> Proposed:
    reached, team = arrival.reached, arrival.team
    route = search.router.route(
        arrival.origin, arrival.goal, profile=team.profile, closures=search.closed
    )
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


def _expired(closures: Iterable[ClosureRecord]) -> list[Warned]:
    """That a road may be free again is for a person to find out: it counts as closed."""
    reasons = [one.reason for one in closures if one.is_expired]
    params = {"closures": "；".join(reasons)}
    return [Warned(code="closures_expired", params=params)] if reasons else []


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
