"""How the map draws a register: what a legend and a popup say follows from its fields."""

from __future__ import annotations

from dataclasses import replace

from gisapp.registers.fields import Field, FieldType, Kind
from gisapp.schema import Label
from layers import model
from layers.model import NO_LABEL, Format, LayerSpec, Shape, Symbol, SymbolClass
from layers.risks import LEVEL_COLOURS, LEVEL_INKS, LEVEL_SCALES

CONTACT = ("contact_phone", "contact_name")
"""Fields with which a popup begins."""

RECORD = ("agency", "county", "verified_at", "verified_by", "source")
"""Fields with which a popup ends."""

UNITS = {
    "人": Label("人", "people"),
    "张": Label("张", "beds"),
    "辆": Label("辆", "vehicles"),
    "户": Label("户", "households"),
    "层": Label("层", "storeys"),
    "s": Label("分钟", "min"),
    "m": Label("米", "m"),
    "m²": Label("平方米", "m²"),
    "10⁴ m³": Label("万立方米", "× 10⁴ m³"),
    "10⁸ m³": Label("亿立方米", "× 10⁸ m³"),
    "t": Label("吨", "t"),
    "10⁶ t/a": Label("百万吨/年", "Mt a year"),
    "CNY": Label("元", "CNY"),
}
"""Units as people say them; one that is not here is said as it is written. Seconds are told in
minutes."""

SCALES_OF_FIVE = (1.25, 1.15, 1.05, 0.95, 0.85)
"""Sizes of the symbols of five grades, the gravest first."""

_FORMATS: dict[FieldType, Format] = {
    FieldType.INTEGER: "number",
    FieldType.NUMBER: "number",
    FieldType.BOOLEAN: "flag",
    FieldType.DATE: "date",
    FieldType.CODE: "code",
    FieldType.GRADE: "code",
    FieldType.TAGS: "codes",
    FieldType.COUNTS: "counts",
}
_NOT_TOLD = {"id", "name", "name_en", "synthetic", *CONTACT, *RECORD}


def drawn_of(kind: Kind, drawn: LayerSpec, popup: tuple[str, ...] | None) -> LayerSpec:
    """Complete what a register says of how it is drawn.

    Parameters
    ----------
    drawn
        Without id and fields; a class without a name gets its code's, or the register's.
    popup
        Names of the fields of the popup; None for all of them, those of contact first.
    """
    names = {field.name for field in kind.fields}
    own = [
        field.name
        for field in kind.fields
        if field.name not in _NOT_TOLD
        and field.type is not FieldType.COORDINATE
        and not field.name.endswith("_override")
    ]
    told = [name for name in (*CONTACT, *own, *RECORD) if name in names] if popup is None else popup
    choices = (kind.field(drawn.class_column).choices if drawn.class_column else None) or {}
    return replace(
        drawn,
        id=kind.name,
        classes=tuple(
            replace(one, label=choices.get(one.code, kind.label)) if one.label == NO_LABEL else one
            for one in drawn.classes
        ),
        fields=tuple(_told(kind.field(name)) for name in told),
    )


def _told(field: Field) -> model.Field:
    if field.is_phone:
        return model.Field(column=field.name, format="phone")
    named = field.name == "county"
    format_ = "code" if named else "minutes" if field.unit == "s" else _FORMATS.get(field.type)
    unit = UNITS.get(field.unit, Label(field.unit, field.unit))
    return model.Field(column=field.name, format=format_ or "text", unit=unit)


def alike(
    shape: Shape, glyph: str, fill: str, *, rank: int, from_zoom: float, scale: float = 1.0
) -> tuple[SymbolClass, ...]:
    """The one legend row of a register whose records are all drawn alike."""
    symbol = Symbol(shape=shape, glyph=glyph, fill=fill, scale=scale)
    return (SymbolClass(code="", symbol=symbol, rank=rank, from_zoom=from_zoom),)


def levels(glyph: str, *, first_rank: int, zooms: tuple[float, ...]) -> tuple[SymbolClass, ...]:
    """Legend rows of four grades in the colours of warnings, the gravest first."""
    return tuple(
        SymbolClass(
            code=str(step + 1),
            symbol=Symbol(
                shape="diamond",
                glyph=glyph,
                fill=LEVEL_COLOURS[step],
                ink=LEVEL_INKS[step],
                mark=str(step + 1),
                scale=LEVEL_SCALES[step],
            ),
            rank=first_rank + step,
            from_zoom=zoom,
        )
        for step, zoom in enumerate(zooms)
    )
