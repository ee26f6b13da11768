"""Heights of the ground: tiles of a regular grid beside a site's database, read cell by cell."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from functools import lru_cache
from math import floor
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from gisapp.errors import InputError
from gisapp.registers.archives import DAMAGED, BrokenArchiveError, examine

FOLDER = "heights"
VOID: Final = -32768
"""What SRTM writes where it knows no height."""
SIDES: Final = (1201, 3601)
"""Cells along a side: three arc seconds, and one."""
_NAME = re.compile(r"([NS])(\d{2})([EW])(\d{3})\.hgt", re.IGNORECASE)
_OPEN_TILES = 16

Cell = tuple[int, int]
"""Row northwards and column eastwards, from 0° N 0° E, in steps of the grid."""


class Heights:
    """The tiles of a folder, of one grid.

    A tile is a square degree as NASA's SRTM has it (``N36E111.hgt``): rows from the north, signed
    16-bit metres, most significant byte first, its borders shared with its neighbours.

    Parameters
    ----------
    folder
        Holds the tiles; may be absent, then nothing is known.
    """

    def __init__(self, folder: Path) -> None:
        self._tiles = {corner: path for path in _tiles(folder) if (corner := corner_of(path.name))}
        sides = {side_of(path) for path in self._tiles.values()}
        self.steps = min(sides, default=SIDES[0]) - 1
        self._tile = lru_cache(_OPEN_TILES)(self._read)

    def __bool__(self) -> bool:
        """Whether any height is known."""
        return bool(self._tiles)

    def cell(self, x: float, y: float) -> Cell:
        """The cell nearest to a lon/lat position."""
        return round(y * self.steps), round(x * self.steps)

    def position(self, cell: Cell) -> tuple[float, float]:
        """The lon/lat of a cell."""
        row, column = cell
        return column / self.steps, row / self.steps

    def at(self, cell: Cell) -> int | None:
        """Metres above the sea; None where it is not known."""
        row, column = cell
        south, west = floor(row / self.steps), floor(column / self.steps)
        # A border belongs to two tiles: where one is absent the other knows it.
        for lat in (south, south - 1) if row == south * self.steps else (south,):
            for lon in (west, west - 1) if column == west * self.steps else (west,):
                tile = self._tile((lat, lon))
                if tile is None:
                    continue
                finer = (len(tile) - 1) // self.steps
                across = (column - lon * self.steps) * finer
                down = len(tile) - 1 - (row - lat * self.steps) * finer
                height = int(tile[down, across])
                if height != VOID:
                    return height
        return None

    def _read(self, corner: Cell) -> npt.NDArray[np.int16] | None:
        path = self._tiles.get(corner)
        if path is None:
            return None
        side = side_of(path)
        return np.memmap(path, dtype=">i2", mode="r", shape=(side, side))


def corner_of(name: str) -> Cell | None:
    """Latitude and longitude of a tile's south-western corner, by its name; None for others."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    lat = int(found[2]) * (1 if found[1].upper() == "N" else -1)
    lon = int(found[4]) * (1 if found[3].upper() == "E" else -1)
    return (lat, lon) if -90 <= lat < 90 and -180 <= lon < 180 else None


def side_of(path: Path) -> int:
    """Cells along a tile's side, by the size of the file.

    Raises
    ------
    InputError
        ``heights.bad_size``.
    """
    side = {2 * side * side: side for side in SIDES}.get(path.stat().st_size)
    if side is None:
        raise InputError("heights.bad_size", file=path.name)
    return side


def add_tiles(folder: Path, files: Iterable[Path]) -> list[str]:
    """Add tiles, each as it is or zipped; all of them or none.

    Parameters
    ----------
    folder
        Of the heights; made where it is absent. A tile there of the same name is replaced.

    Returns
    -------
    list of str
        Names of the tiles.

    Raises
    ------
    InputError
        ``heights.bad_name``, ``heights.bad_size``, ``heights.bad_zip``: nothing was added.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        found = [_unpacked(file, Path(scratch)) for file in files]
        folder.mkdir(exist_ok=True)
        for path in found:
            os.replace(path, folder / path.name)  # noqa: PTH105 - whoever reads has the old or the new
    return sorted(path.name for path in found)


def _unpacked(file: Path, scratch: Path) -> Path:
    """The tile of a file, in a scratch folder, checked."""
    if file.suffix.lower() != ".zip":
        return _checked(Path(shutil.copyfile(file, scratch / _canonical(file.name))))
    try:
        examine(file)
        with zipfile.ZipFile(file) as archive:
            tiles = [one for one in archive.infolist() if corner_of(Path(one.filename).name)]
            if len(tiles) != 1:
                raise InputError("heights.bad_zip", file=file.name)
            (member,) = tiles
            if member.file_size not in {2 * side * side for side in SIDES}:
                raise InputError("heights.bad_size", file=member.filename)
            tile = scratch / _canonical(Path(member.filename).name)
            with archive.open(member) as source, tile.open("wb") as target:
                shutil.copyfileobj(source, target)
    except (*DAMAGED, BrokenArchiveError) as error:
        raise InputError("heights.bad_zip", file=file.name) from error
    return _checked(tile)


def _canonical(name: str) -> str:
    if corner_of(name) is None:
        raise InputError("heights.bad_name", file=name)
    return name[:-4].upper() + ".hgt"


def _checked(tile: Path) -> Path:
    side_of(tile)
    return tile


def _tiles(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.hgt")) if folder.is_dir() else []
