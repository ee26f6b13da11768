"""The level that a hazard's recorded facts propose before anyone has assessed it.

All in SQL, so that a register of many thousand hazards sorts and filters by it; a test holds
the expressions to the rules of :mod:`gisapp.registers.grades`. Written out with their numbers,
as :mod:`gisapp.registers.grading` does: each has an index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, Index, Integer, literal_column, text

from gisapp.registers.grading import grade_sql
from gisapp.registers.kinds import HAZARD_MODELS, KINDS
from gisapp.schema import Label

LOWEST = 4
UNKNOWN = 9
"""Where a hazard without a level is put in order: after all others."""


def _danger(prefix: str) -> str:
    return grade_sql(KINDS["geohazard"], "danger_grade", prefix=prefix)


def _hazard_source(prefix: str) -> str:
    return grade_sql(KINDS["hazard_source"], "level", prefix=prefix)


def _tailings_pond(prefix: str) -> str:
    grade = grade_sql(KINDS["tailings_pond"], "grade", prefix=prefix)
    # 头顶库: people live below the dam.
    below = f"{prefix}overhead OR {prefix}downstream_people > 0"
    return _raised(below, grade, {1: 1, 2: 1, 3: 2, 4: 3})


def _reservoir(prefix: str) -> str:
    grade = grade_sql(KINDS["reservoir"], "grade", prefix=prefix)
    return _raised(f"{prefix}weak", grade, {1: 2, 2: 2, 3: 3})


def _mine(prefix: str) -> str:
    return (
        f"(CASE WHEN {prefix}status = 'closed' THEN {LOWEST}"
        f" WHEN {prefix}gas_grade = 'outburst' THEN 1 WHEN {prefix}gas_grade = 'high' THEN 2"
        f" WHEN {prefix}mine_type = 'nonmetal' THEN {LOWEST} ELSE 3 END)"
    )


def _crowded_place(prefix: str) -> str:
    people = f"{prefix}capacity"
    return (
        f"(CASE WHEN {people} >= 5000 THEN 1 WHEN {people} >= 1000 THEN 2"
        f" WHEN {people} >= 300 THEN 3 WHEN {people} IS NOT NULL THEN {LOWEST} ELSE NULL END)"
    )


def _raised(condition: str, grade: str, levels: Mapping[int, int]) -> str:
    """The level of each grade, one up where `condition` holds and there is one."""
    up = f"(CASE WHEN {condition} THEN 1 ELSE 0 END)"
    steps = " ".join(
        f"WHEN {number} THEN {level}" + (f" - {up}" if level > 1 else "")
        for number, level in levels.items()
    )
    return f"(CASE {grade} {steps} ELSE {LOWEST} - {up} END)"


PROPOSALS: dict[str, tuple[Callable[[str], str], Label]] = {
    "geohazard": (
        _danger,
        Label(
            "险情等级：特大型红、大型橙、中型黄、小型蓝（国家突发地质灾害应急预案）",
            "By danger grade: extra large red, large orange, medium yellow, small blue.",
        ),
    ),
    "hazard_source": (
        _hazard_source,
        Label(
            "重大危险源一至四级依次为红、橙、黄、蓝（安监总局令第40号）",
            "Levels 1 to 4 of the major hazard source are red, orange, yellow, blue.",
        ),
    ),
    "mine": (
        _mine,
        Label(
            "煤与瓦斯突出红、高瓦斯橙、非金属矿与关闭矿山蓝、其余黄（通用经验，可改判）",
            "Outburst-prone red, high gas orange, non-metal and closed mines blue, others yellow "
            "(general knowledge; an assessment overrides it).",
        ),
    ),
    "tailings_pond": (
        _tailings_pond,
        Label(
            "一、二等红，三等橙，四等黄，五等蓝；下游有人居住的升一级（通用经验，可改判）",
            "Classes 1 and 2 red, 3 orange, 4 yellow, 5 blue; one level up where people live "
            "downstream (general knowledge; an assessment overrides it).",
        ),
    ),
    "reservoir": (
        _reservoir,
        Label(
            "大型橙、中型黄、小型蓝；病险水库升一级（通用经验，可改判）",
            "Large orange, medium yellow, small blue; one level up where the dam is unsound "
            "(general knowledge; an assessment overrides it).",
        ),
    ),
    "crowded_place": (
        _crowded_place,
        Label(
            "容纳 5000 人以上红、1000 人以上橙、300 人以上黄、其余蓝"
            "（界限参照大型群众性活动安全管理条例，可改判）",
            "Room for 5000 red, 1000 orange, 300 yellow, below blue (bounds after the rules for "
            "large public events; an assessment overrides it).",
        ),
    ),
}
"""For each kind of hazard, what computes its proposed level, and the rule in words."""


def proposed_level(kind: str) -> ColumnElement[int | None]:
    """The SQL expression of the level that the facts of a hazard propose.

    Parameters
    ----------
    kind
        A key of :data:`PROPOSALS`.

    Returns
    -------
    ColumnElement
        1 (red) to 4 (blue), null where the facts say nothing.
    """
    rule, _label = PROPOSALS[kind]
    return literal_column(rule(f"{kind}."), type_=Integer())


def proposed_order(kind: str) -> ColumnElement[int]:
    """The proposed level with :data:`UNKNOWN` for none: what the register's index is ordered by."""
    return literal_column(_order_sql(kind, f"{kind}."), type_=Integer())


def _order_sql(kind: str, prefix: str = "") -> str:
    rule, _label = PROPOSALS[kind]
    return f"coalesce({rule(prefix)}, {UNKNOWN})"


def _index(kind: str) -> Index:
    table = HAZARD_MODELS[kind].__table__
    return Index(f"ix_{kind}_by_risk", text(f"({_order_sql(kind)})"), table.c.id)


# Here and not with the registers, which know nothing of risks; not the tailings ponds, see
# :func:`gisapp.registers.grading.indexed_grades`.
INDEXES = tuple(_index(kind) for kind in PROPOSALS if kind != "tailings_pond")
"""The hazards of each register by the level that is proposed."""
