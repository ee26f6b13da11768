"""A site's road network as it is kept in its folder, and the hierarchy beside it."""

from __future__ import annotations

from pathlib import Path

from routing import (
    RoadNetwork,
    Router,
    can_order,
    hierarchy_of,
    load,
    load_hierarchy,
    save,
)

ROADS_FILE = "roads.npz"
HIERARCHY_FOLDER = "roads.hierarchy"


def keep_roads(network: RoadNetwork, directory: Path) -> None:
    """Write a network in the place of what there is, and its hierarchy where one can be made.

    Raises
    ------
    OSError
        The folder may not be written to, or the disk is full.
    """
    # The hierarchy first: who reads a network finds its own.
    if can_order():
        hierarchy_of(network).save(directory / HIERARCHY_FOLDER)
    save(network, directory / ROADS_FILE)


def read_router(directory: Path) -> Router:
    """Read the network, with its hierarchy where it is kept beside it.

    Raises
    ------
    routing.RoadFileError
        The network's file is damaged, or of another version.
    """
    network = load(directory / ROADS_FILE)
    hierarchy = load_hierarchy(directory / HIERARCHY_FOLDER, network)
    return Router(network, hierarchy=hierarchy)


def lacks_hierarchy(directory: Path) -> bool:
    """Whether a hierarchy could be made and none that fits is kept, as after a restore.

    Raises
    ------
    routing.RoadFileError
        As :func:`read_router`.
    """
    if not can_order():
        return False
    return load_hierarchy(directory / HIERARCHY_FOLDER, load(directory / ROADS_FILE)) is None


def make_hierarchy(directory: Path) -> None:
    """Make and keep the hierarchy of the network that is there.

    Raises
    ------
    OSError
        As :func:`keep_roads`.
    routing.RoadFileError
        As :func:`read_router`.
    """
    hierarchy_of(load(directory / ROADS_FILE)).save(directory / HIERARCHY_FOLDER)
