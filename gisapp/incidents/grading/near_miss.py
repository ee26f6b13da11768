"""较大涉险事故: production accidents that are reported with nobody dead.

生产安全事故信息报告和处置办法 (安监总局令第21号, 2009) has reported an accident that happened or a
较大涉险事故 (article 3), and any one criterion makes one. The criteria were read in the ministry's
rule of 2013 that repeats them; its "and 10 kept in hospital" beside the 500 evacuated is not
asked here, so that the wider reading holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from gisapp.incidents.grading.figures import POLLUTED, THREATENED, Figures
from gisapp.incidents.grading.wording import Labels, Wording
from gisapp.schema import Label

LAW = Label(
    "生产安全事故信息报告和处置办法（安监总局令第21号）",
    "Order 21 of 2009 on reports of production accidents",
)
ARTICLE = Label("第三条（较大涉险事故）", "Article 3 (major near-miss)")
LABEL = Label("较大涉险事故", "Major near-miss")

IN_DANGER = 10
"""涉险10人以上."""

UNACCOUNTED = 3
"""3人以上被困或者下落不明."""

MOVED = 500
"""紧急疏散人员500人以上."""


@dataclass(frozen=True, kw_only=True)
class NearMiss:
    """A 较大涉险事故.

    Attributes
    ----------
    criteria
        All that are met, in words.
    """

    criteria: tuple[Wording, ...]
    label: Label = LABEL
    law: Label = LAW
    article: Label = ARTICLE


def near_miss(figures: Figures) -> NearMiss | None:
    """Tell whether a production accident is a 较大涉险事故, and by what."""
    counted = (
        ("incident.by_in_danger", figures.in_danger, IN_DANGER),
        ("incident.by_unaccounted", figures.unaccounted(), UNACCOUNTED),
        ("incident.by_moved", figures.moved, MOVED),
    )
    met = [
        Wording(code, {"value": value, "bound": bound})
        for code, value, bound in counted
        if value is not None and value >= bound
    ]
    placed = (
        ("incident.by_polluted", POLLUTED, figures.polluted),
        ("incident.by_threatened", THREATENED, figures.threatened),
    )
    met += [
        Wording(code, {"places": Labels(tuple(names[key] for key in names if key in codes))})
        for code, names, codes in placed
        if codes
    ]
    return NearMiss(criteria=tuple(met)) if met else None
