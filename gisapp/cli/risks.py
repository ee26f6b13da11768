"""``gisapp risks import`` and ``template``: ledgers of risks from files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from gisapp.cli import EXIT_BAD_INPUT, Console, answer_options, dir_option, pass_console
from gisapp.cli.importing import EXIT_PARTLY, SHOWN_FAULTS, outcome_dict
from gisapp.cli.quality import risks
from gisapp.cli.site import EXISTING_FILE, operator
from gisapp.messages import translate

if TYPE_CHECKING:
    from gisapp.importing import ImportOutcome

LEDGERS = ("assessments", "tickets", "inspections")


@risks.command(name="import")
@click.argument("ledger", type=click.Choice(LEDGERS))
@click.argument("file", type=EXISTING_FILE)
@click.option("--sheet", "layer", help="工作表 / Worksheet.")
@click.option("--dry-run", is_flag=True, help="只检查，不入库 / Check only, store nothing.")
@click.option("--strict", is_flag=True, help="有一行错误即全部不入库 / All rows or none.")
@click.option(
    "--faults",
    "faults_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="把有错误的行写入 XLSX / Write the rows with faults to this XLSX.",
)
@dir_option
@answer_options
@click.pass_context
def import_(
    ctx: click.Context,
    ledger: str,
    file: Path,
    layer: str | None,
    dry_run: bool,
    strict: bool,
    faults_path: Path | None,
) -> None:
    """导入评估、隐患或巡查台账 / Take in a ledger of assessments, tickets or inspections.

    Right rows are stored, rows with faults are not (exit code 1). A file taken in again changes
    nothing.

    \b
    示例 Examples:
      gisapp risks import tickets 隐患台账.xlsx --dry-run -d mycity
      gisapp risks import inspections 巡查.csv --faults faults.xlsx -d mycity
    """
    from gisapp.accounts import system_actor  # noqa: PLC0415
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.importing.fault_workbook import write_fault_workbook  # noqa: PLC0415
    from gisapp.risks.census import import_ledger  # noqa: PLC0415

    console: Console = ctx.obj
    app = open_app(console.settings)
    zone = app.site.time_zone
    outcome = import_ledger(
        app.store,
        ledger,
        file,
        actor=system_actor(operator()),
        today=datetime.now(ZoneInfo(zone)).date(),
        time_zone=zone,
        layer=layer,
        dry_run=dry_run,
        strict=strict,
    )
    app.store.close()
    if faults_path is not None and outcome.wrong_rows:
        write_fault_workbook(
            faults_path, outcome.wrong_rows, headers=outcome.headers, crs=None, lang=console.lang
        )
        console.say("cli.import_faults_written", path=faults_path)
    console.answer(outcome_dict(outcome, console.lang), _text(ledger, outcome, console.lang))
    if outcome.refused:
        ctx.exit(EXIT_BAD_INPUT)
    if outcome.faults:
        ctx.exit(EXIT_PARTLY)


@risks.command()
@click.argument("ledger", type=click.Choice(LEDGERS))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="写到哪个文件 / File to write, default LEDGER.xlsx here.",
)
@answer_options
@pass_console
def template(console: Console, ledger: str, output: Path | None) -> None:
    """写出填报模板 / Write the workbook in which a ledger is filled in.

    \b
    示例 Example:
      gisapp risks template tickets -o 隐患台账.xlsx
    """
    from gisapp.risks.census import write_ledger_template  # noqa: PLC0415

    path = output or Path(f"{ledger}.xlsx")
    write_ledger_template(ledger, path)
    console.answer(
        {"ledger": ledger, "path": str(path)},
        translate("cli.ledger_template", console.lang, name=ledger, path=path),
    )


def _text(ledger: str, outcome: ImportOutcome, lang: str) -> str:
    from gisapp.risks.census import LEDGERS as DESCRIBED  # noqa: PLC0415

    lines = [
        translate(
            "cli.ledger_checked" if outcome.dry_run else "cli.ledger_imported",
            lang,
            name=DESCRIBED[ledger].label.in_(lang),
            read=outcome.read,
            inserted=outcome.inserted,
            unchanged=outcome.unchanged,
            wrong=len({fault.row for fault in outcome.faults}),
        )
    ]
    lines += [
        translate(
            "cli.fault", lang, row=fault.row, column=fault.column, sentence=fault.sentence(lang)
        )
        for fault in outcome.faults[:SHOWN_FAULTS]
    ]
    if (more := len(outcome.faults) - SHOWN_FAULTS) > 0:
        lines.append(translate("cli.import_more", lang, more=more))
    return "\n".join(lines)
