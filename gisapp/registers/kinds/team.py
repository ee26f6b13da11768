"""Rescue teams."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, counts, number, tags
from gisapp.registers.drawing import CONTACT, RECORD
from gisapp.registers.record import About, Located
from gisapp.schema import Label
from layers.model import LayerSpec, Symbol, SymbolClass

_OF_TEAM = Label("队伍编号", "Id of the team.")


def _drawn(code: str, glyph: str, fill: str, *, rank: int = 1, ink: str = "#ffffff") -> SymbolClass:
    symbol = Symbol(shape="circle", glyph=glyph, fill=fill, ink=ink)
    return SymbolClass(code=code, symbol=symbol, rank=rank)


class Team(Located):
    """A rescue team."""

    __tablename__ = "team"
    about = About(
        Label("救援队伍", "Rescue team"),
        Label("可调派的救援队伍及其车辆、能力", "Teams to be sent, their vehicles and skills."),
        order=110, verify_every_days=90,
    )  # fmt: skip
    drawn = LayerSpec(
        label=Label("救援队伍", "Rescue teams"), group="resources", order=10,
        class_column="team_type", state_column="status",
        classes=(
            _drawn("fire_rescue", "flame", "#c1121f"),
            _drawn("mine_rescue", "helmet", "#5b3a1e"),
            _drawn("hazmat", "flask", "#f2b705", ink="#1c1c1c"),
            _drawn("pipeline", "pipe", "#6c3fa8"),
            _drawn("flood", "waves", "#1565a9"),
            _drawn("forest_fire", "tree", "#2e7031"),
            _drawn("medical", "cross", "#ffffff", ink="#c1121f"),
            _drawn("engineering", "excavator", "#d9580d"),
            _drawn("social", "people", "#0b7f83", rank=2),
        ),
    )  # fmt: skip
    popup = (
        *CONTACT, "status", "tier", "capabilities", "people", "duty_people", "vehicles",
        "equipment", "turnout_s", *RECORD,
    )  # fmt: skip

    team_type: Mapped[str] = code(
        "队伍类型", "Type", v.TEAM_TYPES, "队伍类型", "Kind of team.", index=True
    )
    tier: Mapped[str | None] = code(
        "力量层级", "Tier", v.TIERS, "主力、协同或辅助力量",
        "Main, coordinated or auxiliary force.", aliases=("层级",),
    )  # fmt: skip
    capabilities = tags(
        "能力标签", "Capabilities", v.CAPABILITIES, "能承担的任务，分号分隔",
        "What the team can do, joined by semicolons.", required=True, aliases=("能力",),
        one="capability", docs=(_OF_TEAM, Label("能力标签", "One capability of the team.")),
    )  # fmt: skip
    people: Mapped[int | None] = number("人数", "People", "人", "在编人数", "Members.")
    vehicles = counts(
        "车辆", "Vehicles", v.VEHICLE_PROFILES, "车型与数量，如 heavy:4;light:2",
        "Profile and number, as in heavy:4;light:2.", one="vehicle", column="profile",
        docs=(_OF_TEAM, Label("车型", "Vehicle profile."), Label("数量", "Number of vehicles.")),
    )  # fmt: skip
    turnout_s: Mapped[int | None] = number(
        "出动准备时间", "Turnout time", "s", "接令到车辆驶出的秒数",
        "Seconds from the order to wheels rolling.", maximum=86_400, aliases=("出动时间",),
    )  # fmt: skip
    duty_people: Mapped[int | None] = number(
        "执勤人数", "People on duty", "人", "昼夜在岗、可随时出动的人数",
        "Members at the station day and night.",
    )  # fmt: skip
    equipment = counts(
        "装备", "Equipment", v.EQUIPMENT, "主要装备与数量，如 drainage_pump:2;generator:1",
        "Chief equipment and number, as in drainage_pump:2;generator:1.", aliases=("主要装备",),
        one="equipment", column="item",
        docs=(_OF_TEAM, Label("装备", "Item of equipment."), Label("数量", "Number of pieces.")),
    )  # fmt: skip
    status: Mapped[str] = code(
        "状态", "Status", v.TEAM_STATUSES,
        "战备状态，由值班员设定；文件只对新队伍有效，空缺时为待命",
        "Readiness, set by duty staff; a file says it of new teams alone, ready where left empty.",
        aliases=("战备状态",), default="ready", state=True,
    )  # fmt: skip
