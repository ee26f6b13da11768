"""Grades of events by the law of their kind, and the report deadlines that follow.

Pure: no database, no clock. One module per law; nothing is graded that has no scale read in its
source.
"""

from gisapp.incidents.grading.circumstances import Circumstances
from gisapp.incidents.grading.compare import Change, DeadlineChange, GradeChange, compare
from gisapp.incidents.grading.criteria import Status
from gisapp.incidents.grading.deadlines import Deadline, DeadlineCode, deadlines
from gisapp.incidents.grading.figures import FIGURES, POLLUTED, THREATENED, Figures
from gisapp.incidents.grading.kinds import (
    KINDS,
    EventKind,
    event_kind,
    law_of,
    missing_production,
)
from gisapp.incidents.grading.near_miss import NearMiss
from gisapp.incidents.grading.recipients import recipients_of
from gisapp.incidents.grading.rules import TIMES, ReportRules, TimeName, Times
from gisapp.incidents.grading.statuses import BASES, Basis, EnteredGrade, Grading, grade
from gisapp.incidents.grading.wording import Wording

__all__ = [
    "BASES",
    "FIGURES",
    "KINDS",
    "POLLUTED",
    "THREATENED",
    "TIMES",
    "Basis",
    "Change",
    "Circumstances",
    "Deadline",
    "DeadlineChange",
    "DeadlineCode",
    "EnteredGrade",
    "EventKind",
    "Figures",
    "GradeChange",
    "Grading",
    "NearMiss",
    "ReportRules",
    "Status",
    "TimeName",
    "Times",
    "Wording",
    "compare",
    "deadlines",
    "event_kind",
    "grade",
    "law_of",
    "missing_production",
    "recipients_of",
]
