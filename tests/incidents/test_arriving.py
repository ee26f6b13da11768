"""Asking for the first few gives what asking for all and cutting off gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, reject
from hypothesis import strategies as st

from gisapp.incidents.able import Group
from gisapp.incidents.arriving import Arrival, Search
from gisapp.incidents.proposal import Candidate
from gisapp.incidents.standing import road_near
from routing import PROFILES, Closures, QueryError, ResourceSet, RoadNetwork, Router
from routing.geometry import point_at
from tests.routing.networks import Case, cases


def candidate(name: str, profile: str) -> Candidate:
    texts = dict.fromkeys(
        ("name_zh", "name_en", "team_type", "tier", "agency", "contact_phone"), ""
    )
    return Candidate(
        id=name, x=0, y=0, profile=profile, turnout_s=0, unverified=False, synthetic=True,
        kind="team", stands_at=f"team/{name}", **texts,
    )  # fmt: skip


def groups(case: Case, profiles: dict[str, str]) -> dict[str, Group]:
    made = {}
    for profile in sorted(set(profiles.values())):
        own = [one for one in case.resources if profiles[one.id] == profile]
        origins = {one.id: (candidate(one.id, profile), one.position) for one in own}
        made[profile] = Group(ResourceSet(own), origins, ())
    return made


def total_order(arrivals: list[Arrival]) -> list[str]:
    """By the whole way's time, whoever must stop short last; written anew here."""
    return [
        one.team.id
        for one in sorted(
            arrivals,
            key=lambda one: (
                bool(one.reached.stops_short_m),
                one.reached.total_s + one.reached.on_foot_s,
                one.team.id,
            ),
        )
    ]


def every_arrival(network: RoadNetwork, search: Search) -> list[Arrival]:
    """Each vehicle's arrivals, all of them, over `network`."""
    router = Router(network)
    found = []
    for profile, group in search.groups.items():
        goal = road_near(router, *search.point, max_distance_m=search.reach_m, profile=profile)
        if goal is not None:
            asked = router.nearest(goal, group.resources, len(group.resources), profile=profile)
            found += [Arrival(one, *group.origins[one.id], goal) for one in asked]
    return found


@given(cases(closed=False), st.integers(1, 4), st.data())
def test_the_first_few_are_the_first_of_all(case: Case, k: int, data: st.DataObject) -> None:
    network = case.network
    streets = data.draw(st.sets(st.integers(0, network.street_count - 1), max_size=3))
    code = np.zeros(network.street_count, dtype=np.int32)
    code[list(streets)] = 1
    doubting = replace(network, street_weight_doubt=code, doubts=("", "maxweight=x"))
    kind = st.sampled_from(sorted(PROFILES))
    search = Search(
        router=Router(doubting),
        point=point_at(doubting, case.incident.street, case.incident.fraction),
        groups=groups(case, {one.id: data.draw(kind) for one in case.resources}),
        reach_m=2000.0,
        closed=Closures.none(doubting),
    )

    try:
        first, every = search.first(k), search.first(None)
    except QueryError:  # so near to nought, some points look swapped
        reject()
    assert [one.team.id for one in every] == total_order(every_arrival(doubting, search))
    assert first == every[:k]

    would_be_first = total_order(every_arrival(network, search))[:k]
    all_held, first_held = search.held_up(None, every), search.held_up(k, first)
    assert first_held == [one for one in all_held if one.team.id in would_be_first]
    now = {one.team.id: one for one in every}
    free = {one.team.id: one for one in every_arrival(network, search)}
    assert {one.team.id for one in all_held} >= {
        name
        for name, one in free.items()
        if one.reached.travel_s > 0  # who stands at the very place passes no limit
        and (
            name not in now
            or (now[name].goal == one.goal and one.reached.total_s < now[name].reached.total_s)
        )
    }
    for one in all_held:
        assert one.total_s == free[one.team.id].reached.total_s
        known = now.get(one.team.id)
        assert one.total_now_s == (None if known is None else known.reached.total_s)
