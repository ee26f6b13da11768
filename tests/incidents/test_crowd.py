"""Officers at once from several processes, and servers killed among them; more by hand.

``benchmarks/prove_orders.py`` and ``benchmarks/prove_kills.py`` do the same at full size.
"""

from __future__ import annotations

from pathlib import Path

from gisapp.settings import Settings
from tests.incidents.crowd import account, killed, rush, scene
from tests.serving import served


def test_no_unit_is_ordered_twice(tiny_settings: Settings) -> None:
    made = scene(tiny_settings, units=40, incidents=8, officers=16)
    with served(tiny_settings, 2) as servers:
        told = rush(made, servers, tries=96)
    found = account(made, told)
    assert found.faults == []
    # Some were quicker; on a machine that is slow enough some are told to try again.
    assert {201, 409} <= set(found.statuses) <= {201, 409, 503}


def test_what_was_acknowledged_outlives_the_server(tiny_folder: Path) -> None:
    made = scene(Settings(dir=tiny_folder), units=40, incidents=8, officers=8)
    told = killed(made, kills=2)
    found = account(made, told)
    assert found.faults == []
    assert found.acknowledged > 0
