"""The log of everything that changed: who, when, what, why."""

from gisapp.events.log import Event, EventRecord, latest, record_event, record_events, since

__all__ = ["Event", "EventRecord", "latest", "record_event", "record_events", "since"]
