"""What is read from the tables once and kept in step with the event log."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from gisapp.events.log import OWN_EVENTS, latest, touched

T = TypeVar("T")

LONGEST_KEPT_S = 3600.0
"""Read whole again after so long, for what another program wrote past the log."""
MOST_TOUCHED = 500
"""With more records changed at once it is as quick to read all."""


class InStep(Generic[T]):
    """A copy in memory of what tables hold.

    Every server process keeps its own and follows the same log, so that between two changes a
    question asks the database for the number of the last event alone.

    Parameters
    ----------
    kinds
        Of the events that change it.
    read
        Makes it anew.
    renew
        Makes it from what was kept and the kinds and subjects of the events since.
    options
        Execution options of the questions to the log: what an exercise reads of the registers
        changes with events that are not its own.
    """

    def __init__(
        self,
        kinds: tuple[str, ...],
        *,
        read: Callable[[Session], T],
        renew: Callable[[Session, T, list[tuple[str, str]]], T],
        options: Mapping[str, bool] = OWN_EVENTS,
    ) -> None:
        self._options = options
        self._kinds, self._read, self._renew = kinds, read, renew
        self._lock = threading.Lock()
        self._kept: T | None = None
        self._seq = -1
        self._read_s = 0.0

    def value(self, session: Session) -> T:
        """Return it as it stands in the session's database."""
        with self._lock:
            options = self._options
            now_s, seq, kept = time.monotonic(), latest(session, options=options), self._kept
            is_old = seq < self._seq or now_s - self._read_s > LONGEST_KEPT_S
            changed: list[tuple[str, str]] = []
            if kept is not None and not is_old and seq > self._seq:
                most = MOST_TOUCHED + 1
                changed = touched(session, self._seq, self._kinds, limit=most, options=options)
            if kept is None or is_old or len(changed) > MOST_TOUCHED:
                kept, self._read_s = self._read(session), now_s
            elif changed:
                kept = self._renew(session, kept, changed)
            self._kept, self._seq = kept, seq
            return kept
