"""Which records an address asks for."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from gisapp.registers.fields import Kind
from gisapp.registers.listing import Question, bad_filter, filterable
from gisapp.registers.queries import described
from web import parameters
from web.context import site_app

RETIRED = ("no", "only", "all")
MAX_WORDS = 80


def kind_asked(name: str) -> Kind:
    """The register that an address names; raises as :func:`described` does."""
    return described(name)


def question(kind: Kind, values: MultiDict[str, str]) -> Question:
    """The list that an address asks for.

    Raises
    ------
    InputError
        A parameter is not usable.
    """
    names = {item.name for item in filterable(kind)} | {"freshness"}
    retired = values.get("retired", "no")
    if retired not in RETIRED:
        raise bad_filter("retired", retired, RETIRED)
    return Question(
        text=parameters.text(values, "q", default="", longest=MAX_WORDS),
        filters={name: _listed(values.getlist(name)) for name in names if name in values},
        sort=values.get("sort") or "id",
        bbox=parameters.bbox() if values.get("bbox") else None,
        retired=retired,
        today=site_app().today(),
    )


def _listed(values: Iterable[str]) -> list[str]:
    return list(values)[:100]
