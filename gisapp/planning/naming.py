"""What scenarios and layers are called."""

from __future__ import annotations

import unicodedata
from typing import Final

from gisapp.errors import InputError
from gisapp.incidents.reasons import UNSEEN

MOST_NAME: Final = 80


def plain_name(name: str) -> str:
    """A name as it is kept.

    Raises
    ------
    InputError
        ``scenario.bad_name``.
    """
    text = name.strip()
    if not 0 < len(text) <= MOST_NAME or any(unicodedata.category(one) in UNSEEN for one in text):
        raise InputError("scenario.bad_name", most=MOST_NAME)
    return text
