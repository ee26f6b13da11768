"""``gisapp incident``: what moves near a point, and how an incident went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from gisapp.cli.console import Console, answer_options, dir_option, pass_console
from gisapp.cli.coordinates import point_options, typed
from gisapp.cli.incident_options import moment
from gisapp.cli.incident_texts import Speaker
from gisapp.cli.incidents import actor, desk, incident
from gisapp.schema.values import Json


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
        read_at = now(at.session)
        told = [one.to_dict(console.lang, read_at) for one in found]
        lines = [_line(at.speaker, one) for one in told]
        text = "\n".join(lines) or at.speaker.say("moving.none", metres=within_m)
        answer: dict[str, Json] = {"moving": told, "now": read_at.isoformat(), "time_zone": at.zone}
    console.answer(answer, text)


@incident.command()
@click.argument("incident_id", metavar="ID")
@click.option("--from", "since", metavar="TIME", help="自此时刻起 / From this moment on.")
@click.option("--to", "until", metavar="TIME", help="此时刻之前 / Before this moment.")
@dir_option
@answer_options
@pass_console
def replay(console: Console, incident_id: str, since: str | None, until: str | None) -> None:
    """事件回放：记录和力量位置依时间先后 / Events and positions, in one order of time.

    \b
    示例 Example:
      gisapp incident replay 260720-01 --from "2026-07-20 02:10" -d mysite
    """
    from gisapp.incidents.replay import replay as read_replay  # noqa: PLC0415

    with desk(console) as at:
        first, end = (moment(one, at.zone) if one else None for one in (since, until))
        found = read_replay(at.session, actor(), incident_id, since=first, until=end)
        told: dict[str, Any] = found.to_dict(console.lang)
        lines = [_step(at.speaker, one) for one in told["steps"]]
        if told["goes_on_from"]:
            lines.append(at.speaker.say("replay.goes_on", at=told["goes_on_from"]))
        text = "\n".join(lines) or at.speaker.say("replay.nothing")
        answer = {**told, "time_zone": at.zone}
    console.answer(answer, text)


def _step(speaker: Speaker, one: Mapping[str, Any]) -> str:
    if one["type"] == "event":
        return speaker.logged({**one, "data": {}})
    exact = one["accuracy_m"]
    return speaker.say(
        "replay.seen", at=speaker.local(one["at"]), name=one["name"], id=one["unit_id"],
        x=one["x"], y=one["y"],
        accuracy="" if exact is None else speaker.say("moving.exact", metres=exact),
    )  # fmt: skip


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
