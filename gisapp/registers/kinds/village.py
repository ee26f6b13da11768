"""Villages: who lives there, who has to be helped out, whom to call, and where they go."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, number, text
from gisapp.registers.drawing import CONTACT, RECORD, alike
from gisapp.registers.record import About, Located, township_code
from gisapp.schema import Label
from layers.model import LayerSpec


class Village(Located):
    """A village whose people may have to be brought to safety.

    The contact of a village is its head: he is called first, his substitute where nobody answers.
    """

    __tablename__ = "village"
    about = About(
        Label("村庄", "Village"),
        Label(
            "自然村、行政村的人口、负责人和转移去向",
            "Villages: their people, who leads them, and where they go when they have to leave.",
        ),
        order=225, verify_every_days=365,
    )  # fmt: skip
    drawn = LayerSpec(
        label=Label("村庄", "Villages"), group="hazards", order=80, visible=False,
        classes=alike("hexagon", "houses", "#7a5c2e", rank=8, from_zoom=11, scale=0.9),
    )  # fmt: skip
    popup = (
        *CONTACT, "substitute_name", "substitute_phone", "village_type", "households",
        "population", "people_needing_help", "meeting_point", "shelter_id", *RECORD,
    )  # fmt: skip

    village_type: Mapped[str | None] = code(
        "村庄类型", "Type", v.VILLAGE_TYPES, "自然村或行政村", "Natural or administrative village."
    )
    township: Mapped[str | None] = township_code()
    households: Mapped[int | None] = number(
        "户数", "Households", "户", "常住户数，不详时空缺", "Households; empty where unknown."
    )
    population: Mapped[int | None] = number(
        "常住人口", "Inhabitants", "人", "常住人口，不详时空缺",
        "People who live there; empty where unknown.", aliases=("人口",),
    )  # fmt: skip
    people_needing_help: Mapped[int | None] = number(
        "需帮助转移人数", "People needing help", "人",
        "老人、残疾人、独居者等不能自行转移的人数，不详时空缺",
        "Elderly, disabled or alone: who cannot leave unaided; empty where unknown.",
    )  # fmt: skip
    meeting_point: Mapped[str | None] = text(
        "集合点", "Meeting point", "转移时的集合地点", "Where people meet before they leave."
    )
    shelter_id: Mapped[str | None] = text(
        "安置避难场所编号", "Destination shelter", "转移去往的避难场所编号",
        "Id of the shelter they go to.", references="shelter",
    )  # fmt: skip
    contact_name: Mapped[str | None] = text(
        "村负责人", "Village head", "组织转移的村负责人", "Who leads the village out.",
        aliases=("联系人", "负责人"), private=True, sort=81,
    )  # fmt: skip
    contact_phone: Mapped[str | None] = text(
        "村负责人电话", "Phone of the village head", "村负责人的 24 小时联系电话",
        "Number on which the head answers day and night.",
        aliases=("联系电话", "电话", "值班电话"), private=True, sort=82,
    )  # fmt: skip
    substitute_name: Mapped[str | None] = text(
        "副手", "Substitute", "负责人联系不上时的副手",
        "Whom to call where the head is not reached.", private=True, sort=83,
    )  # fmt: skip
    substitute_phone: Mapped[str | None] = text(
        "副手电话", "Phone of the substitute", "副手的联系电话", "Number of the substitute.",
        private=True, sort=84,
    )  # fmt: skip
