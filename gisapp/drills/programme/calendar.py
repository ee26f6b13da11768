"""Drills as a calendar that other programs read (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from gisapp.drills.programme.models import Drill
from gisapp.drills.programme.vocabulary import DrillState

MEDIA: Final = "text/calendar"
REMIND_DAYS: Final = (14, 1)
"""Days before a drill on which a calendar reminds of it."""
_MOST_OCTETS: Final = 75
_STATUS: Final = {
    DrillState.PLANNED: "TENTATIVE",
    DrillState.DONE: "CONFIRMED",
    DrillState.CANCELLED: "CANCELLED",
}


def icalendar(drills: Iterable[Drill], *, name: str, moment: datetime) -> bytes:
    """Write drills that have a date, each with reminders.

    A drill that was called off stays as such, so that calendars strike it out; nothing of its
    scenario is in it.

    Parameters
    ----------
    name
        Of the calendar.
    moment
        Now, timezone-aware.
    """
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//gisapp//drills//ZH", "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(name)}",
    ]  # fmt: skip
    for drill in drills:
        if drill.starts_at is None:
            continue
        end = drill.starts_at + timedelta(minutes=drill.duration_min)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{drill.id}@gisapp",
            f"SEQUENCE:{drill.version}",
            f"DTSTAMP:{_moment(moment)}",
            f"DTSTART:{_moment(drill.starts_at)}",
            f"DTEND:{_moment(end)}",
            f"SUMMARY:{_text(drill.name)}",
            f"STATUS:{_STATUS[DrillState(drill.state)]}",
        ]
        if drill.venue:
            lines.append(f"LOCATION:{_text(drill.venue)}")
        if drill.state == DrillState.PLANNED:
            for days in REMIND_DAYS:
                lines += [
                    "BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-P{days}D",
                    f"DESCRIPTION:{_text(drill.name)}", "END:VALARM",
                ]  # fmt: skip
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    r"""A text with its marks escaped: ``\\``, ``;``, ``,`` and line ends."""
    for mark, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        value = value.replace(mark, escaped)
    return value


def _folded(line: str) -> bytes:
    """A line of at most 75 octets, gone on in the next where longer; no letter is cut."""
    parts, part = [], b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > _MOST_OCTETS:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
