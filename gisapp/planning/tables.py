"""What came of a scenario as tables for people: on a page, in a workbook, in a document."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import pandas as pd
from openpyxl import Workbook

from gisapp.planning.coverage import STATES, CoverageStudy
from gisapp.planning.standards import CLOCKS
from gisapp.registers.cells import cell_at, put
from gisapp.risks.vocabulary import LEVELS
from gisapp.schema import Label
from gisapp.schema.values import Json, Value

HEADS: Final[Mapping[str, Label]] = {
    "county": Label("县（市、区）", "County"),
    "township": Label("乡镇（街道）", "Township"),
    "places": Label("处数", "Places"),
    "covered": Label("达标处数", "Covered"),
    "share": Label("达标比例", "Share covered"),
    "people": Label("人数", "People"),
    "people_covered": Label("达标人数", "People covered"),
    "people_share": Label("人数达标比例", "Share of people"),
    "mean_min": Label("平均到达（分）", "Mean arrival, min"),
    "worst_min": Label("最迟到达（分）", "Last arrival, min"),
    "name": Label("名称", "Name"),
    "id": Label("编号", "Id"),
    "state": Label("结论", "Result"),
    "total_min": Label("到达（分）", "Arrival, min"),
    "margin_min": Label("余量（分）", "Margin, min"),
    "first": Label("最先到达", "First to arrive"),
    "off_m": Label("距道路（米）", "From the road, m"),
    "x": Label("经度", "Longitude"),
    "y": Label("纬度", "Latitude"),
    "note": Label("备注", "Note"),
    "minutes": Label("分钟", "Minutes"),
    "km": Label("道路（公里）", "Roads, km"),
    "km_covered": Label("达标道路（公里）", "Roads in time, km"),
    "road_share": Label("道路达标比例", "Share of roads"),
    "km_unreached": Label("不可达道路（公里）", "Roads nobody reaches, km"),
    "road_worst_min": Label("道路最迟到达（分）", "Last place on the roads, min"),
    "people_along": Label("达标人数（按道路分摊）", "People in time, shared by road"),
    "places_share": Label("处数比例", "Share of places"),
    "astray_share": Label("画错一侧的道路比例", "Share of roads on the wrong side"),
}
_SHARES: Final = frozenset(
    text
    for name in ("share", "people_share", "places_share", "road_share", "astray_share")
    for text in HEADS[name]
)
_OF_ROADS: Final = ("km", "km_covered", "road_share", "km_unreached", "road_worst_min", "x", "y")
UNREACHED: Final = Label("不可达", "not reached")
APPROXIMATE: Final = Label("位置或人数为估计", "position or people estimated")
SYNTHETIC: Final = Label("合成", "synthetic")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table.

    Attributes
    ----------
    name
        Short and plain, for files.
    heads, rows
        Shares are 0 to 1, minutes to a tenth; None where unknown.
    """

    name: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def shown(self, row: tuple[Value, ...]) -> list[Value]:
        """A row for people to read: shares in percent, told by the head or by the row's item."""
        return [
            f"{100 * value:.1f} %"
            if isinstance(value, float) and {row[0], head.partition(":")[0]} & _SHARES
            else value
            for head, value in zip(self.heads, row, strict=True)
        ]


def coverage_sheets(
    question: CoverageStudy,
    figures: Mapping[str, Json],
    content: Mapping[str, Any],
    lang: str,
    *,
    areas: Mapping[str, str],
) -> list[Sheet]:
    """A coverage as tables: what was asked, counties, townships, every place, the curve.

    Parameters
    ----------
    figures, content
        As a result keeps them.
    areas
        Names of counties and townships by code.
    """
    return [
        Sheet(
            name="summary",
            title=Label("概要", "Summary").in_(lang),
            heads=(Label("项目", "Item").in_(lang), Label("内容", "Value").in_(lang)),
            rows=tuple(_summary(question, figures, content, lang)),
        ),
        _by_area("counties", "county", content, lang, areas),
        _by_area("townships", "township", content, lang, areas),
        *([_roads(content["roads"], lang, areas)] if "roads" in content else []),
        *([_risks(content["risks"], lang, areas)] if "risks" in content else []),
        *([_judged(content, lang)] if "judged" in content else []),
        _places(content, lang, areas),
        Sheet(
            name="curve",
            title=Label("达标曲线", "Share by minutes").in_(lang),
            heads=heads(("minutes", "places_share", "people_share"), lang),
            rows=tuple(
                zip(
                    *(content["curve"][name] for name in ("minutes", "places", "people")),
                    strict=True,
                )
            ),
        ),
    ]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Write tables as an XLSX workbook, a sheet for each."""
    book = Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    for sheet in sheets:
        made = book.create_sheet(sheet.title[:31])
        for column, head in enumerate(sheet.heads, start=1):
            put(cell_at(made, 1, column), head)
        for number, row in enumerate(sheet.rows, start=2):
            for column, value in enumerate(row, start=1):
                put(cell_at(made, number, column), value)
        made.freeze_panes = "A2"
        for column, head in enumerate(sheet.heads, start=1):
            widest = max((_width(row[column - 1]) for row in sheet.rows[:200]), default=0)
            letter = made.cell(1, column).column_letter
            made.column_dimensions[letter].width = min(60, 2 + max(_width(head), widest))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def heads(names: Iterable[str], lang: str) -> tuple[str, ...]:
    """Heads of columns in a language."""
    return tuple(HEADS[name].in_(lang) for name in names)


def text_of(value: Value) -> str:
    """A value of a table as text: numbers to three digits, a dash for what is unknown."""
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return "—" if value is None else str(value)


def rounded(name: str, value: float | None) -> float | None:
    """A figure of a table: people are counted whole, where a township's were shared out as well."""
    return value if value is None or name not in {"people", "people_covered"} else round(value)


