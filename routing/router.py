"""The questions asked of a road network, in one place."""

from __future__ import annotations

import copy
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np

from routing.claims import Claims, Crews, find_claims
from routing.closures import Closures
from routing.conditions import slowed
from routing.cover import Cover, find_cover, limit_ms_of
from routing.disconnections import Disconnections, disconnections
from routing.doubts import ConfirmedLimit, HeldBack, confirm_limits, held_back, lift_limits
from routing.errors import QueryError
from routing.explain import Unreachable, explain
from routing.hierarchy.hierarchy import Hierarchy
from routing.isochrones import Direction, Isochrone, checked_minutes, find_isochrones
from routing.losses import Baseline, Fleet
from routing.nearest import Reached, as_prepared, crowd_of, prepare, rank
from routing.network import Bool, Float64, Int64, RoadNetwork
from routing.positions import Position, locate
from routing.profiles import BLOCKED, PROFILES, VehicleProfile, find_profile
from routing.resources import Resource, ResourceSet
from routing.routes import Route, find_route
from routing.searchgraph import LONGEST_MS, SearchGraph
from routing.service_areas import ServiceAreas, find_service_areas
from routing.severed import reached_from_main
from routing.times import MOST_BYTES, Searches

#: Pace of a laden crew beside a closed road, by which metres left on foot are weighed against
#: a longer drive. A default of ours.
ON_FOOT_KPH = 4.0

_DEFAULT_PROFILE = "light"


