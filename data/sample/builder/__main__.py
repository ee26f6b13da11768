"""``python -m builder SITE_DIR OUT_DIR`` from ``data/sample``."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from . import build


def show(message: str, fraction: float) -> None:
    """One line of progress."""
    sys.stdout.write(f"{fraction:4.0%}  {message}\n")
    sys.stdout.flush()


def main() -> None:
    """Read the arguments and build."""
    parser = argparse.ArgumentParser(prog="builder", description="Build a sample site.")
    parser.add_argument("site_dir", type=Path)
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, help="the day the census ends")
    arguments = parser.parse_args()
    build(
        arguments.site_dir,
        arguments.out_dir,
        progress=show,
        as_of=arguments.as_of,
    )


main()
