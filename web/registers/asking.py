"""Which records an address asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from gisapp.errors import InputError
from gisapp.registers.fields import Kind
from gisapp.registers.listing import Question, filterable
from gisapp.registers.queries import described
from web import parameters
from web.context import site_app

RETIRED = ("no", "only", "all")
MAX_WORDS = 80


def kind_asked(name: str) -> Kind:
    """The register that an address names; raises as :func:`described` does."""
    return described(name)


def today() -> date:
    """The day by the site's clock."""
    return datetime.now(UTC).astimezone(ZoneInfo(site_app().site.time_zone)).date()


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
        raise InputError("registers.bad_filter", field="retired", value=retired[:40])
    return Question(
        text=parameters.text(values, "q", default="", longest=MAX_WORDS),
        filters={name: _listed(values.getlist(name)) for name in names if name in values},
        sort=values.get("sort") or "id",
        bbox=parameters.bbox() if values.get("bbox") else None,
        retired=retired,
        today=today(),
    )


def _listed(values: Iterable[str]) -> list[str]:
    return list(values)[:100]