class Router:
    """Answers questions of travel over one network.

    Safe for threads: queries share nothing that changes, and a query keeps the closures it
    was given.

    Parameters
    ----------
    network
        The network.
    profiles
        Vehicles by name.
    on_foot_kph
        Pace by which metres left on foot inside a closure are weighed, greater than 0.
    hierarchy
        Of the network (:func:`routing.hierarchy_of`): questions that would take a long search are
        answered by it, to the millisecond as without.
    """

    def __init__(
        self,
        network: RoadNetwork,
        profiles: Mapping[str, VehicleProfile] = PROFILES,
        *,
        on_foot_kph: float = ON_FOOT_KPH,
        hierarchy: Hierarchy | None = None,
    ) -> None:
        if not 0 < on_foot_kph < math.inf:
            raise QueryError(
                "routing.bad_pace",
                f"A walking pace of {on_foot_kph} km/h is not possible; give more than 0.",
                on_foot_kph=on_foot_kph,
            )
        self.network = network
        self.profiles = dict(profiles)
        self._on_foot_kph = on_foot_kph
        self._graph = SearchGraph(network, self.profiles, hierarchy)

    @property
    def hierarchy(self) -> Hierarchy | None:
        """By what questions are answered where that is quicker; None where always by a search."""
        return self._graph.hierarchy

    def confirmed(self, limits: Iterable[ConfirmedLimit]) -> Router:
        """Return a router over this network with limits that a person has confirmed.

        See :func:`routing.confirm_limits`; adjacency and working memory are shared.
        """
        return self._over(confirm_limits(self.network, limits))

    def lifted(self, streets: Iterable[int]) -> Router:
        """Return a router over this network with the limits of streets taken away.

        As after a bridge was strengthened; adjacency and working memory are shared. Closures
        have to be made anew for its network.
        """
        return self._over(lift_limits(self.network, streets))

    def under(self, factors: Mapping[str, float], *, every: float = 1.0) -> Router:
        """Return a router over this network under other conditions: snow, fog, night.

        Adjacency and working memory are shared. Closures have to be made anew for its network.

        Parameters
        ----------
        factors
            Of speed, by ``highway`` class, greater than 0; a class with ``_link`` takes that of
            its own road where it is not named itself.
        every
            Of all other classes.

        Raises
        ------
        QueryError
            ``routing.bad_factor``.
        """
        return self._over(slowed(self.network, factors, every=every))

    def prepare(
        self,
        profile: str,
        resources: ResourceSet | None = None,
        *,
        closures: Closures | None = None,
    ) -> None:
        """Do now what makes later questions of a vehicle quick; nothing without a hierarchy.

        Without it the same is done when questions have cost as much as this does.

        Parameters
        ----------
        profile
            Name of the vehicle's profile.
        resources
            Who will be asked for, :meth:`nearest` to places.
        closures
            Closed roads.

        Raises
        ------
        QueryError
            ``routing.unknown_profile``, ``routing.foreign_closures``.
        """
        find_profile(self.profiles, profile)
        self._graph.mask(closures)
        engine = self._graph.engine
        if engine is None:
            return
        settled = engine.settle(profile, closures)
        if resources is not None:
            crowd = crowd_of(self._graph, resources, profile, closures)
            buckets = engine.fill(settled, crowd, closures)
            prepare(self._graph, resources, settled, buckets, profile=profile, closures=closures)

    def barred(self, profile: str) -> Int64:
        """Streets, rising, that only a limit of weight or height bars to a vehicle.

        Raises
        ------
        QueryError
            ``routing.unknown_profile``.
        """
        weights = self._graph.weights(profile)
        free = self._graph.without_limits(profile).weights(profile)
        edges = np.flatnonzero((weights == BLOCKED) & (free != BLOCKED))
        return np.unique(self.network.edge_street[edges]).astype(np.int64)

    def _over(self, network: RoadNetwork) -> Router:
        router = copy.copy(self)
        vars(router).pop("trusting", None)
        router.network = network
        router._graph = self._graph.over(network)  # noqa: SLF001 - its own class
        return router

    @cached_property
    def trusting(self) -> Router:
        """The same router with limits that cannot be read taken as none: to ask what if."""
        router = copy.copy(self)
        router.profiles = self._graph.trusting.profiles
        router._graph = self._graph.trusting  # noqa: SLF001 - its own class
        return router

    def locate(
        self,
        x: float,
        y: float,
        *,
        profile: str | None = None,
        max_distance_m: float = 2000.0,
        main_only: bool = False,
    ) -> Position:
        """Snap a point to the nearest street; see :func:`routing.positions.locate`.

        Parameters
        ----------
        x, y
            Longitude and latitude, degrees.
        profile
            Name of the vehicle whose streets are candidates; None takes every street.
        max_distance_m
            A point farther from every street is refused.
        main_only
            Only streets of the network's largest component are candidates.

        Returns
        -------
        Position

        Raises
        ------
        QueryError, NotOnNetworkError
            As :func:`routing.positions.locate`; ``routing.unknown_profile``.
        """
        vehicle = None if profile is None else find_profile(self.profiles, profile)
        return locate(
            self.network,
            x,
            y,
            profile=vehicle,
            max_distance_m=max_distance_m,
            main_only=main_only,
        )

    def nearest(
        self,
        incident: Position,
        resources: Sequence[Resource] | ResourceSet,
        k: int,
        *,
        profile: str = _DEFAULT_PROFILE,
        closures: Closures | None = None,
        limit_s: float | None = None,
    ) -> list[Reached]:
        """Find the `k` resources that arrive first: exact, and the same in every run.

        Parameters
        ----------
        incident
            The place to reach.
        resources
            Who may be sent, in any order. Packing them once as a :class:`ResourceSet` saves
            time over many questions.
        k
            How many, 1 or more.
        profile
            Name of their vehicle's profile.
        closures
            Closed roads.
        limit_s
            Largest total of turnout and travel, seconds.

        Returns
        -------
        list of Reached
            Ordered by (total, id); at most `k`, fewer where fewer arrive. Where the incident
            lies on a closed stretch, resources that can drive all the way come first, then
            those that stop short of it, by (total + on foot, id).

        Raises
        ------
        QueryError
            ``routing.bad_k``, ``routing.bad_limit``, ``routing.unknown_profile``,
            ``routing.bad_position``, ``routing.foreign_closures``,
            ``routing.duplicate_resource``, ``routing.bad_turnout``.
        """
        if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 1:
            raise QueryError(
                "routing.bad_k", f"The number of resources must be 1 or more, not {k!r}.", k=k
            )
        packed = resources if isinstance(resources, ResourceSet) else ResourceSet(resources)
        limit_ms = limit_ms_of(limit_s)
        found = as_prepared(
            self._graph,
            incident,
            packed,
            profile=profile,
            closures=closures,
            k=int(k),
            limit_ms=limit_ms,
        )
        if found is not None:
            return found
        ranked = rank(
            self._graph,
            incident,
            packed,
            profile=profile,
            closures=closures,
            k=int(k),
            limit_ms=limit_ms,
            on_foot_kph=self._on_foot_kph,
        )
        return [one.described(packed) for one in ranked]

    def explain(
        self,
        incident: Position,
        resources: Sequence[Resource] | ResourceSet,
        *,
        profile: str = _DEFAULT_PROFILE,
        closures: Closures | None = None,
        limit_s: float | None = None,
        none_arrives: bool = False,
    ) -> list[Unreachable]:
        """Say of every resource that does not arrive why not.

        Parameters
        ----------
        incident, resources, profile, closures, limit_s
            As in :meth:`nearest`.
        none_arrives
            Whether :meth:`nearest` found that none of them does, which need not be found anew.

        Returns
        -------
        list of Unreachable
            By identifier; empty where all arrive.

        Raises
        ------
        QueryError
            As in :meth:`nearest`.
        """
        packed = resources if isinstance(resources, ResourceSet) else ResourceSet(resources)
        return explain(
            self._graph,
            incident,
            packed,
            profile=profile,
            closures=closures,
            limit_ms=limit_ms_of(limit_s),
            on_foot_kph=self._on_foot_kph,
            none_arrives=none_arrives,
        )

    def held_back(
        self,
        incident: Position,
        resources: Sequence[Resource] | ResourceSet,
        arriving: Iterable[Reached],
        *,
        profile: str = _DEFAULT_PROFILE,
        closures: Closures | None = None,
    ) -> list[HeldBack]:
        """Name the resources that only limits nobody can read keep away or delay.

        Parameters
        ----------
        incident, resources, profile, closures
            As in :meth:`nearest`.
        arriving
            Those of them that arrive, as :meth:`nearest` found them.

        Returns
        -------
        list of HeldBack
            The soonest first; empty where every limit was read or the vehicle is light.

        Raises
        ------
        QueryError
            As in :meth:`nearest`.
        """
        packed = resources if isinstance(resources, ResourceSet) else ResourceSet(resources)
        return held_back(
            self._graph,
            incident,
            packed,
            profile=profile,
            closures=closures,
            arriving_ms={one.id: round(one.total_s * 1000) for one in arriving},
        )

    def route(
        self,
        origin: Position,
        destination: Position,
        *,
        profile: str = _DEFAULT_PROFILE,
        closures: Closures | None = None,
    ) -> Route:
        """Find the quickest drive.

        Parameters
        ----------
        origin, destination
            From where to where.
        profile
            Name of the vehicle's profile.
        closures
            Closed roads.

        Returns
        -------
        Route
            Its `travel_s` is the one :meth:`nearest` gives.

        Raises
        ------
        NoRouteError
            The destination cannot be reached (``routing.no_route``).
        QueryError
            ``routing.unknown_profile``, ``routing.bad_position``,
            ``routing.foreign_closures``.
        """
        return find_route(
            self._graph,
            origin,
            destination,
            profile=profile,
            closures=closures,
            on_foot_kph=self._on_foot_kph,
        )

    def cover(
        self,
        resources: Sequence[Resource] | ResourceSet,
        k: int = 1,
        *,
        posts: Sequence[Hashable] | None = None,
        profile: str = _DEFAULT_PROFILE,
        closures: Closures | None = None,
        limit_s: float | None = None,
    ) -> Cover:
        """Find who arrives first, second, ... `k`-th everywhere, in one search.

        Parameters
        ----------
        resources
            Who may be sent.
        k
            How many to find at each place, 1 to 8.
        posts : (F,)
            Of resources of one post only the first counts, so that a second due comes from
            another; by row of the :class:`ResourceSet`, which is in the order of ids. None
            counts each resource.
        profile
            Name of their vehicle's profile.
        closures
            Closed roads.
        limit_s
            Largest total of turnout and travel looked at, seconds: less is searched.

        Returns
        -------
        Cover
            To be asked about places and streets.

        Raises
        ------
        QueryError
            ``routing.bad_due``, ``routing.unequal_posts``, ``routing.bad_limit``,
            ``routing.unknown_profile``, ``routing.foreign_closures``,
            ``routing.duplicate_resource``, ``routing.bad_turnout``.
        """
        packed = resources if isinstance(resources, ResourceSet) else ResourceSet(resources)
        return find_cover(
            self._graph,
            packed,
            k=k,
            posts=posts,
            profile=profile,
            closures=closures,
            limit_ms=limit_ms_of(limit_s),
        )

    def baseline(
        self,
        fleets: Sequence[Fleet],
        *,
        closures: Closures | None = None,
    ) -> Baseline:
        """Find who arrives first at some places, to ask what the loss of streets would change.

        Parameters
        ----------
        fleets
            Who may be sent, by vehicle, and where each comes to the places.
        closures
            Roads that are closed before any loss.

        Returns
        -------
        Baseline
            To be asked what each loss costs.

        Raises
        ------
        QueryError
            ``routing.unequal_places``, ``routing.bad_position``, ``routing.unknown_profile``,
            ``routing.foreign_closures``.
        """
        return Baseline(self._graph, fleets, closures=closures)

    def disconnections(
        self,
        places: Sequence[Position],
        *,
        profile: str = _DEFAULT_PROFILE,
        closures: Closures | None = None,
    ) -> Disconnections:
        """Find between which places no road is left where one street is lost, whichever way.

        Parameters
        ----------
        places
            On the network.
        profile
            Name of the profile of a vehicle; streets that it may not use join nothing.
        closures
            Roads that are closed before any loss.

        Returns
        -------
        Disconnections
            By street.

        Raises
        ------
        QueryError
            ``routing.unknown_profile``, ``routing.foreign_closures``.
        """
        return disconnections(self._graph, places, profile=profile, closures=closures)

    def cut_off(
        self,
        positions: Sequence[Position],
        *,
        before: Closures | None,
        after: Closures,
        profile: str = _DEFAULT_PROFILE,
    ) -> Bool:
        """Tell which places no road leads to any more from the main part of the network.

        Parameters
        ----------
        positions
            The places.
        before, after
            Closed roads as they are, and with what is to be closed.
        profile
            Name of the vehicle's profile.

        Returns
        -------
        (len(positions),) bool
            True where a road leads there before and none after; False where none led there
            before.

        Raises
        ------
        QueryError
            ``routing.unknown_profile``, ``routing.foreign_closures``.
        """
        was, still = (
            reached_from_main(self._graph, positions, profile=profile, closures=closures)
            for closures in (before, after)
        )
        return was & ~still

    def isochrones(
        self,
        position: Position,
        minutes: Sequence[float],
        *,
        profile: str = _DEFAULT_PROFILE,
        closures: Closures | None = None,
        direction: Direction = "to",
    ) -> list[Isochrone]:
        """Find what lies within given driving times.

        Parameters
        ----------
        position
            The place in the middle.
        minutes
            Driving times, each greater than 0.
        profile
            Name of the vehicle's profile.
        closures
            Closed roads.
        direction
            ``"to"``: from where a vehicle reaches the place in time. ``"from"``: where a
            vehicle from the place gets to in time.

        Returns
        -------
        list of Isochrone
            By rising minutes, each geometry inside the next.

        Raises
        ------
        QueryError
            ``routing.bad_minutes``, ``routing.bad_direction``, ``routing.unknown_profile``,
            ``routing.bad_position``, ``routing.foreign_closures``.
        """
        return find_isochrones(
            self._graph,
            position,
            minutes,
            profile=profile,
            closures=closures,
            direction=direction,
            on_foot_kph=self._on_foot_kph,
        )

    def service_areas(
        self,
        crews: Sequence[Crews],
        minutes: Sequence[float],
        *,
        closures: Closures | None = None,
    ) -> ServiceAreas:
        """Draw what each post reaches first within given times, split by post.

        Parameters
        ----------
        crews
            Who may be sent, by vehicle: of all vehicles the first counts.
        minutes
            Turnout plus travel, each greater than 0.
        closures
            Closed roads.

        Returns
        -------
        ServiceAreas
            For each post by rising minutes, each inside the next, and apart from every other
            post's.

        Raises
        ------
        QueryError
            ``routing.bad_minutes``, ``routing.unequal_posts``, ``routing.unknown_profile``,
            ``routing.foreign_closures``, ``routing.duplicate_resource``,
            ``routing.bad_turnout``.
        """
        longest_s = checked_minutes(minutes)[-1] * 60.0
        claims = self.claims(crews, closures=closures, limit_s=longest_s)
        return find_service_areas(claims, minutes)

    def claims(
        self,
        crews: Sequence[Crews],
        due: int = 1,
        *,
        closures: Closures | None = None,
        limit_s: float | None = None,
    ) -> Claims:
        """Find whose every place of every street is, and when it is reached there.

        Parameters
        ----------
        crews
            Who may be sent, by vehicle: of all vehicles the first counts.
        due
            Whose place it is: of the first to arrive, or of the second, ... eighth; one counts
            for each post.
        closures
            Closed roads.
        limit_s
            Largest total of turnout and travel looked at, seconds.

        Returns
        -------
        Claims
            As driven along the streets; of equal times the lower row counts.

        Raises
        ------
        QueryError
            As :meth:`cover`.
        """
        covers = [
            self.cover(
                one.resources, due, posts=one.posts, profile=one.profile, closures=closures,
                limit_s=limit_s,
            )
            for one in crews
        ]  # fmt: skip
        longest_s = LONGEST_MS / 1000.0 if limit_s is None else limit_s
        return find_claims(self.network, crews, covers, due=due, limit_s=longest_s)

    def matrix(
        self,
        origins: Sequence[Position],
        destinations: Sequence[Position],
        *,
        profile: str = _DEFAULT_PROFILE,
        closures: Closures | None = None,
    ) -> Float64:
        """Compute the seconds of driving from every origin to every destination.

        Parameters
        ----------
        origins, destinations
            The places.
        profile
            Name of the vehicle's profile.
        closures
            Closed roads.

        Returns
        -------
        (len(origins), len(destinations)) float64
            Infinite where there is no way.

        Raises
        ------
        QueryError
            As in :meth:`route`.
        """
        names = [f"{row:09d}" for row in range(len(origins))]
        packed = ResourceSet(map(Resource, names, origins))
        searches = self.searches(most_bytes=0)
        found = searches.times(destinations, packed, profile=profile, closures=closures)
        return np.ascontiguousarray(found.total_s.T)

    def searches(self, *, most_bytes: int = MOST_BYTES) -> Searches:
        """Begin a series of questions of many resources and many places.

        Parameters
        ----------
        most_bytes
            Room for what one question leaves to the next.

        Returns
        -------
        Searches
            Whose :meth:`~Searches.times` tells everyone's times as :meth:`nearest` does, and
            after a change of closures searches only where roads changed.
        """
        return Searches(self._graph, on_foot_kph=self._on_foot_kph, most_bytes=most_bytes)
