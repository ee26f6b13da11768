"""Siting: where new stations, depots or hospitals serve best (location-allocation)."""

from gisapp.planning.siting.answer import Model, Solution, Terms, Why
from gisapp.planning.siting.center import p_center
from gisapp.planning.siting.checking import check
from gisapp.planning.siting.covering import lscp
from gisapp.planning.siting.errors import (
    DisagreementError,
    InfeasibleError,
    SitingError,
    UnsolvedError,
)
from gisapp.planning.siting.maximal import bacop, mclp, mexclp
from gisapp.planning.siting.median import p_median
from gisapp.planning.siting.problem import Effort, Problem

__all__ = [
    "DisagreementError",
    "Effort",
    "InfeasibleError",
    "Model",
    "Problem",
    "SitingError",
    "Solution",
    "Terms",
    "UnsolvedError",
    "Why",
    "bacop",
    "check",
    "lscp",
    "mclp",
    "mexclp",
    "p_center",
    "p_median",
]
