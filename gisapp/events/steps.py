"""A change of state: right, version, row and event, in the transaction of its session.

Writers take turns on both databases (``docs/decisions/0002-writers-say-so.md``), so that what a
step has read is still so when it writes; the version is asked again in the statement itself,
for other programs take no turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, cast

import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Table, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gisapp.errors import GisAppError
from gisapp.events.log import changed_values, record_event
from gisapp.rights import Actor, Right
from gisapp.schema import Base

Lost = Callable[[], GisAppError]
"""Makes the error for whoever was overtaken by somebody else's change."""


class Step:
    """One change of the state of one row, begun: the right is there, the version is the one seen.

    Parameters
    ----------
    session
        A writing session.
    row
        A row with a ``fid``; one that is not in the session yet is a new one.
    actor, right, county
        Who, what they need, and in which county; None for a right that knows no counties.
    kind, subject_id
        What the event is about.
    version
        Of the row that the actor saw; None where its table counts no changes.
    lost

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
        right: Right,
        kind: str,
        subject_id: str,
        county: str | None = None,
        version: int | None = None,
        lost: Lost | None = None,
    ) -> None:
        actor.require(right, county=county)
        self._session, self._row, self._actor = session, row, actor
        self._kind, self._subject_id = kind, subject_id
        self._version, self._lost = version, lost
        seen = getattr(row, "version", None) or 0
        if version is not None and lost is not None and seen != version:
            raise lost()

    def store(
        self,
        values: Mapping[str, Any],
        *,
        what: str,
        why: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """Write the row and tell of it.

        Parameters
        ----------
        values
            By column, what becomes of them.
        what, why
        at
            The moment of the event; now where not given.

        Raises
        ------
        GisAppError
            What `lost` makes: another transaction was quicker.
        """
        is_there = self._row in self._session
        data = self._change(values) if is_there else self._make(values)
        record_event(
            self._session,
            who=self._actor.who,
            what=what,
            kind=self._kind,
            subject_id=self._subject_id,
            why=why,
            data=data,
            at=at,
        )

    def _make(self, values: Mapping[str, Any]) -> dict[str, Any]:
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

    def _change(self, values: Mapping[str, Any]) -> dict[str, Any]:
        row, table = self._row, cast("Table", type(self._row).__table__)
        before = {name: plain(getattr(row, name)) for name in values}
        statement = update(table).where(table.c.fid == row.fid)  # type: ignore[attr-defined]
        counted = dict(values)
        if self._version is not None:
            statement = statement.where(table.c.version == self._version)
            counted["version"] = self._version + 1
        done = self._session.execute(statement.values(counted))
        assert isinstance(done, CursorResult)
        if done.rowcount != 1 and self._lost is not None:
            raise self._lost()
        self._session.refresh(row)
        return changed_values(before, {name: plain(value) for name, value in values.items()})


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """Write a value as the data of an event hold it."""
    if isinstance(value, BaseGeometry):
        # To the last digit: an undo puts a point back where it was.
        if isinstance(value, Point) and not value.is_empty:
            return f"POINT ({value.x!r} {value.y!r})"  # the library's own text has a digit less
        return shapely.to_wkt(value, rounding_precision=-1)
    return value.isoformat() if isinstance(value, (date, datetime)) else value
