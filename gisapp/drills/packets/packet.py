"""The packets of a drill: what is in which, and who may make them.

A player's packet is made of the drill, which everybody may read, and of sealed envelopes; the
code that makes its page is never given the scenario, and of an inject only what is told.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from math import ceil, log2
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from gisapp.accounts.passwords import ALPHABET
from gisapp.drills.checkup.records import known_records
from gisapp.drills.design.models import DrillScript
from gisapp.drills.design.script import Inject, Script, script_of
from gisapp.drills.design.vocabulary import CHANNELS
from gisapp.drills.design.writing import drill_for_staff, script_row
from gisapp.drills.packets.controllers import controllers_parts, drawn_of
from gisapp.drills.packets.receivers import headquarters_in, injects_reach, participants_of
from gisapp.drills.packets.sealing import (
    ITERATIONS,
    Envelope,
    blank,
    code_of,
    common_length,
    digest_of,
    seal,
)
from gisapp.drills.packets.words import Words, words_of
from gisapp.drills.programme.models import Drill
from gisapp.drills.programme.reading import names_of_units
from gisapp.drills.programme.vocabulary import ORGANISERS, ROLES
from gisapp.drills.programme.years import kind_words
from gisapp.errors import InputError
from gisapp.incidents.able import Context
from gisapp.planning.conditions import conditions_of
from gisapp.rights import Actor, Right
from gisapp.roads import base_map
from gisapp.schema.values import Json
from layers.packet import Packet, Part, packet_page

NUMBERED_BY: Final = 10
"""Envelopes are a multiple of this: blank ones hide how many injects there are."""
PIXELS_ACROSS: Final = 1_400
"""Roads are drawn as detailed as a map this wide shows them."""
_PHASES: Final = ("before", "during", "after")


def player_packet(  # noqa: PLR0917
    app: Context,
    session: Session,
    actor: Actor,
    drill_id: str,
    headquarters: str,
    lang: str,
    *,
    zone: str,
    vendor_dir: Path,
) -> str:
    """Make the packet of those who play for a headquarters: its injects sealed, no other's.

    Parameters
    ----------
    headquarters
        Code of one that takes part.
    zone
        Time zone of the site.
    vendor_dir
        Where the browser libraries are.

    Raises
    ------
    ForbiddenError
        ``drill.not_staff``, or without the right to export.
    UnknownRecordError
        ``drill.unknown``.
    InputError
        ``drill.unknown_packet``: the headquarters takes no part.
    SiteError
        No roads were imported yet.
    layers.LayerError
        The browser libraries are missing.
    """
    drill, row, script = _read(session, actor, drill_id)
    if headquarters not in headquarters_in(drill):
        raise InputError("drill.unknown_packet", headquarters=headquarters[:40])
    words = _words(app, session, drill, Script(), lang)  # names of the drill's own, not of injects
    version = 0 if row is None else row.version
    bound = f"{drill.id}/{version}/{headquarters}"
    envelopes = [] if row is None else _envelopes(row, drill, script, headquarters, bound)
    packet = Packet(
        title=drill.name,
        whose=words.who(f"headquarters/{headquarters}"),
        notice=words.say("for_players"),
        lang=lang,
        synthetic=app.site.synthetic,
        parts=[
            *_drill_parts(session, drill, words, version, zone=zone, headquarters=headquarters),
            _checklist(words, "players"),
            Part(
                heading=words.say("envelopes"),
                lines=[words.say("envelopes_about")],
                slot="envelopes",
            ),
        ],
        base=_base(app, session, lang),
        box=app.site.bbox,
        marks=_team_marks(session, drill, headquarters, lang),
        data={
            **_data(words, drill, version, headquarters, zone),
            "envelopes": [one.to_dict() for one in envelopes],
            "bound": bound,
            "iterations": ITERATIONS,
            "alphabet": ALPHABET,
            "channels": {code: label.in_(lang) for code, label in CHANNELS.items()},
        },
    )
    return packet_page(packet, vendor_dir)


def controllers_packet(
    app: Context,
    session: Session,
    actor: Actor,
    drill_id: str,
    lang: str,
    *,
    zone: str,
    vendor_dir: Path,
) -> str:
    """Make the packet of those who run a drill: all that it plays, with the codes.

    Parameters
    ----------
    zone, vendor_dir
        As :func:`player_packet` takes them.

    Raises
    ------
    ForbiddenError
        ``drill.not_staff``, or without the right to export.
    UnknownRecordError
        ``drill.unknown``, ``incident.unknown``.
    InputError
        ``drill.unknown_spot``, ``drill.spot_nowhere``, and as ``scene_of`` has them.
    SiteError
        No roads were imported yet.
    layers.LayerError
        The browser libraries are missing.
    """
    drill, row, script = _read(session, actor, drill_id)
    words = _words(app, session, drill, script, lang)
    version = 0 if row is None else row.version
    drawn = drawn_of(session, script, words)
    codes = {} if row is None else _codes(row, drill, script, words)
    packet = Packet(
        title=drill.name,
        whose=words.say("controllers"),
        notice=words.say("for_controllers"),
        lang=lang,
        synthetic=app.site.synthetic,
        parts=[
            *_drill_parts(session, drill, words, version, zone=zone),
            *controllers_parts(drill, row, script, words=words, spots=drawn.spots, codes=codes),
            _checklist(words, "controllers"),
            _checklist(words, "evaluators"),
            _checklist(words, "players"),
        ],
        base=_base(app, session, lang),
        box=drawn.box or app.site.bbox,
        marks=[*_team_marks(session, drill, drill.organiser, lang), *drawn.marks],
        areas=drawn.areas,
        data=_data(words, drill, version, "", zone),
    )
    return packet_page(packet, vendor_dir)


def _read(
    session: Session, actor: Actor, drill_id: str
) -> tuple[Drill, DrillScript | None, Script]:
    drill = drill_for_staff(session, actor, drill_id)
    actor.require(Right.EXPORT)
    row = script_row(session, drill)
    return drill, row, Script() if row is None else script_of(row.content)


def _words(app: Context, session: Session, drill: Drill, script: Script, lang: str) -> Words:
    conditions = {code: one.name for code, one in conditions_of(app.site).items()}
    return words_of(session, drill, script, lang, conditions=conditions)


def _numbers(row: DrillScript, drill: Drill, script: Script, headquarters: str) -> dict[str, int]:
    """Numbers of a headquarters' envelopes by key of the inject, in an order that tells nothing.

    Those that are left over belong to blank envelopes.
    """
    keys = [one.key for one in script.injects if injects_reach(drill, headquarters, one)]
    blanks = -len(keys) % NUMBERED_BY if keys else NUMBERED_BY
    slots = [*keys, *(f"/{number}" for number in range(blanks))]  # no key has a slash
    slots.sort(
        key=lambda one: digest_of(row.sealing_key, "number", str(row.version), headquarters, one)
    )
    return {one: number for number, one in enumerate(slots, start=1)}


def _envelopes(
    row: DrillScript, drill: Drill, script: Script, headquarters: str, bound: str
) -> list[Envelope]:
    numbers = _numbers(row, drill, script, headquarters)
    # Of all injects of the drill: not even the longest of a headquarters is told by its length.
    length = common_length([_told(one) for one in script.injects])
    injects = {one.key: one for one in script.injects}

    def made(slot: str) -> Envelope:
        number = numbers[slot]
        if slot not in injects:
            return blank(number=number, length=length)
        inject = injects[slot]
        code = code_of(row.sealing_key, inject)
        return seal(_told(inject), code, number=number, length=length, bound=bound)

    # PBKDF2 is slow by intent, and lets other threads run meanwhile.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return sorted(pool.map(made, numbers), key=lambda one: one.number)


def _told(inject: Inject) -> bytes:
    """What players are told of an inject: neither its title, its minute nor what it does."""
    told = {"channel": inject.channel, "sender": inject.sender, "text": inject.text}
    return json.dumps(told, ensure_ascii=False).encode()


def _codes(
    row: DrillScript, drill: Drill, script: Script, words: Words
) -> Mapping[str, Sequence[tuple[str, str]]]:
    """By key of the inject: who opens which envelope with which code."""
    codes: dict[str, list[tuple[str, str]]] = {one.key: [] for one in script.injects}
    for headquarters in headquarters_in(drill):
        numbers = _numbers(row, drill, script, headquarters)
        for inject in script.injects:
            if number := numbers.get(inject.key):
                said = words.say(
                    "number_and_code", number=number, word=code_of(row.sealing_key, inject)
                )
                codes[inject.key].append((words.who(f"headquarters/{headquarters}"), said))
    return codes


def _drill_parts(
    session: Session, drill: Drill, words: Words, version: int, *, zone: str, headquarters: str = ""
) -> list[Part]:
    """What everybody may know of a drill; of who takes part those of a headquarters alone."""
    named = names_of_units(session).get((drill.organiser_kind, drill.organiser))
    organiser = f"{ORGANISERS[drill.organiser_kind].in_(words.lang)} {drill.organiser}"
    takes_part = participants_of(drill, headquarters) if headquarters else drill.participants
    objectives = []
    for one in drill.objectives:
        limit = one.get("within_min")
        within = f" ({words.say('within', count=f'{limit:g}')})" if limit else ""
        objectives.append(f"{one['text']}{within}")
    return [
        Part(
            heading=words.say("drill"),
            facts=[
                (words.say("kind"), kind_words(drill, words.lang)),
                (words.say("starts"), _moment(drill.starts_at, zone) or words.say("open_yet")),
                (words.say("lasts"), words.say("minutes", count=drill.duration_min)),
                (words.say("venue"), drill.venue or words.say("open_yet")),
                (words.say("organiser"), named.in_(words.lang) if named else organiser),
                (words.say("script_version"), f"{drill.id} · {version}"),
            ],
        ),
        Part(heading=words.say("objectives"), points=objectives or [words.say("none_yet")]),
        Part(
            heading=words.say("participants"),
            facts=[
                (
                    ROLES[str(one["role"])].in_(words.lang),
                    words.names.get(f"{one['kind']}/{one['id']}") or str(one["name"] or one["id"]),
                )
                for role in ROLES
                for one in takes_part
                if one["role"] == role
            ],
        ),
    ]


def _checklist(words: Words, whose: str) -> Part:
    return Part(
        heading=words.say(f"check.{whose}"),
        inner=[
            Part(heading=words.say(f"check.{phase}"), checks=words.lines(f"check.{whose}.{phase}"))
            for phase in _PHASES
        ],
    )


def _base(app: Context, session: Session, lang: str) -> dict[str, dict[str, Json]]:
    """The whole site, whatever is played: an extent of its own would tell where it is."""
    bbox = app.site.bbox
    zoom = ceil(log2(360 / 256 * PIXELS_ACROSS / (bbox[2] - bbox[0])))
    return base_map(session, app.router.network, bbox, zoom, lang)


def _team_marks(
    session: Session, drill: Drill, headquarters: str, lang: str
) -> list[dict[str, Json]]:
    """The teams and units that take part; those of others in another colour."""
    own = {(one["kind"], one["id"]) for one in participants_of(drill, headquarters)}
    pairs = [
        (str(one["kind"]), str(one["id"]))
        for one in drill.participants
        if one["kind"] in {"team", "unit"}
    ]
    known = known_records(session, pairs)
    marks: list[dict[str, Json]] = []
    for pair in dict.fromkeys(pairs):
        at = known[pair].values.get("geom") if pair in known else None
        if at is not None and not at.is_empty:
            name = known[pair].name_zh if lang == "zh" else known[pair].name_en
            marks.append(
                {
                    "x": at.x, "y": at.y, "text": "▲", "name": name,
                    "style": "team" if pair in own else "other",
                }
            )  # fmt: skip
    return marks


def _data(
    words: Words, drill: Drill, version: int, headquarters: str, zone: str
) -> dict[str, Json]:
    """What the script of every packet needs."""
    spoken = (
        "not_kept", "no_crypto", "wrong_code", "envelope", "open", "opened_at", "channel",
        "sender", "start", "reset", "reset_sure",
    )  # fmt: skip
    told: dict[str, Json] = {one: words.say(one, number="{number}") for one in spoken}
    told |= {
        "code": words.say("code_word"),
        "code_of": words.say("code_of", number="{number}"),
        "due": words.say("due", count="{count}"),
    }
    return {
        "drill": {"id": drill.id, "version": version, "whose": headquarters},
        "words": told,
        "zone": zone,
    }


def _moment(moment: datetime | None, zone: str) -> str:
    return "" if moment is None else f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
