"""How a drill is kept safe, told to the public and opened to guests.

Players read parts of it in documents that are sent out: nothing here is taken from the scenario or
the events list, and whoever writes it keeps them out of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import Field, ValidationError

from gisapp.drills.said import Said, faults_of
from gisapp.errors import InputError
from gisapp.schema.values import Json

_Line = Annotated[str, Field(max_length=200)]
_Entry = Annotated[str, Field(min_length=1, max_length=200)]
_Text = Annotated[str, Field(max_length=2_000)]
_Entries = Annotated[tuple[_Entry, ...], Field(max_length=30)]


class Watch(Said):
    """What an evaluator watches.

    Attributes
    ----------
    evaluator
        As the participants name him.
    objectives
        Numbers of the drill's objectives, from 1.
    place
        Where he stands.
    """

    evaluator: _Entry
    objectives: Annotated[
        tuple[Annotated[int, Field(ge=1, le=300)], ...], Field(max_length=300)
    ] = ()
    place: _Line = ""


class Arrangements(Said):
    """What is arranged around a drill; documents have words of their own for what is empty.

    Attributes
    ----------
    stop_conditions
        When the drill is stopped at once.
    weather_limit
        Weather in which it is not held.
    may_stop
        Who may stop it.
    stop_words, stop_signal
        Said, and given, to stop it.
    real_words
        Said before what is no exercise.
    medical
        Who treats the injured, and where.
    safety_channel
        Radio channel or number on which safety is called.
    keep_out
        What nobody enters or does.
    support
        Vehicles, supplies, catering, money.
    rehearsal, briefing, review
        When and where it is rehearsed, explained beforehand and talked over afterwards.
    contact, contact_phone
        Who answers questions of those who take part.
    hotline
        Number for the public.
    noticed_area
        Where the public notices something of it.
    noticed
        What is seen and heard.
    notice_note
        What else the public is told.
    invited
        Who is invited besides those who take part.
    invitation_note
        What else they are told.
    arrive_before_min
        How long before the start everybody is there.
    reply_by
        Day until which the invited answer.
    watches
        What each evaluator watches; where none is said, documents share the objectives out.
    """

    stop_conditions: _Entries = ()
    weather_limit: _Line = ""
    may_stop: _Entries = ()
    stop_words: _Line = ""
    stop_signal: _Line = ""
    real_words: _Line = ""
    safety_officer: _Line = ""
    safety_phone: _Line = ""
    safety_channel: _Line = ""
    medical: _Text = ""
    assembly_point: _Line = ""
    keep_out: _Entries = ()
    support: _Text = ""
    rehearsal: _Line = ""
    briefing: _Line = ""
    review: _Line = ""
    contact: _Line = ""
    contact_phone: _Line = ""
    hotline: _Line = ""
    noticed_area: _Text = ""
    noticed: _Text = ""
    notice_note: _Text = ""
    invited: Annotated[tuple[_Entry, ...], Field(max_length=100)] = ()
    invitation_note: _Text = ""
    arrive_before_min: Annotated[int, Field(ge=0, le=24 * 60)] = 30
    reply_by: date | None = None
    watches: Annotated[tuple[Watch, ...], Field(max_length=100)] = ()


def arrangements_of(content: Mapping[str, Json]) -> Arrangements:
    """Read the arrangements alone of a script as it is stored, for those who may not know it.

    Raises
    ------
    InputError
        ``drill.bad_script``; its faults hold nothing of the rest of the script.
    """
    try:
        return Arrangements.model_validate(content.get("arrangements", {}))
    except ValidationError as error:
        raise InputError(
            "drill.bad_script", faults=faults_of(error), count=error.error_count()
        ) from error
