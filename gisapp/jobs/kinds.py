"""What a kind of job is, and what its runner is handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from gisapp.errors import GisAppError, InputError
from gisapp.rights import Right
from gisapp.schema import Label
from gisapp.schema.values import Json
from gisapp.store import Store

Result = dict[str, Json]
"""What JSON can hold; its figures and texts stay in the log, lists only with the job."""


class JobStoppedError(GisAppError):
    """Whoever works at a job is to stop: it is no longer theirs or no longer wanted."""


class JobCancelledError(JobStoppedError):
    """Somebody asked for the job to be cancelled."""


class JobLostError(JobStoppedError):
    """The lease ran out and somebody else has the job."""


class JobOverError(InputError):
    """The job is over: there is nothing left to cancel."""


class JobFailedError(GisAppError):
    """A runner's way to fail with a result all the same.

    Parameters
    ----------
    result
        What it found.
    """

    def __init__(self, code: str, *, result: Result, **params: object) -> None:
        super().__init__(code, **params)
        self.result = result


class Workplace(Protocol):
    """What a worker needs of the application that its runners are handed."""

    @property
    def store(self) -> Store:
        """The database that the jobs are in."""


class Tell(Protocol):
    """Says how far a job is."""

    def __call__(
        self,
        done: int,
        total: int | None = None,
        message: str | None = None,
        /,
        **params: Json,
    ) -> None:
        """Keep the progress and renew the lease.

        Parameters
        ----------
        done, total
            Parts.
        message
            Code of a sentence, with its `params`.

        Raises
        ------
        JobStoppedError
            Leave off: let it pass.
        """


@dataclass(frozen=True, kw_only=True)
class RunningJob:
    """A job as its runner sees it."""

    id: str
    parameters: Mapping[str, Json]
    asked_by: str
    tell: Tell


AppT_contra = TypeVar("AppT_contra", bound=Workplace, contravariant=True)


@dataclass(frozen=True, kw_only=True)
class JobKind(Generic[AppT_contra]):
    """A kind of job.

    Attributes
    ----------
    name
        Stands in the table.
    label
        For people.
    right
        Who may ask for it.
    run
        Does it. Begun anew where a worker died: half a run must not stand in the way of the
        next.
    """

    name: str
    label: Label
    right: Right
    run: Callable[[AppT_contra, RunningJob], Result]
