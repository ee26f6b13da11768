"""What each loss costs, as a table: the gravest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gisapp.planning.losses import EACH, OF_ROADS, Each, LossStudy
from gisapp.planning.tables import Sheet, heads
from gisapp.schema import Label
from gisapp.schema.values import Json, Value

LOSS_HEADS: Final[Mapping[str, Label]] = {
    "added_people": Label("增加的人·分钟", "Added person-minutes"),
    "added_places": Label("增加的处·分钟", "Added place-minutes"),
    "late_people": Label("由达标变超时的人数", "People no longer in time"),
    "isolated_people": Label("被隔断的人数", "People cut off"),
    "flooded_people": Label("位于失效道路上的人数", "People on the lost road"),
    "late": Label("由达标变超时的处数", "Places no longer in time"),
    "isolated": Label("被隔断的处数", "Places cut off"),
    "flooded": Label("位于失效道路上的处数", "Places on the lost road"),
    "beyond_people": Label("不再达标的人数合计", "People beyond the standard"),
    "beyond": Label("不再达标的处数合计", "Places beyond the standard"),
    "pairs": Label("失去联系的地点对数", "Pairs of places without a road"),
    "ends": Label("孤立的处数", "Isolated ends"),
}
_COUNTED: Final = (
    "beyond_people", "late_people", "isolated_people", "flooded_people",
    "beyond", "late", "isolated", "flooded",
)  # fmt: skip
_PARTED: Final = ("pairs", "ends")
MINUTE_S: Final = 60.0


def loss_rows(
    question: LossStudy, figures: Mapping[str, Json], content: Mapping[str, Any], lang: str
) -> Iterator[tuple[Value, ...]]:
    """What a question of losses adds to its summary."""
    if sums := content["pair_sums"]:
        yield from _of_pairs(sums, lang, by_people=content["losses_by_people"])
    for label, value in (
        (Label("逐一失效", "Lost one at a time"), EACH[question.each].in_(lang)),
        (Label("计算的失效数", "Losses reckoned"), figures["losses_asked"]),
        (
            Label("使有人超时或被隔断的失效数", "Losses that make somebody late or cut off"),
            figures["losses_grave"],
        ),
        (Label("有任何影响的失效数", "Losses that cost anything"), figures["losses_costly"]),
    ):
        yield label.in_(lang), value  # type: ignore[misc]


def _of_pairs(
    sums: Mapping[str, Any], lang: str, *, by_people: bool
) -> Iterator[tuple[Value, ...]]:
    """Means over all pairs with their intervals."""
    unit = Label("人", "people") if by_people else Label("处", "places")
    percent = f"{100 * sums['confidence']:g} %"
    for name, label in (
        (
            "beyond",
            Label("任两段同时失效，平均不再达标", "Mean of two losses: beyond the standard"),
        ),
        ("cut_off", Label("任两段同时失效，平均被隔断", "Mean of two losses: cut off")),
    ):
        mean, low, high = (one / max(1, sums["pairs"]) for one in sums[name])
        interval = Label(
            f"{percent} 区间 {low:.3f} 至 {high:.3f}", f"{percent}: {low:.3f} to {high:.3f}"
        )
        yield (
            f"{label.in_(lang)} ({unit.in_(lang)})",
            f"{mean:.3f}" if low == high else f"{mean:.3f} ({interval.in_(lang)})",
        )
    yield (
        Label("有关路段数 / 抽取数", "Streets that matter / drawn").in_(lang),
        f"{sums['matter']} / {sums['drawn']}",
    )


def loss_sheet(
    question: LossStudy, content: Mapping[str, Any], lang: str, areas: Mapping[str, str]
) -> Sheet:
    """Every loss that costs anything.

    Parameters
    ----------
    areas
        Names of counties by code.
    """
    data = content["losses"]
    added = "added_people" if content["losses_by_people"] else "added_places"
    of_roads = question.each in OF_ROADS
    counted = _COUNTED if of_roads else tuple(one for one in _COUNTED if "flooded" not in one)
    counted += _PARTED if question.each == Each.STREET else ()
    name, kind = ("name", "kind") if lang == "zh" else ("name_en", "kind_en")
    rows = [
        (
            key.replace(":", "/").rpartition("/")[2],
            data[name][row],
            data[kind][row],
            areas.get(data["county"][row], data["county"][row]),
            round(data["added_s"][row] / MINUTE_S, 1),
            *(data[one][row] for one in counted),
            *((data["length_m"][row], data["way"][row]) if of_roads else ()),
            data["x"][row],
            data["y"][row],
        )
        for row, key in enumerate(data["key"])
    ]
    road = (Label("长度（米）", "Length, m"), Label("来源路段号", "Way id")) if of_roads else ()
    return Sheet(
        name="losses",
        title=Label("失效影响", "Losses").in_(lang),
        heads=(
            *heads(("id", "name"), lang),
            Label("类别", "Kind").in_(lang),
            *heads(("county",), lang),
            *(LOSS_HEADS[one].in_(lang) for one in (added, *counted)),
            *(label.in_(lang) for label in road),
            *heads(("x", "y"), lang),
        ),
        rows=tuple(rows),
    )
