"""What makes a session one of an exercise: its mark and its clock, never one without the other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from gisapp.clock import REAL, Clock
from gisapp.errors import GisAppError, InputError

MOST_LETTERS: Final = 40
_NAME: Final = re.compile(rf"[\w-]{{1,{MOST_LETTERS}}}")


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


def exercise_named(name: str) -> Exercise:
    """An exercise by the name that whoever plays in it gives, by the real clock.

    Its name is its mark: who gives the same name is in the same exercise.

    Raises
    ------
    InputError
        ``exercise.bad_name``.
    """
    if not _NAME.fullmatch(name):
        raise InputError("exercise.bad_name", name=name[:MOST_LETTERS], most=MOST_LETTERS)
    return Exercise(id=name, clock=REAL)
