"""That no unit is ordered twice: 50 officers at once, 4 server processes of one site.

Usage: ``python benchmarks/prove_orders.py [tries] [postgis]``, 10,000 tries on a file where not
said. What they were answered is compared with the database by plain SQL.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from gisapp.settings import Settings  # noqa: E402
from tests.incidents import crowd  # noqa: E402
from tests.serving import served, tiny_site  # noqa: E402

UNITS, INCIDENTS, OFFICERS, SERVERS = 120, 20, 50, 4


def prove(settings: Settings, tries: int) -> bool:
    """Whether not one fault was found; prints the figures."""
    made = crowd.scene(settings, units=UNITS, incidents=INCIDENTS, officers=OFFICERS)
    with served(settings, SERVERS) as servers:
        began = time.perf_counter()
        told = crowd.rush(made, servers, tries=tries)
        taken_s = time.perf_counter() - began
    print(f"{len(told)} orders by {OFFICERS} officers on {SERVERS} servers in {taken_s:.0f} s")
    found = crowd.account(made, told)
    print(found)
    return not found.faults


if __name__ == "__main__":
    with tiny_site(on_server="postgis" in sys.argv) as site:
        sys.exit(not prove(site, int(next((one for one in sys.argv[1:] if one.isdigit()), 10_000))))
