"""Bringing in the ledgers a city has: assessments, hidden dangers and inspections from a file.

Every row is checked, all faults are reported, the right rows are stored in one transaction
through the same functions that the pages call. A file taken in again changes nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from gisapp.errors import GisAppError, InputError
from gisapp.events.catalogue import LedgerImported
from gisapp.events.steps import Steps
from gisapp.importing.headers import match_headers
from gisapp.importing.outcome import Fault, ImportOutcome
from gisapp.importing.prepare import Prepared, Record, prepare
from gisapp.importing.source import Source
from gisapp.importing.template import write_template
from gisapp.registers.fields import Field, FieldType, Kind, code, number, plain, text
from gisapp.registers.kinds import HAZARD_MODELS, KINDS
from gisapp.registers.references import all_ids, current_id
from gisapp.rights import Actor, Right
from gisapp.risks import vocabulary as v
from gisapp.risks.inspections import record_inspection
from gisapp.risks.lifecycle import assess
from gisapp.risks.models import Inspection, RiskStep, Ticket
from gisapp.risks.register import HAZARDS, RiskRow, risk_of
from gisapp.risks.tickets import open_ticket, take_over
from gisapp.schema import Label
from gisapp.store import Store

EVENT_KIND = "risk_census"


class CensusError(InputError):
    """A row that cannot be stored; `column` names the field it is about."""

    def __init__(self, code: str, *, column: str, **params: object) -> None:
        super().__init__(code, **params)
        self.column = column


class _DryRunEndedError(Exception):
    """Takes back what a dry run has tried."""


def _where(*, required: bool) -> tuple[Field, ...]:
    kinds = {name: KINDS[name].label for name in HAZARDS}
    return (
        code("kind", "危险源类别", "Kind of hazard", kinds, "在哪个登记库中",
             "Register of the hazard.", required=required, aliases=("类别",)),
        text("hazard_name", "危险源名称", "Name of hazard", "没有编号时按名称查找，须与登记库一致",
             "Finds the hazard where no id is given; as in its register.",
             aliases=("名称", "单位名称")),
        text("county", "行政区划代码", "County code", "同名时用来区分；没有危险源时为所在县区",
             "Tells hazards of one name apart; where there is no hazard, the county of the place.",
             pattern=r"\d{6}", length=6, aliases=("县区代码",)),
    )  # fmt: skip


def _hazard_id() -> Field:
    return text(
        "hazard_id", "危险源编号", "Id of hazard", "登记库中的编号；没有时填名称",
        "Its id in the register; where unknown, give the name.", aliases=("编号",),
    )  # fmt: skip


ASSESSMENTS = Kind(
    "assessments",
    Label("风险评估", "Assessments"),
    Label("风险评估清单，每行一次评估。", "A list of assessments, one a row."),
    None,
    (
        _hazard_id(),
        *_where(required=True),
        plain("assessed_on", FieldType.DATE, "评估日期", "Assessed on", "评估是哪天做的",
              "Day of the assessment.", required=True),
        text("assessed_by", "评估人", "Assessed by", "谁做的评估", "Who assessed.", required=True),
        code("method", "评估方法", "Method", v.METHODS, "等级如何得出", "How the level was found.",
             required=True),
        code("level", "风险等级", "Level", v.LEVELS, "专家研判时填写", "For judged by experts."),
        code("likelihood", "可能性", "Likelihood", v.LIKELIHOODS, "风险矩阵时填写",
             "For the risk matrix."),
        code("consequence", "后果", "Consequence", v.CONSEQUENCES, "风险矩阵时填写",
             "For the risk matrix."),
        text("why", "依据", "Grounds", "评估的依据", "On what grounds.", required=True,
             aliases=("缘由",)),
        text("measures", "管控措施", "Measures", "如何管控", "How it is kept in hand."),
    ),
)  # fmt: skip

TICKETS = Kind(
    "tickets",
    Label("隐患台账", "Hidden dangers"),
    Label("隐患台账，每行一条隐患。", "A ledger of hidden dangers, one a row."),
    None,
    (
        text("id", "隐患编号", "Id", "台账编号，重复导入时据此识别；没有时按地点、日期和描述",
             "By it a row taken in again is known; else by place, day and description."),
        _hazard_id(),
        *_where(required=False),
        text("place", "地点", "Place", "不属于登记的危险源时填写",
             "Where it is at no listed hazard."),
        plain("found_on", FieldType.DATE, "发现日期", "Found on", "哪天发现", "Day of the finding.",
              required=True),
        text("found_by", "发现人", "Found by", "谁发现的", "Who found it.", required=True),
        code("grade", "隐患等级", "Grade", v.TICKET_GRADES, "一般或重大", "General or major.",
             required=True),
        text("description", "隐患描述", "Description", "问题是什么", "What is wrong.",
             required=True),
        text("measure", "整改措施", "Measure", "如何整改", "What is to be done.", required=True),
        text("responsible", "整改责任人", "Person answerable", "由谁负责", "Who answers for it.",
             required=True),
        plain("deadline", FieldType.DATE, "整改期限", "Deadline", "何时之前", "By which day.",
              required=True),
        number("funding_cny", "整改资金", "Funding", "元", "落实的资金", "Funds set aside."),
        code("state", "状态", "State", v.TICKET_STATES, "空为待整改", "Empty means open."),
        plain("rectified_on", FieldType.DATE, "整改完成日期", "Rectified on", "待复查起填写",
              "From rectified on."),
        text("rectified_by", "整改人", "Rectified by", "待复查起填写", "From rectified on."),
        plain("checked_on", FieldType.DATE, "复查日期", "Checked on", "复查合格起填写",
              "From checked on."),
        text("checked_by", "复查人", "Checked by", "不得是整改人", "Not whoever rectified."),
        plain("closed_on", FieldType.DATE, "销号日期", "Closed on", "已销号时填写",
              "For closed ones."),
        text("closed_by", "销号人", "Closed by", "已销号时填写", "For closed ones."),
    ),
)  # fmt: skip

INSPECTIONS = Kind(
    "inspections",
    Label("巡查记录", "Inspections"),
    Label("巡查记录，每行一次巡查。", "A list of inspections, one a row."),
    None,
    (
        _hazard_id(),
        *_where(required=True),
        plain("inspected_on", FieldType.DATE, "巡查日期", "Inspected on", "哪天巡查", "Day.",
              required=True),
        text("inspected_by", "巡查人", "Inspected by", "谁巡查的", "Who inspected.", required=True),
        code("result", "结果", "Result", v.RESULTS, "有无异常", "Whether anything was amiss.",
             required=True),
        text("note", "情况说明", "What was seen", "发现异常时必填", "Required where amiss."),
    ),
)  # fmt: skip

LEDGERS: dict[str, Kind] = {one.name: one for one in (ASSESSMENTS, TICKETS, INSPECTIONS)}
"""What can be brought in, by name."""


@dataclass(frozen=True, kw_only=True)
class _Taking:
    """What the rows of one file are stored with."""

    session: Session
    actor: Actor
    today: date
    clock: ZoneInfo

    def moment(self, day: date) -> datetime:
        """The beginning of a day by the site's clock."""
        return datetime.combine(day, time(), self.clock).astimezone(UTC)


