"""The 现场指挥部: set up, handed over, dissolved.

It is set up where the government finds it necessary (突发事件应对法 2024 article 72), its commander
is named and answers for it (生产安全事故应急条例 articles 20 and 21).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.events.steps import Step
from gisapp.incidents.command.models import CommandPost
from gisapp.incidents.command.steps import begun, step_of
from gisapp.incidents.command.texts import MAX_TEXT, line_if_any, line_of
from gisapp.incidents.intake import find_incident, require_open, require_point
from gisapp.incidents.reasons import plain_reason
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json

KIND = "command_post"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is said of a post.

    Attributes
    ----------
    commander, members
        Names and offices.
    point
        Lon/lat, EPSG:4326; None where it is known in words alone.
    """

    place: str
    commander: str
    members: str = ""
    point: tuple[float, float] | None = None


def set_up(session: Session, actor: Actor, incident_id: str, draft: Draft) -> CommandPost:
    """Set up the post of an incident that has none.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    InputError
        ``incident.not_open``, ``incident.bad_point``, ``command.bad_text``.
    OutOfDateError
        ``command.changed_since``: there is one.
    """
    actor.require(Right.DISPATCH)
    incident = find_incident(session, incident_id)
    require_open(incident)
    return _made(session, actor, incident.id, _said(draft), why=None)


def hand_over(
    session: Session, actor: Actor, post_id: str, draft: Draft, *, version: int, why: str
) -> CommandPost:
    """Hand the post over to another commander: the former row ends, another begins.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``command.post_ended``, ``incident.bad_point``, ``command.bad_text``,
        ``incident.no_reason``.
    """
    row, step = _begun(session, actor, post_id, version=version)
    said, reason = _said(draft), plain_reason(why, of="incident")
    step.store({"until": now(session)}, what="hand_over", why=reason)
    return _made(session, actor, row.incident_id, said, why=reason)


def dissolve(
    session: Session, actor: Actor, post_id: str, *, version: int, why: str
) -> CommandPost:
    """Dissolve the post.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``command.post_ended``, ``incident.no_reason``.
    """
    row, step = _begun(session, actor, post_id, version=version)
    step.store({"until": now(session)}, what="end", why=plain_reason(why, of="incident"))
    return row


def post_of(session: Session, incident_id: str) -> CommandPost | None:
    """The post of an incident that stands."""
    return session.scalar(
        select(CommandPost).where(
            CommandPost.incident_id == incident_id, CommandPost.until.is_(None)
        )
    )


def give_over(session: Session, actor: Actor, from_id: str, to_id: str, *, why: str) -> None:
    """Let the post of an incident be that of another it is joined to; end it where that has one."""
    row = post_of(session, from_id)
    if row is None:
        return
    step = step_of(session, row, actor, kind=KIND, version=row.version)
    if post_of(session, to_id) is None:
        step.store({"incident_id": to_id}, what="update", why=why)
    else:
        step.store({"until": now(session)}, what="end", why=why)


def _begun(
    session: Session, actor: Actor, post_id: str, *, version: int
) -> tuple[CommandPost, Step]:
    row, step = begun(session, actor, CommandPost, post_id, kind=KIND, version=version)
    if row.until is not None:
        raise InputError("command.post_ended")
    return row, step


def _said(draft: Draft) -> dict[str, Json]:
    if draft.point is not None:
        require_point(*draft.point)
    x, y = draft.point or (None, None)
    return {
        "place": line_of(draft.place, "place"),
        "x": x,
        "y": y,
        "commander": line_of(draft.commander, "commander"),
        "members": line_if_any(draft.members, "members", MAX_TEXT),
    }


def _made(
    session: Session, actor: Actor, incident_id: str, said: Mapping[str, Json], *, why: str | None
) -> CommandPost:
    row, moment = CommandPost(id=f"P{secrets.token_hex(4)}"), now(session)
    values = {"incident_id": incident_id, **said, "since": moment}
    step_of(session, row, actor, kind=KIND).store(values, what="insert", why=why, at=moment)
    return row
