"""Layers made up to try the library on."""

from __future__ import annotations

from layers import Field, Label, LayerSpec, Symbol, SymbolClass

PEOPLE = Label("人", "people")


def classes(*codes: str) -> tuple[SymbolClass, ...]:
    symbol = Symbol(shape="circle", glyph="flame", fill="#c1121f")
    return tuple(SymbolClass(code=code, label=Label(code, code), symbol=symbol) for code in codes)


TEAM = LayerSpec(
    id="team",
    label=Label("队伍", "Teams"),
    group="resources",
    order=10,
    class_column="team_type",
    state_column="status",
    classes=classes("fire_rescue", "flood", "medical", "social"),
    fields=(
        Field(column="contact_phone", format="phone"),
        Field(column="status", format="code"),
        Field(column="capabilities", format="codes"),
        Field(column="people", format="number", unit=PEOPLE),
        Field(column="vehicles", format="counts"),
        Field(column="turnout_s", format="minutes", unit=Label("分钟", "min")),
        Field(column="agency"),
        Field(column="verified_at", format="date"),
        Field(column="source"),
    ),
)
STATION = LayerSpec(
    id="station",
    label=Label("站点", "Stations"),
    group="hazards",
    class_column="online",
    classes=classes("1", "0"),
)
HAZARD = LayerSpec(
    id="hazard",
    label=Label("风险", "Hazards"),
    group="hazards",
    class_column="danger_grade",
    classes=classes("1", "2", "3", "4"),
    fields=(
        Field(column="loss_cny", format="number", unit=Label("元", "CNY")),
        Field(column="weak", format="flag"),
    ),
)
PLACE = LayerSpec(
    id="place", label=Label("地名", "Places"), group="base", extra=("kind", "population")
)
