"""What every register holds: the one table behind import, popups and the data dictionary."""

from __future__ import annotations

from gisapp.registers import grades
from gisapp.registers import vocabulary as v
from gisapp.registers.fields import Field, FieldType, Kind, code, grade, number, plain, text
from gisapp.schema import Label

_ID = text(
    "id",
    "编号",
    "ID",
    "本类资源内唯一，重复导入时据此更新",
    "Unique within the register; an import updates the record of the same id.",
    required=True,
    aliases=("编码", "代码"),
)
_NAME = text("name", "名称", "Name", "全称", "Full name.", required=True)
_NAME_EN = text("name_en", "英文名称", "English name", "英文名", "Name in English.")
_COUNTY = text(
    "county",
    "行政区划代码",
    "County code",
    "县级行政区划 6 位代码，可在本市以外",
    "Six-digit code of the county, which may lie outside the site.",
    pattern=r"\d{6}",
    length=6,
    aliases=("县区代码", "区划代码", "所属县区代码"),
    source="GB/T 2260",
)
_SOURCE = text(
    "source", "数据来源", "Source", "记录从何而来", "Where the record is from.", aliases=("来源",)
)
_SYNTHETIC = plain(
    "synthetic",
    FieldType.BOOLEAN,
    "是否合成数据",
    "Synthetic",
    "1 表示为演示而生成，并非真实",
    "1 where generated for demonstration, not real.",
    aliases=("合成",),
)
_RECORD = (
    plain("verified_at", FieldType.DATE, "核实日期", "Verified on", "最近一次核实的日期",
          "Day of the last verification."),
    text("verified_by", "核实人", "Verified by", "核实者", "Who verified the record."),
    _SOURCE,
    _SYNTHETIC,
)  # fmt: skip
_POSITION = (
    plain("x", FieldType.COORDINATE, "经度", "Longitude", "经度；投影坐标系中为东坐标",
          "Longitude; easting in a projected system.", required=True,
          aliases=("lon", "lng", "longitude", "东坐标")),
    plain("y", FieldType.COORDINATE, "纬度", "Latitude", "纬度；投影坐标系中为北坐标",
          "Latitude; northing in a projected system.", required=True,
          aliases=("lat", "latitude", "北坐标")),
)  # fmt: skip

_HEAD = (_ID, _NAME, _NAME_EN, *_POSITION, _COUNTY)
_TAIL = (
    text("agency", "主管单位", "Agency", "负责的部门或单位", "Authority or company in charge.",
         aliases=("所属单位", "管理单位")),
    text("contact_name", "联系人", "Contact", "值班或负责联系人", "Person to call.",
         private=True),
    text("contact_phone", "联系电话", "Phone", "24 小时联系电话", "Number answered day and night.",
         aliases=("电话", "值班电话"), private=True),
    *_RECORD,
)  # fmt: skip


def _located(name: str, label: Label, doc: Label, *own: Field, verify_every_days: int) -> Kind:
    return Kind(name, label, doc, "POINT", (*_HEAD, *own, *_TAIL), verify_every_days)


def _responsible(zh: str = "责任人", source: str = "") -> tuple[Field, Field]:
    """Who answers for a hazard."""
    return (
        text("responsible", zh, "Person in charge", "对该风险负责的人",
             "Person answerable for the hazard.", aliases=() if zh == "责任人" else ("责任人",),
             source=source),
        text("responsible_phone", f"{zh}电话", "Phone of the person in charge",
             "责任人的联系电话", "Number of the person answerable.", private=True),
    )  # fmt: skip


def _monitored() -> Field:
    return plain(
        "online_monitored", FieldType.BOOLEAN, "是否在线监测", "Monitored online",
        "接入在线监测预警系统为 1", "1 where its readings reach the monitoring system.",
        aliases=("在线监测",),
    )  # fmt: skip


