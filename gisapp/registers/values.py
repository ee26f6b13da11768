"""From the text of a cell or an input to the value of a field."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date

from gisapp.registers.fields import Field, FieldType
from gisapp.registers.phones import is_masked
from gisapp.registers.vocabulary import Vocabulary
from gisapp.schema.values import Json, Value

_SEPARATOR = re.compile(r"[;,、|]")
_RUINED = re.compile(r"[+-]?\d(?:\.\d+)?[eE][+-]\d{1,3}|\d+\.0+|\d{15}0+")
"""What programs make of a long number: 1.38E+10, 13800000000.0, zeros after fifteen digits."""
_INVISIBLE = {"Cf", "Zl", "Zp"}
"""Categories of characters of no width, and of ends of lines (Unicode, table 4-4)."""
_WITH_UNIT = re.compile(r"[-+]?\d+(?:\.\d+)?\s*([^\d\s.,，。_].*)")
_DEGREES = re.compile(r"[NSEW]?\s*\d.*[°′″'\"度分秒].*|[NSEW]?\s*[\d.]+\s*[NSEW]?", re.IGNORECASE)
_COUNT = re.compile(r"(.+?)\s*[:x×*]\s*(\d+)")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
_YES_NO = {
    "1": True, "true": True, "yes": True, "y": True, "是": True, "有": True,
    "0": False, "false": False, "no": False, "n": False, "否": False, "无": False,
}  # fmt: skip
_LARGEST_WHOLE = 2**31 - 1
"""What a whole number of PostgreSQL holds; a file is bound by it too, so that it can move there."""
DAMAGED = "\ufffd"
"""What stands for a character that could not be read (U+FFFD)."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""What neither a workbook nor PostgreSQL takes."""


