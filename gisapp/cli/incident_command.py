"""``gisapp incident task``, ``message``, ``instruct``, ``post``, ``calls``, ``handover``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gisapp.cli.console import (
    CommandInputError,
    Console,
    answer_options,
    dir_option,
    pass_console,
)
from gisapp.cli.incident_options import moment, why_option
from gisapp.cli.incidents import Desk, actor, desk, incident
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from gisapp.schema import Base

_Row = TypeVar("_Row", bound="Base")


@incident.command()
@click.argument("incident_id", metavar="ID")
@click.argument("level", type=click.Choice(["county", "city"]))
@click.option("--by", required=True, help="决定人 / By whose decision.")
@why_option()
@dir_option
@answer_options
@pass_console
def lead(console: Console, incident_id: str, level: str, by: str, why: str) -> None:
    """统一领导的层级 / Record which government leads."""
    from gisapp.incidents.command.lead import take_over  # noqa: PLC0415

    with desk(console, write=True) as at:
        take_over(at.session, actor(), incident_id, level, decided_by=by, why=why)
        _answer(console, at, incident_id)


@incident.group()
def post() -> None:
    """现场指挥部：设立、移交、撤销 / The command post of an incident."""


@post.command(name="set-up")
@click.argument("incident_id", metavar="ID")
@click.option("--place", required=True, help="地点 / Place.")
@click.option("--commander", required=True, help="总指挥 / Commander, name and office.")
@click.option("--members", default="", help="成员 / Members.")
@click.option("--at", "point", nargs=2, type=float, help="经度 纬度 / Longitude and latitude.")
@click.option("--why", default="", help="移交的缘由 / Why, where there is a post already.")
@dir_option
@answer_options
@pass_console
def set_up(
    console: Console,
    incident_id: str,
    place: str,
    commander: str,
    members: str,
    point: tuple[float, float] | None,
    why: str,
) -> None:
    """设立，已有则移交 / Set the post up; with --why hand the one that stands over."""
    from gisapp.incidents.command import post as posts  # noqa: PLC0415

    draft = posts.Draft(place=place, commander=commander, members=members, point=point)
    with desk(console, write=True) as at:
        stands = posts.post_of(at.session, incident_id) if why else None
        if stands is None:
            posts.set_up(at.session, actor(), incident_id, draft)
        else:
            posts.hand_over(at.session, actor(), stands.id, draft, version=stands.version, why=why)
        _answer(console, at, incident_id)


@post.command()
@click.argument("incident_id", metavar="ID")
@why_option()
@dir_option
@answer_options
@pass_console
def dissolve(console: Console, incident_id: str, why: str) -> None:
    """撤销 / Dissolve the post."""
    from gisapp.incidents.command import post as posts  # noqa: PLC0415

    with desk(console, write=True) as at:
        row = _there(posts.post_of(at.session, incident_id), incident_id)
        posts.dissolve(at.session, actor(), row.id, version=row.version, why=why)
        _answer(console, at, incident_id)


@incident.group()
def task() -> None:
    """任务：下达、完成、取消 / Tasks of an incident."""


@task.command(name="set")
@click.argument("incident_id", metavar="ID")
@click.argument("text")
@click.option("--owner", required=True, help="责任人 / Who has to do it.")
@click.option("--due", required=True, help="期限 / Due.")
@dir_option
@answer_options
@pass_console
def set_(console: Console, incident_id: str, text: str, owner: str, due: str) -> None:
    """下达 / Set a task.

    \b
    示例 Example:
      gisapp incident task set 260720-01 清点人数 --owner 乡政府 \
    --due "2026-07-20 04:00" -d mysite
    """
    from gisapp.incidents.command.tasks import set_task  # noqa: PLC0415

    with desk(console, write=True) as at:
        until = moment(due, at.zone)
        set_task(at.session, actor(), incident_id, text=text, owner=owner, due_at=until)
        _answer(console, at, incident_id)


@task.command()
@click.argument("task_id", metavar="TASK")
@click.option("--result", default="", help="结果 / What came of it.")
@dir_option
@answer_options
@pass_console
def done(console: Console, task_id: str, result: str) -> None:
    """完成 / Record that a task is done; that a recalled unit is out."""
    from gisapp.incidents.command.models import Task  # noqa: PLC0415
    from gisapp.incidents.command.tasks import finish  # noqa: PLC0415

    with desk(console, write=True) as at:
        row = _found(at, Task, task_id)
        finish(at.session, actor(), row.id, version=row.version, result=result)
        _answer(console, at, row.incident_id)


@task.command()
@click.argument("task_id", metavar="TASK")
@why_option()
@dir_option
@answer_options
@pass_console
def drop(console: Console, task_id: str, why: str) -> None:
    """取消 / Drop a task."""
    from gisapp.incidents.command.models import Task  # noqa: PLC0415
    from gisapp.incidents.command.tasks import drop as drop_it  # noqa: PLC0415

    with desk(console, write=True) as at:
        row = _found(at, Task, task_id)
        drop_it(at.session, actor(), row.id, version=row.version, why=why)
        _answer(console, at, row.incident_id)


@incident.command()
@click.argument("incident_id", metavar="ID")
@click.argument("direction", type=click.Choice(["in", "out"]))
@click.argument("party")
@click.argument("text")
@click.option(
    "--by",
    type=click.Choice(["phone", "radio", "fax", "wechat", "other"]),
    default="phone",
    show_default=True,
    help="方式 / By what means.",
)
@dir_option
@answer_options
@pass_console
def message(
    console: Console, incident_id: str, direction: str, party: str, text: str, by: str
) -> None:
    """登记往来信息 / Keep a message that came or went."""
    from gisapp.incidents.command.messages import Draft, keep  # noqa: PLC0415

    with desk(console, write=True) as at:
        draft = Draft(direction=direction, party=party, means=by, text=text)
        keep(at.session, actor(), incident_id, draft)
        _answer(console, at, incident_id)


@incident.group()
def instruct() -> None:
    """领导批示：登记、转达、回复 / Instructions of leaders."""


@instruct.command()
@click.argument("incident_id", metavar="ID")
@click.argument("words")
@click.option("--leader", required=True, help="批示领导 / Whose it is.")
@click.option("--office", required=True, help="职务 / Office.")
@dir_option
@answer_options
@pass_console
def receive(console: Console, incident_id: str, words: str, leader: str, office: str) -> None:
    """登记 / Record an instruction."""
    from gisapp.incidents.command import instructions  # noqa: PLC0415

    with desk(console, write=True) as at:
        instructions.receive(
            at.session, actor(), incident_id, leader=leader, office=office, words=words
        )
        _answer(console, at, incident_id)


@instruct.command(name="pass")
@click.argument("instruction_id", metavar="INSTRUCTION")
@click.argument("to")
@dir_option
@answer_options
@pass_console
def pass_(console: Console, instruction_id: str, to: str) -> None:
    """转达 / Record whom it was passed on to."""
    from gisapp.incidents.command import instructions  # noqa: PLC0415
    from gisapp.incidents.command.models import Instruction  # noqa: PLC0415

    with desk(console, write=True) as at:
        row = _found(at, Instruction, instruction_id)
        instructions.pass_on(at.session, actor(), row.id, version=row.version, passed_to=to)
        _answer(console, at, row.incident_id)


@instruct.command()
@click.argument("instruction_id", metavar="INSTRUCTION")
@click.argument("text")
@dir_option
@answer_options
@pass_console
def answer(console: Console, instruction_id: str, text: str) -> None:
    """回复 / Record how it was answered."""
    from gisapp.incidents.command import instructions  # noqa: PLC0415
    from gisapp.incidents.command.models import Instruction  # noqa: PLC0415

    with desk(console, write=True) as at:
        row = _found(at, Instruction, instruction_id)
        instructions.answer(at.session, actor(), row.id, version=row.version, text=text)
        _answer(console, at, row.incident_id)


@incident.command()
@click.argument("footprint_id", metavar="FOOTPRINT")
@click.option("--owner", required=True, help="确认人 / Who confirms that each is out.")
@why_option()
@dir_option
@answer_options
@pass_console
def recall(console: Console, footprint_id: str, owner: str, why: str) -> None:
    """命令范围内全部力量撤出 / Recall all units inside a footprint."""
    from gisapp.incidents.command.recall import recall as recall_all  # noqa: PLC0415
    from gisapp.incidents.surroundings.footprints import find_footprint  # noqa: PLC0415

    with desk(console, write=True) as at:
        recall_all(at.session, actor(), footprint_id, owner=owner, why=why)
        _answer(console, at, find_footprint(at.session, footprint_id).incident_id)


@incident.group()
def calls() -> None:
    """逐村通知 / The call round, by arrival of the water."""


@calls.command()
@click.argument("incident_id", metavar="ID")
@click.option("--breach", help="溃决时刻 / When the hazard gives way, default now.")
@dir_option
@answer_options
@pass_console
def make(console: Console, incident_id: str, breach: str | None) -> None:
    """按来水先后建立 / Make the round from the downstream line, or take its new times."""
    from gisapp.incidents.command.call_rounds import make_round  # noqa: PLC0415

    with desk(console, write=True) as at:
        breach_at = moment(breach, at.zone) if breach else None
        make_round(at.session, actor(), incident_id, breach_at=breach_at)
        _answer(console, at, incident_id)


@calls.command()
@click.argument("incident_id", metavar="ID")
@click.argument("village")
@dir_option
@answer_options
@pass_console
def add(console: Console, incident_id: str, village: str) -> None:
    """人工加入村庄 / Put a village into the round."""
    from gisapp.incidents.command.call_rounds import add as add_it  # noqa: PLC0415

    with desk(console, write=True) as at:
        add_it(at.session, actor(), incident_id, village)
        _answer(console, at, incident_id)


@calls.command()
@click.argument("call_id", metavar="CALL")
@click.argument("state")
@click.option("--note", default="", help="备注 / A note.")
@dir_option
@answer_options
@pass_console
def say(console: Console, call_id: str, state: str, note: str) -> None:
    """登记状态 / Record a state: called, no_answer, reached, moving, empty."""
    from gisapp.incidents.command.call_rounds import say as say_it  # noqa: PLC0415
    from gisapp.incidents.command.models import VillageCall  # noqa: PLC0415

    with desk(console, write=True) as at:
        row = _found(at, VillageCall, call_id)
        say_it(at.session, actor(), row.id, state, version=row.version, note=note)
        _answer(console, at, row.incident_id)


@incident.command()
@click.argument("incident_id", metavar="[ID]", required=False)
@click.option("--to", "taker", default="", help="签署交接给 / Sign the shift over to.")
@click.option("--notes", default="", help="交接事项 / What to look at.")
@dir_option
@answer_options
@pass_console
def handover(console: Console, incident_id: str | None, taker: str, notes: str) -> None:
    """交接班单，可签署 / The hand-over sheet, of all open incidents where none is named.

    \b
    示例 Examples:
      gisapp incident handover -d mysite
      gisapp incident handover 260720-01 --to 赵值班 --notes 盯水位 -d mysite
    """
    from gisapp.incidents.board import incidents  # noqa: PLC0415
    from gisapp.incidents.handover import sign_over  # noqa: PLC0415

    with desk(console, write=bool(taker)) as at:
        ids = [incident_id] if incident_id else [row.id for row in incidents(at.session)]
        if taker:
            sign_over(at.session, actor(), ids, taker=taker, notes=notes)
        told = [_sheet(at, one) for one in ids]
        lines = [line for one in told for line in _lines(at, one)]
        text = "\n".join(lines) or at.speaker.say("none")
        found: dict[str, Json] = {"incidents": told, "time_zone": at.zone}
    console.answer(found, text)


def _found(at: Desk, model: type[_Row], one: str) -> _Row:
    from sqlalchemy import select  # noqa: PLC0415

    rows = at.session.scalars(select(model).where(model.id == one))  # type: ignore[attr-defined]
    return _there(rows.one_or_none(), one)


def _there(row: _Row | None, one: str) -> _Row:
    if row is None:
        raise CommandInputError("command.unknown", id=one)
    return row


def _sheet(at: Desk, incident_id: str) -> dict[str, Any]:
    from gisapp.clock import now  # noqa: PLC0415
    from gisapp.incidents.handover import sheet  # noqa: PLC0415

    found = sheet(at.session, actor(), incident_id)
    return dict(found.to_dict(at.speaker.lang, now(at.session)))


def _answer(console: Console, at: Desk, incident_id: str) -> None:
    told = _sheet(at, incident_id)
    said = {"incident": incident_id, "command": told["command"], "call_round": told["call_round"]}
    console.answer(said, "\n".join(_commanding(at, told)))


def _commanding(at: Desk, one: dict[str, Any]) -> Iterator[str]:
    """Alarms first, then who leads, tasks, instructions and the call round."""
    say, command = at.speaker.say, one["command"]
    for alarm in command["alarms"]:
        yield f"!! {alarm['text']}"
    post = command["post"]
    yield f"  {command['lead']['level_label']}" + (
        f"  {post['place']}  {post['commander']}" if post else ""
    )
    for task in command["tasks"]:
        if task["state"] == "open":
            due = at.speaker.local(task["due_at"])
            yield say("task", id=task["id"], text=task["text"], owner=task["owner"], due=due)
    for said in command["instructions"]:
        if not said["answered_at"]:
            yield say(
                "instruction", **{name: said[name] for name in ("id", "leader", "office", "words")}
            )
    for call in one["call_round"]:
        water = at.speaker.local(call["arrives_at"]) if call["arrives_at"] else "—"
        yield say("call", id=call["id"], name=call["name"], state=call["state_label"], water=water)


def _lines(at: Desk, one: dict[str, Any]) -> Iterator[str]:
    yield from at.speaker.whole(one)
    for unit in one["units"]:
        if not unit["ended_at"]:
            yield at.speaker.unit(unit)
    yield from _commanding(at, one)
    for line in one["log"]:
        words = (at.speaker.local(line["at"]), line["who"], line["what_label"], line["text"])
        yield "  " + "  ".join(word for word in (*words, line["why"]) if word)
