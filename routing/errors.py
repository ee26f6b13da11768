"""The error family of the routing library."""

from __future__ import annotations


class RoutingError(Exception):
    """A question or a file the road network cannot answer.

    Parameters
    ----------
    code
        Stable identifier, ``routing.<what>``; an application may translate by it.
    message
        One English sentence naming what is wrong and the remedy.
    **params
        The values named in the sentence, for a translation to repeat.
    """

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(message)
        self.code = code
        self.params = params


class RoadFileError(RoutingError, ValueError):
    """A road file is unreadable, truncated, empty or holds no roads."""


class NotOnNetworkError(RoutingError, ValueError):
    """A point lies too far from any usable road."""


class QueryError(RoutingError, ValueError):
    """A parameter of a question (k, minutes, profile, position) is not usable."""


class NoRouteError(RoutingError, ValueError):
    """No permitted way leads from one place to the other."""
