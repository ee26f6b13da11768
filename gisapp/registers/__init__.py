"""The registers: what rescue resources and hazards there are, and where."""

from gisapp.registers.attachments import Attachment
from gisapp.registers.fields import Field, FieldType, Kind
from gisapp.registers.kinds import BASE_KINDS, KINDS, RESOURCE_KINDS
from gisapp.registers.queries import TeamRow, count, features, lots, record, teams
from gisapp.registers.search import Found, search

__all__ = [
    "BASE_KINDS",
    "KINDS",
    "RESOURCE_KINDS",
    "Attachment",
    "Field",
    "FieldType",
    "Found",
    "Kind",
    "TeamRow",
    "count",
    "features",
    "lots",
    "record",
    "search",
    "teams",
]
