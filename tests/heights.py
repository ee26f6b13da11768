"""Tiles of heights for tests, as SRTM writes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

STEP = 1 / 1200
VOID = -32768


def tile(folder: Path, west: int, south: int, metres: npt.NDArray[np.int16]) -> Path:
    """Write a tile of the north-east, rows from the north."""
    folder.mkdir(exist_ok=True)
    path = folder / f"N{south:02}E{west:03}.hgt"
    path.write_bytes(metres.astype(">i2").tobytes())
    return path


def falling_south(folder: Path) -> None:
    """Ground around the tiny site that falls to the south, a metre a cell."""
    fall = np.mgrid[0:1201, 0:1201][0]
    tile(folder, 100, 30, (3000 - fall).astype(np.int16))
    tile(folder, 100, 29, (1800 - fall).astype(np.int16))