def minutes(seconds: float | None) -> float | None:
    """Minutes to a tenth, None for what is unknown or never."""
    return None if seconds is None or not math.isfinite(seconds) else round(seconds / 60, 1)


def _summary(
    question: CoverageStudy, figures: Mapping[str, Any], content: Mapping[str, Any], lang: str
) -> Iterator[tuple[Value, ...]]:
    standard = question.standard
    yield Label("标准", "Standard").in_(lang), standard.name.in_(lang)
    yield Label("出处", "Source").in_(lang), standard.source.in_(lang)
    yield Label("计时", "Clock").in_(lang), CLOCKS[standard.clock].in_(lang)
    yield Label("时限（分）", "Limit, min").in_(lang), standard.limit_min
    yield Label("须到达力量数", "Due").in_(lang), standard.due
    if standard.due > 1:
        counted = Label("同一驻地的力量", "Crews of one post").in_(lang)
        each = Label("逐一计数", "count one by one")
        once = Label("只计一次", "count once")
        yield counted, (each if standard.each_crew else once).in_(lang)
    if question.conditions is not None:
        told = question.conditions
        yield Label("路况", "Road conditions").in_(lang), told.name.in_(lang)
        yield Label("路况出处", "Source of the conditions").in_(lang), told.source.in_(lang)
    yield Label("参与力量", "Resources").in_(lang), len(content["servers"])
    yield Label("生效封路", "Closures").in_(lang), len(content["closures"])
    yield HEADS["places"].in_(lang), figures["places"]
    yield HEADS["covered"].in_(lang), figures["covered"]
    yield HEADS["share"].in_(lang), figures["share"]
    yield HEADS["people"].in_(lang), figures["people"]
    yield HEADS["people_covered"].in_(lang), figures["people_covered"]
    yield HEADS["people_share"].in_(lang), figures["people_share"]
    if figures["unknown"]:
        yield Label("人数不详的处数", "Places with unknown people").in_(lang), figures["unknown"]
    if "road_km" in figures:
        yield HEADS["km"].in_(lang), figures["road_km"]
        yield HEADS["km_covered"].in_(lang), figures["road_km_covered"]
    yield Label("辖区外力量", "Resources beyond the border").in_(lang), figures["neighbours"]
    yield (
        Label("仅辖区内力量时达标处数", "Covered by the site's own").in_(lang),
        figures["alone_covered"],
    )
    yield (
        Label("仅辖区内力量时达标人数", "People covered by the site's own").in_(lang),
        figures["alone_people_covered"],
    )
    yield (
        Label("仅辖区内力量时更迟的处数", "Places later without the neighbours").in_(lang),
        figures["later_alone"],
    )
    for note in content["notes"]:
        yield HEADS["note"].in_(lang), note[lang]


def _by_area(
    name: str, column: str, content: Mapping[str, Any], lang: str, areas: Mapping[str, str]
) -> Sheet:
    data = content[name]
    plain = ("places", "covered", "share", "people", "people_covered", "people_share")
    rows = [
        (
            areas.get(code, code or "—"),
            *(rounded(one, data[one][row]) for one in plain),
            minutes(data["mean_s"][row]),
            minutes(data["worst_s"][row]),
            *(data[state][row] for state in STATES),
        )
        for row, code in enumerate(data[column])
    ]
    return Sheet(
        name=name,
        title=(
            Label("分县统计", "By county")
            if column == "county"
            else Label("分乡镇统计", "By township")
        ).in_(lang),
        heads=(
            *heads((column, *plain, "mean_min", "worst_min"), lang),
            *(label.in_(lang) for label in STATES.values()),
        ),
        rows=tuple(rows),
    )


