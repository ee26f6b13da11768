"""The log of everything that changed: who, when, what, why."""

from gisapp.events.log import (
    Event,
    EventRecord,
    changed_values,
    latest,
    record_event,
    record_events,
    since,
)

__all__ = [
    "Event",
    "EventRecord",
    "changed_values",
    "latest",
    "record_event",
    "record_events",
    "since",
]
