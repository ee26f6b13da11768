"""A dispatch proposal as one HTML file that opens without a server or a network."""

from __future__ import annotations

import contextlib
import importlib.util
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gisapp.bootstrap import App
from gisapp.errors import InputError
from gisapp.roads import base_map
from layers.standalone import standalone_map

MARGIN = 0.15
"""Share of the extent that is drawn around the routes."""
LEAST_DEGREES = 0.05
PIXELS_ACROSS = 1000


def vendor_folder() -> Path:
    """Where the build put the browser libraries."""
    spec = importlib.util.find_spec("web")
    origin = "" if spec is None or spec.origin is None else spec.origin
    return Path(origin).parent / "static" / "vendor"


def write_map(app: App, proposal: dict[str, Any], path: Path, *, lang: str) -> None:
    """Write `proposal` with the map around it to one file.

    Parameters
    ----------
    proposal
        What ``Proposal.to_dict(lang)`` gives.
    path
        Replaced whole or left as it was.

    Raises
    ------
    layers.LayerError
        The browser libraries are missing.
    InputError
        The file cannot be written (``file.cannot_write``).
    """
    bbox = _extent(proposal)
    zoom = int(math.log2(360 / 256 * PIXELS_ACROSS / max(bbox[2] - bbox[0], LEAST_DEGREES)))
    with app.store.session() as session:
        base = base_map(session, app.router.network, bbox, zoom, lang)
    page = standalone_map(proposal, base, lang, vendor_folder())
    write_whole(path, page)


def write_whole(path: Path, text: str) -> None:
    """Write a file that appears complete or not at all.

    Raises
    ------
    InputError
        ``file.cannot_write``.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise InputError("file.cannot_write", path=str(path), detail=error.strerror) from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _extent(proposal: dict[str, Any]) -> tuple[float, float, float, float]:
    """The box around the incident and the routes, with a margin."""
    points = list(_points(proposal))
    xs, ys = [x for x, _ in points], [y for _, y in points]
    pad = max(MARGIN * max(max(xs) - min(xs), max(ys) - min(ys)), LEAST_DEGREES / 2)
    return min(xs) - pad, min(ys) - pad, max(xs) + pad, max(ys) + pad


def _points(proposal: dict[str, Any]) -> Iterator[tuple[float, float]]:
    yield proposal["incident"]["x"], proposal["incident"]["y"]
    for item in proposal["proposals"]:
        yield item["x"], item["y"]
        yield from item["geometry"]["coordinates"]
