"""Which teams arrive at a point and when, over all vehicles; which limits hold others up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gisapp.incidents.able import Group
from gisapp.incidents.proposal import Candidate, HeldUp
from gisapp.incidents.standing import road_near
from routing import Closures, Position, Reached, ResourceSet, Router


class Arrival(NamedTuple):
    """A team that can arrive, and between which places on the road."""

    reached: Reached
    team: Candidate
    origin: Position
    goal: Position


@dataclass(frozen=True, kw_only=True)
class Search:
    """One incident, asked about once per vehicle profile.

    Parameters
    ----------
    point
        The incident, lon/lat.
    groups
        The teams that are ready, by vehicle profile.
    reach_m
        How far from a road the incident may lie.
    closed
        Roads that are closed.
    limit_s
        Longest time to arrival, turnout included; None for any.
    away
        Keys of units that are out.
    """

    router: Router
    point: tuple[float, float]
    groups: Mapping[str, Group]
    reach_m: float
    closed: Closures
    limit_s: float | None = None
    away: frozenset[str] = frozenset()
    _goals: dict[tuple[bool, str], Position | None] = field(default_factory=dict, init=False)

    def goal(self, profile: str, *, trusting: bool = False) -> Position | None:
        """Where a vehicle meets the road to the incident; None where it may use none near by.

        Parameters
        ----------
        trusting
            Whether limits that nobody can read are taken as none.
        """
        key = trusting, profile
        if key not in self._goals:
            router = self.router.trusting if trusting else self.router
            self._goals[key] = road_near(
                router, *self.point, max_distance_m=self.reach_m, profile=profile
            )
        return self._goals[key]

    def first(self, k: int | None) -> list[Arrival]:
        """The `k` teams that arrive first, of every vehicle; all where `k` is None.

        Those that drive all the way come first, by total and id; then those that must stop
        short of it, by total and metres on foot and id: the order of ``Router.nearest``.
        """
        found = [one for profile in self.groups for one in self._of(profile, k)]
        return sorted(found, key=_order)[:k]

    def held_up(self, k: int | None, arrivals: Sequence[Arrival]) -> list[HeldUp]:
        """The teams that limits nobody can read keep away, or delay.

        Parameters
        ----------
        k
            Only those that would be among the first `k` were they let pass; all where None.
        arrivals
            Of :meth:`first` for the same `k`.

        Returns
        -------
        list of HeldUp
            By total and id.
        """
        if not self.router.network.has_doubts:
            return []
        # Doubts bar the heavy alone: of the others nobody comes sooner.
        heavy = {name for name in self.groups if self.router.profiles[name].heavy}
        free = [one for one in arrivals if one.team.profile not in heavy]
        free += [one for profile in heavy for one in self._of(profile, k, trusting=True)]
        now = {one.team.key: one for one in arrivals}
        sooner: dict[str, list[str]] = {}
        for one in sorted(free, key=_order)[:k]:
            known = now.get(one.team.key)  # of the others nobody has asked yet
            if (
                known is None
                or known.goal != one.goal
                or one.reached.total_s < known.reached.total_s
            ):
                sooner.setdefault(one.team.profile, []).append(one.team.key)
        held = [
            one for profile, ids in sooner.items() for one in self._held_up(profile, frozenset(ids))
        ]
        return sorted(held, key=lambda one: (one.total_s, one.team.key))

    def _of(self, profile: str, k: int | None, *, trusting: bool = False) -> list[Arrival]:
        group = self.groups[profile]
        if not len(group.resources):
            return []
        goal = self.goal(profile, trusting=trusting)
        if goal is None:
            return []
        router = self.router.trusting if trusting else self.router
        # Few are out at a time: asking for so many more is less than packing the rest anew.
        found = router.nearest(
            goal,
            group.resources,
            (k + len(self.away)) if k else len(group.resources),
            profile=profile,
            closures=self.closed,
            limit_s=self.limit_s,
        )
        free = [one for one in found if one.id not in self.away][:k]
        return [Arrival(one, *group.origins[one.id], goal) for one in free]

    def _held_up(self, profile: str, ids: frozenset[str]) -> list[HeldUp]:
        """Which of some teams a limit holds up, and which: each compared with its time now."""
        router, group = self.router, self.groups[profile]
        asked = ResourceSet(one for one in group.resources if one.id in ids)
        goal = self.goal(profile)
        # Were its limits known, the vehicle might come nearer than it can now.
        nearer = self.goal(profile, trusting=True)
        if nearer is None:
            return []
        found = (
            []
            if goal is None
            else router.nearest(goal, asked, len(asked), profile=profile, closures=self.closed)
        )
        totals_s = {one.id: one.total_s for one in found}
        return [
            HeldUp(
                team=group.origins[one.id][0],
                total_s=one.total_s,
                total_now_s=totals_s.get(one.id),
                stops_away=nearer != goal,
                limits=one.limits,
            )
            for one in router.held_back(
                nearer,
                asked,
                found if nearer == goal else [],
                profile=profile,
                closures=self.closed,
            )
        ]


def _order(one: Arrival) -> tuple[bool, float, str]:
    reached = one.reached
    return reached.stops_short_m > 0, reached.total_s + reached.on_foot_s, one.team.key
