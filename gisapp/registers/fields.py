"""How a register and its fields are described."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, replace
from enum import StrEnum
from typing import TypedDict, Unpack

from gisapp.registers.grades import Rule
from gisapp.registers.vocabulary import Vocabulary
from gisapp.schema import Label
from layers.model import LayerSpec


class FieldType(StrEnum):
    """How a value is written in a file and kept in the database."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    CODE = "code"
    """One code of a vocabulary."""
    TAGS = "tags"
    """Several codes of a vocabulary, joined by ``;``."""
    COUNTS = "counts"
    """Codes with a count each, ``heavy:4;light:2``."""
    COORDINATE = "coordinate"
    """Half of a position: kept in the geometry column."""
    GRADE = "grade"
    """Computed by rule whenever it is read, unless overridden: never imported, never stored."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a register.

    Parameters
    ----------
    name
        Column name, and header in an English file.
    label
        Header in a Chinese file, caption in a popup.
    doc
        What the value means.
    choices
        The vocabulary of a code, of tags or of counts; the names of a grade, and of what
        overrides it, by ``"1"``, ``"2"``, …
    minimum, maximum
        Bounds, inclusive.
    pattern
        Regular expression that the whole text must match; `pattern_hint` says it in words.
    length
        Number of characters of a text of fixed length.
    aliases
        Further headers that mean this field.
    source
        The rule or standard behind the field.
    rule, inputs
        What computes a grade, and the fields it is given, in order.
    references
        The register whose ids the field holds.
    private
        Whether it tells how to reach a person: hidden from those who need not call them.
    needs
        The field that is filled exactly where this one is.
    instead_of
        The field that is filled exactly where this one is not.
    state
        Whether it is state, see :mod:`gisapp.registers.states`.
    shown_as
        Caption where a reader sees what the value stands for, as a county's name for its code.
    """

    name: str
    label: Label
    doc: Label
    type: FieldType = FieldType.TEXT
    unit: str = ""
    required: bool = False
    choices: Vocabulary | None = None
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    length: int | None = None
    aliases: tuple[str, ...] = ()
    source: str = ""
    rule: Rule | None = None
    inputs: tuple[str, ...] = ()
    references: str = ""
    private: bool = False
    needs: str = ""
    instead_of: str = ""
    state: bool = False
    shown_as: Label | None = None

    @property
    def caption(self) -> Label:
        """What popups and lists call it."""
        return self.shown_as or self.label

    @property
    def is_key(self) -> bool:
        """Whether it holds the id of this record or of another."""
        return self.name == "id" or self.name.endswith("_id")

    @property
    def is_phone(self) -> bool:
        """Whether it holds a telephone number."""
        return self.name.endswith("phone")

    @property
    def is_stored(self) -> bool:
        """Whether the field is a column of the register's own table."""
        return self.type not in {
            FieldType.TAGS,
            FieldType.COUNTS,
            FieldType.COORDINATE,
            FieldType.GRADE,
        }

    @property
    def is_given(self) -> bool:
        """Whether files carry the field."""
        return self.type is not FieldType.GRADE


@dataclass(frozen=True)
class Kind:
    """One register.

    Parameters
    ----------
    name
        Table name and identifier everywhere, singular.
    geometry
        GeoPackage geometry type of the table, None for a table without positions.
    fields
        In the order of files, popups and the data dictionary.
    order
        Its place among all registers: after those that its records refer to.
    verify_every_days
        Days after which a record is due to be verified again; None where it never is.
    layer
        How the map draws its records; None where it does not.
    """

    name: str
    label: Label
    doc: Label
    geometry: str | None
    fields: tuple[Field, ...]
    _: KW_ONLY
    order: int = 0
    verify_every_days: int | None = None
    layer: LayerSpec | None = None

    def field(self, name: str) -> Field:
        """Return the field called `name`.

        Raises
        ------
        KeyError
            There is none.
        """
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)

    def stored(self) -> tuple[Field, ...]:
        """Return the fields that are columns of the register's own table."""
        return tuple(item for item in self.fields if item.is_stored)

    def given(self) -> tuple[Field, ...]:
        """Return the fields that files carry."""
        return tuple(item for item in self.fields if item.is_given)

    def grades(self) -> tuple[Field, ...]:
        """Return the fields that are computed."""
        return tuple(item for item in self.fields if item.type is FieldType.GRADE)

    def states(self) -> tuple[Field, ...]:
        """Return the fields that are state."""
        return tuple(item for item in self.fields if item.state)

    def private_names(self) -> frozenset[str]:
        """Return the names of the fields that tell how to reach a person."""
        return frozenset(item.name for item in self.fields if item.private)


class Further(TypedDict, total=False):
    """What else a :class:`Field` may say."""

    required: bool
    minimum: float | None
    maximum: float | None
    pattern: str
    length: int
    aliases: tuple[str, ...]
    source: str
    references: str
    private: bool
    needs: str
    instead_of: str
    state: bool
    shown_as: Label


def plain(  # noqa: PLR0917 - read as the row of a table
    name: str, type_: FieldType, zh: str, en: str, doc_zh: str, doc_en: str,
    **further: Unpack[Further],
) -> Field:  # fmt: skip
    """Describe a field of any type that has neither choices nor a unit."""
    return Field(name=name, type=type_, label=Label(zh, en), doc=Label(doc_zh, doc_en), **further)


def text(
    name: str, zh: str, en: str, doc_zh: str, doc_en: str, **further: Unpack[Further]
) -> Field:
    """Describe a free text."""
    return plain(name, FieldType.TEXT, zh, en, doc_zh, doc_en, **further)


def number(  # noqa: PLR0917 - read as the row of a table
    name: str, zh: str, en: str, unit: str, doc_zh: str, doc_en: str, **further: Unpack[Further]
) -> Field:
    """Describe a quantity, not negative unless said otherwise."""
    further.setdefault("minimum", 0)
    found = plain(name, FieldType.NUMBER, zh, en, doc_zh, doc_en, **further)
    return replace(found, unit=unit)


def code(  # noqa: PLR0917 - read as the row of a table
    name: str, zh: str, en: str, choices: Vocabulary, doc_zh: str, doc_en: str, *,
    type_: FieldType = FieldType.CODE, **further: Unpack[Further],
) -> Field:  # fmt: skip
    """Describe one or more codes of a vocabulary."""
    return replace(plain(name, type_, zh, en, doc_zh, doc_en, **further), choices=choices)


def override_of(name: str) -> str:
    """Name of the field that overrides the grade called `name`."""
    return f"{name}_override"


def reason_of(name: str) -> str:
    """Name of the field that says why the grade called `name` is overridden."""
    return f"{name}_override_reason"


def computed_of(name: str) -> str:
    """Name under which answers carry what the rule makes of the grade called `name`."""
    return f"{name}_computed"
