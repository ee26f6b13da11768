"""That nothing acknowledged is lost and nothing half done: a server killed among orders, 100 times.

Usage: ``python benchmarks/prove_kills.py [kills] [postgis]``, 100 on a file where not said. What
8 officers were answered is compared with the database by plain SQL.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.incidents import crowd  # noqa: E402
from tests.serving import tiny_site  # noqa: E402

UNITS, INCIDENTS, OFFICERS = 1000, 10, 8

if __name__ == "__main__":
    kills = int(next((one for one in sys.argv[1:] if one.isdigit()), 100))
    with tiny_site(on_server="postgis" in sys.argv) as site:
        scene = crowd.scene(site, units=UNITS, incidents=INCIDENTS, officers=OFFICERS)
        told = crowd.killed(scene, kills=kills)
        print(f"{kills} kills among {len(told)} orders of 1 to {crowd.MOST_AT_ONCE} units")
        found = crowd.account(scene, told)
        print(found)
        sys.exit(bool(found.faults))
