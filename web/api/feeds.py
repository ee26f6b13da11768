"""Feeds: a register as a file, fetched again and again by another system."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import IO

from flask import Response, request, stream_with_context

from gisapp.accounts.exports import Export, Way, shows_contacts
from gisapp.exchange import feeds
from gisapp.exchange.features import (
    Choice,
    Feature,
    collection,
    count,
    last_change,
    walk,
)
from gisapp.registers.fields import Kind
from gisapp.registers.listing import filterable
from gisapp.rights import Right
from web import parameters
from web.context import actor, site_app
from web.downloads import record
from web.ogc.asking import interval


def feed(name: str, form: str) -> Response:
    """A register as CSV, XLSX or GeoJSON, whole or what changed since a moment."""
    kind = collection(name)
    named = [item.name for item in filterable(kind)]
    parameters.require_known(request.args, ["updated_since", "lang", *named])
    since = parameters.text(request.args, "updated_since", default="")
    choice = Choice(
        since=interval(f"{since}/..")[0] if since else None,
        equal={one: parameters.text(request.args, one) for one in named if request.args.get(one)},
    )
    with site_app().store.session() as session:
        mark, changed = last_change(session, kind)
        # Asks for records, so that a wrong filter is said before the answer begins.
        number = count(session, kind, choice)
    response = Response(content_type=feeds.FORMATS[form])
    response.set_etag(_etag(kind, form, mark), weak=True)
    # A shared machine keeps nothing; who keeps a copy of its own still asks with its mark.
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = f'attachment; filename="{kind.name}.{form}"'
    response.make_conditional(request)
    # For people to read: two changes in one second have one moment, so nothing is decided by it.
    response.last_modified = changed
    # It counted the empty answer; the length of what is written as it is read nobody knows.
    response.headers.pop("Content-Length", None)
    if response.status_code == 304 or request.method == "HEAD":
        return response
    record(
        Export(
            way=Way.FEED,
            subject=kind.name,
            format=form,
            records=number,
            contacts=shows_contacts(kind.private_names(), actor()),
            filters={**choice.equal, "updated_since": since},
        )
    )
    if form == "xlsx":
        with site_app().store.session() as session:
            stream = feeds.as_xlsx(kind, walk(session, kind, choice, actor=actor()))
        response.response = _pieces(stream)
        return response
    write = feeds.as_csv if form == "csv" else feeds.as_geojson
    response.response = stream_with_context(write(kind, _features(kind, choice)))
    return response


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(feeds.CHUNK_BYTES):
            yield piece


def _features(kind: Kind, choice: Choice) -> Iterator[Feature]:
    """The features, read while they are sent."""
    with site_app().store.session() as session:
        yield from walk(session, kind, choice, actor=actor())


def _etag(kind: Kind, form: str, changed: str) -> str:
    """A mark that differs where the answer may: by content, question and who asks."""
    who = actor()
    rights = f"{who.county} {who.may(Right.SEE_CONTACTS)}"
    query = request.query_string.decode("utf-8", "replace")
    parts = "\n".join((kind.name, form, changed, query, rights))
    return hashlib.sha256(parts.encode()).hexdigest()[:24]
