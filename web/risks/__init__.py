"""Risks: register, lifecycle, tickets, inspections, printed map and ledger."""

from web.risks import ledgers  # noqa: F401 - adds its pages
from web.risks.views import blueprint

__all__ = ["blueprint"]
