"""What the application's pages are, and who finds which of them in the menu."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for

from gisapp.rights import Actor, Right


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the menu.

    Attributes
    ----------
    code
        Identifier; ``nav.<code>`` of the catalogue is its text.
    endpoint
        The page's endpoint. An entry whose page is not served is left out.
    right
        What a person needs to find it.
    """

    code: str
    endpoint: str
    right: Right = Right.VIEW

    @property
    def room(self) -> str:
        """The blueprint that the page belongs to."""
        return self.endpoint.partition(".")[0]


ENTRIES = (
    Entry(code="map", endpoint="map.index"),
    Entry(code="registers", endpoint="registers.index"),
    Entry(code="quality", endpoint="quality.index"),
    Entry(code="risks", endpoint="risks.index"),
    Entry(code="imports", endpoint="importing.index", right=Right.IMPORT),
    Entry(code="exchange", endpoint="exchange.index", right=Right.EXPORT),
    Entry(code="accounts", endpoint="accounts.index", right=Right.MANAGE_ACCOUNTS),
    Entry(code="audit", endpoint="accounts.audit", right=Right.SEE_AUDIT),
)
"""All entries, in the order of the menu."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """An entry as it is shown: its address, and whether the reader is there."""

    code: str
    url: str
    here: bool


def links(actor: Actor) -> list[Link]:
    """The menu of `actor` on the page of this request."""
    shown = [
        entry
        for entry in ENTRIES
        if entry.endpoint in current_app.view_functions and actor.may(entry.right)
    ]
    # Two entries of one room: the page itself is "here", a page of neither belongs to the first.
    room = (request.endpoint or "").partition(".")[0]
    of_room = [entry.endpoint for entry in shown if entry.room == room]
    here = request.endpoint if request.endpoint in of_room else next(iter(of_room), None)
    return [
        Link(
            code=entry.code,
            url=url_for(entry.endpoint),
            here=entry.endpoint == here,
        )
        for entry in shown
    ]
