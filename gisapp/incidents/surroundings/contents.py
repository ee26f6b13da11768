"""What lies in a footprint: people, places, hazards, and the roads that it would close."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from gisapp.incidents.intake import find_incident
from gisapp.incidents.surroundings.footprints import find_footprint
from gisapp.incidents.surroundings.rings import Near, seen_from
from gisapp.incidents.surroundings.road_names import called, class_of
from gisapp.incidents.surroundings.things import People, people_in, things_in
from gisapp.rights import Actor, Right
from gisapp.schema import Label
from gisapp.schema.values import Json
from routing import Closures, RoadNetwork

MOST_LISTED = 300
MOST_ROADS = 200
_BRIDGE, _TUNNEL = Label("桥梁", "bridge"), Label("隧道", "tunnel")


@dataclass(frozen=True, kw_only=True)
class Road:
    """A road in the footprint, by its name; those that have none together, by their class.

    Attributes
    ----------
    name
        Empty for those that have none.
    label
        What it is called.
    length_m
        Of what lies in the footprint.
    """

    name: str
    label: Label
    length_m: float


@dataclass(frozen=True, kw_only=True)
class Structure:
    """A bridge above the footprint or a tunnel below it: it stays open unless somebody says so.

    Attributes
    ----------
    way_id
        Of the roads' file.
    label
        What it is called; with its number where it has no name, or another is called alike.
    x, y
        A point on it, EPSG:4326.
    """

    way_id: int
    name: str
    label: Label
    of_class: Label
    is_tunnel: bool
    length_m: float
    x: float
    y: float

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The structure as JSON carries it."""
        return {
            "way_id": self.way_id,
            "name": self.name,
            "label": self.label.in_(lang),
            "class_label": self.of_class.in_(lang),
            "kind": "tunnel" if self.is_tunnel else "bridge",
            "kind_label": (_TUNNEL if self.is_tunnel else _BRIDGE).in_(lang),
            "length_m": round(self.length_m),
            "x": self.x,
            "y": self.y,
        }


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What lies in a footprint.

    Attributes
    ----------
    things
        Nearest to the incident first; the first of `found`.
    roads
        Longest first, without bridges and tunnels; None where no roads were imported.
    """

    things: tuple[Near, ...]
    found: int
    people: People
    roads: tuple[Road, ...] | None
    structures: tuple[Structure, ...] | None

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The answer as JSON carries it."""
        roads, structures = self.roads, self.structures
        return {
            "things": [one.to_dict(lang) for one in self.things],
            "found": self.found,
            "truncated": len(self.things) < self.found,
            "people": self.people.to_dict(),
            "roads": None
            if roads is None
            else [
                {
                    "name": one.name,
                    "label": one.label.in_(lang),
                    "length_m": round(one.length_m),
                }
                for one in roads[:MOST_ROADS]
            ],
            "roads_found": None if roads is None else len(roads),
            "structures": None if structures is None else [one.to_dict(lang) for one in structures],
        }


def contents(
    session: Session, actor: Actor, footprint_id: str, network: RoadNetwork | None
) -> Contents:
    """Say who and what lies in a footprint, and which roads.

    Parameters
    ----------
    actor
        Numbers are hidden from whoever may not see contacts.
    network
        None where no roads were imported.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``footprint.unknown``.
    """
    actor.require(Right.VIEW)
    row = find_footprint(session, footprint_id)
    incident = find_incident(session, row.incident_id)
    return contents_of(session, actor, row.geom, network, seen=(incident.x, incident.y))


def contents_of(
    session: Session,
    actor: Actor,
    area: BaseGeometry,
    network: RoadNetwork | None,
    *,
    seen: tuple[float, float],
) -> Contents:
    """Say who and what lies in any area, lon/lat, as :func:`contents` does of a footprint.

    Parameters
    ----------
    seen
        Lon/lat of the point from which distance and direction are told.
    """
    shapely.prepare(area)
    inside = [
        one
        for one in things_in(session, actor, area.bounds)
        if shapely.intersects_xy(area, one.x, one.y)
    ]
    near = sorted(
        seen_from(*seen, inside),
        key=lambda one: (one.distance_m, one.thing.kind, one.thing.id),
    )
    roads, structures = (None, None) if network is None else roads_in(network, area)
    return Contents(
        things=tuple(near[:MOST_LISTED]),
        found=len(near),
        people=people_in(inside),
        roads=roads,
        structures=structures,
    )


def roads_in(
    network: RoadNetwork, polygon: BaseGeometry
) -> tuple[tuple[Road, ...], tuple[Structure, ...]]:
    """The roads that an area would close, and the bridges and tunnels that it would spare."""
    (laid,) = Closures.none(network).add("area", polygon=polygon).closures
    whole = set(np.unique(network.edge_street[laid.whole_edges]).tolist())
    closed_m: dict[int, float] = {}
    for street in np.unique(network.edge_street[laid.edges]).tolist():
        stretches = ((0.0, 1.0),) if street in whole else laid.partial_streets[street]
        share = sum(end - start for start, end in stretches)
        closed_m[street] = share * float(network.street_length[street])
    is_structure = network.street_bridge | network.street_tunnel
    labels: dict[Label, str] = {}
    lengths: dict[Label, float] = {}
    for street, length_m in closed_m.items():
        if not is_structure[street]:
            name = network.names[network.street_name[street]]
            label = called(name, class_of(network, street))
            labels[label] = name
            lengths[label] = lengths.get(label, 0.0) + length_m
    roads = [
        Road(name=labels[label], label=label, length_m=length_m)
        for label, length_m in lengths.items()
    ]
    above = sorted(
        (street for street in closed_m if is_structure[street]),
        key=lambda street: (int(network.street_id[street]), street),
    )
    ways = [
        (way_id, list(group))
        for way_id, group in groupby(above, key=lambda street: int(network.street_id[street]))
    ]
    alike = Counter(network.names[network.street_name[streets[0]]] for _way, streets in ways)
    structures = []
    for way_id, streets in ways:
        name = network.names[network.street_name[streets[0]]]
        number = way_id if not name or alike[name] > 1 else None
        middle = shapely.line_interpolate_point(
            network.street_lines[streets[0]], 0.5, normalized=True
        )
        structures.append(
            Structure(
                way_id=way_id,
                name=name,
                label=called(name, class_of(network, streets[0]), way_id=number),
                of_class=class_of(network, streets[0]),
                is_tunnel=bool(network.street_tunnel[streets[0]]),
                length_m=sum(float(network.street_length[one]) for one in streets),
                x=middle.x,
                y=middle.y,
            )
        )
    return (
        tuple(sorted(roads, key=lambda one: (-one.length_m, one.label.zh))),
        tuple(sorted(structures, key=lambda one: (one.name == "", one.name, one.way_id))),
    )
