"""The check-up of 17 plans with 2,000 promises, and their collision audit, on the sample site.

Usage: ``python benchmarks/bench_checkup.py``. The promises are made up over the sample's registers:
half of them arrivals of a named team at one of its mines, villages, hazard points and reservoirs, a
quarter forces of a capability, the rest goods, places, beds, equipment and roads. Side by side with
networkx, which is asked for some of the arrivals and has to find the same times. The bars are 5 s
for the check-up and 2 s for the audit.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import networkx as nx
import numpy as np

from gisapp.bootstrap import App, open_app
from gisapp.drills.checkup.collisions import audit
from gisapp.drills.checkup.testing import promise_findings
from gisapp.drills.checkup.texts import text_findings
from gisapp.drills.plans.document import document_of
from gisapp.drills.plans.library import Edition, all_editions
from gisapp.incidents.standing import stands_of
from gisapp.registers import queries
from gisapp.registers.vocabulary import CAPABILITIES, EQUIPMENT
from gisapp.sample import provision_sample
from gisapp.settings import Settings
from routing import PROFILES, warm_up
from routing.profiles import BLOCKED, edge_weights_ms

PLANS, PROMISES = 17, 2_000
CHECK_BAR_S, AUDIT_BAR_S = 5.0, 2.0
EACH = 50
"""Arrivals that networkx is asked; the time of all is reckoned from them."""


def made_up(app: App, editions: list[Edition]) -> list[Edition]:
    """The sample's plans, each with its share of the promises in one clause."""
    random = np.random.default_rng(17)
    with app.store.session() as session:
        ids = {
            kind: queries.features(session, kind)["id"].tolist()
            for kind in ("team", "mine", "village", "geohazard", "reservoir", "depot", "shelter",
                         "hospital")
        }  # fmt: skip
    roads = [name for name in app.router.network.names if name][:200]

    def pick(listed: list[str]) -> str:
        return listed[int(random.integers(len(listed)))]

    def place() -> dict[str, str]:
        kind = pick(["mine", "village", "geohazard", "reservoir"])
        return {"kind": kind, "id": pick(ids[kind])}

    def promise(number: int) -> dict[str, object]:
        if number % 2 == 0:
            return {"what": "arrival", "who": pick(ids["team"]), "to": place(), "within_min": 60.0}
        if number % 4 == 1:
            return {"what": "force", "capability": pick(sorted(CAPABILITIES)), "count": 2,
                    "to": place(), "within_min": 60.0}  # fmt: skip
        others: list[dict[str, object]] = [
            {"what": "equipment", "team": pick(ids["team"]), "equipment": pick(sorted(EQUIPMENT))},
            {"what": "supply", "depot": pick(ids["depot"]), "item_code": "1020101", "quantity": 50},
            {"what": "shelter", "shelter": pick(ids["shelter"]), "people": 100},
            {"what": "beds", "hospital": pick(ids["hospital"]), "beds": 20},
            {"what": "road", "road": pick(roads)},
        ]
        return others[number % 5]

    shares = np.array_split(np.arange(PROMISES), PLANS)
    return [
        Edition(
            plan=one.plan,
            document=document_of(
                one.plan.code,
                {"clauses": [{"title": "承诺", "promises": [promise(n) for n in share.tolist()]}]},
            ),
        )
        for one, share in zip(editions, shares, strict=True)
    ]


def beside(app: App, editions: list[Edition]) -> float:
    """Seconds that networkx would take for all arrivals; a fault where it finds another time."""
    network, graph = app.router.network, nx.MultiDiGraph()
    weight = edge_weights_ms(network, PROFILES["heavy"])
    for edge in np.flatnonzero(weight != BLOCKED).tolist():
        ends = int(network.u[edge]), int(network.v[edge])
        graph.add_edge(*ends, ms=int(weight[edge]))
    with app.store.session() as session:
        points = {
            (kind, row.id): (row.geometry.x, row.geometry.y)
            for kind in ("team", "mine", "village", "geohazard", "reservoir")
            for row in queries.features(session, kind).itertuples()
        }
    arrivals = [
        promise
        for edition in editions
        for _clause, promise in edition.document.promises()
        if promise.what == "arrival"
    ]
    seconds = 0.0
    for promise in arrivals[:EACH]:
        ends = [points["team", promise.who], points[promise.to.kind, promise.to.id]]
        start, goal = stands_of(app.router, ends, max_distance_m=2000.0, profile="heavy")
        if start is None or goal is None or start.street == goal.street:
            continue
        began = time.perf_counter()
        join(network, graph, weight, start, "start")
        join(network, graph, weight, goal, "goal")
        try:
            found_s = nx.bidirectional_dijkstra(graph, "start", "goal", weight="ms")[0] / 1000
        except nx.NetworkXNoPath:
            found_s = np.inf
        graph.remove_nodes_from(["start", "goal"])
        seconds += time.perf_counter() - began
        ours_s = app.router.matrix([start], [goal], profile="heavy")[0, 0]
        if not np.isclose(found_s, ours_s, atol=0.1):
            sys.exit(f"networkx finds {found_s} s, ours is {ours_s} s")
    return seconds * len(arrivals) / EACH


def join(network, graph, weight, spot, name) -> None:
    """Tie a place on a street to its ends."""
    for edge in network.street_edges[spot.street].tolist():
        if edge < 0 or weight[edge] == BLOCKED:
            continue
        u, v = int(network.u[edge]), int(network.v[edge])
        along = spot.fraction if edge == network.street_edges[spot.street][0] else 1 - spot.fraction
        if name == "start":
            graph.add_edge(name, v, ms=(1 - along) * weight[edge])
        else:
            graph.add_edge(u, name, ms=along * weight[edge])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        provision_sample(Path(folder) / "site", None, say=lambda *_: None)
        app = open_app(Settings(dir=Path(folder) / "site"))
        warm_up()
        with app.store.session() as session:
            editions = made_up(app, all_editions(session))
            promise_findings(app, session, editions[:1])  # roads read, searches compiled
            began = time.perf_counter()
            found, promises = promise_findings(app, session, editions)
            texts = text_findings(session, editions)
            check_s = time.perf_counter() - began
            began = time.perf_counter()
            shared = audit(app, session, editions)
            audit_s = time.perf_counter() - began
        theirs_s = beside(app, editions)
        app.store.close()
    print(
        f"check-up of {PLANS} plans, {promises} promises: {check_s:.2f} s, {len(found)} fail, "
        f"{len(texts)} in the texts; networkx, of the arrivals alone {theirs_s:.0f} s "
        f"({theirs_s / check_s:.0f} times as long)"
    )
    print(f"collision audit: {audit_s:.2f} s, {len(shared)} shared")
    if check_s > CHECK_BAR_S or audit_s > AUDIT_BAR_S:
        sys.exit("a bar is missed")


if __name__ == "__main__":
    main()
