"""Incidents: where help is needed, which roads are closed, who goes."""
