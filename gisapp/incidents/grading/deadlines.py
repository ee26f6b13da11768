"""Until when an event is to be reported, and to whom.

Each limit runs from a time of its own, and one whose time is not known yet has no due time. The
gravest grade decides, the worst case as well as the confirmed one, and each deadline says which.
What has to be done at once (forest fires to the State, article 32; the county to the city, 突发
事件应对法 article 17) has no limit to count down and is no deadline here:
:func:`gisapp.incidents.grading.recipients.recipients_of` names who is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from gisapp.incidents.grading import recipients as told
from gisapp.incidents.grading.rules import ReportRules, TimeName, Times
from gisapp.incidents.grading.statuses import Basis, Grading
from gisapp.schema import Label

DeadlineCode = Literal[
    "unit_report",
    "county_up",
    "city_up",
    "grave_phone",
    "grave_written",
    "geological_quick",
    "casualty_changes",
    "daily_until_stable",
]

LABELS: dict[DeadlineCode, Label] = {
    "unit_report": Label("事发单位报告", "Report of the unit"),
    "county_up": Label("县级上报", "Report of the county"),
    "city_up": Label("市级上报", "Report of the city"),
    "grave_phone": Label("重特大突发事件电话报告", "Grave event, by telephone"),
    "grave_written": Label("重特大突发事件书面报告", "Grave event, in writing"),
    "geological_quick": Label("地质灾害速报", "Quick report of a geological disaster"),
    "casualty_changes": Label("伤亡人数变化补报", "Changes of casualties"),
    "daily_until_stable": Label("灾情稳定前每日续报", "Daily until the disaster is stable"),
}

ARTICLES: dict[DeadlineCode, Label] = {
    "unit_report": Label(
        "生产安全事故报告和调查处理条例第九条", "State Council Decree 493, article 9"
    ),
    "county_up": Label(
        "生产安全事故报告和调查处理条例第十条、第十一条",
        "State Council Decree 493, articles 10 and 11",
    ),
    "city_up": Label(
        "生产安全事故报告和调查处理条例第十条、第十一条",
        "State Council Decree 493, articles 10 and 11",
    ),
    "grave_phone": Label("国务院应急办2015年7月31日通知第一条", "Notice of 2015-07-31, item 1"),
    "grave_written": Label("国务院应急办2015年7月31日通知第一条", "Notice of 2015-07-31, item 1"),
    "geological_quick": Label(
        "国家突发地质灾害应急预案（速报）",
        "National plan for geological disasters, quick reports",
    ),
    "casualty_changes": Label(
        "生产安全事故报告和调查处理条例第十三条", "State Council Decree 493, article 13"
    ),
    "daily_until_stable": Label(
        "自然灾害救助条例第十六条、第十七条",
        "Regulation on natural disaster relief, articles 16 and 17",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """One limit of a report.

    Attributes
    ----------
    starts_from
        Time it runs from.
    within
        How long after it.
    due_at
        Timezone-aware, UTC; None while that time is unknown.
    recipients
        Who is told by this report.
    directly
        Who may be told at the same time past the levels between.
    article
        Law and article.
    by, level
        Which grade decided, and its level; None where the event has no grade.
    repeats
        Until the next after it, where it comes again and again.
    """

    code: DeadlineCode
    label: Label
    starts_from: TimeName
    within: timedelta
    due_at: datetime | None
    recipients: tuple[Label, ...]
    directly: tuple[Label, ...] = ()
    article: Label
    by: Basis | None
    level: int | None
    repeats: timedelta | None = None


def deadlines(
    grading: Grading, times: Times, *, rules: ReportRules | None = None
) -> list[Deadline]:
    """List the limits of an event, in the order of their making.

    Parameters
    ----------
    grading
        Its kind and grades.
    times
        What is known of when.
    rules
        The locality's limits; those of the State where None.
    """
    made = _Maker(grading, times, rules or ReportRules())
    return [*made.of_accident(), *made.of_grave(), *made.of_geological(), *made.of_natural()]


class _Maker:
    def __init__(self, grading: Grading, times: Times, rules: ReportRules) -> None:
        self.grading, self.times, self.rules = grading, times, rules
        self.level = told.level_of(grading)

    def of_accident(self) -> Iterator[Deadline]:
        """Decree 493 articles 9 to 11 and 13."""
        if self.grading.law != "decree_493":
            return
        rules, level = self.rules, self.level
        chain: tuple[tuple[DeadlineCode, TimeName, timedelta, tuple[Label, ...]], ...] = (
            ("unit_report", "unit_head_at", rules.unit_head, told.unit_tells(self.grading)),
            ("county_up", "county_received_at", rules.level_up, told.county_tells()),
            ("city_up", "city_received_at", rules.level_up, told.city_tells(level)),
        )
        above: dict[DeadlineCode, tuple[Label, ...]] = {
            # Article 10, last paragraph: past the levels between where it is needed.
            "county_up": (told.PROVINCE_SAFETY,) if level <= told.MAJOR else (),
            "city_up": (told.STATE_SAFETY,) if level <= told.GRAVE else (),
        }
        for code, starts_from, within, recipients in chain:
            if recipients:
                yield self._made(
                    code, starts_from, within, recipients, directly=above.get(code, ())
                )
        yield self._casualty_changes()

    def of_grave(self) -> Iterator[Deadline]:
        """Whatever the kind: the notice of 2015, also for what may become 重特大 (its item 2)."""
        if self.level > told.GRAVE:
            return
        limits: tuple[tuple[DeadlineCode, timedelta], ...] = (
            ("grave_phone", self.rules.grave_phone),
            ("grave_written", self.rules.grave_written),
        )
        for code, within in limits:
            yield self._made(
                code,
                self.rules.grave_from,
                within,
                (told.PROVINCE_GOVERNMENT,),
                directly=(told.STATE_DUTY_OFFICE,),
            )

    def of_geological(self) -> Iterator[Deadline]:
        """The quick report, by the disaster or the danger, whichever is graver."""
        if self.grading.law != "geological":
            return
        is_large = self.level <= told.GRAVE
        state = (told.STATE_RESOURCES,) if is_large else ()
        yield self._made(
            "geological_quick",
            "county_received_at",
            self.rules.geological_large if is_large else self.rules.geological_small,
            (told.COUNTY_GOVERNMENT, told.CITY_RESOURCES),
            directly=(told.PROVINCE_RESOURCES, *state),
        )

    def of_natural(self) -> Iterator[Deadline]:
        """Every day until the disaster is stable; when that is, an officer says."""
        if self.grading.kind.family == "natural":
            yield self._made(
                "daily_until_stable",
                "county_received_at",
                self.rules.daily,
                (told.COUNTY_GOVERNMENT, told.CITY_SAFETY),
                repeats=self.rules.daily,
            )

    def _casualty_changes(self) -> Deadline:
        """Article 13: within 30 or 7 days 自事故发生之日起.

        The day of the accident is not counted (民法典 article 201), so that the term ends with the
        last hour of the 30th day after it: of the two readings the one that watches longer.
        """
        short = self.grading.kind.casualty_days_short
        days = self.rules.casualty_days_short if short else self.rules.casualty_days
        start, due = self.times.occurred_at, None
        if start is not None:
            zone = ZoneInfo(self.rules.zone)
            last = start.astimezone(zone).date() + timedelta(days=days)
            midnight = datetime.combine(last + timedelta(days=1), time(0), zone)
            due = midnight.astimezone(UTC)
        return self._made(
            "casualty_changes",
            "occurred_at",
            timedelta(days=days),
            told.recipients_of(self.grading),
            due_at=due,
        )

    def _made(
        self,
        code: DeadlineCode,
        starts_from: TimeName,
        within: timedelta,
        recipients: tuple[Label, ...],
        *,
        directly: tuple[Label, ...] = (),
        repeats: timedelta | None = None,
        due_at: datetime | None = None,
    ) -> Deadline:
        start, gravest = self.times.moment(starts_from), self.grading.gravest()
        if due_at is None and start is not None:
            due_at = start.astimezone(UTC) + within
        return Deadline(
            code=code,
            label=LABELS[code],
            starts_from=starts_from,
            within=within,
            due_at=due_at,
            recipients=recipients,
            directly=directly,
            article=ARTICLES[code],
            by=None if gravest is None else gravest[0],
            level=None if gravest is None else gravest[1].level,
            repeats=repeats,
        )
