"""What is checked of every record: the one table behind board, work lists, exports and terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_

from gisapp.registers.fields import Field, FieldType, Kind
from gisapp.registers.freshness import not_verified_in_time
from gisapp.registers.kinds import HAZARD_KINDS, MODELS, RESOURCE_KINDS
from gisapp.registers.kinds.lot import Lot
from gisapp.registers.kinds.monitoring_station import MonitoringStation
from gisapp.registers.phones import PATTERN
from gisapp.schema import Label

EXPIRING_DAYS = (30, 90)
MONITORED_KINDS = ("hazard_source", "tailings_pond")
"""Kinds of which every one is to be monitored online (尾矿库在线监测四级联网、重大危险源在线监测率
100%)."""

_NOT_ASKED = frozenset({"name_en", "source", "synthetic", "verified_at", "verified_by"})
_ONLY_SOME_HAVE: dict[str, frozenset[str]] = {
    "mine": frozenset({"gas_grade"}),
    "lot": frozenset({"expires_on"}),
    "monitoring_station": frozenset(
        {"monitors_kind", "monitors_id", "last_reading", "reading_unit", "last_reading_on"}
    ),
    "grid_contact": frozenset({"geohazard_id"}),
    "hazard_source": frozenset({"exposed_people"}),
    "unit": frozenset({"team_id", "hospital_id", "turnout_s", "call_sign"}),
}
"""Fields that a record may rightly lack."""

Condition = Callable[[Kind, date], ColumnElement[bool]]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that can be wrong with a record.

    Attributes
    ----------
    label, remedy
        What is wrong, and what to do about it.
    kinds
        Registers it is asked of.
    condition
        From a kind and the day of the site's clock, the records that fail.
    """

    code: str
    label: Label
    remedy: Label
    kinds: tuple[str, ...]
    condition: Condition


def recommended(kind: Kind) -> tuple[Field, ...]:
    """Fields that a complete record of `kind` has filled, beyond those that it must have."""
    left_out = _NOT_ASKED | _ONLY_SOME_HAVE.get(kind.name, frozenset())
    grades = {item.name for item in kind.fields if "_override" in item.name}
    return tuple(
        item
        for item in kind.stored()
        if item.is_given
        and not item.required
        and item.type is not FieldType.BOOLEAN
        and item.name not in left_out | grades
    )


def is_empty(kind: Kind, name: str) -> ColumnElement[bool]:
    """Ask for records of `kind` without a value in the field called `name`."""
    column = MODELS[kind.name].column(name)
    return column.is_(None)


def _incomplete(kind: Kind, _today: date) -> ColumnElement[bool]:
    return or_(false(), *(is_empty(kind, item.name) for item in recommended(kind)))


def _never_verified(kind: Kind, _today: date) -> ColumnElement[bool]:
    return MODELS[kind.name].verified_at.is_(None)


def _overdue(kind: Kind, today: date) -> ColumnElement[bool]:
    model = MODELS[kind.name]
    return and_(model.verified_at.is_not(None), not_verified_in_time(kind, today=today))


def _no_contact(kind: Kind, _today: date) -> ColumnElement[bool]:
    return or_(is_empty(kind, "contact_name"), is_empty(kind, "contact_phone"))


def _contact_unverified(kind: Kind, today: date) -> ColumnElement[bool]:
    return and_(not_(_no_contact(kind, today)), not_verified_in_time(kind, today=today))


def _odd_phone(kind: Kind, _today: date) -> ColumnElement[bool]:
    model = MODELS[kind.name]
    phones = [model.column(item.name) for item in kind.stored() if item.is_phone]
    return or_(
        false(),
        *(and_(one.is_not(None), not_(one.regexp_match(PATTERN))) for one in phones),
    )


def _expired(_kind: Kind, today: date) -> ColumnElement[bool]:
    return and_(Lot.expires_on.is_not(None), Lot.expires_on < today)


def _expiring(days: int, after: int) -> Condition:
    def condition(_kind: Kind, today: date) -> ColumnElement[bool]:
        first, last = today + timedelta(days=after), today + timedelta(days=days)
        return and_(Lot.expires_on >= first, Lot.expires_on <= last)

    return condition


def _under_minimum(_kind: Kind, _today: date) -> ColumnElement[bool]:
    return and_(Lot.minimum_stock.is_not(None), Lot.quantity < Lot.minimum_stock)


def _no_responsible(kind: Kind, _today: date) -> ColumnElement[bool]:
    return is_empty(kind, "responsible")