def ledger(name: str) -> Kind:
    """What a ledger holds.

    Raises
    ------
    InputError
        ``risks.unknown_ledger``.
    """
    if name not in LEDGERS:
        known = ", ".join(LEDGERS)
        raise InputError("risks.unknown_ledger", name=name, known=known)
    return LEDGERS[name]


def write_ledger_template(name: str, path: Path) -> None:
    """Write the workbook in which a ledger is filled in."""
    write_template(ledger(name), path)


def import_ledger(
    store: Store,
    name: str,
    path: Path,
    *,
    actor: Actor,
    today: date,
    time_zone: str,
    why: str | None = None,
    layer: str | None = None,
    dry_run: bool = False,
    strict: bool = False,
    file_name: str | None = None,
) -> ImportOutcome:
    """Take in a ledger from CSV or XLSX, in one transaction.

    Parameters
    ----------
    name
        A key of :data:`LEDGERS`.
    actor
        Needs the right to manage risks; rows of other counties than the actor's are faults.
    today, time_zone
        The site's day and clock.
    why
        For the events; the file's name where not given.
    layer
        Worksheet of a workbook with several.
    dry_run
        Do all of it and take it back.
    strict
        Store nothing where any row has a fault.
    file_name
        As the user knows it, where `path` is a copy.

    Returns
    -------
    ImportOutcome
        Wrong rows are not kept: they are in it, to be corrected and taken in again.

    Raises
    ------
    ImportingError
        The file cannot be read.
    ForbiddenError
    InputError
        ``risks.unknown_ledger``.
    """
    kind = ledger(name)
    actor.require(Right.MANAGE_RISKS)
    prepared = prepare(kind, Source(path=path, layer=layer))
    if prepared.is_refused:
        return replace(prepared.settled(), dry_run=dry_run, wrong_rows=[])
    said = why or file_name or path.name
    inserted = unchanged = 0
    outcome = prepared.settled()
    with contextlib.suppress(_DryRunEndedError), store.session(write=True) as session:
        taking = _Taking(session=session, actor=actor, today=today, clock=ZoneInfo(time_zone))
        for row, record in _in_order(prepared):
            try:
                with session.begin_nested():
                    if _STORED_BY[name](taking, record, said):
                        inserted += 1
                    else:
                        unchanged += 1
            except GisAppError as error:
                prepared.faults.append(_fault(prepared, row, record, error))
        outcome = replace(
            prepared.settled(), inserted=inserted, unchanged=unchanged, dry_run=dry_run
        )
        if strict and outcome.faults:
            outcome = replace(outcome, refused=True, inserted=0, unchanged=0)
        if dry_run or outcome.refused:
            raise _DryRunEndedError
        told: LedgerImported = {
            "file": file_name or path.name, "inserted": inserted, "unchanged": unchanged,
            "wrong": len(outcome.wrong_rows),
        }  # fmt: skip
        step = Steps(session, actor=actor, right=Right.MANAGE_RISKS)
        step.tell(EVENT_KIND, [(name, told)], what="import", why=said)
    return outcome


