"""What is posted about incidents, value by value, before any use case sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from gisapp.incidents.grading.circumstances import CIRCUMSTANCES, Circumstances
from gisapp.incidents.grading.figures import FIGURES, POLLUTED, THREATENED, WHOLE, Figures
from gisapp.incidents.grading.rules import TIMES, Times
from gisapp.incidents.intake import MAX_NOTE, Call
from gisapp.incidents.orders import MOST_AT_ONCE, Move, UnitOrder
from gisapp.site import Site
from web import parameters
from web.parameters import MAX_SERIAL

MAX_CNY = 10.0**15
MAX_HA = 10.0**9
MAX_SECONDS = 10.0**9

PLACES: Final[Mapping[str, Mapping[str, Any]]] = {"threatened": THREATENED, "polluted": POLLUTED}
FIGURE_FIELDS = (*FIGURES, *PLACES)
CALL_FIELDS = (
    *parameters.POSITION_FIELDS, "kind", "title", "place", "hazard", "times", "late_why",
    "in_production", "figures", "circumstances", "caller_name", "caller_phone", "note",
)  # fmt: skip
MOVE_FIELDS = ("assignment", "seen", "expected_s")

Reader = Callable[[Mapping[str, Any], str], Any]


def call(asked: Mapping[str, Any], site: Site) -> Call:
    """Read what a call says.

    Raises
    ------
    InputError
        A field is unknown, missing, or of another type.
    """
    parameters.require_known(asked, CALL_FIELDS)
    spot = parameters.position(asked, site)
    times = parameters.part(asked, "times", tuple(TIMES)) or {}
    figures = parameters.part(asked, "figures", FIGURE_FIELDS) or {}
    answered = parameters.part(asked, "circumstances", tuple(CIRCUMSTANCES)) or {}
    texts = {
        name: parameters.text(asked, name, default="")
        for name in ("title", "place", "late_why", "caller_name", "caller_phone")
    }
    return Call(
        kind=parameters.text(asked, "kind"),
        x=spot.x,
        y=spot.y,
        hazard=_hazard(asked, "hazard"),
        times=Times(**_read(times)),
        in_production=parameters.answer(asked, "in_production"),
        figures=Figures(**_read(figures)),
        circumstances=Circumstances(**_read(answered)),
        note=parameters.text(asked, "note", default="", longest=MAX_NOTE),
        **texts,
    )


def changes(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Read what of an incident is corrected: fields by name, null where unknown again.

    Raises
    ------
    InputError
        A field is unknown, or of another type.
    """
    return _read(parameters.part(asked, "changes", tuple(_READERS)) or {})


def units(asked: Mapping[str, Any]) -> list[UnitOrder]:
    """Read which units are ordered.

    Raises
    ------
    InputError
        They are no list of units, or a value of one has another type.
    """
    given = parameters.parts(asked, "units", ("kind", "id", "expected_s"), most=MOST_AT_ONCE)
    return [
        UnitOrder(
            kind=parameters.text(one, "kind"),
            id=parameters.text(one, "id"),
            expected_s=parameters.amount(one, "expected_s", most=MAX_SECONDS, whole=False),
        )
        for one in given
    ]


def moved(asked: Mapping[str, Any]) -> list[Move]:
    """Read which units that are out are sent on; none where the field is not there.

    Raises
    ------
    InputError
        They are no list of services, or a value of one has another type.
    """
    if asked.get("moved") is None:
        return []
    given = parameters.parts(asked, "moved", MOVE_FIELDS, most=MOST_AT_ONCE)
    return [
        Move(
            assignment_id=parameters.text(one, "assignment"),
            seen=parameters.text(one, "seen"),
            expected_s=parameters.amount(one, "expected_s", most=MAX_SECONDS, whole=False),
        )
        for one in given
    ]


def version(asked: Mapping[str, Any]) -> int:
    """The version of the incident that whoever asks has seen; raises as `integer` does."""
    return parameters.integer(asked, "version", low=1, high=MAX_SERIAL)


def why(asked: Mapping[str, Any]) -> str:
    """The reason given; empty where none is: whether one is needed, the use case says."""
    return parameters.text(asked, "why", default="")


def maybe_moment(values: Mapping[str, Any], name: str) -> datetime | None:
    """A moment; None where it is null or not there. Raises as `moment` does."""
    return None if values.get(name) is None else parameters.moment(values, name)


def _figure(values: Mapping[str, Any], name: str) -> float | None:
    most = MAX_CNY if name.endswith("_cny") else MAX_SERIAL if name in WHOLE else MAX_HA
    return parameters.amount(values, name, most=most, whole=name in WHOLE)


def _places(values: Mapping[str, Any], name: str) -> frozenset[str]:
    if values.get(name) is None:
        return frozenset()
    return frozenset(parameters.texts(values, name, most=len(PLACES[name])))


def _maybe_text(values: Mapping[str, Any], name: str) -> str | None:
    return parameters.text(values, name, default="") or None


def _any_text(values: Mapping[str, Any], name: str) -> str:
    return parameters.text(values, name, default="")


def _priority(values: Mapping[str, Any], name: str) -> int:
    return parameters.integer(values, name, low=-MAX_SERIAL, high=MAX_SERIAL)


def _hazard(values: Mapping[str, Any], name: str) -> tuple[str, str] | None:
    given = parameters.part(values, name, ("kind", "id"))
    if given is None:
        return None
    return parameters.text(given, "kind"), parameters.text(given, "id")


def _level(values: Mapping[str, Any], name: str) -> float | None:
    return parameters.amount(values, name, most=MAX_SERIAL, whole=True)


_READERS: Final[Mapping[str, Reader]] = {
    "kind": parameters.text,
    "in_production": parameters.answer,
    "title": _any_text,
    "place": _any_text,
    "priority": _priority,
    "entered_level": _level,
    "entered_source": _maybe_text,
    "hazard": _hazard,
    **dict.fromkeys(CIRCUMSTANCES, parameters.answer),
    **dict.fromkeys(TIMES, maybe_moment),
    **dict.fromkeys(FIGURES, _figure),
    **dict.fromkeys(PLACES, _places),
}


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _READERS[name](given, name) for name in given}
