"""The kinds of event, and which law grades each.

No kind has a code of GB/T 35561-2017 (突发事件分类与编码): the standard could not be read, and a
code whose text nobody read stays empty. `EventKind.gb_code` is the place for it.

A kind without a law has no scale that was read in its source, and is never graded by the
program. Railway, power and special-equipment accidents are among them: each has a regulation of
its own with triggers beyond casualties and loss, so that Decree 493 alone would grade them low.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gisapp.errors import InputError
from gisapp.schema import Label

Family = Literal["natural", "accident", "health", "security"]
Law = Literal["decree_493", "geological", "forest_fire"]
"""Module of this package that grades."""


@dataclass(frozen=True, kw_only=True)
class EventKind:
    """A kind of event.

    Attributes
    ----------
    family
        Of the four of 突发事件应对法 (2024) article 2.
    law
        What grades it; None where no scale was read.
    gb_code
        GB/T 35561-2017, not read: None throughout.
    production_asked
        Only sometimes a production accident: the law is Decree 493, and its article 2 lets it
        apply only where the officer says that it happened in production.
    casualty_days_short
        Decree 493 article 13: road traffic and fire accidents have the short term.
    """

    code: str
    label: Label
    family: Family
    law: Law | None = None
    gb_code: str | None = None
    production_asked: bool = False
    casualty_days_short: bool = False


def _kind(code: str, zh: str, en: str, family: Family, law: Law | None = None) -> EventKind:
    return EventKind(code=code, label=Label(zh, en), family=family, law=law)


def _sometimes(code: str, zh: str, en: str, *, short: bool = False) -> EventKind:
    return EventKind(
        code=code,
        label=Label(zh, en),
        family="accident",
        law="decree_493",
        production_asked=True,
        casualty_days_short=short,
    )


_ALL = (
    _kind("landslide", "滑坡", "Landslide", "natural", "geological"),
    _kind("debris_flow", "泥石流", "Debris flow", "natural", "geological"),
    _kind("collapse", "崩塌", "Rock collapse", "natural", "geological"),
    _kind("ground_subsidence", "地面塌陷", "Ground subsidence", "natural", "geological"),
    _kind("ground_fissure", "地裂缝", "Ground fissure", "natural", "geological"),
    _kind("earthquake", "地震", "Earthquake", "natural"),
    _kind("flood", "洪涝", "Flood", "natural"),
    _kind("reservoir_danger", "水库大坝险情", "Reservoir dam in danger", "natural"),
    _kind("forest_fire", "森林火灾", "Forest fire", "natural", "forest_fire"),
    _kind("drought", "干旱", "Drought", "natural"),
    _kind("snow_ice", "低温雨雪冰冻", "Snow and ice", "natural"),
    _kind("severe_weather", "大风冰雹雷电", "Gale, hail or lightning", "natural"),
    _kind("coal_mine", "煤矿事故", "Coal mine accident", "accident", "decree_493"),
    _kind("non_coal_mine", "非煤矿山事故", "Non-coal mine accident", "accident", "decree_493"),
    _kind("tailings_pond", "尾矿库事故", "Tailings pond accident", "accident", "decree_493"),
    _kind(
        "hazardous_chemicals",
        "危险化学品事故",
        "Hazardous chemicals accident",
        "accident",
        "decree_493",
    ),
    _kind("fireworks", "烟花爆竹事故", "Fireworks accident", "accident", "decree_493"),
    _kind(
        "oil_gas_pipeline",
        "油气管道事故",
        "Oil or gas pipeline accident",
        "accident",
        "decree_493",
    ),
    _kind("construction", "建筑施工事故", "Construction accident", "accident", "decree_493"),
    _kind("industrial_trade", "工贸事故", "Industry and trade accident", "accident", "decree_493"),
    _sometimes("gas", "燃气事故", "Town gas accident"),
    _sometimes("road_traffic", "道路交通事故", "Road traffic accident", short=True),
    _sometimes("fire", "火灾", "Fire", short=True),
    _sometimes("stampede", "拥挤踩踏", "Crowd crush"),
    _kind("special_equipment", "特种设备事故", "Special equipment accident", "accident"),
    _kind("railway", "铁路交通事故", "Railway accident", "accident"),
    _kind("power_failure", "大面积停电", "Large power failure", "accident"),
    # Decree 493 article 2 excludes the next two, and defence research.
    _kind("pollution", "突发环境事件", "Environmental pollution", "accident"),
    _kind("nuclear", "核设施事故", "Nuclear facility accident", "accident"),
    _kind("epidemic", "传染病疫情", "Epidemic", "health"),
    _kind("food_poisoning", "食物中毒", "Food poisoning", "health"),
    _kind("animal_epidemic", "动物疫情", "Animal epidemic", "health"),
    _kind("social_security", "社会安全事件", "Social security incident", "security"),
)

KINDS: dict[str, EventKind] = {kind.code: kind for kind in _ALL}
"""By code, in the order of a list to choose from."""


def event_kind(code: str) -> EventKind:
    """Find the kind of a code.

    Raises
    ------
    InputError
        ``incident.bad_kind``.
    """
    if code not in KINDS:
        raise InputError("incident.bad_kind", kind=code)
    return KINDS[code]


def missing_production(kind: EventKind, in_production: bool | None) -> bool:
    """Whether the officer still has to say if it is a production accident."""
    return kind.production_asked and in_production is None


def law_of(kind: EventKind, in_production: bool | None) -> Law | None:
    """Say which law grades an event.

    Parameters
    ----------
    in_production
        What the officer said; counts only for kinds that are sometimes production accidents.
    """
    if kind.production_asked and in_production is not True:
        return None
    return kind.law
