"""Shapes and glyphs of the point symbols, drawn by us as SVG path data.

A browser canvas and an SVG element read the same strings. Shapes are drawn in a box of
32 × 32, glyphs in one of 24 × 24 that is laid over the middle of the shape.
"""

from __future__ import annotations

from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from layers.model import Symbol

SHAPES: dict[str, str] = {
    "circle": "M16 2a14 14 0 1 1 0 28a14 14 0 1 1 0-28z",
    "square": "M7 3h18a4 4 0 0 1 4 4v18a4 4 0 0 1-4 4H7a4 4 0 0 1-4-4V7a4 4 0 0 1 4-4z",
    "diamond": "M18 1.6l12.4 12.4a2.8 2.8 0 0 1 0 4L18 30.4a2.8 2.8 0 0 1-4 0"
    "L1.6 18a2.8 2.8 0 0 1 0-4L14 1.6a2.8 2.8 0 0 1 4 0z",
    "hexagon": "M16 1.5l12.6 7.2v14.6L16 30.5 3.4 23.3V8.7z",
    "pentagon": "M16 1l14.3 10.4-5.4 17.2H7.1L1.7 11.4z",
    "shield": "M16 1.3l12.2 4v10.4c0 7.4-5 12.1-12.2 15C8.8 27.8 3.8 23.1 3.8 15.7V5.3z",
}

SHAPE_INSET: dict[str, float] = {
    "circle": 19,
    "square": 20,
    "diamond": 16.5,
    "hexagon": 19,
    "pentagon": 17,
    "shield": 18,
}
"""Width of the glyph's box on each shape, in units of the shape's box of 32."""


class Glyph(NamedTuple):
    """A pictogram: areas to fill (even-odd) and lines to stroke."""

    fill: str = ""
    line: str = ""


LINE_WIDTH = 2.4
"""Stroke of a glyph's lines, in units of its box of 24."""

