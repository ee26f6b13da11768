"""``gisapp limits``: limits of roads that cannot be read, and what they were found to be."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from gisapp.cli.console import (
    CommandInputError,
    Console,
    answer_options,
    dir_option,
    main,
    pass_console,
)
from gisapp.messages import translate

if TYPE_CHECKING:
    from gisapp.incidents.limits import Confirmation
    from routing import DoubtfulLimit


@main.group(invoke_without_command=True)
@dir_option
@answer_options
@click.pass_context
def limits(ctx: click.Context) -> None:
    """无法识别的限重限高 / Limits of weight and height that cannot be read.

    \b
    示例 Examples:
      gisapp limits -d mycity
      gisapp limits confirm 245 --value 20 --why "现场核对标志" -d mycity
      gisapp limits confirm 245 --unlimited --why "大桥已加固" -d mycity
    """
    if ctx.invoked_subcommand is not None:
        return
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.incidents.limits import open_and_confirmed  # noqa: PLC0415

    console: Console = ctx.obj
    app = open_app(console.settings)
    with app.store.session() as session:
        open_, confirmed = open_and_confirmed(session, app.imported_router.network)
    answer = {
        "limits": [asdict(one) for one in open_],
        "confirmed": [one.to_dict() for one in confirmed],
    }
    console.answer(answer, _text(open_, confirmed, console.lang))


def _text(open_: list[DoubtfulLimit], confirmed: list[Confirmation], lang: str) -> str:
    def say(code: str, **params: object) -> str:
        return translate(f"cli.limits.{code}", lang, **params)

    lines = [say("open", count=len(open_)) if open_ else say("none")]
    for limit in open_:
        told = asdict(limit) | {"kind": say(limit.kind)}
        lines.append(say("one", **told))
    if confirmed:
        lines.append(say("confirmed", count=len(confirmed)))
    for one in confirmed:
        value = one.limit.value
        lines.append(
            say(
                "one_confirmed",
                id=one.id,
                way_id=one.limit.way_id,
                text=one.limit.text,
                value=say("unlimited") if value is None else f"{value:g}",
                name=one.name,
                who=one.confirmed_by,
                at=one.confirmed_at.isoformat(timespec="minutes"),
                why=one.why,
            )
        )
    return "\n".join(lines)


@limits.command()
@click.argument("way_id", type=int)
@click.option("--value", type=float, help="数值，吨或米 / Tonnes or metres.")
@click.option("--unlimited", is_flag=True, help="不限 / There is no limit.")
@click.option("--text", help="标注原文 / The tags as they stand, where a way has several.")
@click.option("--why", required=True, help="依据 / How it is known.")
@dir_option
@answer_options
@pass_console
def confirm(
    console: Console, way_id: int, value: float | None, unlimited: bool, text: str | None, why: str
) -> None:
    """核实一处限制 / Say what the limit of WAY_ID is."""
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.cli.console import operator  # noqa: PLC0415
    from gisapp.errors import UnknownRecordError  # noqa: PLC0415
    from gisapp.incidents.limits import confirm_limit  # noqa: PLC0415
    from gisapp.rights import system_actor  # noqa: PLC0415
    from routing import doubtful_limits  # noqa: PLC0415

    if (value is None) != unlimited:
        raise CommandInputError("cli.limits.value_or_none")
    app = open_app(console.settings)
    network = app.imported_router.network
    found = [
        one for one in doubtful_limits(network) if one.way_id == way_id and text in {None, one.text}
    ]
    if not found:
        raise UnknownRecordError("limit.unknown", way_id=way_id, text=text or "")
    if len(found) > 1:
        raise CommandInputError("limit.several", way_id=way_id, count=len(found))
    with app.store.session(write=True) as session:
        done = confirm_limit(
            session,
            system_actor(operator()),
            network,
            way_id=way_id,
            kind=found[0].kind,
            text=found[0].text,
            value=value,
            why=why,
        )
    console.answer(done.to_dict(), translate("cli.limits.done", console.lang))


@limits.command()
@click.argument("confirmation_id")
@click.option("--why", required=True, help="缘由 / Why.")
@dir_option
@answer_options
@pass_console
def withdraw(console: Console, confirmation_id: str, why: str) -> None:
    """撤销核实 / Put a confirmed limit in doubt again."""
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.cli.console import operator  # noqa: PLC0415
    from gisapp.incidents.limits import withdraw_limit  # noqa: PLC0415
    from gisapp.rights import system_actor  # noqa: PLC0415

    app = open_app(console.settings)
    with app.store.session(write=True) as session:
        withdraw_limit(session, system_actor(operator()), confirmation_id, why=why)
    console.answer({"withdrawn": confirmation_id}, translate("cli.limits.done", console.lang))
