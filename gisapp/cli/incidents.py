"""``gisapp incident``: what goes on, read without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from gisapp.cli.console import (
    Console,
    answer_options,
    dir_option,
    exercise_option,
    main,
    operator,
    pass_console,
)
from gisapp.cli.incident_options import (
    Given,
    circumstance_options,
    circumstances_of,
    figure_options,
    figures_of,
    kind_code,
    production_option,
)
from gisapp.cli.incident_texts import Speaker
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from gisapp.bootstrap import App
    from gisapp.rights import Actor

STATES = ("open", "closed", "joined", "all")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A site at work: its session, and how things of it are said."""

    app: App
    session: Session
    speaker: Speaker

    @property
    def zone(self) -> str:
        """The site's time zone."""
        return self.app.site.time_zone

    def standing(self, incident_id: str) -> dict[str, Any]:
        """One incident with grades, clocks and units, as JSON carries it."""
        from gisapp.clock import now  # noqa: PLC0415
        from gisapp.incidents.board import standing  # noqa: PLC0415

        found = standing(self.session, incident_id)
        told = found.to_dict(self.speaker.lang, now(self.session))
        return {**told, "time_zone": self.zone}


@contextmanager
def desk(console: Console, *, write: bool = False) -> Iterator[Desk]:
    """Open the site for one command; what is written is kept where nothing was raised."""
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.incidents.exercises import require_begun  # noqa: PLC0415

    app = open_app(console.settings)
    try:
        if console.exercise is not None:
            if not console.begins:
                require_begun(app.store, console.exercise)
            app = app.in_exercise(console.exercise)
        with app.store.session(write=write) as session:
            speaker = Speaker(console.lang, app.site.time_zone)
            yield Desk(app=app, session=session, speaker=speaker)
    finally:
        app.store.close()


def actor() -> Actor:
    """Who is at the terminal, with every right."""
    from gisapp.rights import system_actor  # noqa: PLC0415

    return system_actor(operator())


@main.group()
@exercise_option
def incident() -> None:
    """突发事件：接报、研判、调派、续报、结束 / Incidents, from the call to the end.

    \b
    示例 Examples:
      gisapp incident open landslide --at 111.52,36.08 --dead 2 --missing 17 -d mysite
      gisapp incident order 260720-01 T1 unit:U4 -d mysite
      gisapp incident show 260720-01 --json -d mysite
      gisapp incident --new-exercise 抗震演练 open landslide --at 111.52,36.08 -d mysite
      gisapp incident --exercise 抗震演练 list -d mysite
    """


@incident.command(name="list")
@click.option(
    "--state",
    type=click.Choice(STATES),
    default="open",
    show_default=True,
    help="状态 / State.",
)
@dir_option
@answer_options
@pass_console
def list_(console: Console, state: str) -> None:
    """事件列表 / The incidents, by priority and then the newest first.

    \b
    示例 Example:
      gisapp incident list --state all -d mysite
    """
    from gisapp.clock import now  # noqa: PLC0415
    from gisapp.incidents.board import (  # noqa: PLC0415
        MOST_LISTED,
        graded,
        grading_of,
        incidents,
        summary,
        units_out,
    )
    from gisapp.incidents.grading.statuses import BASES  # noqa: PLC0415
    from gisapp.incidents.response.reading import (  # noqa: PLC0415
        open_responses,
        standing_of,
    )
    from gisapp.incidents.vocabulary import ASSIGNMENT_STATES  # noqa: PLC0415

    lang = console.lang
    with desk(console) as at:
        rows = incidents(at.session, state=None if state == "all" else state)
        out = units_out(at.session, [row.id for row in rows])
        responses = open_responses(at.session, [row.id for row in rows])
        moment = now(at.session)
        told: list[dict[str, Any]] = [
            {
                **summary(row, lang),
                "grading": graded(grading_of(row), lang),
                "units_out": dict(out[row.id]),
                "response": standing_of(responses[row.id], lang, moment)
                if row.id in responses
                else None,
            }
            for row in rows
        ]
        lines = []
        for row, one in zip(rows, told, strict=True):
            lines.append(at.speaker.head(one))
            gravest = grading_of(row).gravest()
            counted = [
                f"{label.in_(lang)} {out[row.id][code]}"
                for code, label in ASSIGNMENT_STATES.items()
                if out[row.id][code]
            ]
            words = (
                [f"{BASES[gravest[0]].in_(lang)} {gravest[1].label.in_(lang)}"] if gravest else []
            )
            if words or counted:
                lines.append(f"  {at.speaker.listed([*words, *counted])}")
            if one["response"]:
                lines.append(at.speaker.response_line(one["response"]))
        if len(rows) == MOST_LISTED:
            lines.append(at.speaker.say("first", count=MOST_LISTED))
        answer: dict[str, Json] = {"incidents": told, "time_zone": at.zone}
        text = "\n".join(lines) or at.speaker.say("none")
    console.answer(answer, text)


