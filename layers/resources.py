"""Resources: the teams that respond and the facilities behind them."""

from __future__ import annotations

from layers.model import Field, Label, LayerSpec, Symbol, SymbolClass

GROUP = Label("应急资源", "Resources")

PEOPLE = Label("人", "people")
CONTACT_FIELDS = (
    Field(column="contact_phone", label=Label("值班电话", "Duty phone"), format="phone"),
    Field(column="contact_name", label=Label("联系人", "Contact")),
)
RECORD_FIELDS = (
    Field(column="agency", label=Label("主管单位", "Agency")),
    Field(column="county", label=Label("所在县区", "County"), format="code"),
    Field(column="verified_at", label=Label("核实日期", "Verified on"), format="date"),
    Field(column="verified_by", label=Label("核实人", "Verified by")),
    Field(column="source", label=Label("来源", "Source")),
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
        Field(column="status", label=Label("状态", "Readiness"), format="code"),
        Field(column="tier", label=Label("出动层级", "Call-out tier"), format="code"),
        Field(column="capabilities", label=Label("能力", "Capabilities"), format="codes"),
        Field(column="people", label=Label("人数", "Personnel"), format="number", unit=PEOPLE),
        Field(
            column="duty_people", label=Label("执勤人数", "On duty"), format="number", unit=PEOPLE
        ),
        Field(column="vehicles", label=Label("车辆", "Vehicles"), format="vehicles"),
        Field(column="equipment", label=Label("装备", "Equipment"), format="counts"),
        Field(
            column="turnout_s",
            label=Label("出动时间", "Turnout"),
            format="minutes",
            unit=Label("分钟", "min"),
        ),
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
        Field(column="level", label=Label("储备层级", "Tier"), format="code"),
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
        Field(column="hospital_level", label=Label("等级", "Level"), format="code"),
        Field(
            column="beds", label=Label("床位", "Beds"), format="number", unit=Label("张", "beds")
        ),
        Field(
            column="icu_beds",
            label=Label("重症床位", "Intensive-care beds"),
            format="number",
            unit=Label("张", "beds"),
        ),
        Field(
            column="ambulances",
            label=Label("救护车", "Ambulances"),
            format="number",
            unit=Label("辆", "vehicles"),
        ),
        Field(column="emergency", label=Label("急诊", "Emergency ward"), format="flag"),
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
        Field(column="capacity", label=Label("容纳人数", "Capacity"), format="number", unit=PEOPLE),
        Field(
            column="area_m2",
            label=Label("面积", "Area"),
            format="number",
            unit=Label("平方米", "m²"),
        ),
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
        Field(column="specialities", label=Label("专业领域", "Specialities"), format="codes"),
        Field(column="title", label=Label("职称", "Title"), format="code"),
        Field(column="employer", label=Label("工作单位", "Employer")),
        Field(column="on_call", label=Label("可随时到场", "On call"), format="flag"),
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
        Field(column="role", label=Label("类型", "Role"), format="code"),
        Field(column="village", label=Label("村（社区）", "Village")),
        Field(
            column="households",
            label=Label("户数", "Households"),
            format="number",
            unit=Label("户", "households"),
        ),
        Field(
            column="population", label=Label("人口", "Inhabitants"), format="number", unit=PEOPLE
        ),
        *RECORD_FIELDS,
    ),
)

LAYERS = (TEAMS, HOSPITALS, DEPOTS, SHELTERS, EXPERTS, GRID_CONTACTS)
