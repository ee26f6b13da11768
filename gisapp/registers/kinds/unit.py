"""Units: what a team or a hospital sends out as one."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, number, tags, text
from gisapp.registers.record import About, Named
from gisapp.schema import Label


class Unit(Named):
    """A part of a team or hospital that is sent as one, with its vehicles.

    It has no position and no county of its own: it stands where its owner stands.
    """

    __tablename__ = "unit"
    about = About(
        Label("调派单元", "Unit"),
        Label(
            "队伍或医院可单独派出的车组、分队",
            "Crews with their vehicles that a team or hospital sends out.",
        ),
        order=155, verify_every_days=90,
    )  # fmt: skip

    team_id: Mapped[str | None] = text(
        "所属队伍编号", "Team", "所属救援队伍的编号；属于医院时空缺",
        "Id of its team; empty for a unit of a hospital.", references="team",
    )  # fmt: skip
    hospital_id: Mapped[str | None] = text(
        "所属医院编号", "Hospital", "所属医院的编号；属于队伍时空缺",
        "Id of its hospital; empty for a unit of a team.", references="hospital",
        instead_of="team_id",
    )  # fmt: skip
    unit_type: Mapped[str] = code(
        "单元类型", "Type", v.UNIT_TYPES, "车辆或分队的类型", "What it is.", index=True
    )
    call_sign: Mapped[str | None] = text(
        "呼号", "Call sign", "电台呼号", "What it is called on the radio."
    )
    capabilities = tags(
        "能力标签", "Capabilities", v.CAPABILITIES, "能承担的任务，分号分隔",
        "What the unit can do, joined by semicolons.", required=True, aliases=("能力",),
        one="capability",
        docs=(
            Label("单元编号", "Id of the unit."),
            Label("能力标签", "One capability of the unit."),
        ),
    )  # fmt: skip
    profile: Mapped[str] = code(
        "车型", "Vehicle profile", v.VEHICLE_PROFILES, "出动车辆的车型，按其计算路线",
        "Profile of its vehicles, by which its way is searched.",
    )  # fmt: skip
    vehicles: Mapped[int | None] = number(
        "车辆数", "Vehicles", "辆", "随单元出动的车辆数", "Vehicles that go with it."
    )
    crew: Mapped[int | None] = number(
        "人数", "Crew", "人", "随单元出动的人数", "People who go with it."
    )
    turnout_s: Mapped[int | None] = number(
        "出动准备时间", "Turnout time", "s", "接令到车辆驶出的秒数；空缺时按所属队伍",
        "Seconds from the order to wheels rolling; its team's where empty.", maximum=86_400,
        aliases=("出动时间",),
    )  # fmt: skip
    status: Mapped[str] = code(
        "状态", "Status", v.TEAM_STATUSES,
        "战备状态，由值班员设定；文件只对新单元有效，空缺时为待命",
        "Readiness, set by duty staff; a file says it of new units alone, ready where left empty.",
        aliases=("战备状态",), default="ready", state=True,
    )  # fmt: skip
    contact_phone: Mapped[str | None] = text(
        "联系电话", "Phone", "单元带队人员的联系电话", "Number on which the unit answers.",
        aliases=("电话", "值班电话"), private=True, sort=82,
    )  # fmt: skip
