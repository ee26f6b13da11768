"""What a site lays down about filling its cards: penalties of tiers, cover that stays."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from gisapp.errors import SiteError
from gisapp.registers.vocabulary import CAPABILITIES, TIERS
from gisapp.schema import Label
from gisapp.site import Site

PENALTY_MIN: Final[Mapping[str, float]] = {"main": 0, "coordinated": 10, "auxiliary": 20}
"""Where a site says nothing. Defaults of ours: no text that was read gives minutes."""
MOST_MIN: Final = 24 * 60
MOST_COVER: Final = 1000
READ: Final[Mapping[str, Label]] = {
    "tier_penalty_min": Label(
        "比较到达时间时按梯队加计的分钟数，减去出动编成所点梯队的加计；显示的仍为实际到达时间",
        "Minutes added by tier where arrivals are compared, less those of the tier that the card"
        " calls out; what is shown is the real arrival.",
    ),
    "minimum_cover": Label(
        "每个县（市、区）按能力须留守的队伍数，自动调派建议不动用；人工派出须写明原因",
        "Units of each capability that stay in every county: no proposal takes them, an order by"
        " hand with a reason does.",
    ),
}
"""Of the standards of a site, those that cards are filled by."""


@dataclass(frozen=True, kw_only=True)
class Standards:
    """Of one site.

    Attributes
    ----------
    penalty_min
        Minutes added to the arrival of a unit, by its tier.
    cover
        Units that stay in every county, by capability.
    """

    penalty_min: Mapping[str, float] = field(default_factory=lambda: PENALTY_MIN)
    cover: Mapping[str, int] = field(default_factory=dict)

    def penalty_s(self, tier: str, called: str) -> int:
        """Seconds added for a unit of a tier where another tier is called out.

        A unit of a tier that is called out sooner costs nothing; of one that is not registered
        it is taken to be of the last tier.
        """
        last = max(self.penalty_min.values())
        own = self.penalty_min.get(tier, last)
        return round(60 * max(0.0, own - self.penalty_min[called]))


def standards(site: Site) -> Standards:
    """Read the standards of a site: ``response.tier_penalty_min``, ``response.minimum_cover``.

    Raises
    ------
    SiteError
        ``site.bad_response``: another tier or capability than there are, or no number.
    """
    penalties = _numbers(site, "tier_penalty_min", TIERS, MOST_MIN)
    cover = _numbers(site, "minimum_cover", CAPABILITIES, MOST_COVER)
    for name, found in cover.items():
        if not found.is_integer():
            raise SiteError("site.bad_response", name=f"minimum_cover.{name}")
    return Standards(
        penalty_min={**PENALTY_MIN, **penalties},
        cover={name: int(found) for name, found in cover.items() if found},
    )


def standards_table() -> str:
    """The standards as a Markdown table, a part of ``docs/settings.md``."""
    shown = ", ".join(f"{name} = {minutes:g}" for name, minutes in PENALTY_MIN.items())
    said = {
        "tier_penalty_min": (f"{{ {shown} }}", TIERS, f"0–{MOST_MIN}"),
        "minimum_cover": ("{}", CAPABILITIES, f"0–{MOST_COVER}"),
    }
    rows = [
        "| 标准 standard | 默认 default | 键 keys | 值 values | 含义 meaning |",
        "|---|---|---|---|---|",
    ]
    for name, label in READ.items():
        default, known, values = said[name]
        keys = ", ".join(f"`{key}`" for key in known)
        rows.append(
            f"| `response.{name}` | `{default}` | {keys} | {values} | {label.zh} / {label.en} |"
        )
    return "\n".join(rows) + "\n"


def _numbers(site: Site, name: str, known: Collection[str], most: float) -> dict[str, float]:
    given = site.response.get(name, {})
    if not isinstance(given, Mapping):
        raise SiteError("site.bad_response", name=name)
    numbers: dict[str, float] = {}
    for key, value in given.items():
        is_yes_no = isinstance(value, bool)  # which Python takes for a number
        if key not in known or is_yes_no or not isinstance(value, (int, float)):
            raise SiteError("site.bad_response", name=f"{name}.{key}")
        if not 0 <= value <= most:
            raise SiteError("site.bad_response", name=f"{name}.{key}")
        numbers[key] = float(value)
    return numbers