def _in_order(prepared: Prepared) -> list[tuple[int, Record]]:
    """The right rows, by day: a later assessment comes after an earlier one."""
    wrong = prepared.wrong()
    right = [
        (row, record)
        for row, record in zip(prepared.rows, prepared.records, strict=True)
        if row not in wrong
    ]
    days = ("assessed_on", "inspected_on", "found_on")
    return sorted(right, key=lambda one: next(one[1][day] for day in days if day in one[1]))


def _fault(prepared: Prepared, row: int, record: Record, error: GisAppError) -> Fault:
    """What stopped a row, at the column it is about."""
    wanted = getattr(error, "column", "")
    for item in prepared.kind.fields:
        if error.params.get("field_zh") == item.label.zh:
            wanted = item.name
    fields, _ignored, _faults = match_headers(
        prepared.kind, prepared.headers, has_geometry=False, header_row=1
    )
    headers = {field.name: prepared.headers[index] for index, field in fields.items()}
    value = record.get(wanted)
    return Fault(
        row=row,
        column=headers.get(wanted, wanted),
        value="" if value is None else str(value),
        code=error.code,
        params={name: one for name, one in error.params.items() if name != "value"},
    )


def _hazard(taking: _Taking, record: Record) -> RiskRow:
    """Find the hazard of a row by its id, else by its name."""
    kind, session = record.get("kind"), taking.session
    if kind is None:
        raise CensusError("import.required", column="kind", field="kind")
    hazard_id, name = record.get("hazard_id"), record.get("hazard_name")
    if not hazard_id:
        if not name:
            raise CensusError("risks.no_hazard", column="hazard_id")
        model = HAZARD_MODELS[kind]
        query = select(model.id).where(model.name == name, model.retired_at.is_(None))
        if record.get("county"):
            query = query.where(model.county == record["county"])
        found = list(session.scalars(query.order_by(model.id).limit(4)))
        if len(found) != 1:
            wrong = "risks.many_hazards" if found else "risks.no_such_name"
            raise CensusError(wrong, column="hazard_name", name=name, ids=", ".join(found))
        hazard_id = found[0]
    risk = risk_of(session, kind, current_id(session, kind, hazard_id))
    _require_own(taking, risk.county)
    return risk


def _require_own(taking: _Taking, county: str | None) -> None:
    if not taking.actor.may(Right.MANAGE_RISKS, county=county):
        raise CensusError(
            "import.other_county",
            column="county",
            value=county or "",
            own=taking.actor.county or "",
        )


def _require_not_future(taking: _Taking, record: Record, names: tuple[str, ...]) -> None:
    for name in names:
        day = record.get(name)
        if day is not None and day > taking.today:
            label = next(
                item.label for kind in LEDGERS.values() for item in kind.fields if item.name == name
            )
            raise CensusError(
                "risks.future",
                column=name,
                field_zh=label.zh,
                field_en=label.en,
                day=day.isoformat(),
            )


def _differs(column: str, held: str) -> CensusError:
    """Say that another content is on record under the same natural key."""
    return CensusError("risks.held_otherwise", column=column, held=held)


