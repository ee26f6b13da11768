"""What a running server does beside answering: keep the database file whole on its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from gisapp.errors import GisAppError
from gisapp.store import Store

EVERY_S = 5.0

_log = logging.getLogger(__name__)


class Upkeep:
    """Folds the log into the file whenever the database is at rest.

    Parameters
    ----------
    first
        Done once before, and handed what says whether it is to leave off.
    """

    def __init__(
        self,
        store: Store,
        *,
        every_s: float = EVERY_S,
        first: Callable[[Callable[[], bool]], None] | None = None,
    ) -> None:
        self._first = first
        self._store = store
        self._every_s = every_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        if self._first is not None:
            try:
                self._first(self._ended.is_set)
            except Exception:  # noqa: BLE001 - the file is kept whole whatever went wrong before
                _log.exception("reading ahead")
        said = ""
        while not self._ended.wait(self._every_s):
            try:
                self._store.fold()
                self._store.require_whole()
            except GisAppError as error:
                if error.code != said:  # once, not every few seconds
                    _log.error("%s", error)
                said = error.code
            else:
                said = ""
