"""The hand-over of a shift: what the next one has to know, and who signed it over to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.events.catalogue import ShiftHandedOver
from gisapp.events.steps import Steps
from gisapp.incidents.board import Standing, Told, incidents, log, standing
from gisapp.incidents.command.call_rounds import round_of
from gisapp.incidents.command.reading import call_to_dict, village_names
from gisapp.incidents.command.texts import MAX_TEXT, line_of
from gisapp.incidents.intake import KIND, find_incident, require_open
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json

LAST_LINES: Final = 20
"""Lines of the log on a sheet."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """An incident as the next shift has to know it.

    Attributes
    ----------
    lines
        The last of its log, the newest first.
    """

    standing: Standing
    lines: tuple[Told, ...]
    calls: tuple[dict[str, dict[str, Json]], ...]

    def to_dict(self, lang: str, now: datetime) -> dict[str, Json]:
        """The sheet as JSON carries it; `now` decides which clocks have run out."""
        return {
            **self.standing.to_dict(lang, now),
            "call_round": [one[lang] for one in self.calls],
            "log": [one.to_dict(lang) for one in self.lines],
        }


def sheet(session: Session, actor: Actor, incident_id: str) -> Sheet:
    """What the next shift has to know of one incident.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    """
    actor.require(Right.VIEW)
    found = standing(session, incident_id)
    rows = round_of(session, found.incident.id)
    names, moment = village_names(session, rows), now(session)
    lines = log(session, found.incident.id, last=LAST_LINES)
    return Sheet(
        standing=found,
        lines=tuple(reversed(lines)),
        calls=tuple(
            {
                lang: call_to_dict(row, names[row.id].in_(lang), lang, moment)
                for lang in ("zh", "en")
            }
            for row in rows
        ),
    )


def sheets(session: Session, actor: Actor) -> list[Sheet]:
    """The sheets of all open incidents, the gravest priority first; raises as :func:`sheet`."""
    return [sheet(session, actor, row.id) for row in incidents(session)]


def sign_over(
    session: Session,
    actor: Actor,
    incident_ids: Sequence[str],
    *,
    taker: str,
    notes: str,
    giver: str = "",
) -> None:
    """Write into the log that one shift has handed over to the next.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.
    incident_ids
        Open ones.
    taker
        Who takes over.
    notes
        What to look at, without personal data: the log keeps it for good.
    giver
        Who hands over; whoever is signed in where empty.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    InputError
        ``incident.not_open``, ``command.bad_text``, ``command.nothing_open``: no incident.
    """
    steps = Steps(session, actor=actor, right=Right.DISPATCH)
    rows = [find_incident(session, one) for one in incident_ids]
    if not rows:
        raise InputError("command.nothing_open")
    for row in rows:
        require_open(row)
    said = ShiftHandedOver(
        giver=line_of(giver or actor.name, "giver"),
        taker=line_of(taker, "taker"),
        text=line_of(notes, "notes", MAX_TEXT),
    )
    steps.tell(KIND, ((row.id, said) for row in rows), what="hand_over")