TEAM = _located(
    "team", Label("救援队伍", "Rescue team"),
    Label("可调派的救援队伍及其车辆、能力", "Teams to be sent, their vehicles and skills."),
    code("team_type", "队伍类型", "Type", v.TEAM_TYPES, "队伍类型", "Kind of team.", required=True),
    code("tier", "力量层级", "Tier", v.TIERS, "主力、协同或辅助力量",
         "Main, coordinated or auxiliary force.", aliases=("层级",)),
    code("capabilities", "能力标签", "Capabilities", v.CAPABILITIES, "能承担的任务，分号分隔",
         "What the team can do, joined by semicolons.", type_=FieldType.TAGS, required=True,
         aliases=("能力",)),
    number("people", "人数", "People", "人", "在编人数", "Members.", whole=True),
    code("vehicles", "车辆", "Vehicles", v.VEHICLE_PROFILES,
         "车型与数量，如 heavy:4;light:2", "Profile and number, as in heavy:4;light:2.",
         type_=FieldType.COUNTS),
    number("turnout_s", "出动准备时间", "Turnout time", "s", "接令到车辆驶出的秒数",
           "Seconds from the order to wheels rolling.", whole=True, maximum=86_400,
           aliases=("出动时间",)),
    number("duty_people", "执勤人数", "People on duty", "人", "昼夜在岗、可随时出动的人数",
           "Members at the station day and night.", whole=True),
    code("equipment", "装备", "Equipment", v.EQUIPMENT,
         "主要装备与数量，如 drainage_pump:2;generator:1",
         "Chief equipment and number, as in drainage_pump:2;generator:1.",
         type_=FieldType.COUNTS, aliases=("主要装备",)),
    code("status", "状态", "Status", v.TEAM_STATUSES, "当前战备状态，空缺时为待命",
         "Readiness now; ready where left empty.", aliases=("战备状态",)),
    verify_every_days=90,
)  # fmt: skip

DEPOT = _located(
    "depot", Label("物资储备库", "Depot"),
    Label("应急物资储备库点", "Stores of emergency supplies."),
    code("level", "储备层级", "Level", v.DEPOT_LEVELS, "储备库的层级", "Tier of the store.",
         required=True, aliases=("级别",)),
    number("area_m2", "库房面积", "Floor area", "m²", "库房建筑面积", "Floor area of the store."),
    verify_every_days=90,
)  # fmt: skip

EXPERT = _located(
    "expert", Label("应急专家", "Expert"),
    Label("可咨询或到场的应急专家，位置为工作单位", "Experts to consult; placed where they work."),
    code("specialities", "专业领域", "Specialities", v.SPECIALITIES, "专业领域，分号分隔",
         "Fields of knowledge, joined by semicolons.", type_=FieldType.TAGS, required=True,
         aliases=("专业", "专长")),
    code("title", "职称", "Title", v.TITLES, "技术职称等级", "Rank of the professional title."),
    text("employer", "工作单位", "Employer", "所在单位", "Where the expert works."),
    plain("on_call", FieldType.BOOLEAN, "可随时到场", "On call", "昼夜可到场为 1",
          "1 where the expert comes at any hour."),
    verify_every_days=180,
)  # fmt: skip

LOT = Kind(
    "lot", Label("储备物资", "Lot"),
    Label("储备库中的一批物资", "One batch of supplies in a depot."), None,
    (
        _ID,
        text("depot_id", "储备库编号", "Depot", "所在储备库的编号", "Id of its depot.",
             required=True, references="depot"),
        text("item_code", "物资分类代码", "Item code", "7 位分类代码", "Seven-digit class code.",
             required=True, pattern=r"\d{7}", length=7, aliases=("物资代码",),
             source="GB/T 38565-2020"),
        text("item", "物资名称", "Item", "物资名称", "Name of the item.", required=True),
        number("quantity", "数量", "Quantity", "", "现存数量", "Number in stock.", required=True),
        text("unit", "计量单位", "Unit", "数量的单位", "Unit of the quantity.", required=True,
             aliases=("单位",)),
        number("minimum_stock", "最低储备量", "Minimum stock", "", "低于此量须补充",
               "Quantity below which to restock."),
        number("reserve", "留底量", "Reserve", "", "调拨时须留在库中的数量",
               "Quantity that stays in the depot when supplies are allocated.",
               aliases=("留存量",)),
        plain("expires_on", FieldType.DATE, "有效期至", "Expires on", "最后可用日期",
              "Last day of use."),
        *_RECORD,
    ),
    90,
)  # fmt: skip

