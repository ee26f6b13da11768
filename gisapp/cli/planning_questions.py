"""What the commands of planning have in common: the question asked, and how its answer is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gisapp.cli.console import CommandInputError, Console, opened, operator
from gisapp.cli.quality import as_columns
from gisapp.messages import translate
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from gisapp.bootstrap import App
    from gisapp.planning.standards import Standard
    from gisapp.planning.tables import Sheet

SHOWN_PLACES = 30
SHOWN_SHEETS = frozenset(
    {
        "summary",
        "figures",
        "changes",
        "sites",
        "losses",
        "fixes",
        "areas",
        "gaps",
        "judged",
        "counties",
        "places",
    }
)

CUT_SHORT = frozenset({"places", "losses", "fixes", "areas", "gaps", "judged"})

xlsx_option = click.option(
    "--xlsx",
    type=click.Path(path_type=Path, dir_okay=False),
    help="把全部结果写入工作簿 / Write all of it to this workbook.",
)

_OPTIONS = (
    click.option("--standard", help="到达标准代码 / Code of a standard of the site."),
    click.option(
        "--demand",
        help="覆盖对象 / What is to be covered: population, mine, village, layer:ID.",
    ),
    click.option("--capability", help="力量的能力 / Capability of those who come."),
    click.option("--limit", "limit_min", type=float, help="时限（分）/ Minutes."),
    click.option(
        "--clock",
        type=click.Choice(["drive", "order"]),
        help="只计行车，或自接令起 / Driving only, or from the order with turnout.",
    ),
    click.option("--vehicle", help="一律使用的车型 / Vehicle that everybody drives."),
    click.option("--conditions", metavar="CODE", help="路况（站点数据）/ Conditions of the site."),
    click.option("--no-closures", is_flag=True, help="不计封路 / Leave closures in force aside."),
    click.option("--no-neighbours", is_flag=True, help="不计辖区外力量 / The site's own only."),
    click.option(
        "--lost", multiple=True, metavar="ID", help="设想失去的力量 / Supposed to be lost."
    ),
    click.option(
        "--post",
        "posts",
        multiple=True,
        metavar="ID,X,Y[,TURNOUT_S]",
        help="设想新设的站点 / A post supposed besides.",
    ),
    click.option(
        "--posts-layer",
        metavar="ID",
        help="设站点的规划图层 / Layer at whose places posts are added.",
    ),
    click.option(
        "--posts-turnout", type=float, default=0.0, help="其出动准备（秒）/ Their turnout, s."
    ),
    click.option(
        "--closed-layer",
        metavar="ID",
        help="规划图层各面内道路封闭 / Roads inside the areas of a layer are closed.",
    ),
    click.option("--save", metavar="NAME", help="存为方案 / Keep it as a scenario of this name."),
    click.option(
        "--out",
        type=click.Path(path_type=Path, dir_okay=False),
        help="把结果写入文件：.gpkg .geojson .docx .xlsx / Write it to a file, by its ending.",
    ),
)


_CANDIDATE_OPTIONS = (
    click.option("--register", help="候选点：登记册 / Candidates: the records of a register."),
    click.option("--layer", metavar="ID", help="候选点：规划图层 / Candidates: a planning layer."),
    click.option(
        "--junctions",
        type=click.IntRange(0),
        default=0,
        help="候选点：路口数 / Candidates: this many junctions, evenly spread.",
    ),
    click.option(
        "--candidate",
        "given",
        multiple=True,
        metavar="ID,X,Y[,COST[,CAPACITY]]",
        help="候选点 / A place that may become a site.",
    ),
    click.option(
        "--new-turnout",
        "turnout_s",
        type=float,
        default=0.0,
        help="新站点出动准备（秒）/ Turnout of a new site, s.",
    ),
)


def candidate_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options by which it is told where new posts may be, and how ready."""
    for option in reversed(_CANDIDATE_OPTIONS):
        command = option(command)
    return command


def question_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options by which a coverage is asked for, and ``--save``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def asked_coverage(app: App, given: Mapping[str, Any]) -> dict[str, Json]:
    """The parameters of a coverage as the options say them.

    Raises
    ------
    CommandInputError
        ``planning.no_standard``, ``planning.bad_post``, ``scenario.bad_parameters``.
    """
    return {
        "standard": _standard(app, given).model_dump(mode="json"),
        "closures": not given["no_closures"],
        "neighbours": not given["no_neighbours"],
        "conditions": _conditions(app, given["conditions"]),
        "changes": {
            "lost": list(given["lost"]),
            "added": [_post(text) for text in given["posts"]],
            "posts_layer": given["posts_layer"],
            "posts_turnout_s": given["posts_turnout"],
            "closed_layer": given["closed_layer"],
        },
    }


def asked_candidates(given: Mapping[str, Any]) -> dict[str, Json]:
    """Where new posts may be, as the options say it.

    Raises
    ------
    CommandInputError
        ``planning.bad_candidate``.
    """
    return {
        "kind": given["register"],
        "layer": given["layer"],
        "junctions": given["junctions"],
        "given": [_candidate(text) for text in given["given"]],
    }


def _candidate(text: str) -> dict[str, Json]:
    name, numbers = numbers_after_id(text, least=2, most=4, code="planning.bad_candidate")
    return {"id": name, **dict(zip(("x", "y", "cost", "capacity"), numbers, strict=False))}


