"""What commands of incidents are given: figures, times, kinds and units, as people write them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from gisapp.cli.console import CommandInputError

if TYPE_CHECKING:
    from gisapp.incidents.grading.circumstances import Circumstances
    from gisapp.incidents.grading.figures import Figures
    from gisapp.incidents.orders import UnitOrder
    from gisapp.schema import Label

Given = dict[str, Any]
"""By column, what was given."""

_Command = Callable[..., None]
_PEOPLE, _MONEY, _AREA = 2**31 - 1, 2**53 - 1, 1e9
"""The most that a column holds, that JSON carries exactly, that is a figure and no slip."""

FIGURE_OPTIONS: Final[Mapping[str, tuple[float, str]]] = {
    "dead": (_PEOPLE, "死亡 / Dead."),
    "missing": (_PEOPLE, "下落不明 / Missing, the trapped not among them."),
    "trapped": (_PEOPLE, "被困 / Trapped, the missing not among them."),
    "seriously_injured": (_PEOPLE, "重伤 / Seriously injured."),
    "injured": (_PEOPLE, "轻伤 / Slightly injured."),
    "in_danger": (_PEOPLE, "涉险 / In danger, whatever became of them."),
    "moved": (_PEOPLE, "已疏散转移 / Moved to safety."),
    "to_move": (_PEOPLE, "需搬迁转移 / To be moved, those moved already among them."),
    "loss_cny": (_MONEY, "直接经济损失，元 / Direct loss, CNY."),
    "potential_loss_cny": (_MONEY, "潜在经济损失，元 / Loss that is threatened, CNY."),
    "burnt_ha": (_AREA, "受害森林，公顷 / Forest burnt, ha."),
}
"""By column, the most it may be and what it says."""
PLACE_OPTIONS: Final[Mapping[str, str]] = {
    "threatened": "受威胁的设施，可多次 / What is threatened; again for each.",
    "polluted": "受污染的对象，可多次 / What is polluted; again for each.",
}
TIME_OPTIONS: Final[Mapping[str, str]] = {
    "occurred_at": "事发 / When it happened.",
    "unit_head_at": "单位负责人接报 / When the unit's head was told.",
    "county_received_at": "县级接报 / When the county was told.",
    "city_received_at": "市级接报 / When the city was told.",
}

CIRCUMSTANCE_OPTIONS: Final[Mapping[str, str]] = {
    "at_national_border": "森林火灾：国界附近 / Forest fire near the national border.",
    "threatens_settlement_or_works": "威胁居民区或者重要设施 / It threatens a settlement or works.",
    "burning_after_24_h": "24小时尚未扑灭明火 / Open fire not put out within 24 h.",
    "in_virgin_forest": "未开发原始林区 / In virgin forest.",
    "dangerous_at_provincial_border": "省界地区且危险性大 / Dangerous, where provinces meet.",
    "needs_state_help": "需要国家支援扑救 / Help of the State is needed.",
}


def flag_of(column: str) -> str:
    """The option of a column, without its dashes."""
    return column.removesuffix("_at").replace("_", "-")


def figure_options(command: _Command) -> _Command:
    """Give a command an option for each figure, handed over together as ``figures``."""
    options = [
        click.option(f"--{flag_of(name)}", name, type=type(most), help=said)
        for name, (most, said) in FIGURE_OPTIONS.items()
    ]
    options += [
        click.option(f"--{flag_of(name)}", name, multiple=True, metavar="CODE", help=said)
        for name, said in PLACE_OPTIONS.items()
    ]
    return _together("figures", (*FIGURE_OPTIONS, *PLACE_OPTIONS), options, command)


def time_options(command: _Command) -> _Command:
    """Give a command an option for each time, handed over together as ``times``."""
    options = [
        click.option(f"--{flag_of(name)}", name, metavar="TIME", help=said)
        for name, said in TIME_OPTIONS.items()
    ]
    return _together("times", tuple(TIME_OPTIONS), options, command)


def production_option(command: _Command) -> _Command:
    """Give a command ``--in-production`` and its opposite; neither is unknown."""
    return click.option(
        "--in-production/--not-in-production",
        default=None,
        help="是否生产安全事故 / Whether it is a production accident.",
    )(command)


def circumstance_options(command: _Command) -> _Command:
    """Give a command an option for each circumstance of a forest fire, and its opposite."""
    for name, said in reversed(list(CIRCUMSTANCE_OPTIONS.items())):
        flag = flag_of(name)
        command = click.option(f"--{flag}/--not-{flag}", name, default=None, help=said)(command)
    return command


def circumstances_of(given: Mapping[str, bool | None]) -> Circumstances:
    """What was answered; all else is unknown."""
    from gisapp.incidents.grading.circumstances import Circumstances  # noqa: PLC0415

    return Circumstances(**given)


def why_option(*, required: bool = True) -> Callable[[_Command], _Command]:
    """Give a command ``--why``."""
    if required:
        return click.option("--why", required=True, help="缘由 / Why.")
    return click.option("--why", default="", help="缘由 / Why.")


def figures_of(given: Given) -> Figures:
    """The figures that were given; all else is unknown.

    Raises
    ------
    InputError
        ``incident.negative_figure``, ``incident.bad_place``, ``cli.incident.large_figure``.
    """
    from gisapp.incidents.grading.figures import Figures  # noqa: PLC0415

    return Figures(**figure_values(given))


def figure_values(given: Given) -> Given:
    """The figures that were given, places by their codes.

    Raises
    ------
    CommandInputError
        ``cli.incident.large_figure``.
    """
    from gisapp.incidents.grading.figures import POLLUTED, THREATENED  # noqa: PLC0415

    values = dict(given)
    for name, (most, _said) in FIGURE_OPTIONS.items():
        if name in values and values[name] > most:
            raise CommandInputError(
                "cli.incident.large_figure", name=flag_of(name), most=f"{most:,}"
            )
    for name, labels in (("threatened", THREATENED), ("polluted", POLLUTED)):
        if name in values:
            values[name] = frozenset(code_of(one, labels) for one in values[name])
    return values


def moments_of(given: Given, zone: str) -> dict[str, datetime]:
    """The times that were given; raises as :func:`moment`."""
    return {name: moment(text, zone) for name, text in given.items()}


def moment(text: str, zone: str) -> datetime:
    """A moment as people write it: by the site's clock where it names no zone.

    Raises
    ------
    CommandInputError
        ``cli.incident.bad_time``, ``cli.incident.no_such_time``: that hour is skipped or comes
        twice when the clocks change.
    """
    written = unicodedata.normalize("NFKC", text).strip()
    try:
        found = datetime.fromisoformat(written)
        utc = found.replace(tzinfo=found.tzinfo or ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CommandInputError("cli.incident.bad_time", text=text) from error
    if len(written) <= len("2026-01-01"):  # a day is no moment
        raise CommandInputError("cli.incident.bad_time", text=text)
    if found.tzinfo is None and _is_doubtful(found, ZoneInfo(zone)):
        raise CommandInputError("cli.incident.no_such_time", text=text, zone=zone)
    return utc


def kind_code(text: str) -> str:
    """The code of a kind of event that may be written by its name in either language."""
    from gisapp.incidents.grading.kinds import KINDS  # noqa: PLC0415

    return code_of(text, {code: kind.label for code, kind in KINDS.items()})


def code_of(text: str, labels: Mapping[str, Label]) -> str:
    """The code whose name was written, in either language; else what was written."""
    said = text.strip()
    named = {name.lower(): code for code, label in labels.items() for name in label}
    return said if said in labels else named.get(said.lower(), said)


def unit_order(text: str) -> UnitOrder:
    """A unit written as ``team:T1`` or ``unit:U1``; one that names no register is a team."""
    from gisapp.incidents.orders import UnitOrder  # noqa: PLC0415

    kind, colon, record_id = text.strip().partition(":")
    return UnitOrder(kind=kind, id=record_id) if colon else UnitOrder(kind="team", id=kind)


def hazard_of(text: str | None) -> tuple[str, str] | None:
    """A hazard written as ``tailings_pond:H1``.

    Raises
    ------
    CommandInputError
        ``cli.incident.bad_hazard``.
    """
    if text is None:
        return None
    kind, _colon, record_id = text.strip().partition(":")
    if not kind or not record_id:
        raise CommandInputError("cli.incident.bad_hazard", text=text)
    return kind, record_id


def _is_doubtful(local: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks change there, so that a time by them is none or two."""
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first != second


def _together(
    name: str,
    columns: tuple[str, ...],
    options: Sequence[Callable[[_Command], _Command]],
    command: _Command,
) -> _Command:
    @wraps(command)
    def gathered(*args: object, **params: object) -> None:
        given = {column: params.pop(column) for column in columns}
        known = {column: value for column, value in given.items() if value not in {None, ()}}
        command(*args, **params, **{name: known})

    optioned: _Command = gathered
    for option in reversed(options):
        optioned = option(optioned)
    return optioned
