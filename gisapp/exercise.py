"""What makes a session one of an exercise: its mark and its clock, never one without the other."""

from __future__ import annotations

from dataclasses import dataclass

from gisapp.clock import Clock
from gisapp.errors import GisAppError


class ExerciseError(GisAppError, PermissionError):
    """An exercise reached for what is real, or the other way round."""


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """An exercise, as a session is told of it.

    Parameters
    ----------
    id
        Stands in every row that the exercise writes.
    clock
        By which everything in it goes.
    """

    id: str
    clock: Clock
