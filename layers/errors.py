"""The error family of the layers."""

from __future__ import annotations


class LayerError(Exception):
    """A layer that cannot be drawn.

    Parameters
    ----------
    code
        Stable identifier, ``layers.<what>``.
    message
        One English sentence.
    **params
        The values named in the sentence, for a translation to repeat.
    """

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(message)
        self.code = code
        self.params = params


class UnknownLayerError(LayerError, LookupError):
    """No layer has this id."""


class MissingColumnError(LayerError, ValueError):
    """Features lack a column that the layer is drawn from."""
