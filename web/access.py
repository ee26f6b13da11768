"""Who may use which address, said where the address is: by decorators below its route.

An address that says nothing is for administrators only, and a test fails until it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any, Final, NamedTuple, TypeVar

from flask import Flask, current_app

from gisapp.rights import Right


class Gate(Enum):
    """What an address asks for where it is no right."""

    OPEN = auto()
    """Nothing: whoever reaches the server."""
    SIGNED_IN = auto()
    """A person with a session, even one whose password must be changed first."""
    LINK = auto()
    """The secret that is part of the address: the view looks at it, nobody is signed in."""


Access = Right | Gate
View = TypeVar("View", bound=Callable[..., Any])

CENSUS: Final = -1
"""As large as the setting max_upload_mb lets a census be."""


class MenuEntry(NamedTuple):
    """A line of the menu: those with smaller positions stand before."""

    position: int
    code: str
    endpoint: str
    right: Right


def needs(access: Access | Mapping[str, Access]) -> Callable[[View], View]:
    """Say what an address asks for; by method where one serves several with different rights.

    A right that ends at a county is asked here in general; the use case asks for the record's
    county, and for the right itself.
    """
    return _marked("needs", access)


def in_menu(code: str, position: int) -> Callable[[View], View]:
    """Enter a page in the menu of whoever may open it; ``nav.<code>`` is its text."""
    return _marked("menu", (position, code))


def takes_file(most_bytes: int = CENSUS) -> Callable[[View], View]:
    """Let a file be sent to an address; all others take little."""
    return _marked("takes_file", most_bytes)


def _marked(name: str, value: object) -> Callable[[View], View]:
    def mark(view: View) -> View:
        vars(view)[f"gisapp_{name}"] = value
        return view

    return mark


def _mark(endpoint: str, name: str) -> Any:  # noqa: ANN401 - whatever the decorator was given
    view = current_app.view_functions.get(endpoint)
    return getattr(view, f"gisapp_{name}", None)


def access_to(endpoint: str | None, method: str) -> Access:
    """What a request for `endpoint` asks for; the most where the address does not say."""
    if endpoint is None:
        return Right.VIEW  # no such address: said to those only who may see what there is
    entry: Access | Mapping[str, Access] = _mark(endpoint, "needs") or Right.ADMINISTER
    if isinstance(entry, Mapping):
        named = "GET" if method in {"HEAD", "OPTIONS"} else method
        return entry.get(named, Right.ADMINISTER)
    return entry


def most_bytes(endpoint: str | None) -> int | None:
    """How large a file `endpoint` takes, :data:`CENSUS` or bytes; None where it takes none."""
    return None if endpoint is None else _mark(endpoint, "takes_file")


def menu(flask: Flask) -> list[MenuEntry]:
    """All pages of the menu, in its order."""
    found = []
    for endpoint, view in flask.view_functions.items():
        right = access_to(endpoint, "GET")
        if hasattr(view, "gisapp_menu") and isinstance(right, Right):
            position, code = view.gisapp_menu
            found.append(MenuEntry(position, code, endpoint, right))
    return sorted(found)
