"""``gisapp drill`` and ``gisapp import drills``: drills, duties, ready scenarios."""

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
    import_,
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


def _object(file: Path) -> dict[str, Json]:
    """Read a JSON object.

    Raises
    ------
    CommandInputError
        ``cli.drill.no_json``.
    """
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CommandInputError("cli.drill.no_json", path=file.name) from error
    if not isinstance(given, dict):
        raise CommandInputError("cli.drill.no_json", path=file.name)
    return given


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

    lang, said = console.lang, said_of(_object(file))
    with opened(console) as app, app.store.session(write=True) as session:
        row = plan_drill(session, acting(), said)
        told = drill_told(row, lang, names_of_units(session))
        against = [one.sentence(lang) for one in clashes(app, session, row)]
    warned = [f"! {one}" for one in against]
    console.answer({**told, "clashes": [*against]}, "\n".join([str(told["id"]), *warned]))


@drill.command()
@click.option("--headquarters", help="只看一个指挥部 / Headquarters, by its code.")
@dir_option
@answer_options
@pass_console
def ready(console: Console, headquarters: str | None) -> None:
    """列出现成情景 / List the ready scenarios, by the headquarters that they are for."""
    from gisapp.drills.programme.reading import names_of_units  # noqa: PLC0415
    from gisapp.drills.programme.vocabulary import Organiser  # noqa: PLC0415
    from gisapp.drills.ready.library import ready_scenarios  # noqa: PLC0415

    lang = console.lang
    told: list[Json] = []
    lines = []
    with opened(console) as app, app.store.session() as session:
        names = names_of_units(session)
        for row in ready_scenarios(session, headquarters):
            unit = names[Organiser.HEADQUARTERS, row.headquarters].in_(lang)
            name = row.name_zh if lang == "zh" else row.name_en
            source = row.source_zh if lang == "zh" else row.source_en
            told.append(
                {
                    "code": row.code, "headquarters": row.headquarters, "headquarters_name": unit,
                    "name": name, "source": source, "synthetic": row.synthetic,
                }
            )  # fmt: skip
            lines.append(line(row.code, unit, name, source))
    console.answer({"scenarios": told}, "\n".join(lines) or translate("cli.plan.nothing", lang))


@drill.command()
@click.argument("code")
@click.option("--year", required=True, type=click.IntRange(2000, 2200), help="年度 / Year.")
@dir_option
@answer_options
@pass_console
def begin(console: Console, code: str, year: int) -> None:
    """用现成情景建立演练 / Take a drill of a ready scenario into a year, with its script.

    \b
    示例 Example:
      gisapp drill begin CODE --year 2026 -d mysite
    """
    from gisapp.drills.programme.reading import drill_told, names_of_units  # noqa: PLC0415
    from gisapp.drills.ready.library import begin as begin_ready  # noqa: PLC0415

    with opened(console) as app, app.store.session(write=True) as session:
        row = begin_ready(session, acting(), code, year=year)
        told = drill_told(row, console.lang, names_of_units(session))
    console.answer(told, line(told["id"], told["name"]))


@drill.command()
@_id
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False),
    help="以 .html 结尾 / File to write, ending in .html.",
)  # fmt: skip
@click.option("--headquarters", help="指挥部代码 / Code of the headquarters that plays.")
@dir_option
@answer_options
@pass_console
def packet(console: Console, drill_id: str, output: Path, headquarters: str | None) -> None:
    """离线演练包 / Write a packet that opens from disk without a network.

    With --headquarters that of its players, every inject sealed; without, that of the controllers,
    with all that is played and the codes.

    \b
    示例 Examples:
      gisapp drill packet E1a2b3c4 -o controllers.html -d mysite
      gisapp drill packet E1a2b3c4 --headquarters hq01 -o hq01.html -d mysite
    """
    from gisapp.drills.packets.packet import controllers_packet, player_packet  # noqa: PLC0415
    from gisapp.offline_map import vendor_folder, write_whole  # noqa: PLC0415

    if output.suffix.lower() != ".html":
        raise CommandInputError("cli.drill.packet_ending")
    lang = console.lang
    with opened(console) as app, app.store.session() as session:
        zone, vendor_dir = app.site.time_zone, vendor_folder()
        if headquarters is None:
            page = controllers_packet(
                app, session, acting(), drill_id, lang, zone=zone, vendor_dir=vendor_dir
            )
        else:
            page = player_packet(
                app, session, acting(), drill_id, headquarters, lang, zone=zone,
                vendor_dir=vendor_dir,
            )  # fmt: skip
    write_whole(output, page)
    console.answer({"file": str(output)}, str(output))


