"""Answers by hierarchy and by search held against networkx, not one of which may differ.

Usage: ``python benchmarks/bench_exactness.py [states] [incidents a state]``, default 1,000 and 11:
100,000 questions on the roads of Andorra, every vehicle in turn. In each state up to 200 edges of
the ways in use and elsewhere are closed; the state before is left as it is, so that arcs are
settled anew from it. One tree of networkx from each incident, on the graph with what is closed
taken out, answers all questions of it: the first 1, 5 and 40 of three sets of resources by either
engine while the hierarchy is being settled and after, and the drive of one.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from routing import warm_up
from tests.routing.exactness import ANDORRA, prove

if __name__ == "__main__":
    if not ANDORRA.is_file():
        sys.exit(f"{ANDORRA} is absent")
    warm_up()
    numbers = [int(one) for one in sys.argv[1:]]
    print(prove(*(numbers or [1_000, 11])), "no difference")
