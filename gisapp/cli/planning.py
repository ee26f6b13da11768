"""``gisapp coverage``, ``gisapp site`` and ``gisapp scenario``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gisapp.cli.console import (
    CommandInputError,
    Console,
    answer_options,
    dir_option,
    main,
    minutes_of,
    opened,
    operator,
    pass_console,
)
from gisapp.cli.planning_questions import (
    answer_question,
    asked_candidates,
    asked_coverage,
    candidate_options,
    ending_of,
    question_options,
    sheets_json,
    sheets_text,
    write_workbook,
    xlsx_option,
)
from gisapp.messages import translate
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from gisapp.bootstrap import App
    from gisapp.planning.models import Scenario, ScenarioResult


@main.command()
@question_options
@click.option("--due", type=click.IntRange(1, 8), help="须到达的力量数 / How many are due.")
@click.option(
    "--each-crew/--each-post",
    default=None,
    help="同一驻地逐队计数或只计一次 / Whether crews of one post count one by one.",
)
@xlsx_option
@dir_option
@answer_options
@pass_console
def coverage(console: Console, /, *, save: str | None, xlsx: Path | None, **given: Any) -> None:  # noqa: ANN401
    """覆盖分析 / Who is covered in time, where the gaps are, and why.

    \b
    示例 Examples:
      gisapp coverage --standard mine_rescue -d mysite
      gisapp coverage --demand village --capability fire --limit 15 --due 2 -d mysite
      gisapp coverage --standard fire --post new1,111.52,36.10,60 --xlsx out.xlsx -d mysite
    """
    answer_question(
        console,
        "coverage",
        lambda app: asked_coverage(app, given),
        save=save,
        xlsx=xlsx,
        out=given["out"],
    )


@main.command()
@question_options
@click.option(
    "--model",
    type=click.Choice(["mclp", "lscp", "p-median", "p-center", "bacop", "mexclp"]),
    default="mclp",
    show_default=True,
    help="选址模型 / Model by which sites are chosen.",
)
@click.option("--new", "new_sites", type=click.IntRange(1), help="新设数量 / How many new sites.")
@click.option("--budget", type=float, help="预算，代替数量 / Money in the place of a number.")
@candidate_options
@click.option(
    "--weigh",
    type=click.Choice(["people", "places"]),
    default="people",
    show_default=True,
    help="按人数或按处数 / By people, or every place once.",
)
@click.option(
    "--busy",
    type=float,
    default=0.3,
    show_default=True,
    help="MEXCLP：忙碌时间比例 / Share of time a unit is busy.",
)
@click.option(
    "--gap",
    type=float,
    default=0.001,
    show_default=True,
    help="允许的最优性间隙 / Gap that is near enough.",
)
@click.option(
    "--time-limit",
    "time_limit_s",
    type=float,
    default=60.0,
    show_default=True,
    help="求解时限（秒）/ Seconds to search.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, help="随机种子 / Seed of the solver."
)
@xlsx_option
@dir_option
@answer_options
@pass_console
def site(
    console: Console,
    /,
    *,
    seed: int,
    save: str | None,
    xlsx: Path | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """选址 / Where new posts serve best, and what they change.

    最先到达的一支计入时限。 The first to arrive counts, whatever number is due by the standard.

    \b
    示例 Examples:
      gisapp site --standard mine_rescue --new 2 --register village -d mysite
      gisapp site --standard fire --model lscp --junctions 300 -d mysite
      gisapp site --demand village --limit 20 --capability medical --budget 10
        --candidate A,111.5,36.1,4 --candidate B,111.6,36.3,7 -d mysite
    """

    def asked(app: App) -> dict[str, Json]:
        plain = (
            "model",
            "new_sites",
            "budget",
            "weigh",
            "turnout_s",
            "busy",
            "gap",
            "time_limit_s",
        )
        return {
            **asked_coverage(app, {**given, "due": 1, "each_crew": None}),
            **{name: given[name] for name in plain},
            "candidates": asked_candidates(given),
        }

    answer_question(console, "siting", asked, seed=seed, save=save, xlsx=xlsx, out=given["out"])


@main.command()
@question_options
@click.option(
    "--each",
    type=click.Choice(["street", "structure", "pair", "post", "crew"]),
    help="失效对象：路段、桥隧、任两段、驻地、力量 / What is lost each time.  [default: street]",
)
@click.option(
    "--draws",
    type=click.IntRange(2, 5000),
    default=60,
    show_default=True,
    help="pair：抽取的路段数 / pair: how many first streets are drawn.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    help="pair：随机种子 / pair: seed of the draws.",
)
@click.option(
    "--areas",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="逐片失效的区域（GeoJSON 面）/ Areas whose roads are lost: GeoJSON polygons.",
)
@click.option(
    "--areas-layer", metavar="ID", help="逐片失效的规划图层 / Layer whose areas are lost."
)
@click.option(
    "--depth",
    metavar="FIELD",
    help="水深字段（米）；不足 --over 者不计 / Field with metres of water; less than --over stays.",
)
@click.option(
    "--over",
    type=click.FloatRange(0),
    default=0.3,
    show_default=True,
    help="车辆不能通行的水深（米）/ Metres of water that no vehicle passes.",
)
@xlsx_option
@dir_option
@answer_options
@pass_console
def stress(
    console: Console,
    /,
    *,
    seed: int,
    save: str | None,
    xlsx: Path | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """失效分析 / What the loss of each road, bridge, area, post or crew costs.

    逐一失效，其余照旧；结果是精确的。 One at a time, all others as they are; exact.

    \b
    示例 Examples:
      gisapp stress --standard mine_rescue -d mysite
      gisapp stress --standard fire --each structure --xlsx out.xlsx -d mysite
      gisapp stress --demand village --limit 30 --areas landslides.geojson -d mysite
      gisapp stress --standard fire --areas flood.geojson --depth depth_m --over 0.5 -d mysite
    """

    def asked(app: App) -> dict[str, Json]:
        areas = _areas(given["areas"], given["depth"], given["over"])
        return {
            **asked_coverage(app, {**given, "due": 1, "each_crew": None}),
            "each": given["each"] or ("area" if areas or given["areas_layer"] else "street"),
            "layer": given["areas_layer"],
            "draws": given["draws"],
            "areas": areas,
        }

    answer_question(console, "losses", asked, seed=seed, save=save, xlsx=xlsx, out=given["out"])


def _areas(path: Path | None, depth: str | None, over_m: float) -> list[Json]:
    """Areas of a file; where a depth is asked for, the water that is deep enough, as one."""
    from gisapp.planning.area_files import areas_of, flooded  # noqa: PLC0415

    if path is None:
        return []
    return list(areas_of(path) if depth is None else flooded(path, depth, over_m=over_m))


@main.command()
@question_options
@click.option("--minutes", metavar="M,M,…", help="时间（分），缺省为时限 / Times, else the limit.")
@click.option(
    "--split",
    type=click.Choice(["post", "all"]),
    default="post",
    show_default=True,
    help="按驻地划分，或全部合并 / An area for each post, or one of everybody.",
)
@xlsx_option
@dir_option
@answer_options
@pass_console
def areas(console: Console, /, *, save: str | None, xlsx: Path | None, **given: Any) -> None:  # noqa: ANN401
    """服务区 / What each post reaches first within given times, as polygons.

    相互不重叠，长时间的包含短时间的，并按道路里程核对。 Apart from each other, nested, and
    judged by length of road.

    \b
    示例 Examples:
      gisapp areas --standard fire --minutes 5,10,15 --out areas.gpkg -d mysite
      gisapp areas --demand village --capability medical --limit 30 --split all
        --out reach.geojson -d mysite
    """

    def asked(app: App) -> dict[str, Json]:
        return {
            **asked_coverage(app, {**given, "due": 1, "each_crew": None}),
            "minutes": minutes_of(given["minutes"]) if given["minutes"] else [],
            "split": given["split"],
        }

    answer_question(console, "areas", asked, save=save, xlsx=xlsx, out=given["out"])


@main.command()
@question_options
@candidate_options
@click.option("--due", type=click.IntRange(1, 8), help="须到达的力量数 / How many are due.")
@click.option(
    "--each-crew/--each-post",
    default=None,
    help="同一驻地逐队计数或只计一次 / Whether crews of one post count one by one.",
)
@click.option(
    "--cost",
    "costs",
    multiple=True,
    metavar="MEASURE=COST",
    help=(
        "措施费用，未给出者按 1 计：post, move, turnout（每分钟）, crew, limit, closure "
        "/ What a measure costs; 1 where it is not given; turnout is for each minute."
    ),
)
@xlsx_option
@dir_option
@answer_options
@pass_console
def fix(console: Console, /, *, save: str | None, xlsx: Path | None, **given: Any) -> None:  # noqa: ANN401
    """补缺措施 / The smallest fix of each gap, ranked by cost per person newly covered.

    逐一试算新设、迁移、缩短出动、增配、加固、抢通。 Each measure is tried alone.

    \b
    示例 Examples:
      gisapp fix --standard mine_rescue --register village -d mysite
      gisapp fix --standard fire --junctions 300 --cost post=500 --cost turnout=8 -d mysite
    """

    def asked(app: App) -> dict[str, Json]:
        return {
            **asked_coverage(app, given),
            "candidates": asked_candidates(given),
            "turnout_s": given["turnout_s"],
            "costs": dict(_cost(text) for text in given["costs"]),
        }

    answer_question(console, "fixes", asked, save=save, xlsx=xlsx, out=given["out"])


def _cost(text: str) -> tuple[str, Json]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise CommandInputError("planning.bad_cost", text=text) from None


@main.group()
def scenario() -> None:
    """规划方案 / Scenarios: questions of planning with a name."""


@scenario.command("list")
@dir_option
@answer_options
@pass_console
def list_(console: Console) -> None:
    """列出方案 / List scenarios, the newest first."""
    from gisapp.planning.scenarios import scenarios  # noqa: PLC0415

    with opened(console) as app, app.store.session() as session:
        found = scenarios(session)
        told = [_row(row, result) for row, result in found]
    lines = [
        f"{one['id']}  {one['study']}  {one['name']}  {one['computed_at'] or '—'}" for one in told
    ]
    console.answer(
        {"scenarios": told}, "\n".join(lines) or translate("scenario.none", console.lang)
    )


@scenario.command()
@click.argument("scenario_id", metavar="ID")
@dir_option
@answer_options
@pass_console
def run(console: Console, scenario_id: str) -> None:
    """计算方案 / Compute a scenario on the data as they are now, and keep what comes of it."""
    from gisapp.jobs import Worker  # noqa: PLC0415
    from gisapp.nightly import KINDS  # noqa: PLC0415
    from gisapp.planning.running import NAME, ask_for  # noqa: PLC0415
    from gisapp.planning.scenarios import last_result  # noqa: PLC0415
    from gisapp.rights import system_actor  # noqa: PLC0415

    actor = system_actor(operator())
    with opened(console) as app:
        with app.store.session(write=True) as session:
            ask_for(session, actor, scenario_id)
        for job in Worker(app, {NAME: KINDS[NAME]}, actor=actor).run_due():
            if job.state == "failed" and job.error:
                raise CommandInputError(job.error, **(job.error_params or {}))
        with app.store.session() as session:
            result = last_result(session, scenario_id)
            figures = dict(result.figures)
    lines = [f"{name}: {value}" for name, value in figures.items()]
    console.answer({"scenario": scenario_id, "figures": figures}, "\n".join(lines))


@scenario.command()
@click.argument("one", metavar="ID")
@click.argument("other", metavar="OTHER")
@xlsx_option
@dir_option
@answer_options
@pass_console
def compare(console: Console, one: str, other: str, xlsx: Path | None) -> None:
    """对比两个方案 / What changes from the result of one scenario to that of another."""
    from gisapp.planning.comparing import compare_scenarios  # noqa: PLC0415
    from gisapp.planning.sheets import comparison_sheets  # noqa: PLC0415

    with opened(console) as app, app.store.session() as session:
        pair = compare_scenarios(session, one, other)
        sheets = comparison_sheets(session, pair, console.lang)
    write_workbook(xlsx, sheets)
    console.answer(sheets_json(sheets), sheets_text(sheets, console.lang))


@scenario.command()
@click.argument("scenario_id", metavar="ID")
@click.argument("out", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@dir_option
@answer_options
@pass_console
def export(console: Console, scenario_id: str, out: Path) -> None:
    """导出结果 / Write the last result to a file: .xlsx, .docx, .gpkg, .geojson, .ipynb."""
    from gisapp.planning.result_files import result_file  # noqa: PLC0415
    from gisapp.planning.scenarios import find_scenario, last_result  # noqa: PLC0415

    ending = ending_of(out)
    with opened(console) as app, app.store.session() as session:
        row = find_scenario(session, scenario_id)
        result = last_result(session, scenario_id)
        content, records = result_file(session, row, result, ending, console.lang)
    out.write_bytes(content)
    told: dict[str, Json] = {"scenario": scenario_id, "file": str(out), "records": records}
    console.answer(told, translate("planning.written", console.lang, file=str(out)))


@scenario.command()
@click.argument("scenario_id", metavar="ID")
@xlsx_option
@dir_option
@answer_options
@pass_console
def show(console: Console, scenario_id: str, xlsx: Path | None) -> None:
    """查看方案的结果 / Show what came of a scenario."""
    from gisapp.planning.scenarios import (  # noqa: PLC0415
        Outcome,
        content_of,
        find_scenario,
        last_result,
        question_of,
    )
    from gisapp.planning.sheets import sheets_of  # noqa: PLC0415

    with opened(console) as app, app.store.session() as session:
        row = find_scenario(session, scenario_id)
        result = last_result(session, scenario_id)
        outcome = Outcome(figures=result.figures, content=content_of(result))
        asked = question_of(row.study, result.parameters)
        sheets = sheets_of(session, asked, outcome, console.lang)
        told = {**_row(row, result), "figures": outcome.figures, **sheets_json(sheets)}
    write_workbook(xlsx, sheets)
    console.answer(told, sheets_text(sheets, console.lang))


def _row(row: Scenario, result: ScenarioResult | None) -> dict[str, Json]:
    return {
        "id": row.id,
        "study": row.study,
        "name": row.name,
        "note": row.note,
        "version": row.version,
        "made_by": row.made_by,
        "made_at": row.made_at.isoformat(),
        "computed_at": result.computed_at.isoformat() if result else None,
        "last_event": result.last_event if result else None,
        "roads_sha256": result.roads_sha256 if result else None,
    }
