"""How long tests wait for what has to come: nothing is timed; a slow machine passes later."""

from __future__ import annotations

from typing import Final

PATIENCE_S: Final = 600.0
PATIENCE_MS: Final = 1000.0 * PATIENCE_S
