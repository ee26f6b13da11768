"""Why each unit is the one for its line, and why those near by are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

import numpy as np

from gisapp.incidents.cards.filling import NEVER, Filling
from gisapp.incidents.cards.needs import Line
from gisapp.incidents.cards.pairing import UNMET
from gisapp.incidents.cards.plan import (
    Adviser,
    Chosen,
    FilledLine,
    IncidentPlan,
    Neighbour,
    Rejected,
    Word,
)
from gisapp.incidents.cards.problem import Asked, For, Problem
from gisapp.incidents.proposal import Candidate, LeftOut
from gisapp.registers.vocabulary import CAPABILITIES, TIERS
from gisapp.schema import Label

MOST_REJECTED: Final = 5
MOST_NEIGHBOURS: Final = 3


def incident_plan(
    problem: Problem, filling: Filling, number: int, experts: Sequence[Adviser]
) -> IncidentPlan:
    """What is proposed for an incident, with the reasons.

    Parameters
    ----------
    number
        Of the incident among those of `problem`.
    """
    asked = problem.asked[number]
    purpose_of = {
        unit: purpose
        for unit, purpose in zip(filling.units, problem.purposes, strict=True)
        if unit != UNMET
    }
    lines = () if asked.card is None else asked.card.lines
    units: dict[int, list[int]] = {}
    for unit, purpose in purpose_of.items():
        if purpose.incident == number:
            units.setdefault(purpose.line, []).append(unit)
    return IncidentPlan(
        id=asked.id,
        title=asked.title,
        kind=asked.kind,
        priority=asked.priority,
        level=asked.level,
        card=asked.card,
        lines=tuple(
            _filled(problem, asked, line, units.get(line_number, []), purpose_of)
            for line_number, line in enumerate(lines)
        ),
        experts=tuple(experts),
        warnings=tuple(_warnings(problem, filling, asked)),
    )


def _filled(
    problem: Problem,
    asked: Asked,
    line: Line,
    units: Sequence[int],
    purpose_of: Mapping[int, For],
) -> FilledLine:
    fleet = problem.fleet
    reckoned = asked.arrivals + problem.penalties(line)
    can_come = np.flatnonzero(fleet.able((line.by, line.code)) & (asked.arrivals < NEVER))
    near = can_come[np.argsort(reckoned[can_come], kind="stable")]
    rank = {int(near[place]): int(place) + 1 for place in np.flatnonzero(np.isin(near, units))}
    chosen = [
        _chosen(problem, asked, line, unit, rank=rank.get(unit, 0), count=len(near))
        for unit in sorted(units, key=lambda one: (one not in problem.out, reckoned[one], one))
    ]
    last_s = max((int(reckoned[one]) for one in units), default=NEVER)
    refused = (
        unit
        for unit in map(int, near)
        if unit not in units and not fleet.beyond[unit] and problem.out.get(unit) != asked.id
    )
    rejected = [
        Rejected(
            left_out=_left_out(problem, unit, purpose_of.get(unit), int(reckoned[unit]), last_s),
            seconds=int(asked.arrivals[unit]),
            serves=problem.out.get(unit),
        )
        for unit in islice(refused, MOST_REJECTED)
    ]
    offered: list[Neighbour] = []
    if len(chosen) < line.count:
        beyond = near[fleet.beyond[near] & fleet.ready[near]].tolist()
        asked_for = (unit for unit in beyond if unit not in problem.out)
        offered = [
            Neighbour(member=fleet.members[unit], seconds=int(asked.arrivals[unit]))
            for unit in islice(asked_for, MOST_NEIGHBOURS)
        ]
    return FilledLine(
        line=line,
        chosen=tuple(chosen),
        rejected=tuple(rejected),
        neighbours=tuple(offered),
    )


def _chosen(
    problem: Problem, asked: Asked, line: Line, unit: int, *, rank: int, count: int
) -> Chosen:
    member, serves = problem.fleet.members[unit], problem.out.get(unit)
    if serves == asked.id:
        word = Word(code="why.serving")
        return Chosen(member=member, seconds=0, penalty_s=0, late_s=0, serves=serves, why=word)
    seconds = int(asked.arrivals[unit])
    penalty_s = problem.standards.penalty_s(member.team.tier, line.tier)
    limit_s = None if line.limit_min is None else line.limit_min * 60
    late_s = 0 if limit_s is None else max(0, round(seconds + penalty_s - limit_s))
    params = {
        "rank": rank, "count": count, "minutes": seconds / 60, "penalty_min": penalty_s / 60,
        "late_min": late_s / 60,
    }  # fmt: skip
    code = "first" if rank == 1 else "next"
    if late_s:
        code = "late"
    return Chosen(
        member=member,
        seconds=seconds,
        penalty_s=penalty_s,
        late_s=late_s,
        serves=serves,
        why=Word(code=f"why.{code}", params=params),
    )


def _left_out(
    problem: Problem, unit: int, purpose: For | None, reckoned_s: int, last_s: int
) -> LeftOut:
    """Why a unit that can come is not proposed; `last_s` of those that are."""
    member, team = problem.fleet.members[unit], problem.fleet.members[unit].team
    serves = problem.out.get(unit)
    if serves is not None and unit not in problem.may_move:
        return LeftOut(team=team, reason="serving", params={"incident_id": serves})
    if member.status != "ready":
        return LeftOut(team=team, reason=member.status)
    if purpose is None:
        return _behind(team, max(0, reckoned_s - last_s) if last_s < NEVER else 0)
    if purpose.incident == UNMET:
        label = CAPABILITIES[purpose.capability]
        params = _of_county(problem, purpose.county) | {"name_zh": label.zh, "name_en": label.en}
        return LeftOut(team=team, reason="covers", params=params)
    other = problem.asked[purpose.incident]
    assert other.card is not None
    label = other.card.lines[purpose.line].label
    params = {
        "incident_zh": other.title.zh,
        "incident_en": other.title.en,
        "name_zh": label.zh,
        "name_en": label.en,
    }
    return LeftOut(team=team, reason="elsewhere", params=params)


def _behind(team: Candidate, apart_s: int) -> LeftOut:
    """Why a unit that is free is not proposed: others are there sooner, its tier counted."""
    if not apart_s:
        return LeftOut(team=team, reason="as_good")
    params: dict[str, object] = {"minutes": apart_s / 60}
    tier = TIERS.get(team.tier)
    if tier is None:
        return LeftOut(team=team, reason="after", params=params)
    params |= {"tier_zh": tier.zh, "tier_en": tier.en}
    return LeftOut(team=team, reason="later", params=params)


def _warnings(problem: Problem, filling: Filling, asked: Asked) -> list[Word]:
    if asked.card is None:
        return [Word(code="warn.no_card")]
    warned = []
    if asked.level is None:
        warned.append(Word(code="warn.no_level"))
    empty: dict[tuple[str, str], int] = {}
    for unit, purpose in zip(filling.units, problem.purposes, strict=True):
        if unit == UNMET and purpose.county:
            place = purpose.county, purpose.capability
            empty[place] = empty.get(place, 0) + 1
    for (county, capability), count in empty.items():
        label = CAPABILITIES[capability]
        named = {"count": count, "name_zh": label.zh, "name_en": label.en}
        params = _of_county(problem, county) | named
        warned.append(Word(code="warn.cover", params=params))
    return warned


def _of_county(problem: Problem, county: str) -> dict[str, object]:
    label = problem.fleet.counties.get(county, Label(county, county))
    return {"county_zh": label.zh, "county_en": label.en}
