"""A siting question: who is to be served, from where, at what cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gisapp.errors import InputError

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Demands, sites, and the seconds between them; made by :meth:`from_cost_matrix`.

    Attributes
    ----------
    cost_matrix : (demands, sites)
        Seconds from site to demand; infinite where there is no way.
    weights : (demands,)
        People, more than 0.
    predefined : (sites,)
        Sites that exist, and stay.
    site_costs : (sites,)
        Cost of building each; 0 of one that exists.
    capacities : (sites,)
        People that each can serve, or None where nothing limits them.
    """

    cost_matrix: Float64
    weights: Float64
    predefined: Bool
    site_costs: Float64
    capacities: Float64 | None

    @classmethod
    def from_cost_matrix(
        cls,
        cost_matrix: npt.ArrayLike,
        *,
        weights: npt.ArrayLike | None = None,
        predefined_facilities: Sequence[int] | Int64 = (),
        site_costs: npt.ArrayLike | None = None,
        capacities: npt.ArrayLike | None = None,
    ) -> Problem:
        """Take a question as arrays.

        Parameters
        ----------
        cost_matrix : (demands, sites)
            Seconds, 0 or more; infinite where there is no way.
        weights : (demands,)
            People at each demand, more than 0; 1 each where not given.
        predefined_facilities
            Numbers of the sites that exist.
        site_costs : (sites,)
            Cost of each new site, 0 or more, in any unit; 1 each where not given.
        capacities : (sites,)
            People that each site can serve.

        Raises
        ------
        InputError
            Shapes or values that cannot be used.
        """
        cost = np.asarray(cost_matrix, dtype=np.float64)
        if cost.ndim != 2 or 0 in cost.shape:
            raise InputError("siting.bad_matrix", shape=cost.shape)
        if not (cost >= 0).all():
            raise InputError("siting.bad_seconds")
        demands, sites = cost.shape
        people = _vector("weights", weights, demands, least=np.nextafter(0, 1))
        costs = _vector("site_costs", site_costs, sites, least=0)
        given = np.asarray(predefined_facilities, dtype=np.int64).reshape(-1)
        if len(given) and not (given.min() >= 0 and given.max() < sites):
            raise InputError("siting.bad_site", most=sites - 1)
        predefined = np.zeros(sites, dtype=np.bool_)
        predefined[given] = True
        return cls(
            cost_matrix=cost,
            weights=people,
            predefined=predefined,
            site_costs=np.where(predefined, 0.0, costs),
            capacities=None
            if capacities is None
            else _vector("capacities", capacities, sites, least=0),
        )

    @property
    def demands(self) -> int:
        """How many demands."""
        return int(self.cost_matrix.shape[0])

    @property
    def sites(self) -> int:
        """How many sites, those that exist among them."""
        return int(self.cost_matrix.shape[1])

    def within(self, service_radius: float) -> Bool:
        """Which site reaches which demand in time: (demands, sites).

        Raises
        ------
        InputError
            The radius is not more than 0.
        """
        if not service_radius > 0:
            raise InputError("siting.bad_radius")
        return (self.cost_matrix <= service_radius) & np.isfinite(self.cost_matrix)


def _vector(name: str, given: npt.ArrayLike | None, length: int, *, least: float) -> Float64:
    if given is None:
        return np.ones(length)
    values = np.asarray(given, dtype=np.float64)
    if values.shape != (length,):
        raise InputError("siting.bad_length", name=name, length=length, shape=values.shape)
    if not (np.isfinite(values).all() and values.min() >= least):
        raise InputError("siting.bad_values", name=name)
    return values


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How long to search, and how near to the optimum is near enough.

    Attributes
    ----------
    gap
        Search ends where ``|bound - objective| / |objective|`` is no larger.
    time_limit_s
        Seconds, building of the model included; what is best by then is the answer, with its gap.
    seed
        Of the solver's choices among equals.
    stop
        Asked now and then; true ends the search like the time limit.
    """

    gap: float = 1e-4
    time_limit_s: float = 60.0
    seed: int = 0
    stop: Callable[[], bool] | None = None

    def __post_init__(self) -> None:
        if not (self.gap >= 0 and self.time_limit_s > 0 and self.seed >= 0):
            raise InputError("siting.bad_effort")


@dataclass(frozen=True, kw_only=True)
class Watch:
    """The time since a question was asked."""

    effort: Effort
    began: float = field(default_factory=time.perf_counter)

    @property
    def spent_s(self) -> float:
        """Seconds so far."""
        return time.perf_counter() - self.began

    @property
    def left_s(self) -> float:
        """Seconds until the limit; 0 where it has passed or the question was withdrawn."""
        if self.effort.stop is not None and self.effort.stop():
            return 0.0
        return max(0.0, self.effort.time_limit_s - self.spent_s)


@dataclass(frozen=True, kw_only=True, eq=False)
class Openings:
    """How many sites there may be: a number, or what money buys.

    Attributes
    ----------
    p_facilities
        Number of sites, those that exist among them.
    budget
        Most that new sites may cost together. One of the two is None.
    """

    p_facilities: int | None
    budget: float | None
    predefined: Bool
    site_costs: Float64

    @classmethod
    def of(
        cls, problem: Problem, *, p_facilities: int | None = None, budget: float | None = None
    ) -> Openings:
        """Take a number or a budget.

        Raises
        ------
        InputError
            Both or none are given, fewer sites than exist or more than there are, a budget below 0.
        """
        if (p_facilities is None) == (budget is None):
            raise InputError("siting.p_or_budget")
        if p_facilities is not None:
            least = max(1, int(problem.predefined.sum()))
            if not least <= p_facilities <= problem.sites:
                raise InputError("siting.bad_p", p=p_facilities, least=least, most=problem.sites)
        if budget is not None and not budget >= 0:
            raise InputError("siting.bad_budget")
        return cls(
            p_facilities=p_facilities,
            budget=budget,
            predefined=problem.predefined,
            site_costs=problem.site_costs,
        )

    def cheapest(self, price: Float64) -> tuple[Float64, float]:
        """Sites of the least total price, whole by number, in the limit parts of one by budget.

        Parameters
        ----------
        price : (sites,)
            What each adds to an objective to be made small.

        Returns
        -------
        shares : (sites,)
            0 to 1 of each site.
        total
            No permitted choice has a lower one: by number it is the choice's own; by budget it is
            that of the relaxed knapsack (Dantzig 1957).
        """
        shares = self.predefined.astype(np.float64)
        free = np.flatnonzero(~self.predefined)
        if self.p_facilities is not None:
            more = self.p_facilities - int(self.predefined.sum())
            shares[free[np.argsort(price[free], kind="stable")[:more]]] = 1
        else:
            free = free[price[free] < 0]
            costs = self.site_costs[free]
            with np.errstate(divide="ignore"):
                free = free[np.argsort(price[free] / costs, kind="stable")]
            before = np.cumsum(self.site_costs[free]) - self.site_costs[free]
            left = np.maximum(0, (self.budget or 0.0) - before)
            costs = self.site_costs[free]
            shares[free] = np.minimum(
                1, np.divide(left, costs, np.ones_like(left), where=costs > 0)
            )
        return shares, float(shares @ price)

    def allow(self, chosen: Bool) -> bool:
        """Tell whether the number, or the money, suffices for a choice."""
        if self.p_facilities is not None:
            return int(chosen.sum()) <= self.p_facilities
        return float(self.site_costs[chosen].sum()) <= (self.budget or 0.0) + 1e-9
