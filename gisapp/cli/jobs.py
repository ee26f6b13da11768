"""``gisapp nightly`` and ``gisapp jobs``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from gisapp.cli.console import (
    Console,
    answer_options,
    dir_option,
    main,
    opened,
    operator,
    pass_console,
)
from gisapp.cli.outcomes import EXIT_PARTLY
from gisapp.messages import catalogue, translate
from gisapp.rights import system_actor
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from gisapp.bootstrap import App
    from gisapp.jobs import Job
    from gisapp.nightly import Told

STATES = ("queued", "running", "done", "failed", "cancelled")
MARKS: Mapping[str, str] = {"done": "✓", "failed": "✗"}


@main.command()
@dir_option
@answer_options
@click.pass_context
def nightly(ctx: click.Context) -> None:
    """夜间维护与排队任务 / What is due at night, and all jobs that wait.

    Backs the site up, checks it, removes what has had its time and folds the database's log,
    each once a night (since midnight at the site); runs what others asked for as well. Begun by
    cron or a systemd timer; see docs/operation.md. Exit code 1 where a job failed.

    \b
    示例 Example:
      gisapp nightly -d mycity
    """
    from gisapp.nightly import run_nightly  # noqa: PLC0415

    console: Console = ctx.obj
    found: list[Told] = []
    with opened(console) as app:
        for told in run_nightly(app, system_actor(operator())):
            found.append(told)
            if not console.as_json:
                click.echo(_told(told, console.lang, app.site.time_zone))
    if console.as_json:
        listed = [{**_row(one.job, console.lang), "here": one.here} for one in found]
        console.answer({"jobs": listed}, "")
    if any(one.job.state == "failed" for one in found):
        ctx.exit(EXIT_PARTLY)


@main.group()
def jobs() -> None:
    """任务：列出、查看、取消 / Jobs: list them, look at one, call one off."""


@jobs.command("list")
@click.option(
    "--state", "states", multiple=True, type=click.Choice(STATES), help="状态 / Only these states."
)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=50,
    show_default=True,
    help="最多列出的条数 / Most that are listed, the newest first.",
)
@dir_option
@answer_options
@pass_console
def list_(console: Console, states: tuple[str, ...], limit: int) -> None:
    """列出任务，新的在前 / List jobs, the newest first.

    \b
    示例 Example:
      gisapp jobs list --state queued --state running -d mycity
    """
    from gisapp.jobs import State  # noqa: PLC0415
    from gisapp.jobs import jobs as read  # noqa: PLC0415

    wanted = [State(one) for one in states or STATES]
    with opened(console) as app, app.store.session() as session:
        found = read(session, system_actor(operator()), states=wanted, limit=limit)
    lines = [_line(job, console.lang, app.site.time_zone) for job in found]
    text = "\n".join(lines) or translate("cli.jobs.none", console.lang)
    console.answer({"jobs": [_row(job, console.lang) for job in found]}, text)


@jobs.command("show")
@click.argument("job_id", metavar="ID")
@dir_option
@answer_options
@pass_console
def show(console: Console, job_id: str) -> None:
    """查看一项任务及其结果 / Look at one job and what came of it.

    \b
    示例 Example:
      gisapp jobs show J1a2b3c4d -d mycity
    """
    from gisapp.jobs import find  # noqa: PLC0415

    with opened(console) as app, app.store.session() as session:
        job = find(session, system_actor(operator()), job_id)
    console.answer(_row(job, console.lang), "\n".join(_page(job, console.lang, app)))


@jobs.command("cancel")
@click.argument("job_id", metavar="ID")
@dir_option
@answer_options
@pass_console
def cancel(console: Console, job_id: str) -> None:
    """取消任务；正在进行的，请其停下 / Call a job off; one at work is asked to stop.

    \b
    示例 Example:
      gisapp jobs cancel J1a2b3c4d -d mycity
    """
    from gisapp.jobs import cancel as call_off  # noqa: PLC0415

    with opened(console) as app, app.store.session(write=True) as session:
        job = call_off(session, system_actor(operator()), job_id)
    code = "cli.jobs.cancelled" if job.state == "cancelled" else "cli.jobs.asked_to_stop"
    console.answer(_row(job, console.lang), translate(code, console.lang, id=job.id))


def _label(job: Job, lang: str) -> str:
    from gisapp.nightly import KINDS  # noqa: PLC0415

    kind = KINDS.get(job.kind)
    return job.kind if kind is None else kind.label.in_(lang)


def _sentence(code: str | None, params: Mapping[str, Json] | None, lang: str) -> str | None:
    """Say what a job says; the code itself where another version of the program said it."""
    if code is None:
        return None
    try:
        return catalogue(lang)[code].format(**(params or {}))
    except (KeyError, IndexError, ValueError):
        return code


def _seconds(job: Job) -> float | None:
    if job.started_at is None or job.finished_at is None:
        return None
    return round((job.finished_at - job.started_at).total_seconds(), 3)


def _row(job: Job, lang: str) -> dict[str, Json]:
    """A job for programs; sentences are in the reader's language."""

    def moment(at: datetime | None) -> str | None:
        return None if at is None else at.isoformat()

    error = None
    if job.error is not None:
        said = _sentence(job.error, job.error_params, lang)
        error = {"code": job.error, "params": job.error_params, "message": said}
    return {
        "id": job.id,
        "kind": job.kind,
        "label": _label(job, lang),
        "parameters": job.parameters,
        "state": job.state,
        "asked_by": job.asked_by,
        "asked_at": moment(job.asked_at),
        "not_before": moment(job.not_before),
        "started_at": moment(job.started_at),
        "finished_at": moment(job.finished_at),
        "seconds": _seconds(job),
        "done": job.done,
        "total": job.total,
        "message": _sentence(job.message, job.message_params, lang),
        "cancel_asked": job.cancel_asked,
        "worker": job.worker,
        "lease_until": moment(job.lease_until),
        "attempts": job.attempts,
        "result": job.result,
        "error": error,
    }


