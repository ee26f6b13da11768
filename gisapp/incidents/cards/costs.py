"""What it costs other incidents where units that serve them are sent on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gisapp.incidents.cards.filling import Filling
from gisapp.incidents.cards.pairing import UNMET
from gisapp.incidents.cards.plan import Cost, Word
from gisapp.incidents.cards.problem import Problem
from gisapp.schema import Label


def costs(
    problem: Problem, chosen: Collection[int], *, before: Filling, after: Filling
) -> tuple[Cost, ...]:
    """What each incident loses that a unit is moved from, by priority.

    Parameters
    ----------
    problem
        The places, which both fillings fill in the same order; its ``may_move`` are moved.
    chosen
        Numbers of the units that the officer sends.
    before, after
        The optimum where they stay, and the best there is once they have left.
    """
    found = []
    for number, asked in enumerate(problem.asked):
        lost = [
            one for one in sorted(problem.may_move & set(chosen)) if problem.out[one] == asked.id
        ]
        if not lost:
            continue
        places = [at for at, one in enumerate(problem.purposes) if one.incident == number]
        there = [before.units[at] for at in places]
        stays = [after.units[at] for at in places]
        unmet = stays.count(UNMET) - there.count(UNMET)
        others = [one for one in stays if one not in {*there, UNMET}]
        names, new = _names(problem, lost), _names(problem, others)
        params: dict[str, object] = {
            "incident_zh": asked.title.zh, "incident_en": asked.title.en,
            "names_zh": names.zh, "names_en": names.en,
            "others_zh": new.zh, "others_en": new.en,
            "minutes": max((int(asked.arrivals[one]) for one in others), default=0) / 60,
            "count": unmet,
        }  # fmt: skip
        code = "both" if unmet > 0 and others else "unmet" if unmet > 0 else "replaced"
        if asked.card is None:
            code = "no_card"
        elif unmet <= 0 and not others:
            code = "free"
        word = Word(code=f"moved.{code}", params=params)
        found.append(Cost(id=asked.id, unmet=unmet, word=word))
    return tuple(found)


def _names(problem: Problem, units: Sequence[int]) -> Label:
    teams = [problem.fleet.members[one].team for one in units]
    return Label(
        "、".join(one.name("zh") for one in teams), ", ".join(one.name("en") for one in teams)
    )
