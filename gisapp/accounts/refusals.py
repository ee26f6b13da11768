"""Refused requests, kept in the audit without ever filling it.

Whoever is refused can ask again as fast as the server answers. So refusals are counted: one row
for each hour, person, address and page, a bounded number of rows an hour, and one transaction in
so many seconds however many there are.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from gisapp.clock import REAL
from gisapp.errors import StoreError
from gisapp.events import EVERYBODY, count_event
from gisapp.events.catalogue import Refused
from gisapp.store import Store

log = logging.getLogger(__name__)

KIND = "access"
WRITTEN_EVERY_S = 10.0
MOST_WAITING = 500
"""Rows that wait in memory to be written; beyond it all go into one."""
MOST_ROWS = 1000
"""Rows of refusals that one hour may hold; beyond it all go into one."""


class _Key(NamedTuple):
    hour: datetime
    who: str
    subject: str


@dataclass
class _Waiting:
    times: int
    last_at: datetime
    data: Refused


class Refusals:
    """Counts refusals; the first after a quiet time is written at once, the others together.

    Parameters
    ----------
    clock
        Seconds, rising.
    """

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._guard = threading.Lock()
        self._waiting: dict[_Key, _Waiting] = {}
        self._written_s = -WRITTEN_EVERY_S
        self._writer: threading.Thread | None = None

    def note(self, *, who: str, page: str, address: str, target: str, code: str) -> None:
        """Count one refusal.

        Parameters
        ----------
        page
            Method and address as the server knows it, without what stands in its place holders.
        address
            Of the client.
        target
            What was asked for, the last of which is kept.
        code
            Of the error.
        """
        now = REAL.now()
        key = _Key(_hour(now), who, f"{page} · {address}")
        with self._guard:
            if key not in self._waiting and len(self._waiting) >= MOST_WAITING:
                key = _Key(key.hour, EVERYBODY, EVERYBODY)
            told: Refused = {"target": target, "code": code, "address": address}
            known = self._waiting.setdefault(key, _Waiting(0, now, told))
            known.times += 1
            known.last_at, known.data = now, told
        if self._is_due():
            self.write()

    def write_aside(self) -> None:
        """Have what waits written by a thread of its own, where it is time: nobody waits for it."""
        if not self._waiting or not self._is_due():
            return
        with self._guard:
            if self._writer is None or not self._writer.is_alive():
                self._writer = threading.Thread(target=self.write, daemon=True)
                self._writer.start()

    def write(self) -> None:
        """Write what waits; what cannot be written waits on."""
        with self._guard:
            self._written_s = self._clock()
            taken, self._waiting = self._waiting, {}
        if not taken:
            return
        try:
            with self._store.session(write=True) as session:
                for key, one in taken.items():
                    count_event(
                        session,
                        who=key.who,
                        what="refused",
                        kind=KIND,
                        subject=key.subject,
                        times=one.times,
                        data=one.data,
                        at=one.last_at,
                        most_rows=MOST_ROWS,
                    )
        except StoreError as error:
            # The refusals stand, whether or not they could be written.
            log.warning("refusals not recorded yet: %s", error.code)
            self._take_back(taken)

    def _take_back(self, taken: dict[_Key, _Waiting]) -> None:
        with self._guard:
            for given, one in taken.items():
                key = given
                if key not in self._waiting and len(self._waiting) >= MOST_WAITING:
                    key = _Key(given.hour, EVERYBODY, EVERYBODY)
                known = self._waiting.setdefault(key, _Waiting(0, one.last_at, one.data))
                known.times += one.times

    def _is_due(self) -> bool:
        return self._clock() - self._written_s >= WRITTEN_EVERY_S


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
