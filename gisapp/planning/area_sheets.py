"""Service areas as a table: what each post reaches first, and whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gisapp.planning.service_areas import SPLITS, AreaStudy
from gisapp.planning.tables import Sheet, heads
from gisapp.schema import Label
from gisapp.schema.values import Value

AREA_HEADS: Final = (
    Label("面积（平方公里）", "Area, km²"),
    Label("最先到达的道路（公里）", "Roads first reached, km"),
    Label("最先到达的处数", "Places first reached"),
    Label("最先到达的人数", "People first reached"),
)


def area_rows(
    question: AreaStudy, figures: Mapping[str, Any], content: Mapping[str, Any], lang: str
) -> Iterator[tuple[Value, ...]]:
    """What a question of service areas adds to its summary."""
    times = ", ".join(f"{one:g}" for one in question.times)
    yield Label("服务区（分）", "Service areas, min").in_(lang), times
    yield Label("划分", "Split").in_(lang), SPLITS[question.split].in_(lang)
    yield Label("服务区面积合计（平方公里）", "Area in all, km²").in_(lang), figures["areas_km2"]
    whole = figures["areas_all_road_km"]
    for name, label in (
        ("outside_km", Label("已达道路画在区外", "Roads reached but drawn outside")),
        ("inside_km", Label("其他道路画在区内", "Other roads drawn inside")),
        ("crossing_km", Label("立体交叉处，另计", "Where roads pass over each other, besides")),
    ):
        share = figures[name] / whole if whole else 0.0
        yield label.in_(lang), f"{share:.2%}"
    data = content["service_areas"]
    astray = [_astray(data, row) for row in range(len(data["key"]))]
    if astray:
        row = max(range(len(astray)), key=lambda one: astray[one] or 0.0)
        name = data["name" if lang == "zh" else "name_en"][row]
        worst = f"{astray[row] or 0.0:.2%} · {name} · {data['minutes'][row]:g} min"
        yield Label("其中最差的服务区", "The worst of the areas").in_(lang), worst


def area_sheet(content: Mapping[str, Any], lang: str) -> Sheet:
    """Every service area, by post and minutes."""
    data = content["service_areas"]
    name = "name" if lang == "zh" else "name_en"
    rows = [
        (
            key.rpartition("/")[2],
            data[name][row],
            data["minutes"][row],
            round(data["area_km2"][row], 1),
            round(data["road_km"][row], 1),
            data["places"][row],
            data["people"][row],
            _astray(data, row),
            data["x"][row],
            data["y"][row],
        )
        for row, key in enumerate(data["key"])
    ]
    return Sheet(
        name="areas",
        title=Label("服务区", "Service areas").in_(lang),
        heads=(
            *heads(("id", "name", "minutes"), lang),
            *(label.in_(lang) for label in AREA_HEADS),
            *heads(("astray_share", "x", "y"), lang),
        ),
        rows=tuple(rows),
    )


def _astray(data: Mapping[str, Any], row: int) -> float | None:
    """Share of the roads of an area that lies on the wrong side, crossings left aside."""
    road_km = data["road_km"][row]
    wrong: float = data["outside_km"][row] + data["inside_km"][row]
    return wrong / road_km if road_km else None
