"""Builds a sample site: real places and borders, an invented road network and registers."""

from __future__ import annotations

from .site import build

__all__ = ["build"]