MINE = _located(
    "mine", Label("矿山", "Mine"), Label("矿山企业", "Mines."),
    code("mine_type", "矿种", "Type", v.MINE_TYPES, "矿山类型", "Kind of mine.", required=True),
    number("capacity_mt", "核定生产能力", "Capacity", "10⁶ t/a", "年生产能力，百万吨",
           "Million tonnes a year."),
    number("depth_m", "开采深度", "Depth", "m", "开采深度", "Depth of working."),
    number("workers", "从业人数", "Workers", "人", "从业人数", "People employed.", whole=True),
    code("gas_grade", "瓦斯等级", "Gas grade", v.GAS_GRADES, "煤矿瓦斯等级",
         "Gas class of a coal mine.", source="煤矿安全规程"),
    code("hydrology", "水文地质类型", "Hydrology", v.HYDROLOGY, "矿井水文地质类型",
         "How readily water breaks in.",
         source="煤矿防治水细则; from general knowledge, to be verified"),
    code("status", "状态", "Status", v.MINE_STATUSES, "生产状态", "State of the mine.",
         required=True),
    *_responsible(),
    verify_every_days=90,
)  # fmt: skip

HAZARD_SOURCE = _located(
    "hazard_source", Label("重大危险源", "Major hazard source"),
    Label("危险化学品重大危险源", "Major hazard sources of dangerous chemicals."),
    text("substance", "危险物质", "Substance", "主要危险化学品", "Chief dangerous substance.",
         required=True),
    number("quantity_t", "存量", "Quantity", "t", "最大存量", "Largest quantity kept."),
    number("r_value", "R 值", "R value", "",
           "分级指标 R=α·Σ(β·q/Q)；β：爆炸品 2，易燃气体 1.5，有毒气体 2、剧毒气体 4"
           "（另列名者从其值，如氯 4、硫化氢 5、光气 20），其他 1；α：厂界外 500 m 内无人 0.5，"
           "1–29 人 1.0，30–49 人 1.2，50–99 人 1.5，100 人以上 2.0",
           "Grading index R = α·Σ(β·q/Q). β: explosives 2, flammable gases 1.5, toxic gases 2, "
           "highly toxic 4 (those listed have their own, as chlorine 4, H2S 5, phosgene 20), "
           "others 1. α by people within 500 m: none 0.5, 1–29 1.0, 30–49 1.2, 50–99 1.5, "
           "from 100 2.0.", required=True, aliases=("R值",),
           source=grades.MAJOR_HAZARD.source),
    number("exposed_people", "周边人数", "People near by", "人", "厂界外 500 m 内常住人数，决定 α",
           "Residents within 500 m of the site's edge, which decide α.", whole=True,
           source=grades.MAJOR_HAZARD.source),
    plain("emergency_stop", FieldType.BOOLEAN, "是否有紧急切断", "Emergency stop",
          "设紧急切断装置为 1", "1 where the plant can be cut off at once.",
          aliases=("紧急切断",)),
    _monitored(),
    *_responsible("源长"),
    *grade("level", "危险源级别", "Level", "R≥100 一级，≥50 二级，≥10 三级，其余四级",
          "R ≥100 level 1, ≥50 level 2, ≥10 level 3, below level 4.", grades.MAJOR_HAZARD,
          grades.MAJOR_HAZARD.rule(), "r_value"),
    verify_every_days=90,
)  # fmt: skip

