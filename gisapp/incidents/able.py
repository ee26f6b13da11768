"""Who can do what, kept in step with the event log."""

from __future__ import annotations

from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.events import Event, latest
from gisapp.registers.queries import TeamRow, teams
from gisapp.store import Store

_Mark = tuple[int, datetime | None]

_kept: WeakKeyDictionary[Store, dict[str, tuple[_Mark, list[TeamRow]]]] = WeakKeyDictionary()
"""By capability: as many as the vocabulary has."""


def able_teams(store: Store, session: Session, need: str) -> list[TeamRow]:
    """Teams with a capability, as :func:`gisapp.registers.queries.teams` reads them.

    Read anew where an event tells of any team, whichever process or program changed it; between
    two changes a dispatch asks the database for one number. The list is not to be changed.

    Parameters
    ----------
    store
    session
        A session of `store`.
    need
        A capability code.

    Raises
    ------
    InputError
        ``registers.unknown_capability``.
    """
    seq = latest(session, "team")
    # With the moment, for numbers are given again after a backup is restored.
    mark = seq, session.scalar(select(Event.at).where(Event.seq == seq))
    kept = _kept.setdefault(store, {})
    found = kept.get(need)
    if found is None or found[0] != mark:
        found = kept[need] = mark, teams(session, need)
    return found[1]
