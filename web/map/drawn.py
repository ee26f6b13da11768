"""Features of a layer, written once and kept in step with the event log.

A map asks for boxes all day and the registers hardly change: what a box shows is chosen from
arrays in memory, and only what an event names is read and written anew. Every server process
keeps its own copy and follows the same log.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from gisapp.events.in_step import InStep
from gisapp.messages import LANGUAGES
from gisapp.registers import queries
from gisapp.store import Session, Store
from layers import LayerSpec
from layers.geojson import POINT_DECIMALS, collected, each_in_languages

BBox = tuple[float, float, float, float]
AREA_DECIMALS = 5


@dataclass(frozen=True, kw_only=True)
class _Features:
    """All features of a layer; the arrays run along `ids`."""

    ids: list[str]
    boxes: npt.NDArray[np.float64]
    """(N, 4) west, south, east, north."""
    ranks: npt.NDArray[np.float64]
    written: dict[str, list[str]]
    """By language."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the features of a layer come from.

    Attributes
    ----------
    kinds
        Tables that it is read from, which are the kinds of the events that change it.
    read
        All features, or those with the ids given, as :func:`layers.geojson.each_as_geojson` takes
        them.
    touched
        From the kinds and subjects of events, the ids of the features they change.
    """

    kinds: tuple[str, ...]
    read: Callable[[Session, Collection[str] | None], gpd.GeoDataFrame]
    touched: Callable[[Session, Collection[tuple[str, str]]], Collection[str]]


def register(kind: str) -> Source:
    """The records of one register, as they are."""
    return Source(
        kinds=(kind,),
        read=lambda session, ids: queries.features(session, kind, ids=ids),
        touched=lambda _session, changed: {subject for _kind, subject in changed},
    )


SOURCES: dict[str, Source] = {}
"""Of layers that show more than their register holds, by layer; each said by whose it is."""


class Drawn:
    """What one layer shows.

    Parameters
    ----------
    spec
        The layer.
    """

    def __init__(self, spec: LayerSpec) -> None:
        self._spec = spec
        self._decimals = POINT_DECIMALS if spec.geometry == "point" else AREA_DECIMALS
        self._source = SOURCES.get(spec.id) or register(spec.id)
        self._features = InStep(
            self._source.kinds,
            read=lambda session: self._write(self._source.read(session, None)),
            renew=self._renew,
        )

    def in_box(self, session: Session, bbox: BBox, lang: str, *, limit: int) -> bytes:
        """Write what meets `bbox`, the gravest classes first where `limit` cuts, as GeoJSON."""
        features = self._features.value(session)
        west, south, east, north = features.boxes.T
        meets = (west <= bbox[2]) & (east >= bbox[0]) & (south <= bbox[3]) & (north >= bbox[1])
        found = np.flatnonzero(meets)
        cut = len(found) > limit
        if cut:
            found = np.sort(found[np.argsort(features.ranks[found], kind="stable")[:limit]])
        written = features.written[lang]
        return collected([written[index] for index in found.tolist()], truncated=cut)

    def read(self, session: Session) -> None:
        """Read it now, so that the first question finds it read."""
        self._features.value(session)

    def _renew(
        self, session: Session, kept: _Features, changed: list[tuple[str, str]]
    ) -> _Features:
        ids = set(self._source.touched(session, changed))
        return _replaced(kept, ids, self._write(self._source.read(session, ids)))

    def _write(self, frame: gpd.GeoDataFrame) -> _Features:
        spec = self._spec
        written = each_in_languages(
            frame, spec, LANGUAGES, extra=spec.extra, decimals=self._decimals
        )
        boxes = frame.geometry.bounds.to_numpy(dtype=np.float64).reshape(-1, 4)
        ranks = np.zeros(len(frame))
        if spec.class_column:
            by_code = {row.code: row.rank for row in spec.classes}
            codes = frame[spec.class_column].astype(str)
            ranks = codes.map(by_code).fillna(len(by_code)).to_numpy(dtype=np.float64)
        return _Features(
            ids=[str(one) for one in frame["id"]],
            boxes=boxes,
            ranks=ranks,
            written={lang: [one or "" for one in each] for lang, each in written.items()},
        )


def _replaced(kept: _Features, touched: Collection[str], fresh: _Features) -> _Features:
    """Take out what was touched and put in what of it is still drawn."""
    gone = set(touched)
    stays = np.array([one not in gone for one in kept.ids], dtype=bool)
    return _Features(
        ids=[one for one in kept.ids if one not in gone] + fresh.ids,
        boxes=np.concatenate([kept.boxes[stays], fresh.boxes]),
        ranks=np.concatenate([kept.ranks[stays], fresh.ranks]),
        written={
            lang: [one for one, stay in zip(each, stays.tolist(), strict=True) if stay]
            + fresh.written[lang]
            for lang, each in kept.written.items()
        },
    )


_all: WeakKeyDictionary[Store, dict[str, Drawn]] = WeakKeyDictionary()
_making = threading.Lock()


def drawn(store: Store, spec: LayerSpec) -> Drawn:
    """What a layer of this store shows, the same object every time."""
    with _making:
        return _all.setdefault(store, {}).setdefault(spec.id, Drawn(spec))
