"""What a corrected figure changes: grades, who is told, until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gisapp.incidents.grading.criteria import Status
from gisapp.incidents.grading.deadlines import Deadline, DeadlineCode, deadlines
from gisapp.incidents.grading.recipients import recipients_of
from gisapp.incidents.grading.rules import ReportRules, Times
from gisapp.incidents.grading.statuses import BASES, Basis, Grading
from gisapp.incidents.grading.wording import Labels, Value, Wording
from gisapp.schema import Label


@dataclass(frozen=True, kw_only=True)
class GradeChange:
    """A grade that is another now; None where there was or is none."""

    basis: Basis
    before: Status | None
    after: Status | None


@dataclass(frozen=True, kw_only=True)
class DeadlineChange:
    """A deadline that came, went, or has another time or other recipients."""

    code: DeadlineCode
    before: Deadline | None
    after: Deadline | None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What differs between two gradings of one event.

    Attributes
    ----------
    recipients_added, recipients_dropped
        Who is to be told in the end that was not before, and the other way round.
    sentences
        All of it in words.
    """

    grades: tuple[GradeChange, ...]
    recipients_added: tuple[Label, ...]
    recipients_dropped: tuple[Label, ...]
    deadlines: tuple[DeadlineChange, ...]
    sentences: tuple[Wording, ...]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.sentences)


def compare(
    before: Grading,
    after: Grading,
    *,
    times: Times | None = None,
    rules: ReportRules | None = None,
) -> Change:
    """Say what a correction changes.

    Parameters
    ----------
    times, rules
        Give the deadlines their due times; what changes is told without `times` too.

    Notes
    -----
    A corrected time changes due times but no grading: it is not asked for here.
    """
    grades = tuple(
        GradeChange(basis=basis, before=one, after=other)
        for basis in BASES
        if _level(one := before.status(basis)) != _level(other := after.status(basis))
    )
    told, to_tell = recipients_of(before), recipients_of(after)
    added = tuple(one for one in to_tell if one not in told)
    dropped = tuple(one for one in told if one not in to_tell)
    limits = _deadline_changes(
        deadlines(before, times or Times(), rules=rules),
        deadlines(after, times or Times(), rules=rules),
    )
    sentences = [_grade_said(change) for change in grades]
    sentences += _near_miss_said(before, after)
    if (before.not_graded is None) != (after.not_graded is None):
        sentences.append(after.not_graded or Wording("incident.change_now_graded"))
    if added:
        sentences.append(Wording("incident.change_tell_too", {"names": Labels(added)}))
    if dropped:
        sentences.append(Wording("incident.change_tell_no_more", {"names": Labels(dropped)}))
    sentences += [_deadline_said(change) for change in limits if _is_worth_saying(change)]
    return Change(
        grades=grades,
        recipients_added=added,
        recipients_dropped=dropped,
        deadlines=limits,
        sentences=tuple(sentences),
    )


def _level(status: Status | None) -> tuple[int, Label] | None:
    """What makes two grades the same: a 重大 of another law is another grade."""
    return None if status is None else (status.level, status.law)


def _grade_said(change: GradeChange) -> Wording:
    of, before, after = BASES[change.basis], change.before, change.after
    if after is None:
        assert before is not None
        return Wording("incident.change_grade_gone", {"of": of, "before": before.label})
    if before is None:
        return Wording("incident.change_grade_new", {"of": of, "after": after.label})
    code = "incident.change_grade_up"
    if after.level > before.level:
        code = "incident.change_grade_down"
    elif after.level == before.level:
        code = "incident.change_grade_renamed"
    return Wording(code, {"of": of, "before": before.label, "after": after.label})


def _near_miss_said(before: Grading, after: Grading) -> list[Wording]:
    if (before.near_miss is None) == (after.near_miss is None):
        return []
    gone = after.near_miss is None
    return [Wording("incident.change_near_miss_gone" if gone else "incident.change_near_miss_new")]


def _deadline_changes(before: list[Deadline], after: list[Deadline]) -> tuple[DeadlineChange, ...]:
    held, holds = ({one.code: one for one in each} for each in (before, after))

    def changed() -> Iterator[DeadlineChange]:
        for code in {**held, **holds}:
            was, now = held.get(code), holds.get(code)
            if was is None or now is None or _terms(was) != _terms(now):
                yield DeadlineChange(code=code, before=was, after=now)

    return tuple(changed())


def _terms(deadline: Deadline) -> tuple[object, ...]:
    """What of a deadline matters to whoever has to meet it."""
    return (deadline.within, deadline.starts_from, deadline.recipients, deadline.directly)


def _is_worth_saying(change: DeadlineChange) -> bool:
    """Not where only the recipients differ, which is said of all deadlines at once."""
    before, after = change.before, change.after
    return before is None or after is None or before.within != after.within


def _deadline_said(change: DeadlineChange) -> Wording:
    before, after = change.before, change.after
    if after is None:
        assert before is not None
        return Wording("incident.change_deadline_gone", {"deadline": before.label})
    hours = after.within.total_seconds() / 3600
    said: dict[str, Value] = {"deadline": after.label, "hours": hours}
    if before is None:
        return Wording("incident.change_deadline_new", said)
    return Wording(
        "incident.change_deadline", said | {"before": before.within.total_seconds() / 3600}
    )
