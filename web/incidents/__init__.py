"""Dispatch, isochrones and closures over HTTP."""

from web.incidents.views import blueprint

__all__ = ["blueprint"]
