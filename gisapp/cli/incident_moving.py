"""``gisapp incident``: what moves near a point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from gisapp.cli.console import Console, answer_options, dir_option, pass_console
from gisapp.cli.coordinates import point_options, typed
from gisapp.cli.incident_texts import Speaker
from gisapp.cli.incidents import actor, desk, incident


@incident.command()
@point_options("中心点 / Centre")
@click.option(
    "--within",
    "within_m",
    type=float,
    default=5000.0,
    show_default=True,
    help="距离（米） / Distance, metres.",
)
@dir_option
@answer_options
@pass_console
def near(console: Console, point: str, system: str | None, within_m: float) -> None:
    """附近的力量、事件和封路 / Units, open incidents and closures near a point.

    A unit without a fresh position is told where it stands, and how old its last position is.

    \b
    示例 Example:
      gisapp incident near --at 111.52,36.08 --within 3000 -d mysite
    """
    from gisapp.clock import now  # noqa: PLC0415
    from gisapp.incidents.moving.index import moving_near  # noqa: PLC0415

    with desk(console) as at:
        spot = typed(point, system, at.app.site)
        found = moving_near(at.session, actor(), spot.x, spot.y, within_m)
        moment = now(at.session)
        told = [one.to_dict(console.lang, moment) for one in found]
        lines = [_line(at.speaker, one) for one in told]
        text = "\n".join(lines) or at.speaker.say("moving.none", metres=within_m)
        answer = {"moving": told, "now": moment.isoformat(), "time_zone": at.zone}
    console.answer(answer, text)


def _line(speaker: Speaker, one: Mapping[str, Any]) -> str:
    where = one["basis_label"]
    if one["age_s"] is not None:
        age = speaker.within(one["age_s"] // 60)
        where = speaker.say("moving.at", basis=where, age=age)
        if one["accuracy_m"] is not None:
            where += speaker.say("moving.exact", metres=one["accuracy_m"])
    serves = speaker.say("moving.serves", id=one["incident"]) if one["incident"] else ""
    return speaker.say(
        "moving.line", distance=one["distance_m"], what=one["moves_label"], name=one["name"],
        id=one["id"], state=one["state_label"], where=where, incident=serves,
    )  # fmt: skip
