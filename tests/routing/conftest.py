"""Random cases are the same in every run of the gate.

``HYPOTHESIS_PROFILE=explore`` draws others, ten times as many where a test sets no number.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
