"""Who serves: the resources of a selection, with what a plan supposes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy.orm import Session

from gisapp.clock import today as clock_today
from gisapp.errors import InputError
from gisapp.incidents.able import Context, candidate_of
from gisapp.incidents.standing import stands_of
from gisapp.incidents.units import sendable
from gisapp.planning.changes import Changes, Post
from gisapp.planning.standards import TEAM, Clock, Selection, Standard
from gisapp.planning.supposed import supposed_posts
from gisapp.registers import queries
from gisapp.registers.kinds import KINDS
from gisapp.schema import Label
from routing import Position, Resource, ResourceSet, Router


@dataclass(frozen=True, kw_only=True)
class Server:
    """A resource that serves, as a study sees it.

    Attributes
    ----------
    key
        Register and id, unique among all.
    post
        Register and id of the record at whose place it stands.
    x, y
        Lon/lat, EPSG:4326.
    profile
        By which it drives.
    turnout_s
        Seconds from the order until it drives, whether or not the standard counts them.
    is_neighbour
        Whether it stands beyond the site's border.
    is_supposed
        Whether it is there in the plan alone.
    """

    key: str
    kind: str
    id: str
    post: str
    name: Label
    x: float
    y: float
    profile: str
    turnout_s: float
    county: str | None
    is_neighbour: bool
    synthetic: bool
    is_supposed: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """Servers with one vehicle, packed for searches.

    Attributes
    ----------
    servers
        By row of `resources`.
    """

    resources: ResourceSet
    servers: tuple[Server, ...]

    @property
    def posts(self) -> list[str]:
        """The post of each, by row."""
        return [one.post for one in self.servers]

    @property
    def keys(self) -> list[str]:
        """Each by itself, by row."""
        return [one.key for one in self.servers]


@dataclass(frozen=True, kw_only=True)
class Supply:
    """All servers of a study on the road.

    Attributes
    ----------
    groups
        By vehicle profile.
    nowhere
        Those without a road near.
    """

    groups: Mapping[str, Group]
    nowhere: tuple[Server, ...]

    @property
    def servers(self) -> list[Server]:
        """All that stand at a road."""
        return [one for group in self.groups.values() for one in group.servers]


def servers_of(
    app: Context, session: Session, standard: Standard, changes: Changes
) -> list[Server]:
    """Gather who serves by a standard, as a plan supposes it, by key.

    Raises
    ------
    InputError
        ``planning.unknown_resources``: a change names what is not among them;
        ``planning.duplicate_post``.
    """
    chosen = standard.resources
    found = (
        _sendable(app, session, chosen, standard.vehicle)
        if chosen.kind == TEAM
        else _located(session, chosen, standard.vehicle)
    )
    kept = [one for one in _supposed(found, changes) if _is_chosen(one, chosen)]
    kept += [_added(post, standard.vehicle) for post in supposed_posts(session, changes)]
    kept = _told_neighbours(session, kept)
    keys = [one.key for one in kept]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise InputError("planning.duplicate_post", ids=", ".join(sorted(twice)))
    return sorted(kept, key=lambda one: one.key)


def names_of_posts(session: Session, servers: Iterable[Server]) -> dict[str, Label]:
    """Call posts by the records at whose places they are, as far as there are records."""
    posts = sorted({one.post for one in servers})
    frames = {
        kind: queries.features(session, kind).set_index("id")
        for kind in {post.partition("/")[0] for post in posts} & KINDS.keys()
    }
    found = {}
    for post in posts:
        kind, _, record = post.partition("/")
        if kind in frames and record in frames[kind].index:
            row = frames[kind].loc[record]
            found[post] = Label(row["name"], row["name_en"] or row["name"])
    return found


def on_the_road(
    router: Router, servers: Iterable[Server], *, clock: Clock, max_snap_m: float
) -> Supply:
    """Put servers on the road, each where its vehicle may drive.

    Parameters
    ----------
    clock
        Whether turnout counts.
    max_snap_m
        From a road.
    """
    groups: dict[str, Group] = {}
    nowhere: list[Server] = []
    ordered = sorted(servers, key=lambda one: (one.profile, one.key))
    for profile, same in groupby(ordered, key=lambda one: one.profile):
        members = list(same)
        spots = stands_of(
            router, [(one.x, one.y) for one in members], max_distance_m=max_snap_m, profile=profile
        )
        nowhere += [one for one, spot in zip(members, spots, strict=True) if spot is None]
        standing: list[tuple[Server, Position]] = [
            (one, spot) for one, spot in zip(members, spots, strict=True) if spot is not None
        ]
        packed = ResourceSet(
            Resource(one.key, spot, one.turnout_s if clock == Clock.ORDER else 0.0)
            for one, spot in standing
        )
        groups[profile] = Group(resources=packed, servers=tuple(one for one, _spot in standing))
    return Supply(groups=groups, nowhere=tuple(nowhere))


def _sendable(
    app: Context, session: Session, chosen: Selection, vehicle: str | None
) -> list[Server]:
    today = clock_today(session, app.site.time_zone)
    found = []
    for row in sendable(session, chosen.capability):
        if row.is_parted or (chosen.team_types and row.team_type not in chosen.team_types):
            continue
        if chosen.ready_only and row.status != "ready":
            continue
        if vehicle is not None and vehicle not in row.profiles:
            continue
        one = candidate_of(
            row, vehicle, default_turnout_s=app.settings.default_turnout_s, today=today
        )
        found.append(
            Server(
                key=one.key,
                kind=one.kind,
                id=one.id,
                post=one.stands_at,
                name=Label(one.name_zh, one.name_en),
                x=one.x,
                y=one.y,
                profile=one.profile,
                turnout_s=one.turnout_s,
                county=row.county,
                is_neighbour=False,
                synthetic=one.synthetic,
            )
        )
    return found


def _located(session: Session, chosen: Selection, vehicle: str | None) -> list[Server]:
    """Records of another register: they serve where they stand, at once."""
    frame = queries.features(session, chosen.kind)
    return [
        Server(
            key=f"{chosen.kind}:{row.id}",
            kind=chosen.kind,
            id=row.id,
            post=f"{chosen.kind}/{row.id}",
            name=Label(row.name, row.name_en or row.name),
            x=row.geometry.x,
            y=row.geometry.y,
            profile=vehicle or "light",
            turnout_s=0.0,
            county=row.county,
            is_neighbour=False,
            synthetic=bool(row.synthetic),
        )
        for row in frame.itertuples()
    ]


def _is_chosen(one: Server, chosen: Selection) -> bool:
    if chosen.counties and one.county not in chosen.counties:
        return False
    return not chosen.ids or bool({one.id, _owner(one)} & set(chosen.ids))


def _owner(one: Server) -> str:
    return one.post.partition("/")[2]


def _supposed(found: list[Server], changes: Changes) -> list[Server]:
    """Those that are left, where and as ready as a plan supposes."""
    named = {
        *changes.lost,
        *(one.id for one in changes.moved),
        *(one.id for one in changes.turnouts),
    }
    known = {name for one in found for name in (one.id, _owner(one))}
    if unknown := sorted(named - known):
        raise InputError("planning.unknown_resources", ids=", ".join(unknown))
    lost = set(changes.lost)
    places = {one.id: (one.x, one.y) for one in changes.moved}
    turnouts = {one.id: one.turnout_s for one in changes.turnouts}
    kept = []
    for one in found:
        if lost & {one.id, _owner(one)}:
            continue
        x, y = places.get(_owner(one), (one.x, one.y))
        turnout_s = turnouts.get(one.id, turnouts.get(_owner(one), one.turnout_s))
        kept.append(replace(one, x=x, y=y, turnout_s=turnout_s))
    return kept


def _added(post: Post, vehicle: str | None) -> Server:
    name = post.name or post.id
    return Server(
        key=f"plan:{post.id}",
        kind="plan",
        id=post.id,
        post=f"plan/{post.id}",
        name=Label(name, post.name_en or name),
        x=post.x,
        y=post.y,
        profile=vehicle or post.vehicle,
        turnout_s=post.turnout_s,
        county=None,
        is_neighbour=False,
        synthetic=False,
        is_supposed=True,
    )


def _told_neighbours(session: Session, servers: list[Server]) -> list[Server]:
    """Say of each whether it stands beyond the site's border; nobody does where none is drawn."""
    areas = queries.counties(session).geometry.to_numpy()
    if not len(areas) or not servers:
        return servers
    points = shapely.points([(one.x, one.y) for one in servers])
    outside: npt.NDArray[np.bool_] = np.ones(len(servers), dtype=np.bool_)
    outside[shapely.STRtree(areas).query(points, predicate="intersects")[0]] = False
    return [
        replace(one, is_neighbour=is_out)
        for one, is_out in zip(servers, outside.tolist(), strict=True)
    ]
