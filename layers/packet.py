"""A drill's packet as one HTML file: paper with a map, sealed envelopes or an events list.

It opens from disk without a server or a network. Every text is escaped, and every page on screen
or paper bears the mark of the exercise.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from layers.base import ROAD_CLASSES
from layers.shell import Verbatim
from layers.standalone import SYNTHETIC, StandalonePage

MARK = "演练 EXERCISE"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the paper.

    Attributes
    ----------
    facts
        What is called how: pairs of a name and a text.
    lines
        Paragraphs.
    points
        A numbered list.
    checks
        What is ticked off.
    slot
        Id of an empty element that the script fills; empty for none.
    inner
        Parts below it.
    """

    heading: str
    facts: Sequence[tuple[str, str]] = ()
    lines: Sequence[str] = ()
    points: Sequence[str] = ()
    checks: Sequence[str] = ()
    slot: str = ""
    inner: Sequence[Part | Played] = ()


@dataclass(frozen=True, kw_only=True)
class Played:
    """An inject in the events list of the controllers.

    Attributes
    ----------
    key
        By which the page keeps when it was played.
    number
        In the order of the list, from 1.
    minute
        When it is due, in minutes of the exercise; None where the controller decides.
    when, title
        In words.
    codes
        To whom, envelope by envelope: the receiver, and the code with the number.
    facts
        All else, as pairs of a name and a text.
    words
        What is read out, word by word.
    tick
        Words of the tick box.
    """

    key: str
    number: int
    minute: float | None
    when: str
    title: str
    codes: Sequence[tuple[str, str]]
    facts: Sequence[tuple[str, str]]
    words: str
    tick: str


@dataclass(frozen=True, kw_only=True)
class Packet:
    """What a packet tells.

    Attributes
    ----------
    whose
        Headquarters, or the controllers.
    notice
        Who may read it.
    synthetic
        Whether the site's data is made up.
    base
        As :func:`~layers.standalone.standalone_map` takes it.
    marks
        Points of the map: ``x``, ``y``, ``text``, ``name``, ``style``.
    areas
        Drawn on it: ``geometry``, ``name``, ``style``.
    box
        What the map shows first: ``(min_x, min_y, max_x, max_y)``.
    data
        What the script needs besides; its texts are under ``words``.
    """

    title: str
    whose: str
    notice: str
    lang: str
    synthetic: bool
    parts: Sequence[Part]
    base: Mapping[str, Any]
    box: Sequence[float]
    marks: Sequence[Mapping[str, Any]] = ()
    areas: Sequence[Mapping[str, Any]] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


def packet_page(packet: Packet, vendor_dir: Path) -> str:
    """Write a packet as one HTML file that needs nothing else.

    Parameters
    ----------
    vendor_dir
        Folder that holds ``leaflet/leaflet.js`` and ``leaflet/leaflet.css``.

    Raises
    ------
    LayerError
        ``layers.no_vendor``: the browser library was not installed.
    """
    page = StandalonePage(title=f"{MARK} {packet.title}", lang=packet.lang)
    page.html.add_child(Verbatim(_body(packet)))
    data = {
        **packet.data,
        "base": packet.base,
        "box": packet.box,
        "marks": packet.marks,
        "areas": packet.areas,
        "roads": [one.code for one in ROAD_CLASSES],
    }
    page.carry("packet", data, vendor_dir)
    return str(page.render())


def _body(packet: Packet) -> str:
    synthetic = f"<span>{SYNTHETIC}</span>" if packet.synthetic else ""
    parts = "".join(_part(one) for one in packet.parts)
    return (
        f'<div id="mark"><b>{MARK}</b><span>{_text(packet.title)} · {_text(packet.whose)}</span>'
        f'{synthetic}</div><div id="sheet"><main><header><h1>{_text(packet.title)}</h1>'
        f'<p class="whose">{_text(packet.whose)}</p><p class="notice">{_text(packet.notice)}</p>'
        f'</header><p id="fault" role="alert" hidden></p>{parts}</main><div id="map"></div></div>'
        f'<div id="stamp" aria-hidden="true">{MARK}</div>'
    )


def _part(part: Part, depth: int = 2) -> str:
    points = "".join(f"<li>{_text(one)}</li>" for one in part.points)
    checks = "".join(
        f'<li><label><input type="checkbox"> {_text(one)}</label></li>' for one in part.checks
    )
    inner = "".join(
        _part(one, depth + 1) if isinstance(one, Part) else _played(one) for one in part.inner
    )
    return (
        f"<section><h{depth}>{_text(part.heading)}</h{depth}>{_facts(part.facts)}"
        + "".join(f"<p>{_text(one)}</p>" for one in part.lines)
        + (f"<ol>{points}</ol>" if points else "")
        + (f'<ul class="checks">{checks}</ul>' if checks else "")
        + (f'<div id="{_text(part.slot)}"></div>' if part.slot else "")
        + f"{inner}</section>"
    )


def _played(one: Played) -> str:
    minute = "" if one.minute is None else f' data-minute="{one.minute:g}"'
    codes = "".join(
        f'<li>{_text(who)} <code class="code">{_text(code)}</code></li>' for who, code in one.codes
    )
    words = f"<blockquote>{_text(one.words)}</blockquote>" if one.words else ""
    return (
        f'<article class="inject" data-key="{_text(one.key)}"{minute}><h3><b class="number">'
        f'{one.number}</b> <span class="when">{_text(one.when)}</span> {_text(one.title)}</h3>'
        f'<ul class="codes">{codes}</ul>{words}{_facts(one.facts)}<p class="tick"><label>'
        f'<input type="checkbox"> {_text(one.tick)}</label> <output></output></p></article>'
    )


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{_text(name)}</dt><dd>{_text(text)}</dd>" for name, text in facts)
    return f"<dl>{rows}</dl>" if rows else ""


def _text(text: str) -> str:
    return html.escape(text)
