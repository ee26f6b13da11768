"""Numbers with units, as mappers and road bureaus write them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping

FOOT_M = 0.3048
INCH_M = 0.0254

_MARKS = (
    (re.compile(r"['′’‘´`ʹ＇]{2}|[\"″”“„ʺ]"), '"'),
    (re.compile(r"[′’‘´`ʹ＇]"), "'"),
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")
_SMALL_UNIT = 0.1
"""Units below this share of the main one are counted in thousands: 16,000 lbs."""


def normalise(text: str) -> str:
    """Bring full-width letters, all marks of feet and inches and the case to one form."""
    for marks, plain in _MARKS:
        text = marks.sub(plain, text)
    return unicodedata.normalize("NFKC", text).lower().strip()


def read_quantity(text: str, units: Mapping[str, float]) -> float | None:
    """Add up the numbers of a text, each with its unit: ``7.5 t``, ``12 ft 6 in``.

    A last number without a unit is inches after feet (``12'6``) and decimals after metres
    (``4米5``), as both are written on signs.

    Parameters
    ----------
    text
        As :func:`normalise` leaves it.
    units
        Factor to the main unit by name; the empty name is that of a number alone.

    Returns
    -------
    float or None
        In the main unit; None unless the text is one number, or numbers with known units.
    """
    names = sorted(filter(None, units), key=len, reverse=True)
    total, at, last = 0.0, 0, ""
    while at < len(text):
        number = _NUMBER.match(text, at)
        if number is None:
            return None
        rest = text[number.end() :].lstrip()
        unit = next((name for name in names if rest.startswith(name)), "")
        factor: float | None = units.get(unit)
        if not unit and at > 0:
            factor = _of_remainder(number[0], units.get(last, 0.0), last) if not rest else None
        value = _value(number[0], factor)
        if value is None:
            return None
        if not unit and at == 0 and rest:
            return None
        total += value
        rest = rest[len(unit) :]
        if rest and unit.isalpha() and rest[0].isalpha():
            return None
        rest = rest.lstrip(" .-,")
        at, last = len(text) - len(rest), unit
    return total if last or text else None


def lowest(text: str, read: Callable[[str], float | None]) -> float | None:
    """Read the values of a tag, parted by ``;`` or ``|``, and return the lowest.

    NaN where none of them states a number, None where one of them cannot be read.
    """
    values = [read(part.strip()) for part in re.split(r"[;|]", text)]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return min((value for value in known if not math.isnan(value)), default=math.nan)


def _of_remainder(digits: str, factor: float, unit: str) -> float | None:
    """Factor of a last bare number after one with a unit."""
    if factor == FOOT_M:
        return INCH_M
    if unit in {"m", "米"} and digits.isdigit():
        return float(10.0 ** -len(digits))
    return None


def _value(number: str, factor: float | None) -> float | None:
    if factor is None:
        return None
    if factor < _SMALL_UNIT and _GROUPED.fullmatch(number):
        return float(number.replace(",", "")) * factor
    if not _DECIMAL.fullmatch(number):
        return None
    return float(number.replace(",", ".")) * factor
