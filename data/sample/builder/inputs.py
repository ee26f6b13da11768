"""What a sample site hands the builder: small text files, read once."""

from __future__ import annotations

import csv
import json
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

Float64 = npt.NDArray[np.float64]

TOWNSHIP_ENDINGS = ("街道", "镇", "乡")
COUNTY_ENDINGS = ("市", "区", "县")


@dataclass(frozen=True)
class Place:
    """A city, county seat, township or village; ``x``/``y`` lon/lat, ``east``/``north`` metres."""

    id: str
    name: str
    name_en: str
    x: float
    y: float
    kind: str
    code: str
    population: int
    synthetic: bool
    east: float
    north: float

    @property
    def short_name(self) -> str:
        """The name without its administrative ending: 襄陵镇 → 襄陵, 霍州市 → 霍州."""
        if self.kind == "town":
            for ending in TOWNSHIP_ENDINGS:
                if self.name.endswith(ending):
                    return self.name.removesuffix(ending)
        elif len(self.name) > 2 and self.name[-1] in COUNTY_ENDINGS:
            return self.name[:-1]
        return self.name

    @property
    def county_code(self) -> str:
        """Six digits."""
        return self.code[:6]


@dataclass(frozen=True)
class River:
    """A river; ``line`` in projected metres, drawn as it flows where ``flow`` says so."""

    name: str
    name_en: str
    width_m: float
    synthetic: bool
    source: str
    flow: str
    line: shapely.Geometry


@dataclass(frozen=True)
class Highway:
    """One named road of the skeleton and the places or lon/lat points it ties together."""

    highway: str
    name: str
    name_en: str
    via: tuple[str | tuple[float, float], ...]


@dataclass(frozen=True)
class County:
    """A county of the site; ``polygon`` in projected metres."""

    code: str
    name: str
    name_en: str
    polygon: shapely.Geometry


@dataclass(frozen=True)
class Inputs:
    """Everything the site's folder says; ``line`` and ``polygon`` are in projected metres."""

    folder: Path
    site: dict[str, Any]
    counties: tuple[County, ...]
    places: tuple[Place, ...]
    rivers: tuple[River, ...]
    highways: tuple[Highway, ...]
    relief: Float64
    names: dict[str, list[str]]
    resources: dict[str, Any]
    supplies: tuple[dict[str, str], ...]
    run_cards: list[dict[str, Any]]
    plans: dict[str, Any]
    plan_texts: list[dict[str, Any]]
    drills: list[dict[str, Any]]

    @cached_property
    def to_metres(self) -> Transformer:
        """From lon/lat to the site's projected CRS."""
        return Transformer.from_crs("EPSG:4326", self.site["site"]["projected_crs"], always_xy=True)

    @cached_property
    def to_degrees(self) -> Transformer:
        """From the site's projected CRS to lon/lat."""
        return Transformer.from_crs(self.site["site"]["projected_crs"], "EPSG:4326", always_xy=True)

    @property
    def seed(self) -> int:
        """The one seed of the build."""
        return int(self.site["build"]["seed"])

    @cached_property
    def area(self) -> shapely.Geometry:
        """The site's own area, metres."""
        return shapely.union_all([county.polygon for county in self.counties])

    @cached_property
    def extent(self) -> shapely.Geometry:
        """The area with its belt, metres."""
        return shapely.buffer(self.area, float(self.site["build"]["belt_m"]))

    def rng(self, subject: str) -> np.random.Generator:
        """A random stream of its own per subject, so that one part's draws never shift another."""
        return np.random.default_rng([self.seed, *subject.encode()])

    def place(self, name: str) -> Place:
        """The place with this code or short name; a county seat is preferred to a township.

        Raises
        ------
        KeyError
            If no place, or more than one of the same rank, bears the name.
        """
        for kinds in (("county",), ("town",), ("village",)):
            found = [
                p
                for p in self.places
                if p.kind in kinds and name in (p.code, p.id, p.short_name, p.name)
            ]
            if len(found) == 1:
                return found[0]
            if found:
                raise KeyError(f"{name} names {len(found)} places")
        raise KeyError(f"no place is named {name}")

    def county_of(self, x_m: Float64, y_m: Float64) -> list[str]:
        """Six-digit county code of each point: by polygon inside, by nearest seat in the belt."""
        points = point_array(x_m, y_m)
        polygons = np.array([county.polygon for county in self.counties], dtype=object)
        seats = [p for p in self.places if p.kind == "county"]
        inside_codes = {county.code for county in self.counties}
        belt = [p for p in seats if p.code not in inside_codes]
        tree = shapely.STRtree(polygons)
        codes = [""] * len(points)
        for point, polygon in np.transpose(tree.query(points, predicate="within")):
            codes[point] = self.counties[polygon].code
        for i, code in enumerate(codes):
            if not code:
                nearest = min(belt, key=lambda p: np.hypot(p.east - x_m[i], p.north - y_m[i]))
                codes[i] = nearest.code
        return codes