@import_.command("drills")
@click.argument("file", type=EXISTING_FILE)
@dir_option
@answer_options
@pass_console
def import_drills(console: Console, file: Path) -> None:
    """导入现成情景 / Bring in ready scenarios, as docs/drills.md says they are written.

    A scenario whose code is there is brought up to date; drills begun of it stay.

    \b
    示例 Example:
      gisapp import drills drills.toml -d mysite
    """
    from gisapp.drills.ready.library import import_ready  # noqa: PLC0415

    with opened(console) as app, app.store.session(write=True) as session:
        done = import_ready(session, acting(), file)
    told: dict[str, Json] = {"new": done.new, "changed": done.changed, "same": done.same}
    console.answer(told, translate("cli.drill.imported", console.lang, **told))


@drill.command()
@_id
@click.argument("file", type=EXISTING_FILE)
@dir_option
@answer_options
@pass_console
def change(console: Console, drill_id: str, file: Path) -> None:
    """修改演练 / Change a drill to what a JSON file says, as `plan` takes it."""
    from gisapp.drills.programme.drills import change_drill, find_drill, said_of  # noqa: PLC0415
    from gisapp.drills.programme.reading import drill_told, names_of_units  # noqa: PLC0415

    said = said_of(_object(file))
    with opened(console) as app, app.store.session(write=True) as session:
        version = find_drill(session, drill_id).version
        row = change_drill(session, acting(), drill_id, said, version=version)
        told = drill_told(row, console.lang, names_of_units(session))
    console.answer(told, line(told["id"], told["name"]))


@drill.command()
@_id
@click.option("--write", "file", type=EXISTING_FILE, help="JSON 文件 / File that takes its place.")
@dir_option
@answer_options
@pass_console
def script(console: Console, drill_id: str, file: Path | None) -> None:
    """查看或编写脚本 / Tell what a drill plays, or write it: scenario and events list.

    What `--json` tells as `script` is what `--write` takes.
    """
    from gisapp.drills.design.reading import script_told  # noqa: PLC0415
    from gisapp.drills.design.writing import read_script, write_script  # noqa: PLC0415

    given = None if file is None else _object(file)
    with opened(console) as app, app.store.session(write=file is not None) as session:
        _, written, version = read_script(session, acting(), drill_id)
        if given is not None:
            write_script(session, acting(), drill_id, given, version=version)
            _, written, _ = read_script(session, acting(), drill_id)
        told = script_told(session, acting(), drill_id, console.lang)
    lines = [
        line("…" if one.minute is None else f"{one.minute:g}", one.key, one.title, *one.to)
        for one in written.in_order()
    ]
    console.answer(told, "\n".join(lines) or translate("cli.plan.nothing", console.lang))


@drill.command()
@_id
@dir_option
@answer_options
@pass_console
def reckon(console: Console, drill_id: str) -> None:
    """推算后果与难度 / Reckon what a script does, whether it can be solved, and how hard it is."""
    from gisapp.drills.design.reading import reckoning_in_lines, script_told  # noqa: PLC0415
    from gisapp.drills.design.reckoning import reckon_script  # noqa: PLC0415
    from gisapp.drills.design.writing import read_script  # noqa: PLC0415

    with opened(console) as app:
        with app.store.session() as session:
            _, _, version = read_script(session, acting(), drill_id)
        reckon_script(app, acting(), drill_id, version=version)
        with app.store.session() as session:
            told = script_told(session, acting(), drill_id, console.lang)
    console.answer(told, "\n".join(reckoning_in_lines(told, console.lang)))


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


@drill.command()
@_id
@click.argument("kind")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False),
    help="以 .docx 结尾 / File to write: .docx.",
)  # fmt: skip
@dir_option
@answer_options
@pass_console
def document(console: Console, drill_id: str, kind: str, output: Path) -> None:
    """演练文件 / Write a document of a drill: its plan, script, safety plan, notice and others.

    KIND is plan, script, evaluation, safety, notice, invitation, checklist_staff or
    checklist_players. script, evaluation and checklist_staff are for no player.
    """
    from gisapp.drills.documents.writing import document as write_document  # noqa: PLC0415

    if output.suffix.lower() != ".docx":
        raise CommandInputError("cli.drill.document_ending")
    with opened(console) as app, app.store.session() as session:
        content, _ = write_document(
            session, acting(), drill_id, kind, console.lang, zone=app.site.time_zone
        )
    output.write_bytes(content)
    console.answer({"file": str(output)}, str(output))
