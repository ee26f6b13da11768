"""``gisapp import resources``, ``template`` and ``quarantine``."""

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
    import_,
    operator,
    pass_console,
)
from gisapp.cli.outcomes import (
    EXIT_PARTLY,
    dry_run_option,
    faults_option,
    outcome_dict,
    outcome_text,
    output_option,
    strict_option,
)
from gisapp.messages import translate
from gisapp.rights import system_actor
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from gisapp.bootstrap import App
    from gisapp.importing import ImportOutcome
    from gisapp.importing.offset import RoadDistance


@import_.command()
@click.argument("kind")
@click.argument("file", type=EXISTING_FILE)
@click.option(
    "--crs",
    help="坐标系，文件未声明时必填：EPSG:4326、EPSG:4490、EPSG:4513–4554、GCJ-02、BD-09；"
    "unknown 表示不清楚，各行进隔离区 / CRS, needed where the file declares none;"
    " unknown sets every row aside.",
)
@click.option(
    "--layer",
    "--sheet",
    "layer",
    help="工作表、图层或压缩包内文件 / Worksheet, layer, or file of a zip.",
)
@dry_run_option
@strict_option
@click.option(
    "--trust-crs", is_flag=True, help="坐标疑似偏移仍入库 / Store although points seem shifted."
)
@faults_option
@dir_option
@answer_options
@click.pass_context
def resources(
    ctx: click.Context,
    kind: str,
    file: Path,
    crs: str | None,
    layer: str | None,
    dry_run: bool,
    strict: bool,
    trust_crs: bool,
    faults_path: Path | None,
) -> None:
    """导入资源或隐患 / Import resources or hazards of one KIND.

    KIND: a register, see `gisapp import template --help`, or osm for the fire stations and
    hospitals of an OpenStreetMap file.

    Right rows are stored; rows with faults wait in the quarantine (exit code 1). Where nothing
    could be stored the exit code is 2.

    \b
    示例 Examples:
      gisapp import resources team teams.xlsx --crs EPSG:4490 -d mycity
      gisapp import resources hospital hospitals.csv --crs GCJ-02 --dry-run --faults faults.xlsx
      gisapp import resources osm mycity.osm.pbf -d mycity
    """
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.importing import import_osm_resources, import_resources  # noqa: PLC0415

    console: Console = ctx.obj
    app, actor = open_app(console.settings), system_actor(operator())
    if kind == "osm":
        outcomes = import_osm_resources(app.store, file, actor=actor, dry_run=dry_run)
    else:
        outcome = import_resources(
            app.store,
            kind,
            file,
            actor=actor,
            crs=crs,
            layer=layer,
            strict=strict,
            trust_crs=trust_crs,
            road_distance_m=_road_distance(app),
            dry_run=dry_run,
        )
        outcomes = [outcome]
        if faults_path is not None and outcome.wrong_rows:
            _write_faults(app, outcome, faults_path, console.lang)
            console.say("cli.import_faults_written", path=faults_path)
    console.answer(
        {"outcomes": [outcome_dict(outcome, console.lang) for outcome in outcomes]},
        "\n".join(outcome_text(outcome, console.lang) for outcome in outcomes),
    )
    if any(outcome.refused for outcome in outcomes):
        ctx.exit(EXIT_BAD_INPUT)
    if any(outcome.faults for outcome in outcomes):
        ctx.exit(EXIT_PARTLY)


def _road_distance(app: App) -> RoadDistance | None:
    from gisapp.importing.offset import distance_to_roads  # noqa: PLC0415

    return distance_to_roads(app.router.network) if app.has_roads else None


def _write_faults(app: App, outcome: ImportOutcome, path: Path, lang: str) -> None:
    from gisapp.accounts.exports import Export, Way, record_before_sending  # noqa: PLC0415
    from gisapp.importing.fault_workbook import write_fault_workbook  # noqa: PLC0415
    from gisapp.importing.quarantine import as_wrong_row, waiting_rows  # noqa: PLC0415

    rows = outcome.wrong_rows
    if outcome.batch is not None:
        with app.store.session() as session:
            waiting = waiting_rows(session, batch=outcome.batch, limit=len(rows))
        rows = [as_wrong_row(row) for row in waiting]
    export = Export(
        way=Way.FAULTS, subject=outcome.kind, format="xlsx", records=len(rows), contacts=True
    )
    record_before_sending(app.store, export, who=operator())
    write_fault_workbook(path, rows, headers=outcome.headers, crs=outcome.crs, lang=lang)


@import_.command()
@click.argument("kind")
@output_option("KIND")
@answer_options
@pass_console
def template(console: Console, kind: str, output: Path | None) -> None:
    """写出填报模板 / Write the workbook in which records of KIND are filled in.

    KIND 是登记库的名称，见数据字典 / a register's name, as the data dictionary has it.

    \b
    示例 Example:
      gisapp import template team -o 救援队伍.xlsx
    """
    from gisapp.importing.template import write_template  # noqa: PLC0415
    from gisapp.registers.queries import described  # noqa: PLC0415

    path = output or Path(f"{kind}.xlsx")
    write_template(described(kind), path)
    console.answer(
        {"kind": kind, "path": str(path)},
        translate("cli.template_written", console.lang, kind=kind, path=path),
    )


@import_.command()
@click.argument("kind", required=False)
@dir_option
@answer_options
@pass_console
def quarantine(console: Console, kind: str | None) -> None:
    """列出待改正的行 / List the rows that wait for correction, of all registers or of KIND.

    \b
    示例 Example:
      gisapp import quarantine team -d mycity
    """
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.importing.quarantine import as_wrong_row, waiting_rows  # noqa: PLC0415
    from gisapp.importing.quarantine import batch as batch_of  # noqa: PLC0415
    from gisapp.registers import KINDS  # noqa: PLC0415

    app = open_app(console.settings)
    with app.store.session() as session:
        waiting = waiting_rows(session, kind=kind)
        files = {row.batch_fid: batch_of(session, row.batch_fid).file for row in waiting}
    rows: list[Json] = []
    lines = []
    for row in waiting:
        faults = as_wrong_row(row).faults
        sentences = [fault.sentence(console.lang) for fault in faults]
        rows.append(
            {
                "number": row.fid,
                "kind": row.kind,
                "key": row.key,
                "file": files[row.batch_fid],
                "row": row.row,
                "cells": row.cells,
                "faults": sentences,
            }
        )
        lines.append(
            translate(
                "cli.quarantine_line",
                console.lang,
                number=row.fid,
                kind=KINDS[row.kind].label.in_(console.lang),
                key=row.key,
                file=files[row.batch_fid],
                row=row.row,
                sentences=" ".join(sentences),
            )
        )
    empty = translate("cli.quarantine_empty", console.lang)
    console.answer({"rows": rows}, "\n".join(lines) or empty)
