"""Conditions of the roads, kept as data of the site: how much slower in snow, fog, at night."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from gisapp.errors import InputError
from gisapp.planning.standards import Entry, entries
from gisapp.site import Site
from routing import Router

NAME: Final = "conditions"
MOST_FACTOR: Final = 2.0
MOST_CLASSES: Final = 100
Factor = Annotated[float, Field(gt=0, le=MOST_FACTOR, allow_inf_nan=False)]


class Conditions(Entry):
    """Conditions under which vehicles drive.

    Attributes
    ----------
    every
        By which speeds are multiplied.
    classes
        Other factors, by ``highway`` class.
    """

    every: Factor = 1.0
    classes: dict[str, Factor] = Field(default_factory=dict, max_length=MOST_CLASSES)

    def on(self, router: Router) -> Router:
        """The roads under these conditions."""
        return router.under(self.classes, every=self.every)


def conditions_of(site: Site) -> dict[str, Conditions]:
    """Read the conditions of a site, ``[[response.conditions]]`` in its file, by code.

    Raises
    ------
    SiteError
        ``site.bad_entry``: every fault named.
    """
    return entries(site, NAME, Conditions)


def conditions_named(site: Site, code: str) -> Conditions:
    """Return conditions of a site by their code.

    Raises
    ------
    InputError
        ``planning.unknown_conditions``.
    SiteError
        ``site.bad_entry``.
    """
    known = conditions_of(site)
    if code not in known:
        raise InputError(
            "planning.unknown_conditions", conditions=code, known=", ".join(known) or "—"
        )
    return known[code]
