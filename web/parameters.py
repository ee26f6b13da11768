"""Values of a request, checked before anything is asked with them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import request
from werkzeug.routing import IntegerConverter, Map

from gisapp.errors import InputError
from gisapp.importing.reference import WGS84
from gisapp.incidents.coordinates import Spot, as_spot, read_spot
from gisapp.site import Site

BBox = tuple[float, float, float, float]
MAX_ZOOM = 22
MAX_TEXT = 200
MAX_LINK = 1000
"""A link that a map program shares, with the name and address of the place in it."""
MAX_SERIAL = 2**31 - 1
"""No row has a larger number: the databases count within 32 bits."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Serial(IntegerConverter):
    """The ``int`` of an address: the number of a row; there is no page at a larger one."""

    def __init__(self, url_map: Map, **options: Any) -> None:  # noqa: ANN401 - werkzeug's own
        super().__init__(url_map, **{"max": MAX_SERIAL, **options})


def number(
    values: Mapping[str, Any],
    name: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    default: float | None = None,
) -> float:
    """A finite number between `low` and `high`.

    Raises
    ------
    InputError
        It is missing without a default, no number, or out of range.
    """
    given = values.get(name)
    if given is None or given == "":
        if default is None:
            raise InputError("web.missing", name=name)
        return default
    try:
        value = math.nan if isinstance(given, bool) else float(given)
    except (TypeError, ValueError, OverflowError):
        value = math.nan
    if not math.isfinite(value):
        raise InputError("web.not_a_number", name=name, value=_short(given))
    if not low <= value <= high:
        raise InputError("web.out_of_range", name=name, value=value, low=low, high=high)
    return value


def integer(
    values: Mapping[str, Any], name: str, *, low: int, high: int, default: int | None = None
) -> int:
    """A whole number between `low` and `high`; raises as :func:`number` does."""
    value = number(values, name, low=low, high=high, default=default)
    if not float(value).is_integer():
        raise InputError("web.not_whole", name=name, value=value)
    return int(value)


def amount(values: Mapping[str, Any], name: str, *, most: float, whole: bool) -> float | None:
    """A number of a body, as far from zero as `most`; None where it is null or not there.

    A text is no number here: what a person left empty is unknown, and never read as zero.

    Raises
    ------
    InputError
        As :func:`number` and :func:`integer` do.
    """
    given = values.get(name)
    if given is None:
        return None
    if not isinstance(given, (int, float)):
        raise InputError("web.not_a_number", name=name, value=_short(given))
    value = number(values, name, low=-most, high=most)
    return integer(values, name, low=-int(most), high=int(most)) if whole else value


def answer(values: Mapping[str, Any], name: str) -> bool | None:
    """Yes or no; None where it is null or not there.

    Raises
    ------
    InputError
        ``web.not_yes_no``.
    """
    given = values.get(name)
    if given is not None and not isinstance(given, bool):
        raise InputError("web.not_yes_no", name=name, value=_short(given))
    return given


def part(values: Mapping[str, Any], name: str, known: Collection[str]) -> dict[str, Any] | None:
    """An object within the body, with `known` fields only; None where it is null or not there.

    Raises
    ------
    InputError
        ``web.not_an_object``, and as :func:`require_known` does.
    """
    given = values.get(name)
    if given is None:
        return None
    if not isinstance(given, dict):
        raise InputError("web.not_an_object", name=name, known=", ".join(known))
    require_known(given, known)
    return given


def parts(
    values: Mapping[str, Any], name: str, known: Collection[str], *, most: int
) -> list[dict[str, Any]]:
    """A list of at most `most` objects with `known` fields only.

    Raises
    ------
    InputError
        ``web.bad_list``, and as :func:`part` does.
    """
    given = values.get(name)
    if not isinstance(given, list) or len(given) > most:
        raise InputError("web.bad_list", name=name, most=most, known=", ".join(known))
    return [part({name: {} if one is None else one}, name, known) or {} for one in given]


def text(
    values: Mapping[str, Any], name: str, *, default: str | None = None, longest: int = MAX_TEXT
) -> str:
    """A trimmed text of at most `longest` characters.

    Raises
    ------
    InputError
        It is missing without a default, no text, or too long.
    """
    given = values.get(name)
    value = given.strip() if isinstance(given, str) else given
    if value is None or value == "":
        if default is None:
            raise InputError("web.missing", name=name)
        return default
    if not isinstance(value, str) or len(value) > longest:
        raise InputError("web.bad_text", name=name, longest=longest)
    if _CONTROL.search(value):
        raise InputError("web.control_characters", name=name)
    return value