def point_array(x: Float64, y: Float64) -> npt.NDArray[np.object_]:
    """(N,) points."""
    return np.asarray(shapely.points(x, y), dtype=object)


def read_inputs(folder: Path) -> Inputs:
    """Read a site's folder.

    Parameters
    ----------
    folder : Path
        Holds ``site.toml`` and the files its ``[build]`` table names.

    Raises
    ------
    FileNotFoundError
        If a file that ``site.toml`` names is missing.
    """
    site = tomllib.loads((folder / "site.toml").read_text("utf-8"))
    build = site["build"]
    transformer = Transformer.from_crs("EPSG:4326", site["site"]["projected_crs"], always_xy=True)

    def project(geometry: shapely.Geometry) -> shapely.Geometry:
        return shapely.transform(
            geometry, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
        )

    def features(name: str) -> list[dict[str, Any]]:
        collection = json.loads((folder / name).read_text("utf-8"))
        return list(collection["features"])

    def geometry_of(feature: dict[str, Any]) -> shapely.Geometry:
        return shapely.from_geojson(json.dumps(feature["geometry"]))

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    places = []
    for row in rows(build["places"]):
        x, y = float(row["x"]), float(row["y"])
        east, north = transformer.transform(x, y)
        places.append(
            Place(
                id=row["id"],
                name=row["name"],
                name_en=row["name_en"],
                x=x,
                y=y,
                kind=row["kind"],
                code=row["code"],
                population=int(row["population"] or 0),
                synthetic=row["synthetic"] == "1",
                east=float(east),
                north=float(north),
            )
        )
    skeleton = tomllib.loads((folder / build["highways"]).read_text("utf-8"))["road"]
    return Inputs(
        folder=folder,
        site=site,
        counties=tuple(
            County(
                code=f["properties"]["code"],
                name=f["properties"]["name"],
                name_en=f["properties"]["name_en"],
                polygon=project(geometry_of(f)),
            )
            for f in features(build["counties"])
        ),
        places=tuple(places),
        rivers=tuple(
            River(
                name=f["properties"]["name"],
                name_en=f["properties"]["name_en"],
                width_m=float(f["properties"]["width_m"]),
                synthetic=bool(f["properties"]["synthetic"]),
                source=f["properties"]["source"],
                flow=f["properties"].get("flow", ""),
                line=project(geometry_of(f)),
            )
            for f in features(build["rivers"])
        ),
        highways=tuple(
            Highway(
                highway=r["class"],
                name=r["name"],
                name_en=r.get("name_en", ""),
                via=tuple(
                    v if isinstance(v, str) else (float(v[0]), float(v[1])) for v in r["via"]
                ),
            )
            for r in skeleton
        ),
        relief=np.array([[float(v) for v in r.values()] for r in rows(build["relief"])]),
        names=tomllib.loads((folder / build["names"]).read_text("utf-8")),
        resources=tomllib.loads((folder / build["resources"]).read_text("utf-8")),
        supplies=tuple(rows(build["supplies"])),
        run_cards=tomllib.loads((folder / build["run_cards"]).read_text("utf-8"))["card"],
        plans=tomllib.loads((folder / build["plans"]).read_text("utf-8")),
        plan_texts=tomllib.loads((folder / build["plan_texts"]).read_text("utf-8"))["clause"],
        drills=[
            tomllib.loads(path.read_text("utf-8"))
            for path in sorted((folder / build["drills"]).glob("*.toml"))
        ],
    )
