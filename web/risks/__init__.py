"""Risks: register, lifecycle, tickets, inspections, printed map and ledger."""

from web.risks.ledgers import ledgers_blueprint
from web.risks.views import blueprint

__all__ = ["blueprint", "ledgers_blueprint"]