class CellError(ValueError):
    """A cell cannot be the value of its field."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def parse_cell(field: Field, text: str) -> Value:
    """Read the text of a cell.

    Returns
    -------
    str, int, float, bool, datetime.date, list of str, dict of str to int, or None
        None for an empty cell.

    Raises
    ------
    CellError
        With the code and the parameters of the fault.
    """
    text = text.strip()
    if _CONTROL.search(text):
        raise CellError("registers.control_characters")
    if DAMAGED in text:
        raise CellError("import.damaged_text")
    if not text:
        if field.required:
            raise CellError("import.required", field=field.name)
        return None
    if field.type is not FieldType.TEXT:
        text = _folded(text)
    return _PARSERS[field.type](field, text)


def _folded(text: str) -> str:
    """Bring a text to usual width, without characters that nobody sees."""
    seen = (letter for letter in text if unicodedata.category(letter) not in _INVISIBLE)
    return unicodedata.normalize("NFKC", "".join(seen)).strip()


def _require_unspoilt(field: Field, text: str) -> None:
    """Refuse an id or a telephone number that a program has made something else of.

    An id is compared letter by letter, so that one of other width or with a letter nobody sees
    would be of another record.
    """
    if _RUINED.fullmatch(text):
        raise CellError("import.ruined_number")
    for letter in text:
        is_wide = field.is_key and "\uff01" <= letter <= "\uff5e"
        is_space = field.is_key and letter != " " and unicodedata.category(letter) == "Zs"
        if is_wide or is_space or unicodedata.category(letter) in _INVISIBLE:
            raise CellError("import.hidden_character", letter=f"U+{ord(letter):04X}")


def _parse_text(field: Field, text: str) -> str:
    if field.is_phone:
        text = unicodedata.normalize("NFKC", text).strip()
    if field.is_phone and is_masked(text):
        raise CellError("import.masked_phone")
    if field.private and "**" in text:  # as it is shown to those who may not see contacts
        raise CellError("import.masked_name")
    if field.is_key or field.is_phone:
        _require_unspoilt(field, text)
    if field.pattern is not None:
        text = unicodedata.normalize("NFKC", text)
        if not re.fullmatch(field.pattern, text):
            raise CellError("import.digits", length=field.length)
    return text


def _parse_number(field: Field, text: str) -> float:
    try:
        number = float(text.replace("_", "x"))  # which Python alone takes for a number
    except ValueError:
        raise _no_number(field, text) from None
    if not math.isfinite(number):
        raise CellError("import.not_a_number")
    if field.minimum is not None and number < field.minimum:
        raise CellError("import.too_small", minimum=f"{field.minimum:g}", unit=field.unit)
    if field.maximum is not None and number > field.maximum:
        raise CellError("import.too_large", maximum=f"{field.maximum:g}", unit=field.unit)
    return number


def _no_number(field: Field, text: str) -> CellError:
    if field.type is FieldType.COORDINATE and _DEGREES.fullmatch(text):
        return CellError("import.not_decimal_degrees")
    if found := _WITH_UNIT.fullmatch(text):
        return CellError("import.with_unit", found=found[1], unit=field.unit or "—")
    return CellError("import.not_a_number")


def _parse_whole(field: Field, text: str) -> int:
    number = _parse_number(field, text)
    if not number.is_integer():
        raise CellError("import.not_whole")
    if number > _LARGEST_WHOLE:
        raise CellError("import.too_large", maximum=str(_LARGEST_WHOLE), unit=field.unit)
    if number < -_LARGEST_WHOLE:
        raise CellError("import.too_small", minimum=str(-_LARGEST_WHOLE), unit=field.unit)
    return int(number)


def _parse_yes_no(field: Field, text: str) -> bool:  # noqa: ARG001 - one form for all parsers
    value = _YES_NO.get(text.casefold())
    if value is None:
        raise CellError("import.not_yes_or_no")
    return value


def _parse_date(field: Field, text: str) -> date:  # noqa: ARG001 - one form for all parsers
    found = _DATE.fullmatch(text)
    if found is None:
        raise CellError("import.not_a_date")
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise CellError("import.not_a_date") from None


def _parse_code(field: Field, text: str) -> str:
    return _find_code(field.choices or {}, text)


def _find_code(choices: Vocabulary, text: str) -> str:
    """Find a code by itself or by its name in either language."""
    if text in choices:
        return text
    wanted = _folded(text).casefold()
    for code, label in choices.items():
        names = (code, label.zh, label.en)
        if wanted in {unicodedata.normalize("NFKC", name).casefold() for name in names}:
            return code
    raise CellError("import.unknown_code", wrong=text, allowed=choices)


def _parse_tags(field: Field, text: str) -> list[str]:
    parts = _parts(text)
    if not parts and field.required:
        raise CellError("import.required", field=field.name)
    return sorted({_find_code(field.choices or {}, part) for part in parts})


def _parse_counts(field: Field, text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    if text.startswith("{") and isinstance(held := _json(text), dict):
        text = ";".join(f"{code}:{number}" for code, number in held.items())
    for part in _parts(text):
        found = _COUNT.fullmatch(part)
        if found is None:
            raise CellError("import.not_a_count", wrong=part)
        code = _find_code(field.choices or {}, found[1])
        number = int(found[2])
        if code in counts or not 0 < number < 10_000:
            raise CellError("import.not_a_count", wrong=part)
        counts[code] = number
    return dict(sorted(counts.items()))


def _json(text: str) -> Json:
    """What a text in JSON holds, as GeoJSON gives counts and empty lists; None for any other."""
    try:
        held: Json = json.loads(text)
    except ValueError:
        return None
    return held


def _parts(text: str) -> list[str]:
    if text.startswith("[") and isinstance(held := _json(text), list):
        text = ";".join(map(str, held))
    folded = unicodedata.normalize("NFKC", text)
    return [part.strip() for part in _SEPARATOR.split(folded) if part.strip()]


_PARSERS: dict[FieldType, Callable[[Field, str], Value]] = {
    FieldType.TEXT: _parse_text,
    FieldType.NUMBER: _parse_number,
    FieldType.COORDINATE: _parse_number,
    FieldType.INTEGER: _parse_whole,
    FieldType.BOOLEAN: _parse_yes_no,
    FieldType.DATE: _parse_date,
    FieldType.CODE: _parse_code,
    FieldType.TAGS: _parse_tags,
    FieldType.COUNTS: _parse_counts,
}
