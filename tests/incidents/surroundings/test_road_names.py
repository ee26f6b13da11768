"""Roads that a footprint closes and spares are called by name, or by class and number."""

from __future__ import annotations

import shapely

from gisapp.incidents.surroundings.contents import roads_in
from routing import Street, from_streets

TOWN = shapely.box(99.999, 29.999, 100.021, 30.021)


def street(one: int, name: str, highway: str, north: float, *, is_bridge: bool = False) -> Street:
    line = [(100.0, north), (100.02, north)]
    return Street(line, highway=highway, name=name, bridge=is_bridge, street_id=one)


def test_a_road_without_a_name_is_called_by_its_class() -> None:
    network = from_streets(
        [
            street(1, "人民路", "primary", 30.0),
            street(2, "", "tertiary", 30.002),
            street(3, "", "tertiary", 30.004),
            street(4, "", "track", 30.006),
            street(5, "", "primary_link", 30.008),
        ]
    )
    roads, structures = roads_in(network, TOWN)
    called = {one.label: (one.name, round(one.length_m / 1000, 1)) for one in roads}
    assert called == {
        ("未命名乡道", "unnamed tertiary road"): ("", 3.9),
        ("人民路", "人民路"): ("人民路", 1.9),
        ("未命名机耕路", "unnamed track"): ("", 1.9),
        ("未命名匝道", "unnamed ramp"): ("", 1.9),
    }
    assert structures == ()


def test_a_bridge_has_its_number_only_where_its_name_tells_it_from_no_other() -> None:
    network = from_streets(
        [
            street(11, "长江大桥", "trunk", 30.0, is_bridge=True),
            street(12, "", "tertiary", 30.002, is_bridge=True),
            street(13, "G5", "motorway", 30.004, is_bridge=True),
            street(14, "G5", "motorway", 30.006, is_bridge=True),
        ]
    )
    _roads, structures = roads_in(network, TOWN)
    assert [one.label.zh for one in structures] == [
        "G5（13）", "G5（14）", "长江大桥", "未命名乡道（12）",
    ]  # fmt: skip
    assert structures[-1].label.en == "unnamed tertiary road (12)"
