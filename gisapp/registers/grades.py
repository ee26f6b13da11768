"""Grades that follow from facts, with the boundaries as the rules read them.

Every lower bound is inclusive: 以上 ("and above") includes the number itself. Grade 1 is
the gravest or largest. A scale says where its bounds are from; one marked "general knowledge"
was not read in the standard it names and is to be checked against it.
"""

from __future__ import annotations

from typing import NamedTuple

from gisapp.schema import Label


class Scale(NamedTuple):
    """Grades by lower bounds.

    Attributes
    ----------
    bounds
        Lower bound of grade 1, 2, …, inclusive, falling.
    labels
        Name of each grade; one more than `bounds` where everything below them has a grade too.
    source
        The rule.
    """

    bounds: tuple[float, ...]
    labels: tuple[Label, ...]
    source: str

    def grade(self, value: float | None) -> int | None:
        """Grade of `value`, counted from 1; None where it is unknown or below the lowest."""
        if value is None:
            return None
        for index, bound in enumerate(self.bounds):
            if value >= bound:
                return index + 1
        return len(self.labels) if len(self.labels) > len(self.bounds) else None


_DANGER = (
    Label("特大型", "Extra large"),
    Label("大型", "Large"),
    Label("中型", "Medium"),
    Label("小型", "Small"),
)
_TAILINGS = tuple(
    Label(zh, en)
    for zh, en in (
        ("一等", "Class 1"),
        ("二等", "Class 2"),
        ("三等", "Class 3"),
        ("四等", "Class 4"),
        ("五等", "Class 5"),
    )
)
_DANGER_SOURCE = (
    "国家突发地质灾害应急预案 险情分级（以需搬迁转移人数或潜在损失，任一达到即定）；"
    "地质灾害防治条例第四条所分为灾情"
)
_TAILINGS_SOURCE = (
    "GB 50863 3.2.1 (how the two are joined); table of bounds from general knowledge, "
    "to be verified"
)
_SCALE = (
    Label("巨型", "Giant"),
    Label("大型", "Large"),
    Label("中型", "Medium"),
    Label("小型", "Small"),
)
_SCALE_SOURCE = (
    "DZ/T 0261-2014 (landslides); bounds of collapses and debris flows from general knowledge, "
    "to be verified"
)

MAJOR_HAZARD = Scale(
    (100, 50, 10),
    (
        Label("一级", "Level 1"),
        Label("二级", "Level 2"),
        Label("三级", "Level 3"),
        Label("四级", "Level 4"),
    ),
    "危险化学品重大危险源监督管理暂行规定（安监总局令第40号）附件1",
)
"""By R = α·Σ(β·q/Q)."""

RESERVOIR = Scale(
    (10, 1, 0.1, 0.01, 0.001),
    (
        Label("大（1）型", "Large (1)"),
        Label("大（2）型", "Large (2)"),
        Label("中型", "Medium"),
        Label("小（1）型", "Small (1)"),
        Label("小（2）型", "Small (2)"),
    ),
    "SL 252 水利水电工程等级划分及洪水标准",
)
"""By capacity, 10⁸ m³; a smaller water is a pond, without a grade."""

DANGER_PEOPLE = Scale((1000, 500, 100), _DANGER, _DANGER_SOURCE)
"""By people threatened."""

DANGER_LOSS = Scale((100e6, 50e6, 5e6), _DANGER, _DANGER_SOURCE)
"""By potential loss, CNY."""

TAILINGS_VOLUME = Scale((50_000, 10_000, 1_000, 100), _TAILINGS, _TAILINGS_SOURCE)
"""By volume, 10⁴ m³."""

TAILINGS_HEIGHT = Scale((200, 100, 60, 30), _TAILINGS, _TAILINGS_SOURCE)
"""By dam height, m."""

SCALE_LANDSLIDE = Scale((1000, 100, 10), _SCALE, _SCALE_SOURCE)
"""By volume, 10⁴ m³."""

SCALE_COLLAPSE = Scale((100, 10, 1), _SCALE, _SCALE_SOURCE)
"""By volume, 10⁴ m³."""

SCALE_DEBRIS_FLOW = Scale((50, 20, 2), _SCALE, _SCALE_SOURCE)
"""By solid volume of one outbreak, 10⁴ m³."""

SCALES = {
    "landslide": SCALE_LANDSLIDE,
    "collapse": SCALE_COLLAPSE,
    "debris_flow": SCALE_DEBRIS_FLOW,
}
"""Scale of each type of geological hazard; the other types have none."""


def scale_grade(geohazard_type: str | None, volume_e4_m3: float | None) -> int | None:
    """Size of a geological hazard by its own volume, on the scale of its type.

    Returns
    -------
    int or None
        1 (巨型) to 4 (小型); None where the volume is unknown or the type has no such scale.
    """
    scale = SCALES.get(geohazard_type or "")
    return None if scale is None else scale.grade(volume_e4_m3)


def danger_grade(people: float | None, loss_cny: float | None) -> int | None:
    """Danger of a geological hazard: the graver of its grades by people and by loss.

    Returns
    -------
    int or None
        1 (特大型) to 4 (小型); None where neither is known.
    """
    both = (DANGER_PEOPLE.grade(people), DANGER_LOSS.grade(loss_cny))
    return min((grade for grade in both if grade is not None), default=None)


def tailings_grade(volume_e4_m3: float | None, height_m: float | None) -> int | None:
    """Class of a tailings pond from its volume and its height.

    The graver class where they differ by one at most, else the class below the graver.

    Returns
    -------
    int or None
        1 (一等) to 5 (五等); None where either is unknown.
    """
    if volume_e4_m3 is None or height_m is None:
        return None
    by_volume = TAILINGS_VOLUME.grade(volume_e4_m3) or len(_TAILINGS)
    by_height = TAILINGS_HEIGHT.grade(height_m) or len(_TAILINGS)
    graver = min(by_volume, by_height)
    return graver if abs(by_volume - by_height) <= 1 else graver + 1
