"""What a siting question is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gisapp.planning.siting.problem import Bool, Int64


class Model(StrEnum):
    """The models, by the names of the literature."""

    LSCP = "lscp"
    MCLP = "mclp"
    P_MEDIAN = "p-median"
    P_CENTER = "p-center"
    BACOP = "bacop"
    MEXCLP = "mexclp"


class Why(StrEnum):
    """Why a demand is left uncovered."""

    NO_SITE = "no_site"
    """No site of all reaches it in time."""
    NOT_CHOSEN = "not_chosen"
    """Sites reach it, but none of those was chosen."""
    FULL = "full"
    """A chosen site reaches it, but is full."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What was asked, so that an answer can be checked against it.

    Attributes
    ----------
    service_radius
        Seconds, or None where only the way itself counts.
    p_facilities, budget
        Number of sites with those that exist; most that new ones may cost. None: no limit.
    capacitated
        Sites serve no more people than they can.
    complementary
        What existing sites cover counts as covered and takes no capacity.
    backup_weight
        Of the second cover against the first; None: all have to be covered once.
    busy
        Share of time in which a unit is busy.
    """

    model: Model
    service_radius: float | None = None
    p_facilities: int | None = None
    budget: float | None = None
    capacitated: bool = False
    complementary: bool = False
    backup_weight: float | None = None
    busy: float = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Solution:
    """Sites, and what they do; returned only where the checker agrees.

    Attributes
    ----------
    sites
        Chosen sites with those that exist, ascending; in MEXCLP one entry for each unit.
    assignment : (demands,) int64
        Site that serves each demand, or -1.
    covered : (demands,) bool
        Whether it counts as covered.
    covers : (demands,) int64
        How many chosen sites (units) reach it in time.
    objective
        LSCP: cost of new sites. MCLP: people covered. p-median: person-seconds. p-centre: longest
        seconds. BACOP: people covered twice, or both covers weighed. MEXCLP: people expected to
        find a free unit.
    bound
        No permitted choice has a better objective.
    gap
        ``|bound - objective| / |objective|``.
    seconds
        Time taken, building of the model included.
    uncovered
        Demands left, by reason.
    """

    terms: Terms
    sites: tuple[int, ...]
    assignment: Int64
    covered: Bool
    covers: Int64
    objective: float
    bound: float
    gap: float
    seconds: float
    uncovered: Mapping[Why, Int64]

    @property
    def model(self) -> Model:
        """By which model."""
        return self.terms.model
