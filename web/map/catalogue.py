"""The layers of the map: those of the registers, of the risks and of the roads."""

from __future__ import annotations

from gisapp.registers import KINDS
from layers import ROADS, Catalogue
from layers.risks import RISKS

CATALOGUE = Catalogue(
    (*(kind.layer for kind in KINDS.values() if kind.layer is not None), RISKS, ROADS)
)

SYMBOL_LAYERS = tuple(spec for spec in CATALOGUE.layers if spec.id in KINDS and spec.classes)
"""Layers that each draw the records of one register by symbols."""
