"""Resources: the teams that respond and the facilities behind them."""

from __future__ import annotations

from layers.model import Field, Label, LayerSpec, Symbol, SymbolClass

GROUP = Label("应急资源", "Resources")

PEOPLE = Label("人", "people")
CONTACT_FIELDS = (
    Field(column="contact_phone", format="phone"),
    Field(column="contact_name"),
)
RECORD_FIELDS = (
    Field(column="agency"),
    Field(column="county", format="code"),
    Field(column="verified_at", format="date"),
    Field(column="verified_by"),
    Field(column="source"),
)


def _team(
    code: str, label: Label, glyph: str, fill: str, *, rank: int, ink: str = "#ffffff"
) -> SymbolClass:
    symbol = Symbol(shape="circle", glyph=glyph, fill=fill, ink=ink)
    return SymbolClass(code=code, label=label, symbol=symbol, rank=rank)


TEAMS = LayerSpec(
    id="team",
    label=Label("救援队伍", "Rescue teams"),
    group="resources",
    class_column="team_type",
    state_column="status",
    classes=(
        _team(
            "fire_rescue", Label("综合性消防救援", "Fire and rescue"), "flame", "#c1121f", rank=1
        ),
        _team("mine_rescue", Label("矿山救护", "Mine rescue"), "helmet", "#5b3a1e", rank=1),
        _team(
            "hazmat",
            Label("危化品救援", "Hazardous chemicals"),
            "flask",
            "#f2b705",
            ink="#1c1c1c",
            rank=1,
        ),
        _team("pipeline", Label("油气管道救援", "Oil and gas pipeline"), "pipe", "#6c3fa8", rank=1),
        _team("flood", Label("防汛抢险", "Flood control"), "waves", "#1565a9", rank=1),
        _team("forest_fire", Label("森林草原防灭火", "Forest fire"), "tree", "#2e7031", rank=1),
        _team("medical", Label("医疗急救", "Medical"), "cross", "#ffffff", ink="#c1121f", rank=1),
        _team("engineering", Label("工程抢险", "Engineering"), "excavator", "#d9580d", rank=1),
        _team("social", Label("社会应急力量", "Voluntary"), "people", "#0b7f83", rank=2),
    ),
    fields=(
        *CONTACT_FIELDS,
        Field(column="status", format="code"),
        Field(column="tier", format="code"),
        Field(column="capabilities", format="codes"),
        Field(column="people", format="number", unit=PEOPLE),
        Field(column="duty_people", format="number", unit=PEOPLE),
        Field(column="vehicles", format="vehicles"),
        Field(column="equipment", format="counts"),
        Field(column="turnout_s", format="minutes", unit=Label("分钟", "min")),
        *RECORD_FIELDS,
    ),
)

DEPOTS = LayerSpec(
    id="depot",
    label=Label("物资储备库", "Supply depots"),
    group="resources",
    classes=(
        SymbolClass(
            code="",
            label=Label("物资储备库", "Supply depot"),
            symbol=Symbol(shape="square", glyph="warehouse", fill="#34506b"),
            rank=3,
            from_zoom=9.5,
        ),
    ),
    fields=(
        *CONTACT_FIELDS,
        Field(column="level", format="code"),
        *RECORD_FIELDS,
    ),
)

HOSPITALS = LayerSpec(
    id="hospital",
    label=Label("医院", "Hospitals"),
    group="resources",
    classes=(
        SymbolClass(
            code="",
            label=Label("医院", "Hospital"),
            symbol=Symbol(shape="square", glyph="letter-h", fill="#0a6cb8"),
            rank=3,
            from_zoom=9.5,
        ),
    ),
    fields=(
        *CONTACT_FIELDS,
        Field(column="hospital_level", format="code"),
        Field(column="beds", format="number", unit=Label("张", "beds")),
        Field(column="icu_beds", format="number", unit=Label("张", "beds")),
        Field(column="ambulances", format="number", unit=Label("辆", "vehicles")),
        Field(column="emergency", format="flag"),
        *RECORD_FIELDS,
    ),
)

SHELTERS = LayerSpec(
    id="shelter",
    label=Label("避难场所", "Shelters"),
    group="resources",
    visible=False,
    classes=(
        SymbolClass(
            code="",
            label=Label("避难场所", "Shelter"),
            symbol=Symbol(shape="square", glyph="tent", fill="#1f7a4d"),
            rank=7,
            from_zoom=11,
        ),
    ),
    fields=(
        *CONTACT_FIELDS,
        Field(column="capacity", format="number", unit=PEOPLE),
        Field(column="area_m2", format="number", unit=Label("平方米", "m²")),
        *RECORD_FIELDS,
    ),
)

EXPERTS = LayerSpec(
    id="expert",
    label=Label("应急专家", "Experts"),
    group="resources",
    visible=False,
    classes=(
        SymbolClass(
            code="",
            label=Label("应急专家", "Expert"),
            symbol=Symbol(shape="circle", glyph="mortarboard", fill="#5b4b9a", scale=0.9),
            rank=8,
            from_zoom=10,
        ),
    ),
    fields=(
        *CONTACT_FIELDS[:1],
        Field(column="specialities", format="codes"),
        Field(column="title", format="code"),
        Field(column="employer"),
        Field(column="on_call", format="flag"),
        *RECORD_FIELDS,
    ),
)

GRID_CONTACTS = LayerSpec(
    id="grid_contact",
    label=Label("网格联系人", "Grid contacts"),
    group="resources",
    visible=False,
    class_column="role",
    classes=tuple(
        SymbolClass(
            code=code,
            label=label,
            symbol=Symbol(shape="shield", glyph="phone", fill=fill, mark=mark, scale=0.85),
            rank=9,
            from_zoom=12,
        )
        for code, label, fill, mark in (
            ("grid_worker", Label("网格员", "Grid worker"), "#8a5a00", ""),
            (
                "disaster_reporter",
                Label("灾害信息员", "Disaster information officer"),
                "#1d5c63",
                "i",
            ),
            ("hazard_watcher", Label("群测群防员", "Hazard watcher"), "#7a2048", "!"),
        )
    ),
    fields=(
        *CONTACT_FIELDS,
        Field(column="role", format="code"),
        Field(column="village"),
        Field(column="households", format="number", unit=Label("户", "households")),
        Field(column="population", format="number", unit=PEOPLE),
        *RECORD_FIELDS,
    ),
)

LAYERS = (TEAMS, HOSPITALS, DEPOTS, SHELTERS, EXPERTS, GRID_CONTACTS)
