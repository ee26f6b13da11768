"""``python -m builder SITE_DIR OUT_DIR`` from ``data/sample``."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import build


def main() -> None:
    parser = argparse.ArgumentParser(prog="builder", description="Build a sample site.")
    parser.add_argument("site_dir", type=Path)
    parser.add_argument("out_dir", type=Path)
    arguments = parser.parse_args()
    build(
        arguments.site_dir,
        arguments.out_dir,
        progress=lambda message, fraction: print(f"{fraction:4.0%}  {message}", flush=True),
    )


main()
