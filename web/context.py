"""What a request knows: the site it serves, the reader's language and theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, g, request

from gisapp.errors import GisAppError
from gisapp.messages import LANGUAGES
from gisapp.rights import Actor

if TYPE_CHECKING:
    from gisapp.bootstrap import App

KEY = "gisapp"
THEMES = ("light", "dark")


def site_app() -> App:
    """The site this server serves; within an exercise where the request is of one."""
    return cast("App", g.get("played") or current_app.extensions[KEY])


class SignInRequiredError(GisAppError, PermissionError):
    """Nobody is signed in."""


def actor() -> Actor:
    """Who asks.

    Raises
    ------
    SignInRequiredError
        ``accounts.sign_in``: the address is open, and nobody is signed in.
    """
    identity = g.get("identity")
    if identity is None:
        raise SignInRequiredError("accounts.sign_in")
    return cast("Actor", identity.actor)


def language() -> str:
    """The reader's language: asked for, chosen earlier, the browser's, the settings'."""
    if "lang" not in g:
        asked = (request.args.get("lang"), request.cookies.get("lang"))
        chosen = next((one for one in asked if one in LANGUAGES), None)
        g.lang = chosen or request.accept_languages.best_match(LANGUAGES, site_app().settings.lang)
    return str(g.lang)


def theme() -> str:
    """``light`` or ``dark`` as chosen earlier; ``auto`` follows the reader's system."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else "auto"
