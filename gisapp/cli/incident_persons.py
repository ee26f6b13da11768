"""``gisapp incident persons``: personal data looked at, destroyed, or kept after an assessment."""

from __future__ import annotations

from datetime import datetime

import click

from gisapp.cli.console import Console, answer_options, dir_option, pass_console
from gisapp.cli.incident_options import why_option
from gisapp.cli.incidents import actor, desk, incident

SHOWN = ("role_label", "name", "phone", "note")
"""What a line says of a person."""


@incident.group()
def persons() -> None:
    """个人信息：查看、销毁、留存 / Personal data of callers and victims.

    \b
    示例 Examples:
      gisapp incident persons due -d mysite
      gisapp incident persons destroy 260720-01 --why 处置结束 -d mysite
    """


@persons.command()
@click.argument("incident_id", metavar="ID")
@dir_option
@answer_options
@pass_console
def show(console: Console, incident_id: str) -> None:
    """查看，记入审计 / Who called and who was hurt; the audit tells who looked."""
    from gisapp.incidents.persons import person_to_dict, persons_of  # noqa: PLC0415

    with desk(console, write=True) as at:
        rows = persons_of(at.session, actor(), incident_id)
        told = [person_to_dict(row, console.lang) for row in rows]
        lines = ["  ".join(str(one[name]) for name in SHOWN if one[name]) for one in told] or [
            at.speaker.say("no_persons")
        ]
    console.answer({"persons": told}, "\n".join(lines))


@persons.command()
@dir_option
@answer_options
@pass_console
def due(console: Console) -> None:
    """应销毁的 / Incidents that are over and whose personal data are to be destroyed.

    Outside of an exercise those of all exercises are told as well.
    """
    from gisapp.incidents.board import summary  # noqa: PLC0415
    from gisapp.incidents.persons import due as due_now  # noqa: PLC0415
    from gisapp.incidents.persons import due_in_exercises  # noqa: PLC0415

    with desk(console) as at:
        told = [summary(row, console.lang) for row in due_now(at.session)]
        played = due_in_exercises(at.session) if console.exercise is None else []
        others = [summary(row, console.lang) for row in played]
        lines = [at.speaker.head(one) for one in told] or [at.speaker.say("no_persons_due")]
        lines += [
            at.speaker.say("due_in_exercise", name=one["exercise"], head=at.speaker.head(one))
            for one in others
        ]
    console.answer({"incidents": told, "in_exercises": others}, "\n".join(lines))


@persons.command()
@click.argument("incident_id", metavar="ID")
@why_option()
@dir_option
@answer_options
@pass_console
def destroy(console: Console, incident_id: str, why: str) -> None:
    """销毁 / Destroy the personal data of an incident that is over, for good.

    Backups made before hold them until they are deleted; what is restored from one is
    destroyed again.
    """
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.cli.incident_texts import Speaker  # noqa: PLC0415
    from gisapp.destruction import destroy as destroy_them  # noqa: PLC0415

    app = open_app(console.settings)
    try:
        number = destroy_them(app, actor(), incident_id, why=why, exercise=console.exercise)
        said = Speaker(console.lang, app.site.time_zone).say(
            "persons_destroyed", id=incident_id, count=number
        )
    finally:
        app.store.close()
    console.answer({"id": incident_id, "destroyed": number}, said)


@persons.command()
@click.argument("incident_id", metavar="ID")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="留存至 / Last day."
)
@click.option("--legality", required=True, help="合法性 / By which law they may be kept.")
@click.option("--necessity", required=True, help="必要性 / What they are needed for.")
@click.option("--security", required=True, help="安全性 / How they are protected.")
@dir_option
@answer_options
@pass_console
def keep(
    console: Console,
    incident_id: str,
    until: datetime,
    legality: str,
    necessity: str,
    security: str,
) -> None:
    """评估后留存 / Keep personal data until a day, after an assessment (art. 85)."""
    from gisapp.incidents.intake import find_incident  # noqa: PLC0415
    from gisapp.incidents.persons import Assessment, keep_persons  # noqa: PLC0415

    grounds = Assessment(legality=legality, necessity=necessity, security=security)
    with desk(console, write=True) as at:
        version = find_incident(at.session, incident_id).version
        day = until.date()
        keep_persons(at.session, actor(), incident_id, day, grounds, version=version)
        said = at.speaker.say("persons_kept", id=incident_id, day=day.isoformat())
    console.answer({"id": incident_id, "kept_until": day.isoformat()}, said)
