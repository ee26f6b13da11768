"""``gisapp incident response``, and ``gisapp import plans``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gisapp.cli.console import (
    EXISTING_FILE,
    CommandInputError,
    Console,
    answer_options,
    dir_option,
    import_,
    pass_console,
)
from gisapp.cli.incident_options import moment, why_option
from gisapp.cli.incidents import Desk, actor, desk, incident

if TYPE_CHECKING:
    from gisapp.incidents.response.models import Response

_LEVEL = click.IntRange(1, 4)
_Command = Callable[..., None]


@import_.command(name="plans")
@click.argument("file", type=EXISTING_FILE)
@dir_option
@answer_options
@pass_console
def import_plans(console: Console, file: Path) -> None:
    """导入预案 / Bring in plans, as docs/plans.md says they are written.

    An edition that is there stays; a changed plan comes as its next edition.

    \b
    示例 Example:
      gisapp import plans plans.toml -d mysite
    """
    from gisapp.drills.plans.library import import_plans as bring_in  # noqa: PLC0415

    with desk(console, write=True) as at:
        new, known = bring_in(at.session, actor(), file)
        said = at.speaker.say("plans_imported", new=new, known=known)
    console.answer({"new": new, "known": known}, said)


@incident.group()
def response() -> None:
    """应急响应：拟定、批准、调级、延长、终止 / The response of an incident.

    An officer prepares it, a leader approves it. A leader who decides by phone is named with
    --leader and --office.

    \b
    示例 Examples:
      gisapp incident response show 260720-01 -d mysite
      gisapp incident response prepare 260720-01 2 --plan geological -d mysite
      gisapp incident response approve 260720-01 --leader 王某 --office 副总指挥 -d mysite
    """


def word_options(command: _Command) -> _Command:
    """Give a command ``--leader`` and ``--office``."""
    command = click.option("--office", default="", help="其职务 / Office of whoever decides.")(
        command
    )
    return click.option(
        "--leader", default="", help="电话中决定的领导 / The leader who decided by phone."
    )(command)


def override_option(command: _Command) -> _Command:
    """Give a command ``--override``."""
    return click.option(
        "--override",
        default="",
        metavar="WHY",
        help="紧急越权理由：批准人均无法联系 / Why, where nobody the plan names is reached.",
    )(command)


@response.command()
@click.argument("incident_id", metavar="ID")
@dir_option
@answer_options
@pass_console
def show(console: Console, incident_id: str) -> None:
    """预案建议与现行响应 / What plans suggest, and how the response stands.

    \b
    示例 Example:
      gisapp incident response show 260720-01 -d mysite
    """
    with desk(console) as at:
        _answer(console, at, incident_id)


@response.command()
@click.argument("incident_id", metavar="ID")
@click.argument("level", type=_LEVEL)
@click.option("--plan", default="", help="所依预案代码 / Code of the plan it follows.")
@click.option(
    "--source", default="", help="无预案时级别的依据 / What the level rests on without a plan."
)
@click.option("--item", default="", help="响应事项，默认事件名称 / Item, default its name.")
@click.option("--measures", default="", help="措施，默认按预案 / Measures, default the plan's.")
@click.option("--hours", type=float, help="预计期限，小时 / Expected duration, hours.")
@click.option("--owner", default="", help="到期责任人 / Who is alarmed when it has run out.")
@dir_option
@answer_options
@pass_console
def prepare(
    console: Console,
    incident_id: str,
    level: int,
    plan: str,
    source: str,
    item: str,
    measures: str,
    hours: float | None,
    owner: str,
) -> None:
    """拟定响应 / Prepare a response of LEVEL 1 to 4 for approval.

    \b
    示例 Example:
      gisapp incident response prepare 260720-01 2 --plan geological --hours 24 -d mysite
    """
    from gisapp.incidents.response.course import Draft  # noqa: PLC0415
    from gisapp.incidents.response.course import prepare as prepare_it  # noqa: PLC0415

    draft = Draft(
        level=level,
        plan=plan,
        level_source=source,
        item=item,
        measures=measures,
        expected_h=hours,
        owner=owner,
    )
    with desk(console, write=True) as at:
        prepare_it(at.session, actor(), incident_id, draft)
        _answer(console, at, incident_id)


@response.command()
@click.argument("incident_id", metavar="ID")
@word_options
@override_option
@dir_option
@answer_options
@pass_console
def approve(console: Console, incident_id: str, leader: str, office: str, override: str) -> None:
    """批准 / Put the prepared response in force.

    Where the plan names who may approve the level, --office is the code or name of one of these
    offices; `show` lists them.

    \b
    示例 Example:
      gisapp incident response approve 260720-01 --leader 王某 --office 副总指挥 -d mysite
    """
    from gisapp.incidents.response.course import approve as approve_it  # noqa: PLC0415

    _decide(console, incident_id, leader, office, approve_it, override=override)


@response.command()
@click.argument("incident_id", metavar="ID")
@click.argument("level", type=_LEVEL)
@click.option("--measures", default="", help="措施，默认按预案 / Measures, default the plan's.")
@click.option("--hours", type=float, help="自现在起的期限，小时 / Hours it lasts from now on.")
@why_option()
@word_options
@override_option
@dir_option
@answer_options
@pass_console
def level(
    console: Console,
    incident_id: str,
    level: int,
    measures: str,
    hours: float | None,
    why: str,
    leader: str,
    office: str,
    override: str,
) -> None:
    """调整级别 / Raise or lower the level of the response in force."""
    from gisapp.incidents.response.course import change_level  # noqa: PLC0415

    _decide(
        console,
        incident_id,
        leader,
        office,
        change_level,
        level,
        why=why,
        measures=measures,
        expected_h=hours,
        override=override,
    )


@response.command()
@click.argument("incident_id", metavar="ID")
@click.argument("until", metavar="UNTIL")
@click.option("--owner", default="", help="此后的责任人 / Who is alarmed from now on.")
@why_option()
@word_options
@dir_option
@answer_options
@pass_console
def extend(
    console: Console,
    incident_id: str,
    until: str,
    owner: str,
    why: str,
    leader: str,
    office: str,
) -> None:
    """延长 / Let the response in force last until another moment.

    \b
    示例 Example:
      gisapp incident response extend 260720-01 "2026-07-22 08:00" --why 仍在搜救 \
    --leader 王某 --office 副总指挥 -d mysite
    """
    from gisapp.incidents.response.course import extend as extend_it  # noqa: PLC0415

    with desk(console) as at:
        zone = at.zone
    _decide(
        console, incident_id, leader, office, extend_it, moment(until, zone), owner=owner, why=why
    )


@response.command()
@click.argument("incident_id", metavar="ID")
@why_option()
@word_options
@dir_option
@answer_options
@pass_console
def end(console: Console, incident_id: str, why: str, leader: str, office: str) -> None:
    """终止 / End the response in force."""
    from gisapp.incidents.response.course import end as end_it  # noqa: PLC0415

    _decide(console, incident_id, leader, office, end_it, why=why)


@response.command()
@click.argument("incident_id", metavar="ID")
@why_option()
@dir_option
@answer_options
@pass_console
def withdraw(console: Console, incident_id: str, why: str) -> None:
    """撤回 / Withdraw the prepared response."""
    from gisapp.incidents.response.course import withdraw as withdraw_it  # noqa: PLC0415

    with desk(console, write=True) as at:
        row = _open(at, incident_id)
        withdraw_it(at.session, actor(), row.id, version=row.version, why=why)
        _answer(console, at, incident_id)


def _decide(
    console: Console,
    incident_id: str,
    leader: str,
    office: str,
    use_case: Callable[..., object],
    *given: object,
    override: str = "",
    **named: object,
) -> None:
    """Take a step that somebody decides, based on how the response stands."""
    from gisapp.incidents.response.course import Word  # noqa: PLC0415

    word = Word(leader=leader, office=office, override=override)
    with desk(console, write=True) as at:
        row = _open(at, incident_id)
        use_case(at.session, actor(), row.id, *given, version=row.version, word=word, **named)
        _answer(console, at, incident_id)


def _open(at: Desk, incident_id: str) -> Response:
    from gisapp.incidents.intake import find_incident  # noqa: PLC0415
    from gisapp.incidents.response.reading import open_response  # noqa: PLC0415

    row = open_response(at.session, find_incident(at.session, incident_id).id)
    if row is None:
        raise CommandInputError("cli.incident.no_response", id=incident_id)
    return row


def _answer(console: Console, at: Desk, incident_id: str) -> None:
    found = at.standing(incident_id)
    told = {
        "incident": incident_id,
        "response": found["response"],
        "time_zone": found["time_zone"],
    }
    console.answer(told, "\n".join(at.speaker.response(found["response"])))