def texts(values: Mapping[str, Any], name: str, *, most: int) -> list[str]:
    """A list of at most `most` texts.

    Raises
    ------
    InputError
        ``web.bad_texts``, and as :func:`text` does.
    """
    given = values.get(name)
    if not isinstance(given, list) or len(given) > most:
        raise InputError("web.bad_texts", name=name, most=most)
    return [text({name: one}, name) for one in given]


def integers(values: Mapping[str, Any], name: str, *, most: int, high: int) -> list[int]:
    """A list of at most `most` whole numbers as far from zero as `high`; none where not there.

    Raises
    ------
    InputError
        ``web.bad_integers``, and as :func:`integer` does.
    """
    given = values.get(name)
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > most:
        raise InputError("web.bad_integers", name=name, most=most)
    return [integer({name: one}, name, low=-high, high=high) for one in given]


def moment(values: Mapping[str, Any], name: str) -> datetime:
    """A moment with its offset from UTC.

    Raises
    ------
    InputError
        ``web.bad_moment``, and as :func:`text` does.
    """
    written = text(values, name)
    found: datetime | None
    try:
        found = datetime.fromisoformat(written)
        found.astimezone(UTC)  # the first and last days have no other zone
    except (ValueError, OverflowError):
        found = None
    if found is None or found.tzinfo is None:
        raise InputError("web.bad_moment", name=name, value=written)
    return found


def choice(values: Mapping[str, Any], name: str, known: Collection[str]) -> str:
    """One of the `known` texts.

    Raises
    ------
    InputError
        As :func:`text` does, and ``web.unknown_choice`` with those that there are.
    """
    value = text(values, name)
    if value not in known:
        choices = ", ".join(known)
        raise InputError("web.unknown_choice", name=name, value=_short(value), known=choices)
    return value


POSITION_FIELDS = ("x", "y", "at", "system")


def position(values: Mapping[str, Any], site: Site) -> Spot:
    """A point: the text ``at``, or longitude ``x`` and latitude ``y``; in ``system``, if given.

    Whether two numbers without a system lie on the globe, or are swapped, is for the road
    network to say. Raises as :func:`number`, :func:`text` and
    :func:`gisapp.incidents.coordinates.read_spot` do, and InputError ``web.two_positions``.
    """
    system = text(values, "system", default="") or None
    written = text(values, "at", default="", longest=MAX_LINK)
    if written:
        if not {"x", "y"}.isdisjoint(values):
            raise InputError("web.two_positions")
        return read_spot(written, site, system=system)
    x, y = number(values, "x"), number(values, "y")
    return Spot(x, y, x, y, WGS84, named=False) if system is None else as_spot(x, y, system)


def bbox() -> BBox:
    """The extent asked for: ``bbox=minx,miny,maxx,maxy`` in degrees.

    Raises
    ------
    InputError
        It is missing, not four numbers, or not an extent on the globe.
    """
    given = text(request.args, "bbox")
    try:
        values = tuple(float(part) for part in given.split(","))
    except ValueError:
        values = ()
    if len(values) == 4 and all(math.isfinite(one) for one in values):
        minx, miny, maxx, maxy = values
        if -360 <= minx < maxx <= 360 and -90 <= miny < maxy <= 90:
            return minx, miny, maxx, maxy
    raise InputError("web.bad_bbox", value=_short(given))


def zoom() -> int:
    """The zoom asked for, 0 to 22; raises as :func:`number` does."""
    return integer(request.args, "zoom", low=0, high=MAX_ZOOM)


def body() -> dict[str, Any]:
    """The JSON object that was posted.

    Raises
    ------
    InputError
        The body is no JSON object, is nested beyond reading or holds broken text.
    """
    try:
        given = request.get_json(silent=True)
        # Half a surrogate pair is JSON, but no text that could be stored or answered.
        json.dumps(given, ensure_ascii=False).encode()
    except (RecursionError, UnicodeEncodeError):
        given = None
    if not isinstance(given, dict):
        raise InputError("web.not_json")
    return given


def require_known(values: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse fields that mean nothing, so that a misspelt one is not passed over.

    Raises
    ------
    InputError
        Fields other than `known` are there.
    """
    unknown = sorted(values.keys() - set(known))
    if unknown:
        fields, choices = _short(", ".join(unknown)), ", ".join(known)
        raise InputError("web.unknown_fields", fields=fields, known=choices)


def _short(value: object) -> str:
    # A nested list may be too deep to write.
    written = str(value) if isinstance(value, (str, int, float)) else type(value).__name__
    return written if len(written) <= 40 else f"{written[:40]}…"
