"""Officers who order units all at once, and what the database says of it afterwards.

Read by plain SQL, past the application: the log replayed, the assignments, the answers.
"""

from __future__ import annotations

import http.client
import json
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
from shapely import Point

from gisapp.bootstrap import DATABASE_FILE, open_app
from gisapp.incidents.orders import KIND
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.kinds import KINDS
from gisapp.rights import Right, system_actor
from gisapp.road_files import ROADS_FILE
from gisapp.settings import Settings
from tests.incidents.acting import opened
from tests.people import with_token
from tests.serving import Client, Server

MOST_AT_ONCE = 4
NO_END = 10**6
MOST_HEARD = 20


@dataclass(frozen=True)
class Scene:
    """Units, incidents, and a token for each officer."""

    settings: Settings
    units: list[str]
    incidents: list[str]
    tokens: list[str]


@dataclass(frozen=True)
class Told:
    """What an officer was answered.

    Attributes
    ----------
    tag
        The reason of the order, its own.
    status
        None where the server was gone before it answered.
    assignments
        Ids of those that were acknowledged.
    """

    tag: str
    units: Sequence[str]
    status: int | None
    assignments: Sequence[str] = ()


@dataclass
class Account:
    """What the database and the answers say of each other; faults are none where all is well."""

    statuses: Counter[int | None]
    acknowledged: int = 0
    unheard: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        statuses = ", ".join(f"{one or 'no answer'}: {n}" for one, n in self.statuses.items())
        return (
            f"answers {statuses}; acknowledged and there {self.acknowledged}, without an answer "
            f"and there {self.unheard}; faults {len(self.faults)} {self.faults[:20]}"
        )


def scene(settings: Settings, *, units: int, incidents: int, officers: int) -> Scene:
    """Put teams, incidents and officers into a site; its roads go, which orders do not ask."""
    (settings.dir / ROADS_FILE).unlink()
    names = [f"R{number:04d}" for number in range(units)]
    team = {
        "team_type": "fire_rescue", "capabilities": ["fire"], "tier": "main", "status": "ready",
        "vehicles": {"light": 1}, "turnout_s": 60, "county": "990001", "synthetic": True,
    }  # fmt: skip
    rows = [
        {"id": one, "name": f"{one}（合成）", "geom": Point(100.01, 30.0), **team} for one in names
    ]
    app = open_app(settings)
    with app.store, app.store.session(write=True) as session:
        changes = compare(session, KINDS["team"], rows)
        store_changes(session, system_actor("test"), Right.EDIT, changes, why="scene")
    with open_app(settings).store as store:
        places = [opened(store, "fire", at=(100.02, 30.0)).id for _ in range(incidents)]
        tokens = [
            with_token(store, f"officer{number}", rights=["view", "dispatch"])
            for number in range(officers)
        ]
    return Scene(settings, names, places, tokens)


