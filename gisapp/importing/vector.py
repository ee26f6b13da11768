"""Reading GeoPackage, Shapefile and GeoJSON with GDAL, in a process of its own.

GDAL decides by content what a file is, and some of the formats it knows name other files and
addresses to be read (VRT, GDALG). A file that others sent is therefore read where only the three
drivers exist, for a limited time, and where a crash or a loop takes nothing else with it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pyogrio

from gisapp.importing import gdal_reader
from gisapp.importing.gdal_reader import DRIVERS, LONGEST_S
from gisapp.importing.outcome import ImportingError
from gisapp.schema.values import Json
from routing.charsets import BYTES, decode_texts

SQLITE = b"SQLite format 3\x00"
_SHAPEFILE = b"\x00\x00\x27\x0a"
_MARK = b"\xef\xbb\xbf"
_HEAD_BYTES = 64
_SPARING = {"OPENBLAS_NUM_THREADS": "1"}
"""One thread: to start those that numpy would have takes a quarter of the reader's time."""


@dataclass(frozen=True, kw_only=True)
class Features:
    """A layer as GDAL reads it.

    Attributes
    ----------
    names
        Of its fields.
    columns
        Values of each field.
    wkb
        Geometries as hexadecimal WKB, None for one that is missing; None for a layer without.
    crs
        As the file declares or its format implies it.
    charset
        That the texts of a Shapefile were read in.
    misstated
        What its code page file says instead.
    """

    names: list[str]
    columns: list[list[Json]]
    wkb: list[str | None] | None
    crs: str | None
    charset: str | None = None
    misstated: str = ""


def read_features(path: Path, layer: str | None) -> Features:
    """Read one layer of a file.

    Raises
    ------
    ImportingError
        ``import.unreadable``, ``import.which_layer``, ``import.charset``,
        ``import.active_content``.
    """
    _require_content(path)
    if path.suffix.lower() == ".gpkg":
        require_plain_tables(path)
    with tempfile.TemporaryDirectory(prefix="gisapp-") as folder:
        answer = Path(folder) / "answer.json"
        # By its file, alone: importing the package around it would take four times as long.
        reader = [sys.executable, "-P", str(gdal_reader.__file__)]
        skipped = ",".join(sorted(set(pyogrio.list_drivers()) - set(DRIVERS)))
        try:
            ended = subprocess.run(  # noqa: S603 - this very program
                [*reader, str(path), layer or "", str(answer)],
                env={**os.environ, **_SPARING, "OGR_SKIP": skipped, "GDAL_SKIP": skipped},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=LONGEST_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ImportingError(
                "import.unreadable", path=path.name, detail=f"> {LONGEST_S} s"
            ) from error
        if ended.returncode != 0 or not answer.is_file():
            detail = ended.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200]
            raise ImportingError("import.unreadable", path=path.name, detail=detail)
        told = json.loads(answer.read_bytes())
    if "code" in told:
        raise ImportingError(told["code"], **{"path": path.name, **told["params"]})
    read = Features(**told)
    return _deciphered(read, path) if path.suffix.lower() == ".shp" else read


def _deciphered(read: Features, path: Path) -> Features:
    """Read the texts of a Shapefile, of which each byte came as one letter."""
    found = {
        *read.names,
        *(one for column in read.columns for one in column if isinstance(one, str)),
    }
    texts, charset, misstated = decode_texts(found, path)
    if charset == BYTES:
        raise ImportingError("import.charset", path=path.name)
    return replace(
        read,
        names=[texts.get(name, name) for name in read.names],
        columns=[
            [texts.get(one, one) if isinstance(one, str) else one for one in column]
            for column in read.columns
        ],
        charset=charset or None,
        misstated=misstated,
    )


def begins_as_sqlite(path: Path) -> bool:
    """Whether a file's first bytes are those of an SQLite database, as a GeoPackage's are."""
    with path.open("rb") as stream:
        return stream.read(len(SQLITE)) == SQLITE


def require_plain_tables(path: Path) -> None:
    """Refuse a GeoPackage of others with anything in it that computes: views, foreign modules.

    Reading a view runs whatever its author wrote, which need never end.

    Raises
    ------
    ImportingError
        ``import.active_content``, ``import.unreadable``.
    """
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            made = connection.execute(
                "SELECT name, type, coalesce(sql, '') FROM sqlite_master"
                " WHERE type IN ('view', 'table')"
            ).fetchall()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise ImportingError("import.unreadable", path=path.name, detail=str(error)) from error
    for name, kind, sql in made:
        words = " ".join(str(sql).split()).lower()
        if kind == "view" or (
            words.startswith("create virtual table") and " using rtree" not in words
        ):
            raise ImportingError("import.active_content", path=path.name, name=str(name)[:60])


def _require_content(path: Path) -> None:
    """Refuse a file whose first bytes are not of the format its name claims."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    suffix = path.suffix.lower()
    if suffix == ".gpkg":
        fits = head.startswith(SQLITE)
    elif suffix == ".shp":
        fits = head.startswith(_SHAPEFILE)
    else:
        fits = head.removeprefix(_MARK).lstrip()[:1] == b"{"
    if not fits:
        raise ImportingError("import.unreadable", path=path.name, detail=f"no {suffix}")
