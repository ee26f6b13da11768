"""What commands that import share: their options, and the outcome as JSON and as text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from gisapp.cli.console import EXIT_NOTHING_ARRIVES
from gisapp.messages import translate
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from gisapp.importing import ImportOutcome

Command = TypeVar("Command", bound=Callable[..., None])

EXIT_PARTLY = EXIT_NOTHING_ARRIVES
"""Some rows were set aside."""

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="只检查，不入库 / Check only, store nothing."
)
strict_option = click.option(
    "--strict", is_flag=True, help="有一行错误即全部不入库 / All rows or none."
)
faults_option = click.option(
    "--faults",
    "faults_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="把有错误的行写入 XLSX / Write the rows with faults to this XLSX.",
)


def output_option(named: str) -> Callable[[Command], Command]:
    """The option that says where a template goes, by default after what it is of."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        help=f"写到哪个文件 / File to write, default {named}.xlsx here.",
    )


SHOWN_FAULTS = 50


def outcome_dict(outcome: ImportOutcome, lang: str) -> dict[str, Json]:
    """An import's outcome as JSON carries it."""
    return {
        "kind": outcome.kind,
        "read": outcome.read,
        "inserted": outcome.inserted,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "quarantined": outcome.quarantined,
        "corrected": outcome.corrected,
        "proposed": outcome.proposed,
        "stored": outcome.is_stored,
        "batch": outcome.batch,
        "charset": outcome.charset,
        "crs": outcome.crs,
        "ignored_columns": outcome.ignored,
        "warnings": [
            {"code": warning.code, "message": warning.sentence(lang)}
            for warning in outcome.warnings
        ],
        "faults": [
            {
                "row": fault.row,
                "column": fault.column,
                "value": fault.value,
                "code": fault.code,
                "message": fault.sentence(lang),
            }
            for fault in outcome.faults
        ],
    }


def fault_lines(outcome: ImportOutcome, lang: str) -> list[str]:
    """A line for each of the first faults, and how many more there are."""
    lines = [
        translate(
            "cli.fault", lang, row=fault.row, column=fault.column, sentence=fault.sentence(lang)
        )
        for fault in outcome.faults[:SHOWN_FAULTS]
    ]
    if (more := len(outcome.faults) - SHOWN_FAULTS) > 0:
        lines.append(translate("cli.import_more", lang, more=more))
    return lines


def outcome_text(outcome: ImportOutcome, lang: str) -> str:
    """An import's outcome for a person: one line, then a line for each fault and warning."""
    from gisapp.registers import KINDS  # noqa: PLC0415

    if outcome.refused:
        code = "cli.import_faults"
    elif outcome.faults:
        code = "cli.import_would_partly" if outcome.dry_run else "cli.import_partly"
    else:
        code = "cli.import_checked" if outcome.dry_run else "cli.import_done"
    text = translate(
        code,
        lang,
        kind=KINDS[outcome.kind].label.in_(lang),
        read=outcome.read,
        inserted=outcome.inserted,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        quarantined=outcome.quarantined,
        faults=len(outcome.faults),
        charset=outcome.charset or "—",
    )
    if outcome.ignored:
        text += translate("cli.import_ignored", lang, columns=", ".join(outcome.ignored))
    if outcome.corrected:
        text += translate("cli.import_corrected", lang, corrected=outcome.corrected)
    if outcome.proposed:
        text += translate("cli.import_proposed", lang, proposed=outcome.proposed)
    lines = [text]
    lines += fault_lines(outcome, lang)
    lines += [
        translate("cli.import_warning", lang, sentence=warning.sentence(lang))
        for warning in outcome.warnings
    ]
    return "\n".join(lines)
