"""The loss of two streets at once, over all pairs: estimated with an interval, or all of them.

What two losses do together is mostly what each does alone, and that is known exactly. The rest is
estimated by importance sampling of the first of two: whoever is chosen is closed, and what every
other street's loss does then is reckoned exactly, in one question. Streets over which nobody is
reached alone or after the loss of another that matters change nothing and are never drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit  # scipy.stats takes a fifth of a second of every start

from routing.closures import Closures
from routing.errors import QueryError
from routing.losses import Fleet
from routing.network import Float64
from routing.router import Router

CONFIDENCE: Final = 0.99
UNIFORM: Final = 0.2
"""Share of the draws that falls evenly on all streets that matter."""
WORST: Final = 50
_LEAST_ROWS: Final = 2


class Estimate(NamedTuple):
    """A sum over all pairs: with :data:`CONFIDENCE` it lies from `low` to `high`."""

    total: float
    low: float
    high: float


class Pair(NamedTuple):
    """Two streets, what their loss costs together, and what beyond the sum of each alone."""

    street: int
    other: int
    beyond: float
    cut_off: float
    more: float


@dataclass(frozen=True)
class PairLosses:
    """What the loss of two costs, summed over all pairs of streets.

    Attributes
    ----------
    pairs
        How many there are.
    beyond
        Weight of those in time before and not after the loss of both.
    cut_off
        Weight of those reached before and not after, or on a lost street.
    matter, drawn
        How many streets matter, and how many of them were drawn; where all were, the sums are
        exact.
    worst
        Of the pairs that were seen those that cost most beyond what each costs alone.
    """

    pairs: int
    beyond: Estimate
    cut_off: Estimate
    matter: int
    drawn: int
    worst: tuple[Pair, ...]


def lose_pairs(
    router: Router,
    fleets: Sequence[Fleet],
    *,
    draws: int,
    seed: int,
    weights: npt.ArrayLike | None = None,
    limit_s: float | None = None,
    closures: Closures | None = None,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> PairLosses:
    """Reckon the loss of every two streets.

    Parameters
    ----------
    router, fleets, weights, limit_s, closures
        As in :meth:`routing.Router.baseline` and :meth:`routing.losses.Baseline.without`.
    draws
        How many first streets to draw, 2 or more; where no more matter all are taken.
    seed
        Of the draws.
    tell
        Hears how many rows of how many are done; what it raises ends the work.

    Raises
    ------
    QueryError
        ``routing.bad_draws``, and as there.
    """
    if draws < _LEAST_ROWS:
        raise QueryError(
            "routing.bad_draws", f"At least {_LEAST_ROWS} draws are needed, not {draws}.",
            draws=draws, least=_LEAST_ROWS,
        )  # fmt: skip
    network = router.network
    alone = router.baseline(fleets, closures=closures).without(weights=weights, limit_s=limit_s)
    single = np.array([alone.beyond, alone.isolated + alone.flooded])
    matters = alone.touched > 0
    active = np.flatnonzero(matters)
    open_roads = closures if closures is not None else Closures.none(network)
    worst: list[Pair] = []

    def row(street: int) -> Float64:
        """Beyond each alone, (2,): both of the streets that matter by half, others whole."""
        edges = network.street_edges[street]
        shut = open_roads.add(f"lost street {street}", edge_ids=edges[edges >= 0].tolist())
        after = router.baseline(fleets, closures=shut).without(weights=weights, limit_s=limit_s)
        then = np.array([after.beyond, after.isolated + after.flooded])
        more = then - single
        more[:, street] = 0.0
        for other in np.argsort(-more.sum(axis=0))[:WORST].tolist():
            if more[:, other].sum() > 0:
                beyond, cut_off = (single[:, street] + then[:, other]).tolist()
                low, high = sorted((street, other))
                worst.append(Pair(low, high, beyond, cut_off, float(more[:, other].sum())))
        return np.asarray(more @ np.where(matters, 0.5, 1.0))

    # Each street stands in a pair with every other; the rest is what they do together.
    base = (network.street_count - 1) * single.sum(axis=1)
    if len(active) <= draws:
        rows = []
        for done, street in enumerate(active.tolist()):
            tell(done, len(active))
            rows.append(row(street))
        total = base + np.sum(rows, axis=0) if rows else base
        sums = [Estimate(one, one, one) for one in total.tolist()]
        drawn = len(active)
    else:
        chance = alone.touched[active] / alone.touched[active].sum()
        chance = UNIFORM / len(active) + (1 - UNIFORM) * chance
        chosen = np.random.default_rng(seed).choice(len(active), draws, p=chance)
        known: dict[int, Float64] = {}
        for done, at in enumerate(chosen.tolist()):
            tell(done, draws)
            if at not in known:
                known[at] = row(int(active[at]))
        scaled = np.array([known[at] / chance[at] for at in chosen.tolist()])
        middle = base + scaled.mean(axis=0)
        error = scaled.std(axis=0, ddof=1) / np.sqrt(draws)
        reach = error * stdtrit(draws - 1, (1 + CONFIDENCE) / 2)
        sums = [
            Estimate(one, one - off, one + off)
            for one, off in zip(middle.tolist(), reach.tolist(), strict=True)
        ]
        drawn = len(known)
    count = network.street_count
    return PairLosses(
        pairs=count * (count - 1) // 2,
        beyond=sums[0],
        cut_off=sums[1],
        matter=len(active),
        drawn=drawn,
        worst=tuple(sorted(set(worst), key=lambda one: (-one.more, one))[:WORST]),
    )
