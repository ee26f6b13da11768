"""Where new posts serve best by a standard: from the registers and the roads to a siting model."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pydantic import Field, field_validator, model_validator
from sqlalchemy.orm import Session

from gisapp.errors import InputError
from gisapp.incidents.standing import stands_of
from gisapp.planning.candidates import Candidate, Candidates, candidates_of
from gisapp.planning.changes import MOST_CHANGES, MOST_TURNOUT_S, Post
from gisapp.planning.coverage import FirstStudy, Ground, arrival_table
from gisapp.planning.demands import Demand
from gisapp.planning.siting import (
    Effort,
    InfeasibleError,
    Model,
    Problem,
    Solution,
    bacop,
    lscp,
    mclp,
    mexclp,
    p_center,
    p_median,
)
from gisapp.planning.standards import Clock, vehicle_profile
from gisapp.schema import Label
from routing import Resource, ResourceSet

MODELS: Final = {
    Model.MCLP: Label("最大覆盖（MCLP）", "Most people in time (MCLP)"),
    Model.LSCP: Label("全部覆盖、数量最少（LSCP）", "Everyone in time, fewest sites (LSCP)"),
    Model.P_MEDIAN: Label("总行程最短（p-中值）", "Least travel in all (p-median)"),
    Model.P_CENTER: Label("最远者最近（p-中心）", "Shortest longest way (p-centre)"),
    Model.BACOP: Label("双重覆盖（BACOP）", "Most people twice (BACOP)"),
    Model.MEXCLP: Label("考虑忙碌的期望覆盖（MEXCLP）", "Expected cover by free units (MEXCLP)"),
}
BY_BUDGET: Final = frozenset({Model.MCLP, Model.P_MEDIAN})
"""Models that take money in the place of a number."""
WITHOUT_CAPACITY: Final = frozenset({Model.P_CENTER, Model.BACOP, Model.MEXCLP})
MOST_SECONDS: Final = 3600.0
_NAMED: Final = 10
"""Places that an error names."""


class SitingStudy(FirstStudy):
    """A question of siting, whole: a coverage to be made better, and by what.

    Attributes
    ----------
    model
        By which new sites are chosen; the limit of the standard is its radius.
    candidates
        Where they may be.
    new_sites
        How many (MEXCLP: units, at new or existing sites); None for LSCP, which finds the fewest,
        and where there is a budget.
    budget
        Most that they may cost together.
    weigh
        Whether every place counts as much as its people, or once. Places without people do not
        count by people; those whose people nobody knows neither, and are told.
    turnout_s, vehicle
        Of what a new site sends; the turnout counts where the standard's clock begins at the order.
    busy
        MEXCLP: share of time in which a unit is busy.
    backup_weight
        BACOP: of the second cover against the first; None: all have to be covered once.
    gap, time_limit_s
        As :class:`gisapp.planning.siting.Effort` has them.
    """

    model: Model = Model.MCLP
    candidates: Candidates
    new_sites: int | None = Field(default=None, ge=1, le=MOST_CHANGES)
    budget: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    weigh: Literal["people", "places"] = "people"
    turnout_s: float = Field(default=0.0, ge=0, le=MOST_TURNOUT_S, allow_inf_nan=False)
    vehicle: str = "light"
    busy: float = Field(default=0.3, ge=0, lt=1)
    backup_weight: float | None = Field(default=None, ge=0, le=1)
    gap: float = Field(default=0.001, ge=0, le=1)
    time_limit_s: float = Field(default=60.0, gt=0, le=MOST_SECONDS)

    @field_validator("vehicle")
    @classmethod
    def _is_a_vehicle(cls, value: str) -> str:
        return vehicle_profile(value)

    @model_validator(mode="after")
    def _is_a_question(self) -> Self:
        name = self.model.value
        if self.model == Model.LSCP:
            if self.new_sites is not None:
                raise ValueError("lscp finds the fewest sites: leave new_sites out")
        elif self.budget is not None and self.model not in BY_BUDGET:
            raise ValueError(f"{name} takes new_sites, no budget")
        elif (self.new_sites is None) == (self.budget is None):
            raise ValueError(
                "one of new_sites and budget is needed"
                if self.model in BY_BUDGET
                else f"{name} needs new_sites"
            )
        if self.model in WITHOUT_CAPACITY and any(
            one.capacity is not None for one in self.candidates.given
        ):
            raise ValueError(f"{name} knows no capacities")
        return self


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A place that became a site.

    Attributes
    ----------
    units
        How many; 1 but in MEXCLP.
    places, people
        Served from it by the model; people as far as they are known.
    """

    candidate: Candidate
    units: int
    places: int
    people: float


