"""Register pages, boxes and histories at the size of a province, over HTTP, on both databases.

Then a dispatch among 50,000 records of all registers, 2,000 of them teams, and among 50,000
teams, on the synthetic grid of 52,705 junctions.

Usage: ``python benchmarks/bench_registers.py [resources] [history]``, 200,000 and 2,000,000
where not said. Every address is asked of the whole application by a signed-in reader, in another
order each round; the bar is a p95 of 100 ms for each. PostgreSQL runs where its programs are
installed, flushing to disk as its users' does.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import scale  # noqa: E402
import subjects  # noqa: E402

from gisapp.accounts.tokens import issue_token  # noqa: E402
from gisapp.bootstrap import ROADS_FILE, open_app  # noqa: E402
from gisapp.provision import provision_from_file  # noqa: E402
from gisapp.registers.changes import compare, store_changes  # noqa: E402
from gisapp.registers.kinds import KINDS  # noqa: E402
from gisapp.rights import Right, system_actor  # noqa: E402
from gisapp.settings import Settings  # noqa: E402
from routing import save  # noqa: E402
from tests import postgis_server  # noqa: E402
from tests.tiny_site import write_tiny_site  # noqa: E402
from web import create_app  # noqa: E402

ROUNDS = 30
DISPATCH_RECORDS = 50_000
ON_GRID = (110.0, 36.0, 110.39, 36.31)
BAR_MS = 100
BIG = "geohazard"  # half of all records
LIST = f"/api/registers/{BIG}"

ADDRESSES = {
    "register page": f"/registers/{BIG}",
    "list, by id": LIST,
    "list, by name, falling": f"{LIST}?sort=-name",
    "list, by day of verification": f"{LIST}?sort=verified_at",
    "list, last changed first": f"{LIST}?sort=-updated_at",
    "list, of a county": f"{LIST}?county=991003&sort=name",
    "list, of a type": f"{LIST}?geohazard_type=landslide&sort=name",
    "list, of an agency": f"{LIST}?agency=合成主管单位5",
    "list, overdue": f"{LIST}?freshness=overdue&sort=verified_at",
    "list, overdue in a county": f"{LIST}?freshness=overdue&county=991003",
    "list, rare name": f"{LIST}?q=099999",
    "list, no such name": f"{LIST}?q=不存在",
    "list, common name": f"{LIST}?q=合成",
    "list, small box": f"{LIST}?bbox=111,36,111.1,36.1",
    "list, half of the extent": f"{LIST}?bbox=110,35.2,111.3,37&sort=name",
    "list, whole extent": f"{LIST}?bbox=109,35,113,38&sort=name",
    "list, retired": f"{LIST}?retired=only",
    "list, teams able to": "/api/registers/team?capabilities=fire&sort=name",
    "map layer, small box": f"/api/layers/{BIG}?bbox=111,36,111.1,36.1&zoom=13",
    "map layer, whole extent": f"/api/layers/{BIG}?bbox=109,35,113,38&zoom=8",
    "features, small box": f"/ogc/collections/{BIG}/items?bbox=111,36,111.1,36.1&limit=100",
    "features, whole extent": f"/ogc/collections/{BIG}/items?bbox=109,35,113,38&limit=100",
    "record page": f"/registers/{BIG}/records/{BIG}-000042",
    "history of a record": f"/api/registers/{BIG}/history/{BIG}-000042",
    "search in all registers": "/api/search?q=099999",
    "search, no such name": "/api/search?q=不存在",
    "search, Latin letters": "/api/search?q=synth",
    "search, common name": "/api/search?q=合成",
    "list, Latin letters": f"{LIST}?q=synth",
    "list, Latin letters, none": f"{LIST}?q=xyzzy&sort=name",
    "list, common name by name": f"{LIST}?q=合成&sort=name",
    "list, every 10th name by day": f"{LIST}?q=00&sort=-verified_at",
    "box and name": f"{LIST}?bbox=110,35.2,111.3,37&q=12&sort=name",
    "quality board": "/quality",
    "risk list": "/risks",
    "risk layer, whole extent": "/api/layers/risk?bbox=109,35,113,38&zoom=8",
    "risk layer, small box": "/api/layers/risk?bbox=111,36,111.1,36.1&zoom=13",
}


def client_of(app, rights):
    """A client of the whole application, and the head of a signed-in reader."""
    with app.store.session(write=True) as session:
        actor = system_actor("bench")
        token = issue_token(session, actor, name="bench", agency="bench", rights=rights, days=1)
    return create_app(app).test_client(), {"Authorization": f"Bearer {token}"}


def measure_dispatch(app):
    """Milliseconds of a dispatch, (rounds,)."""
    client, head = client_of(app, ["view", "dispatch"])
    asked = {"x": 110.2, "y": 36.15, "need": "fire"}
    taken = []
    for turn in range(ROUNDS + 1):
        started = time.perf_counter()
        answer = client.post("/api/dispatch", json=asked, headers=head)
        spent_ms = (time.perf_counter() - started) * 1e3
        if answer.status_code != 200:
            raise SystemExit(f"dispatch: {answer.status_code} {answer.text[:500]}")
        if turn:  # the first finds where every team stands on the road
            taken.append(spent_ms)
    return taken


def on_grid(folder, url, fill):
    """A site on the synthetic grid."""
    toml = write_tiny_site(folder / "files")
    provision_from_file(
        folder / "site",
        toml,
        actor=system_actor("bench"),
        say=lambda _code, _params: None,
        database_url=url,
    )
    save(subjects.grid(230), folder / "site" / ROADS_FILE)
    app = open_app(Settings(dir=folder / "site", database_url=url))
    before, scale.BBOX = scale.BBOX, ON_GRID
    fill(app.store)
    scale.BBOX = before
    return app


def all_registers(store):
    scale.fill(store, resources=DISPATCH_RECORDS, history=0, say=lambda _line: None)


def teams_alone(store):
    random = np.random.default_rng(1)
    records = list(scale.records_of(KINDS["team"], DISPATCH_RECORDS, random, {}))
    for start in range(0, len(records), scale.BATCH):
        with store.session(write=True) as session:
            changes = compare(session, KINDS["team"], records[start : start + scale.BATCH])
            store_changes(session, system_actor("bench"), Right.EDIT, changes, why="scale")


def measure(app):
    """Milliseconds of every address, (rounds,) each."""
    client, head = client_of(app, ["view"])
    taken = {name: [] for name in ADDRESSES}
    random = np.random.default_rng(1)
    for turn in range(ROUNDS + 1):
        for name in random.permutation(list(ADDRESSES)):
            started = time.perf_counter()
            answer = client.get(ADDRESSES[name], headers=head)
            spent_ms = (time.perf_counter() - started) * 1e3
            if answer.status_code != 200:
                raise SystemExit(f"{ADDRESSES[name]}: {answer.status_code} {answer.text[:500]}")
            if turn:  # the first round fills caches, as the first reader of a morning does
                taken[name].append(spent_ms)
    return taken


def site(folder, url, resources, history):
    toml = write_tiny_site(folder / "files")
    provision_from_file(
        folder / "site",
        toml,
        actor=system_actor("bench"),
        say=lambda _code, _params: None,
        database_url=url,
    )
    app = open_app(Settings(dir=folder / "site", database_url=url))
    started = time.perf_counter()
    scale.fill(app.store, resources=resources, history=history, say=lambda _line: None)
    print(f"  filled in {time.perf_counter() - started:.0f} s", flush=True)
    return app


def report(taken):
    slow = 0
    for name, values in taken.items():
        p50, p95 = np.percentile(values, (50, 95))
        slow += p95 > BAR_MS
        print(f"  {name:30s} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms{'  !' if p95 > BAR_MS else ''}")
    print(f"  {len(taken) - slow} of {len(taken)} within {BAR_MS} ms at p95")


def main(resources=200_000, history=2_000_000):
    print(f"{resources:,} records, {history:,} rows of history")
    for database in ("file", "postgis"):
        if database == "postgis" and not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
            print("PostgreSQL is not installed here: left out")
            continue
        with ExitStack() as stack:
            folder = Path(tempfile.mkdtemp(prefix="gisapp-bench-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            url = None
            if database == "postgis":
                postgis_server.SETTINGS.update(
                    fsync="on", synchronous_commit="on", full_page_writes="on",
                    autovacuum="on", shared_buffers="512MB",
                )  # fmt: skip
                server = stack.enter_context(postgis_server.running_server())
                url = stack.enter_context(
                    postgis_server.database(server, template=postgis_server.BARE)
                )
            print(f"== {database}", flush=True)
            app = site(folder, url, resources, history)
            if url is not None:
                server.run("VACUUM ANALYZE", database=url.split("/")[3].split("?")[0])
            report(measure(app))
            app.store.close()
            for name, fill in (("registers", all_registers), ("teams", teams_alone)):
                with ExitStack() as own:
                    if url is not None:
                        url = own.enter_context(
                            postgis_server.database(server, template=postgis_server.BARE)
                        )
                    app = on_grid(folder / name, url, fill)
                    p50, p95 = np.percentile(measure_dispatch(app), (50, 95))
                    title = f"dispatch, {DISPATCH_RECORDS:,} in {name}"
                    print(f"  {title:30s} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms", flush=True)
                    app.store.close()


if __name__ == "__main__":
    main(*(int(argument.replace(",", "")) for argument in sys.argv[1:]))
