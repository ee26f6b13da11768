"""Synthetic downstream lines for the sample: one confirmed, one proposed, the rest unknown."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.incidents.surroundings.courses import course_from
from gisapp.incidents.surroundings.downstream import reached
from gisapp.incidents.surroundings.lines import STARTS_WITHIN_M, confirm, propose
from gisapp.incidents.surroundings.models import DownstreamLine
from gisapp.incidents.surroundings.plane import plane
from gisapp.incidents.surroundings.things import VILLAGE
from gisapp.registers.kinds.reservoir import Reservoir
from gisapp.rights import Actor
from gisapp.site.model import load_site

REACH_M, WIDTH_M, SPEED_KPH = 40_000.0, 2000.0, 12.0
"""Invented: no breach was reckoned."""
VILLAGES_BELOW = 3


def add_synthetic_lines(session: Session, actor: Actor) -> None:
    """Give the first invented reservoir that has villages below it a confirmed line.

    The next one that lies at a river gets a proposal that nobody has confirmed.

    Parameters
    ----------
    session
        A writing session.
    """
    on = plane(load_site(session).projected_crs)
    rows = session.execute(
        select(Reservoir.id, Reservoir.geom)
        .where(Reservoir.synthetic, Reservoir.retired_at.is_(None))
        .order_by(Reservoir.id)
    ).all()
    has_confirmed = has_proposed = False
    for row in rows:
        course = course_from(
            session, on, row.geom.x, row.geom.y, within_m=STARTS_WITHIN_M, reach_m=REACH_M
        )
        if course is None:
            continue
        below = reached(session, actor, DownstreamLine(geom=course, width_m=WIDTH_M), now(session))
        is_peopled = sum(one.thing.kind == VILLAGE for one in below) >= VILLAGES_BELOW
        if has_proposed and (has_confirmed or not is_peopled):
            continue
        line = propose(
            session, actor, "reservoir", row.id,
            wave_speed_kph=SPEED_KPH, width_m=WIDTH_M, reach_m=REACH_M,
        )  # fmt: skip
        if is_peopled and not has_confirmed:
            confirm(session, actor, line.id, version=line.version)
            has_confirmed = True
        else:
            has_proposed = True
        if has_confirmed and has_proposed:
            return