def _state(job: Job, lang: str) -> str:
    return translate(f"jobs.state.{job.state}", lang)


def _local(at: datetime | None, zone: str) -> str:
    return "-" if at is None else f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


def _told(told: Told, lang: str, zone: str) -> str:
    """One job of a night, as a line; a second one where it failed."""
    job = told.job
    words = {"label": _label(job, lang), "id": job.id, "state": _state(job, lang)}
    if told.here or job.state in {"failed", "cancelled"}:
        said = translate("cli.jobs.ran", lang, seconds=_seconds(job) or 0.0, **words)
    elif job.state == "done":
        at = _local(job.finished_at, zone)
        said = translate("cli.jobs.done_before", lang, at=at, **words)
    else:
        worker = (job.worker or "-").partition("#")[0]
        said = translate("cli.jobs.elsewhere", lang, worker=worker, **words)
    lines = [f"{MARKS.get(job.state, '…')} {said}"]
    if job.error is not None:
        lines.append(f"  {_sentence(job.error, job.error_params, lang)}")
    return "\n".join(lines)


def _line(job: Job, lang: str, zone: str) -> str:
    progress = "" if job.state != "running" else f"{job.done}/{job.total or '?'}"
    words = (
        job.id, _state(job, lang), progress, _label(job, lang), _local(job.asked_at, zone),
        job.asked_by,
    )  # fmt: skip
    return "  ".join(word for word in words if word)


def _page(job: Job, lang: str, app: App) -> Iterator[str]:
    zone = app.site.time_zone
    yield _line(job, lang, zone)
    if job.started_at is not None:
        yield translate(
            "cli.jobs.times", lang,
            started=_local(job.started_at, zone), finished=_local(job.finished_at, zone),
            worker=(job.worker or "-").partition("#")[0], attempts=job.attempts,
        )  # fmt: skip
    for sentence in (
        _sentence(job.message, job.message_params, lang) if job.state == "running" else None,
        _sentence(job.error, job.error_params, lang),
    ):
        if sentence is not None:
            yield sentence
    for name, value in {**job.parameters, **(job.result or {})}.items():
        if isinstance(value, list):
            yield f"{name}:"
            yield from (f"  {_flat(one)}" for one in value)
        else:
            yield f"{name}: {_flat(value)}"


def _flat(value: object) -> str:
    return "  ".join(map(str, value.values())) if isinstance(value, dict) else str(value)