@incident.command()
@click.argument("incident_id", metavar="ID")
@dir_option
@answer_options
@pass_console
def show(console: Console, incident_id: str) -> None:
    """一起事件的现状 / One incident: grades, deadlines, units and figures.

    \b
    示例 Example:
      gisapp incident show 260720-01 -d mysite
    """
    with desk(console) as at:
        told, speaker = at.standing(incident_id), at.speaker
        lines = [*speaker.whole(told), *speaker.known(told)]
        lines += [speaker.unit(one) for one in told["units"]]
        if told["persons"]:
            names = [one["id"] for one in told["persons"]]
            lines.append(speaker.say("persons", names=speaker.listed(names)))
    console.answer(told, "\n".join(lines))


@incident.command()
@click.argument("kind")
@figure_options
@circumstance_options
@production_option
@answer_options
@pass_console
def grade(
    console: Console,
    /,
    kind: str,
    in_production: bool | None,
    figures: Given,
    **circumstances: bool | None,
) -> None:
    """按数字定级，不保存 / Grade figures; nothing is stored, and no site is needed.

    \b
    示例 Examples:
      gisapp incident grade coal_mine --dead 2 --missing 17
      gisapp incident grade 道路交通事故 --dead 3 --in-production
      gisapp incident grade forest_fire --burnt-ha 20 --burning-after-24-h
    """
    from gisapp.clock import REAL  # noqa: PLC0415
    from gisapp.incidents.board import graded, timed  # noqa: PLC0415
    from gisapp.incidents.grading.deadlines import deadlines  # noqa: PLC0415
    from gisapp.incidents.grading.kinds import event_kind  # noqa: PLC0415
    from gisapp.incidents.grading.rules import Times  # noqa: PLC0415
    from gisapp.incidents.grading.statuses import grade as grade_figures  # noqa: PLC0415
    from gisapp.incidents.reports import clocks as as_clocks  # noqa: PLC0415

    found = event_kind(kind_code(kind))
    fire = circumstances_of(circumstances)
    grading = grade_figures(found, figures_of(figures), in_production, fire=fire)
    lang, moment = console.lang, REAL.now()
    told = graded(grading, lang)
    clocks: list[dict[str, Json]] = [
        timed(one, lang, moment) for one in as_clocks(deadlines(grading, Times()), {})
    ]
    speaker = Speaker(lang)
    label = found.label.in_(lang)
    console.answer(
        {"kind": found.code, "kind_label": label, "grading": told, "deadlines": clocks},
        "\n".join([label, *speaker.grades(told), *speaker.clocks(clocks)]),
    )


@incident.command()
@click.argument("incident_id", metavar="ID")
@click.option(
    "--since",
    type=click.IntRange(min=0, max=2**63 - 1),
    default=0,
    help="仅此序号之后 / Only what came after this number.",
)
@dir_option
@answer_options
@pass_console
def log(console: Console, incident_id: str, since: int) -> None:
    """事件日志 / The log of an incident, oldest first.

    \b
    示例 Example:
      gisapp incident log 260720-01 --since 120 --json -d mysite
    """
    from gisapp.incidents.board import MOST_TOLD  # noqa: PLC0415
    from gisapp.incidents.board import log as read_log  # noqa: PLC0415

    with desk(console) as at:
        told: list[dict[str, Json]] = [
            {**one.to_dict(console.lang), "data": dict(one.data)}
            for one in read_log(at.session, incident_id, since_seq=since)
        ]
        lines = [at.speaker.logged(one) for one in told]
        if len(told) == MOST_TOLD:
            lines.append(at.speaker.say("log_goes_on", seq=told[-1]["seq"]))
        answer: dict[str, Json] = {"log": told, "time_zone": at.zone}
        text = "\n".join(lines) or at.speaker.say("nothing_since", seq=since)
    console.answer(answer, text)


@incident.command()
@answer_options
@pass_console
def kinds(console: Console) -> None:
    """事件种类和代码 / The kinds of event, and the codes of what is threatened or polluted.

    \b
    示例 Example:
      gisapp incident kinds --lang en
    """
    from gisapp.incidents.grading import decree_493, forest_fire, geological  # noqa: PLC0415
    from gisapp.incidents.grading.figures import POLLUTED, THREATENED  # noqa: PLC0415
    from gisapp.incidents.grading.kinds import KINDS  # noqa: PLC0415

    laws = {
        "decree_493": decree_493.LAW,
        "geological": geological.LAW,
        "forest_fire": forest_fire.LAW,
    }
    lang, speaker = console.lang, Speaker(console.lang)
    told: list[dict[str, Json]] = [
        {
            "code": kind.code,
            "label": kind.label.in_(lang),
            "family": kind.family,
            "law": laws[kind.law].in_(lang) if kind.law else None,
            "production_asked": kind.production_asked,
        }
        for kind in KINDS.values()
    ]
    places = {
        name: {code: label.in_(lang) for code, label in labels.items()}
        for name, labels in (("threatened", THREATENED), ("polluted", POLLUTED))
    }
    lines = []
    for one in told:
        law = one["law"] or speaker.say("no_law")
        asked = speaker.say("production_asked") if one["production_asked"] else ""
        lines.append(f"{one['code']}  {one['label']}  {law}{asked}")
    for name, labels in places.items():
        said = [f"{code} {label}" for code, label in labels.items()]
        lines.append(f"--{name}  {speaker.listed(said)}")
    console.answer({"kinds": told, **places}, "\n".join(lines))
