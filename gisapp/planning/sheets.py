"""What came of a question as tables, whatever the question: of a siting with its new sites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy.orm import Session

from gisapp.planning.area_sheets import area_rows, area_sheet
from gisapp.planning.comparing import CHANGES, Pair
from gisapp.planning.coverage import CoverageStudy
from gisapp.planning.demands import area_names
from gisapp.planning.fix_measures import FixStudy
from gisapp.planning.fix_sheets import fix_rows, fix_sheets
from gisapp.planning.loss_sheets import loss_rows, loss_sheet
from gisapp.planning.losses import LossStudy
from gisapp.planning.scenarios import Outcome
from gisapp.planning.service_areas import AreaStudy
from gisapp.planning.sites import MODELS, SitingStudy
from gisapp.planning.siting import Model
from gisapp.planning.tables import HEADS, Sheet, coverage_sheets, heads, minutes, plain
from gisapp.schema import Label
from gisapp.schema.values import Value

_NAMED: Final = 10
OBJECTIVES: Final[Mapping[Model, Label]] = {
    Model.MCLP: Label("时限内覆盖的人数（或处数）", "People (or places) covered in time"),
    Model.LSCP: Label("新站点总费用", "Cost of the new sites"),
    Model.P_MEDIAN: Label("总行程（人·小时）", "Travel in all, person-hours"),
    Model.P_CENTER: Label("最远一处的时间（分）", "Longest way, min"),
    Model.BACOP: Label("双重覆盖的人数（加权）", "People covered twice (or both covers weighed)"),
    Model.MEXCLP: Label("期望有空闲力量覆盖的人数", "People expected to find a free unit"),
}
_UNITS: Final = {Model.P_MEDIAN: 3600.0, Model.P_CENTER: 60.0}
"""Seconds of one unit in which an objective is told."""


def sheets_of(session: Session, question: BaseModel, outcome: Outcome, lang: str) -> list[Sheet]:
    """Turn what came of a question into tables.

    Parameters
    ----------
    question
        That was answered, as :func:`gisapp.planning.scenarios.question_of` reads it.
    """
    assert isinstance(question, CoverageStudy)
    areas = area_names(session, lang)
    found = coverage_sheets(question, outcome.figures, outcome.content, lang, areas=areas)
    summary, *rest = found
    if isinstance(question, LossStudy):
        own = loss_rows(question, outcome.figures, outcome.content, lang)
        return [_headed(summary, own), loss_sheet(question, outcome.content, lang, areas), *rest]
    if isinstance(question, FixStudy):
        own = fix_rows(outcome.figures, lang)
        return [_headed(summary, own), *fix_sheets(outcome.content, lang, areas), *rest]
    if isinstance(question, AreaStudy):
        own = area_rows(question, outcome.figures, outcome.content, lang)
        return [_headed(summary, own), area_sheet(outcome.content, lang), *rest]
    if not isinstance(question, SitingStudy):
        return found
    whole = _headed(summary, _siting_rows(question, outcome, lang))
    return [whole, _sites(outcome.content, lang, areas), *rest]


def _headed(summary: Sheet, rows: Iterable[tuple[Value, ...]]) -> Sheet:
    """A summary with rows before its own."""
    return replace(summary, rows=(*rows, *summary.rows))


def comparison_sheets(session: Session, pair: Pair, lang: str) -> list[Sheet]:
    """Two results side by side as tables."""
    areas, found = area_names(session, lang), pair.found
    names = tuple(row.name for row in pair.rows)
    figures: list[Mapping[str, Any]] = [result.figures for result in pair.results]
    difference = Label("差值", "Difference").in_(lang)
    chief = ("places", "covered", "share", "people", "people_covered", "people_share")
    name_of = "name" if lang == "zh" else "name_en"
    shares = ("share", "people_share")
    return [
        Sheet(
            name="figures",
            title=Label("对比", "Side by side").in_(lang),
            heads=(Label("项目", "Item").in_(lang), *names, difference),
            rows=tuple(
                (HEADS[name].in_(lang), *(one[name] for one in figures), _less(name, figures))
                for name in chief
            ),
        ),
        Sheet(
            name="changes",
            title=Label("变化", "Changes").in_(lang),
            heads=(Label("变化", "Change").in_(lang), *heads(("places", "people"), lang)),
            rows=tuple(
                (CHANGES[change].in_(lang), places, round(people))
                for change, (places, people) in found.counts().items()
            ),
        ),
        Sheet(
            name="counties",
            title=Label("分县统计", "By county").in_(lang),
            heads=(
                *heads(("county", "places", "people"), lang),
                *(f"{HEADS[share].in_(lang)}: {name}" for share in shares for name in names),
            ),
            rows=tuple(
                (
                    areas.get(row["county"], row["county"] or "—"),
                    row["places"],
                    row["people"],
                    *(plain(row[f"{one}_{share}"]) for share in shares for one in ("one", "other")),
                )
                for row in found.counties.to_dict("records")
            ),
        ),
        Sheet(
            name="places",
            title=Label("逐处结果", "Every place").in_(lang),
            heads=(
                *heads(("id", "name", "county", "people"), lang),
                Label("变化", "Change").in_(lang),
                *(f"{HEADS['total_min'].in_(lang)}: {name}" for name in names),
                *heads(("x", "y"), lang),
            ),
            rows=tuple(
                (
                    row["id"],
                    row[name_of],
                    areas.get(row["county"], row["county"]),
                    plain(row["people"]),
                    CHANGES[row["change"]].in_(lang),
                    *(minutes(row[one]) for one in ("one_s", "other_s")),
                    row["x"],
                    row["y"],
                )
                for row in found.places.to_dict("records")
            ),
        ),
    ]


def _less(name: str, figures: Iterable[Mapping[str, Any]]) -> Value:
    one, other = (figure[name] for figure in figures)
    return None if one is None or other is None else round(other - one, 4)


def told(model: Model, value: float | None) -> float | None:
    """An objective or its bound in the unit in which people are told it."""
    return None if value is None else round(value / _UNITS.get(model, 1.0), 2)


def _siting_rows(question: SitingStudy, outcome: Outcome, lang: str) -> Iterator[tuple[Value, ...]]:
    figures: Mapping[str, Any] = outcome.figures
    content: Mapping[str, Any] = outcome.content
    model, about = question.model, content["siting"]
    yield Label("选址模型", "Model").in_(lang), MODELS[model].in_(lang)
    yield Label("新站点数", "New sites").in_(lang), figures["sites"]
    yield Label("候选点数", "Candidates").in_(lang), about["candidates"]
    yield Label("已有驻地数", "Posts that exist").in_(lang), about["existing"]
    yield OBJECTIVES[model].in_(lang), told(model, figures["objective"])
    yield Label("其理论界", "Its bound").in_(lang), told(model, figures["bound"])
    yield Label("间隙", "Gap").in_(lang), figures["gap"]
    for name, label in (
        ("covered", Label("此前达标处数", "Covered before")),
        ("people_covered", Label("此前达标人数", "People covered before")),
    ):
        yield label.in_(lang), figures[f"before_{name}"]
    if model == Model.BACOP:
        yield Label("双重覆盖处数", "Places covered twice").in_(lang), about["twice"]
    if about["left_out"]:
        label = Label("任何候选点都不能及时到达的处数", "Places that no candidate reaches in time")
        yield label.in_(lang), len(about["left_out"])
    if about["weightless"]:
        yield (
            Label("未计入的处数（人数不详或为零）", "Places without people, not counted").in_(lang),
            about["weightless"],
        )
    if about["off_road"]:
        ids = ", ".join(about["off_road"][:_NAMED])
        more = "…" if len(about["off_road"]) > _NAMED else ""
        yield (
            Label("远离道路而不用的候选点", "Candidates too far from a road").in_(lang),
            ids + more,
        )
    for post, units in about["added"].items():
        yield Label("已有驻地增派", "More units at a post").in_(lang), f"{post}: {units}"


def _sites(content: Mapping[str, Any], lang: str, areas: Mapping[str, str]) -> Sheet:
    """New sites: where they lie, whom they serve, whom they newly cover."""
    rows = [
        (
            one["id"],
            (one["name"] if lang == "zh" else one["name_en"] or one["name"]) or None,
            areas.get(one["county"], one["county"]),
            areas.get(one["township"], one["township"]),
            one["x"],
            one["y"],
            one["cost"],
            one["units"],
            one["places"],
            one["people"],
            one["newly_places"],
            one["newly_people"],
        )
        for one in content["sites"]
    ]
    own = (
        Label("费用", "Cost"),
        Label("力量数", "Units"),
        Label("服务处数", "Places served"),
        Label("服务人数", "People served"),
        Label("新增达标处数", "Places newly covered"),
        Label("新增达标人数", "People newly covered"),
    )
    return Sheet(
        name="sites",
        title=Label("新站点", "New sites").in_(lang),
        heads=(
            *heads(("id", "name", "county", "township", "x", "y"), lang),
            *(label.in_(lang) for label in own),
        ),
        rows=tuple(rows),
    )
