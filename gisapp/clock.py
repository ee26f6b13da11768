"""The clock of a session: what time it is for whoever works in it, real or of an exercise.

Nothing asks the machine for the time but this module: a drill that begins at 02:10 on a summer's
night grades, orders and records by its own clock, and what it runs through never knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

_CLOCK: Final = "gisapp.clock"


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The moment, timezone-aware in UTC, to the millisecond."""


class RealClock:
    """The time of day."""

    def now(self) -> datetime:
        """The moment to the millisecond: so both databases keep it, so an event tells it."""
        return to_ms(datetime.now(UTC))


@dataclass(frozen=True, kw_only=True)
class ExerciseClock:
    """The time of an exercise, which began at some real moment and may run faster.

    Parameters
    ----------
    began_at
        The real moment at which the exercise began; timezone-aware.
    shows
        What its clock showed then; timezone-aware.
    rate
        Seconds of the exercise to one real second; 0 stands still.
    """

    began_at: datetime
    shows: datetime
    rate: float = 1.0

    def now(self) -> datetime:
        """The moment within the exercise."""
        gone = REAL.now() - self.began_at
        return to_ms((self.shows + gone * self.rate).astimezone(UTC))


REAL: Final[Clock] = RealClock()


def set_clock(session: Session, clock: Clock) -> None:
    """Let everything in `session` go by `clock`."""
    session.info[_CLOCK] = clock


def now(session: Session) -> datetime:
    """The moment by the session's clock, timezone-aware in UTC."""
    clock: Clock = session.info.get(_CLOCK, REAL)
    return clock.now()


def today(session: Session, zone: str) -> date:
    """The day by the session's clock in a time zone."""
    return now(session).astimezone(ZoneInfo(zone)).date()


def day_at(zone: str, clock: Clock = REAL) -> date:
    """The day by `clock` in a time zone, named as in the tz database."""
    return clock.now().astimezone(ZoneInfo(zone)).date()


def to_ms(moment: datetime) -> datetime:
    """A moment as finely as the database keeps it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
