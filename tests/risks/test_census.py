"""Ledgers of assessments, hidden dangers and inspections: checked, stored, repeatable."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from gisapp.bootstrap import App
from gisapp.cli import main
from gisapp.importing.fault_workbook import write_fault_workbook
from gisapp.registers.kinds import KINDS
from gisapp.rights import ForbiddenError
from gisapp.risks.census import LEDGERS, import_ledger, write_ledger_template
from gisapp.risks.models import Inspection, Risk, RiskStep, Ticket
from gisapp.risks.register import risk_of
from gisapp.store import Store
from tests.risks.hazards import EVA, IN_ONE, TODAY, VIEWER, add_hazards

ASSESSMENTS: list[dict[str, str]] = [
    {"类别": KINDS["geohazard"].label.zh, "编号": "G2", "评估日期": "2026-05-01", "评估人": "张工",
     "评估方法": "风险矩阵", "可能性": "5", "后果": "5", "依据": "汛前排查", "管控措施": "监测"},
    {"类别": "geohazard", "编号": "", "危险源名称": "南沟", "评估日期": "2026/6/1",
     "评估人": "张工", "评估方法": "judged", "风险等级": "一般风险（黄）", "依据": "会商"},
    {"类别": "hazard_source", "编号": "H1", "评估日期": "2026-07-01", "评估人": "李工",
     "评估方法": "按法定分级", "依据": "备案"},
]  # fmt: skip
TICKET = {"隐患编号": "YH-1", "类别": "geohazard", "危险源编号": "G2", "发现日期": "2026-09-01",
          "发现人": "群众", "隐患等级": "重大隐患", "隐患描述": "裂缝加宽", "整改措施": "填缝",
          "整改责任人": "王", "整改期限": "2026-10-01"}  # fmt: skip
TICKETS: list[dict[str, str]] = [
    TICKET,
    TICKET | {"隐患编号": "", "隐患描述": "排水沟堵塞", "状态": "已销号",
              "整改完成日期": "2026-09-05",
              "整改人": "王", "复查日期": "2026-09-06", "复查人": "赵", "销号日期": "2026-09-07",
              "销号人": "赵"},
    TICKET | {"隐患编号": "", "类别": "", "危险源编号": "", "地点": "东街路口",
              "行政区划代码": "990001", "隐患等级": "general"},
]  # fmt: skip
INSPECTIONS: list[dict[str, str]] = [
    {"类别": "geohazard", "危险源编号": "G2", "巡查日期": "2026-11-01", "巡查人": "陈",
     "结果": "未发现异常"},
    {"类别": "geohazard", "危险源编号": "G2", "巡查日期": "2026-10-01", "巡查人": "陈",
     "结果": "发现异常", "情况说明": "裂缝"},
]  # fmt: skip
RIGHT = {"assessments": ASSESSMENTS, "tickets": TICKETS, "inspections": INSPECTIONS}
TABLES = (Risk, RiskStep, Ticket, Inspection)


@pytest.fixture
def with_hazards(store: Store) -> Store:
    add_hazards(store)
    return store


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    headers = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.DictWriter(stream, headers, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def take(store: Store, name: str, path: Path, **options: Any) -> Any:
    given = {"actor": EVA, "today": TODAY, "time_zone": "Asia/Shanghai"} | options
    return import_ledger(store, name, path, **given)


def counts(store: Store) -> list[int]:
    with store.session() as session:
        return [session.scalar(select(func.count()).select_from(one)) or 0 for one in TABLES]


@pytest.mark.parametrize("name", LEDGERS)
def test_a_ledger_is_taken_in_once(with_hazards: Store, tmp_path: Path, name: str) -> None:
    """The dry run stores nothing and counts what the import does; a second one changes nothing."""
    path = written(tmp_path / "ledger.csv", RIGHT[name])
    before, number = counts(with_hazards), len(RIGHT[name])
    tried = take(with_hazards, name, path, dry_run=True)
    assert (tried.read, tried.inserted, tried.faults) == (number, number, [])
    assert counts(with_hazards) == before
    done = take(with_hazards, name, path)
    assert (done.inserted, done.unchanged, done.faults) == (number, 0, [])
    after = counts(with_hazards)
    again = take(with_hazards, name, path)
    assert (again.inserted, again.unchanged, again.faults) == (0, number, [])
    assert counts(with_hazards) == after


def test_what_is_taken_in_is_dated_as_the_ledger_says(with_hazards: Store, tmp_path: Path) -> None:
    for name, rows in RIGHT.items():
        take(with_hazards, name, written(tmp_path / f"{name}.csv", rows))
    with with_hazards.session() as session:
        risk = risk_of(session, "geohazard", "G2")
        assert (risk.level, risk.method, risk.assessed_by) == (1, "matrix", "张工")
        assert risk.assessed_at is not None
        assert risk.assessed_at.isoformat() == "2026-04-30T16:00:00+00:00"
        assert risk.inspected_on is not None
        assert risk.inspected_on.isoformat() == "2026-11-01"
        assert risk_of(session, "geohazard", "G4").level == 3
        assert risk_of(session, "hazard_source", "H1").method == "statutory"
        closed = session.scalars(select(Ticket).where(Ticket.state == "closed")).one()
        assert (closed.rectified_by, closed.checked_by, closed.closed_by) == ("王", "赵", "赵")
        assert closed.id.startswith("YH2611")
        elsewhere = session.scalars(select(Ticket).where(Ticket.hazard_id.is_(None))).one()
        assert (elsewhere.place, elsewhere.county) == ("东街路口", "990001")


@pytest.mark.parametrize(
    ("name", "change", "code", "column"),
    [
        ("tickets", {"危险源编号": "G9"}, "risks.unknown_hazard", ""),
        ("tickets", {"危险源编号": "", "危险源名称": "没有"}, "risks.no_such_name", "危险源名称"),
        ("tickets", {"危险源编号": ""}, "risks.no_hazard", "危险源编号"),
        ("tickets", {"类别": ""}, "import.required", "类别"),
        ("tickets", {"发现日期": "昨天"}, "import.not_a_date", "发现日期"),
        ("tickets", {"发现日期": "2027-01-01"}, "risks.future", "发现日期"),
        ("tickets", {"整改期限": "2026-08-01"}, "risks.deadline", ""),
        ("tickets", {"隐患等级": "很大"}, "import.unknown_code", "隐患等级"),
        ("tickets", {"隐患描述": ""}, "import.required", "隐患描述"),
        ("tickets", {"状态": "已销号"}, "risks.ledger_step", ""),
        ("inspections", {"结果": "发现异常"}, "risks.bad_text", "情况说明"),
        ("inspections", {"巡查日期": "2026-13-01"}, "import.not_a_date", "巡查日期"),
        ("assessments", {"可能性": "6"}, "import.unknown_code", "可能性"),
        ("assessments", {"后果": ""}, "risks.bad_choice", "后果"),
    ],
)
def test_a_wrong_row_is_named_and_the_others_are_stored(  # noqa: PLR0917 - a row of the table
    file_store: Store, tmp_path: Path, name: str, change: dict[str, str], code: str, column: str
) -> None:
    add_hazards(file_store)
    extra = {"危险源名称": "", "情况说明": "", "状态": ""} | RIGHT[name][0] | change
    path = written(tmp_path / "a.csv", [extra, *RIGHT[name][1:]])
    done = take(file_store, name, path)
    assert [(one.row, one.code, one.column) for one in done.faults] == [(2, code, column)]
    assert done.inserted == len(RIGHT[name]) - 1
    for lang in ("zh", "en"):
        assert "{" not in done.faults[0].sentence(lang)
    write_fault_workbook(
        tmp_path / "f.xlsx", done.wrong_rows, headers=done.headers, crs=None, lang="zh"
    )
    again = take(file_store, name, tmp_path / "f.xlsx")  # reads back, still wrong
    assert (again.read, again.faults[0].code) == (1, code)


def test_what_is_on_record_otherwise_is_said(with_hazards: Store, tmp_path: Path) -> None:
    for name, change in (
        ("tickets", {"状态": "整改中"}),
        ("inspections", {"结果": "发现异常", "情况说明": "x"}),
        ("assessments", {"可能性": "1"}),
    ):
        first = RIGHT[name][0]
        take(with_hazards, name, written(tmp_path / "a.csv", [first]))
        done = take(with_hazards, name, written(tmp_path / "b.csv", [first | change]))
        assert [one.code for one in done.faults] == ["risks.held_otherwise"]
    older = ASSESSMENTS[0] | {"评估日期": "2026-01-01"}
    done = take(with_hazards, "assessments", written(tmp_path / "c.csv", [older]))
    assert [one.code for one in done.faults] == ["risks.older_assessment"]


def test_all_or_none(file_store: Store, tmp_path: Path) -> None:
    add_hazards(file_store)
    path = written(tmp_path / "a.csv", [*TICKETS, TICKET | {"隐患编号": "2", "危险源编号": "?"}])
    before = counts(file_store)
    done = take(file_store, "tickets", path, strict=True)
    assert (done.refused, done.inserted) == (True, 0)
    assert counts(file_store) == before


def test_a_county_takes_in_its_own(file_store: Store, tmp_path: Path) -> None:
    add_hazards(file_store)
    other = INSPECTIONS[0] | {"危险源编号": "G4"}
    path = written(tmp_path / "a.csv", [*INSPECTIONS, other])
    done = take(file_store, "inspections", path, actor=IN_ONE)
    assert (done.inserted, [one.code for one in done.faults]) == (2, ["import.other_county"])
    with pytest.raises(ForbiddenError):
        take(file_store, "inspections", path, actor=VIEWER)


@pytest.mark.parametrize("name", LEDGERS)
def test_a_template_is_read_back(file_store: Store, tmp_path: Path, name: str) -> None:
    """Its example is passed over; what is filled in below comes in."""
    add_hazards(file_store)
    path = tmp_path / "t.xlsx"
    write_ledger_template(name, path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = [str(cell.value).rstrip("*").partition("（")[0] for cell in sheet[1]]
    known = {alias: one.label.zh for one in LEDGERS[name].fields for alias in one.aliases}
    for header, value in RIGHT[name][0].items():
        sheet.cell(3, heads.index(known.get(header, header)) + 1, value)
    book.save(path)
    done = take(file_store, name, path)
    assert (done.read, done.inserted, done.faults) == (1, 1, [])


def test_the_command(tiny_app: App, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [TICKET | {"危险源编号": "", "类别": "", "地点": "东街"}])
    folder = ["-d", str(tiny_app.directory)]
    runner = CliRunner()
    tried = runner.invoke(main, ["risks", "import", "tickets", str(path), "--dry-run", *folder])
    assert tried.exit_code == 0, tried.output
    assert "未入库" in tried.output
    done = runner.invoke(main, ["risks", "import", "tickets", str(path), *folder, "--json"])
    assert done.exit_code == 0, done.output
    assert '"inserted": 1' in done.output
    out = tmp_path / "t.xlsx"
    made = runner.invoke(main, ["risks", "template", "tickets", "-o", str(out)])
    assert "gisapp risks import tickets" in made.output
    assert out.is_file()
    assert runner.invoke(main, ["risks", *folder]).exit_code == 0
