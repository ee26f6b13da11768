"""Whose every place of every street is: who arrives there first, or second, and when."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from routing.cover import MOST_DUE, Cover, ReachedParts, check_due
from routing.cover_search import claimed
from routing.network import Float64, Int32, Int64, RoadNetwork
from routing.resources import ResourceSet
from routing.stretches import Stretches, unreached

_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Crews:
    """Resources with one vehicle.

    Attributes
    ----------
    profile
        Name of their vehicle's profile.
    posts : (F,)
        Of resources of one post only the first counts, and what they reach is the post's; by
        row of the :class:`ResourceSet`. None takes each by itself.
    """

    resources: ResourceSet
    profile: str = "light"
    posts: Sequence[Hashable] | None = None

    @property
    def names(self) -> list[Hashable]:
        """The post of each resource, by row."""
        return [one.id for one in self.resources] if self.posts is None else list(self.posts)


@dataclass(frozen=True, kw_only=True, eq=False)
class Claims:
    """Parts of streets, apart from each other, with whose each is.

    Attributes
    ----------
    network
        Whose streets.
    posts
        All posts, in the order of the crews.
    parts
        n parts by rising street and start.
    post : (n,) int32
        Which of `posts` is the first there, or the one that was asked for.
    at_ms, slope_ms : (n,) float64
        It arrives at a fraction ``x`` of the street after ``at_ms + slope_ms * x``, turnout
        plus travel.
    """

    network: RoadNetwork
    posts: tuple[Hashable, ...]
    parts: Stretches
    post: Int32
    at_ms: Float64
    slope_ms: Float64

    def within(self, limit_s: float) -> Stretches:
        """What of each part is reached in time; nothing where its end is not after its start."""
        at = (limit_s * 1000.0 - self.at_ms) / self.slope_ms
        start, end = self.parts.start, self.parts.end
        onward = self.slope_ms > 0
        return Stretches(
            self.parts.street,
            np.where(onward, start, np.maximum(start, at)),
            np.where(onward, np.minimum(end, at), end),
        )

    def roads(self, limit_s: float) -> tuple[Stretches, Int64]:
        """Cut all streets by whose they are.

        Parameters
        ----------
        limit_s
            Turnout plus travel, seconds: places reached later belong to nobody.

        Returns
        -------
        parts
            Apart from each other, together every street.
        row : (m,) int64
            Which of the claims each is a part of, -1 for none.
        """
        own = self.within(limit_s)
        kept = np.flatnonzero(own.end > own.start)
        own = own.rows(kept)
        rest = unreached(self.network, own)
        parts = Stretches(
            np.concatenate((own.street, rest.street)),
            np.concatenate((own.start, rest.start)),
            np.concatenate((own.end, rest.end)),
        )
        nobody = np.full(len(rest.street), -1, dtype=np.int64)
        return parts, np.concatenate((kept.astype(np.int64), nobody))

    def street_shares(self, limit_s: float) -> Float64:
        """What share of each street is reached in time, (S,), 0 to 1.

        A place counts whichever way a vehicle comes to it; nothing of a street that no vehicle
        may use or of a closed stretch does.
        """
        own = self.within(limit_s)
        share = np.maximum(own.end - own.start, 0.0)
        sums = np.bincount(own.street, share, minlength=self.network.street_count)
        return np.minimum(sums, 1.0)

    def worst_s(self) -> Float64:
        """When the place of each street is reached that is reached last, (S,) seconds.

        Infinite where some of the street is not reached, as where it is closed or barred.
        """
        count = self.network.street_count
        ends = (self.at_ms + self.slope_ms * at for at in (self.parts.start, self.parts.end))
        worst_ms = np.zeros(count)
        np.maximum.at(worst_ms, self.parts.street, np.maximum(*ends))
        length = np.bincount(self.parts.street, self.parts.end - self.parts.start, minlength=count)
        return np.where(length < 1.0 - _ROUNDING, np.inf, worst_ms / 1000.0)


def find_claims(
    network: RoadNetwork,
    crews: Sequence[Crews],
    covers: Sequence[Cover],
    *,
    due: int,
    limit_s: float,
) -> Claims:
    """Cut streets by whose they are; see :meth:`routing.Router.claims`.

    Parameters
    ----------
    covers
        Of the crews, for as many as are due, as far as the limit.
    """
    check_due(due, most=MOST_DUE)
    names = [name for one in crews for name in one.names]
    number = {name: row for row, name in enumerate(dict.fromkeys(names))}
    post = np.array([number[name] for name in names], dtype=np.int32)
    found, before = [], 0
    for cover in covers:
        parts = cover.reached(limit_s)
        found.append(parts._replace(resource=(parts.resource + before).astype(np.int32)))
        before += len(cover.resources)
    offset, parts = _by_street(network, found)
    street, start, end, part = claimed(
        offset, parts.start, parts.end, parts.at_ms, parts.slope_ms, parts.resource, post, due
    )
    return Claims(
        network=network,
        posts=tuple(number),
        parts=Stretches(street, start, end),
        post=post[parts.resource[part]],
        at_ms=parts.at_ms[part],
        slope_ms=parts.slope_ms[part],
    )


def _by_street(network: RoadNetwork, found: Sequence[ReachedParts]) -> tuple[Int64, ReachedParts]:
    """Join and order parts by street; those of street ``s`` are rows ``offset[s]:offset[s+1]``."""
    joined: list[Any] = [
        np.concatenate((np.empty(0, dtype=kind), *column))
        for kind, column in zip(
            (np.int32, *[np.float64] * 4, np.int32),
            zip(*found, strict=True) if found else [()] * 6,
            strict=True,
        )
    ]
    order = np.argsort(joined[0], kind="stable")
    ordered = ReachedParts(*(column[order] for column in joined))
    offset = np.searchsorted(ordered.street, np.arange(network.street_count + 1))
    return offset.astype(np.int64), ordered
