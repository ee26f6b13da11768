"""Work that is asked for now and done later: one table, from which each job is taken once."""

from gisapp.jobs.asking import ask, cancel, find, jobs
from gisapp.jobs.due import ask_due, thin
from gisapp.jobs.kinds import (
    JobCancelledError,
    JobFailedError,
    JobKind,
    JobLostError,
    JobOverError,
    JobStoppedError,
    Result,
    RunningJob,
)
from gisapp.jobs.models import OVER, Job, State
from gisapp.jobs.worker import Worker
from gisapp.jobs.working import (
    LEASE,
    MOST_ATTEMPTS,
    Claim,
    claim_of,
    fail,
    finish,
    hand_back,
    leave_off,
    report,
    take,
)

__all__ = [
    "LEASE",
    "MOST_ATTEMPTS",
    "OVER",
    "Claim",
    "Job",
    "JobCancelledError",
    "JobFailedError",
    "JobKind",
    "JobLostError",
    "JobOverError",
    "JobStoppedError",
    "Result",
    "RunningJob",
    "State",
    "Worker",
    "ask",
    "ask_due",
    "cancel",
    "claim_of",
    "fail",
    "find",
    "finish",
    "hand_back",
    "jobs",
    "leave_off",
    "report",
    "take",
    "thin",
]
