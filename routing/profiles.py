"""Vehicle profiles: how fast a kind of vehicle is and what it may cross."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from routing.errors import QueryError
from routing.network import Bool, Int32, RoadNetwork

#: Weight of an edge the vehicle may not use. Larger than any sum a search reaches.
BLOCKED = 2**31 - 1

# A single edge of 23 days is a fault of the data; capping keeps sums within int64 and
# distinct from BLOCKED.
_LONGEST_MS = 2_000_000_000
LIGHT_WEIGHT_T = 3.5
LIGHT_HEIGHT_M = 2.6
"""A vehicle beyond either is heavy: 3.5 t is where GB/T 15089 divides goods vehicles N1 and N2
(general knowledge), 2.6 m the height of a large van."""

Streets = int | slice | npt.NDArray[np.intp]
_ALL = slice(None)


@dataclass(frozen=True)
class VehicleProfile:
    """What sets one kind of vehicle apart on the road.

    Attributes
    ----------
    name
        Identifier, as in ``nearest(..., profile=name)``.
    speed_factor
        Multiplies the free-flow passenger-car speed of every street, greater than 0.
    max_speed_kph
        The vehicle is never faster than this.
    weight_t
        Total mass, tonnes: streets whose ``maxweight`` is smaller are impassable.
    height_m
        Height, metres: streets whose ``maxheight`` is smaller are impassable. A vehicle above
        3.5 t or 2.6 m is heavy: streets with a limit that cannot be read are impassable too.
    impassable
        Highway classes the vehicle cannot use at all.
    heeds_doubts
        False lets even a heavy vehicle pass limits that cannot be read: to ask what if.

    Raises
    ------
    QueryError
        A speed that is not greater than 0, or a negative weight or height
        (``routing.bad_profile``).
    """

    name: str
    speed_factor: float
    max_speed_kph: float
    weight_t: float
    height_m: float
    impassable: frozenset[str] = field(default_factory=frozenset)
    heeds_doubts: bool = True

    @property
    def heavy(self) -> bool:
        """Whether it is larger than a van."""
        return self.weight_t > LIGHT_WEIGHT_T or self.height_m > LIGHT_HEIGHT_M

    def __post_init__(self) -> None:
        usable = (
            0 < self.speed_factor < np.inf
            and 0 < self.max_speed_kph < np.inf
            and 0 <= self.weight_t < np.inf
            and 0 <= self.height_m < np.inf
        )
        if not usable:
            raise QueryError(
                "routing.bad_profile",
                f"Vehicle profile {self.name!r} needs speeds above 0 and a weight and height "
                "of 0 or more, all finite.",
                profile=self.name,
            )


#: The profiles a site starts with; a site may pass its own to ``Router``.
#:
#: The maximum speeds follow article 78 of the Regulation implementing the Road Traffic Safety
#: Law (small passenger cars 120 km/h, other motor vehicles 100 km/h on motorways). 4 m, the
#: greatest height of a road vehicle, and 49 t, the greatest mass of a six-axle combination, are
#: those of GB 1589-2016 by general knowledge; the standard itself was not read. The remaining
#: figures are defaults of ours, to be replaced by the site's own fleet: the speed factors, the
#: 30 t of a laden heavy water or foam tender (the class begins above 15 t, the largest tenders
#: exceed 40 t) and its 3.6 m, the 70 km/h of a laden low-loader, and the classes held impassable.
PROFILES: Mapping[str, VehicleProfile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            VehicleProfile(
                name="light",
                speed_factor=1.0,
                max_speed_kph=120.0,
                weight_t=3.5,
                height_m=2.6,
            ),
            VehicleProfile(
                name="heavy",
                speed_factor=0.85,
                max_speed_kph=90.0,
                weight_t=30.0,
                height_m=3.6,
                impassable=frozenset({"path", "footway", "bridleway", "steps", "cycleway"}),
            ),
            VehicleProfile(
                name="lowloader",
                speed_factor=0.65,
                max_speed_kph=70.0,
                weight_t=49.0,
                height_m=4.0,
                impassable=frozenset(
                    {"track", "path", "footway", "bridleway", "steps", "cycleway", "living_street"}
                ),
            ),
        )
    }
)


def barred_by_class(network: RoadNetwork, profile: VehicleProfile, streets: Streets = _ALL) -> Bool:
    """True where the street's highway class is impassable for the profile."""
    barred = np.array([name in profile.impassable for name in network.highway_classes], dtype=bool)
    return np.asarray(barred[network.street_highway[streets]])


