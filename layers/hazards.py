"""Hazards: what can go wrong, with its grade in colour, size and a figure in the corner.

Red, orange, yellow and blue stand for levels 1 to 4, the national colours of warnings.
"""

from __future__ import annotations

from layers.model import Field, Label, LayerSpec, Symbol, SymbolClass
from layers.resources import CONTACT_FIELDS, PEOPLE, RECORD_FIELDS

GROUP = Label("危险源与隐患", "Hazards")

RESPONSIBLE_FIELDS = (
    Field(column="responsible"),
    Field(column="responsible_phone", format="phone"),
)
MONITORED = Field(column="online_monitored", format="flag")


Zooms = tuple[float, float, float, float]

LEVEL_COLOURS = ("#cf1126", "#e8680c", "#f2c200", "#2f6fb5")
LEVEL_INKS = ("#ffffff", "#ffffff", "#1c1c1c", "#ffffff")
LEVEL_SCALES = (1.2, 1.08, 1.0, 0.9)

WATER_COLOURS = ("#0b4f7d", "#0b4f7d", "#1877ad", "#3f97c6", "#3f97c6")
WATER_SCALES = (1.25, 1.15, 1.05, 0.95, 0.85)
RESERVOIR_ZOOMS = (0, 9, 10, 11, 12)
TAILINGS_ZOOMS = (0, 0, 9, 10, 11)


def _levels(
    glyph: str, rows: tuple[tuple[str, str, Label], ...], *, first_rank: int, zooms: Zooms
) -> tuple[SymbolClass, ...]:
    """Legend rows of four grades; each of `rows` is (code, mark, label), the gravest first."""
    return tuple(
        SymbolClass(
            code=code,
            label=label,
            symbol=Symbol(
                shape="diamond",
                glyph=glyph,
                fill=LEVEL_COLOURS[step],
                ink=LEVEL_INKS[step],
                mark=mark,
                scale=LEVEL_SCALES[step],
            ),
            rank=first_rank + step,
            from_zoom=zooms[step],
        )
        for step, (code, mark, label) in enumerate(rows)
    )


HAZARD_SOURCES = LayerSpec(
    id="hazard_source",
    label=Label("重大危险源", "Major hazard sources"),
    group="hazards",
    class_column="level",
    classes=_levels(
        "drum",
        (
            ("1", "1", Label("一级", "Level 1")),
            ("2", "2", Label("二级", "Level 2")),
            ("3", "3", Label("三级", "Level 3")),
            ("4", "4", Label("四级", "Level 4")),
        ),
        first_rank=2,
        zooms=(0, 9.5, 10, 10.5),
    ),
    fields=(
        *CONTACT_FIELDS,
        Field(column="level", format="code"),
        Field(column="level_override_reason"),
        Field(column="substance"),
        Field(column="quantity_t", format="number", unit=Label("吨", "t")),
        Field(column="r_value", format="number"),
        Field(column="emergency_stop", format="flag"),
        MONITORED,
        *RESPONSIBLE_FIELDS,
        *RECORD_FIELDS,
    ),
)

MINES = LayerSpec(
    id="mine",
    label=Label("矿山", "Mines"),
    group="hazards",
    class_column="mine_type",
    classes=(
        SymbolClass(
            code="coal",
            label=Label("煤矿", "Coal"),
            symbol=Symbol(shape="hexagon", glyph="hammers", fill="#3b3f46"),
            rank=4,
            from_zoom=9.5,
        ),
        SymbolClass(
            code="metal",
            label=Label("金属矿", "Metal"),
            symbol=Symbol(shape="hexagon", glyph="hammers", fill="#7a5c3e"),
            rank=5,
            from_zoom=10,
        ),
        SymbolClass(
            code="nonmetal",
            label=Label("非金属矿", "Non-metal"),
            symbol=Symbol(shape="hexagon", glyph="hammers", fill="#8d8574"),
            rank=5,
            from_zoom=10,
        ),
    ),
    fields=(
        *CONTACT_FIELDS,
        Field(column="status", format="code"),
        Field(column="workers", format="number", unit=PEOPLE),
        Field(column="gas_grade", format="code"),
        Field(column="depth_m", format="number", unit=Label("米", "m")),
        Field(column="capacity_mt", format="number", unit=Label("百万吨/年", "Mt a year")),
        Field(column="hydrology", format="code"),
        *RESPONSIBLE_FIELDS,
        *RECORD_FIELDS,
    ),
)

RESERVOIRS = LayerSpec(
    id="reservoir",
    label=Label("水库", "Reservoirs"),
    group="hazards",
    class_column="grade",
    classes=tuple(
        SymbolClass(
            code=code,
            label=label,
            symbol=Symbol(
                shape="diamond",
                glyph="dam",
                fill=WATER_COLOURS[step],
                scale=WATER_SCALES[step],
            ),
            rank=4 + step,
            from_zoom=RESERVOIR_ZOOMS[step],
        )
        for step, (code, label) in enumerate(
            (
                ("1", Label("大（1）型", "Large (1)")),
                ("2", Label("大（2）型", "Large (2)")),
                ("3", Label("中型", "Medium")),
                ("4", Label("小（1）型", "Small (1)")),
                ("5", Label("小（2）型", "Small (2)")),
            )
        )
    ),
    fields=(
        *CONTACT_FIELDS,
        Field(column="grade", format="code"),
        Field(column="grade_override_reason"),
        Field(column="capacity_e8_m3", format="number", unit=Label("亿立方米", "× 10⁸ m³")),
        Field(column="dam_type", format="code"),
        Field(column="weak", format="flag"),
        Field(column="downstream_people", format="number", unit=PEOPLE),
        MONITORED,
        *RESPONSIBLE_FIELDS,
        *RECORD_FIELDS,
    ),
)

