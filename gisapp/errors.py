"""The error family of the application."""

from __future__ import annotations

from gisapp.messages import translate


class GisAppError(Exception):
    """Something a user asked for that cannot be done, said in one sentence.

    Parameters
    ----------
    code
        Stable identifier, ``<subject>.<what>``. Its sentence - what is wrong, where, and the
        remedy - stands in the catalogues of :mod:`gisapp.messages` and nowhere else.
    **params
        The values named in the sentence.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(translate(code, "en", **params))
        self.code = code
        self.params = params


class SettingsError(GisAppError, ValueError):
    """A setting has a value that cannot be used."""


class SiteError(GisAppError, ValueError):
    """A site description is missing, unreadable or incomplete."""


class StoreError(GisAppError, OSError):
    """The database file is missing, locked, read-only or not ours."""


class ValueRefusedError(StoreError):
    """A value that the database cannot hold: the fault is the value's, not the database's."""


class InputError(GisAppError, ValueError):
    """A parameter of a question is not usable."""


class UnknownRecordError(GisAppError, LookupError):
    """A record was asked for that does not exist."""


class OutOfDateError(GisAppError):
    """What was to be changed was changed by somebody else since it was read.

    Every step that is based on a version ends so, whatever it is of: nothing is lost, the page
    answers 409, and its sentence says who changed what in the meantime and how to go on.
    """
