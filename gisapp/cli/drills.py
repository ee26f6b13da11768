"""``gisapp drill``: the year's drills, duties, and what is to be put right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gisapp.cli.console import (
    EXISTING_FILE,
    CommandInputError,
    Console,
    acting,
    answer_options,
    dir_option,
    line,
    main,
    opened,
    pass_console,
)
from gisapp.messages import translate
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from datetime import datetime


_year = click.argument("year", type=click.IntRange(2000, 2200))
_day = click.DateTime(["%Y-%m-%d"])
_id = click.argument("drill_id", metavar="DRILL")


@main.group()
def drill() -> None:
    """应急演练：年度看板、计划、义务 / Drills: the year's board, the programme, duties.

    \b
    示例 Examples:
      gisapp drill board 2026 -d mysite
      gisapp drill plan drill.json -d mysite
      gisapp drill duties --county 141002 -d mysite
    """


@drill.command()
@_year
@dir_option
@answer_options
@pass_console
def board(console: Console, year: int) -> None:
    """年度看板 / How each headquarters stands with its live drill of the year."""
    from gisapp.clock import now  # noqa: PLC0415
    from gisapp.drills.programme.board import STANDINGS, board_of  # noqa: PLC0415
    from gisapp.drills.programme.reading import board_told, names_of_units  # noqa: PLC0415

    lang = console.lang
    with opened(console) as app, app.store.session() as session:
        found = board_of(session, year, moment=now(session), today=app.today())
        told = board_told(found, lang, names_of_units(session))
    lines = [
        line(one.unit.code, one.unit.name.in_(lang), STANDINGS[one.standing].in_(lang),
              *(drill.name for drill in one.drills))
        for one in found.headquarters
    ]  # fmt: skip
    console.answer(told, "\n".join(lines) or translate("cli.plan.nothing", lang))


@drill.command()
@click.option("--county", help="只看一个县 / County, by its six digits.")
@dir_option
@answer_options
@pass_console
def duties(console: Console, county: str | None) -> None:
    """演练义务 / How all whom article 8 obliges stand, the most pressing first."""
    from gisapp.drills.programme.board import STANDINGS  # noqa: PLC0415
    from gisapp.drills.programme.board import duties as all_duties  # noqa: PLC0415
    from gisapp.drills.programme.reading import duty_told  # noqa: PLC0415
    from gisapp.drills.programme.vocabulary import ORGANISERS  # noqa: PLC0415

    lang = console.lang
    with opened(console) as app, app.store.session() as session:
        found = all_duties(session, today=app.today(), county=county)
    lines = [
        line(STANDINGS[one.standing].in_(lang), one.due_by, ORGANISERS[one.unit.kind].in_(lang),
              one.unit.code, one.unit.name.in_(lang))
        for one in found
    ]  # fmt: skip
    told: list[Json] = [duty_told(one, lang) for one in found]
    console.answer({"duties": told}, "\n".join(lines) or translate("cli.plan.nothing", lang))


@drill.command()
@click.argument("file", type=EXISTING_FILE)
@dir_option
@answer_options
@pass_console
def plan(console: Console, file: Path) -> None:
    """计划演练 / Take a drill of a JSON file into its year; warnings about its date are told.

    The file holds year, name, organiser_kind, organiser and what else the page asks for.
    """
    from gisapp.drills.programme.clashes import clashes  # noqa: PLC0415
    from gisapp.drills.programme.drills import plan_drill, said_of  # noqa: PLC0415
    from gisapp.drills.programme.reading import drill_told, names_of_units  # noqa: PLC0415

    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CommandInputError("cli.drill.no_json", path=file.name) from error
    if not isinstance(given, dict):
        raise CommandInputError("cli.drill.no_json", path=file.name)
    lang = console.lang
    with opened(console) as app, app.store.session(write=True) as session:
        row = plan_drill(session, acting(), said_of(given))
        told = drill_told(row, lang, names_of_units(session))
        against = [one.sentence(lang) for one in clashes(app, session, row)]
    warned = [f"! {one}" for one in against]
    console.answer({**told, "clashes": [*against]}, "\n".join([str(told["id"]), *warned]))


@drill.command()
@_id
@click.option("--on", type=_day, help="举行日期 / Day, today by default.")
@click.option("--reported-on", type=_day, help="情况报送日期 / Day its report was received.")
@click.option("--summary", default="", help="总结 / What came of it.")
@click.option(
    "--score", "scores", nargs=2, multiple=True, metavar="WHAT NUMBER",
    help="评分 plan/command/equipment/teams / Score of 0 to 100.",
)  # fmt: skip
@dir_option
@answer_options
@pass_console
def hold(
    console: Console,
    drill_id: str,
    on: datetime | None,
    reported_on: datetime | None,
    summary: str,
    scores: tuple[tuple[str, str], ...],
) -> None:
    """登记完成 / Record that a drill was held, and what it was judged."""
    from gisapp.drills.programme.drills import find_drill, hold_drill  # noqa: PLC0415
    from gisapp.drills.programme.reading import drill_told, names_of_units  # noqa: PLC0415

    try:
        judged = {what: float(number) for what, number in scores}
    except ValueError as error:
        raise CommandInputError("cli.drill.no_score") from error
    with opened(console) as app, app.store.session(write=True) as session:
        today = app.today()
        row = hold_drill(
            session,
            acting(),
            drill_id,
            version=find_drill(session, drill_id).version,
            on=on.date() if on else today,
            today=today,
            summary=summary,
            scores=judged,
            reported_on=reported_on.date() if reported_on else None,
        )
        told = drill_told(row, console.lang, names_of_units(session))
    console.answer(told, line(told["name"], told["state_label"], told["held_on"]))


@drill.command()
@_id
@click.option("--why", required=True, help="缘由 / Why.")
@dir_option
@answer_options
@pass_console
def cancel(console: Console, drill_id: str, why: str) -> None:
    """取消演练 / Call a drill off."""
    from gisapp.drills.programme.drills import cancel_drill, find_drill  # noqa: PLC0415

    with opened(console) as app, app.store.session(write=True) as session:
        version = find_drill(session, drill_id).version
        cancel_drill(session, acting(), drill_id, version=version, why=why)
    console.answer({"id": drill_id}, drill_id)


@drill.command()
@_year
@click.option("--why", required=True, help="依据 / By which decision.")
@dir_option
@answer_options
@pass_console
def approve(console: Console, year: int, why: str) -> None:
    """批准年度计划 / Approve the programme of a year as it is."""
    from gisapp.drills.programme.years import approve_year  # noqa: PLC0415

    with opened(console) as app, app.store.session(write=True) as session:
        row = approve_year(session, acting(), year, why=why)
        number = len(row.content)
    text = translate("cli.drill.approved", console.lang, year=year, number=number)
    console.answer({"year": year, "drills": number}, text)


@drill.command()
@_year
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False),
    help="以 .docx 或 .ics 结尾 / File to write: .docx, or .ics for a calendar.",
)  # fmt: skip
@dir_option
@answer_options
@pass_console
def export(console: Console, year: int, output: Path) -> None:
    """导出年度计划或日历 / Write the programme as a document, or as a calendar."""
    from gisapp.clock import now  # noqa: PLC0415
    from gisapp.drills.programme.calendar import icalendar  # noqa: PLC0415
    from gisapp.drills.programme.drills import drills_of  # noqa: PLC0415
    from gisapp.drills.programme.years import year_docx  # noqa: PLC0415

    ending = output.suffix.lower()
    if ending not in {".docx", ".ics"}:
        raise CommandInputError("cli.drill.ending")
    with opened(console) as app, app.store.session() as session:
        if ending == ".ics":
            name = f"{app.site.name.in_(console.lang)} {year}"
            content = icalendar(drills_of(session, year), name=name, moment=now(session))
        else:
            content = year_docx(session, year, console.lang, zone=app.site.time_zone)
    output.write_bytes(content)
    console.answer({"file": str(output)}, str(output))
