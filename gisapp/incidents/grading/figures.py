"""What is known of an event, in figures.

Unknown is None and never 0: nobody dead and nobody asked are two different reports.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from gisapp.errors import InputError
from gisapp.schema import Label

FIGURES: dict[str, Label] = {
    "dead": Label("死亡人数", "Dead"),
    "missing": Label("下落不明人数", "Missing"),
    "trapped": Label("被困人数", "Trapped"),
    "seriously_injured": Label("重伤人数", "Seriously injured"),
    "injured": Label("轻伤人数", "Slightly injured"),
    "in_danger": Label("涉险人数", "In danger"),
    "moved": Label("已疏散转移人数", "Moved"),
    "to_move": Label("需搬迁转移人数", "To be moved"),
    "loss_cny": Label("直接经济损失（元）", "Direct economic loss, CNY"),
    "potential_loss_cny": Label("潜在经济损失（元）", "Potential loss, CNY"),
    "burnt_ha": Label("受害森林面积（公顷）", "Burnt forest, ha"),
}
"""Name of each figure."""

WHOLE: frozenset[str] = frozenset(FIGURES) - {"burnt_ha"}
"""Figures that are whole numbers."""

THREATENED: dict[str, Label] = {
    "power_station": Label("电站", "Power station"),
    "water_works": Label("水库大坝等重要水利设施", "Dam or other important water works"),
    "chemical_store": Label("危险化学品库", "Chemical store"),
    "fuel_station": Label("油气站", "Oil or gas station"),
    "station": Label("车站", "Railway or coach station"),
    "port": Label("码头、港口", "Wharf or port"),
    "airport": Label("机场", "Airport"),
    "crowded_place": Label("人员密集场所", "Crowded place"),
}
"""Important places and works of the rule on 较大涉险事故."""

POLLUTED: dict[str, Label] = {
    "drinking_water": Label("饮用水源", "Drinking water source"),
    "crowded_place": Label("人员密集场所", "Crowded place"),
    "farmland": Label("农田", "Farmland"),
    "river": Label("河流", "River"),
    "reservoir": Label("水库", "Reservoir"),
    "lake": Label("湖泊", "Lake"),
}
"""Places whose serious pollution counts in the rule on 较大涉险事故."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Figures of an event; each None while unknown.

    Nobody is counted twice. `dead`, `missing` and `trapped` are disjoint: who is known to be
    trapped at a known place is trapped, who cannot be accounted for is missing, and the officer
    moves a person from one figure to the other, never into both. `seriously_injured` and
    `injured` are disjoint too.

    Attributes
    ----------
    seriously_injured
        With acute industrial poisoning, as Decree 493 article 3 has it.
    injured
        Hurt, but not seriously.
    in_danger
        All who were or are in danger, whatever became of them.
    moved
        Evacuated already.
    to_move
        To be moved away from a geological hazard, those moved already among them.
    loss_cny, potential_loss_cny
        Direct economic loss; loss that a geological hazard threatens.
    threatened, polluted
        Codes of `THREATENED` and `POLLUTED`; empty where none is known.

    Raises
    ------
    InputError
        ``incident.negative_figure``, ``incident.bad_place``.
    """

    dead: int | None = None
    missing: int | None = None
    trapped: int | None = None
    seriously_injured: int | None = None
    injured: int | None = None
    in_danger: int | None = None
    moved: int | None = None
    to_move: int | None = None
    loss_cny: int | None = None
    potential_loss_cny: int | None = None
    burnt_ha: float | None = None
    threatened: frozenset[str] = frozenset()
    polluted: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name, label in FIGURES.items():
            value = self.value(name)
            if value is not None and not (value >= 0 and math.isfinite(value)):
                raise InputError(
                    "incident.negative_figure", name_zh=label.zh, name_en=label.en, value=value
                )
        for known, codes in ((THREATENED, self.threatened), (POLLUTED, self.polluted)):
            for code in sorted(codes - known.keys()):
                raise InputError("incident.bad_place", place=code, places=", ".join(known))

    def value(self, name: str) -> float | None:
        """The figure called `name`, a key of `FIGURES`."""
        value: float | None = getattr(self, name)
        return value

    def unaccounted(self) -> int | None:
        """Missing and trapped together; None where neither is known."""
        return _known_sum(self.missing, self.trapped)

    def worst_case(self) -> Figures:
        """The figures if nobody who is missing or trapped lives.

        They become dead and are no longer missing or trapped; what is unknown stays unknown.
        """
        return replace(
            self,
            dead=_known_sum(self.dead, self.missing, self.trapped),
            missing=None if self.missing is None else 0,
            trapped=None if self.trapped is None else 0,
        )

    def harmed(self) -> bool:
        """Whether anybody is known to be dead or hurt, or anything lost."""
        return any((self.dead, self.seriously_injured, self.injured, self.loss_cny))

    def people_to_move(self) -> int | None:
        """People to be moved: at least those moved already. None where neither is known."""
        known = [value for value in (self.to_move, self.moved) if value is not None]
        return max(known, default=None)


def _known_sum(*values: int | None) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
