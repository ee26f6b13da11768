"""Measures against gaps, each tried alone and judged by the standard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy.orm import Session

from gisapp.incidents.surroundings.road_names import street_name
from gisapp.planning.candidates import Candidate, Candidates, candidates_of
from gisapp.planning.changes import MOST_TURNOUT_S
from gisapp.planning.coverage import (
    Coverage,
    CoverageStudy,
    CoverState,
    Ground,
    arrival_table,
    arrivals_at,
)
from gisapp.planning.sites import candidate_table
from gisapp.planning.standards import Clock, in_time, vehicle_profile
from gisapp.planning.supply import Server, names_of_posts
from gisapp.schema import Label
from routing import Closures
from routing.structures import structures

STEP_S: Final = 30.0
"""Turnouts are shortened by whole steps of this."""
MOST_ROADS: Final = 300
"""Limits that are lifted one at a time; where there are more, those of structures come first."""

NOWHERE_ELSE: Final = Label("", "")

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


class Measure(StrEnum):
    """What can be done about a gap."""

    POST = "post"
    MOVE = "move"
    TURNOUT = "turnout"
    CREW = "crew"
    LIMIT = "limit"
    CLOSURE = "closure"


MEASURES: Final = {
    Measure.POST: Label("新设驻地", "New post"),
    Measure.MOVE: Label("迁移驻地", "Move a post"),
    Measure.TURNOUT: Label("缩短出动准备", "Shorten turnout"),
    Measure.CREW: Label("增配一支力量", "Second crew"),
    Measure.LIMIT: Label("加固、消除限重限高", "Strengthen: lift weight and height limits"),
    Measure.CLOSURE: Label("抢通封闭道路", "Repair: open a closed road"),
}


class Costs(BaseModel):
    """What measures cost, in any unit, the same for all; the planner's own figures.

    Attributes
    ----------
    turnout
        Of each minute by which one post turns out sooner.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    post: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    move: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    turnout: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    crew: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    limit: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    closure: float = Field(default=1.0, ge=0, allow_inf_nan=False)


class FixStudy(CoverageStudy):
    """A question of fixes, whole: a coverage with gaps, and what measures cost.

    Attributes
    ----------
    candidates
        Where a post may be set up or moved to; the cost of a candidate multiplies that of a post.
    turnout_s, vehicle
        Of what a new post sends.
    """

    candidates: Candidates
    costs: Costs = Costs()
    turnout_s: float = Field(default=0.0, ge=0, le=MOST_TURNOUT_S, allow_inf_nan=False)
    vehicle: str = "light"

    @field_validator("vehicle")
    @classmethod
    def _is_a_vehicle(cls, value: str) -> str:
        return vehicle_profile(value)


@dataclass(frozen=True, kw_only=True)
class Fix:
    """One measure, and what it changes by the standard.

    Attributes
    ----------
    key
        Unique among all.
    name
        Of the post, the candidate, the road.
    x, y
        Where it is taken, lon/lat.
    to
        Of a move, where to.
    minutes
        Of a shorter turnout, by how much.
    alike
        How many other measures of its kind cost and change the same.
    gained, lost
        Rows of the places newly covered, and no longer.
    """

    measure: Measure
    key: str
    name: Label
    x: float
    y: float
    cost: float
    gained: Rows
    lost: Rows
    to: Label = NOWHERE_ELSE
    minutes: float = 0.0
    alike: int = 0