def _store_assessment(taking: _Taking, record: Record, why: str) -> bool:
    _require_not_future(taking, record, ("assessed_on",))
    risk, session = _hazard(taking, record), taking.session
    moment = taking.moment(record["assessed_on"])
    ids = all_ids(session, risk.kind, risk.id)
    held = session.scalars(
        select(RiskStep)
        .where(RiskStep.kind == risk.kind, RiskStep.hazard_id.in_(ids), RiskStep.at == moment)
        .order_by(RiskStep.fid.desc())
    ).first()
    numbers = {
        name: int(record[name]) if record.get(name) else None
        for name in ("level", "likelihood", "consequence")
    }
    method = record["method"]
    if held is not None:
        level = numbers["level"]
        if method == v.Method.MATRIX and numbers["likelihood"] and numbers["consequence"]:
            level = v.matrix_level(numbers["likelihood"], numbers["consequence"])
        if method != v.Method.STATUTORY and level != held.level:
            raise _differs("level", v.LEVELS[str(held.level)].zh if held.level else "–")
        return False
    if risk.assessed_at is not None and risk.assessed_at > moment:
        raise CensusError(
            "risks.older_assessment",
            column="assessed_on",
            day=risk.assessed_at.astimezone(taking.clock).date().isoformat(),
        )
    assess(
        session, taking.actor, risk.kind, risk.id, method=method,
        why=f"{record['why']}（{why}）", version=risk.version, measures=record.get("measures"),
        assessed_at=moment, assessed_by=record["assessed_by"], **numbers,
    )  # fmt: skip
    return True


def _store_inspection(taking: _Taking, record: Record, _why: str) -> bool:
    risk, session = _hazard(taking, record), taking.session
    held = session.scalars(
        select(Inspection).where(
            Inspection.kind == risk.kind,
            Inspection.hazard_id.in_(all_ids(session, risk.kind, risk.id)),
            Inspection.inspected_on == record["inspected_on"],
            Inspection.inspected_by == record["inspected_by"],
        )
    ).first()
    if held is not None:
        if held.result != record["result"]:
            raise _differs("result", v.RESULTS[held.result].zh)
        return False
    record_inspection(
        session, taking.actor, risk.kind, risk.id, inspected_on=record["inspected_on"],
        inspected_by=record["inspected_by"], result=record["result"], note=record.get("note"),
         today=taking.today,
    )  # fmt: skip
    return True


def _store_ticket(taking: _Taking, record: Record, why: str) -> bool:
    session = taking.session
    days = ("rectified_on", "checked_on", "closed_on")
    _require_not_future(taking, record, days)
    if record.get("place") and not (record.get("hazard_id") or record.get("hazard_name")):
        _require_own(taking, record.get("county"))
        where: dict[str, str | None] = {"place": record["place"], "county": record.get("county")}
    else:
        risk = _hazard(taking, record)
        where = {"kind": risk.kind, "hazard_id": risk.id}
    state = record.get("state") or v.TicketState.OPEN.value
    held = session.scalars(_same_ticket(record, where)).first()
    if held is not None:
        _require_own(taking, held.county)
        if held.state != state:
            raise _differs("state", v.TICKET_STATES[held.state].zh)
        return False
    done = {
        f"{name}_{part}": record.get(f"{name}_{part}")
        for name in ("rectified", "checked", "closed")
        for part in ("on", "by")
    }
    ticket = open_ticket(
        session, taking.actor, found_on=record["found_on"], found_by=record["found_by"],
        grade=record["grade"],
        description=record["description"], measure=record["measure"],
        responsible=record["responsible"], deadline=record["deadline"],
        funding_cny=record.get("funding_cny"), ticket_id=record.get("id"),
        today=taking.today, **where,
    )  # fmt: skip
    take_over(
        session, taking.actor, ticket, state,
        moments={one.removesuffix("_on"): taking.moment(day)
                 for one, day in done.items() if one.endswith("_on") and day is not None},
        people={one.removesuffix("_by"): by
                for one, by in done.items() if one.endswith("_by") and by},
         why=why,
    )  # fmt: skip
    return True


def _same_ticket(record: Record, where: Mapping[str, str | None]) -> Select[Ticket]:
    """Ask for the ticket that a row is: by its id, else by place, day and description."""
    if record.get("id"):
        return select(Ticket).where(Ticket.id == record["id"])
    place = (
        (Ticket.kind == where["kind"], Ticket.hazard_id == where["hazard_id"])
        if "hazard_id" in where
        else (Ticket.place == where["place"],)
    )
    return select(Ticket).where(
        *place,
        Ticket.found_on == record["found_on"],
        Ticket.description == record["description"],
    )


_STORED_BY: dict[str, Callable[[_Taking, Record, str], bool]] = {
    "assessments": _store_assessment,
    "tickets": _store_ticket,
    "inspections": _store_inspection,
}
