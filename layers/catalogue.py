"""The layers of a map, in the order of its legend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from layers import base
from layers.errors import UnknownLayerError
from layers.model import Geometry, Label, LayerSpec
from layers.symbols import GLYPHS, LINE_WIDTH, SHAPE_INSET, SHAPES

GROUPS: dict[str, Label] = {
    "resources": Label("应急资源", "Resources"),
    "hazards": Label("危险源与隐患", "Hazards"),
    "base": Label("底图", "Base map"),
}


class Catalogue:
    """Layers in the order of the legend.

    Parameters
    ----------
    specs
        In any order.
    """

    def __init__(self, specs: Iterable[LayerSpec]) -> None:
        groups = list(GROUPS)
        self.layers = tuple(sorted(specs, key=lambda one: (groups.index(one.group), one.order)))

    def layer(self, layer_id: str, *, geometry: Geometry | None = None) -> LayerSpec:
        """The layer named `layer_id`, if its features are of the given geometry.

        Raises
        ------
        UnknownLayerError
            No layer has this id.
        """
        able = [spec for spec in self.layers if geometry is None or spec.geometry == geometry]
        for spec in able:
            if spec.id == layer_id:
                return spec
        known = ", ".join(spec.id for spec in able)
        raise UnknownLayerError(
            "layers.unknown",
            f"There is no layer {layer_id!r}; the layers are {known}.",
            layer=layer_id,
            known=known,
        )

    def describe(self, lang: str) -> dict[str, Any]:
        """Everything a browser needs to draw the layers and their legend, ready for JSON.

        Parameters
        ----------
        lang
            Language of the labels.
        """
        return {
            "shapes": {
                name: {"path": path, "inset": SHAPE_INSET[name]} for name, path in SHAPES.items()
            },
            "glyphs": {name: glyph._asdict() for name, glyph in GLYPHS.items()},
            "glyphLine": LINE_WIDTH,
            "groups": [{"id": code, "label": label.in_(lang)} for code, label in GROUPS.items()],
            "layers": [_describe_layer(spec, lang) for spec in self.layers],
            "roads": [
                {"code": one.code, "label": one.label.in_(lang), "minZoom": one.min_zoom}
                for one in base.ROAD_CLASSES
            ],
            "placeZoom": base.PLACE_ZOOM,
        }


def _describe_layer(spec: LayerSpec, lang: str) -> dict[str, Any]:
    return {
        "id": spec.id,
        "label": spec.label.in_(lang),
        "group": spec.group,
        "geometry": spec.geometry,
        "minZoom": spec.min_zoom,
        "visible": spec.visible,
        "classes": [
            {
                "code": row.code,
                "label": row.label.in_(lang),
                "rank": row.rank,
                "fromZoom": row.from_zoom,
                "shape": row.symbol.shape,
                "glyph": row.symbol.glyph,
                "fill": row.symbol.fill,
                "ink": row.symbol.ink,
                "mark": row.symbol.mark,
                "scale": row.symbol.scale,
            }
            for row in spec.classes
        ],
    }
