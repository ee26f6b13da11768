"""Mixed-integer models as sparse arrays, handed to HiGHS whole.

Huangfu, Q. and Hall, J. A. J. (2018), Parallelizing the dual revised simplex method, Mathematical
Programming Computation 10, 119-142; https://highs.dev.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from gisapp.planning.siting.problem import Bool, Effort, Float64, Int64, Watch

INFINITY = float(highspy.kHighsInf)


class _Quiet(highspy.Highs):
    """HiGHS that writes nothing: its constructor would greet on standard output."""

    def enableCallbacks(self) -> None:  # noqa: N802 - theirs
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """What HiGHS came to.

    Attributes
    ----------
    values : (columns,)
        None where it found nothing.
    bound
        No solution is better; infinite, on the far side, where nothing is known.
    infeasible
        It has proved that there is no solution.
    """

    values: Float64 | None
    objective: float
    bound: float
    infeasible: bool


@dataclass(kw_only=True, eq=False)
class Model:
    """A model that grows by blocks of columns and of rows.

    Attributes
    ----------
    maximise
        Sense of the objective.
    offset
        Added to the objective.
    """

    maximise: bool = False
    offset: float = 0.0
    _columns: list[tuple[Float64, Float64, Float64, Bool]] = field(default_factory=list)
    _rows: list[tuple[Int64, Int64, Float64, Float64, Float64]] = field(default_factory=list)
    _count: int = 0

    def columns(
        self,
        cost: Float64,
        *,
        lower: npt.ArrayLike = 0.0,
        upper: npt.ArrayLike = 1.0,
        integral: bool = False,
    ) -> Int64:
        """Add variables, and give their numbers."""
        shape = cost.shape
        self._columns.append(
            (
                cost,
                np.broadcast_to(np.asarray(lower, dtype=np.float64), shape),
                np.broadcast_to(np.asarray(upper, dtype=np.float64), shape),
                np.full(shape, integral),
            )
        )
        self._count += len(cost)
        return np.arange(self._count - len(cost), self._count)

    def rows(
        self,
        count: int,
        *blocks: tuple[Int64, Int64, npt.ArrayLike],
        lower: npt.ArrayLike = -INFINITY,
        upper: npt.ArrayLike = INFINITY,
    ) -> None:
        """Add constraints.

        Parameters
        ----------
        count
            How many.
        *blocks
            Row (from 0 within these), column and coefficient of what is not 0.
        lower, upper
            Of each, or of all.
        """
        row = np.concatenate([one for one, _, _ in blocks])
        column = np.concatenate([one for _, one, _ in blocks])
        value = np.concatenate(
            [
                np.broadcast_to(np.asarray(value, dtype=np.float64), one.shape)
                for one, _, value in blocks
            ]
        )
        low, high = (
            np.broadcast_to(np.asarray(side, dtype=np.float64), (count,)) for side in (lower, upper)
        )
        self._rows.append((row, column, value, low, high))

    def solve(
        self, watch: Watch, *, start: Float64 | None = None, target: float | None = None
    ) -> Found:
        """Search until the gap is met or the time is over.

        Parameters
        ----------
        start : (columns,)
            A solution known before.
        target
            An objective that is good enough.
        """
        worst = INFINITY if self.maximise else -INFINITY
        nothing = Found(values=None, objective=-worst, bound=worst, infeasible=False)
        left_s = watch.left_s
        if left_s == 0:
            return nothing
        highs = self._passed(watch.effort, left_s)
        if target is not None:
            highs.setOptionValue("objective_target", target)
        if start is not None:
            known = highspy.HighsSolution()
            known.col_value = start.tolist()
            highs.setSolution(known)
        stop = watch.effort.stop
        if stop is not None:

            def ask(event: highspy.HighsCallbackEvent) -> None:
                if stop():
                    event.interrupt()

            for place in (highs.cbMipInterrupt, highs.cbSimplexInterrupt, highs.cbIpmInterrupt):
                place.subscribe(ask)
        highs.run()
        status, info = highs.getModelStatus(), highs.getInfo()
        infeasible = status in {
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        }
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return replace(nothing, infeasible=infeasible)
        return Found(
            values=np.asarray(highs.getSolution().col_value),
            objective=info.objective_function_value,
            bound=info.mip_dual_bound,
            infeasible=False,
        )

    def _passed(self, effort: Effort, time_limit_s: float) -> _Quiet:
        cost, lower, upper, integral = (
            np.concatenate(part) for part in zip(*self._columns, strict=True)
        )
        first = np.cumsum([0, *(len(low) for *_, low, _ in self._rows)])
        row = np.concatenate([at + one[0] for at, one in zip(first, self._rows, strict=False)])
        column, value, low, high = (
            np.concatenate([one[part] for one in self._rows]) for part in (1, 2, 3, 4)
        )
        matrix = coo_array((value, (row, column)), shape=(int(first[-1]), self._count)).tocsc()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self._count, int(first[-1])
        lp.sense_ = highspy.ObjSense.kMaximize if self.maximise else highspy.ObjSense.kMinimize
        lp.offset_ = self.offset
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, lower, upper
        lp.row_lower_, lp.row_upper_ = low, high
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = matrix.indptr
        lp.a_matrix_.index_ = matrix.indices
        lp.a_matrix_.value_ = matrix.data
        kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
        lp.integrality_ = [kinds[one] for one in integral.tolist()]
        highs = _Quiet()
        highs.setOptionValue("time_limit", time_limit_s)
        highs.setOptionValue("mip_rel_gap", effort.gap)
        highs.setOptionValue("mip_abs_gap", 1e-6)
        highs.setOptionValue("random_seed", effort.seed)
        highs.passModel(lp)
        return highs
