"""The command line: ``gisapp``."""

# Commands register themselves on `main`; they import the heavy libraries only when they run.
from gisapp.cli import (
    accounts,
    answers,
    doctor,
    exchange,
    importing,
    incident_cards,
    incident_changes,
    incident_orders,
    incident_persons,
    incident_response,
    incident_surroundings,
    incidents,
    jobs,
    limits,
    quality,
    risks,
    serve,
    site,
    store,
)
from gisapp.cli.console import main

__all__ = [
    "accounts",
    "answers",
    "doctor",
    "exchange",
    "importing",
    "incident_cards",
    "incident_changes",
    "incident_orders",
    "incident_persons",
    "incident_response",
    "incident_surroundings",
    "incidents",
    "jobs",
    "limits",
    "main",
    "quality",
    "risks",
    "serve",
    "site",
    "store",
]