def _unmonitored(kind: Kind, _today: date) -> ColumnElement[bool]:
    model = MODELS[kind.name]
    watched = exists().where(
        MonitoringStation.monitors_kind == kind.name,
        MonitoringStation.monitors_id == model.id,
        MonitoringStation.online.is_(True),
        MonitoringStation.retired_at.is_(None),
    )
    return and_(model.column("online_monitored").is_(False), not_(watched))


_ALL = tuple(RESOURCE_KINDS)
_WITH_PHONE = tuple(
    name for name, kind in RESOURCE_KINDS.items() if any(item.is_phone for item in kind.stored())
)
_WITH_CONTACT = tuple(
    name
    for name, kind in RESOURCE_KINDS.items()
    if {"contact_name", "contact_phone"} <= {item.name for item in kind.stored()}
)

CHECKS: dict[str, Check] = {
    check.code: check
    for check in (
        Check(
            code="incomplete",
            label=Label("要素不全", "Incomplete"),
            remedy=Label("补齐空缺的建议填写字段", "Fill in the empty recommended fields."),
            kinds=_ALL,
            condition=_incomplete,
        ),
        Check(
            code="never_verified",
            label=Label("从未核实", "Never verified"),
            remedy=Label("与实际核对后点“核实”", "Check it against reality, then verify it."),
            kinds=_ALL,
            condition=_never_verified,
        ),
        Check(
            code="overdue",
            label=Label("核实逾期", "Verification overdue"),
            remedy=Label("重新核对后点“核实”", "Check it again, then verify it."),
            kinds=_ALL,
            condition=_overdue,
        ),
        Check(
            code="no_contact",
            label=Label("缺联系方式", "Contact missing"),
            remedy=Label("补填联系人和电话", "Fill in the contact and the phone number."),
            kinds=_WITH_CONTACT,
            condition=_no_contact,
        ),
        Check(
            code="contact_unverified",
            label=Label("联系方式未核实", "Contact unverified"),
            remedy=Label("拨打电话确认后点“核实”", "Call the number, then verify the record."),
            kinds=_WITH_CONTACT,
            condition=_contact_unverified,
        ),
        Check(
            code="odd_phone",
            label=Label("电话号码存疑", "Odd phone number"),
            remedy=Label(
                "核对号码：不是手机、固定电话、短号或分机号的写法",
                "Check it: it is written as no mobile, landline, short number or extension.",
            ),
            kinds=_WITH_PHONE,
            condition=_odd_phone,
        ),
        Check(
            code="no_responsible",
            label=Label("无责任人", "Nobody in charge"),
            remedy=Label("明确责任人并填入", "Name the person in charge."),
            kinds=HAZARD_KINDS,
            condition=_no_responsible,
        ),
        Check(
            code="unmonitored",
            label=Label("未在线监测", "Not monitored online"),
            remedy=Label(
                "接入在线监测，或登记正在监测它的站点",
                "Connect it, or enter the station that watches it.",
            ),
            kinds=MONITORED_KINDS,
            condition=_unmonitored,
        ),
        Check(
            code="expired",
            label=Label("物资已过期", "Stock expired"),
            remedy=Label("轮换或报废", "Rotate it or write it off."),
            kinds=("lot",),
            condition=_expired,
        ),
        Check(
            code="expiring_30",
            label=Label("30 天内到期", "Expires within 30 days"),
            remedy=Label("尽快调用或轮换", "Use or rotate it soon."),
            kinds=("lot",),
            condition=_expiring(EXPIRING_DAYS[0], 0),
        ),
        Check(
            code="expiring_90",
            label=Label("31–90 天内到期", "Expires within 31–90 days"),
            remedy=Label("列入轮换计划", "Plan its rotation."),
            kinds=("lot",),
            condition=_expiring(EXPIRING_DAYS[1], EXPIRING_DAYS[0] + 1),
        ),
        Check(
            code="under_minimum",
            label=Label("低于最低储备", "Under minimum stock"),
            remedy=Label("补库", "Restock it."),
            kinds=("lot",),
            condition=_under_minimum,
        ),
    )
}
"""Every check by its code, in the order of the board."""

PENDING: dict[str, tuple[Label, Label]] = {
    "quarantined": (
        Label("待更正的导入行", "Rows set aside"),
        Label("在导入页更正或作废", "Correct or dismiss them on the import page."),
    ),
    "duplicates": (
        Label("疑似重复", "Likely duplicates"),
        Label("在导入页合并或排除", "Merge or dismiss them on the import page."),
    ),
}
"""What waits for a decision and is no fault of one record: label and remedy."""
