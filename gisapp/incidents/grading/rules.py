"""The time limits of reports, as a locality may tighten them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Literal

from gisapp.errors import InputError
from gisapp.schema import Label

TimeName = Literal["occurred_at", "unit_head_at", "county_received_at", "city_received_at"]

TIMES: dict[TimeName, Label] = {
    "occurred_at": Label("事发时间", "Time it happened"),
    "unit_head_at": Label("单位负责人接报时间", "Time the unit's head was told"),
    "county_received_at": Label("县级接报时间", "Time the county was told"),
    "city_received_at": Label("市级接报时间", "Time the city was told"),
}
"""Name of each time a limit runs from."""


@dataclass(frozen=True, kw_only=True)
class Times:
    """When it happened and who was told when; timezone-aware, None while unknown.

    Raises
    ------
    InputError
        ``incident.naive_time``.
    """

    occurred_at: datetime | None = None
    unit_head_at: datetime | None = None
    county_received_at: datetime | None = None
    city_received_at: datetime | None = None

    def __post_init__(self) -> None:
        for name, label in TIMES.items():
            moment = self.moment(name)
            if moment is not None and moment.utcoffset() is None:
                raise InputError("incident.naive_time", name_zh=label.zh, name_en=label.en)

    def moment(self, name: TimeName) -> datetime | None:
        """The time called `name`."""
        moment: datetime | None = getattr(self, name)
        return moment


@dataclass(frozen=True, kw_only=True)
class ReportRules:
    """Time limits; the defaults are those of the State's texts.

    Attributes
    ----------
    unit_head
        Unit to the departments: Decree 493 article 9, from when the unit's head was told.
    level_up
        Each level to the next: Decree 493 article 11.
    grave_phone, grave_written
        重特大 by telephone and in writing: notice of the State Council's emergency office of
        2015-07-31, which asks provinces to try for this.
    grave_from
        Time those two run from. The notice says 发生后 (after it happened).
    geological_large, geological_small
        Quick report of a geological disaster of 大型 and above, and below: national plan, from
        when the county was told.
    casualty_days, casualty_days_short
        Days in which changed casualties are reported, and those for road traffic and fire:
        Decree 493 article 13.
    daily
        Between reports of a natural disaster until it is stable: 自然灾害救助条例 article 17.
    zone
        Where the days are counted, as the tz database names it.

    Raises
    ------
    InputError
        ``incident.bad_limit``: a limit is not positive; ``incident.large_after_small``: the
        graver is given more time.
    """

    unit_head: timedelta = timedelta(hours=1)
    level_up: timedelta = timedelta(hours=2)
    grave_phone: timedelta = timedelta(minutes=30)
    grave_written: timedelta = timedelta(hours=1)
    grave_from: TimeName = "occurred_at"
    geological_large: timedelta = timedelta(hours=4)
    geological_small: timedelta = timedelta(hours=12)
    casualty_days: int = 30
    casualty_days_short: int = 7
    daily: timedelta = timedelta(hours=24)
    zone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            wrong = isinstance(value, timedelta) and value <= timedelta(0)
            if wrong or (isinstance(value, int) and value <= 0):
                raise InputError("incident.bad_limit", name=field.name)
        if self.geological_large > self.geological_small:
            raise InputError("incident.large_after_small")
