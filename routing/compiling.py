"""How the library compiles its inner loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., object])

if TYPE_CHECKING:

    def compiled(function: Function) -> Function:
        """Compile with numba on first use."""
        return function

    def inlined(function: Function) -> Function:
        """Compile into the functions that call it."""
        return function

else:

    def compiled(function: Function) -> Function:
        """Compile with numba on first use, kept on disk for the next start.

        The cache lies beside the source, else in the user's cache folder, or where
        ``NUMBA_CACHE_DIR`` says; where none of them can be written each start compiles anew.
        """
        try:
            return numba.njit(cache=True, nogil=True)(function)
        except RuntimeError:  # numba found no folder to write to
            return numba.njit(nogil=True)(function)

    def inlined(function: Function) -> Function:
        """Compile into the functions that call it.

        A call proper counts the references to every array it is given, atomically, which
        took two thirds of a search's time.
        """
        return numba.njit(inline="always")(function)
