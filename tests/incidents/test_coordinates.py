"""Coordinates as callers and officers paste them: one reading for page, terminal and interface."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisapp.errors import InputError
from gisapp.importing.chinese_grids import wgs84_to_bd09, wgs84_to_gcj02
from gisapp.incidents.coordinates import MetresError, alternatives, as_spot, find_spot, read_spot
from gisapp.schema import Label
from gisapp.site import Site

SITE = Site(
    code="1410",
    name=Label("测试市", "Test"),
    projected_crs="EPSG:4546",
    time_zone="Asia/Shanghai",
    center=(111.5, 36.1),
    bbox=(110.3, 35.3, 112.2, 37.0),
)
X, Y = 111.51, 36.08


def shifted(forward: object, x: float = X, y: float = Y) -> tuple[float, float]:
    """Where the maps show a true place."""
    lon, lat = forward(np.array([x]), np.array([y]))  # type: ignore[operator]
    return float(lon[0]), float(lat[0])


@pytest.mark.parametrize(
    "text",
    [
        "111.51,36.08",
        "36.08 111.51",
        "111.51，36.08",
        "１１１．５１，３６．０８",
        "(36.08, 111.51)",
        "[111.51, 36.08]",
        '{"lng":111.51,"lat":36.08}',
        "lat=36.08&lon=111.51",
        "POINT(111.51 36.08)",
        "经度111.51 纬度36.08",
        "纬度：36.08；经度：111.51",
        "東經111.51，北緯36.08",
        "E111.51 N36.08",
        "36.08N/111.51E",
        "36.08, 111.51E",
        "111.51°E 36.08°N",
        "36 04 48 N 111 30 36 E",
        "N 36 04.8 E 111 30.6",
        "36-04-48N 111-30-36E",
        "36:04:48N, 111:30:36E",
        "360448N 1113036E",
        "111d30m36sE 36d04m48sN",
        "北纬36°04′48″，东经111°30′36″",
        "东经111度30分36秒 北纬36度4.8分",
        "36°4'48'' 111°30'36''",
        "坐标：北纬36.08°，东经111.51°。",
        "WGS84 111.51 36.08",
        "CGCS2000：111.51,36.08",
        "geo:36.08,111.51?z=15",
        "https://www.openstreetmap.org/?mlat=36.08&mlon=111.51#map=12/36.0/111.5",
        "https://uri.amap.com/marker?position=111.51,36.08&coordinate=wgs84",
        "https://apis.map.qq.com/uri/v1/geocoder?coord=36.08,111.51&coord_type=1",
    ],
)
def test_one_place_in_many_notations(text: str) -> None:
    spot = read_spot(text, SITE)
    assert (spot.x, spot.y) == pytest.approx((X, Y), abs=1e-9)
    assert spot.shift_m < 1


@pytest.mark.parametrize(
    "text",
    [
        "{x},{y} GCJ02",
        "gcj-02 {y} {x}",
        "高德 {x} {y}",
        "腾讯地图坐标：{y},{x}",
        "{x},{y}（火星坐标系）",
        "高德：东经{x}，北纬{y}",
        "https://uri.amap.com/marker?position={x},{y}",
        "https://uri.amap.com/marker?position={x}%2C{y}&name=a",
        "https://uri.amap.com/navigation?from=111.1,36.1,a&to={x},{y},b",
        "uri.amap.com/marker?position={x},{y}",
        "我在这里 https://www.amap.com/?q={y},{x},某地 快来",
        "https://www.amap.com/?p=B0FF,{y},{x},某地,某路",
        "androidamap://viewMap?lat={y}&lon={x}&dev=0",
        "https://apis.map.qq.com/uri/v1/marker?marker=coord:{y},{x};title:a&referer=b",
        "qqmap://map/marker?marker=coord:{y},{x};title:a",
        "https://map.qq.com/?type=marker&pointx={x}&pointy={y}",
        "http://api.map.baidu.com/marker?location={y},{x}&coord_type=gcj02",
    ],
)
def test_gcj02_by_word_and_by_link(text: str) -> None:
    x, y = shifted(wgs84_to_gcj02)
    spot = read_spot(text.format(x=x, y=y), SITE)
    assert (spot.x, spot.y) == pytest.approx((X, Y), abs=1e-8)
    assert spot.system == "GCJ-02"
    assert "GCJ-02" in spot.text("zh")
    assert 500 < spot.shift_m < 600


@pytest.mark.parametrize(
    "text",
    [
        "{x},{y} BD09",
        "百度 {y} {x}",
        "bd-09ll：{x}，{y}",
        "https://api.map.baidu.com/marker?location={y},{x}&title=a&output=html",
        "baidumap://map/marker?location={y},{x}&title=a",
        "https://api.map.baidu.com/direction?origin=latlng:36,111|name:a"
        "&destination=latlng:{y},{x}|name:b",
    ],
)
def test_bd09_by_word_and_by_link(text: str) -> None:
    x, y = shifted(wgs84_to_bd09)
    spot = read_spot(text.format(x=x, y=y), SITE)
    assert (spot.x, spot.y) == pytest.approx((X, Y), abs=1e-8)
    assert spot.system == "BD-09"


def test_the_metres_of_a_baidu_address() -> None:
    # Published with Baidu's own conversion: 116.403874, 39.914889 in BD-09.
    spot = read_spot("https://map.baidu.com/poi/x/@12958160.97,4825907.72,19z", SITE)
    assert shifted(wgs84_to_bd09, spot.x, spot.y) == pytest.approx(
        (116.403874, 39.914889), abs=1e-6
    )


def test_published_gcj02_position() -> None:
    # Published pair of eviltransform: 31.1774276, 121.5272106 true; 31.17530398, 121.53154118.
    spot = as_spot(121.531541859215, 31.17530398364597, "GCJ02")
    assert (spot.x, spot.y) == pytest.approx((121.5272106, 31.1774276), abs=1e-6)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("36°75′48″N 111°30′36″E", "coordinates.minutes"),
        ("北纬36度60分 东经111度30分", "coordinates.minutes"),
        ("36 04 60 N 111 30 36 E", "coordinates.seconds"),
        ("36.5°30′N 111°30′E", "coordinates.fraction"),
        ("36.08N 37.1N", "coordinates.one_axis"),
        ("36.1, 37.2", "coordinates.ambiguous"),
        ("200, 36", "coordinates.off_globe"),
        ("111.51,36.08 高德 百度", "coordinates.two_systems"),
        ("https://surl.amap.com/abc", "coordinates.short_link"),
        ("https://example.com/?q=36.08,111.51", "coordinates.unknown_link"),
        ("https://uri.amap.com/search?keyword=a", "coordinates.empty_link"),
        ("500000 3990000", "coordinates.metres"),
        ("CGCS2000 X=3990000 Y=500000", "coordinates.metres"),
        ("37500000,3990000", "coordinates.metres"),
        ("500000 2000000", "coordinates.metres_elsewhere"),
    ],
)
def test_what_cannot_be_meant_says_its_cause(text: str, code: str) -> None:
    with pytest.raises(InputError) as error:
        find_spot(text, SITE)
    assert error.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "乡宁县车城乡",
        "G209",
        "000-00840035",
        "138 0000 0000",
        "2026-11-26 08:30",
        "1e2,3",
        "百度大厦",
    ],
)
def test_a_name_or_number_is_no_coordinate(text: str) -> None:
    assert find_spot(text, SITE) is None


@pytest.mark.parametrize(
    ("text", "zone"), [("500000 3990000", "EPSG:4546"), ("3990000, 37500000", "EPSG:4525")]
)
def test_metres_are_offered_in_the_zone_that_fits(text: str, zone: str) -> None:
    with pytest.raises(MetresError) as error:
        find_spot(text, SITE)
    (offer,) = error.value.offers
    assert offer.system == zone
    assert (offer.x, offer.y) == pytest.approx((111.0, 36.0402), abs=1e-4)
    again = read_spot(f"{zone} {text}", SITE)
    assert (again.x, again.y) == (offer.x, offer.y)
    assert read_spot(text, SITE, system=zone) == again


def test_a_pair_without_a_system_is_offered_in_each() -> None:
    spot = read_spot("111.51,36.08", SITE)
    assert [one.system for one in alternatives(spot)] == ["GCJ-02", "BD-09"]
    assert [one.system for one in alternatives(read_spot("111.51,36.08 GPS", SITE))] == []


@given(st.integers(110 * 3600, 112 * 3600), st.integers(35 * 3600, 37 * 3600), st.integers(0, 3))
def test_every_second_of_arc_comes_back(east: int, north: int, style: int) -> None:
    def dms(seconds: int) -> tuple[int, int, int]:
        return seconds // 3600, seconds // 60 % 60, seconds % 60

    (a, b, c), (d, e, f) = dms(east), dms(north)
    text = [
        f"东经{a}°{b}′{c}″ 北纬{d}°{e}′{f}″",
        f"{d:02} {e:02} {f:02} N {a} {b:02} {c:02} E",
        f"N{d}°{e + f / 60:.9f}′, E{a}°{b + c / 60:.9f}′",
        f"{a}-{b}-{c}E {d}-{e}-{f}N",
    ][style]
    spot = read_spot(text, SITE)
    assert (spot.x, spot.y) == pytest.approx((east / 3600, north / 3600), abs=1e-8)