@dataclass(frozen=True, kw_only=True)
class Table:
    """Seconds to every place: (D, ...) of crews, and of candidates by vehicle.

    Attributes
    ----------
    crews
        Servers by column of `crew_s`.
    owner
        Column of `names` whose crew each is: who counts once.
    called
        Posts by what their records are called.
    drive_s
        By vehicle, (D, C) seconds of driving from the candidates.
    """

    limit_min: float
    due: int
    crews: tuple[Server, ...]
    crew_s: npt.NDArray[np.float64]
    turnout_s: npt.NDArray[np.float64]
    owner: npt.NDArray[np.int64]
    names: tuple[str, ...]
    called: dict[str, Label]
    candidates: tuple[Candidate, ...]
    drive_s: dict[str, npt.NDArray[np.float64]]
    is_covered: Flags

    @classmethod
    def of(cls, session: Session, ground: Ground, study: FixStudy, coverage: Coverage) -> Table:
        """Search from every crew and from every candidate by every vehicle."""
        standard = study.standard
        xy = shapely.get_coordinates(coverage.places.geometry)
        points = [(x, y) for x, y in xy.tolist()]
        offered = candidates_of(session, ground.router.network, study.candidates)
        crews, columns = [], [np.empty((len(points), 0))]
        for profile, group in ground.supply.groups.items():
            crews += list(group.servers)
            columns.append(arrival_table(ground, points, group.resources, profile))
        keys = [one.key if standard.each_crew else one.post for one in crews]
        names = tuple(sorted(set(keys)))
        number = {name: row for row, name in enumerate(names)}
        counts = standard.clock == Clock.ORDER
        vehicle = standard.vehicle or study.vehicle
        return cls(
            limit_min=standard.limit_min,
            due=standard.due,
            crews=tuple(crews),
            crew_s=np.concatenate(columns, axis=1),
            turnout_s=np.array([one.turnout_s if counts else 0.0 for one in crews]),
            owner=np.array([number[key] for key in keys], dtype=np.int64),
            names=names,
            called=names_of_posts(session, crews) if not standard.each_crew else {},
            candidates=tuple(offered),
            drive_s={
                profile: candidate_table(ground, points, offered, profile=profile)[0]
                for profile in {vehicle, *ground.supply.groups}
            },
            is_covered=(coverage.places["state"] == CoverState.COVERED).to_numpy(),
        )

    def reaches(self, total_s: npt.NDArray[np.float64]) -> Flags:
        """Which arrivals are in time."""
        return in_time(total_s, self.limit_min)

    def of_owner(self, owner: int) -> npt.NDArray[np.float64]:
        """(D,) seconds until the first crew of one arrives."""
        return np.asarray(self.crew_s[:, self.owner == owner].min(axis=1, initial=np.inf))

    @cached_property
    def in_time(self) -> npt.NDArray[np.int64]:
        """(D,) how many arrive in time."""
        return sum(
            (self.reaches(self.of_owner(row)).astype(np.int64) for row in range(len(self.names))),
            start=np.zeros(len(self.crew_s), dtype=np.int64),
        )

    def own(self) -> Iterator[tuple[int, Server]]:
        """Who may be changed: not those beyond the border, nor those that are supposed.

        A post is given as its first crew, by its own name.
        """
        for row, name in enumerate(self.names):
            first = self.crews[int(np.flatnonzero(self.owner == row)[0])]
            if not (first.is_neighbour or first.is_supposed):
                yield row, replace(first, name=self.called.get(name, first.name))

    def judged(self, count: npt.NDArray[np.int64]) -> tuple[Rows, Rows]:
        """Places gained and lost where so many arrive in time."""
        now = count >= self.due
        return np.flatnonzero(now & ~self.is_covered), np.flatnonzero(self.is_covered & ~now)


def new_posts(table: Table, study: FixStudy) -> Iterator[Fix]:
    """A post at each candidate."""
    turnout_s = study.turnout_s if study.standard.clock == Clock.ORDER else 0.0
    drive_s = table.drive_s[study.standard.vehicle or study.vehicle]
    count = table.in_time
    for column, one in enumerate(table.candidates):
        gained, lost = table.judged(count + table.reaches(drive_s[:, column] + turnout_s))
        yield Fix(
            measure=Measure.POST, key=f"post/{one.id}", name=_name(one), x=one.x, y=one.y,
            cost=study.costs.post * one.cost, gained=gained, lost=lost,
        )  # fmt: skip


def moves(table: Table, study: FixStudy) -> Iterator[Fix]:
    """Each post with all its crews moved to each candidate."""
    count = table.in_time
    for row, server in table.own():
        stays = count - table.reaches(table.of_owner(row))
        crews = np.flatnonzero(table.owner == row)
        for column, one in enumerate(table.candidates):
            moved_s = np.min(
                [
                    table.drive_s[table.crews[crew].profile][:, column] + table.turnout_s[crew]
                    for crew in crews
                ],
                axis=0,
            )
            gained, lost = table.judged(stays + table.reaches(moved_s))
            yield Fix(
                measure=Measure.MOVE, key=f"move/{table.names[row]}/{one.id}", name=server.name,
                x=one.x, y=one.y, cost=study.costs.move, gained=gained, lost=lost, to=_name(one),
            )  # fmt: skip


