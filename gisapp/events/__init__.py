"""The log of everything that changed: who, when, what, why."""

from gisapp.events.counts import EVERYBODY, EventCount, count_event
from gisapp.events.log import (
    Event,
    EventRecord,
    changed_values,
    kinds_since,
    latest,
    record_event,
    record_events,
    since,
    touched,
)

__all__ = [
    "EVERYBODY",
    "Event",
    "EventCount",
    "EventRecord",
    "changed_values",
    "count_event",
    "kinds_since",
    "latest",
    "record_event",
    "record_events",
    "since",
    "touched",
]
