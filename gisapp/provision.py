"""Making a site's folder: its database and its road network."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pyproj import CRS
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from gisapp.bootstrap import DATABASE_FILE
from gisapp.drills.plans.library import import_plans
from gisapp.drills.ready.library import import_ready
from gisapp.errors import SiteError
from gisapp.importing import (
    ImportOutcome,
    import_osm_resources,
    import_resources,
    import_site,
)
from gisapp.importing.road_classes import mapping_beside, read_classes, require_known_classes
from gisapp.incidents.cards.cards import load_cards
from gisapp.rights import Actor
from gisapp.road_files import keep_roads
from gisapp.schema import Label
from gisapp.site import Site, SiteFile, read_site_file, save_site
from gisapp.store import ServerStore, Store, create_store, open_store
from gisapp.store.copying import copy_store
from gisapp.store.engine import store_error
from gisapp.tables import all_tables
from routing import (
    ImportReport,
    LineColumns,
    RoadNetwork,
    from_graphml,
    from_lines,
    from_osm_pbf,
)
from routing.osmfile import is_osm_name

OSM_ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
"""What the licence asks every map of that data to show."""

NARROWEST_DEG = 0.01
"""A single straight road has no width: its site is at least about a kilometre wide and high."""

Say = Callable[[str, dict[str, object]], None]
"""Called before each step with a message code and its parameters."""


@dataclass(frozen=True)
class Provisioned:
    """What was brought into a new site.

    Attributes
    ----------
    roads
        None where no roads were given.
    outcomes
        Of each resource file.
    """

    directory: Path
    site: Site
    roads: ImportReport | None
    outcomes: list[ImportOutcome] = field(default_factory=list)


def read_roads(
    path: Path,
    *,
    columns: LineColumns | None = None,
    layer: str | None = None,
    crs: str | None = None,
    classes: Path | None = None,
    progress: bool = True,
) -> RoadNetwork:
    """Read roads from a file of any kind we know, by its name's ending.

    Parameters
    ----------
    path
        OpenStreetMap data, GraphML of an OSMnx graph, or any OGR line layer.
    columns, layer, crs
        For line layers.
    classes
        File that says what the classes of a line layer mean, by default the one beside it: see
        :mod:`gisapp.importing.road_classes`.

    Raises
    ------
    routing.RoadFileError
    InputError
        ``roads.unknown_classes``, ``roads.no_mapping``, ``roads.bad_classes``.
    """
    if is_osm_name(path):
        return from_osm_pbf(path, progress=progress)
    if path.suffix.lower() == ".graphml":
        return from_graphml(path)
    mapping = classes or mapping_beside(path)
    answered = read_classes(mapping) if mapping.is_file() else {}
    network = from_lines(
        path,
        columns=columns or LineColumns(),
        layer=layer,
        crs=crs,
        classes=answered,
        progress=progress,
    )
    require_known_classes(network.report, path, mapping, answered)
    return network


def provision_from_file(
    directory: Path,
    site_toml: Path,
    *,
    actor: Actor,
    say: Say,
    database_url: str | None = None,
    filling: Callable[[Store, Site], None] | None = None,
) -> Provisioned:
    """Make the site that a ``site.toml`` describes; it appears whole or not at all.

    Parameters
    ----------
    directory
        New folder of the site.
    database_url
        Server to keep the records on instead of in a file; the roads stay in `directory`.
    filling
        Adds what no file of the description holds, before the site appears.

    Raises
    ------
    SiteError
        The description is wrong, the folder is taken, or a file it names has faults
        (``site.faulty_resources``).
    routing.RoadFileError
    StoreError
    """
    described = read_site_file(site_toml)
    with _appearing_whole(directory, database_url) as unfinished:
        roads = None
        if described.roads is not None:
            source = described.roads
            say("provision.roads", {"file": source.file.name})
            network = read_roads(
                source.file,
                columns=LineColumns(**source.columns),
                layer=source.layer,
                crs=source.crs,
            )
            keep_roads(network, unfinished)
            roads = network.report
        outcomes = _fill(unfinished, described, actor=actor, say=say, filling=filling)
    return Provisioned(directory, described.site, roads, outcomes)


def _fill(
    directory: Path,
    described: SiteFile,
    *,
    actor: Actor,
    say: Say,
    filling: Callable[[Store, Site], None] | None = None,
) -> list[ImportOutcome]:
    outcomes = []
    with create_store(directory / DATABASE_FILE) as store:
        say("provision.site", {"file": described.path.name})
        done = import_site(store, described.path, actor=actor)
        for kind, outcome in done.outcomes.items():
            _refuse_faults(described.path, outcome, kind=kind)
        for kind, path in described.resources.items():
            say("provision.resources", {"file": path.name, "kind": kind})
            if kind == "osm":
                found = import_osm_resources(store, path, actor=actor)
            else:
                found = [import_resources(store, kind, path, crs=described.crs, actor=actor)]
            for outcome in found:
                _refuse_faults(path, outcome, kind=kind)
            outcomes += found
        if described.plans is not None:
            say("provision.plans", {"file": described.plans.name})
            with store.session(write=True) as session:
                import_plans(session, actor, described.plans)
        if described.drills is not None:
            say("provision.drills", {"file": described.drills.name})
            with store.session(write=True) as session:
                import_ready(session, actor, described.drills)
        if described.run_cards is not None:
            with store.session(write=True) as session:
                load_cards(session, actor, described.run_cards)
        if filling is not None:
            filling(store, described.site)
    return outcomes


def _refuse_faults(path: Path, outcome: ImportOutcome, *, kind: str) -> None:
    if not outcome.faults:
        return
    first = outcome.faults[0]
    raise SiteError(
        "site.faulty_resources",
        path=path.name,
        kind=kind,
        faults=len(outcome.faults),
        first_zh=f"第 {first.row} 行，{first.column}：{first.sentence('zh')}",
        first_en=str(first),
    )


def provision_from_roads(
    directory: Path,
    roads_file: Path,
    *,
    name: str,
    time_zone: str,
    actor: Actor,
    say: Say,
    database_url: str | None = None,
) -> Provisioned:
    """Make a site from a road file alone; its extent and projection follow from the roads.

    Raises
    ------
    SiteError
        The folder is taken, or the time zone is unknown.
    routing.RoadFileError
    StoreError
    """
    with _appearing_whole(directory, database_url) as unfinished:
        say("provision.roads", {"file": roads_file.name})
        network = read_roads(roads_file)
        keep_roads(network, unfinished)
        is_osm = is_osm_name(roads_file)
        site = _site_around(network, name=name, time_zone=time_zone, is_osm=is_osm)
        outcomes = []
        with create_store(unfinished / DATABASE_FILE) as store:
            with store.session(write=True) as session:
                save_site(session, site)
            if is_osm:
                say("provision.resources", {"file": roads_file.name, "kind": "osm"})
                outcomes = import_osm_resources(store, roads_file, actor=actor)
    return Provisioned(directory, site, network.report, outcomes)


def _site_around(network: RoadNetwork, *, name: str, time_zone: str, is_osm: bool) -> Site:
    west, south, east, north = _box_around(network)
    x, y = (west + east) / 2, (south + north) / 2
    zone = query_utm_crs_info(datum_name="WGS 84", area_of_interest=AreaOfInterest(x, y, x, y))[0]
    try:
        return Site(
            code=name,
            name=Label(name, name),
            projected_crs=CRS.from_epsg(zone.code).to_string(),
            time_zone=time_zone,
            center=(x, y),
            bbox=(west, south, east, north),
            attribution=(OSM_ATTRIBUTION,) if is_osm else (),
        )
    except ValueError as error:
        raise SiteError("site.bad_time_zone", time_zone=time_zone) from error


def _box_around(network: RoadNetwork) -> tuple[float, float, float, float]:
    """West, south, east and north of the roads as drawn, at least :data:`NARROWEST_DEG` wide."""
    low, high = network.coordinates.min(axis=0), network.coordinates.max(axis=0)
    widening = np.maximum(NARROWEST_DEG - (high - low), 0.0) / 2
    globe = np.array([180.0, 90.0])
    west, south = np.maximum(low - widening, -globe).tolist()
    east, north = np.minimum(high + widening, globe).tolist()
    return west, south, east, north


@contextmanager
def _appearing_whole(directory: Path, database_url: str | None) -> Iterator[Path]:
    """Give a scratch folder beside `directory` that takes its name when all went well.

    For a server the database made in it moves there as a whole, so that half a site is never
    seen there either.
    """
    directory = directory.absolute()
    if database_url is not None:
        with ServerStore(database_url) as server:
            if server.holds_site():  # said now, not after minutes of preparing
                raise store_error("store.exists", server.address)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise SiteError("site.folder_taken", directory=str(directory))
    unfinished = directory.with_name(f".{directory.name}.unfinished-{secrets.token_hex(4)}")
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        unfinished.mkdir()
    except OSError as error:
        raise SiteError(
            "site.cannot_make", directory=str(directory), detail=error.strerror
        ) from error
    try:
        yield unfinished
        if database_url is not None:
            with open_store(unfinished / DATABASE_FILE) as made:
                copy_store(made, database_url, tables=all_tables())
            (unfinished / DATABASE_FILE).unlink()
        unfinished.replace(directory)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
