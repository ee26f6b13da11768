"""``gisapp incident``: units ordered, and how each stands until it is free again."""

from __future__ import annotations

from collections.abc import Sequence

import click

from gisapp.cli.console import Console, answer_options, dir_option, pass_console
from gisapp.cli.incident_options import code_of, moment, unit_order, why_option
from gisapp.cli.incidents import Desk, actor, desk, incident
from gisapp.errors import InputError
from gisapp.schema.values import Json


@incident.command()
@click.argument("incident_id", metavar="ID")
@click.argument("units", metavar="[UNIT]...", nargs=-1)
@click.option(
    "--proposed",
    multiple=True,
    metavar="UNIT",
    help="建议派的力量，可多次；所派不同则须 --why / What was proposed, again for each; "
    "where others are ordered, --why is needed.",
)
@click.option(
    "--move",
    multiple=True,
    metavar="UNIT",
    help="由其他事件改派来的在外力量，须 --why / A unit that leaves another incident for this one; "
    "--why is needed.",
)
@why_option(required=False)
@dir_option
@answer_options
@pass_console
def order(
    console: Console,
    incident_id: str,
    units: tuple[str, ...],
    proposed: tuple[str, ...],
    move: tuple[str, ...],
    why: str,
) -> None:
    """下达调派命令 / Order units: all of them, or none.

    A unit is team:T1 or unit:U1; an id alone is that of a team.

    \b
    示例 Examples:
      gisapp incident order 260720-01 T1 unit:U4 -d mysite
      gisapp incident order 260720-01 T2 --proposed T1 --why 甲队刚归建 -d mysite
    """
    from gisapp.incidents.orders import Move, services  # noqa: PLC0415
    from gisapp.incidents.orders import order as order_units  # noqa: PLC0415
    from gisapp.incidents.proposal import key_of  # noqa: PLC0415

    with desk(console, write=True) as at:
        wanted, others, moving = (
            [unit_order(one) for one in some] for some in (units, proposed, move)
        )
        keys = [key_of(one.kind, one.id) for one in moving]
        out = services(at.session, keys)
        for key in keys:
            if key not in out:
                raise InputError("card.not_out", unit=key)
        made = order_units(
            at.session,
            actor(),
            incident_id,
            wanted,
            moved=[Move(assignment_id=row.id, seen=row.state) for row in out.values()],
            proposed={key_of(one.kind, one.id) for one in others} if proposed else None,
            why=why,
        )
        told, text = _units(at, incident_id, [one.id for one in made])
    console.answer(told, text)


@incident.command()
@click.argument("assignment_id", metavar="ASSIGNMENT")
@click.argument("state")
@click.option("--at", "when", metavar="TIME", help="何时，默认现在 / When, default now.")
@why_option(required=False)
@dir_option
@answer_options
@pass_console
def status(console: Console, assignment_id: str, state: str, when: str | None, why: str) -> None:
    """记录力量状态 / Write down how a unit stands.

    States: en_route, on_scene, released; refused and stood_down need --why.

    \b
    示例 Example:
      gisapp incident status D1a2b3c4 on_scene --at "2026-07-20 03:10" -d mysite
    """
    from gisapp.incidents.orders import find_assignment, set_state  # noqa: PLC0415

    with desk(console, write=True) as at:
        row = set_state(
            at.session,
            actor(),
            assignment_id,
            _state(state),
            seen=find_assignment(at.session, assignment_id).state,
            at=None if when is None else moment(when, at.zone),
            why=why,
        )
        told, text = _units(at, row.incident_id, [row.id])
    console.answer(told, text)


@incident.command()
@click.argument("assignment_id", metavar="ASSIGNMENT")
@click.argument("to", metavar="TO")
@why_option()
@dir_option
@answer_options
@pass_console
def reassign(console: Console, assignment_id: str, to: str, why: str) -> None:
    """改派 / Send a unit that is out on to incident TO.

    \b
    示例 Example:
      gisapp incident reassign D1a2b3c4 260720-02 --why 就近增援 -d mysite
    """
    from gisapp.incidents.orders import find_assignment  # noqa: PLC0415
    from gisapp.incidents.orders import reassign as send_on  # noqa: PLC0415

    with desk(console, write=True) as at:
        seen = find_assignment(at.session, assignment_id).state
        row = send_on(at.session, actor(), assignment_id, to, seen=seen, why=why)
        told, text = _units(at, row.incident_id, [row.id])
    console.answer(told, text)


@incident.command()
@click.argument("assignment_id", metavar="ASSIGNMENT")
@click.argument("state")
@click.argument("when", metavar="AT")
@why_option()
@dir_option
@answer_options
@pass_console
def time(console: Console, assignment_id: str, state: str, when: str, why: str) -> None:
    """更正时刻 / Correct when a unit was ordered, set out or arrived.

    \b
    示例 Example:
      gisapp incident time D1a2b3c4 en_route "2026-07-20 02:40" --why 电台记录 -d mysite
    """
    from gisapp.incidents.orders import correct_time  # noqa: PLC0415

    with desk(console, write=True) as at:
        found = moment(when, at.zone)
        row = correct_time(at.session, actor(), assignment_id, _state(state), found, why=why)
        told, text = _units(at, row.incident_id, [row.id])
    console.answer(told, text)


def _units(at: Desk, incident_id: str, ids: Sequence[str]) -> tuple[dict[str, Json], str]:
    """Some units of an incident: for a program, and in words."""
    found = [one for one in at.standing(incident_id)["units"] if one["id"] in ids]
    told: dict[str, Json] = {"incident": incident_id, "units": found, "time_zone": at.zone}
    lines = [at.speaker.say("of_incident", id=incident_id), *map(at.speaker.unit, found)]
    return told, "\n".join(lines)


def _state(text: str) -> str:
    from gisapp.incidents.vocabulary import ASSIGNMENT_STATES  # noqa: PLC0415

    return code_of(text, ASSIGNMENT_STATES)