def _of_roads(data: Mapping[str, Any], row: int) -> tuple[Value, ...]:
    return (
        *(data[name][row] for name in ("km", "km_covered", "share", "km_unreached")),
        minutes(data["worst_s"][row]),
        *(data[name][row] for name in ("worst_x", "worst_y")),
    )


def _roads(data: Mapping[str, Any], lang: str, areas: Mapping[str, str]) -> Sheet:
    """Kilometres of road by county, and the place on them that is reached last."""
    return Sheet(
        name="roads",
        title=Label("道路里程", "Kilometres of road").in_(lang),
        heads=heads(("county", *_OF_ROADS), lang),
        rows=tuple(
            (areas.get(code, code or "—"), *_of_roads(data, row))
            for row, code in enumerate(data["county"])
        ),
    )


def _risks(data: Mapping[str, Any], lang: str, areas: Mapping[str, str]) -> Sheet:
    """Risks of counties beside their cover, and the class of each on the map."""
    return Sheet(
        name="risks",
        title=Label("风险与覆盖", "Risk and cover").in_(lang),
        heads=(
            *heads(("county",), lang),
            *(label.in_(lang) for label in LEVELS.values()),
            *heads(("share",), lang),
            Label("风险三分位（1 至 3）", "Third by risk, 1 to 3").in_(lang),
            Label("覆盖等次（1 差至 3 好）", "Class of cover, 1 poor to 3 good").in_(lang),
        ),
        rows=tuple(
            (
                areas.get(code, code),
                *(data[f"level_{level}"][row] for level in LEVELS),
                data["share"][row],
                *(data[name][row] + 1 for name in ("risk_class", "cover_class")),
            )
            for row, code in enumerate(data["county"])
        ),
    )


def _judged(content: Mapping[str, Any], lang: str) -> Sheet:
    """The areas of a demand by the roads inside them."""
    data, places = content["judged"], content["places"]
    named = dict(zip(places["id"], places["name" if lang == "zh" else "name_en"], strict=True))
    people = dict(zip(places["id"], places["people"], strict=True))
    rows = []
    for row, area in enumerate(data["id"]):
        share, lives = data["share"][row], people[area]
        along = None if share is None or lives is None else round(share * lives)
        rows.append((area, named[area], rounded("people", lives), along, *_of_roads(data, row)))
    return Sheet(
        name="judged",
        title=Label("区域内道路", "Roads of the areas").in_(lang),
        heads=heads(("id", "name", "people", "people_along", *_OF_ROADS), lang),
        rows=tuple(rows),
    )


def _places(content: Mapping[str, Any], lang: str, areas: Mapping[str, str]) -> Sheet:
    data = content["places"]
    name_of = "name" if lang == "zh" else "name_en"
    servers = {one["key"]: one[name_of] for one in content["servers"]}
    rows = []
    for row, state in enumerate(data["state"]):
        flags = [
            label.in_(lang)
            for flag, label in (("approximate", APPROXIMATE), ("synthetic", SYNTHETIC))
            if data[flag][row]
        ]
        county, township = data["county"][row], data["township"][row]
        rows.append(
            (
                data["id"][row],
                data[name_of][row],
                areas.get(county, county),
                areas.get(township, township),
                rounded("people", data["people"][row]),
                STATES[state].in_(lang),
                minutes(data["total_s"][row]),
                minutes(data["margin_s"][row]),
                servers.get(data["server"][row]),
                data["off_m"][row],
                data["x"][row],
                data["y"][row],
                "; ".join(flags),
            )
        )
    order = ("id", "name", "county", "township", "people", "state", "total_min", "margin_min",
             "first", "off_m", "x", "y", "note")  # fmt: skip
    # Who waits longest stands first: nobody reached, then by what the limit is exceeded.
    rows.sort(key=lambda one: (one[7] is not None, one[7] or 0.0, str(one[0])))
    return Sheet(
        name="places",
        title=Label("逐处结果", "Every place").in_(lang),
        heads=heads(order, lang),
        rows=tuple(rows),
    )


def _width(value: Value) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in str(value))


def columns(frame: pd.DataFrame) -> dict[str, Json]:
    """A frame as JSON holds it: a list for each column, None for what is unknown or infinite."""
    return {str(name): [plain(value) for value in frame[name].tolist()] for name in frame.columns}


def plain(value: object) -> str | float | None:
    """A value as JSON holds it: numbers to three digits, None for what is unknown or infinite."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    number = float(str(value))
    return round(number, 3) if abs(number) < float("inf") else None
