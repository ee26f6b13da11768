"""The printed risk map: counties, rivers, places and risk points as one SVG drawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from xml.sax.saxutils import escape

import geopandas as gpd
import shapely

from layers.model import Label
from layers.risks import RISKS, level_symbol
from layers.symbols import symbol_svg

WIDTH, HEIGHT = 1560, 960
"""Units of the drawing: tenths of a millimetre and a bit on an A3 sheet, landscape."""

_MARGIN = 16
_SYMBOL = 15
_LEGEND_WIDTH = 250
_NICE_M = (500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000)
_CLIP = (
    f'<clipPath id="risk-room"><rect width="{WIDTH - _LEGEND_WIDTH - 2 * _MARGIN}" '
    f'height="{HEIGHT}"/></clipPath>'
)
_TITLE = Label("图例", "Legend")
_NORTH = Label("北", "N")
_KM = Label("千米", "km")


class _Paper:
    """From metres of a projected system to units of the drawing, north up."""

    def __init__(self, bounds: Sequence[float]) -> None:
        min_x, min_y, max_x, max_y = bounds
        wide, high = max(max_x - min_x, 1.0), max(max_y - min_y, 1.0)
        room = WIDTH - _LEGEND_WIDTH - 3 * _MARGIN
        self.per_m = min(room / wide, (HEIGHT - 2 * _MARGIN) / high)
        self.left = _MARGIN + (room - wide * self.per_m) / 2 - min_x * self.per_m
        self.top = _MARGIN + ((HEIGHT - 2 * _MARGIN) - high * self.per_m) / 2 + max_y * self.per_m

    def at(self, x: float, y: float) -> tuple[float, float]:
        return round(self.left + x * self.per_m, 1), round(self.top - y * self.per_m, 1)

    def path(self, geometry: shapely.Geometry) -> str:
        """Lines and rings as SVG path data, no finer than the paper shows."""
        simple = shapely.simplify(geometry, 0.4 / self.per_m)
        rings = []
        for part in shapely.get_parts(simple):
            is_area = part.geom_type == "Polygon"
            rings += [part.exterior, *part.interiors] if is_area else [part]
        drawn = [[self.at(*point) for point in ring.coords] for ring in rings if not ring.is_empty]
        return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) for ring in drawn)


def risk_sheet(
    areas: gpd.GeoDataFrame,
    rivers: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    risks: gpd.GeoDataFrame,
    *,
    projected_crs: str,
    lang: str,
) -> str:
    """Draw the map without title: it stands on the page around it.

    Parameters
    ----------
    areas, rivers, places
        EPSG:4326; ``name`` and where present ``name_en``.
    risks
        EPSG:4326 points with ``level``, 1 to 4 or NA.
    projected_crs
        In metres; the drawing is true to scale in it.
    lang
        Language of the names.

    Returns
    -------
    str
        One ``<svg>`` element without styles of its own.
    """
    around = areas if len(areas) else risks
    if not len(around):
        return f'<svg class="risk-sheet" viewBox="0 0 {WIDTH} {HEIGHT}"></svg>'
    paper = _Paper(around.to_crs(projected_crs).total_bounds)
    risks = risks.assign(level=risks["level"].fillna(0).astype(int))
    drawn = [
        _areas(areas.to_crs(projected_crs), paper),
        _rivers(rivers.to_crs(projected_crs), paper),
        _risks(risks.to_crs(projected_crs), paper),
        _names(areas.to_crs(projected_crs), places.to_crs(projected_crs), paper, lang),
    ]
    legend = _legend(Counter(risks["level"]), paper, lang)
    return (
        f'<svg class="risk-sheet" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" aria-label="{escape(RISKS.label.in_(lang))}">'
        f"<defs>{''.join(_symbols())}{_CLIP}</defs>"
        f'<g clip-path="url(#risk-room)">{"".join(drawn)}</g>{legend}</svg>'
    )


def _symbols() -> list[str]:
    return [
        symbol_svg(level_symbol(level), size_px=_SYMBOL + 3 * bool(level == 1))
        .replace("<svg ", f'<symbol id="risk-{level}" ', 1)
        .replace("</svg>", "</symbol>")
        for level in range(5)
    ]


def _areas(areas: gpd.GeoDataFrame, paper: _Paper) -> str:
    return "".join(
        f'<path d="{paper.path(one)}" fill="#f7f5ef" stroke="#857b68" stroke-width="1.2" '
        'stroke-linejoin="round"/>'
        for one in areas.geometry
    )


def _rivers(rivers: gpd.GeoDataFrame, paper: _Paper) -> str:
    return "".join(
        f'<path d="{paper.path(one)}" fill="none" stroke="#7fb0cd" stroke-width="1.6" '
        'stroke-linecap="round"/>'
        for one in rivers.geometry
    )


def _risks(risks: gpd.GeoDataFrame, paper: _Paper) -> str:
    # The gravest last, so that nothing hides it.
    ordered = sorted(
        zip(risks["level"], risks.geometry, strict=True), key=lambda row: -(row[0] or 5)
    )
    drawn = []
    for level, point in ordered:
        x, y = paper.at(point.x, point.y)
        size = _SYMBOL + 3 * (level == 1)
        drawn.append(
            f'<use href="#risk-{level}" x="{x - size / 2:g}" y="{y - size / 2:g}" '
            f'width="{size}" height="{size}"/>'
        )
    return "".join(drawn)


def _names(areas: gpd.GeoDataFrame, places: gpd.GeoDataFrame, paper: _Paper, lang: str) -> str:
    written = []
    for frame, size in ((areas, 17), (places, 12)):
        for row in frame.itertuples():
            point = row.geometry.representative_point()
            x, y = paper.at(point.x, point.y)
            english = getattr(row, "name_en", None) if lang != "zh" else None
            name = english if isinstance(english, str) and english else row.name
            if size == 12:
                written.append(f'<circle cx="{x}" cy="{y}" r="2.4" fill="#262b31"/>')
            written.append(
                f'<text x="{x}" y="{y - 5:g}" font-size="{size}" text-anchor="middle" '
                f'fill="#262b31" stroke="#fbfaf6" stroke-width="3" paint-order="stroke" '
                f'font-weight="{600 if size == 17 else 400}">{escape(str(name))}</text>'
            )
    return "".join(written)


def _legend(counts: Counter[int], paper: _Paper, lang: str) -> str:
    left, top = WIDTH - _LEGEND_WIDTH - _MARGIN, _MARGIN
    rows = [
        f'<text x="{left + 14}" y="{top + 168}" font-size="18" font-weight="700">'
        f"{_TITLE.in_(lang)}</text>"
    ]
    for step, row in enumerate(RISKS.classes):
        y = top + 186 + 32 * step
        name = escape(row.label.in_(lang))
        rows.append(
            f'<use href="#risk-{row.code}" x="{left + 14}" y="{y}" width="22" height="22"/>'
            f'<text x="{left + 46}" y="{y + 16}" font-size="15">{name}</text>'
            f'<text x="{left + _LEGEND_WIDTH - 14}" y="{y + 16}" font-size="15" '
            f'text-anchor="end">{counts[int(row.code)]}</text>'
        )
    middle = left + _LEGEND_WIDTH / 2
    north = (
        f'<path d="M{middle:g} {top + 14}l20 66-20-16-20 16z" fill="#262b31"/>'
        f'<text x="{middle:g}" y="{top + 104}" font-size="20" font-weight="700" '
        f'text-anchor="middle">{_NORTH.in_(lang)}</text>'
    )
    return f'<g fill="#262b31">{north}{"".join(rows)}{_scale(paper, left, lang)}</g>'


def _scale(paper: _Paper, left: float, lang: str) -> str:
    """The longest round distance that fits the legend."""
    room = _LEGEND_WIDTH - 60
    metres = max((one for one in _NICE_M if one * paper.per_m <= room), default=_NICE_M[0])
    length, x, y = metres * paper.per_m, left + 14, HEIGHT - _MARGIN - 40
    half = length / 2
    return (
        f'<path d="M{x:g} {y}h{half:.1f}v8h-{half:.1f}z" fill="#262b31"/>'
        f'<path d="M{x + half:.1f} {y}h{half:.1f}v8h-{half:.1f}z" fill="#fff" stroke="#262b31"/>'
        f'<text x="{x:g}" y="{y - 8}" font-size="14" text-anchor="middle">0</text>'
        f'<text x="{x + length:.1f}" y="{y - 8}" font-size="14" text-anchor="middle">'
        f"{metres / 1000:g} {_KM.in_(lang)}</text>"
    )
