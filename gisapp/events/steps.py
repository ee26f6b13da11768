"""A change of state: right, version, row and event, in the transaction of its session.

Writers take turns on both databases (``docs/decisions/0002-writers-say-so.md``), so that what a
step has read is still so when it writes; the version is asked again in the statement itself,
for other programs take no turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import cast

import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Table, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from gisapp.clock import now
from gisapp.errors import GisAppError
from gisapp.events.catalogue import Changed, Contents, Made, What
from gisapp.events.log import EventRecord, changed_values, record_events
from gisapp.rights import ANYWHERE, Actor, Right
from gisapp.schema import Base
from gisapp.schema.values import Json, Value

Lost = Callable[[], GisAppError]
"""Makes the error for whoever was overtaken by somebody else's change."""


class Steps:
    """Changes of many rows at once, begun: the right is there.

    The rows are the caller's to write, set by set, and their counties his to ask about.

    Parameters
    ----------
    session
        A writing session.
    actor, right
        Who, and what they need; None where everybody may, as with one's own password.
    county
        Where they need it; anywhere where not given.

    Raises
    ------
    ForbiddenError
        The actor lacks the right.
    """

    def __init__(
        self,
        session: Session,
        *,
        actor: Actor,
        right: Right | None,
        county: str | None = ANYWHERE,
    ) -> None:
        if right is not None:
            actor.require(right, county=county)
        self._session, self._actor = session, actor

    def tell(
        self,
        kind: str,
        changed: Iterable[tuple[str, Contents]],
        *,
        what: What,
        why: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """Append an event about each id, of its contents; `at` is now where not given."""
        records = [
            EventRecord(
                who=self._actor.who, what=what, kind=kind, subject_id=one, why=why, data=data
            )
            for one, data in changed
        ]
        record_events(self._session, records, at=at)


class Step(Steps):
    """One change of the state of one row, begun: the right is there, the version is the one seen.

    Parameters
    ----------
    session
        A writing session.
    row
        A row with a ``fid``; one that is not in the session yet is a new one.
    actor, right, county
        As of :class:`Steps`; the county is None for a right that knows no counties.
    kind, subject_id
        What the event is about; the row's number where not given.
    version
        Of the row that the actor saw; None where its table counts no changes.

    Raises
    ------
    ForbiddenError
        The actor lacks the right.
    GisAppError
        What `lost` makes: the row has another version.
    """

    def __init__(
        self,
        session: Session,
        row: Base,
        *,
        actor: Actor,
        right: Right | None,
        kind: str,
        subject_id: str | None = None,
        county: str | None = None,
        version: int | None = None,
        lost: Lost | None = None,
    ) -> None:
        super().__init__(session, actor=actor, right=right, county=county)
        self._row, self._kind, self._subject_id = row, kind, subject_id
        self._version, self._lost = version, lost
        seen = getattr(row, "version", None) or 0  # unreadable where another program wrote it
        if version is not None and lost is not None and seen != version:
            raise lost()

    def store(
        self,
        values: Mapping[str, Value | Json],
        *,
        what: What,
        why: str | None = None,
        data: Contents | None = None,
        at: datetime | None = None,
    ) -> None:
        """Write the row and tell of it.

        Parameters
        ----------
        values
            By column, what becomes of them.
        data
            What the event holds; where not given, the values that changed.
        at
            The moment of the event; now where not given.

        Raises
        ------
        GisAppError
            What `lost` makes: another transaction was quicker.
        """
        at = at or now(self._session)
        is_there = self._row in self._session
        changed = self._change(values, at) if is_there else self._make(values)
        subject_id = self._subject_id or str(self._row.fid)  # type: ignore[attr-defined]
        told = changed if data is None else data
        self.tell(self._kind, [(subject_id, told)], what=what, why=why, at=at)

    def _make(self, values: Mapping[str, Value | Json]) -> Made:
        for name, value in values.items():
            setattr(self._row, name, value)
        try:
            with self._session.begin_nested():
                self._session.add(self._row)
        except IntegrityError as error:
            if self._lost is None:
                raise
            raise self._lost() from error
        return {"after": {name: plain(value) for name, value in values.items()}}

    def _change(self, values: Mapping[str, Value | Json], at: datetime) -> Changed:
        row, table = self._row, cast("Table", type(self._row).__table__)
        before = {name: plain(getattr(row, name)) for name in values}
        statement = update(table).where(table.c.fid == row.fid)  # type: ignore[attr-defined]
        written: dict[str, Value | Json] = dict(values)
        if "updated_at" in table.c:
            written["updated_at"] = at
        if self._version is not None:
            if row.version is not None:  # type: ignore[attr-defined] # else nobody can read it
                statement = statement.where(table.c.version == self._version)
            written["version"] = self._version + 1
        done = self._session.execute(statement.values(written))
        assert isinstance(done, CursorResult)
        if done.rowcount != 1:
            raise StaleDataError(table.name) if self._lost is None else self._lost()
        self._session.refresh(row)
        return changed_values(before, {name: plain(value) for name, value in values.items()})


def plain(value: Value | Json) -> Json:
    """Write a value as the data of an event hold it."""
    if isinstance(value, BaseGeometry):
        # To the last digit: an undo puts a point back where it was.
        if isinstance(value, Point) and not value.is_empty:
            return f"POINT ({value.x!r} {value.y!r})"  # the library's own text has a digit less
        return shapely.to_wkt(value, rounding_precision=-1)
    return value.isoformat() if isinstance(value, (date, datetime)) else value
