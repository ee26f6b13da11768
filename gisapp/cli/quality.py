"""``gisapp quality``: the board on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from gisapp.cli.console import Console, answer_options, dir_option, main, pass_console
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from gisapp.quality.board import By

BY = ("county", "agency", "kind")


@main.command()
@click.option("--by", type=click.Choice(BY), default="county", help="汇总方式 / What a row is.")
@click.option("--county", help="仅此县区 / Only this county's code.")
@click.option("--kind", help="仅此类别 / Only this register.")
@dir_option
@answer_options
@pass_console
def quality(
    console: Console,
    by: Literal["county", "agency", "kind"],
    county: str | None,
    kind: str | None,
) -> None:
    """数据质量 / Count what is incomplete, overdue or out of stock.

    \b
    示例 Examples:
      gisapp quality -d mysite
      gisapp quality --by kind --county 990001 --json -d mysite
    """
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.quality.board import lines, tallies  # noqa: PLC0415
    from gisapp.quality.checks import CHECKS  # noqa: PLC0415
    from gisapp.registers.queries import described  # noqa: PLC0415

    if kind is not None:
        described(kind)
    app = open_app(console.settings)
    apart: By = "county" if by == "kind" else by
    if county is not None and by == "agency":
        apart = "both"
    found = [
        one
        for one in tallies(app.store, today=app.today(), by=apart)
        if county in {None, one.county} and kind in {None, one.kind}
    ]
    rows = sorted(lines(found, lambda one: getattr(one, by)).values(), key=lambda line: line.key)
    app.store.close()
    answer: list[dict[str, Json]] = [
        {
            by: line.key,
            "records": line.records,
            "completeness": None if line.completeness is None else round(line.completeness, 4),
            "checks": {code: line.counts[code] for code in CHECKS},
        }
        for line in rows
    ]
    heads = [by, "n", "%", *(check.label.in_(console.lang) for check in CHECKS.values())]
    table = [
        [
            line.key or "-",
            str(line.records),
            "-" if line.completeness is None else f"{line.completeness:.0%}",
            *(str(line.counts[code]) for code in CHECKS),
        ]
        for line in rows
    ]
    console.answer({"quality": answer}, as_columns(heads, table))


def as_columns(heads: list[str], rows: list[list[str]]) -> str:
    """Rows under their headers, figures to the right."""
    widths = [max(_width(row[at]) for row in (heads, *rows)) for at in range(len(heads))]
    return "\n".join(
        "  ".join(
            text + " " * (width - _width(text)) if at == 0 else " " * (width - _width(text)) + text
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (heads, *rows)
    )


def _width(text: str) -> int:
    """Columns that a terminal gives a text: two for each Chinese character."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
