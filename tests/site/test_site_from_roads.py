"""A site made of a road file alone."""

from __future__ import annotations

import pytest

from gisapp.provision import provision_from_roads
from gisapp.rights import system_actor

ROAD = '<tag k="highway" v="residential"/>'


@pytest.fixture
def made(tmp_path):
    """Make a site of one drawn road."""

    def made(*places, name="roads.osm", extra=""):
        nodes = "".join(
            f'<node id="{ref}" lon="{x}" lat="{y}"/>' for ref, (x, y) in enumerate(places, 1)
        )
        drawn = "".join(f'<nd ref="{ref}"/>' for ref in range(1, len(places) + 1))
        file = tmp_path / name
        content = f'{nodes}{extra}<way id="1">{drawn}{ROAD}</way>'
        file.write_text(f'<osm version="0.6">{content}</osm>', encoding="utf-8")
        return provision_from_roads(
            tmp_path / "site",
            file,
            name="x",
            time_zone="Asia/Shanghai",
            actor=system_actor("li"),
            say=lambda _code, _params: None,
        )

    return made


def test_the_box_holds_the_roads_as_drawn(made):
    """The road bends far to the north of its two junctions."""
    site = made((111.5, 36.0), (111.55, 36.2), (111.6, 36.0)).site
    assert site.bbox == (111.5, 36.0, 111.6, 36.2)
    assert site.center == pytest.approx((111.55, 36.1))


@pytest.mark.parametrize("end", [(111.502, 36.0), (111.5, 36.002), (111.7, 36.0)])
def test_a_straight_road_makes_a_site(made, end):
    west, south, east, north = made((111.5, 36.0), end).site.bbox
    assert west <= 111.5 < end[0] + 1e-9 <= east + 1e-9
    assert south <= 36.0 <= end[1] <= north
    assert min(east - west, north - south) == pytest.approx(0.01)


def test_a_road_at_the_edge_of_the_globe_makes_a_site(made):
    assert made((179.998, 36.0), (180.0, 36.0)).site.bbox[2] == 180.0


def test_an_edited_extract_named_in_capitals_makes_a_site_with_its_resources(made):
    """New and misplaced objects of the editor do not hinder the resources either."""
    hospital = '<tag k="amenity" v="hospital"/><tag k="name" v="县医院"/>'
    extra = (
        f'<node id="-7" lon="111.51" lat="36.01">{hospital}</node>'
        f'<node id="8" lon="200" lat="36.01">{hospital}</node>'
        f'<node id="9" lon="111.52" lat="36.01" visible="false">{hospital}</node>'
    )
    done = made((111.5, 36.0), (111.6, 36.0), name="X.OSM", extra=extra)
    assert [outcome.read for outcome in done.outcomes] == [0, 1]
