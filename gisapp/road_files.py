"""A site's road network as it is kept in its folder, and the hierarchy beside it."""

from __future__ import annotations

from pathlib import Path

from routing import (
    Hierarchy,
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
        make_hierarchy(network, directory)
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


def lacks_hierarchy(router: Router) -> bool:
    """Whether a hierarchy could be made and none was kept that fits, as after a restore."""
    return can_order() and router.hierarchy is None


def make_hierarchy(network: RoadNetwork, directory: Path) -> Hierarchy:
    """Make and keep the hierarchy of a network.

    Raises
    ------
    OSError
        As :func:`keep_roads`.
    """
    hierarchy = hierarchy_of(network)
    hierarchy.save(directory / HIERARCHY_FOLDER)
    return hierarchy
