"""What a map layer is: its features, symbols, legend and popup fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]
Shape = Literal["circle", "square", "diamond", "hexagon", "pentagon", "shield"]
Geometry = Literal["point", "line", "polygon"]
Format = Literal["text", "number", "date", "phone", "code", "codes", "counts", "flag", "minutes"]


class Label(NamedTuple):
    """A name in both languages."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """The name in `lang`; any language but Chinese reads English."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, kw_only=True)
class Symbol:
    """A point symbol: a shape that tells the family, a colour and a glyph that tell the member.

    Attributes
    ----------
    shape
        Outline, a key of :data:`layers.symbols.SHAPES`.
    glyph
        Pictogram, a key of :data:`layers.symbols.GLYPHS`.
    fill, ink
        Colour of the shape and of the glyph on it.
    mark
        A character in the corner that repeats what the colour says (a grade), or empty.
    scale
        Size relative to an ordinary symbol.
    """

    shape: Shape
    glyph: str
    fill: str
    ink: str = "#ffffff"
    mark: str = ""
    scale: float = 1.0


NO_LABEL = Label("", "")


@dataclass(frozen=True, kw_only=True)
class SymbolClass:
    """One row of a legend: the code in the data, its name and its symbol.

    One without a name is named by whoever knows the data before it is drawn.
    ``rank`` orders the symbols where there is not room for all: low is drawn first. Below
    ``from_zoom`` the symbol is a dot whatever the room, so that an overview stays calm.
    """

    code: str
    label: Label = NO_LABEL
    symbol: Symbol
    rank: int = 5
    from_zoom: float = 0


@dataclass(frozen=True, kw_only=True)
class Field:
    """One fact of a popup: the column it is read from and how it is written.

    What it is called is the caller's to say, who has the description of the record.
    """

    column: str
    format: Format = "text"
    unit: Label = NO_LABEL


@dataclass(frozen=True, kw_only=True)
class LayerSpec:
    """One layer of the map.

    Attributes
    ----------
    id
        Identifier in addresses, and the kind of the record in the store.
    label, group, order
        Name of the layer, the legend group it stands in, and its place there.
    geometry
        What its features are.
    classes
        Legend rows; the feature's class is read from ``class_column``.
    class_column
        Column that holds the class code; empty where the layer has one class.
    state_column
        Column that holds the readiness (``ready``, ``busy``, ``out_of_service``), or empty.
    min_zoom
        Zoom from which the layer is drawn.
    visible
        Whether it is shown when the map opens.
    fields
        Popup facts in the order a duty officer asks for them.
    extra
        Further columns its features carry to the map.
    """

    id: str = ""
    label: Label
    group: str
    order: int = 0
    geometry: Geometry = "point"
    classes: tuple[SymbolClass, ...] = ()
    class_column: str = ""
    state_column: str = ""
    min_zoom: int = 0
    visible: bool = True
    fields: tuple[Field, ...] = ()
    extra: tuple[str, ...] = ()

    def class_of(self, code: str) -> SymbolClass:
        """The legend row of `code`; the last row takes what the layer does not know."""
        return next((one for one in self.classes if one.code == code), self.classes[-1])