def barred_by_weight(
    network: RoadNetwork, profile: VehicleProfile, streets: Streets = _ALL
) -> Bool:
    """True where the street's ``maxweight`` is below the vehicle's weight."""
    # Compared in the limit's own precision: 3.6 must pass under a stored float32 3.6.
    return np.asarray(network.street_maxweight[streets] < np.float32(profile.weight_t))


def barred_by_height(
    network: RoadNetwork, profile: VehicleProfile, streets: Streets = _ALL
) -> Bool:
    """True where the street's ``maxheight`` is below the vehicle's height."""
    return np.asarray(network.street_maxheight[streets] < np.float32(profile.height_m))


def barred_by_doubt(network: RoadNetwork, profile: VehicleProfile, streets: Streets = _ALL) -> Bool:
    """True where the vehicle is heavy and the street has a limit that cannot be read."""
    doubtful = (network.street_weight_doubt[streets] > 0) | (
        network.street_height_doubt[streets] > 0
    )
    return np.asarray(doubtful & (profile.heavy and profile.heeds_doubts))


def passable_streets(
    network: RoadNetwork,
    profile: VehicleProfile,
    streets: Streets = _ALL,
) -> Bool:
    """True where the profile may use the street.

    Parameters
    ----------
    network, profile
        The network and the vehicle.
    streets
        The streets asked about; default all.

    Returns
    -------
    bool array, one per street
    """
    return ~(
        barred_by_class(network, profile, streets)
        | barred_by_weight(network, profile, streets)
        | barred_by_height(network, profile, streets)
        | barred_by_doubt(network, profile, streets)
    )


def barring_limit(
    network: RoadNetwork, profile: VehicleProfile, street: int
) -> Literal["weight", "height", "class", "doubt"] | None:
    """Name the limit that bars a street to a profile; None where it may pass."""
    if barred_by_weight(network, profile, street):
        return "weight"
    if barred_by_height(network, profile, street):
        return "height"
    if barred_by_class(network, profile, street):
        return "class"
    return "doubt" if barred_by_doubt(network, profile, street) else None


def travel_ms(network: RoadNetwork, profile: VehicleProfile) -> Int32:
    """Milliseconds to drive each edge at the profile's speed, limits left aside.

    Parameters
    ----------
    network, profile
        The network and the vehicle.

    Returns
    -------
    (M,) int32
        At least 1, so that every step of a route takes time.
    """
    speed_kph = np.minimum(
        network.street_speed_kph.astype(np.float64) * profile.speed_factor, profile.max_speed_kph
    )
    street_ms = np.rint(network.street_length / speed_kph * 3600.0)
    return np.clip(street_ms, 1, _LONGEST_MS).astype(np.int32)[network.edge_street]


def edge_weights_ms(network: RoadNetwork, profile: VehicleProfile) -> Int32:
    """Milliseconds to drive each edge, ``BLOCKED`` where the profile may not.

    Parameters
    ----------
    network, profile
        The network and the vehicle.

    Returns
    -------
    (M,) int32
        At least 1.
    """
    weights = travel_ms(network, profile)
    weights[~passable_streets(network, profile)[network.edge_street]] = BLOCKED
    return weights


def find_profile(profiles: Mapping[str, VehicleProfile], name: str) -> VehicleProfile:
    """Look a profile up by its name.

    Parameters
    ----------
    profiles
        The known ones by name.
    name
        The wanted one.

    Returns
    -------
    VehicleProfile

    Raises
    ------
    QueryError
        Unknown name (``routing.unknown_profile``); the sentence lists the known ones.
    """
    try:
        return profiles[name]
    except KeyError:
        known = ", ".join(sorted(profiles))
        raise QueryError(
            "routing.unknown_profile",
            f"There is no vehicle profile {name!r}; known are: {known}.",
            profile=name,
            known=known,
        ) from None