def answer_question(
    console: Console,
    study: str,
    parameters: Callable[[App], dict[str, Json]],
    *,
    seed: int = 0,
    save: str | None,
    xlsx: Path | None,
    out: Path | None,
) -> None:
    """Compute a question and tell what came of it; keep it as a scenario where that is asked.

    Parameters
    ----------
    parameters
        Of the question, made for the site.
    """
    from gisapp.planning.result_files import outcome_file  # noqa: PLC0415
    from gisapp.planning.running import compute  # noqa: PLC0415
    from gisapp.planning.scenarios import keep_result, make_scenario, question_of  # noqa: PLC0415
    from gisapp.planning.sheets import sheets_of  # noqa: PLC0415
    from gisapp.rights import system_actor  # noqa: PLC0415

    ending = None if out is None else ending_of(out, without=("ipynb",))
    actor, began_s = system_actor(operator()), time.monotonic()
    with opened(console) as app:
        asked = question_of(study, parameters(app))
        with app.store.session() as session:
            outcome, basis = compute(
                app, session, actor, study=study, asked=asked, seed=seed, tell=_quietly
            )
            sheets = sheets_of(session, asked, outcome, console.lang)
        seconds = time.monotonic() - began_s
        told: dict[str, Json] = {"figures": outcome.figures, **sheets_json(sheets)}
        if save:
            with app.store.session(write=True) as session:
                row = make_scenario(
                    session, actor, study=study, name=save, seed=seed,
                    parameters=asked.model_dump(mode="json"),
                )  # fmt: skip
                keep_result(
                    session,
                    actor,
                    row.id,
                    outcome,
                    version=row.version,
                    basis=basis,
                    seconds=seconds,
                )
                told["scenario"] = row.id
    write_workbook(xlsx, sheets)
    if out is not None and ending is not None:
        out.write_bytes(outcome_file(save or study, outcome, sheets, ending, console.lang))
    console.answer(told, sheets_text(sheets, console.lang))


def ending_of(out: Path, *, without: Collection[str] = ()) -> str:
    """The ending of a file, by which it is written.

    Raises
    ------
    CommandInputError
        ``planning.unknown_format``.
    """
    from gisapp.planning.result_files import FORMATS  # noqa: PLC0415

    ending = out.suffix.lstrip(".").lower()
    known = [one for one in FORMATS if one not in without]
    if ending not in known:
        raise CommandInputError("planning.unknown_format", known=", ".join(known))
    return ending


def _standard(app: App, given: Mapping[str, Any]) -> Standard:
    """The standard named, else one made of what is given."""
    from pydantic import ValidationError  # noqa: PLC0415

    from gisapp.planning.standards import Standard, faults, standard_of  # noqa: PLC0415

    said = {
        name: given[name]
        for name in ("demand", "clock", "limit_min", "due", "each_crew", "vehicle")
        if given[name] is not None
    }
    base: dict[str, Any] = {"code": "own", "name": ("自定标准", "Own standard"), "clock": "order"}
    if given["standard"]:
        base = standard_of(app.site, given["standard"]).model_dump()
    elif not {"demand", "limit_min"} <= said.keys():
        raise CommandInputError("planning.no_standard")
    resources = dict(base.get("resources") or {})
    if given["capability"]:
        resources["capability"] = given["capability"]
    try:
        return Standard.model_validate({**base, **said, "resources": resources})
    except ValidationError as error:
        raise CommandInputError("scenario.bad_parameters", faults=faults(error)) from error


def _conditions(app: App, code: str | None) -> Json:
    from gisapp.planning.conditions import conditions_named  # noqa: PLC0415

    return None if code is None else conditions_named(app.site, code).model_dump(mode="json")


def _post(text: str) -> dict[str, Json]:
    name, (x, y, *rest) = numbers_after_id(text, least=2, most=3, code="planning.bad_post")
    return {"id": name, "x": x, "y": y, "turnout_s": rest[0] if rest else 0.0}


def numbers_after_id(text: str, *, least: int, most: int, code: str) -> tuple[str, list[float]]:
    """Read an id and numbers behind it, with commas between.

    Raises
    ------
    CommandInputError
        Of the code given, with the text.
    """
    name, *parts = (one.strip() for one in text.split(","))
    try:
        numbers = [float(one) for one in parts]
    except ValueError as error:
        raise CommandInputError(code, text=text) from error
    if not least <= len(numbers) <= most:
        raise CommandInputError(code, text=text)
    return name, numbers


def _quietly(
    _done: int, _total: int | None = None, _message: str | None = None, /, **_params: Json
) -> None:
    """Say nothing of how far it is."""


def sheets_json(sheets: list[Sheet]) -> dict[str, Json]:
    """Tables for programs: a list of rows by name."""
    return {
        sheet.name: [dict(zip(sheet.heads, row, strict=True)) for row in sheet.rows]  # type: ignore[arg-type]
        for sheet in sheets
    }


def sheets_text(sheets: list[Sheet], lang: str) -> str:
    """The chief tables; of the places only the first, who wait longest."""
    from gisapp.planning.tables import text_of  # noqa: PLC0415

    parts = []
    for sheet in sheets:
        if sheet.name not in SHOWN_SHEETS:
            continue
        rows = sheet.rows[:SHOWN_PLACES] if sheet.name in CUT_SHORT else sheet.rows
        shown = [[text_of(value) for value in sheet.shown(row)] for row in rows]
        parts.append(f"{sheet.title}\n{as_columns(list(sheet.heads), shown)}")
        if more := len(sheet.rows) - len(rows):
            parts[-1] += "\n" + translate("planning.more", lang, count=more)
    return "\n\n".join(parts)


def write_workbook(xlsx: Path | None, sheets: list[Sheet]) -> None:
    """Write tables where a file is named."""
    from gisapp.planning.tables import workbook  # noqa: PLC0415

    if xlsx is not None:
        xlsx.write_bytes(workbook(sheets))