GLYPHS: dict[str, Glyph] = {
    "flame": Glyph(
        "M12.5 1.5c.8 4.3 6 6.5 6 12a6.5 6.5 0 0 1-13 .3c0-3 1.7-4.7 2.9-6.3"
        ".2 1.8.8 2.9 1.8 3.6-.3-3.5.3-7 2.3-9.6z"
        "M12.2 13c-1.6 1.6-2.5 2.7-2.5 4.2a2.5 2.5 0 0 0 5 0c0-1.6-1.2-2.4-2.5-4.2z"
    ),
    "helmet": Glyph(
        "M4 15a8 8.5 0 0 1 16 0zM1.5 16.5h21v3h-21zM12 8.2a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8z"
    ),
    "flask": Glyph(
        "M8.5 2h7v2.4h-1.3v4.8l5.3 9.3a2.3 2.3 0 0 1-2 3.5h-11a2.3 2.3 0 0 1-2-3.5"
        "l5.3-9.3V4.4H8.5z"
        "M9.3 13.2h5.4l-1.9-3.3V9h-1.6v.9zM9.5 16a1.2 1.2 0 1 0 .01 0z"
        "M13.8 17a1 1 0 1 0 .01 0z"
    ),
    "pipe": Glyph(
        "M1.5 11h3v10h-3zM19.5 11h3v10h-3zM5 13h14v6H5zM10.7 7h2.6v5h-2.6zM6 3.5h12v3H6z"
    ),
    "waves": Glyph(
        line="M2 7c2.2-2.5 4.4-2.5 6.7 0s4.4 2.5 6.6 0 4.4-2.5 6.7 0"
        "M2 12.5c2.2-2.5 4.4-2.5 6.7 0s4.4 2.5 6.6 0 4.4-2.5 6.7 0"
        "M2 18c2.2-2.5 4.4-2.5 6.7 0s4.4 2.5 6.6 0 4.4-2.5 6.7 0"
    ),
    "tree": Glyph("M12 1l5.5 7h-3l4.5 5.5h-3L21 19h-7.5v4h-3v-4H3l5-5.5H5L9.5 8h-3z"),
    "cross": Glyph("M9 3h6v6h6v6h-6v6H9v-6H3V9h6z"),
    "excavator": Glyph(
        "M3.5 17.5h10a2.2 2.2 0 0 1 0 4.5h-10a2.2 2.2 0 0 1 0-4.5z"
        "M4 16.5V9h4.7l2.8 5v2.5zM16.7 10.5h6l-1.5 5.5h-3.7z",
        "M9.5 12.5L14 4l5.7 6.5",
    ),
    "people": Glyph(
        "M8.3 3.5a3.6 3.6 0 1 0 .01 0zM1.8 20c0-5 2.7-8 6.5-8s6.5 3 6.5 8z"
        "M17.3 5.8a2.9 2.9 0 1 0 .01 0zM15.3 13.2c4-.9 7 1.8 7 6.8h-5.8"
        "c0-2.7-.3-4.9-1.2-6.8z"
    ),
    "warehouse": Glyph("M2 9.5L12 3l10 6.5V21h-3.5v-9h-13v9H2zM7.5 13.5h9v3h-9zM7.5 18h9v3h-9z"),
    "tent": Glyph("M12 3l11 18h-7.3L12 14.5 8.3 21H1z"),
    "letter-h": Glyph("M5 3h4.2v6.8h5.6V3H19v18h-4.2v-7.2H9.2V21H5z"),
    "hammers": Glyph(
        "M13.2 5.8l3.3-3.3 5.7 5.7-3.3 3.3zM10.8 5.8L7.5 2.5c-2.7.6-4.8 2.8-5.7 5.7l3.3 3.3z",
        "M15.8 8.6L4.5 21M8.2 8.6L19.5 21",
    ),
    "drum": Glyph("M5 2.5h14v3.2H5zM6 7h12v4H6zM6 12.5h12v4H6zM5 18h14v3.5H5z"),
    "dam": Glyph(
        "M13 4h4l5 17H13z",
        "M1.5 9.5c1.7-1.8 3.4-1.8 5 0s3.4 1.8 5 0M1.5 16c1.7-1.8 3.4-1.8 5 0s3.4 1.8 5 0",
    ),
    "rockfall": Glyph(
        "M2 21V4l15.5 17zM13.5 4a2.9 2.9 0 1 0 .01 0zM19.5 10.5a2.7 2.7 0 1 0 .01 0z"
    ),
    "mortarboard": Glyph(
        "M12 4L.5 9.5 12 15l11.5-5.5zM5 13.6v4.4c2.5 2.6 11.5 2.6 14 0v-4.4l-7 3.4z"
    ),
    "crowd": Glyph(
        "M12 2.5a3.2 3.2 0 1 0 .01 0zM4.8 6a2.5 2.5 0 1 0 .01 0zM19.2 6a2.5 2.5 0 1 0 .01 0z"
        "M7 21c0-6.5 2-10.5 5-10.5s5 4 5 10.5z"
        "M1.2 20c0-5 1.4-7.7 3.6-7.7.8 0 1.4.2 1.9.7-1 1.9-1.5 4.2-1.6 7z"
        "M22.8 20c0-5-1.4-7.7-3.6-7.7-.8 0-1.4.2-1.9.7 1 1.9 1.5 4.2 1.6 7z"
    ),
    "houses": Glyph("M7.5 7L0 14h2.5v7h10v-7H15zM6 16h3v5H6zM17 3l-5 4.7 6 5.8h-2.5V21h6v-9.5H24z"),
    "factory": Glyph(
        "M2 21V4h4.5v6l5.5-4v4l5.5-4v4L22 6.5V21zM5 14v3.5h3.5V14zM10.3 14v3.5h3.5V14z"
        "M15.6 14v3.5h3.5V14z"
    ),
    "antenna": Glyph(
        "M12 5.6a2.4 2.4 0 1 0 .01 0z",
        "M12 10v12M7.5 22h9M7.6 12a5.6 5.6 0 0 1 0-8M16.4 4a5.6 5.6 0 0 1 0 8"
        "M4.4 15a10 10 0 0 1 0-14M19.6 1a10 10 0 0 1 0 14",
    ),
    "phone": Glyph(
        "M6.5 2.5l3.4.9 1.1 5-2.4 2c1.1 2.300 2.6 3.8 4.9 4.9l2-2.4 5 1.1.9 3.4"
        "c-.2 2.4-2 4.1-4.4 4.1C9.300 21.5 2.5 14.7 2.5 7c0-2.5 1.7-4.2 4-4.5z"
    ),
    "terraces": Glyph("M2 21h20.5l-3-5H2zM2 14.5h16.5l-3-4.5H2zM2 8.5h12.5l-3-4.5H2z"),
    "figure-0": Glyph(line="M7 8a5 5 0 1 1 7.5 4.3c-1.8 1-2.5 1.9-2.5 3.7M12 20.5v.5"),
    "figure-1": Glyph(line="M7.5 7.5L13 3v18"),
    "figure-2": Glyph(line="M6.5 8a5.5 5.5 0 0 1 11 0c0 4-8 7-11 13h11.5"),
    "figure-3": Glyph(line="M7 3h10l-5.5 7a5.5 5.5 0 1 1-5 8"),
    "figure-4": Glyph(line="M15 21V3L5.5 16H19"),
}


def symbol_svg(symbol: Symbol, *, size_px: int = 22) -> str:
    """The symbol as one inline SVG element, for a page without scripts.

    Parameters
    ----------
    symbol
        What to draw.
    size_px
        Width and height of the element.
    """
    inset = SHAPE_INSET[symbol.shape]
    glyph = GLYPHS[symbol.glyph]
    start, factor = (32 - inset) / 2, inset / 24
    ink = quoteattr(symbol.ink)
    mark = (
        f'<text x="28" y="30" text-anchor="middle" font-size="12" font-weight="700" '
        f'stroke="#fff" stroke-width="3" paint-order="stroke">{escape(symbol.mark)}</text>'
        if symbol.mark
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="{size_px}" '
        f'height="{size_px}" aria-hidden="true"><path d="{SHAPES[symbol.shape]}" '
        f'fill={quoteattr(symbol.fill)} stroke="#fff" stroke-width="1.5"/>'
        f'<g transform="translate({start:g} {start:g}) scale({factor:g})">'
        f'<path d="{glyph.fill}" fill={ink} fill-rule="evenodd"/>'
        f'<path d="{glyph.line}" fill="none" stroke={ink} stroke-width="{LINE_WIDTH}" '
        f'stroke-linecap="round" stroke-linejoin="round"/></g>{mark}</svg>'
    )
