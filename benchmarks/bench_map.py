"""10,000 points on the map in Chromium, side by side with a page of folium markers.

Usage: ``python benchmarks/bench_map.py [points]``. Ours is the whole console with its base
map, served from a real database; the peer is a page that ``folium.Map`` makes of as many
circle markers, its libraries taken from our own copy. Both are timed from the request to the
picture, three times each.
"""

from __future__ import annotations

import csv
import functools
import shutil
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import folium
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from gisapp.bootstrap import open_app  # noqa: E402
from gisapp.importing import import_resources  # noqa: E402
from gisapp.provision import provision_from_file  # noqa: E402
from gisapp.rights import system_actor  # noqa: E402
from gisapp.settings import Settings  # noqa: E402
from tests.tiny_site import write_tiny_site  # noqa: E402
from web import create_app  # noqa: E402
from web.assets import STATIC  # noqa: E402

ROUNDS = 3
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def points(size):
    side = int(size**0.5)
    for number in range(size):
        yield 99.95 + 0.2 * (number % side) / side, 29.92 + 0.16 * (number // side) / side


def site(folder, size):
    toml = write_tiny_site(folder / "files")
    provision_from_file(
        folder / "site", toml, actor=system_actor("bench"), say=lambda _code, _params: None
    )
    table = folder / "geohazard.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["id", "name", "x", "y", "geohazard_type", "people", "synthetic"])
        for number, (x, y) in enumerate(points(size)):
            rows.writerow([f"G{number}", f"P{number}", x, y, "landslide", number % 1200, 1])
    app = open_app(Settings(dir=folder / "site"))
    import_resources(app.store, "geohazard", table, crs="EPSG:4326", actor=system_actor("bench"))
    return app


def peer_page(size):
    made = folium.Map(location=(30.0, 100.05), zoom_start=11, tiles=None, prefer_canvas=True)
    for number, (x, y) in enumerate(points(size)):
        folium.CircleMarker((y, x), radius=4, popup=f"P{number}").add_to(made)
    return made.get_root().render()


def weigh(sizes, response):
    if response.ok:
        sizes.append(len(response.body()))


def timed(browser, address, selector, route=None):
    """Median seconds until `selector` is there and the next picture is drawn; bytes transferred."""
    taken, weight = [], 0
    for _ in range(ROUNDS):
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        sizes = []
        page.on("response", functools.partial(weigh, sizes))
        if route:
            page.route("**/*", route)
        start = time.perf_counter()
        page.goto(address)
        page.wait_for_selector(selector, state="attached", timeout=120_000)
        page.evaluate("() => new Promise((r) => requestAnimationFrame(() => setTimeout(r)))")
        taken.append(time.perf_counter() - start)
        page.wait_for_timeout(200)
        weight = sum(sizes)
        page.close()
    return statistics.median(taken), weight


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as play:
        app = site(Path(scratch), size)
        server = make_server("127.0.0.1", 0, create_app(app), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        path = next(filter(None, map(shutil.which, BROWSERS)))
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        origin = f"http://127.0.0.1:{server.server_port}"
        ours, weight = timed(browser, origin, "body[data-ready=true]")

        start = time.perf_counter()
        html = peer_page(size)
        made = time.perf_counter() - start
        library = (STATIC / "vendor" / "leaflet" / "leaflet.js").read_text(encoding="utf-8")

        def route(request):
            url = request.request.url
            if url == "http://peer.test/":
                request.fulfill(body=html, content_type="text/html")
            elif url.endswith("leaflet.js"):
                request.fulfill(body=library, content_type="text/javascript")
            else:
                request.fulfill(body="", content_type="text/css")

        theirs, their_weight = timed(browser, "http://peer.test/", "body", route)
        theirs += made
        print(f"{size:,} points         seconds   megabytes, uncompressed")
        print(f"console              {ours:7.2f}   {weight / 1e6:8.2f}")
        print(f"folium markers       {theirs:7.2f}   {their_weight / 1e6:8.2f}")
        print(f"ratio                {theirs / ours:7.1f}   {their_weight / weight:8.1f}")
        browser.close()
        server.shutdown()
        app.store.close()


if __name__ == "__main__":
    main()
