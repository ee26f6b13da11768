"""The form of the table in which every register is described."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gisapp.registers.grades import Rule, Scale
from gisapp.registers.vocabulary import Vocabulary
from gisapp.schema import Label


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
    type, unit, required
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
    label, doc
    geometry
        GeoPackage geometry type of the table, None for a table without positions.
    fields
        In the order of files, popups and the data dictionary.
    verify_every_days
        Days after which a record is due to be verified again; None where it never is.
    """

    name: str
    label: Label
    doc: Label
    geometry: str | None
    fields: tuple[Field, ...]
    verify_every_days: int | None = None

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

    def private_names(self) -> frozenset[str]:
        """Return the names of the fields that tell how to reach a person."""
        return frozenset(item.name for item in self.fields if item.private)


def text(
    name: str,
    zh: str,
    en: str,
    doc_zh: str,
    doc_en: str,
    *,
    required: bool = False,
    pattern: str | None = None,
    length: int | None = None,
    aliases: tuple[str, ...] = (),
    source: str = "",
    references: str = "",
    private: bool = False,
    needs: str = "",
) -> Field:
    """Describe a free text."""
    return Field(
        name=name,
        label=Label(zh, en),
        doc=Label(doc_zh, doc_en),
        required=required,
        pattern=pattern,
        length=length,
        aliases=aliases,
        source=source,
        references=references,
        private=private,
        needs=needs,
    )


def number(  # noqa: PLR0917 - read as the row of a table
    name: str,
    zh: str,
    en: str,
    unit: str,
    doc_zh: str,
    doc_en: str,
    *,
    whole: bool = False,
    required: bool = False,
    minimum: float | None = 0,
    maximum: float | None = None,
    aliases: tuple[str, ...] = (),
    source: str = "",
) -> Field:
    """Describe a quantity, not negative unless said otherwise."""
    return Field(
        name=name,
        label=Label(zh, en),
        doc=Label(doc_zh, doc_en),
        unit=unit,
        required=required,
        type=FieldType.INTEGER if whole else FieldType.NUMBER,
        minimum=minimum,
        maximum=maximum,
        aliases=aliases,
        source=source,
    )


def code(  # noqa: PLR0917 - read as the row of a table
    name: str,
    zh: str,
    en: str,
    choices: Vocabulary,
    doc_zh: str,
    doc_en: str,
    *,
    required: bool = False,
    type_: FieldType = FieldType.CODE,
    aliases: tuple[str, ...] = (),
    source: str = "",
) -> Field:
    """Describe one or more codes of a vocabulary."""
    return Field(
        name=name,
        label=Label(zh, en),
        doc=Label(doc_zh, doc_en),
        type=type_,
        choices=choices,
        required=required,
        aliases=aliases,
        source=source,
    )


def plain(  # noqa: PLR0917 - read as the row of a table
    name: str,
    type_: FieldType,
    zh: str,
    en: str,
    doc_zh: str,
    doc_en: str,
    *,
    required: bool = False,
    minimum: float | None = None,
    maximum: float | None = None,
    unit: str = "",
    aliases: tuple[str, ...] = (),
) -> Field:
    """Describe a date, a yes or no, or half of a position."""
    return Field(
        name=name,
        label=Label(zh, en),
        doc=Label(doc_zh, doc_en),
        type=type_,
        required=required,
        minimum=minimum,
        maximum=maximum,
        unit=unit,
        aliases=aliases,
    )


def grade(  # noqa: PLR0917 - read as the row of a table
    name: str,
    zh: str,
    en: str,
    doc_zh: str,
    doc_en: str,
    scale: Scale,
    rule: Rule,
    *inputs: str,
) -> tuple[Field, Field, Field]:
    """Describe a grade computed by `rule` from the fields called `inputs`.

    Returns
    -------
    tuple of Field
        The grade, what overrides it, and the reason why.
    """
    choices = {str(index): item for index, item in enumerate(scale.labels, start=1)}
    computed = Field(
        rule=rule,
        inputs=inputs,
        name=name,
        label=Label(zh, en),
        doc=Label(doc_zh, doc_en),
        type=FieldType.GRADE,
        choices=choices,
        source=scale.source,
    )
    override = Field(
        name=override_of(name),
        label=Label(f"人工认定{zh}", f"{en} overridden"),
        doc=Label(
            f"人工认定的{zh}，空缺时按规则计算；须写明理由",
            "The grade to read instead of the computed one; only with a reason.",
        ),
        type=FieldType.INTEGER,
        choices=choices,
        minimum=1,
        maximum=len(choices),
    )
    reason = Field(
        name=reason_of(name),
        needs=override_of(name),
        label=Label(f"{zh}认定理由", f"Reason of {en.lower()}"),
        doc=Label(f"为何不按计算的{zh}", "Why the grade is not the computed one."),
    )
    return computed, override, reason


def override_of(name: str) -> str:
    """Name of the field that overrides the grade called `name`."""
    return f"{name}_override"


def reason_of(name: str) -> str:
    """Name of the field that says why the grade called `name` is overridden."""
    return f"{name}_override_reason"


def computed_of(name: str) -> str:
    """Name under which answers carry what the rule makes of the grade called `name`."""
    return f"{name}_computed"