RESERVOIR = _located(
    "reservoir", Label("水库", "Reservoir"), Label("水库", "Reservoirs."),
    number("capacity_e8_m3", "总库容", "Capacity", "10⁸ m³", "总库容，亿立方米",
           "Total capacity, hundred million cubic metres.", required=True, aliases=("库容",)),
    code("dam_type", "坝型", "Dam type", v.DAM_TYPES, "坝型", "Kind of dam."),
    number("dam_height_m", "坝高", "Dam height", "m", "最大坝高", "Greatest height of the dam."),
    plain("weak", FieldType.BOOLEAN, "是否病险", "Weak structure", "病险水库为 1",
          "1 where the dam is listed as unsound.", aliases=("病险",)),
    number("downstream_people", "下游人数", "People downstream", "人", "溃坝影响范围内人数",
           "People in the way of a breach.", whole=True),
    _monitored(),
    *_responsible(),
    *grade("grade", "工程规模", "Size",
          "库容≥10 大（1）型，≥1 大（2）型，≥0.1 中型，≥0.01 小（1）型，≥0.001 小（2）型",
          "Capacity ≥10 large (1), ≥1 large (2), ≥0.1 medium, ≥0.01 small (1), "
          "≥0.001 small (2); none below.", grades.RESERVOIR, grades.RESERVOIR.rule(),
          "capacity_e8_m3"),
    verify_every_days=180,
)  # fmt: skip

GEOHAZARD = _located(
    "geohazard", Label("地质灾害点", "Geological hazard point"),
    Label("地质灾害隐患点", "Points where the ground may fail."),
    code("geohazard_type", "灾害类型", "Type", v.GEOHAZARD_TYPES, "灾害类型", "Kind of hazard.",
         required=True),
    number("people", "威胁人数", "People at risk", "人", "受威胁、需转移的人数",
           "People to be moved.", whole=True),
    number("loss_cny", "潜在经济损失", "Potential loss", "CNY", "潜在直接经济损失，元",
           "Potential direct loss, CNY.", aliases=("威胁财产",)),
    number("volume_e4_m3", "体积", "Volume", "10⁴ m³", "灾害体体积，万立方米",
           "Volume of what may move, ten thousand cubic metres.", aliases=("方量",)),
    *_responsible("防灾责任人"),
    *grade("scale", "规模等级", "Scale",
           "滑坡≥1000 万 m³ 巨型，≥100 大型，≥10 中型；崩塌依次≥100、≥10、≥1；"
           "泥石流依次≥50、≥20、≥2；其余小型",
           "Landslides ≥1000 ×10⁴ m³ giant, ≥100 large, ≥10 medium; collapses ≥100, ≥10, ≥1; "
           "debris flows ≥50, ≥20, ≥2; below small; other types have none.",
           grades.SCALE_LANDSLIDE, grades.scale_grade, "geohazard_type", "volume_e4_m3"),
    *grade("danger_grade", "险情等级", "Danger grade",
          "人数≥1000 或损失≥1 亿元特大型，≥500 或≥5000 万元大型，≥100 或≥500 万元中型，其余小型",
          "People ≥1000 or loss ≥100 M CNY extra large, ≥500 or ≥50 M large, ≥100 or ≥5 M "
          "medium, below small.", grades.DANGER_PEOPLE, grades.danger_grade, "people", "loss_cny"),
    verify_every_days=90,
)  # fmt: skip

