"""Copies that counties work on: hand out, merge back, decide."""

from web.exchange.views import blueprint

__all__ = ["blueprint"]
