"""All grades of an event side by side.

An event has several at once: what is confirmed, what it would be if nobody missing or trapped
lived, the danger that goes on, a near-miss. None takes the place of another. The response level
is not among them: each plan sets its own (突发事件应对法 2024 article 71).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from gisapp.errors import InputError
from gisapp.incidents.grading import decree_493, forest_fire, geological
from gisapp.incidents.grading.circumstances import Circumstances
from gisapp.incidents.grading.criteria import LOWEST, Status
from gisapp.incidents.grading.figures import Figures
from gisapp.incidents.grading.kinds import EventKind, Law, law_of, missing_production
from gisapp.incidents.grading.near_miss import NearMiss, near_miss
from gisapp.incidents.grading.wording import Wording
from gisapp.incidents.reasons import plain_reason
from gisapp.schema import Label

Basis = Literal["confirmed", "worst_case", "danger", "entered"]

BASES: dict[Basis, Label] = {
    "confirmed": Label("已核实等级", "Confirmed grade"),
    "worst_case": Label("最坏情形等级", "Worst-case grade"),
    "danger": Label("险情等级", "Grade of the danger"),
    "entered": Label("人工填报等级", "Grade entered by hand"),
}
"""Name of each kind of grade, in the order in which equals are named."""


class _Scales(NamedTuple):
    """How a law grades, and by which figures."""

    confirmed: Callable[[Figures], Status | None]
    worst_case: Callable[[Figures], Status | None]
    by: tuple[str, ...]


_LAWS: dict[Law, _Scales] = {
    "decree_493": _Scales(decree_493.confirmed, decree_493.worst_case, decree_493.BY),
    "geological": _Scales(
        geological.confirmed, geological.worst_case, geological.BY + geological.DANGER_BY
    ),
    "forest_fire": _Scales(forest_fire.confirmed, forest_fire.worst_case, forest_fire.BY),
}
_EXCLUDED = frozenset({"pollution", "nuclear"})


@dataclass(frozen=True, kw_only=True)
class EnteredGrade:
    """A grade that an officer took from a source, where the program has no scale.

    Attributes
    ----------
    level
        1 (特别重大) to 4 (一般).
    source
        Where it is from: a plan, an order, a body that graded.

    Raises
    ------
    InputError
        ``incident.bad_grade``, ``grade.no_reason``, ``grade.bad_reason``.
    """

    level: int
    source: str

    def __post_init__(self) -> None:
        if not 1 <= self.level <= LOWEST:
            raise InputError("incident.bad_grade", level=self.level, lowest=LOWEST)
        plain_reason(self.source, of="grade")

    def status(self) -> Status:
        """The grade as a status, its source in place of a law."""
        source = self.source.strip()
        return Status(
            level=self.level,
            label=decree_493.GRADES[self.level - 1],
            law=Label(source, source),
            article=Label("", ""),
            criterion=Wording("incident.by_hand", {"source": source}),
        )


@dataclass(frozen=True, kw_only=True)
class Grading:
    """The grades of an event.

    Attributes
    ----------
    kind
        What it is of.
    law
        What graded; None where nothing did.
    confirmed, worst_case
        By the law; None where it has nothing to grade yet.
    danger
        险情 of a geological hazard.
    near_miss
        较大涉险事故, of production accidents only.
    around
        What an officer answered of its circumstances; None where its law asks for none.
    told_to_state
        Triggers of 森林防火条例 article 32 that a forest fire meets.
    not_graded
        Why the program does not grade, and what to do instead; None where it does.
    entered
        What an officer entered where the program does not grade.
    unknown
        Figures (keys of `FIGURES`) the law asks for that nobody gave: the grade may be too low.
    """

    kind: EventKind
    law: Law | None
    confirmed: Status | None = None
    worst_case: Status | None = None
    danger: Status | None = None
    near_miss: NearMiss | None = None
    around: Circumstances | None = None
    told_to_state: tuple[Wording, ...] = ()
    not_graded: Wording | None = None
    entered: Status | None = None
    unknown: tuple[str, ...] = ()

    def status(self, basis: Basis) -> Status | None:
        """The grade of one kind."""
        status: Status | None = getattr(self, basis)
        return status

    def gravest(self) -> tuple[Basis, Status] | None:
        """The gravest grade and which it is, the first of equals in the order of `BASES`."""
        held = [(basis, status) for basis in BASES if (status := self.status(basis)) is not None]
        return min(held, key=lambda one: one[1].level, default=None)


def grade(
    kind: EventKind,
    figures: Figures,
    in_production: bool | None = None,
    *,
    fire: Circumstances | None = None,
    entered: EnteredGrade | None = None,
) -> Grading:
    """Grade an event by the law of its kind.

    Parameters
    ----------
    in_production
        Whether it is a production accident; counts for kinds that only sometimes are.
    fire
        What is around a forest fire; counts for those only.
    entered
        Counts only where the program does not grade.

    Returns
    -------
    Grading
        Without computed grades where the kind has no scale, or where Decree 493 would grade but
        nobody said that it happened in production (article 2).
    """
    law = law_of(kind, in_production)
    if law is None:
        return Grading(
            kind=kind,
            law=None,
            not_graded=_why_not(kind, in_production),
            entered=None if entered is None else entered.status(),
        )
    scales = _LAWS[law]
    asked = (*scales.by, "missing", "trapped")
    around = (fire or Circumstances()) if law == "forest_fire" else None
    return Grading(
        kind=kind,
        law=law,
        confirmed=scales.confirmed(figures),
        worst_case=scales.worst_case(figures),
        danger=geological.danger(figures) if law == "geological" else None,
        near_miss=near_miss(figures) if law == "decree_493" else None,
        around=around,
        told_to_state=() if around is None else forest_fire.told_to_state(figures, around),
        unknown=tuple(name for name in asked if figures.value(name) is None),
    )


def _why_not(kind: EventKind, in_production: bool | None) -> Wording:
    if missing_production(kind, in_production):
        return Wording("incident.not_graded_ask", {"kind": kind.label})
    if kind.production_asked:
        return Wording("incident.not_graded_private", {"kind": kind.label})
    if kind.code in _EXCLUDED:
        return Wording("incident.not_graded_excluded", {"kind": kind.label})
    if kind.family == "security":
        return Wording("incident.not_graded_security")
    return Wording("incident.not_graded", {"kind": kind.label})
