"""What a request for features asks, read from its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from flask import request
from shapely import MultiPolygon

from gisapp.errors import InputError
from gisapp.exchange import crs
from gisapp.exchange.features import Choice
from gisapp.registers.fields import Kind
from gisapp.registers.listing import filterable
from gisapp.site import Site
from web import parameters
from web.parameters import MAX_SERIAL

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
"""A larger limit asked for is answered with this many, and a link to the next page."""

COMMON = ("f", "lang")
ITEMS = ("limit", "after", "bbox", "bbox-crs", "crs", "datetime", *COMMON)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request for a page of features."""

    choice: Choice
    limit: int
    after: int
    crs: str


def only(*names: str) -> None:
    """Refuse parameters that mean nothing here, as OGC 17-069r4 requires (7.10).

    Raises
    ------
    InputError
        ``web.unknown_fields``, or ``exchange.only_json``.
    """
    parameters.require_known(request.args, names)
    if request.args.get("f", "json") not in {"json", "application/geo+json", "geojson"}:
        raise InputError("exchange.only_json")


def features(kind: Kind, site: Site) -> Asked:
    """Read the request for a page of `kind`.

    Raises
    ------
    InputError
    """
    named = [item.name for item in filterable(kind)]
    only(*ITEMS, *named)
    args = request.args
    since, until = interval(args.get("datetime"))
    return Asked(
        choice=Choice(
            area=_area(site),
            since=since,
            until=until,
            equal={name: parameters.text(args, name) for name in named if args.get(name)},
        ),
        limit=min(
            parameters.integer(args, "limit", low=1, high=MAX_SERIAL, default=DEFAULT_LIMIT),
            MAX_LIMIT,
        ),
        after=parameters.integer(args, "after", low=0, high=MAX_SERIAL, default=0),
        crs=crs.chosen(args.get("crs"), site, parameter="crs"),
    )


def _area(site: Site) -> MultiPolygon | None:
    uri = crs.chosen(request.args.get("bbox-crs"), site, parameter="bbox-crs")
    given = request.args.get("bbox")
    return None if given is None else crs.extent(crs.numbers(given), uri)


def interval(given: str | None) -> tuple[datetime | None, datetime | None]:
    """Read a moment, a day or an interval such as ``2026-11-01T00:00:00Z/..``.

    Returns
    -------
    tuple
        First and last moment, both included; None where open.

    Raises
    ------
    InputError
        ``exchange.bad_datetime``.
    """
    if given is None:
        return None, None
    start, slash, end = given.partition("/")
    try:
        if not slash:
            return _moment(start), _moment(start, is_end=True)
        since = None if start in {"", ".."} else _moment(start)
        until = None if end in {"", ".."} else _moment(end, is_end=True)
    except (ValueError, OverflowError) as error:
        raise _bad_datetime(given) from error
    if (since is None and until is None) or (since and until and since > until):
        raise _bad_datetime(given)
    return since, until


def _moment(written: str, *, is_end: bool = False) -> datetime:
    if len(written) == len("2026-11-01"):
        day = datetime.combine(datetime.fromisoformat(written), time(), UTC)
        return day + timedelta(days=1) - timedelta(milliseconds=1) if is_end else day
    moment = datetime.fromisoformat(written)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _bad_datetime(given: str) -> InputError:
    shown = given if len(given) <= 60 else f"{given[:60]}…"
    return InputError("exchange.bad_datetime", value=shown)
