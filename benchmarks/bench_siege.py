"""Dispatch and health over HTTP while everything else pulls at the server, on both databases.

Usage: ``python benchmarks/bench_siege.py [seconds]``, 40 where not said. The sample site is served
as its users serve it. It is asked at rest, and then beside 8 askers of vast isochrones, an import
of 60,000 rows, 500 idle connections, 200 senders of a byte a second and 50 slow readers of a feed.
The bar is 1 s for every single answer. PostgreSQL runs where its programs are installed.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from bench_import_resources import census, write_csv  # noqa: E402

from gisapp.accounts.tokens import issue_token  # noqa: E402
from gisapp.bootstrap import open_app  # noqa: E402
from gisapp.rights import system_actor  # noqa: E402
from gisapp.sample import provision_sample  # noqa: E402
from gisapp.settings import Settings  # noqa: E402
from tests import postgis_server  # noqa: E402

HEAVY, IDLE, SENDERS, READERS, ROWS = 8, 500, 200, 50, 60_000
VAST = "/api/isochrones?x=111.5&y=36.08&minutes=180,179,178,177,176,175"
RIGHTS = ("view", "dispatch", "export", "import", "edit", "see_contacts")
BAR_S = 1.0


class Site:
    """A served site, and one token for each who asks."""

    def __init__(self, folder, url, stack):
        settings = Settings(dir=folder, database_url=url)
        provision_sample(folder, None, say=lambda _code, _params: None, database_url=url)
        app = open_app(settings)
        actor = system_actor("bench")
        with app.store.session(write=True) as session:
            self.tokens = [
                issue_token(session, actor, name=f"t{i}", agency="t", rights=RIGHTS, days=1)
                for i in range(HEAVY + 2)
            ]
        app.store.close()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.server = subprocess.Popen(
            [sys.executable, "-m", "gisapp", "serve", "-d", folder, "--port", str(self.port)],
            env=os.environ | ({} if url is None else {"GISAPP_DATABASE_URL": url}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(self.server.wait)
        stack.callback(self.server.terminate)
        while True:
            try:
                if self.ask("/healthz")[0] == 200 and self.ask(VAST)[0] == 200:
                    return
            except OSError:
                time.sleep(0.2)

    def ask(self, path, body=None, *, who=0, kind="application/json"):
        head = {"Authorization": f"Bearer {self.tokens[who]}"}
        if body is not None:
            head["Content-Type"] = kind
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        client.request("GET" if body is None else "POST", path, body, head)
        answer = client.getresponse()
        content = answer.read()
        client.close()
        return answer.status, answer.headers, content

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port))


def measured(site, seconds):
    taken = {"dispatch": [], "health": []}
    asked = json.dumps({"x": 111.5, "y": 36.08, "need": "fire"}).encode()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for name, question in (("dispatch", ("/api/dispatch", asked)), ("health", ("/healthz",))):
            started = time.perf_counter()
            status = site.ask(*question)[0]
            taken[name].append(time.perf_counter() - started)
            if status != 200:
                raise SystemExit(f"{name}: {status}")
        time.sleep(0.1)
    return taken


def report(when, taken):
    for name, values in taken.items():
        p50, p95, most = np.percentile(values, (50, 95, 100)) * 1e3
        mark = "" if most <= BAR_S * 1e3 else "  !"
        print(f"  {when:12s} {name:9s} p50 {p50:6.0f}  p95 {p95:6.0f}  most {most:6.0f} ms{mark}")


class Siege:
    """Everything else; `counts` says what it managed."""

    def __init__(self, site, folder, stack):
        self.site, self.over = site, threading.Event()
        self.counts = {"isochrones": 0, "sent away": 0, "rows imported": 0}
        self.threads = [
            *(threading.Thread(target=self.isochrones, args=(i + 1,)) for i in range(HEAVY)),
            threading.Thread(target=self.drip),
            threading.Thread(target=self.imports, args=(folder,)),
        ]
        stack.callback(self.end)
        self.idle = [site.connect() for _ in range(IDLE)]
        self.senders = [site.connect() for _ in range(SENDERS)]
        for one in self.senders:
            head = "POST /api/dispatch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\n"
            one.sendall(head.encode())
        self.readers = [site.connect() for _ in range(READERS)]
        for number, one in enumerate(self.readers):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            head = f"Host: localhost\r\nAuthorization: Bearer {site.tokens[number % HEAVY]}"
            path = "/api/layers/team?bbox=109,35,113,38"
            one.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n\r\n".encode())
        for thread in self.threads:
            thread.start()

    def isochrones(self, who):
        while not self.over.is_set():
            status, headers, _ = self.site.ask(VAST, who=who)
            self.counts["isochrones" if status == 200 else "sent away"] += 1
            if status == 503:
                self.over.wait(float(headers["Retry-After"]))

    def drip(self):
        while not self.over.wait(1.0):
            for one in self.senders:
                one.sendall(b" ")
            for one in self.readers:
                one.recv(1)

    def imports(self, folder):
        path = write_csv(folder / "census.csv", list(census(ROWS)))
        fields = "".join(
            f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in {"kind": "team", "crs": "EPSG:4326", "trust_crs": "1"}.items()
        )
        head = '--b\r\nContent-Disposition: form-data; name="file"; filename="c.csv"\r\n\r\n'
        body = (fields + head).encode() + path.read_bytes() + b"\r\n--b--\r\n"
        kind = "multipart/form-data; boundary=b"
        while not self.over.is_set():
            status, headers, _ = self.site.ask("/import/check", body, who=HEAVY + 1, kind=kind)
            if status == 503:
                self.over.wait(float(headers["Retry-After"]))
                continue
            there = headers.get("Location", "")
            status, _, content = self.site.ask(f"{there}/confirm", b"", who=HEAVY + 1)
            if status not in {303, 503}:
                raise SystemExit(f"import: {status} {content[:300]!r}")
            self.counts["rows imported"] += ROWS * (status == 303)

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
        for one in (*self.idle, *self.senders, *self.readers):
            one.close()


def main(seconds=40):
    for database in ("file", "postgis"):
        if database == "postgis" and not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
            print("PostgreSQL is not installed here: left out")
            continue
        with ExitStack() as stack:
            folder = Path(tempfile.mkdtemp(prefix="gisapp-siege-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            url = None
            if database == "postgis":
                postgis_server.SETTINGS.update(fsync="on", synchronous_commit="on")
                server = stack.enter_context(postgis_server.running_server())
                url = stack.enter_context(
                    postgis_server.database(server, template=postgis_server.BARE)
                )
            print(f"== {database}", flush=True)
            site = Site(folder / "site", url, stack)
            report("at rest", measured(site, seconds / 4))
            siege = Siege(site, folder, stack)
            report("under siege", measured(site, seconds))
            siege.end()
            print("  beside", ", ".join(f"{n:,} {name}" for name, n in siege.counts.items()))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
