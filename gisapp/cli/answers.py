"""``gisapp dispatch`` and ``gisapp isochrone``."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any, Literal

import click

from gisapp.cli.console import (
    EXIT_NOTHING_ARRIVES,
    Console,
    answer_options,
    dir_option,
    main,
    minutes_of,
    operator,
    pass_console,
)
from gisapp.cli.coordinates import point_options, typed
from gisapp.messages import translate

SHOWN_LEFT_OUT = 12
NEW_FILE = click.Path(path_type=Path, dir_okay=False)


@main.command()
@point_options("事发点 / Incident")
@click.option("--need", required=True, help="所需能力 / Capability, such as mine_rescue.")
@click.option("--k", default=5, show_default=True, help="队伍数量 / How many teams.")
@click.option("--vehicle", help="车辆 / Vehicle every team must bring: light, heavy, lowloader.")
@click.option("--limit", "limit_min", type=float, help="时间上限，分钟 / Limit in minutes.")
@click.option(
    "--map",
    "map_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="离线地图 / Offline HTML.",
)
@dir_option
@answer_options
@click.pass_context
def dispatch(
    ctx: click.Context,
    point: str,
    system: str | None,
    need: str,
    k: int,
    vehicle: str | None,
    limit_min: float | None,
    map_file: Path | None,
) -> None:
    """哪些队伍最先到达 / Which teams reach a point first.

    \b
    示例 Examples:
      gisapp dispatch --at 110.85,36.07 --need mine_rescue --k 5
      gisapp dispatch --at 111.52,36.08 --need fire --vehicle heavy --map out.html
      gisapp dispatch --at "111.52,36.08 GCJ02" --need fire
    """
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.incidents.dispatch import others, propose  # noqa: PLC0415

    console: Console = ctx.obj
    app = open_app(console.settings)
    spot = typed(point, system, app.site)
    limit_s = None if limit_min is None else limit_min * 60
    proposal = propose(
        app,
        spot.x,
        spot.y,
        capability(need),
        k=k,
        vehicle=vehicle,
        limit_s=limit_s,
        given=spot,
    )
    rest = others(
        app,
        spot.x,
        spot.y,
        proposal.need,
        proposed=[one.team.key for one in proposal.proposed],
        closures=proposal.closures,
        at=proposal.generated_at,
        vehicle=vehicle,
        limit_s=limit_s,
    )
    answer = proposal.to_dict(console.lang) | rest.to_dict(console.lang)
    if map_file is not None:
        from gisapp.accounts.exports import (  # noqa: PLC0415
            Export,
            Way,
            record_before_sending,
        )
        from gisapp.offline_map import write_map  # noqa: PLC0415

        export = Export(
            way=Way.MAP,
            subject="dispatch",
            format="html",
            records=len(proposal.proposed),
            contacts=any(one.team.contact_phone for one in proposal.proposed),
            filters={"need": capability(need), "x": spot.x, "y": spot.y},
        )
        record_before_sending(app.store, export, who=operator())
        write_map(app, answer, map_file, lang=console.lang)
        console.say("cli.map_written", file=map_file)
    console.answer(answer, proposal_text(answer, console.lang))
    if not proposal.proposed:
        ctx.exit(EXIT_NOTHING_ARRIVES)


def capability(text: str) -> str:
    """The code of a capability that may be written by its name in either language."""
    from gisapp.registers.vocabulary import CAPABILITIES  # noqa: PLC0415

    named = {name.lower(): code for code, label in CAPABILITIES.items() for name in label}
    return named.get(text.strip().lower(), text)


def proposal_text(answer: dict[str, Any], lang: str) -> str:
    """A proposal as a table, with warnings above and those left out below."""

    def say(code: str, **params: object) -> str:
        return translate(f"cli.dispatch.{code}", lang, **params)

    incident, warnings = answer["incident"], list(answer["warnings"])
    lines = [f"!! {warnings.pop(0)}"] if incident["outside"] else []
    lines += [
        say(
            "at",
            x=incident["x"],
            y=incident["y"],
            place=incident["place"],
            road=incident["road"] or "—",
            side_m=incident["side_distance_m"],
        )
    ]
    if incident["given"]:
        lines.append(incident["given"]["text"])
    if answer["synthetic"]:
        lines.append(say("synthetic"))
    lines += [f"! {warning}" for warning in warnings]
    rows = [say("columns").split("|")]
    rows += [
        [
            str(item["rank"]),
            item["name"],
            f"{item['turnout_s'] / 60:.1f}",
            f"{item['travel_s'] / 60:.1f}",
            f"{item['total_s'] / 60:.1f}",
            item["arrival_at"][11:16],
            f"{item['length_m'] / 1000:.1f}",
            item["contact_phone"],
            " → ".join(item["main_roads"]),
        ]
        for item in answer["proposals"]
    ]
    lines += ["", *_table(rows)] if answer["proposals"] else ["", say("nobody")]
    if answer["held_up"]:
        lines += ["", say("held_up")]
        lines += [
            say("one_left_out", name=item["name"], message=item["message"])
            for item in answer["held_up"]
        ]
    left_out = answer["left_out"]
    if left_out:
        lines += ["", say("left_out", count=len(left_out))]
        lines += [
            say("one_left_out", name=item["name"], message=item["message"])
            for item in left_out[:SHOWN_LEFT_OUT]
        ]
    if len(left_out) > SHOWN_LEFT_OUT:
        lines.append(say("more", count=len(left_out) - SHOWN_LEFT_OUT))
    return "\n".join(lines)


def _table(rows: list[list[str]]) -> list[str]:
    """Align columns; a Chinese character is two columns wide on a terminal."""

    def width(text: str) -> int:
        return sum(1 + (unicodedata.east_asian_width(one) in "WF") for one in text)

    widths = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            cell + " " * (space - width(cell)) for cell, space in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


@main.command()
@point_options("中心点 / Centre")
@click.option("--minutes", default="10,20,30", show_default=True, help="分钟 / Minutes.")
@click.option("--vehicle", default="light", show_default=True, help="车辆 / Vehicle.")
@click.option(
    "--direction",
    type=click.Choice(["to", "from"]),
    default="to",
    show_default=True,
    help="驶向或驶离 / Driving to the point or from it.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="写入 GeoJSON / Write GeoJSON here.",
)
@dir_option
@answer_options
@pass_console
def isochrone(
    console: Console,
    point: str,
    system: str | None,
    minutes: str,
    vehicle: str,
    direction: Literal["to", "from"],
    out: Path | None,
) -> None:
    """若干分钟内可达的范围 / The area within so many minutes' drive.

    \b
    示例 Example:
      gisapp isochrone --at 111.52,36.08 --minutes 10,20,30 --out reach.geojson
    """
    import geopandas as gpd  # noqa: PLC0415

    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.incidents.reach import reach  # noqa: PLC0415
    from gisapp.offline_map import write_whole  # noqa: PLC0415

    asked = minutes_of(minutes)
    app = open_app(console.settings)
    spot = typed(point, system, app.site)
    rings = reach(app, spot.x, spot.y, asked, vehicle=vehicle, direction=direction)
    click.echo(spot.text(console.lang), err=True)
    frame = gpd.GeoDataFrame(
        {
            "minutes": [ring.minutes for ring in rings],
            "area_km2": [round(ring.area_km2, 2) for ring in rings],
        },
        geometry=[ring.geometry for ring in rings],
        crs="EPSG:4326",
    )
    if out is not None:
        write_whole(out, frame.to_json())
        console.say("cli.map_written", file=out)
    text = "\n".join(
        translate("cli.isochrone", console.lang, minutes=ring.minutes, area_km2=ring.area_km2)
        for ring in rings
    )
    console.answer(frame.__geo_interface__, text)
