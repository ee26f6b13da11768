"""The four-colour risk map: one symbol for each level, whatever kind of hazard it is.

Each level has its own colour, shape and figure, so that nobody needs to see colours.
"""

from __future__ import annotations

from layers.model import Field, Label, LayerSpec, Shape, Symbol, SymbolClass

LEVEL_COLOURS = ("#cf1126", "#e8680c", "#f2c200", "#2f6fb5")
"""Red, orange, yellow and blue of levels 1 to 4, the national colours of warnings."""
LEVEL_INKS = ("#ffffff", "#ffffff", "#1c1c1c", "#ffffff")
LEVEL_SCALES = (1.2, 1.08, 1.0, 0.9)

UNKNOWN = "0"
"""Class of a hazard whose level nobody knows."""

_SHAPES: tuple[Shape, ...] = ("diamond", "hexagon", "square", "circle")
_NAMES = (
    Label("重大风险（红）", "Level 1 (red)"),
    Label("较大风险（橙）", "Level 2 (orange)"),
    Label("一般风险（黄）", "Level 3 (yellow)"),
    Label("低风险（蓝）", "Level 4 (blue)"),
)
_UNKNOWN_LABEL = Label("未定级", "Not graded")


def level_symbol(level: int | None) -> Symbol:
    """The symbol of a level, 1 (red) to 4 (blue), or of a hazard without one."""
    if not level:
        return Symbol(shape="circle", glyph="figure-0", fill="#ffffff", ink="#3a434c", scale=0.9)
    step = level - 1
    return Symbol(
        shape=_SHAPES[step],
        glyph=f"figure-{level}",
        fill=LEVEL_COLOURS[step],
        ink=LEVEL_INKS[step],
        scale=LEVEL_SCALES[step],
    )


RISKS = LayerSpec(
    id="risk",
    label=Label("风险四色图", "Risk levels"),
    group="hazards",
    order=90,
    class_column="level",
    visible=False,
    classes=(
        *(
            SymbolClass(
                code=str(level), label=label, symbol=level_symbol(level), rank=level,
                from_zoom=(0, 9, 10, 11)[level - 1],
            )
            for level, label in enumerate(_NAMES, start=1)
        ),
        SymbolClass(
            code=UNKNOWN, label=_UNKNOWN_LABEL, symbol=level_symbol(None), rank=6, from_zoom=11
        ),
    ),
    fields=(
        Field(column='kind'),
        Field(column='state'),
        Field(column='level_name'),
        Field(column='responsible'),
        Field(column='inspected_on', format='date'),
        Field(column='next_inspection_on', format='date'),
    ),
)  # fmt: skip