@dataclass(frozen=True, kw_only=True)
class Sited:
    """The answer to a question of siting.

    Attributes
    ----------
    chosen
        New sites in the order of the candidates.
    added
        Units added at sites that exist (MEXCLP), by post.
    solution
        As the model gives it, checked.
    candidates, existing
        How many there were to choose from, and how many posts exist and stay.
    off_road
        Candidates too far from any road their vehicle may use.
    left_out
        Rows of the demand that no site of all reaches (not in time, where there is a radius).
    weightless
        Rows that do not count: without people, or nobody knows how many.
    """

    chosen: tuple[Chosen, ...]
    added: dict[str, int]
    solution: Solution
    candidates: int
    existing: int
    off_road: tuple[Candidate, ...]
    left_out: npt.NDArray[np.int64]
    weightless: npt.NDArray[np.int64]

    def posts(self, study: SitingStudy) -> tuple[Post, ...]:
        """The new sites as posts of a coverage."""
        return tuple(
            Post(
                id=one.candidate.id,
                name=one.candidate.name,
                name_en=one.candidate.name_en,
                x=one.candidate.x,
                y=one.candidate.y,
                turnout_s=study.turnout_s,
                vehicle=study.vehicle,
            )
            for one in self.chosen
        )


def find_sites(
    session: Session,
    ground: Ground,
    study: SitingStudy,
    demand: Demand,
    *,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
) -> Sited:
    """Choose new sites so that a demand is served best by the standard of a study.

    Places that no site of all reaches, in time where the model has a radius, are left out and told:
    no model could do anything for them, and two of them would refuse every question.

    Parameters
    ----------
    ground
        Of the same study.
    seed
        Of the solver's choices among equals.
    stop
        Asked now and then; true ends the search with what is best by then.

    Raises
    ------
    InputError
        ``planning.no_candidates``, ``planning.many_candidates``, ``planning.nothing_to_site``.
    InfeasibleError
        Its demands named by their ids.
    UnsolvedError, DisagreementError
    """
    offered = candidates_of(session, ground.router.network, study.candidates)
    table = _times(ground, study, demand, offered)
    weights = _weights(study, demand)
    radius_s = None if study.model in {Model.P_MEDIAN, Model.P_CENTER} else _radius_s(study)
    within = np.isfinite(table.seconds) if radius_s is None else table.seconds <= radius_s
    counts = weights > 0
    reached = within.any(axis=1)
    rows = np.flatnonzero(counts & reached)
    if not len(rows) or not table.sites:
        raise InputError("planning.nothing_to_site")
    problem = Problem.from_cost_matrix(
        table.seconds[rows],
        weights=weights[rows],
        predefined_facilities=range(table.posts),
        site_costs=[0.0] * table.posts + [one.cost for one in table.sites],
        capacities=_capacities(table, float(weights[rows].sum())),
    )
    effort = Effort(gap=study.gap, time_limit_s=study.time_limit_s, seed=seed, stop=stop)
    try:
        solution = _solve(problem, study, radius_s, effort)
    except InfeasibleError as error:
        ids = demand.places["id"].to_numpy()[rows[error.demands]].tolist()
        more = {**error.params}
        if "first" in more:
            more["first"] = ", ".join(map(str, ids[:_NAMED]))
        raise InfeasibleError(error.code, demands=rows[error.demands], **more) from error
    return _sited(
        table,
        solution,
        np.asarray(demand.places["people"].fillna(0.0))[rows],
        off_road=table.off_road,
        left_out=np.flatnonzero(counts & ~reached),
        weightless=np.flatnonzero(~counts),
    )


@dataclass(frozen=True, kw_only=True)
class _Table:
    """Seconds (D, posts + sites): of the posts that exist, then of the candidates on the road."""

    seconds: npt.NDArray[np.float64]
    post_names: tuple[str, ...]
    sites: tuple[Candidate, ...]
    off_road: tuple[Candidate, ...]

    @property
    def posts(self) -> int:
        return len(self.post_names)


def _times(
    ground: Ground, study: SitingStudy, demand: Demand, offered: Sequence[Candidate]
) -> _Table:
    """Seconds until whoever stands at each post or candidate arrives, by the standard's clock."""
    points = [(x, y) for x, y in shapely.get_coordinates(demand.places.geometry).tolist()]
    names = sorted({post for group in ground.supply.groups.values() for post in group.posts})
    column = {name: at for at, name in enumerate(names)}
    turnout_s = study.turnout_s if study.standard.clock == Clock.ORDER else 0.0
    from_sites, standing = candidate_table(
        ground,
        points,
        offered,
        profile=study.standard.vehicle or study.vehicle,
        turnout_s=turnout_s,
    )
    seconds = np.full((len(points), len(names)), np.inf)
    for profile, group in ground.supply.groups.items():
        found = arrival_table(ground, points, group.resources, profile)
        for member, server in enumerate(group.servers):
            at = column[server.post]
            seconds[:, at] = np.minimum(seconds[:, at], found[:, member])
    on_road = set(standing)
    return _Table(
        seconds=np.concatenate((seconds, from_sites[:, standing]), axis=1),
        post_names=tuple(names),
        sites=tuple(offered[row] for row in standing),
        off_road=tuple(one for row, one in enumerate(offered) if row not in on_road),
    )


