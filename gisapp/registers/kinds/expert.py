"""Experts to consult."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, tags, text, yes_no
from gisapp.registers.drawing import RECORD, alike
from gisapp.registers.record import About, Located
from gisapp.schema import Label
from layers.model import LayerSpec


class Expert(Located):
    """A person whose knowledge is asked for."""

    __tablename__ = "expert"
    about = About(
        Label("应急专家", "Expert"),
        Label(
            "可咨询或到场的应急专家，位置为工作单位", "Experts to consult; placed where they work."
        ),
        order=120,
        verify_every_days=180,
    )
    drawn = LayerSpec(
        label=Label("应急专家", "Experts"), group="resources", order=50, visible=False,
        classes=alike("circle", "mortarboard", "#5b4b9a", rank=8, from_zoom=10, scale=0.9),
    )  # fmt: skip
    popup = ("contact_phone", "specialities", "title", "employer", "on_call", *RECORD)

    specialities = tags(
        "专业领域", "Specialities", v.SPECIALITIES, "专业领域，分号分隔",
        "Fields of knowledge, joined by semicolons.", required=True, aliases=("专业", "专长"),
        one="speciality",
        docs=(Label("专家编号", "Id of the expert."), Label("专业领域", "Field of knowledge.")),
    )  # fmt: skip
    title: Mapped[str | None] = code(
        "职称", "Title", v.TITLES, "技术职称等级", "Rank of the professional title."
    )
    employer: Mapped[str | None] = text(
        "工作单位", "Employer", "所在单位", "Where the expert works."
    )
    on_call: Mapped[bool] = yes_no(
        "可随时到场", "On call", "昼夜可到场为 1", "1 where the expert comes at any hour."
    )
