"""A file to be imported, and what its user says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gisapp.importing.positions import DEFAULT_BELT_KM, BBox, Frame
from gisapp.importing.reference import Reference


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file and what its user says of it.

    Parameters
    ----------
    path, layer
        `layer` is a worksheet in a workbook.
    crs
        Of the coordinates, see :func:`gisapp.importing.prepare.choose_reference`.
    columns
        Header → field name, where a file uses names of its own.
    id_from
        Header whose cells serve as ids in a file without any.
    bbox, belt_km, zone
        See :class:`gisapp.importing.positions.Frame`.
    """

    path: Path
    layer: str | None = None
    crs: str | None = None
    columns: Mapping[str, str] | None = None
    id_from: str | None = None
    bbox: BBox | None = None
    belt_km: float = DEFAULT_BELT_KM
    zone: str | None = None

    def frame(self, reference: Reference) -> Frame:
        """Say where positions of the file may lie that are given in `reference`."""
        return Frame(reference, self.bbox, self.belt_km, self.zone)
