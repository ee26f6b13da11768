"""The menu, as the reader of a page finds it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for

from gisapp.rights import Actor
from web.access import menu


@dataclass(frozen=True, kw_only=True)
class Link:
    """An entry as it is shown: its address, and whether the reader is there."""

    code: str
    url: str
    here: bool


def links(actor: Actor) -> list[Link]:
    """The menu of `actor` on the page of this request."""
    shown = [entry for entry in menu(current_app) if actor.may(entry.right)]
    # Of two entries of one room a page belongs to the one below which its address lies, else to
    # the first.
    room = (request.endpoint or "").partition(".")[0]
    of_room = [
        (not f"{request.path}/".startswith(f"{url_for(one.endpoint)}/"), one.endpoint)
        for one in shown
        if one.endpoint.partition(".")[0] == room
    ]
    _, here = min(of_room, key=lambda one: one[0], default=(True, None))
    return [
        Link(code=entry.code, url=url_for(entry.endpoint), here=entry.endpoint == here)
        for entry in shown
    ]
