"""``gisapp incident``: run cards, and who is proposed by them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gisapp.cli.console import EXISTING_FILE, Console, answer_options, dir_option, pass_console
from gisapp.cli.incident_options import kind_code, why_option
from gisapp.cli.incident_texts import Speaker
from gisapp.cli.incidents import actor, desk, incident
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from gisapp.incidents.cards.models import KeptLine, RunCard

LEVEL = click.IntRange(1, 4)


@incident.command()
@click.argument("incident_id", metavar="[ID]", required=False)
@click.option("--level", type=LEVEL, help="响应等级，默认按研判 / Level, default by its grade.")
@click.option(
    "--may-move",
    multiple=True,
    metavar="UNIT",
    help="可改派的在外力量 / A unit that is out and may move, T1 or unit:U1.",
)
@dir_option
@answer_options
@pass_console
def propose(
    console: Console, incident_id: str | None, level: int | None, may_move: tuple[str, ...]
) -> None:
    """按出动编成求全局最优 / Fill the run cards of all open incidents at once.

    With an ID, what is proposed for that incident; the others are reckoned with.

    \b
    示例 Examples:
      gisapp incident propose -d mysite
      gisapp incident propose 260720-01 --level 2 -d mysite
    """
    from gisapp.clock import now  # noqa: PLC0415
    from gisapp.incidents.cards.proposing import propose as fill  # noqa: PLC0415
    from gisapp.incidents.cards.proposing import propose_for  # noqa: PLC0415

    with desk(console) as at:
        if incident_id:
            solved = propose_for(at.app, at.session, incident_id, level=level, may_move=may_move)
            plans = [solved.plan(incident_id)]
        else:
            plans = fill(at.app, at.session, may_move=may_move).plans()
        moment = now(at.session)
        told: list[dict[str, Json]] = [
            plan.to_dict(console.lang, moment, lambda _county: True) for plan in plans
        ]
        lines = [line for one in told for line in _plan(one, at.speaker)]
        text = "\n".join(lines) or at.speaker.say("none")
        answer: dict[str, Json] = {"proposals": told, "time_zone": at.zone}
    console.answer(answer, text)


@incident.group()
def card() -> None:
    """出动编成 / Run cards: what a kind of event needs.

    \b
    示例 Examples:
      gisapp incident card list -d mysite
      gisapp incident card show fire --level 2 -d mysite
      gisapp incident card set fire.json --why 演练后修订 -d mysite
    """


@card.command(name="list")
@dir_option
@answer_options
@pass_console
def list_(console: Console) -> None:
    """全部编成 / All cards.

    \b
    示例 Example:
      gisapp incident card list -d mysite
    """
    from gisapp.incidents.cards.cards import run_cards  # noqa: PLC0415

    with desk(console) as at:
        rows = run_cards(at.session)
        told = [_card(row) for row in rows]
        text = "\n".join(_head(row, at.speaker) for row in rows) or at.speaker.say("card.none")
    console.answer({"cards": told}, text)


@card.command()
@click.argument("kind")
@click.option("--level", type=LEVEL, help="响应等级，默认各级 / Level, default any.")
@dir_option
@answer_options
@pass_console
def show(console: Console, kind: str, level: int | None) -> None:
    """一项编成 / One card; its JSON is what ``card set`` takes.

    \b
    示例 Example:
      gisapp incident card show fire --level 2 --json -d mysite
    """
    from gisapp.incidents.cards.cards import find_card  # noqa: PLC0415

    with desk(console) as at:
        row = find_card(at.session, kind_code(kind), level)
        told = _card(row)
        lines = [_head(row, at.speaker), *_lines(row.lines, at.speaker)]
        lines.append(at.speaker.say("because", why=row.why))
    console.answer(told, "\n".join(lines))


@card.command(name="set")
@click.argument("file", type=EXISTING_FILE)
@why_option()
@dir_option
@answer_options
@pass_console
def set_(console: Console, file: Path, why: str) -> None:
    """新建或修改编成 / Make or change a card, as ``card show --json`` writes one.

    Its "version" is the one that you have seen; without it the card is a new one.

    \b
    示例 Example:
      gisapp incident card set fire.json --why 演练后修订 -d mysite
    """
    from gisapp.errors import InputError  # noqa: PLC0415
    from gisapp.incidents.cards.cards import set_card  # noqa: PLC0415
    from gisapp.incidents.cards.needs import read_card  # noqa: PLC0415
    from gisapp.registers.checking import FaultsError  # noqa: PLC0415

    try:
        given = json.loads(file.read_text("utf-8"))
        parts = given["kind"], given.get("level"), given["lines"], given.get("experts", [])
        seen = int(given.get("version", 0))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError("card.bad_file", file=file.name, detail=str(error)) from error
    try:
        read = read_card(*parts)
    except FaultsError as error:
        said = [f"{one.field}: {one.sentence(console.lang)}" for one in error.faults]
        raise InputError("card.faults", faults=" ".join(said)) from error
    with desk(console, write=True) as at:
        is_active = given.get("active", True) is not False
        row = set_card(at.session, actor(), read, seen=seen, why=why, active=is_active)
        told = _card(row)
        text = _head(row, at.speaker)
    console.answer(told, text)


def _card(row: RunCard) -> dict[str, Json]:
    names = ("id", "kind", "level", "lines", "experts", "active", "synthetic", "why", "version")
    return {name: getattr(row, name) for name in names}


def _head(one: RunCard, speaker: Speaker) -> str:
    from gisapp.incidents.grading.kinds import event_kind  # noqa: PLC0415

    said = speaker.say(
        "card.head",
        id=one.id,
        kind=event_kind(one.kind).label.in_(speaker.lang),
        lines=len(one.lines),
        version=one.version,
    )
    return said if one.active else said + speaker.say("card.inactive")


def _lines(lines: Sequence[KeptLine], speaker: Speaker) -> list[str]:
    from gisapp.incidents.cards.needs import BY  # noqa: PLC0415

    return [
        speaker.say(
            "card.line",
            name=BY[one["by"]][one["code"]].in_(speaker.lang),
            count=one["count"],
            limit="—" if one["limit_min"] is None else f"{one['limit_min']:g}",
        )
        for one in lines
    ]


def _plan(plan: Mapping[str, Any], speaker: Speaker) -> list[str]:
    lines = [
        speaker.say(
            "card.plan",
            id=plan["incident"],
            title=plan["title"],
            priority=plan["priority"],
            card=plan["card"] or "—",
        )
    ]
    lines += [f"  ! {text}" for text in plan["warnings"]]
    for line in plan["lines"]:
        lines += _lines([line], speaker)
        lines += [f"    {one['key']}  {one['name']}  {one['why']}" for one in line["units"]]
        if line["shortfall"]:
            lines.append(f"    ! {line['shortfall']}")
        lines += [f"    → {one['key']}  {one['name']}  {one['why']}" for one in line["neighbours"]]
        lines += [f"    - {one['key']}  {one['name']}  {one['why']}" for one in line["rejected"]]
    for one in plan["experts"]:
        phone = one["contact_phone"] or "—"
        lines.append(f"  {one['speciality_label']}  {one['name']}  {phone}")
    return lines
