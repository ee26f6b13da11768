"""``gisapp incident``: what lies around, downstream, and in footprints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gisapp.cli.console import EXISTING_FILE, Console, answer_options, dir_option, pass_console
from gisapp.cli.incident_options import hazard_of, moment, why_option
from gisapp.cli.incidents import Desk, actor, desk, incident

if TYPE_CHECKING:
    from gisapp.incidents.surroundings.models import DownstreamLine, Footprint

Told = Mapping[str, Any]
_speed = click.option(
    "--speed", "wave_speed_kph", type=float, help="推进速度 km/h / Speed of the front, km/h."
)
_width = click.option("--width", "width_m", type=float, help="影响带全宽（米）/ Corridor, m.")
_label = click.option("--label", required=True, help="名称 / What it is called.")


@incident.command()
@click.argument("incident_id", metavar="ID")
@dir_option
@answer_options
@pass_console
def around(console: Console, incident_id: str) -> None:
    """周边 1、3、5 公里 / Who and what lies within 1, 3 and 5 km.

    \b
    示例 Example:
      gisapp incident around 260720-01 -d mysite
    """
    from gisapp.incidents.intake import find_incident  # noqa: PLC0415
    from gisapp.incidents.surroundings.rings import within  # noqa: PLC0415

    with desk(console) as at:
        row = find_incident(at.session, incident_id)
        told: dict[str, Any] = within(at.session, actor(), row.x, row.y).to_dict(console.lang)
        lines = []
        for ring in told["rings"]:
            counted = at.speaker.listed(
                [f"{one['label']} {one['count']}" for one in ring["counts"]]
            )
            lines.append(_say(at, "ring", km=ring["radius_m"] / 1000, counted=counted or "—"))
            lines.append(f"  {_people(at, ring['people'])}")
        lines += [
            _say(at, "near", direction=one["direction"], distance_m=one["distance_m"],
                 thing=_thing(at, one))
            for one in told["things"]
        ]  # fmt: skip
        lines += _cut(at, told)
    console.answer(told, "\n".join(lines))


@incident.command()
@click.argument("where", metavar="ID|KIND:ID")
@click.option(
    "--breach", metavar="TIME", help="溃决时刻，默认现在 / When it gives way, now if not given."
)
@dir_option
@answer_options
@pass_console
def downstream(console: Console, where: str, breach: str | None) -> None:
    """下游依到达先后 / Who lies downstream, in the order of arrival.

    Of an incident at a hazard, or of the hazard itself.

    \b
    示例 Examples:
      gisapp incident downstream 260720-01 --breach "2026-07-20 02:10" -d mysite
      gisapp incident downstream reservoir:R18 -d mysite
    """
    from gisapp.incidents.intake import find_incident  # noqa: PLC0415
    from gisapp.incidents.surroundings.downstream import downstream as below  # noqa: PLC0415
    from gisapp.incidents.surroundings.footprints import hazard_of as hazard_at  # noqa: PLC0415

    with desk(console) as at:
        is_hazard = ":" in where
        hazard = hazard_of(where) if is_hazard else hazard_at(find_incident(at.session, where))
        breach_at = None if breach is None else moment(breach, at.zone)
        found = below(at.session, actor(), hazard, breach_at=breach_at)
        told: dict[str, Any] = found.to_dict(console.lang)
        lines = [told["sentence"]]
        lines += [_line(at, told[name]) for name in ("line", "proposal") if told[name]]
        if told["people"]:
            lines.append(_people(at, told["people"]))
        for one in told["places"]:
            arrives = at.speaker.local(one["arrives_at"]) if one["arrives_at"] else "—"
            lines.append(
                _say(at, "reached", at=arrives, along_km=one["along_m"] / 1000,
                     side_m=one["side_m"], thing=_thing(at, one))
            )  # fmt: skip
        lines += _cut(at, told)
    console.answer(told | {"time_zone": at.zone}, "\n".join(lines))


@incident.group()
def line() -> None:
    """下游线：提出、绘制、确认、撤销 / Downstream lines of hazards."""


@line.command(name="propose")
@click.argument("hazard", metavar="KIND:ID")
@_speed
@_width
@click.option("--reach", type=float, help="长度（公里）/ How far it is followed, km.")
@click.option(
    "--by",
    type=click.Choice(["river", "heights"]),
    help="依河流或地面高程；默认先河流后高程 / Along rivers or over the ground;"
    " where not given the rivers, and without one the ground.",
)
@dir_option
@answer_options
@pass_console
def propose_line(
    console: Console,
    hazard: str,
    wave_speed_kph: float | None,
    width_m: float | None,
    reach: float | None,
    by: str | None,
) -> None:
    """按河流流向或地面高程提出 / Propose a line along the rivers or over the ground.

    \b
    示例 Example:
      gisapp incident line propose reservoir:R18 --speed 12 -d mysite
    """
    from gisapp.incidents.surroundings.lines import REACH_M, WIDTH_M, propose  # noqa: PLC0415
    from gisapp.incidents.surroundings.vocabulary import LineSource  # noqa: PLC0415

    with desk(console, write=True) as at:
        kind, record_id = hazard_of(hazard) or ("", "")
        row = propose(
            at.session, actor(), kind, record_id, wave_speed_kph=wave_speed_kph,
            width_m=WIDTH_M if width_m is None else width_m,
            reach_m=REACH_M if reach is None else reach * 1000,
            heights=at.app.heights, by=None if by is None else LineSource(by),
        )  # fmt: skip
        told, text = _line_told(at, row)
    console.answer(told, text)


@line.command(name="draw")
@click.argument("hazard", metavar="KIND:ID")
@click.argument("file", type=EXISTING_FILE)
@_speed
@_width
@dir_option
@answer_options
@pass_console
def draw_line(
    console: Console, hazard: str, file: Path, wave_speed_kph: float | None, width_m: float | None
) -> None:
    """由 GeoJSON 折线提交 / Keep the line of a GeoJSON geometry, to be confirmed."""
    from gisapp.incidents.surroundings.lines import (  # noqa: PLC0415
        WIDTH_M,
        draw,
        line_from_geojson,
    )

    drawn = line_from_geojson(_geometry(file))
    with desk(console, write=True) as at:
        kind, record_id = hazard_of(hazard) or ("", "")
        row = draw(
            at.session, actor(), kind, record_id, drawn, wave_speed_kph=wave_speed_kph,
            width_m=WIDTH_M if width_m is None else width_m,
        )  # fmt: skip
        told, text = _line_told(at, row)
    console.answer(told, text)


@line.command(name="confirm")
@click.argument("line_id", metavar="LINE")
@_speed
@_width
@why_option(required=False)
@dir_option
@answer_options
@pass_console
def confirm_line(
    console: Console, line_id: str, wave_speed_kph: float | None, width_m: float | None, why: str
) -> None:
    """确认 / Put a proposed line in force."""
    from gisapp.incidents.surroundings.lines import confirm, find_line  # noqa: PLC0415

    with desk(console, write=True) as at:
        row = confirm(
            at.session, actor(), line_id, version=find_line(at.session, line_id).version,
            wave_speed_kph=wave_speed_kph, width_m=width_m, why=why,
        )  # fmt: skip
        told, text = _line_told(at, row)
    console.answer(told, text)


@line.command(name="withdraw")
@click.argument("line_id", metavar="LINE")
@why_option()
@dir_option
@answer_options
@pass_console
def withdraw_line(console: Console, line_id: str, why: str) -> None:
    """撤销 / Take a line back."""
    from gisapp.incidents.surroundings.lines import find_line, withdraw  # noqa: PLC0415

    with desk(console, write=True) as at:
        version = find_line(at.session, line_id).version
        row = withdraw(at.session, actor(), line_id, version=version, why=why)
        told, text = _line_told(at, row)
    console.answer(told, text)


@incident.group()
def footprint() -> None:
    """影响范围：划定、查看、封路、取消 / Footprints of incidents."""


@footprint.command(name="list")
@click.argument("incident_id", metavar="ID")
@dir_option
@answer_options
@pass_console
def list_footprints(console: Console, incident_id: str) -> None:
    """事件的影响范围 / The footprints in force of an incident."""
    from gisapp.incidents.intake import find_incident  # noqa: PLC0415
    from gisapp.incidents.surroundings.footprints import in_force  # noqa: PLC0415

    with desk(console) as at:
        rows = in_force(at.session, find_incident(at.session, incident_id).id)
        told, text = _areas(at, rows)
    console.answer({"footprints": told}, text or _say(at, "no_areas"))


@footprint.command(name="show")
@click.argument("footprint_id", metavar="FOOTPRINT")
@dir_option
@answer_options
@pass_console
def show_footprint(console: Console, footprint_id: str) -> None:
    """范围内的人、场所、道路和桥隧 / Who, what and which roads lie in it.

    \b
    示例 Example:
      gisapp incident footprint show F1a2b3c4 -d mysite
    """
    from gisapp.incidents.surroundings.contents import contents  # noqa: PLC0415
    from gisapp.incidents.surroundings.footprints import find_footprint  # noqa: PLC0415

    with desk(console) as at:
        network = at.app.imported_router.network if at.app.has_roads else None
        row = find_footprint(at.session, footprint_id)
        found = contents(at.session, actor(), footprint_id, network)
        told: dict[str, Any] = found.to_dict(console.lang)
        (area,), text = _areas(at, [row])
        lines = [text, _people(at, told["people"])]
        lines += [
            _say(at, "near", direction=one["direction"], distance_m=one["distance_m"],
                 thing=_thing(at, one))
            for one in told["things"]
        ]  # fmt: skip
        lines += _cut(at, told)
        lines += [
            _say(at, "road", name=one["label"], length_m=one["length_m"])
            for one in told["roads"] or ()
        ]
        lines += [
            _say(at, "structure", kind=one["kind_label"], name=one["name"] or one["class_label"],
                 way_id=one["way_id"], length_m=one["length_m"])
            for one in told["structures"] or ()
        ]  # fmt: skip
    console.answer({"footprint": area, "contents": told}, "\n".join(lines))


@footprint.command(name="buffer")
@click.argument("incident_id", metavar="ID")
@click.argument("distance_m", type=float, metavar="METRES")
@click.option("--of", type=click.Choice(("point", "line")), default="point", show_default=True,
              help="围绕事发点或下游线 / Around the point or the line.")  # fmt: skip
@_label
@dir_option
@answer_options
@pass_console
def buffer_footprint(
    console: Console, incident_id: str, distance_m: float, of: str, label: str
) -> None:
    """按距离外扩 / All within a distance of the incident or its line."""
    from gisapp.incidents.surroundings.footprints import buffer  # noqa: PLC0415

    with desk(console, write=True) as at:
        made = buffer(at.session, actor(), incident_id, of=of, distance_m=distance_m, label=label)
        (told,), text = _areas(at, [made])
    console.answer(told, text)


@footprint.command(name="along")
@click.argument("incident_id", metavar="ID")
@click.option("--until-km", type=float, help="至某里程（公里）/ As far as, km.")
@click.option("--until-min", type=float, help="至溃决后若干分钟 / As far as in so many minutes.")
@_label
@dir_option
@answer_options
@pass_console
def along_footprint(
    console: Console,
    incident_id: str,
    until_km: float | None,
    until_min: float | None,
    label: str,
) -> None:
    """沿已确认的下游线 / Along the confirmed downstream line, whole where not cut.

    \b
    示例 Example:
      gisapp incident footprint along 260720-01 --until-min 60 --label 一小时内 -d mysite
    """
    from gisapp.incidents.surroundings.footprints import along_line  # noqa: PLC0415

    with desk(console, write=True) as at:
        made = along_line(
            at.session, actor(), incident_id, label=label, until_min=until_min,
            until_m=None if until_km is None else until_km * 1000,
        )  # fmt: skip
        (told,), text = _areas(at, [made])
    console.answer(told, text)


@footprint.command(name="import")
@click.argument("incident_id", metavar="ID")
@click.argument("file", type=EXISTING_FILE)
@_label
@dir_option
@answer_options
@pass_console
def import_footprint(console: Console, incident_id: str, file: Path, label: str) -> None:
    """导入 GeoJSON 多边形 / Take in the one polygon of a GeoJSON file, EPSG:4326."""
    from gisapp.incidents.surroundings.footprints import take_in  # noqa: PLC0415

    text = file.read_bytes().decode("utf-8", "replace")
    with desk(console, write=True) as at:
        made = take_in(at.session, actor(), incident_id, text, label=label)
        (told,), said = _areas(at, [made])
    console.answer(told, said)


@footprint.command(name="close-roads")
@click.argument("footprint_id", metavar="FOOTPRINT")
@click.option("--also", "ways", type=int, multiple=True, metavar="WAY",
              help="一并封闭的桥梁或隧道 / A bridge or tunnel closed too.")  # fmt: skip
@click.option("--reason", default="", help="封路原因 / Why; its name where not given.")
@click.option(
    "--confirm", is_flag=True, help="确认封闭大片道路 / A great part of the roads is meant."
)
@dir_option
@answer_options
@pass_console
def close_roads(
    console: Console, footprint_id: str, ways: tuple[int, ...], reason: str, confirm: bool
) -> None:
    """封闭范围内道路 / Close its roads; bridges and tunnels stay open but those named.

    \b
    示例 Example:
      gisapp incident footprint close-roads F1a2b3c4 --also 1207 -d mysite
    """
    from gisapp.incidents import closures  # noqa: PLC0415
    from gisapp.incidents.surroundings import footprints  # noqa: PLC0415

    with desk(console, write=True) as at:
        area = footprints.find_footprint(at.session, footprint_id).geom
        if at.app.has_roads and not confirm:
            closures.require_meant(at.app.imported_router.network, at.app.site, area)
        closed = footprints.close_roads(
            at.session, actor(), footprint_id, closed_structures=ways, reason=reason
        )
        text = _say(at, "closed", id=closed.id, reason=closed.reason)
    console.answer(closed.to_dict(), text)


@footprint.command(name="end")
@click.argument("footprint_id", metavar="FOOTPRINT")
@why_option()
@dir_option
@answer_options
@pass_console
def end_footprint(console: Console, footprint_id: str, why: str) -> None:
    """取消并开放其道路 / End it, and open the roads closed for it."""
    from gisapp.incidents.surroundings.footprints import end, find_footprint  # noqa: PLC0415

    with desk(console, write=True) as at:
        version = find_footprint(at.session, footprint_id).version
        row = end(at.session, actor(), footprint_id, version=version, why=why)
        (told,), text = _areas(at, [row])
    console.answer(told, text)


def _say(at: Desk, code: str, /, **params: object) -> str:
    """A sentence ``cli.around.*``."""
    from gisapp.messages import translate  # noqa: PLC0415

    return translate(f"cli.around.{code}", at.speaker.lang, **params)


def _people(at: Desk, found: Told) -> str:
    """Who lives there: unknown figures are told, never counted as 0."""
    from gisapp.incidents.surroundings.things import FIGURES  # noqa: PLC0415

    said = []
    for name in FIGURES:
        known, without = found[name]["known"], found[name]["without_figures"]
        text = _say(at, name, count=_say(at, "unknown") if known is None else known)
        said.append(text + (_say(at, "without", count=without) if without else ""))
    return at.speaker.listed([_say(at, "villages", count=found["villages"]), *said])


def _thing(at: Desk, one: Told) -> str:
    calls = at.speaker.listed([f"{c['name'] or ''} {c['phone']}".strip() for c in one["calls"]])
    name = f"{one['kind_label']} {one['name']}"
    if "population" in one:
        known = one["population"]
        count = _say(at, "unknown") if known is None else known
        name += f"  {_say(at, 'population', count=count)}"
    return f"{name}  {calls or _say(at, 'no_phone')}"


def _cut(at: Desk, told: Told) -> Iterator[str]:
    if told["truncated"]:
        listed = told["places"] if "places" in told else told["things"]
        yield _say(at, "cut", shown=len(listed), found=told["found"])


def _line(at: Desk, told: Told) -> str:
    speed = told["wave_speed_kph"]
    return _say(
        at,
        "line_confirmed" if told["confirmed_at"] else "line_proposed",
        id=told["id"],
        source=told["source_label"],
        km=told["length_m"] / 1000,
        width_m=told["width_m"],
        speed="—" if speed is None else f"{speed:g}",
        who=told["confirmed_by"] or told["proposed_by"],
        at=at.speaker.local(told["confirmed_at"] or told["proposed_at"]),
    )


def _line_told(at: Desk, row: DownstreamLine) -> tuple[dict[str, Any], str]:
    from gisapp.incidents.surroundings.lines import line_to_dict  # noqa: PLC0415

    told: dict[str, Any] = line_to_dict(row, at.speaker.lang)
    if told["ended_at"]:
        return told, _say(at, "line_ended", id=row.id)
    return told, _line(at, told)


def _areas(at: Desk, rows: list[Footprint]) -> tuple[list[dict[str, Any]], str]:
    from gisapp.incidents.surroundings.footprints import (  # noqa: PLC0415
        closures_of,
        footprint_to_dict,
    )

    closed = closures_of(at.session, [row.id for row in rows])
    told: list[dict[str, Any]] = [
        footprint_to_dict(row, at.speaker.lang, closed.get(row.id, ())) for row in rows
    ]
    lines = [
        _say(at, "area_ended" if one["ended_at"] else "area", id=one["id"], label=one["label"],
             source=one["source_label"], at=at.speaker.local(one["made_at"]), who=one["made_by"])
        + (_say(at, "area_closed") if one["closures"] else "")
        for one in told
    ]  # fmt: skip
    return told, "\n".join(lines)


def _geometry(file: Path) -> object:
    """The GeoJSON geometry of a file, also where a feature is around it; None where it is none."""
    import json  # noqa: PLC0415

    try:
        found = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        return None
    is_feature = isinstance(found, dict) and found.get("type") == "Feature"
    return found.get("geometry") if is_feature else found
