"""Fixes as tables: the measures, the cheapest per head first, and the smallest for every gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gisapp.planning.fix_measures import MEASURES, Measure
from gisapp.planning.tables import Sheet, heads
from gisapp.schema import Label
from gisapp.schema.values import Value

FIX_HEADS: Final[Mapping[str, Label]] = {
    "measure": Label("措施", "Measure"),
    "at": Label("对象", "Where"),
    "to": Label("迁往", "Moved to"),
    "minutes": Label("缩短（分）", "Shortened by, min"),
    "cost": Label("费用", "Cost"),
    "per_thousand": Label("每新增千人达标的费用", "Cost per 1,000 people newly covered"),
    "per_place": Label("每新增一处达标的费用", "Cost per place newly covered"),
    "gained": Label("新增达标处数", "Places newly covered"),
    "gained_people": Label("新增达标人数", "People newly covered"),
    "lost": Label("不再达标处数", "Places no longer covered"),
    "lost_people": Label("不再达标人数", "People no longer covered"),
    "alike": Label("效果相同的其他方案数", "Others that do the same"),
}


def fix_rows(figures: Mapping[str, Any], lang: str) -> Iterator[tuple[Value, ...]]:
    """What a question of fixes adds to its summary."""
    yield Label("缺口处数", "Gaps").in_(lang), figures["gaps"]
    yield (
        Label("有单项措施可补的缺口", "Gaps that one measure closes").in_(lang),
        figures["gaps_fixed"],
    )
    yield Label("列出的措施数", "Measures told").in_(lang), figures["fixes"]


def fix_sheets(content: Mapping[str, Any], lang: str, areas: Mapping[str, str]) -> list[Sheet]:
    """Measures, and the smallest for every gap.

    Parameters
    ----------
    areas
        Names of counties by code.
    """
    return [_measures(content, lang), _gaps(content, lang, areas)]


def _measures(content: Mapping[str, Any], lang: str) -> Sheet:
    data, by_people = content["fixes"], content["fixes_by_people"]
    rows = [
        (
            MEASURES[Measure(data["measure"][row])].in_(lang),
            _name(data, "name", row, lang),
            _name(data, "to", row, lang) or None,
            data["minutes"][row] or None,
            data["cost"][row],
            data["price"][row],
            *(data[one][row] for one in ("gained", "gained_people", "lost", "lost_people")),
            data["alike"][row],
            data["x"][row],
            data["y"][row],
        )
        for row in range(len(data["key"]))
    ]
    per = "per_thousand" if by_people else "per_place"
    names = ("measure", "at", "to", "minutes", "cost", per, "gained", "gained_people", "lost",
             "lost_people", "alike")  # fmt: skip
    return Sheet(
        name="fixes",
        title=Label("补缺措施", "Fixes").in_(lang),
        heads=(*(FIX_HEADS[one].in_(lang) for one in names), *heads(("x", "y"), lang)),
        rows=tuple(rows),
    )


def _gaps(content: Mapping[str, Any], lang: str, areas: Mapping[str, str]) -> Sheet:
    places, data = content["places"], content["fixes"]
    rows = []
    for row, (state, fix) in enumerate(zip(places["state"], content["smallest"], strict=True)):
        if state == "covered":
            continue
        measure = cost = at = None
        if fix >= 0:
            measure = MEASURES[Measure(data["measure"][fix])].in_(lang)
            at = " → ".join(filter(None, (_name(data, one, fix, lang) for one in ("name", "to"))))
            cost = data["cost"][fix]
        county = places["county"][row]
        rows.append(
            (
                places["id"][row],
                places["name" if lang == "zh" else "name_en"][row],
                areas.get(county, county),
                places["people"][row],
                measure,
                at,
                cost,
            )
        )
    return Sheet(
        name="gaps",
        title=Label("各缺口的最小措施", "Smallest fix of each gap").in_(lang),
        heads=(
            *heads(("id", "name", "county", "people"), lang),
            *(FIX_HEADS[one].in_(lang) for one in ("measure", "at", "cost")),
        ),
        rows=tuple(rows),
    )


def _name(data: Mapping[str, Any], column: str, row: int, lang: str) -> str:
    found: str = data[column if lang == "zh" else f"{column}_en"][row] or data[column][row]
    return found
