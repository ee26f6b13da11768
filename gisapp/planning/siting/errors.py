"""What can be wrong with a siting question, and what its answer may not be."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gisapp.errors import GisAppError


class SitingError(GisAppError):
    """A siting question has no answer that may be given."""


class InfeasibleError(SitingError, ValueError):
    """No choice of sites does what is asked.

    Attributes
    ----------
    demands : (n,) int64
        Demands that stand in the way: those that no site may serve, or those that the least
        violation leaves unserved. Empty where only money or numbers are short.
    """

    def __init__(
        self, code: str, *, demands: npt.NDArray[np.int64] | None = None, **params: object
    ) -> None:
        super().__init__(code, **params)
        self.demands = np.empty(0, dtype=np.int64) if demands is None else demands


class UnsolvedError(SitingError, TimeoutError):
    """The time was over, or the question withdrawn, before any answer was found."""


class DisagreementError(SitingError, RuntimeError):
    """The checker finds something else than the solver: the answer is not given."""
