"""``gisapp exchange``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from gisapp.cli.console import (
    EXIT_BAD_INPUT,
    Console,
    answer_options,
    dir_option,
    main,
    operator,
    pass_console,
)
from gisapp.messages import translate
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from gisapp.exchange.deciding import Conflict, Side
    from gisapp.exchange.merging import MergeOutcome

FILE = click.Path(path_type=Path, dir_okay=False)


@main.group()
def exchange() -> None:
    """县级副本：导出、合并、处理冲突 / Copies of a county: hand out, merge back, decide."""


@exchange.command(name="export")
@click.argument("file", type=FILE)
@click.option("--county", required=True, help="行政区划代码 / Code of the county, six digits.")
@dir_option
@answer_options
@pass_console
def export_(console: Console, file: Path, county: str) -> None:
    """导出一县的工作副本 / Write a county's own copy to FILE, a GeoPackage.

    \b
    示例 Example:
      gisapp exchange export --county 990001 county.gpkg -d mycity
    """
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.exchange.copying import export_copy  # noqa: PLC0415
    from gisapp.rights import system_actor  # noqa: PLC0415

    app = open_app(console.settings)
    copied = export_copy(app.store, file, county, actor=system_actor(operator()))
    console.answer(
        {
            "copy": copied.id,
            "county": copied.county,
            "file": str(copied.path),
            "records": copied.records,
            "contacts": copied.has_contacts,
        },
        translate(
            "cli.exchange.copied",
            console.lang,
            id=copied.id,
            records=sum(copied.records.values()),
            path=copied.path,
        ),
    )


@exchange.command()
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="只说明，不入库 / Tell only, store nothing.")
@dir_option
@answer_options
@click.pass_context
def merge(ctx: click.Context, file: Path, dry_run: bool) -> None:
    """合并县级副本 / Merge a county's copy back.

    \b
    示例 Examples:
      gisapp exchange merge county.gpkg --dry-run -d mycity
      gisapp exchange merge county.gpkg -d mycity
    """
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.exchange.merging import merge_copy  # noqa: PLC0415
    from gisapp.rights import system_actor  # noqa: PLC0415

    console: Console = ctx.obj
    app = open_app(console.settings)
    outcome = merge_copy(app.store, file, actor=system_actor(operator()), dry_run=dry_run)
    console.answer(outcome.to_dict(console.lang), merge_text(outcome, console.lang))
    if outcome.refused:
        ctx.exit(EXIT_BAD_INPUT)


@exchange.command(name="conflicts")
@dir_option
@answer_options
@pass_console
def conflicts_(console: Console) -> None:
    """列出待处理的冲突 / List the conflicts that wait for a decision."""
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.exchange.deciding import conflicts  # noqa: PLC0415
    from gisapp.rights import system_actor  # noqa: PLC0415

    app = open_app(console.settings)
    with app.store.session() as session:
        found = conflicts(session, actor=system_actor(operator()))
    lines = [conflict_text(one, console.lang) for one in found]
    console.answer(
        {"conflicts": [one.to_dict() for one in found]},
        "\n".join(lines) or translate("cli.exchange.no_conflicts", console.lang),
    )


@exchange.command(name="decide")
@click.argument("number", type=int)
@click.argument("side", type=click.Choice(["ours", "theirs"]))
@dir_option
@answer_options
@pass_console
def decide_(console: Console, number: int, side: str) -> None:
    """处理一个冲突 / Decide conflict NUMBER: keep ours, or take theirs."""
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.exchange.deciding import decide  # noqa: PLC0415
    from gisapp.rights import system_actor  # noqa: PLC0415

    app = open_app(console.settings)
    with app.store.session(write=True) as session:
        decide(session, system_actor(operator()), number, cast("Side", side))
    console.answer(
        {"conflict": number, "side": side},
        translate("cli.exchange.decided", console.lang, number=number, side=side),
    )


def merge_text(outcome: MergeOutcome, lang: str) -> str:
    """An outcome for a person: one line, then a line for each record that was refused."""
    from gisapp.registers import KINDS  # noqa: PLC0415

    lines = [
        translate(
            "cli.exchange.merged",
            lang,
            copy=outcome.copy_id,
            inserted=len(outcome.inserted),
            updated=len(outcome.updated),
            conflicts=len(outcome.conflicts),
            refused=len(outcome.refused),
            unchanged=outcome.unchanged,
        )
    ]
    lines += [
        translate(
            "cli.exchange.refused",
            lang,
            kind=KINDS[one.kind].label.in_(lang),
            id=one.id,
            field=one.field,
            sentence=one.sentence(lang),
        )
        for one in outcome.refused
    ]
    if outcome.dry_run:
        lines.append(translate("cli.exchange.dry_run", lang))
    return "\n".join(lines)


def conflict_text(conflict: Conflict, lang: str) -> str:
    """A conflict in one line."""
    from gisapp.registers import KINDS  # noqa: PLC0415

    return translate(
        "cli.exchange.conflict",
        lang,
        number=conflict.number,
        kind=KINDS[conflict.kind].label.in_(lang),
        id=conflict.record_id,
        field=conflict.field,
        cause=translate(f"exchange.cause.{conflict.cause}", lang),
        **{side: _side(getattr(conflict, side)) for side in ("base", "ours", "theirs")},
    )


def _side(values: dict[str, Json] | None) -> str:
    return "—" if values is None else " ".join(str(value) for value in values.values())
