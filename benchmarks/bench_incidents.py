"""The duty officer's screens over HTTP: 100 open incidents, 5,000 units, 50,000 records.

Usage: ``python benchmarks/bench_incidents.py [screens] [proposals] [changes]``, all where none is
named. A site on the synthetic grid of 52,705 junctions is served by ``gisapp serve`` as its users
serve it, one officer asks over real HTTP: ``screens`` (bar 1 s at p95), ``proposals`` of run cards
(bar 200 ms at p95) as they are, after an order, a closure and a reopening, ``changes``: 100
clients ask each second while an officer writes, and how long until each has seen it (bar 2 s).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import scale  # noqa: E402
from bench_registers import ON_GRID, on_grid  # noqa: E402

from gisapp.accounts.tokens import issue_token  # noqa: E402
from gisapp.incidents.cards.cards import set_card  # noqa: E402
from gisapp.incidents.cards.needs import read_card  # noqa: E402
from gisapp.incidents.intake import Call, open_incident  # noqa: E402
from gisapp.incidents.orders import UnitOrder, order  # noqa: E402
from gisapp.incidents.proposal import key_of  # noqa: E402
from gisapp.incidents.response.course import Draft, prepare  # noqa: E402
from gisapp.incidents.units import sendable  # noqa: E402
from gisapp.registers.changes import compare, store_changes  # noqa: E402
from gisapp.registers.kinds import KINDS  # noqa: E402
from gisapp.rights import Right, system_actor  # noqa: E402
from gisapp.settings import Settings  # noqa: E402
from tests.serving import Client, served  # noqa: E402

RECORDS, UNITS, INCIDENTS, OUT_PER_INCIDENT = 50_000, 5_000, 100, 3
CLIENTS, WRITES = 100, 20
ROUNDS = 30
SCREEN_MS, PROPOSAL_MS, SEEN_MS = 1000, 200, 2000
LINES = [("fire", 2, 20), ("rescue", 2, 30), ("medical", 1, 20), ("communications", 1, 60),
         ("flood", 1, 60)]  # fmt: skip
ACTOR = system_actor("bench")
RIGHTS = ["view", "dispatch", "see_contacts", "close_roads"]
WHOLE = ",".join(map(str, ON_GRID))
X, Y = ON_GRID[0] + 0.2, ON_GRID[1] + 0.15


def fill(store):
    """Registers at size, with as many units that can be sent as are wanted."""
    scale.fill(store, resources=RECORDS, history=0, say=lambda _line: None)
    with store.session() as session:
        missing = UNITS - len(list(sendable(session)))
    random = np.random.default_rng(3)
    teams = list(scale.records_of(KINDS["team"], missing, random, {}))
    for number, one in enumerate(teams):
        one |= {"id": f"added-{number:05d}", "status": "ready"}
    with store.session(write=True) as session:
        changes = compare(session, KINDS["team"], teams)
        store_changes(session, ACTOR, Right.EDIT, changes, why="scale")


def happen(store):
    """Open incidents with cards, units out and responses; return their ids and who is free."""
    random = np.random.default_rng(4)
    spots = random.uniform(ON_GRID[:2], ON_GRID[2:], (INCIDENTS, 2))
    lines = [
        {"by": "capability", "code": code, "count": count, "limit_min": limit, "tier": "main"}
        for code, count, limit in LINES
    ]
    with store.session(write=True) as session:
        set_card(session, ACTOR, read_card("fire", None, lines, []), seen=0, why="scale")
        ready = [
            UnitOrder(kind=row.kind, id=row.id)
            for row in sendable(session)
            if row.status == "ready"
        ]
    random.shuffle(ready)
    ids = []
    for number, (x, y) in enumerate(spots.tolist()):
        with store.session(write=True) as session:
            made = open_incident(session, ACTOR, Call(kind="fire", x=x, y=y))
            units = [ready.pop() for _ in range(OUT_PER_INCIDENT)]
            order(session, ACTOR, made.id, units)
            if number % 2:
                draft = Draft(
                    level=1 + number % 4, level_source="合成", measures="合成", expected_h=6
                )
                prepare(session, ACTOR, made.id, draft)
            ids.append(made.id)
    return ids, ready


class Scene:
    """A served site and one who asks."""

    def __init__(self, server, token, ids, ready):
        self.port, self.token, self.ids, self.ready = server.port, token, ids, ready
        self.client = Client(server.port, token)

    def ms(self, path, body=None, method=None):
        """Milliseconds of one answer."""
        began = time.perf_counter()
        status, content = self.client.ask(path, body, method=method)
        taken = 1000 * (time.perf_counter() - began)
        if status >= 300:
            raise SystemExit(f"{path}: {status} {content[:400]!r}")
        return taken

    def order(self):
        """Order one more unit to some incident."""
        unit = self.ready.pop()
        body = {"units": [{"kind": unit.kind, "id": unit.id}], "why": "scale"}
        return self.ms(f"/api/incidents/{self.ids[len(self.ready) % INCIDENTS]}/orders", body)


def row(title, values, bar_ms):
    p50, p95, most = np.percentile(values, (50, 95, 100))
    mark = "" if p95 <= bar_ms else "  !"
    print(f"  {title:34}{p50:8.1f}{p95:9.1f}{most:9.1f}{bar_ms:8}{mark}", flush=True)


def square(x, y):
    """A square of a hundredth of a degree, as GeoJSON."""
    ring = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y + 0.01], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def screens(scene):
    one = f"/api/incidents/{scene.ids[7]}"
    asked = {
        "board, page": "/incidents",
        "board, list": "/api/incidents",
        "incident, page": f"/incidents/{scene.ids[7]}",
        "incident": one,
        "incident, its log": f"{one}/log",
        "incident, what lies around": f"{one}/around",
        "incident, downstream": f"{one}/downstream",
        "map, page": "/",
        "map, half of all records": f"/api/layers/geohazard?bbox={WHOLE}&zoom=10",
        "map, teams": f"/api/layers/team?bbox={WHOLE}&zoom=10",
        "incident, its replay": f"{one}/replay",
        "all units that are out": "/api/moving/units",
        "what moves within 5 km": f"/api/moving?x={X}&y={Y}&within_m=5000",
        "changes": "/api/changes?since_seq=1",
    }
    for title, path in asked.items():
        first = scene.ms(path)
        row(f"{title} (first {first:.0f})", [scene.ms(path) for _ in range(ROUNDS)], SCREEN_MS)
    body = {"x": X, "y": Y, "need": "fire"}
    scene.ms("/api/dispatch", body)
    values = [scene.ms("/api/dispatch", body) for _ in range(ROUNDS)]
    row("dispatch, five nearest", values, SCREEN_MS)
    body = {"polygon": square(X, Y)}
    values = [scene.ms("/api/closures/preview", body) for _ in range(ROUNDS)]
    row("whom a closure would cut off", values, SCREEN_MS)
    row("an order", [scene.order() for _ in range(ROUNDS)], SCREEN_MS)


def proposals(scene):
    every, one = "/api/incidents/proposals", f"/api/incidents/{scene.ids[7]}/proposal"
    print(f"  first of a process: {scene.ms(one):.0f} ms")
    row("proposal of one, kept", [scene.ms(one) for _ in range(ROUNDS)], PROPOSAL_MS)
    row("proposals of all, kept", [scene.ms(every) for _ in range(3)], SCREEN_MS)
    values = [(scene.order(), scene.ms(one))[1] for _ in range(ROUNDS)]
    row("proposal after an order", values, PROPOSAL_MS)
    choice = {"units": [key_of(unit.kind, unit.id) for unit in scene.ready[:1]]}
    row("an officer's own choice", [scene.ms(one, choice) for _ in range(ROUNDS)], PROPOSAL_MS)
    taken = []
    for number in range(10):
        area = square(ON_GRID[0] + 0.03 * number, ON_GRID[1] + 0.1)
        closure = {"polygon": area, "reason": "scale"}
        scene.ms("/api/closures", closure | {"confirm": True})
        taken.append(scene.ms(one))
    row("proposal after a closure", taken, PROPOSAL_MS)
    taken = []
    for closure in json.loads(scene.client.ask("/api/closures")[1])["closures"]:
        scene.ms(f"/api/closures/{closure['id']}?why=scale", method="DELETE")
        taken.append(scene.ms(one))
    row("proposal after a reopening", taken, PROPOSAL_MS)


def changes(scene):
    """Clients that ask each second, as an open page does, while an officer writes."""
    seen, written, over = [], {}, threading.Event()
    first = json.loads(scene.client.ask("/api/changes")[1])["seq"]

    def follow(number):
        client, since = Client(scene.port, scene.token), first
        over.wait(number / CLIENTS)
        while not over.is_set():
            answer = json.loads(client.ask(f"/api/changes?since_seq={since}")[1])
            seen.append((number, since, answer["seq"], time.perf_counter()))
            since = answer["seq"]
            over.wait(1)

    threads = [threading.Thread(target=follow, args=(number,)) for number in range(CLIENTS)]
    for one in threads:
        one.start()
    for _ in range(WRITES):
        time.sleep(1.0)
        began = time.perf_counter()
        scene.order()
        written[json.loads(scene.client.ask("/api/changes")[1])["seq"]] = began
    time.sleep(2.5)
    over.set()
    for one in threads:
        one.join()
    waited = [
        1000 * (min(at for n, since, upto, at in seen if n == number and upto >= seq) - began)
        for seq, began in written.items()
        for number in range(CLIENTS)
    ]
    p50, p99, most = np.percentile(waited, (50, 99, 100))
    print(f"  {CLIENTS} clients, {WRITES} writes: seen after p50 {p50:.0f}, p99 {p99:.0f}, at most")
    print(f"  {most:.0f} ms of the {SEEN_MS} ms allowed")


PARTS = {"screens": screens, "proposals": proposals, "changes": changes}


def main(wanted):
    with tempfile.TemporaryDirectory(prefix="gisapp-bench-") as folder:
        app = on_grid(Path(folder), None, fill)
        ids, ready = happen(app.store)
        with app.store.session(write=True) as session:
            token = issue_token(session, ACTOR, name="b", agency="b", rights=RIGHTS, days=1)
        app.store.close()
        with served(Settings(dir=Path(folder) / "site"), heavy_workers=1) as (server,):
            scene = Scene(server, token, ids, ready)
            print(f"{RECORDS:,} records, {UNITS:,} units, {INCIDENTS} open incidents")
            print(f"  {'ms':34}{'p50':>8}{'p95':>9}{'most':>9}{'bar':>8}")
            for name in wanted or PARTS:
                print(f"== {name}, load {os.getloadavg()[0]:.1f}", flush=True)
                PARTS[name](scene)
            scene.client.close()


if __name__ == "__main__":
    main(sys.argv[1:])
