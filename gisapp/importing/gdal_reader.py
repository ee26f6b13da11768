"""The process in which GDAL reads a file of others; see :mod:`gisapp.importing.vector`.

It runs as a program of its own, so it imports nothing of the application.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np

if __name__ == "__main__":
    # pyogrio imports whatever of these is there, four fifths of this program's time; it needs none.
    for _unused in ("geopandas", "pandas", "pyarrow", "shapely", "pyproj"):
        sys.modules[_unused] = None  # type: ignore[assignment]

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FieldError

if TYPE_CHECKING:  # see above
    from gisapp.schema.values import Json

DRIVERS = ("ESRI Shapefile", "GPKG", "GeoJSON")
SYSTEM_TABLES = frozenset({"layer_styles", "qgis_projects"})
"""What QGIS keeps beside the layers of a GeoPackage."""
UNDEFINED = "Undefined "
"""Begins the names of the systems -1 and 0 of a GeoPackage, which are none (OGC 12-128)."""
LONGEST_S = 120
"""Reading 200,000 features takes about 5 s."""


def _read(path: Path, layer: str | None) -> dict[str, Json]:
    """What the process of its own answers."""
    if set(pyogrio.list_drivers()) - set(DRIVERS):
        raise SystemExit("GDAL has drivers that may follow references to other files.")
    try:
        listed = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        names = [name for name in listed if name not in SYSTEM_TABLES]
        if layer is None and len(names) == 1:
            layer = names[0]
        if (layer is not None and layer not in names) or (layer is None and len(names) > 1):
            return {"code": "import.which_layer", "params": {"layers": ", ".join(names)}}
        read = _read_layer(path, layer)
    except (DataSourceError, DataLayerError, FieldError) as error:
        return {"code": "import.unreadable", "params": {"detail": str(error)}}
    meta, _fids, wkb, columns = read
    return {
        "names": [str(name) for name in meta["fields"]],
        "columns": [column.tolist() for column in columns],
        "wkb": None if wkb is None else [one.hex() if one is not None else None for one in wkb],
        "crs": None if UNDEFINED in (meta["crs"] or "").partition(",")[0] else meta["crs"],
    }


class _Meta(TypedDict):
    fields: np.ndarray
    crs: str | None


_Layer = tuple[_Meta, np.ndarray | None, np.ndarray | None, list[np.ndarray]]
"""Of a layer what pyogrio reads: about it, numbers of features, geometries, columns."""


def _read_layer(path: Path, layer: str | None) -> _Layer:
    options: dict[str, Json] = {"layer": layer, "datetime_as_string": True}
    if path.suffix.lower() in {".geojson", ".json"}:
        options["DATE_AS_STRING"] = "YES"  # a name may look like a date and be none
    if path.suffix.lower() == ".shp":
        # GDAL would believe its code page file, or guess; each byte comes as one letter.
        options["encoding"] = "ISO-8859-1"
    read: _Layer = pyogrio.raw.read(path, **options)
    return read


def _plain(value: object) -> object:
    """A list within a column comes as an array; all else that JSON lacks is written as text."""
    return value.tolist() if isinstance(value, np.ndarray) else str(value)


def _answer(path: str, layer: str, answer: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_S, LONGEST_S))
    told = _read(Path(path), layer or None)
    Path(answer).write_text(json.dumps(told, default=_plain), encoding="utf-8")


if __name__ == "__main__":
    _answer(*sys.argv[1:])
