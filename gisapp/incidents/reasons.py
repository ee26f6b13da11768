"""The one line of why that a change on the duty desk is kept with."""

from __future__ import annotations

import unicodedata

from gisapp.errors import InputError
from gisapp.schema import Label

MAX_REASON_LENGTH = 200
UNSEEN = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories that no line of text shows: line ends, terminal codes, turned text.

Private and unassigned code points stay: rare characters of place names are among them.
"""


def reason_if_any(text: str, *, of: str) -> str | None:
    """A reason that may be left away: None, or what :func:`plain_reason` makes of it."""
    return plain_reason(text, of=of) if text.strip() else None


def plain_reason(text: str, *, of: str, most: int = MAX_REASON_LENGTH) -> str:
    """Strip a reason, or refuse one that is empty, long or not one plain line.

    Parameters
    ----------
    of
        What it is the reason of, ``closure``, ``limit`` or ``incident``: the family of the
        sentence.
    most
        Letters that it may have.

    Raises
    ------
    InputError
        ``<of>.no_reason``, ``<of>.bad_reason``.
    """
    reason = text.strip()
    if not 0 < len(reason) <= most:
        raise InputError(f"{of}.no_reason", limit=most)
    if any(unicodedata.category(letter) in UNSEEN for letter in reason):
        raise InputError(f"{of}.bad_reason")
    return reason


def plain_line(text: str, label: Label, *, of: str, most: int) -> str:
    """Strip one plain line of text, or refuse one that is empty, long or not one plain line.

    Parameters
    ----------
    label
        What it is called, for the sentence.
    of
        The family of the sentence, as of :func:`plain_reason`.
    most
        Letters that it may have.

    Raises
    ------
    InputError
        ``<of>.bad_text``.
    """
    line = text.strip()
    if 0 < len(line) <= most and not any(unicodedata.category(one) in UNSEEN for one in line):
        return line
    raise InputError(f"{of}.bad_text", field_zh=label.zh, field_en=label.en, most=most)
