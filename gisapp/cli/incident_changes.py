"""``gisapp incident``: opened, corrected, noted, joined, ended and taken up again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from gisapp.cli.console import (
    CommandInputError,
    Console,
    answer_options,
    dir_option,
    pass_console,
)
from gisapp.cli.coordinates import point_options, typed
from gisapp.cli.incident_options import (
    CIRCUMSTANCE_OPTIONS,
    FIGURE_OPTIONS,
    PLACE_OPTIONS,
    TIME_OPTIONS,
    Given,
    circumstance_options,
    circumstances_of,
    figure_options,
    figure_values,
    figures_of,
    flag_of,
    hazard_of,
    kind_code,
    moment,
    moments_of,
    production_option,
    time_options,
    why_option,
)
from gisapp.cli.incidents import actor, desk, incident

CLEARED = {flag_of(name): (name,) for name in (*FIGURE_OPTIONS, *PLACE_OPTIONS, *TIME_OPTIONS)} | {
    "in-production": ("in_production",),
    **{flag_of(name): (name,) for name in CIRCUMSTANCE_OPTIONS},
    "entered": ("entered_level", "entered_source"),
    "hazard": ("hazard",),
}
"""By word of ``--unknown``, the columns that it empties."""


@incident.command(name="open")
@click.argument("kind")
@point_options("事发点 / Incident")
@click.option("--title", default="", help="名称 / What it is called.")
@click.option("--place", default="", help="地点 / Place in words.")
@click.option(
    "--hazard", metavar="KIND:ID", help="所在隐患点 / The hazard that it is at, tailings_pond:H1."
)
@time_options
@click.option("--late-why", default="", help="迟录原因 / Why it is entered late.")
@production_option
@figure_options
@circumstance_options
@click.option("--caller-name", default="", help="报警人 / Caller.")
@click.option("--caller-phone", default="", help="报警人电话 / Telephone of the caller.")
@click.option("--note", default="", help="记录 / A first line for its log.")
@dir_option
@answer_options
@pass_console
def open_(
    console: Console,
    /,
    kind: str,
    point: str,
    system: str | None,
    title: str,
    place: str,
    hazard: str | None,
    late_why: str,
    in_production: bool | None,
    caller_name: str,
    caller_phone: str,
    note: str,
    times: Given,
    figures: Given,
    **circumstances: bool | None,
) -> None:
    """接报立案 / Open an incident.

    Times are by the site's clock unless they name a zone.

    \b
    示例 Examples:
      gisapp incident open landslide --at 111.52,36.08 --dead 2 --missing 17 -d mysite
      gisapp incident open 煤矿事故 --at "111.52,36.08 GCJ02" --trapped 9 -d mysite
      gisapp incident open fire --at 111.52,36.08 --county-received "2026-07-20 02:05" \
    --late-why 电话报告后补录 -d mysite
      gisapp incident open forest_fire --at 111.52,36.08 --threatens-settlement-or-works -d mysite
    """
    from gisapp.incidents.grading.rules import Times  # noqa: PLC0415
    from gisapp.incidents.intake import Call, open_incident  # noqa: PLC0415
    from gisapp.incidents.nearby import possible_duplicates  # noqa: PLC0415
    from gisapp.incidents.whereabouts import is_outside, whereabouts  # noqa: PLC0415
    from gisapp.messages import translate  # noqa: PLC0415

    where = hazard_of(hazard)
    with desk(console, write=True) as at:
        spot = typed(point, system, at.app.site)
        call = Call(
            kind=kind_code(kind),
            x=spot.x,
            y=spot.y,
            title=title,
            place=place,
            hazard=where,
            times=Times(**moments_of(times, at.zone)),
            late_why=late_why,
            in_production=in_production,
            figures=figures_of(figures),
            circumstances=circumstances_of(circumstances),
            caller_name=caller_name,
            caller_phone=caller_phone,
            note=note,
        )
        near = possible_duplicates(at.session, spot.x, spot.y)
        made = open_incident(at.session, actor(), call)
        outside = is_outside(at.session, whereabouts(at.session, spot.x, spot.y))
        told = at.standing(made.id) | {
            "given": spot.to_dict(console.lang),
            "outside": outside,
            "perhaps_same": [one.to_dict(console.lang) for one in near],
        }
        speaker = at.speaker
        lines = [spot.text(console.lang)]
        if outside:
            lines.append(
                f"!! {translate('dispatch.warn.outside', console.lang, x=spot.x, y=spot.y)}"
            )
        lines += [
            speaker.say(
                "perhaps_same",
                id=one.incident.id,
                title=one.incident.title_in(console.lang),
                distance_m=one.distance_m,
                at=speaker.local(one.incident.opened_at),
            )
            for one in near
        ]
        lines += speaker.whole(told)
    console.answer(told, "\n".join(lines))


@incident.command()
@click.argument("incident_id", metavar="ID")
@click.option("--kind", help="种类 / Kind of event.")
@click.option("--title", help="名称 / What it is called.")
@click.option("--place", help="地点 / Place in words.")
@click.option("--priority", type=int, help="优先级 1–4 / Priority, 1 the highest to 4.")
@time_options
@production_option
@figure_options
@circumstance_options
@click.option(
    "--entered-level",
    type=int,
    help="填报等级 1–4 / Grade 1 to 4, where the program has no scale.",
)
@click.option("--entered-source", help="等级依据 / What that grade rests on.")
@click.option(
    "--hazard", metavar="KIND:ID", help="所在隐患点 / The hazard that it is at, tailings_pond:H1."
)
@click.option(
    "--unknown",
    multiple=True,
    type=click.Choice(tuple(CLEARED)),
    metavar="NAME",
    help="改回未知，可多次 / Put back to unknown, named as its option; again for each.",
)
@why_option()
@dir_option
@answer_options
@pass_console
def correct(
    console: Console,
    /,
    incident_id: str,
    kind: str | None,
    hazard: str | None,
    unknown: tuple[str, ...],
    why: str,
    times: Given,
    figures: Given,
    **others: Any,  # noqa: ANN401 - by column, None where not given
) -> None:
    """更正续报 / Correct what is known, and say what that changes.

    Places that are threatened or polluted replace all that were named before.

    \b
    示例 Examples:
      gisapp incident correct 260720-01 --dead 3 --missing 16 --why 又找到一人 -d mysite
      gisapp incident correct 260720-01 --unknown trapped --why 人数有误 -d mysite
      gisapp incident correct 260720-01 --hazard reservoir:R1 --why 现场核实 -d mysite
    """
    from gisapp.incidents.board import grading_of  # noqa: PLC0415
    from gisapp.incidents.course import correct as correct_it  # noqa: PLC0415
    from gisapp.incidents.grading.compare import compare  # noqa: PLC0415
    from gisapp.incidents.grading.rules import ReportRules  # noqa: PLC0415
    from gisapp.incidents.intake import find_incident, times_of  # noqa: PLC0415
    from gisapp.incidents.response.levels import level_changes  # noqa: PLC0415
    from gisapp.incidents.response.reading import suggested_for  # noqa: PLC0415

    changes = figure_values(figures) | {
        name: value for name, value in others.items() if value is not None
    }
    if kind is not None:
        changes["kind"] = kind_code(kind)
    if hazard is not None:
        changes["hazard"] = hazard_of(hazard)
    with desk(console, write=True) as at:
        changes |= moments_of(times, at.zone)
        changes |= _emptied(unknown, changes)
        if not changes:
            raise CommandInputError("cli.incident.nothing_given")
        row = find_incident(at.session, incident_id)
        before, version = grading_of(row), row.version
        suggested = suggested_for(at.session, row, before)
        row = correct_it(at.session, actor(), incident_id, changes, version=version, why=why)
        rules = ReportRules(zone=at.zone)
        after = grading_of(row)
        change = compare(before, after, times=times_of(row), rules=rules)
        levels = level_changes(suggested, suggested_for(at.session, row, after))
        sentences = [one.in_(console.lang) for one in (*change.sentences, *levels)]
        told = at.standing(incident_id) | {
            "corrected": row.version != version,
            "changes": sentences,
        }
        said = sentences or [
            at.speaker.say("nothing_follows" if row.version != version else "nothing_differs")
        ]
        text = "\n".join([*said, *at.speaker.whole(told)])
    console.answer(told, text)


@incident.command()
@click.argument("incident_id", metavar="ID")
@click.argument("text")
@dir_option
@answer_options
@pass_console
def note(console: Console, incident_id: str, text: str) -> None:
    """记入日志 / Write a line into the log of an incident.

    \b
    示例 Example:
      gisapp incident note 260720-01 "县道 214 已由交警封闭" -d mysite
    """
    from gisapp.incidents.intake import add_note, find_incident  # noqa: PLC0415

    with desk(console, write=True) as at:
        add_note(at.session, actor(), find_incident(at.session, incident_id), text)
        said = at.speaker.say("noted", id=incident_id)
    console.answer({"noted": incident_id}, said)


@incident.command()
@click.argument("incident_id", metavar="ID")
@click.argument("code", metavar="LIMIT")
@click.option("--at", "given", help="报出时刻，默认现在 / When it was made, default now.")
@click.option("--note", "said", default="", help="报给谁、如何报 / To whom, and how.")
@dir_option
@answer_options
@pass_console
def report(console: Console, incident_id: str, code: str, given: str | None, said: str) -> None:
    """登记已作报告 / Write down that a report was made: its clock stops, or runs anew.

    \b
    示例 Example:
      gisapp incident report 260720-01 geological_quick --note 电话报省应急厅值班室 -d mysite
    """
    from gisapp.incidents.grading.deadlines import LABELS  # noqa: PLC0415
    from gisapp.incidents.reports import report as report_made  # noqa: PLC0415

    with desk(console, write=True) as at:
        made_at = moment(given, at.zone) if given else None
        report_made(at.session, actor(), incident_id, code, at=made_at, note=said)
        label = next(text for known, text in LABELS.items() if known == code)
        words = [at.speaker.say("reported", id=incident_id, label=label.in_(console.lang))]
        told = at.standing(incident_id)
        words += at.speaker.clocks(told["deadlines"])
    console.answer(told, "\n".join(words))


@incident.command()
@click.argument("incident_id", metavar="ID")
@why_option()
@dir_option
@answer_options
@pass_console
def close(console: Console, incident_id: str, why: str) -> None:
    """结束 / End an incident from which all units are back."""
    from gisapp.incidents.course import close as end  # noqa: PLC0415

    _take(console, incident_id, end, why=why)


@incident.command()
@click.argument("incident_id", metavar="ID")
@why_option()
@dir_option
@answer_options
@pass_console
def reopen(console: Console, incident_id: str, why: str) -> None:
    """重新启动 / Take an ended or joined incident up again."""
    from gisapp.incidents.course import reopen as take_up  # noqa: PLC0415

    _take(console, incident_id, take_up, why=why)


@incident.command()
@click.argument("incident_id", metavar="ID")
@click.argument("to", metavar="TO")
@why_option()
@dir_option
@answer_options
@pass_console
def join(console: Console, incident_id: str, to: str, why: str) -> None:
    """并入 / Join an incident to incident TO, which goes on with its units."""
    from gisapp.incidents.course import join as join_to  # noqa: PLC0415

    _take(console, incident_id, join_to, to, why=why)


def _take(
    console: Console, incident_id: str, step: Callable[..., object], *given: str, why: str
) -> None:
    """Take a step of an incident's course, based on how it stands."""
    from gisapp.incidents.board import summary  # noqa: PLC0415
    from gisapp.incidents.intake import find_incident  # noqa: PLC0415

    with desk(console, write=True) as at:
        row = find_incident(at.session, incident_id)
        step(at.session, actor(), incident_id, *given, version=row.version, why=why)
        told = summary(row, console.lang)
        text = at.speaker.head(told)
    console.answer(told, text)


def _emptied(names: Sequence[str], changes: Given) -> Given:
    """The columns that become unknown.

    Raises
    ------
    CommandInputError
        ``cli.incident.given_and_unknown``.
    """
    emptied: Given = {}
    for name in names:
        for column in CLEARED[name]:
            if column in changes:
                raise CommandInputError("cli.incident.given_and_unknown", name=name)
            emptied[column] = frozenset() if column in PLACE_OPTIONS else None
    return emptied