TAILINGS_POND = _located(
    "tailings_pond", Label("尾矿库", "Tailings pond"), Label("尾矿库", "Tailings ponds."),
    number("volume_e4_m3", "全库容", "Volume", "10⁴ m³", "全库容，万立方米",
           "Volume, ten thousand cubic metres.", required=True, aliases=("库容",)),
    number("height_m", "坝高", "Dam height", "m", "坝高", "Height of the dam.", required=True),
    number("downstream_people", "下游人数", "People downstream", "人", "下游受威胁人数",
           "People in the way of a breach.", whole=True),
    code("status", "状态", "Status", v.POND_STATUSES, "运行状态", "State of the pond."),
    plain("overhead", FieldType.BOOLEAN, "是否头顶库", "Above a settlement",
          "下游 1 km 内有居民或重要设施为 1",
          "1 where people or vital works lie within 1 km below the dam.", aliases=("头顶库",)),
    _monitored(),
    *_responsible(),
    *grade("grade", "尾矿库等别", "Class",
          "按库容与坝高分别定等：相差一等取高者，相差多于一等取高者降一等",
          "By volume and by height: the graver if they differ by one, else one below the graver.",
          grades.TAILINGS_VOLUME, grades.tailings_grade, "volume_e4_m3", "height_m"),
    verify_every_days=90,
)  # fmt: skip

SHELTER = _located(
    "shelter", Label("避难场所", "Shelter"), Label("应急避难场所", "Emergency shelters."),
    number("capacity", "容纳人数", "Capacity", "人", "可容纳人数", "People it can hold.",
           whole=True),
    number("area_m2", "面积", "Area", "m²", "有效避难面积", "Usable area."),
    code("stay", "避难时长", "Length of stay", v.STAYS, "可避难的时长", "How long people can stay.",
         source="GB 51143-2015; from general knowledge, to be verified"),
    verify_every_days=180,
)  # fmt: skip

HOSPITAL = _located(
    "hospital", Label("医院", "Hospital"), Label("医疗机构", "Hospitals and clinics."),
    number("beds", "床位数", "Beds", "张", "编制床位", "Beds.", whole=True),
    number("icu_beds", "重症床位数", "Intensive-care beds", "张", "重症监护床位",
           "Beds of intensive care.", whole=True),
    number("ambulances", "救护车数", "Ambulances", "辆", "救护车数量", "Ambulances.", whole=True),
    code("hospital_level", "医院等级", "Level", v.HOSPITAL_LEVELS, "医院等级",
         "Class of the hospital."),
    plain("emergency", FieldType.BOOLEAN, "是否有急诊", "Emergency department", "设急诊科为 1",
          "1 where there is an emergency department.", aliases=("急诊",)),
    verify_every_days=180,
)  # fmt: skip

CROWDED_PLACE = _located(
    "crowded_place", Label("人员密集场所", "Crowded place"),
    Label("人员密集场所", "Places where many people gather."),
    code("place_type", "场所类型", "Type", v.CROWDED_PLACE_TYPES, "场所类型", "Kind of place.",
         required=True, source="消防法 第73条"),
    number("capacity", "容纳人数", "Capacity", "人", "高峰时人数", "People at the busiest hour.",
           whole=True),
    number("area_m2", "面积", "Area", "m²", "建筑面积", "Floor area."),
    number("storeys", "层数", "Storeys", "层", "地上层数", "Storeys above the ground.", whole=True),
    *_responsible("安全责任人"),
    verify_every_days=180,
)  # fmt: skip

HAZARD_KINDS = (
    "geohazard", "hazard_source", "mine", "tailings_pond", "reservoir", "crowded_place",
)  # fmt: skip
"""Registers of what can go wrong."""

_HAZARD_LABELS = {
    kind.name: kind.label
    for kind in (GEOHAZARD, HAZARD_SOURCE, MINE, TAILINGS_POND, RESERVOIR, CROWDED_PLACE)
}

