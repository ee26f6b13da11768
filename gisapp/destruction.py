"""Personal data destroyed for good: in the database, in its files, and in what is restored later.

A backup made before holds them still. A ledger beside the database, which names references and
never persons, lets :func:`repeat` destroy them again in whatever is brought back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

from sqlalchemy import select

from gisapp.bootstrap import App, database_address, has_site
from gisapp.clock import REAL
from gisapp.errors import GisAppError, StoreError
from gisapp.events import Event
from gisapp.exercise import Exercise
from gisapp.incidents.models import IncidentPerson
from gisapp.incidents.persons import destroy_again, destroy_persons
from gisapp.rights import Actor, system_actor
from gisapp.settings import Settings
from gisapp.store import Store, open_store
from gisapp.store.isolation import EVERY_EXERCISE

LEDGER: Final = "destroyed.jsonl"


def destroy(
    app: App, actor: Actor, incident_id: str, *, why: str, exercise: Exercise | None = None
) -> int:
    """Destroy the personal data of an incident that is over; return of how many persons.

    Parameters
    ----------
    exercise
        The exercise that the incident is of: those who play in it may have real names.

    Raises
    ------
    ForbiddenError, UnknownRecordError, InputError
        As :func:`gisapp.incidents.persons.destroy_persons`.
    StoreError
        ``store.disk_full``, ``store.disk_failed``: nothing was destroyed.
    """
    with app.store.session(write=True, exercise=exercise) as session:
        ids = destroy_persons(session, actor, incident_id, why=why)
        # Before it is acknowledged: what the ledger names too much was asked to go all the same.
        _write_down(app.settings.dir, incident_id, ids)
    app.store.scrub(IncidentPerson.__tablename__)
    return len(ids)


def known(settings: Settings) -> frozenset[str]:
    """References of all that was destroyed in the site that `settings` name, as far as known.

    Read from the ledger and, where the site there can be opened, from its log; what was destroyed
    in exercises is among them.
    """
    found = set(_written_down(settings.dir))
    if has_site(settings):
        try:
            with open_store(database_address(settings)) as store, store.session() as session:
                told = session.scalars(
                    select(Event.data).where(Event.what == "destroy"),
                    execution_options=EVERY_EXERCISE,
                )
                found |= {one for data in told for one in (data or {}).get("persons", ())}
        except StoreError as error:
            if error.code == "store.locked":
                raise
        except GisAppError:
            pass  # what cannot be read is what a backup is brought back for
    return frozenset(found)


def repeat(store: Store, references: Collection[str]) -> int:
    """Destroy again what has come back with a backup; return of how many persons.

    A session writes what is real or what is of one exercise, so each has one of its own. That of
    an exercise goes by the real clock: the restoring is no part of what is played.
    """
    with store.session() as session:
        marks = session.scalars(
            select(IncidentPerson.exercise_id).distinct(), execution_options=EVERY_EXERCISE
        ).all()
    number = 0
    for mark in marks:
        exercise = None if mark is None else Exercise(id=mark, clock=REAL)
        with store.session(write=True, exercise=exercise) as session:
            number += destroy_again(session, system_actor("restore"), references)
    if number:
        store.scrub(IncidentPerson.__tablename__)
    return number


def _write_down(folder: Path, incident_id: str, references: list[str]) -> None:
    line = {"at": REAL.now().isoformat(), "incident": incident_id, "persons": references}
    with (folder / LEDGER).open("a", encoding="utf-8") as ledger:
        ledger.write(json.dumps(line) + "\n")
        ledger.flush()
        os.fsync(ledger.fileno())


def _written_down(folder: Path) -> list[str]:
    try:
        lines = (folder / LEDGER).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    found: list[str] = []
    for line in lines:
        try:
            found += json.loads(line)["persons"]
        except (ValueError, KeyError, TypeError):  # torn by a power cut: never acknowledged
            continue
    return found
