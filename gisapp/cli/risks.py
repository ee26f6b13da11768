"""``gisapp risks``: the yearly board on a terminal; ledgers of risks from files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gisapp.cli.console import (
    EXISTING_FILE,
    EXIT_BAD_INPUT,
    Console,
    answer_options,
    dir_option,
    main,
    operator,
    pass_console,
)
from gisapp.cli.outcomes import (
    EXIT_PARTLY,
    dry_run_option,
    fault_lines,
    faults_option,
    outcome_dict,
    output_option,
    strict_option,
)
from gisapp.cli.quality import as_columns
from gisapp.messages import translate

if TYPE_CHECKING:
    from gisapp.importing import ImportOutcome

LEDGERS = ("assessments", "tickets", "inspections")


@main.group(invoke_without_command=True)
@click.option("--year", type=int, help="年份 / Calendar year, default this one.")
@click.option("--county", default="", help="仅此县区 / Only this county's code.")
@dir_option
@answer_options
@click.pass_context
def risks(ctx: click.Context, year: int | None, county: str) -> None:
    """风险统计 / Count risks by level and a year's work, per county.

    \b
    示例 Examples:
      gisapp risks -d mysite
      gisapp risks --year 2026 --json -d mysite
      gisapp risks import tickets 隐患台账.xlsx --dry-run -d mysite
    """
    if ctx.invoked_subcommand is not None:
        return
    console: Console = ctx.obj
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.risks.summary import summarise  # noqa: PLC0415

    app = open_app(console.settings)
    day = app.today()
    with app.store.session() as session:
        rows = summarise(
            session, year=year or day.year, today=day, time_zone=app.site.time_zone, county=county
        )
    app.store.close()
    numbers = (
        "overdue", "never", "assessments", "warnings", "disposals", "closures", "inspections",
        "tickets_found", "tickets_closed", "tickets_open", "tickets_overdue",
    )  # fmt: skip
    answer = [
        {
            "county": row.county,
            "levels": {str(level): row.levels[level] for level in range(5)},
            "states": dict(row.states),
            **{name: getattr(row, name) for name in numbers},
        }
        for row in rows
    ]
    heads = ["county", "1", "2", "3", "4", "?", *numbers]
    table = [
        [
            row.county or "-",
            *(str(row.levels[level]) for level in (1, 2, 3, 4, 0)),
            *(str(getattr(row, name)) for name in numbers),
        ]
        for row in rows
    ]
    console.answer({"risks": answer}, as_columns(heads, table))


@risks.command(name="import")
@click.argument("ledger", type=click.Choice(LEDGERS))
@click.argument("file", type=EXISTING_FILE)
@click.option("--sheet", "layer", help="工作表 / Worksheet.")
@dry_run_option
@strict_option
@faults_option
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
    from gisapp.accounts.exports import Export, Way, record_before_sending  # noqa: PLC0415
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.importing.fault_workbook import write_fault_workbook  # noqa: PLC0415
    from gisapp.rights import system_actor  # noqa: PLC0415
    from gisapp.risks.census import import_ledger  # noqa: PLC0415

    console: Console = ctx.obj
    app = open_app(console.settings)
    zone = app.site.time_zone
    outcome = import_ledger(
        app.store,
        ledger,
        file,
        actor=system_actor(operator()),
        today=app.today(),
        time_zone=zone,
        layer=layer,
        dry_run=dry_run,
        strict=strict,
    )
    if faults_path is not None and outcome.wrong_rows:
        number = len(outcome.wrong_rows)
        export = Export(
            way=Way.FAULTS, subject=ledger, format="xlsx", records=number, contacts=True
        )
        record_before_sending(app.store, export, who=operator())
        write_fault_workbook(
            faults_path, outcome.wrong_rows, headers=outcome.headers, crs=None, lang=console.lang
        )
        console.say("cli.import_faults_written", path=faults_path)
    app.store.close()
    console.answer(outcome_dict(outcome, console.lang), _text(ledger, outcome, console.lang))
    if outcome.refused:
        ctx.exit(EXIT_BAD_INPUT)
    if outcome.faults:
        ctx.exit(EXIT_PARTLY)


@risks.command()
@click.argument("ledger", type=click.Choice(LEDGERS))
@output_option("LEDGER")
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
    return "\n".join([*lines, *fault_lines(outcome, lang)])
