"""How hard a drill is: who could be where at best, by the plain way, and at worst.

Each place is reached when the last unit that it wants is there; delays are minutes from when it
became known. Three answers bound what players can do: the *optimum* with foresight, who is sent
where when all that will come is known; the *naive* way, the nearest unit as the crow flies, report
by report; the *worst*, every place served, as late as those taking part can serve it. Compared are
units that nobody can send, then people reached later than the objective's limit, then minutes
weighted by people. No survival curve is invented: what lateness costs in lives is not reckoned.

Optimum and worst are mixed-integer programmes, solved one objective after the other by HiGHS
(Huangfu and Hall 2018). Of those able, the first (for the worst, the last) as many as there are
places wanted at all are enough: were another one chosen, one of these would be free, and no later
(no sooner).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np
import numpy.typing as npt

from gisapp.planning.siting.linear import Found, Model
from gisapp.planning.siting.problem import Bool, Effort, Float64, Int64, Watch

TIME_LIMIT_S: Final = 20.0
"""Of each programme; what is best by then is the answer, and is said not to be proven."""
_SLACK: Final = 1e-6
_NONE: Final = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """So many units of one kind, at one place.

    Attributes
    ----------
    place
        Number of the place.
    able : (units,)
        Who can do it.
    """

    place: int
    able: Bool
    count: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """Who could be where.

    Attributes
    ----------
    delay_min : (places, units)
        Minutes from when a place became known until a unit is there; infinite where never.
    crow_m : (places, units)
        Metres as the crow flies, by which the naive way goes.
    known_min, limit_min, people : (places,)
        When each became known; within how many minutes it is to be reached, infinite for no
        limit; who waits there.
    """

    delay_min: Float64
    crow_m: Float64
    known_min: Float64
    limit_min: Float64
    people: Float64
    groups: tuple[Group, ...]

    @property
    def weights(self) -> Float64:
        """Of minutes: a place where nobody is counted counts as one."""
        return np.maximum(self.people, 1.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """Who goes where.

    Attributes
    ----------
    sent
        By group, the units.
    reached_min : (places,)
        Delay until the last unit wanted is there; infinite where one is lacking.
    unmet
        Units wanted that nobody sends.
    people_late
        People reached later than their limit, or never.
    mean_min
        Delay, weighted by people, over the places reached; None where none is.
    last_min
        The longest of them.
    is_proven
        Whether it is the best, or the worst, there is.
    """

    sent: tuple[tuple[int, ...], ...]
    reached_min: Float64
    unmet: int
    people_late: int
    mean_min: float | None
    last_min: float | None
    is_proven: bool = True


def naive(question: Question) -> Answer:
    """Send the nearest as the crow flies that can come, in the order in which places are known."""
    taken: set[int] = set()
    sent: list[tuple[int, ...]] = [()] * len(question.groups)
    order = sorted(
        range(len(question.groups)),
        key=lambda number: (question.known_min[question.groups[number].place], number),
    )
    for number in order:
        group = question.groups[number]
        comes = group.able & np.isfinite(question.delay_min[group.place])
        near = np.lexsort((np.arange(len(comes)), question.crow_m[group.place]))
        chosen = [int(one) for one in near if comes[one] and int(one) not in taken]
        sent[number] = tuple(chosen[: group.count])
        taken.update(sent[number])
    return measured(question, sent)


def optimum(question: Question, *, time_limit_s: float = TIME_LIMIT_S) -> Answer:
    """Send whoever is best, with foresight of all that will be wanted."""
    return _solved(question, worst=False, time_limit_s=time_limit_s)


def worst(question: Question, *, time_limit_s: float = TIME_LIMIT_S) -> Answer:
    """Send as many as can be sent, as late as they can be."""
    return _solved(question, worst=True, time_limit_s=time_limit_s)


def measured(
    question: Question, sent: Sequence[Sequence[int]], *, is_proven: bool = True
) -> Answer:
    """Measure who goes where.

    Parameters
    ----------
    sent
        By group, units that can come.
    """
    reached = np.zeros(len(question.people))
    unmet = 0
    for group, units in zip(question.groups, sent, strict=True):
        lacking = group.count - len(units)
        unmet += lacking
        latest = max((float(question.delay_min[group.place, one]) for one in units), default=0.0)
        reached[group.place] = max(reached[group.place], inf if lacking else latest)
    late = (reached > question.limit_min) | np.isinf(reached)
    there = np.isfinite(reached)
    weights = question.weights[there]
    return Answer(
        sent=tuple(tuple(units) for units in sent),
        reached_min=reached,
        unmet=unmet,
        people_late=int(question.people[late].sum()),
        mean_min=float(np.average(reached[there], weights=weights)) if there.any() else None,
        last_min=float(reached[there].max()) if there.any() else None,
        is_proven=is_proven,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Pairs:
    """Who may serve which group: one entry a pair."""

    group: Int64
    unit: Int64
    place: Int64
    delay_min: Float64

    def __len__(self) -> int:
        return len(self.group)


def _pairs(question: Question, *, worst: bool) -> _Pairs:
    enough = sum(group.count for group in question.groups)
    groups, units = [_NONE], [_NONE]
    for number, group in enumerate(question.groups):
        delay = question.delay_min[group.place]
        comes = np.flatnonzero(group.able & np.isfinite(delay))
        order = np.argsort(-delay[comes] if worst else delay[comes], kind="stable")
        chosen = comes[order][:enough]
        groups.append(np.full(len(chosen), number, dtype=np.int64))
        units.append(chosen.astype(np.int64))
    which, unit = np.concatenate(groups), np.concatenate(units)
    place = np.array([one.place for one in question.groups], dtype=np.int64)[which]
    return _Pairs(group=which, unit=unit, place=place, delay_min=question.delay_min[place, unit])


def _solved(question: Question, *, worst: bool, time_limit_s: float) -> Answer:
    pairs = _pairs(question, worst=worst)
    if not len(pairs):
        return measured(question, [()] * len(question.groups))
    stage = _Stage(question, pairs, worst=worst, time_limit_s=time_limit_s)
    found = stage.least_unmet()
    proven = [stage.is_proven(found)]
    for solve in (stage.people_late, stage.minutes):
        better = solve()
        proven.append(stage.is_proven(better))
        if better.values is not None:
            found = better
    values = found.values
    assert values is not None  # that nobody is sent is a solution of the first
    chosen = np.flatnonzero(values[: len(pairs)] > 0.5)
    sent: list[tuple[int, ...]] = [
        tuple(int(one) for one in pairs.unit[chosen[pairs.group[chosen] == number]])
        for number in range(len(question.groups))
    ]
    return measured(question, sent, is_proven=all(proven))


class _Stage:
    """The programme, asked for one objective after the other."""

    def __init__(
        self, question: Question, pairs: _Pairs, *, worst: bool, time_limit_s: float
    ) -> None:
        self._question, self._pairs, self._worst = question, pairs, worst
        self._effort = Effort(gap=0.0, time_limit_s=time_limit_s)
        self._unmet = 0.0
        self._late: float | None = None

    def is_proven(self, found: Found) -> bool:
        """Whether there is nothing better."""
        return found.values is not None and abs(found.bound - found.objective) <= max(
            _SLACK, 1e-6 * abs(found.objective)
        )

    def least_unmet(self) -> Found:
        """As few units lacking as can be."""
        model = Model()
        self._who_goes(model, per_unmet=1.0)
        found = model.solve(Watch(effort=self._effort))
        self._unmet = round(found.objective) if found.values is not None else 0.0
        return found

    def people_late(self) -> Found:
        """Then as few (for the worst, as many) people late."""
        model = Model(maximise=self._worst)
        who, lacking = self._who_goes(model)
        people = self._question.people
        self._lateness(model, who, lacking, cost=people)
        found = model.solve(Watch(effort=self._effort))
        self._late = found.objective if found.values is not None else None
        return found

    def minutes(self) -> Found:
        """Then as few (for the worst, as many) minutes, weighted by people."""
        question, pairs = self._question, self._pairs
        model = Model(maximise=self._worst)
        who, lacking = self._who_goes(model)
        late = self._lateness(model, who, lacking, cost=np.zeros(len(question.people)))
        if self._late is not None:
            side = {"lower" if self._worst else "upper": self._late}
            model.rows(1, (np.zeros(len(late), dtype=np.int64), late, question.people), **side)
        weights = question.weights / question.weights.max()
        number = np.arange(len(pairs))
        if self._worst:
            last = model.columns(weights[pairs.place] * pairs.delay_min, integral=True)
            model.rows(len(pairs), (number, last, 1.0), (number, who, -1.0), upper=0.0)
            model.rows(len(weights), (pairs.place, last, 1.0), upper=1.0)
        else:
            longest = float(pairs.delay_min.max())
            there = model.columns(weights, upper=longest)
            model.rows(len(pairs), (number, there[pairs.place], 1.0),
                       (number, who, -pairs.delay_min), lower=0.0)  # fmt: skip
        return model.solve(Watch(effort=self._effort))

    def _who_goes(self, model: Model, *, per_unmet: float = 0.0) -> tuple[Int64, Int64]:
        """Each group has its units, or lacks some; each unit goes to one place."""
        question, pairs = self._question, self._pairs
        groups = len(question.groups)
        counts = np.array([group.count for group in question.groups], dtype=np.float64)
        who = model.columns(np.zeros(len(pairs)), integral=True)
        lacking = model.columns(np.full(groups, per_unmet), upper=counts, integral=True)
        model.rows(
            groups, (pairs.group, who, 1.0), (np.arange(groups), lacking, 1.0),
            lower=counts, upper=counts,
        )  # fmt: skip
        units, row = np.unique(pairs.unit, return_inverse=True)
        model.rows(len(units), (row.astype(np.int64), who, 1.0), upper=1.0)
        if not per_unmet:
            first = np.zeros(groups, dtype=np.int64)
            model.rows(1, (first, lacking, 1.0), upper=self._unmet)
        return who, lacking

    def _lateness(
        self, model: Model, who: Int64, lacking: Int64, *, cost: npt.NDArray[np.float64]
    ) -> Int64:
        """Whether each place is late: one unit of it is, or lacks."""
        question, pairs = self._question, self._pairs
        late = model.columns(cost, integral=True)
        tardy = np.flatnonzero(pairs.delay_min > question.limit_min[pairs.place])
        of_place = np.array([group.place for group in question.groups], dtype=np.int64)
        groups = np.arange(len(of_place))
        if self._worst:  # no later than something makes it
            model.rows(
                len(late), (np.arange(len(late)), late, 1.0),
                (pairs.place[tardy], who[tardy], -1.0), (of_place, lacking, -1.0), upper=0.0,
            )  # fmt: skip
        else:  # no sooner than everything lets it
            number = np.arange(len(tardy))
            model.rows(len(tardy), (number, late[pairs.place[tardy]], 1.0),
                       (number, who[tardy], -1.0), lower=0.0)  # fmt: skip
            counts = np.array([group.count for group in question.groups], dtype=np.float64)
            model.rows(len(groups), (groups, late[of_place], counts), (groups, lacking, -1.0),
                       lower=0.0)  # fmt: skip
        return late