def turnouts(table: Table, study: FixStudy) -> Iterator[Fix]:
    """Steps that gain more than the step before, up to no turnout at all."""
    count = table.in_time
    for row, server in table.own():
        crews = np.flatnonzero(table.owner == row)
        stays = count - table.reaches(table.of_owner(row))
        before = 0
        for by_s in np.arange(STEP_S, table.turnout_s[crews].max() + STEP_S, STEP_S).tolist():
            sooner = np.minimum(table.turnout_s[crews], by_s)
            total_s = (table.crew_s[:, crews] - sooner).min(axis=1)
            gained, lost = table.judged(stays + table.reaches(total_s))
            if len(gained) > before:
                before = len(gained)
                yield Fix(
                    measure=Measure.TURNOUT, key=f"turnout/{table.names[row]}/{by_s:g}",
                    name=server.name, x=server.x, y=server.y,
                    cost=study.costs.turnout * by_s / 60.0, gained=gained, lost=lost,
                    minutes=by_s / 60.0,
                )  # fmt: skip


def more_crews(table: Table, study: FixStudy) -> Iterator[Fix]:
    """One more of the same at a post counts where crews count one by one and more are due."""
    if not study.standard.each_crew or study.standard.due < 2:
        return
    count = table.in_time
    for row, server in table.own():
        gained, lost = table.judged(count + table.reaches(table.of_owner(row)))
        yield Fix(
            measure=Measure.CREW, key=f"crew/{table.names[row]}", name=server.name,
            x=server.x, y=server.y, cost=study.costs.crew, gained=gained, lost=lost,
        )  # fmt: skip


def lifted_roads(ground: Ground, study: FixStudy, coverage: Coverage) -> Iterator[Fix]:
    """Limits and closures, each lifted alone."""
    network = ground.router.network
    was = (coverage.places["state"] == CoverState.COVERED).to_numpy()

    def fix(measure: Measure, key: str, street: int, name: Label, after: Ground) -> Fix:
        now = _covered(after, study, coverage)
        middle = shapely.line_interpolate_point(network.street_lines[street], 0.5, normalized=True)
        return Fix(
            measure=measure, key=f"{measure}/{key}", name=name, x=middle.x, y=middle.y,
            cost=getattr(study.costs, measure),
            gained=np.flatnonzero(now & ~was), lost=np.flatnonzero(was & ~now),
        )  # fmt: skip

    groups = _limited(ground)
    every = [one for group in groups for one in group]
    # Where lifting all of them covers no gap, none of them alone does.
    if every and (_covered(_without_limits(ground, every), study, coverage) & ~was).any():
        for group in groups[:MOST_ROADS]:
            longest = max(group, key=lambda street: network.street_length[street])
            after = _without_limits(ground, group)
            yield fix(Measure.LIMIT, str(group[0]), longest, street_name(network, longest), after)
    for one in ground.closures.closures:
        if not len(one.edges):
            continue
        rest = [other for other in ground.closures.closures if other is not one]
        after = replace(ground, closures=Closures(network, rest))
        street = int(network.edge_street[one.edges[0]])
        name = Label(one.label, one.label) if one.label else street_name(network, street)
        yield fix(Measure.CLOSURE, one.closure_id, street, name, after)


def _limited(ground: Ground) -> list[list[int]]:
    """Streets whose limits keep some vehicle out: structures whole, first; others alone."""
    barred = {
        street
        for profile in ground.supply.groups
        for street in ground.router.barred(profile).tolist()
    }
    whole = [group for group in structures(ground.router.network) if barred.intersection(group)]
    alone = barred.difference(street for group in whole for street in group)
    return [*whole, *([street] for street in sorted(alone))]


def _without_limits(ground: Ground, streets: Sequence[int]) -> Ground:
    router = ground.router.lifted(streets)
    return replace(
        ground, router=router, closures=Closures(router.network, ground.closures.closures)
    )


def _covered(ground: Ground, study: FixStudy, coverage: Coverage) -> Flags:
    points = shapely.get_coordinates(coverage.places.geometry)
    return in_time(arrivals_at(ground, study, points), study.standard.limit_min)


def _name(one: Candidate) -> Label:
    name = one.name or one.id
    return Label(name, one.name_en or name)
