"""Geological disasters: 灾情 by what happened, 险情 by what threatens, apart.

灾情 follows 地质灾害防治条例 article 4: deaths, or direct economic loss, in four sizes.
险情 follows 国家突发地质灾害应急预案: people to be moved, or potential loss; its bounds stand with
the registers, where hazard points are graded by the same.
"""

from __future__ import annotations

from gisapp.incidents.grading.criteria import Criterion, Status, status_of
from gisapp.incidents.grading.figures import Figures
from gisapp.registers.grades import DANGER_LOSS, DANGER_PEOPLE, Scale
from gisapp.schema import Label

LAW = Label("地质灾害防治条例", "Regulation on geological disasters")
ARTICLE = Label("第四条", "Article 4")
PLAN = Label("国家突发地质灾害应急预案", "National plan for geological disasters")
PLAN_ARTICLE = Label("地质灾害险情和灾情分级", "Grades of danger and disaster")
SIZES = DANGER_PEOPLE.labels
_SOURCE = "地质灾害防治条例（国务院令第394号）第四条"

DEAD = Scale((30, 10, 3), SIZES, _SOURCE)
"""Article 4: 30, 10, 3 deaths."""

LOSS = Scale((10_000_000, 5_000_000, 1_000_000), SIZES, _SOURCE)
"""Article 4: 10, 5, 1 million CNY of direct economic loss."""

BY = ("dead", "loss_cny")
"""Figures the disaster is graded by."""

DANGER_BY = ("to_move", "potential_loss_cny")
"""Figures the danger is graded by."""


def confirmed(figures: Figures) -> Status | None:
    """Grade the disaster (灾情) that is known; None where nobody is hurt and nothing lost."""
    return _disaster(figures, "incident.by_dead")


def worst_case(figures: Figures) -> Status | None:
    """Grade the disaster as if nobody missing or trapped lived."""
    return _disaster(figures.worst_case(), "incident.by_dead_worst")


def danger(figures: Figures) -> Status | None:
    """Grade the danger (险情); None where nobody is to be moved and nothing may be lost.

    Those moved already were to be moved: of the two figures the larger counts.
    """
    people, loss = figures.people_to_move(), figures.potential_loss_cny
    return status_of(
        (
            Criterion(value=people, scale=DANGER_PEOPLE, code="incident.by_to_move"),
            Criterion(value=loss, scale=DANGER_LOSS, code="incident.by_potential_loss"),
        ),
        happened=bool(people or loss),
        law=PLAN,
        article=PLAN_ARTICLE,
    )


def _disaster(figures: Figures, by_dead: str) -> Status | None:
    return status_of(
        (
            Criterion(value=figures.dead, scale=DEAD, code=by_dead),
            Criterion(value=figures.loss_cny, scale=LOSS, code="incident.by_loss"),
        ),
        happened=figures.harmed(),
        law=LAW,
        article=ARTICLE,
    )