def candidate_table(
    ground: Ground,
    points: Sequence[tuple[float, float]],
    offered: Sequence[Candidate],
    *,
    profile: str,
    turnout_s: float = 0.0,
) -> tuple[npt.NDArray[np.float64], list[int]]:
    """Seconds until whoever is sent from each candidate arrives at each point.

    Returns
    -------
    seconds : (points, candidates) float64
        Infinite where it does not arrive, or the candidate is too far from any road.
    standing : list of int
        Candidates that are not.
    """
    spots = stands_of(
        ground.router,
        [(one.x, one.y) for one in offered],
        max_distance_m=ground.max_snap_m,
        profile=profile,
    )
    standing = [row for row, spot in enumerate(spots) if spot is not None]
    packed = ResourceSet(
        Resource(f"{row:09d}", spot, turnout_s)
        for row, spot in enumerate(spots)
        if spot is not None
    )
    seconds = np.full((len(points), len(offered)), np.inf)
    if standing:
        seconds[:, standing] = arrival_table(ground, points, packed, profile)
    return seconds, standing


def _weights(study: SitingStudy, demand: Demand) -> npt.NDArray[np.float64]:
    if study.weigh == "places":
        return np.ones(len(demand.places))
    return np.asarray(demand.places["people"].fillna(0.0), dtype=np.float64)


def _radius_s(study: SitingStudy) -> float:
    """The limit with half a millisecond: on the minute is in time."""
    return study.standard.limit_min * 60.0 + 0.0005


def _capacities(table: _Table, everybody: float) -> list[float] | None:
    """What each site can serve; of those that exist nobody says, so that they suffice."""
    if all(one.capacity is None for one in table.sites):
        return None
    known = [everybody if one.capacity is None else one.capacity for one in table.sites]
    return [everybody] * table.posts + known


def _solve(
    problem: Problem, study: SitingStudy, radius_s: float | None, effort: Effort
) -> Solution:
    posts = int(problem.predefined.sum())
    radius = math.inf if radius_s is None else radius_s
    if study.model == Model.LSCP:
        return lscp(
            problem, service_radius=radius, budget=study.budget, complementary=True, effort=effort
        )
    number = None if study.new_sites is None else posts + study.new_sites
    if study.model == Model.MCLP:
        return mclp(
            problem, service_radius=radius, p_facilities=number, budget=study.budget,
            complementary=True, effort=effort,
        )  # fmt: skip
    if study.model == Model.P_MEDIAN:
        return p_median(problem, p_facilities=number, budget=study.budget, effort=effort)
    assert number is not None
    if study.model == Model.P_CENTER:
        return p_center(problem, p_facilities=number, effort=effort)
    if study.model == Model.BACOP:
        return bacop(
            problem, service_radius=radius, p_facilities=number,
            backup_weight=study.backup_weight, effort=effort,
        )  # fmt: skip
    return mexclp(
        problem, service_radius=radius, p_facilities=number, busy=study.busy, effort=effort
    )


def _sited(
    table: _Table,
    solution: Solution,
    known_people: npt.NDArray[np.float64],
    *,
    off_road: tuple[Candidate, ...],
    left_out: npt.NDArray[np.int64],
    weightless: npt.NDArray[np.int64],
) -> Sited:
    units = pd.Series(solution.sites, dtype="int64").value_counts()
    served = pd.Series(known_people).groupby(solution.assignment)
    places, people = served.size(), served.sum()
    posts = table.posts
    return Sited(
        chosen=tuple(
            Chosen(
                candidate=one,
                units=int(units[posts + at]),
                places=int(places.get(posts + at, 0)),
                people=float(people.get(posts + at, 0.0)),
            )
            for at, one in enumerate(table.sites)
            if posts + at in units.index
        ),
        added={
            name: int(units[at]) - 1
            for at, name in enumerate(table.post_names)
            if units.get(at, 0) > 1
        },
        solution=solution,
        candidates=len(table.sites) + len(off_road),
        existing=posts,
        off_road=off_road,
        left_out=left_out,
        weightless=weightless,
    )
