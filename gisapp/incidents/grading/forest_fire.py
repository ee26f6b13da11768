"""Forest fires: grades of 森林防火条例 (2008) article 40, and what article 32 tells the State.

以上 includes the number, 以下 does not (both articles say so).
"""

from __future__ import annotations

from gisapp.incidents.grading.circumstances import Circumstances
from gisapp.incidents.grading.criteria import Criterion, Status, status_of
from gisapp.incidents.grading.decree_493 import GRADES
from gisapp.incidents.grading.figures import Figures
from gisapp.incidents.grading.wording import Wording
from gisapp.registers.grades import Scale
from gisapp.schema import Label

LAW = Label("森林防火条例", "Regulation on forest fires")
ARTICLE = Label("第四十条", "Article 40")
_SOURCE = "森林防火条例（国务院令第541号）第四十条"

BURNT = Scale((1000, 100, 1), GRADES, _SOURCE)
"""Article 40: 1000, 100, 1 ha of burnt forest."""

DEAD = Scale((30, 10, 3), GRADES, _SOURCE)
"""Article 40: 30, 10, 3 deaths."""

SERIOUSLY_INJURED = Scale((100, 50, 10), GRADES, _SOURCE)
"""Article 40: 100, 50, 10 serious injuries."""

BY = ("burnt_ha", "dead", "seriously_injured")
"""Figures the fire is graded by."""

GRAVE = 2
"""重大: from this grade up the State is told (article 32, item 2)."""


def confirmed(figures: Figures) -> Status | None:
    """Grade what is known; None where no figure is.

    Every forest fire is 一般 at least, for the lowest grade takes in any burning woodland.
    """
    return _status(figures, "incident.by_dead")


def worst_case(figures: Figures) -> Status | None:
    """Grade as if nobody missing or trapped lived."""
    return _status(figures.worst_case(), "incident.by_dead_worst")


def told_to_state(figures: Figures, around: Circumstances) -> tuple[Wording, ...]:
    """List the triggers of article 32 that are met, in its order.

    The province's headquarters then reports to the national one at once. Grade and casualties
    are taken as in the worst case: a fire that may be 重大 is not kept back until it surely is.
    """
    worst = worst_case(figures)
    dead, hurt = figures.worst_case().dead, figures.seriously_injured
    met = (
        ("incident.state_national_border", around.at_national_border),
        ("incident.state_grave", worst is not None and worst.level <= GRAVE),
        ("incident.state_casualties", (dead or 0) >= 3 or (hurt or 0) >= 10),
        ("incident.state_settlement", around.threatens_settlement_or_works),
        ("incident.state_24_h", around.burning_after_24_h),
        ("incident.state_virgin_forest", around.in_virgin_forest),
        ("incident.state_provincial_border", around.dangerous_at_provincial_border),
        ("incident.state_help", around.needs_state_help),
    )
    return tuple(Wording(code) for code, is_met in met if is_met)


def _status(figures: Figures, by_dead: str) -> Status | None:
    return status_of(
        (
            Criterion(value=figures.burnt_ha, scale=BURNT, code="incident.by_burnt"),
            Criterion(value=figures.dead, scale=DEAD, code=by_dead),
            Criterion(
                value=figures.seriously_injured,
                scale=SERIOUSLY_INJURED,
                code="incident.by_seriously_injured",
            ),
        ),
        happened=any(figures.value(name) is not None for name in BY),
        law=LAW,
        article=ARTICLE,
    )
