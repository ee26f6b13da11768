"""Reading GeoPackage, Shapefile and GeoJSON with GDAL, in a process of its own.

GDAL decides by content what a file is, and some of the formats it knows name other files and
addresses to be read (VRT, GDALG). A file that others sent is therefore read where only the three
drivers exist, for a limited time, and where a crash or a loop takes nothing else with it.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FieldError

from gisapp.importing.outcome import ImportingError

DRIVERS = ("ESRI Shapefile", "GPKG", "GeoJSON")
LONGEST_S = 120
"""Reading 200,000 features takes about 5 s."""

_SQLITE = b"SQLite format 3\x00"
_SHAPEFILE = b"\x00\x00\x27\x0a"
_MARK = b"\xef\xbb\xbf"
_JSON_SUFFIXES = {".geojson", ".json"}
_HEAD_BYTES = 64


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
        That a Shapefile without a declaration was read in.
    """

    names: list[str]
    columns: list[list[Any]]
    wkb: list[str | None] | None
    crs: str | None
    charset: str | None


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
        command = [
            sys.executable,
            "-m",
            "gisapp.importing.vector",
            str(path),
            layer or "",
            str(answer),
        ]
        skipped = ",".join(sorted(set(pyogrio.list_drivers()) - set(DRIVERS)))
        try:
            ended = subprocess.run(  # noqa: S603 - this very program
                command,
                env={**os.environ, "OGR_SKIP": skipped, "GDAL_SKIP": skipped},
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
    return Features(**told)


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
        fits = head.startswith(_SQLITE)
    elif suffix == ".shp":
        fits = head.startswith(_SHAPEFILE)
    else:
        fits = head.removeprefix(_MARK).lstrip()[:1] == b"{"
    if not fits:
        raise ImportingError("import.unreadable", path=path.name, detail=f"no {suffix}")


def _read(path: Path, layer: str | None) -> dict[str, Any]:
    """What the process of its own answers."""
    if set(pyogrio.list_drivers()) - set(DRIVERS):
        raise SystemExit("GDAL has drivers that may follow references to other files.")
    try:
        names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        if (layer is not None and layer not in names) or (layer is None and len(names) > 1):
            return {"code": "import.which_layer", "params": {"layers": ", ".join(names)}}
        read = _read_layer(path, layer)
    except (DataSourceError, DataLayerError, FieldError) as error:
        return {"code": "import.unreadable", "params": {"detail": str(error)}}
    if read is None:
        return {"code": "import.charset", "params": {}}
    meta, _fids, wkb, columns, charset = read
    return {
        "names": [str(name) for name in meta["fields"]],
        "columns": [column.tolist() for column in columns],
        "wkb": None if wkb is None else [one.hex() if one is not None else None for one in wkb],
        "crs": meta["crs"],
        "charset": charset,
    }


def _read_layer(path: Path, layer: str | None) -> tuple[Any, Any, Any, Any, str | None] | None:
    options: dict[str, Any] = {"layer": layer, "datetime_as_string": True}
    if path.suffix.lower() != ".shp" or path.with_suffix(".cpg").exists():
        return (*pyogrio.raw.read(path, **options), None)
    # A Shapefile without a code page file: GDAL would guess Latin-1 and garble it silently.
    for codec in ("UTF-8", "GBK", "GB18030"):
        try:
            return (*pyogrio.raw.read(path, encoding=codec, **options), codec)
        except UnicodeDecodeError:
            continue
    return None


def _plain(value: object) -> object:
    """A list within a column comes as an array; all else that JSON lacks is written as text."""
    return value.tolist() if isinstance(value, np.ndarray) else str(value)


def _answer(path: str, layer: str, answer: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_S, LONGEST_S))
    told = _read(Path(path), layer or None)
    Path(answer).write_text(json.dumps(told, default=_plain), encoding="utf-8")


if __name__ == "__main__":
    _answer(*sys.argv[1:])
