"""Files that were uploaded and wait for a decision: holding contacts, they are not kept long."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Final

FOLDER: Final = "uploads"
"""In the site's folder; each upload in a folder of its own."""
KEPT_S: Final = 2 * 3600.0
"""A file nobody decided on is removed after so long, by the next upload or the next night."""


def remove_old(site: Path) -> int:
    """Remove the uploads of a site that nobody decided on; return how many.

    Parameters
    ----------
    site
        The site's folder.
    """
    folder = site / FOLDER
    if not folder.is_dir():
        return 0
    old = [
        one
        for one in folder.iterdir()
        if one.is_dir() and time.time() - one.stat().st_mtime > KEPT_S
    ]
    for one in old:
        shutil.rmtree(one, ignore_errors=True)
    return len(old)
