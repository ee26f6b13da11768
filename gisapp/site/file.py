"""``site.toml``: the description a site is built from."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gisapp.errors import SiteError
from gisapp.site.site import Site


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RoadSource(_Part):
    """Where the roads come from."""

    file: Path
    format: Literal["lines", "osm_pbf"] = "lines"
    layer: str | None = None
    crs: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)


class AreaSource(_Part):
    """Where the administrative areas come from, and what their columns are called."""

    file: Path
    id: str = "id"
    name: str = "name"
    name_en: str = "name_en"


class _FileSource(_Part):
    file: Path


class _Document(_Part):
    site: dict[str, Any]
    roads: RoadSource | None = None
    areas: AreaSource | None = None
    places: _FileSource | None = None
    rivers: _FileSource | None = None
    plans: _FileSource | None = None
    drills: _FileSource | None = None
    run_cards: _FileSource | None = None
    resources: dict[str, Path] = Field(default_factory=dict)
    headquarters: list[dict[str, Any]] = Field(default_factory=list)
    response: dict[str, Any] = Field(default_factory=dict)
    # What a site's generator needs; nothing here reads it.
    build: dict[str, Any] = Field(default_factory=dict)


class SiteFile(BaseModel):
    """A site and the files it is made of, as absolute paths.

    Attributes
    ----------
    path
        The ``site.toml`` itself.
    crs
        Reference system of the site's files that declare none (CSV).
    roads, areas, places, rivers, plans, drills, run_cards
        None where the site has none.
    resources
        File of each register, by kind; the key ``osm`` names an OpenStreetMap extract.
    """

    model_config = ConfigDict(frozen=True)

    path: Path
    site: Site
    crs: str
    roads: RoadSource | None
    areas: AreaSource | None
    places: Path | None
    rivers: Path | None
    plans: Path | None
    drills: Path | None
    run_cards: Path | None
    resources: dict[str, Path]


def read_site_file(path: str | os.PathLike[str]) -> SiteFile:
    """Read and check a ``site.toml``.

    Raises
    ------
    SiteError
        ``site.file_missing``, ``site.not_toml``, ``site.invalid`` (every fault named) or
        ``site.part_missing`` where a file it names does not exist.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            raw = tomllib.load(stream)
    except OSError as error:
        raise SiteError("site.file_missing", path=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteError("site.not_toml", path=str(path), detail=str(error)) from error
    try:
        document = _Document.model_validate(raw)
        record = dict(document.site)
        crs = str(record.pop("crs", "EPSG:4326"))
        site = Site.model_validate(
            record | {"headquarters": document.headquarters, "response": document.response}
        )
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or 'site'}: {fault['msg']}"
            for fault in error.errors()
        )
        raise SiteError("site.invalid", path=str(path), faults=faults) from error
    return _resolved(path, document, site, crs)


def _resolved(path: Path, document: _Document, site: Site, crs: str) -> SiteFile:
    def find(file: Path) -> Path:
        found = (path.parent / file).resolve()
        if not found.is_file():
            raise SiteError("site.part_missing", path=str(path), file=str(file))
        return found

    return SiteFile(
        path=path.resolve(),
        site=site,
        crs=crs,
        roads=document.roads
        and document.roads.model_copy(update={"file": find(document.roads.file)}),
        areas=document.areas
        and document.areas.model_copy(update={"file": find(document.areas.file)}),
        places=None if document.places is None else find(document.places.file),
        rivers=None if document.rivers is None else find(document.rivers.file),
        plans=None if document.plans is None else find(document.plans.file),
        drills=None if document.drills is None else find(document.drills.file),
        run_cards=None if document.run_cards is None else find(document.run_cards.file),
        resources={kind: find(file) for kind, file in document.resources.items()},
    )
