"""What cannot be done to a risk, in the words of its reader."""

from __future__ import annotations

import unicodedata
from datetime import date

from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.schema import Label

MAX_LINE = 200
MAX_TEXT = 2000
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_LINE_ENDS = "\n\t"


class NotAllowedError(InputError):
    """A step that the lifecycle does not allow from where the record stands."""


def out_of_date(subject: str) -> OutOfDateError:
    """Say that a newer version of `subject` exists."""
    return OutOfDateError("risks.out_of_date", subject=subject)


def unknown_hazard(kind: str, hazard_id: str) -> UnknownRecordError:
    """Say that there is no such hazard."""
    return UnknownRecordError("risks.unknown_hazard", kind=kind, hazard_id=hazard_id)


def required_text(value: str | None, label: Label, *, longest: int = MAX_TEXT) -> str:
    """Trim a text that must be there.

    Raises
    ------
    InputError
        ``risks.bad_text``: it is empty, too long, or holds unseen characters.
    """
    text = optional_text(value, label, longest=longest)
    if text is None:
        raise _bad_text(label, longest)
    return text


def optional_text(value: str | None, label: Label, *, longest: int = MAX_TEXT) -> str | None:
    """Trim a text that may be left away; raises as :func:`required_text` does."""
    text = (value or "").replace("\r\n", "\n").strip()
    unseen = any(
        unicodedata.category(letter) in _UNSEEN and letter not in _LINE_ENDS for letter in text
    )
    if unseen or len(text) > longest:
        raise _bad_text(label, longest)
    return text or None


def _bad_text(label: Label, longest: int) -> InputError:
    return InputError("risks.bad_text", field_zh=label.zh, field_en=label.en, longest=longest)


def bad_choice(label: Label, value: object) -> InputError:
    """Say that a value is none of those to choose from."""
    return InputError(
        "risks.bad_choice", field_zh=label.zh, field_en=label.en, value=str(value)[:40]
    )


def require_past(day: date, today: date, label: Label) -> None:
    """Refuse a day that has not come yet.

    Raises
    ------
    InputError
        ``risks.future``.
    """
    if day > today:
        raise InputError("risks.future", field_zh=label.zh, field_en=label.en, day=day.isoformat())
