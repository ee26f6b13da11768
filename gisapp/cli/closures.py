"""``gisapp closure``: roads closed, whom that cuts off, when it is over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gisapp.cli.console import (
    EXISTING_FILE,
    Console,
    answer_options,
    dir_option,
    exercise_option,
    main,
    pass_console,
)
from gisapp.cli.incident_options import code_of, moment, why_option
from gisapp.cli.incidents import Desk, actor, desk

if TYPE_CHECKING:
    from gisapp.incidents.closures import ClosureRecord, Reach
    from gisapp.incidents.cut_off import CutOff

_until = click.option("--until", metavar="TIME", help="预计解除时刻 / When it may be over.")
_confirm = click.option(
    "--confirm", is_flag=True, help="确认封闭大片道路 / A great part of the roads is meant."
)


@main.group()
@exercise_option
def closure() -> None:
    """封路 / Road closures.

    A closure whose expected end has passed stays in force until somebody extends or lifts it.
    """


@closure.command(name="list")
@dir_option
@answer_options
@pass_console
def list_closures(console: Console) -> None:
    """生效的封路 / Closures in force."""
    from gisapp.incidents.closures import open_closures  # noqa: PLC0415

    with desk(console) as at:
        found = open_closures(at.session)
        text = "\n".join(_line(at, one) for one in found) or _say(at, "none")
    console.answer({"closures": [one.to_dict() for one in found]}, text)


@closure.command()
@click.argument("area", type=EXISTING_FILE)
@click.option("--reason", default="", help="原因 / Why the road is closed.")
@click.option("--source", default="other", help="消息来源 / Who said so, a code or its name.")
@click.option("--told-by", default="", help="告知单位或人员 / Which office or person.")
@_until
@click.option("--yes", is_flag=True, help="看过影响，确认封路 / Close, knowing whom it cuts off.")
@_confirm
@dir_option
@answer_options
@pass_console
def close(
    console: Console, /, area: Path, *, yes: bool, confirm: bool, until: str | None, **given: str
) -> None:
    """封闭多边形内道路 / Close the roads in the GeoJSON polygon of AREA.

    Without --yes it only says whom that would cut off.

    \b
    示例 Examples:
      gisapp closure close slope.geojson --reason 滑坡 -d mysite
      gisapp closure close slope.geojson --reason 滑坡 --source police --yes -d mysite
    """
    from gisapp.incidents import closures  # noqa: PLC0415
    from gisapp.incidents.cut_off import CutOff, cut_off  # noqa: PLC0415
    from gisapp.incidents.vocabulary import CLOSURE_SOURCES  # noqa: PLC0415

    polygon = closures.polygon_from_geojson(_geometry(area))
    with desk(console, write=yes) as at:
        found, reach = CutOff(), None
        if at.app.has_roads:
            network = at.app.imported_router.network
            reach = closures.reach_of(network, at.app.site, polygon)
            found = cut_off(at.app, at.session, actor(), polygon)
            if yes and not confirm:
                closures.require_meant(network, at.app.site, polygon)
        answer, lines = found.to_dict(console.lang), list(_told(at, found, reach))
        if yes:
            made = closures.add_closure(
                at.session,
                actor(),
                polygon,
                reason=given["reason"],
                source=code_of(given["source"], CLOSURE_SOURCES),
                told_by=given["told_by"],
                expires_at=moment(until, at.zone) if until else None,
            )
            answer |= made.to_dict()
            lines.append(_line(at, made))
        else:
            lines.append(_say(at, "asked"))
    console.answer(answer, "\n".join(lines))


@closure.command()
@click.argument("closure_id", metavar="CLOSURE")
@why_option()
@dir_option
@answer_options
@pass_console
def lift(console: Console, closure_id: str, why: str) -> None:
    """解除 / Open the roads again."""
    from gisapp.incidents.closures import lift_closure  # noqa: PLC0415

    with desk(console, write=True) as at:
        lift_closure(at.session, actor(), closure_id, why=why)
        text = _say(at, "lifted", id=closure_id)
    console.answer({"lifted": closure_id}, text)


@closure.command()
@click.argument("closure_id", metavar="CLOSURE")
@_until
@why_option()
@dir_option
@answer_options
@pass_console
def extend(console: Console, closure_id: str, until: str | None, why: str) -> None:
    """延长 / Say anew when it may be over; nobody knows where --until is not given."""
    from gisapp.incidents.closures import extend_closure  # noqa: PLC0415

    with desk(console, write=True) as at:
        ends = moment(until, at.zone) if until else None
        done = extend_closure(at.session, actor(), closure_id, ends, why=why)
        text = _line(at, done)
    console.answer(done.to_dict(), text)


@closure.command(name="import")
@click.argument("file", type=EXISTING_FILE)
@_confirm
@dir_option
@answer_options
@pass_console
def import_closures(console: Console, file: Path, confirm: bool) -> None:
    """导入 GeoJSON / Close the roads of every feature of FILE, or of none where any is faulty.

    Properties read: reason, source, told_by, expires_at.
    """
    from gisapp.clock import now  # noqa: PLC0415
    from gisapp.incidents.closure_files import close_all, read_closures  # noqa: PLC0415
    from gisapp.incidents.closures import require_meant  # noqa: PLC0415

    text = file.read_bytes().decode("utf-8", "replace")
    with desk(console, write=True) as at:
        wanted = read_closures(text, now(at.session))
        if at.app.has_roads and not confirm:
            for one in wanted:
                require_meant(at.app.imported_router.network, at.app.site, one.polygon)
        made = close_all(at.session, actor(), wanted)
        said = "\n".join(_line(at, one) for one in made)
    console.answer({"closures": [one.to_dict() for one in made]}, said)


def _say(at: Desk, code: str, /, **params: object) -> str:
    from gisapp.messages import translate  # noqa: PLC0415

    return translate(f"cli.closure.{code}", at.speaker.lang, **params)


def _line(at: Desk, one: ClosureRecord) -> str:
    from gisapp.incidents.vocabulary import CLOSURE_SOURCES  # noqa: PLC0415

    label = CLOSURE_SOURCES.get(one.source)
    said = _say(
        at,
        "one",
        id=one.id,
        reason=one.reason,
        source=label.in_(at.speaker.lang) if label else one.source,
        told_by=f" {one.told_by}" if one.told_by else "",
        at=at.speaker.local(one.closed_at),
        who=one.closed_by,
        until=at.speaker.local(one.expires_at) if one.expires_at else _say(at, "open_end"),
    )
    return said + (_say(at, "expired") if one.is_expired else "")


def _told(at: Desk, found: CutOff, reach: Reach | None) -> Iterator[str]:
    if reach is not None:
        yield _say(at, "roads", roads=reach.roads, total=reach.total)
    lang = at.speaker.lang
    for unit in found.units:
        told = {"name": unit.unit.name(lang), "incident": unit.incident_id}
        if unit.later_s is None:
            yield _say(at, "unit_cut", **told)
        elif unit.stops_short_m:
            yield _say(at, "unit_short", **told, metres=round(unit.stops_short_m))
        else:
            yield _say(at, "unit_later", **told, minutes=f"{unit.later_s / 60:.0f}")
    for place in found.places:
        label = place.to_dict(lang)["kind_label"] or _say(at, "incident")
        inside = _say(at, "inside") if place.is_inside else ""
        yield _say(at, "place", label=label, name=place.names[lang], id=place.id, inside=inside)
    if found.found > len(found.places):
        yield _say(at, "more", count=found.found - len(found.places))
    if found.not_reckoned:
        yield _say(at, "not_reckoned", count=found.not_reckoned)
    if not found.units and not found.places:
        yield _say(at, "nobody")


def _geometry(file: Path) -> object:
    """The GeoJSON geometry of a file, also where a feature is around it; None where it is none."""
    try:
        found = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        return None
    is_feature = isinstance(found, dict) and found.get("type") == "Feature"
    return found.get("geometry") if is_feature else found
