"""What every table is made of: the declarative base, column types, documented columns.

The lowest room of the database: models of all capabilities stand on it, it knows none of them.
"""

from gisapp.schema.base import (
    REGISTER_MARKS,
    Base,
    OfIncident,
    documented,
    is_register,
    one_of,
    within,
)
from gisapp.schema.geometry import Geometry, as_stored, geometries
from gisapp.schema.types import JsonText, UtcDateTime
from layers.model import Label

__all__ = [
    "REGISTER_MARKS",
    "Base",
    "Geometry",
    "JsonText",
    "Label",
    "OfIncident",
    "UtcDateTime",
    "as_stored",
    "documented",
    "geometries",
    "is_register",
    "one_of",
    "within",
]
