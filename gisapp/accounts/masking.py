"""Telephone numbers and names, hidden from those who need not see them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from gisapp.rights import Actor, Right
from gisapp.schema.values import Value, Values, text_of

PHONE_DIGITS = 5
"""A value with at least this many digits is a number to call, not a name."""

SHOWN_FIRST, SHOWN_LAST = 3, 4
STARS_IN_PHONE = "****"
STARS_IN_NAME = "**"


def masked(
    values: Mapping[str, Value],
    *,
    private: Collection[str],
    actor: Actor,
    county: str | None = None,
) -> Values:
    """Return `values` with the fields that `actor` may not see made unreadable.

    Parameters
    ----------
    values
        A record, by field.
    private
        Names of the fields that hold contacts, as ``Kind.private_names()`` lists them.
    actor
        Who is to read the answer.
    county
        The record's county; read from ``values["county"]`` where not given.

    Returns
    -------
    dict
        ``13812341234`` as ``138****1234``, ``张三丰`` as ``张**``; what is empty stays empty.
    """
    if actor.may(Right.SEE_CONTACTS, county=county or text_of(values.get("county"))):
        return dict(values)
    return {name: hidden(value) if name in private else value for name, value in values.items()}


def without_contacts(data: object, *, private: Collection[str]) -> object:
    """Return what an event tells with every contact in it made unreadable, however deep.

    Parameters
    ----------
    data
        Of an event: mappings, lists and plain values.
    private
        Names of fields that hold contacts in any register.
    """
    if isinstance(data, Mapping):
        return {
            name: _all_hidden(value)
            if name in private
            else without_contacts(value, private=private)
            for name, value in data.items()
        }
    if isinstance(data, list):
        return [without_contacts(one, private=private) for one in data]
    return data


def _all_hidden(data: object) -> object:
    """Hide every plain value: the sides of a conflict over a contact are contacts."""
    if isinstance(data, Mapping):
        return {name: _all_hidden(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_all_hidden(one) for one in data]
    return hidden(data)


def hidden(value: object) -> str | None:
    """One contact made unreadable; an empty one stays as it is."""
    if value is None or value == "":
        return None if value is None else ""
    text = str(value).strip()
    digits = re.sub(r"\D", "", text)
    if len(digits) < PHONE_DIGITS:
        return f"{text[:1]}{STARS_IN_NAME}"
    if len(digits) < SHOWN_FIRST + SHOWN_LAST + len(STARS_IN_PHONE):
        # Half of a short number would be as good as all of it.
        return f"{digits[:SHOWN_FIRST]}{STARS_IN_PHONE}"
    return f"{digits[:SHOWN_FIRST]}{STARS_IN_PHONE}{digits[-SHOWN_LAST:]}"
