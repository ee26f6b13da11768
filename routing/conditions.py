"""Roads under other conditions: snow, fog, night."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from routing.errors import QueryError
from routing.network import RoadNetwork

_LINK = "_link"


def slowed(network: RoadNetwork, factors: Mapping[str, float], *, every: float) -> RoadNetwork:
    """Change the speed of streets by their class.

    Parameters
    ----------
    factors
        By ``highway`` class; a class with ``_link`` takes that of its own road where it is not
        named itself. Classes that the network does not have are of no effect.
    every
        Of all others.

    Returns
    -------
    RoadNetwork
        Sharing all other arrays, and what was derived from them, with `network`.

    Raises
    ------
    QueryError
        ``routing.bad_factor``.
    """
    for name, factor in (("every", every), *factors.items()):
        if not 0 < factor < math.inf:
            raise QueryError(
                "routing.bad_factor",
                f"The speed of {name} cannot be multiplied by {factor}; give more than 0.",
                name=name,
                factor=factor,
            )
    by_class = np.array(
        [
            factors.get(name, factors.get(name.removesuffix(_LINK), every))
            for name in network.highway_classes
        ],
        dtype=np.float32,
    )
    speeds = network.street_speed_kph * by_class[network.street_highway]
    return network.changed(street_speed_kph=speeds)
