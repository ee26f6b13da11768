"""Vehicle profiles: weights in milliseconds and what a vehicle may not use."""

from __future__ import annotations

import math

import numpy as np
import pytest

from routing import BLOCKED, PROFILES, QueryError, VehicleProfile, edge_weights_ms
from routing.build import Street, from_streets
from routing.profiles import find_profile

LINE = [(0.0, 0.0), (0.009, 0.0)]


def profile(**change: object) -> VehicleProfile:
    figures = {"speed_factor": 1.0, "max_speed_kph": 90.0, "weight_t": 10.0, "height_m": 3.6}
    return VehicleProfile("van", **(figures | change))


def weight(vehicle: VehicleProfile, **street: object) -> int:
    return int(edge_weights_ms(from_streets([Street(LINE, **street)]), vehicle)[0])


def test_time_is_length_over_speed() -> None:
    """1001.9 m at 36 km/h, 10 m/s."""
    assert weight(profile(), speed_kph=36.0) == pytest.approx(100_188, abs=2)
    assert weight(profile(speed_factor=0.5), speed_kph=36.0) == pytest.approx(200_376, abs=4)


def test_the_vehicle_has_a_top_speed() -> None:
    assert weight(profile(max_speed_kph=36.0), speed_kph=120.0) == pytest.approx(100_188, abs=2)


@pytest.mark.parametrize(
    ("street", "passes"),
    [
        ({"maxweight": 9.9}, False),
        ({"maxweight": 10.0}, True),
        ({"maxheight": 3.5}, False),
        ({"maxheight": 3.6}, True),
        ({"maxweight": math.nan, "maxheight": math.nan}, True),
        ({"highway": "track"}, False),
        ({"highway": "service"}, True),
    ],
)
def test_limits(street: dict, passes: bool) -> None:
    """A limit equal to the vehicle's figure lets it pass, also in the limit's float32."""
    vehicle = profile(impassable=frozenset({"track"}))
    assert (weight(vehicle, **street) != BLOCKED) is passes


def test_weights_are_at_least_a_millisecond() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.0, 1e-9)]), Street([(0.0, 0.0), (0.0, 0.0)])])
    weights = edge_weights_ms(network, PROFILES["light"])
    assert weights.dtype == np.int32
    assert weights.min() == 1


def test_the_default_profiles_differ_in_speed_and_passability() -> None:
    streets = [Street(LINE), Street(LINE, maxweight=20.0), Street(LINE, highway="track")]
    network = from_streets(streets)
    light, heavy, low = (
        edge_weights_ms(network, PROFILES[name]) for name in ("light", "heavy", "lowloader")
    )
    assert light[0] < heavy[0] < low[0]
    blocked = [(weights == BLOCKED).sum() for weights in (light, heavy, low)]
    assert blocked == [0, 2, 4]


@pytest.mark.parametrize(
    "change",
    [{"speed_factor": 0.0}, {"max_speed_kph": math.inf}, {"weight_t": -1}, {"height_m": math.nan}],
)
def test_impossible_profiles(change: dict) -> None:
    with pytest.raises(QueryError) as raised:
        profile(**change)
    assert raised.value.code == "routing.bad_profile"


def test_unknown_profile() -> None:
    with pytest.raises(QueryError) as raised:
        find_profile(PROFILES, "tank")
    assert raised.value.code == "routing.unknown_profile"
    assert raised.value.params["known"] == "heavy, light, lowloader"