MONITORING_STATION = _located(
    "monitoring_station", Label("监测站点", "Monitoring station"),
    Label("监测预警站点及其所监测的风险", "Stations that watch the weather or one hazard."),
    code("station_type", "监测类型", "Type", v.STATION_TYPES, "监测的内容", "What it measures.",
         required=True),
    code("monitors_kind", "监测对象类别", "Watches a", _HAZARD_LABELS,
         "所监测风险的登记类别；不针对单个风险时空缺",
         "Register of the hazard it watches; empty for a station that watches no single one."),
    text("monitors_id", "监测对象编号", "Id watched", "所监测风险的编号",
         "Id of the hazard it watches.", needs="monitors_kind"),
    plain("online", FieldType.BOOLEAN, "是否在线", "Online", "正在回传数据为 1",
          "1 while its readings arrive.", aliases=("在线",)),
    number("last_reading", "最近读数", "Last reading", "", "最近一次读数，单位见读数单位",
           "Last reading, in its unit.", minimum=None),
    text("reading_unit", "读数单位", "Unit of the reading", "读数的计量单位",
         "Unit of the reading.", aliases=("单位",)),
    plain("last_reading_on", FieldType.DATE, "最近读数日期", "Last read on", "最近一次读数的日期",
          "Day of the last reading."),
    verify_every_days=90,
)  # fmt: skip

GRID_CONTACT = _located(
    "grid_contact", Label("网格联系人", "Grid contact"),
    Label("每个网格、村庄或隐患点的联系人", "Whom to call in each grid cell, village or hazard."),
    code("role", "人员类型", "Role", v.GRID_ROLES, "联系人的职责", "Duty of the contact.",
         required=True, aliases=("职责",)),
    text("township", "乡镇代码", "Township code", "乡镇级行政区划 9 位代码",
         "Nine-digit code of the township.", pattern=r"\d{9}", length=9,
         source="GB/T 10114; from general knowledge, to be verified"),
    text("village", "村（社区）", "Village", "村或社区名称", "Village or neighbourhood."),
    number("households", "户数", "Households", "户", "网格内户数", "Households in the cell.",
           whole=True),
    number("population", "人口", "Population", "人", "网格内人口", "Inhabitants of the cell.",
           whole=True),
    text("geohazard_id", "地质灾害点编号", "Hazard point", "群测群防员所看护的隐患点编号",
         "Id of the hazard point that the contact watches.", references="geohazard"),
    verify_every_days=90,
)  # fmt: skip

PLACE = Kind(
    "place", Label("地名", "Place"), Label("地名点", "Named places."), "POINT",
    (
        _ID, _NAME, _NAME_EN, *_POSITION,
        code("kind", "类别", "Kind", v.PLACE_KINDS, "地名类别", "Kind of place.", required=True),
        text("code", "行政区划代码", "Code", "区划代码", "Administrative code."),
        number("population", "人口", "Population", "人", "人口", "Inhabitants.", whole=True),
        *_RECORD,
    ),
)  # fmt: skip

AREA = Kind(
    "area", Label("行政区", "Administrative area"),
    Label("市、县、乡镇行政区范围", "Extents of city, counties and townships."), "MULTIPOLYGON",
    (
        _ID, _NAME, _NAME_EN,
        code("level", "级别", "Level", v.AREA_LEVELS, "行政级别，空缺时为县级",
             "Administrative level; county where left empty."),
        text("parent_id", "上级代码", "Parent", "上一级行政区的代码",
             "Code of the area it belongs to."),
        number("population", "人口", "Population", "人", "常住人口", "Inhabitants.", whole=True),
        *_RECORD,
    ),
)  # fmt: skip

RIVER = Kind(
    "river", Label("河流", "River"), Label("河流中心线", "Centre lines of rivers."),
    "MULTILINESTRING",
    (_ID, text("name", "名称", "Name", "河名", "Name."), _NAME_EN, *_RECORD),
)  # fmt: skip

RESOURCE_KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        TEAM, EXPERT, DEPOT, LOT, HOSPITAL, SHELTER, MINE, HAZARD_SOURCE, RESERVOIR, GEOHAZARD,
        TAILINGS_POND, CROWDED_PLACE, MONITORING_STATION, GRID_CONTACT,
    )
}  # fmt: skip
"""Kinds that a census imports, each after the kinds its records refer to."""

BASE_KINDS: dict[str, Kind] = {kind.name: kind for kind in (AREA, PLACE, RIVER)}
"""Kinds of the base map."""

KINDS: dict[str, Kind] = {**BASE_KINDS, **RESOURCE_KINDS}
"""All registers."""
