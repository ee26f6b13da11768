"""Production accidents: grades of State Council Decree 493, article 3.

生产安全事故报告和调查处理条例 (2007). 以上 includes the number, 以下 does not; any one criterion
suffices. The lowest grade (一般) is everything below that article 2 calls an accident at all: one
that hurt somebody or cost something.
"""

from __future__ import annotations

from gisapp.incidents.grading.criteria import Criterion, Status, status_of
from gisapp.incidents.grading.figures import Figures
from gisapp.registers.grades import Scale
from gisapp.schema import Label

LAW = Label("生产安全事故报告和调查处理条例", "State Council Decree 493 on production accidents")
ARTICLE = Label("第三条", "Article 3")
GRADES = (
    Label("特别重大", "Extraordinarily grave"),
    Label("重大", "Grave"),
    Label("较大", "Major"),
    Label("一般", "Ordinary"),
)
_SOURCE = "生产安全事故报告和调查处理条例（国务院令第493号）第三条"

DEAD = Scale((30, 10, 3), GRADES, _SOURCE)
"""Article 3: 30, 10, 3 deaths."""

SERIOUSLY_INJURED = Scale((100, 50, 10), GRADES, _SOURCE)
"""Article 3: 100, 50, 10 serious injuries, acute industrial poisoning among them."""

LOSS = Scale((100_000_000, 50_000_000, 10_000_000), GRADES, _SOURCE)
"""Article 3: 100, 50, 10 million CNY of direct economic loss."""

BY = ("dead", "seriously_injured", "loss_cny")
"""Figures the decree grades by."""


def confirmed(figures: Figures) -> Status | None:
    """Grade what is known to have happened; None where nothing is (article 2)."""
    return _status(figures, "incident.by_dead")


def worst_case(figures: Figures) -> Status | None:
    """Grade as if nobody missing or trapped lived; article 12 has the missing reported too."""
    return _status(figures.worst_case(), "incident.by_dead_worst")


def _status(figures: Figures, by_dead: str) -> Status | None:
    return status_of(
        (
            Criterion(value=figures.dead, scale=DEAD, code=by_dead),
            Criterion(
                value=figures.seriously_injured,
                scale=SERIOUSLY_INJURED,
                code="incident.by_seriously_injured",
            ),
            Criterion(value=figures.loss_cny, scale=LOSS, code="incident.by_loss"),
        ),
        happened=figures.harmed(),
        law=LAW,
        article=ARTICLE,
    )
