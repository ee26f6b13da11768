"""The whole build, step by step."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import shapely

from gisapp.registers.kinds import RESOURCE_KINDS

from .care import make_hospitals, make_shelters
from .contacts import make_experts, make_grid_contacts
from .derived import derive
from .enterprises import make_enterprises
from .hazards import (
    make_geohazards,
    make_hazard_sources,
    make_mines,
    make_reservoirs,
    make_tailings_ponds,
)
from .inputs import Inputs, River, read_inputs
from .interchanges import cloverleaves, diamonds
from .joining import attach, cut_off_hamlet, raise_through_streets, town_streets
from .lattice import make_lattice
from .motorways import corridor, crossings, end_connectors, plan_motorways
from .particulars import add_particulars, leave_gaps
from .plan_texts import write_plans
from .ready import write_drills
from .rivers import draw_rivers
from .routes import Router, road_surface
from .run_cards import write_run_cards
from .settlements import Settlement, named_settlements, villages
from .siting import Row, Siting
from .streets import Street, merge_close_junctions, node_crossings
from .strokes import Drawing
from .structures import build_structures, free_the_trapped, main_component
from .teams import make_depots, make_teams
from .terrain import Terrain, make_terrain
from .units import make_units
from .villages import make_villages
from .watching import make_crowded_places, make_stations
from .writing import write_record, write_rivers, write_roads, write_table

Progress = Callable[[str, float], None]


def build(
    site_dir: Path,
    out_dir: Path,
    progress: Progress | None = None,
    *,
    as_of: date | None = None,
) -> None:
    """Build a sample site: a pure function of the inputs in its folder, their seed and a day.

    Parameters
    ----------
    site_dir : Path
        Folder of the inputs, with ``site.toml``.
    out_dir : Path
        Appears, or is replaced, only when everything is written; a build that is broken off
        leaves what was there.
    progress : callable, optional
        Called with a sentence and the fraction done, 0 to 1.
    as_of : date, optional
        The day the census ends: dates of verification, reading and expiry go back and on from
        it. By default the plans' ``verified_to``.

    Raises
    ------
    FileNotFoundError
        If an input is missing.
    FileExistsError
        If ``out_dir`` holds something that is no earlier build.
    """
    say = progress or quiet
    site_dir, out_dir = Path(site_dir), Path(out_dir)
    if out_dir.exists() and any(out_dir.iterdir()) and not (out_dir / "site.toml").is_file():
        raise FileExistsError(f"{out_dir} holds something else than an earlier build")
    inputs = dated(read_inputs(site_dir), as_of)
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{out_dir.name}-", dir=out_dir.parent))
    try:
        write_site(inputs, staging, say)
        if out_dir.exists():
            shutil.rmtree(out_dir)
        staging.chmod(0o755)
        staging.rename(out_dir)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    say("完成 done", 1.0)


def dated(inputs: Inputs, as_of: date | None) -> Inputs:
    """Let the census end on another day, as long as it was."""
    if as_of is None:
        return inputs
    plan = inputs.resources
    first = plan["verified_from"] + (as_of - plan["verified_to"])
    return replace(inputs, resources=plan | {"verified_from": first, "verified_to": as_of})


def quiet(_message: str, _fraction: float) -> None:
    """Progress nobody asked for."""


def write_site(inputs: Inputs, folder: Path, say: Progress) -> None:
    """Everything, into one folder."""
    say("地形 terrain", 0.02)
    rivers = draw_rivers(inputs)
    terrain = make_terrain(inputs, rivers)
    streets, settlements = make_network(inputs, terrain, rivers, say)
    say("登记资料 registers", 0.86)
    registers = make_registers(inputs, terrain, streets, settlements, rivers)
    for name, rows in registers.items():
        write_table(folder / f"{name}.csv", rows)
    say("写出路网 writing roads", 0.92)
    write_roads(inputs, streets, folder / "roads.gpkg")
    write_rivers(inputs, rivers, folder / "rivers.geojson")
    for part in ("areas", "places"):
        name = inputs.site[part]["file"]
        shutil.copyfile(inputs.folder / name, folder / name)
    write_plans(inputs, registers, folder / inputs.site["plans"]["file"])
    write_drills(inputs, registers, folder / inputs.site["drills"]["file"])
    write_run_cards(inputs.run_cards, folder / inputs.site["run_cards"]["file"])
    write_record(inputs.folder / "site.toml", folder / "site.toml", list(registers))


def make_registers(
    inputs: Inputs,
    terrain: Terrain,
    streets: list[Street],
    settlements: list[Settlement],
    rivers: list[tuple[River, shapely.Geometry]],
) -> dict[str, list[Row]]:
    """Rows per kind, each after those that its records refer to."""
    siting = Siting(inputs, terrain, streets, settlements, "registers")
    teams = make_teams(siting)
    depots, lots = make_depots(siting)
    registers = {
        "team": teams,
        "depot": depots,
        "lot": lots,
        "hospital": make_hospitals(siting),
        "shelter": make_shelters(siting),
        "mine": make_mines(siting),
        "hazard_source": make_hazard_sources(siting),
        "tailings_pond": make_tailings_ponds(siting),
        "reservoir": make_reservoirs(siting, rivers),
        "geohazard": make_geohazards(siting),
    }
    add_particulars(inputs, registers)
    registers["expert"] = make_experts(siting)
    registers["crowded_place"] = make_crowded_places(siting)
    registers["monitoring_station"] = make_stations(siting, registers)
    registers["grid_contact"] = make_grid_contacts(siting, registers["geohazard"])
    registers["village"] = make_villages(siting, registers["grid_contact"], registers["shelter"])
    registers["unit"] = make_units(siting, teams, registers["hospital"])
    registers["enterprise"] = make_enterprises(siting, registers)
    derive(siting, registers)
    leave_gaps(inputs, registers)
    return {name: registers[name] for name in RESOURCE_KINDS}


def make_network(
    inputs: Inputs,
    terrain: Terrain,
    rivers: list[tuple[River, shapely.Geometry]],
    say: Progress,
) -> tuple[list[Street], list[Settlement]]:
    """The finished streets and the settlements they serve."""
    river_lines = [line for _, line in rivers]
    say("城镇与高速公路 towns and motorways", 0.08)
    named = named_settlements(inputs, terrain)
    motorways = plan_motorways(inputs, terrain, named)
    barriers = shapely.union_all([*river_lines, *(m.line for m in motorways)])
    hamlets = villages(inputs, terrain, named, barriers)
    say("城镇街道 town streets", 0.16)
    tree = shapely.STRtree(shapely.get_parts(barriers))
    rng = inputs.rng("lattices")
    settlements = [*named, *hamlets]
    lattices = [make_lattice(s, terrain, tree, rng) for s in settlements]
    say("城镇间道路 roads between places", 0.28)
    surface = road_surface(inputs, terrain, corridor(terrain, motorways))
    surface.weigh(crossings(terrain, motorways), 6.0)
    net = Router(inputs, surface, named, hamlets).route_all()
    say("道路线形 drawing roads", 0.55)
    centres = {terrain.cell(s.east, s.north): (s.east, s.north) for s in settlements}
    drawn = Drawing(inputs, net, centres).streets()
    outside, entries = attach(drawn, lattices)
    raise_through_streets(lattices, entries)
    outside += end_connectors(motorways, outside)
    say("路口 junctions", 0.7)
    inside = town_streets(inputs, lattices)
    streets = node_crossings([*outside, *inside], [True] * len(outside) + [False] * len(inside))
    streets = main_component(merge_close_junctions(streets))
    say("互通、桥梁、隧道 interchanges, bridges and tunnels", 0.8)
    leaf_ramps, taken = cloverleaves(motorways)
    diamond_ramps, streets, _ = diamonds(motorways, streets, taken)
    ramps = leaf_ramps + diamond_ramps
    streets = build_structures(
        inputs, terrain, streets, motorways=motorways, ramps=ramps, rivers=rivers
    )
    for motorway in motorways:
        streets.extend(motorway.carriageways())
    streets = free_the_trapped([*streets, *ramps])
    streets.extend(cut_off_hamlet(inputs, terrain, streets))
    return streets, settlements