GEOHAZARDS = LayerSpec(
    id="geohazard",
    label=Label("地质灾害隐患点", "Geological hazard points"),
    group="hazards",
    class_column="danger_grade",
    classes=_levels(
        "rockfall",
        (
            ("1", "1", Label("特大型", "Extra large")),
            ("2", "2", Label("大型", "Large")),
            ("3", "3", Label("中型", "Medium")),
            ("4", "4", Label("小型", "Small")),
        ),
        first_rank=4,
        zooms=(9, 10, 11, 12),
    ),
    fields=(
        *CONTACT_FIELDS,
        Field(column="danger_grade", format="code"),
        Field(column="danger_grade_override_reason"),
        Field(column="scale", format="code"),
        Field(column="geohazard_type", format="code"),
        Field(column="people", format="number", unit=PEOPLE),
        Field(column="loss_cny", format="number", unit=Label("元", "CNY")),
        *RESPONSIBLE_FIELDS,
        *RECORD_FIELDS,
    ),
)

TAILINGS_PONDS = LayerSpec(
    id="tailings_pond",
    label=Label("尾矿库", "Tailings ponds"),
    group="hazards",
    class_column="grade",
    classes=tuple(
        SymbolClass(
            code=str(grade),
            label=label,
            symbol=Symbol(
                shape="diamond",
                glyph="terraces",
                fill="#7b4b94",
                mark=str(grade),
                scale=WATER_SCALES[grade - 1],
            ),
            rank=2 + grade,
            from_zoom=TAILINGS_ZOOMS[grade - 1],
        )
        for grade, label in enumerate(
            (
                Label("一等", "Class 1"),
                Label("二等", "Class 2"),
                Label("三等", "Class 3"),
                Label("四等", "Class 4"),
                Label("五等", "Class 5"),
            ),
            start=1,
        )
    ),
    fields=(
        *CONTACT_FIELDS,
        Field(column="grade", format="code"),
        Field(column="grade_override_reason"),
        Field(column="overhead", format="flag"),
        Field(column="status", format="code"),
        MONITORED,
        *RESPONSIBLE_FIELDS,
        Field(column="downstream_people", format="number", unit=PEOPLE),
        Field(column="volume_e4_m3", format="number", unit=Label("万立方米", "× 10⁴ m³")),
        Field(column="height_m", format="number", unit=Label("米", "m")),
        *RECORD_FIELDS,
    ),
)

CROWDED_PLACES = LayerSpec(
    id="crowded_place",
    label=Label("人员密集场所", "Crowded places"),
    group="hazards",
    visible=False,
    classes=(
        SymbolClass(
            code="",
            label=Label("人员密集场所", "Crowded place"),
            symbol=Symbol(shape="hexagon", glyph="crowd", fill="#a8326b"),
            rank=7,
            from_zoom=11,
        ),
    ),
    fields=(
        *CONTACT_FIELDS,
        Field(column="place_type", format="code"),
        Field(column="capacity", format="number", unit=PEOPLE),
        Field(column="storeys", format="number", unit=Label("层", "storeys")),
        *RESPONSIBLE_FIELDS,
        *RECORD_FIELDS,
    ),
)

MONITORING_STATIONS = LayerSpec(
    id="monitoring_station",
    label=Label("监测站点", "Monitoring stations"),
    group="hazards",
    visible=False,
    class_column="online",
    classes=(
        SymbolClass(
            code="1",
            label=Label("在线", "Online"),
            symbol=Symbol(shape="pentagon", glyph="antenna", fill="#00695c", scale=0.9),
            rank=8,
            from_zoom=11,
        ),
        SymbolClass(
            code="0",
            label=Label("离线", "Offline"),
            symbol=Symbol(shape="pentagon", glyph="antenna", fill="#6b7280", mark="×", scale=0.9),
            rank=7,
            from_zoom=11,
        ),
    ),
    fields=(
        *CONTACT_FIELDS,
        Field(column="station_type", format="code"),
        Field(column="online", format="flag"),
        Field(column="monitors_kind", format="code"),
        Field(column="monitors_id"),
        Field(column="last_reading", format="number"),
        Field(column="reading_unit"),
        Field(column="last_reading_on", format="date"),
        *RECORD_FIELDS,
    ),
)

LAYERS = (
    HAZARD_SOURCES,
    MINES,
    TAILINGS_PONDS,
    RESERVOIRS,
    GEOHAZARDS,
    CROWDED_PLACES,
    MONITORING_STATIONS,
)
