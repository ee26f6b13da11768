"""Enterprises: who runs the mines, plants, ponds and crowded places, and answers for them."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, number, text, yes_no
from gisapp.registers.drawing import CONTACT, RECORD, alike
from gisapp.registers.record import About, Located
from gisapp.schema import Label
from layers.model import LayerSpec


class Enterprise(Located):
    """A unit of production or business (生产经营单位)."""

    __tablename__ = "enterprise"
    about = About(
        Label("企业", "Enterprise"),
        Label(
            "生产经营单位：矿山、重大危险源、尾矿库和人员密集场所的经营者",
            "Who runs mines, major hazard sources, tailings ponds and crowded places.",
        ),
        order=165, verify_every_days=180,
    )  # fmt: skip
    drawn = LayerSpec(
        label=Label("企业", "Enterprises"), group="hazards", order=90, visible=False,
        classes=alike("square", "factory", "#4d5a78", rank=8, from_zoom=11),
    )  # fmt: skip
    popup = (
        *CONTACT, "sector", "small", "standard_grade", "workers", "head", "head_phone",
        "credit_code", *RECORD,
    )  # fmt: skip

    credit_code: Mapped[str | None] = text(
        "统一社会信用代码", "Credit code", "18 位法人和其他组织统一社会信用代码",
        "Unified social credit code of 18 characters.",
        pattern=r"[0-9A-HJ-NPQRTUWXY]{18}", length=18, aliases=("信用代码",),
        source="GB 32100-2015", index=True,
    )  # fmt: skip
    sector: Mapped[str] = code(
        "行业类别", "Sector", v.SECTORS,
        "行业类别；“其他”以外的须备案预案，并至少每半年演练一次",
        "All but “other” file their plans and drill at least every half year.",
        source="生产安全事故应急条例 第7、8条", index=True,
    )  # fmt: skip
    small: Mapped[bool] = yes_no(
        "是否小型微型", "Small", "小型、微型等规模较小的为 1：可不建队伍，须指定兼职应急人员",
        "1 where small: it needs no team of its own, but part-time responders.",
        aliases=("小微企业",), source="生产安全事故应急条例 第10条",
    )  # fmt: skip
    standard_grade: Mapped[str | None] = code(
        "标准化等级", "Standardisation grade", v.STANDARD_GRADES, "安全生产标准化等级",
        "Grade of work-safety standardisation.", aliases=("安全生产标准化等级",),
    )  # fmt: skip
    workers: Mapped[int | None] = number(
        "从业人数", "Workers", "人", "从业人数", "People employed."
    )
    head: Mapped[str | None] = text(
        "主要负责人", "Head", "对应急工作全面负责的人", "Person answerable for its readiness.",
        source="生产安全事故应急条例 第4条", sort=70, aliases=("法定代表人",),
    )  # fmt: skip
    head_phone: Mapped[str | None] = text(
        "主要负责人电话", "Phone of the head", "主要负责人的联系电话", "Number of that person.",
        private=True, sort=71,
    )  # fmt: skip