def rush(scene: Scene, servers: Sequence[Server], *, tries: int, seed: int = 1) -> list[Told]:
    """Let every officer order at once until all have tried `tries` times together."""
    each = -(-tries // len(scene.tokens))
    officers = [Officer(scene, number, seed) for number in range(len(scene.tokens))]
    with ThreadPoolExecutor(len(officers)) as pool:
        asked = [
            pool.submit(one.orders, servers[number % len(servers)], each)
            for number, one in enumerate(officers)
        ]
    return _heard(officers, asked)


def killed(scene: Scene, *, kills: int, seed: int = 1) -> list[Told]:
    """Let officers order, kill the server among their orders, start it again, so many times."""
    chance = random.Random(seed)
    officers = [Officer(scene, number, seed) for number in range(len(scene.tokens))]
    asked: list[Future[None]] = []
    with ThreadPoolExecutor(len(officers)) as pool:
        for _ in range(kills):
            server = Server(scene.settings)
            server.wait()
            asked += [pool.submit(one.orders, server, NO_END) for one in officers]
            wanted = _answers(officers) + chance.randint(1, MOST_HEARD)
            while _answers(officers) < wanted:
                time.sleep(chance.uniform(0, 0.02))
            server.kill()
            wait(asked)
    return _heard(officers, asked)


def _answers(officers: Sequence[Officer]) -> int:
    return sum(told.status is not None for one in officers for told in one.told)


def _heard(officers: Sequence[Officer], asked: Sequence[Future[None]]) -> list[Told]:
    for one in asked:
        one.result()
    return [told for one in officers for told in one.told]


class Officer:
    """One who orders, calls back the units of the order before, and keeps what was answered."""

    def __init__(self, scene: Scene, number: int, seed: int) -> None:
        self._scene, self._token = scene, scene.tokens[number]
        self._name = f"{seed}-{number}"
        self._random = random.Random(self._name)
        self._held: list[str] = []
        self.told: list[Told] = []

    def orders(self, server: Server, count: int) -> None:
        """Order so many times, or until the server is gone."""
        with (
            closing(Client(server.port, self._token)) as client,
            suppress(OSError, http.client.HTTPException),
        ):
            for _ in range(count):
                self._order(client)

    def _order(self, client: Client) -> None:
        tag = f"try {self._name}-{len(self.told)}"
        chosen = self._random.sample(self._scene.units, self._random.randint(1, MOST_AT_ONCE))
        address = f"/api/incidents/{self._random.choice(self._scene.incidents)}/orders"
        body = {"units": [{"kind": "team", "id": one} for one in chosen], "why": tag}
        self.told.append(Told(tag, chosen, None))
        status, content = client.ask(address, body)
        made = [one["id"] for one in json.loads(content)["units"]] if status == 201 else []
        self.told[-1] = Told(tag, chosen, status, made)
        for one in self._held:
            back = {"state": "stood_down", "seen": "ordered", "why": "称错"}
            client.ask(f"/api/assignments/{one}/state", back)
        self._held = made


def account(scene: Scene, told: Sequence[Told]) -> Account:
    """Compare answers and database."""
    rows = _rows(scene.settings, "SELECT id, unit_id, ended_at FROM assignment")
    unit_of = {row[0]: row[1] for row in rows}
    events = _rows(
        scene.settings,
        f"SELECT what, subject_id, why FROM event WHERE kind = '{KIND}' ORDER BY seq",
    )
    found = Account(statuses=Counter(one.status for one in told))
    busy: dict[str, str] = {}
    by_tag: dict[str, list[str]] = {}
    for what, assignment, why in events:
        unit = unit_of.get(assignment)
        if unit is None:
            found.faults.append(f"{assignment} has an event and no row")
        elif what == "order":
            by_tag.setdefault(why, []).append(assignment)
            if unit in busy:
                found.faults.append(f"{unit} ordered twice: {busy[unit]}, {assignment}")
            busy[unit] = assignment
        elif what == "stand_down" and busy.pop(unit, None) != assignment:
            found.faults.append(f"{unit} called back from {assignment}, where it was not")
    active = {row[0] for row in rows if row[2] is None}
    if active != set(busy.values()):
        found.faults.append("rows and log differ in who is out")
    if len(unit_of) != sum(map(len, by_tag.values())):
        found.faults.append("rows without the event of an order")
    for one in told:
        _compare(one, by_tag.pop(one.tag, []), unit_of, found)
    found.faults += [f"nobody ordered {tag}" for tag in by_tag]
    return found


def _compare(told: Told, made: Iterable[str], unit_of: dict[str, str], found: Account) -> None:
    made = list(made)
    if made and sorted(unit_of[one] for one in made) != sorted(told.units):
        found.faults.append(f"{told.tag} is half done")
    if told.status == 201:
        found.acknowledged += 1
        if sorted(made) != sorted(told.assignments):
            found.faults.append(f"{told.tag} was acknowledged and is not there")
    elif told.status is None:
        found.unheard += bool(made)
    elif made:
        found.faults.append(f"{told.tag} was refused and is there")


def _rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    if settings.server_url is None:
        with sqlite3.connect(settings.dir / DATABASE_FILE) as file:
            (whole,) = file.execute("PRAGMA integrity_check").fetchone()
            assert whole == "ok"
            return file.execute(query).fetchall()
    with psycopg.connect(settings.server_url, options="-c search_path=gisapp") as server:
        return server.execute(query).fetchall()  # type: ignore[arg-type]
