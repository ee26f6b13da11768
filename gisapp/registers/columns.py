"""Attributes of a register: each a column, or more, with the description of its field.

A field's name is its attribute's. Its type, and whether it has to be filled, are those of the
annotation: ``Mapped[int | None]`` is a whole number that may be unknown.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any, NamedTuple, Unpack

from sqlalchemy import ForeignKey, false
from sqlalchemy.orm import MappedColumn, mapped_column

from gisapp.registers import fields
from gisapp.registers.fields import Field, FieldType, Further
from gisapp.registers.grades import Rule, Scale
from gisapp.registers.vocabulary import Vocabulary
from gisapp.schema import Label

OF_GRADES = 75
"""Place of grades: after a register's own fields and after who answers for a hazard."""

_number = count()
_DEFAULTS = ("default", "server_default")


class Described(NamedTuple):
    """The description of an attribute, in the ``info`` of its column where it is one.

    Attributes
    ----------
    field
        Without what the attribute itself says.
    at
        Its place among the register's fields.
    """

    field: Field
    at: tuple[int, int]


def described(field: Field, sort: int = 0) -> Described:
    """Give a description its place; of two with the same `sort` the first written comes first."""
    return Described(field, (sort, next(_number)))


def _column(field: Field, *refers: ForeignKey, sort: int = 0, **more: Any) -> MappedColumn[Any]:  # noqa: ANN401
    return mapped_column(*refers, sort_order=sort, info={"field": described(field, sort)}, **more)


def text(
    zh: str, en: str, doc_zh: str, doc_en: str, *, sort: int = 0, index: bool = False,
    unique: bool = False, **further: Unpack[Further],
) -> MappedColumn[str]:  # fmt: skip
    """Make a column of free texts, or of ids of the register that it references."""
    field = fields.text("", zh, en, doc_zh, doc_en, **further)
    owner = field.references
    refers = [ForeignKey(f"{owner}.id", onupdate="CASCADE")] if owner else []
    indexed = index or bool(owner) or None
    return _column(field, *refers, sort=sort, index=indexed, unique=unique or None)


def number(
    zh: str, en: str, unit: str, doc_zh: str, doc_en: str, **further: Unpack[Further]
) -> MappedColumn[Any]:
    """Make a column of quantities, not negative unless said otherwise."""
    return _column(fields.number("", zh, en, unit, doc_zh, doc_en, **further))


def code(
    zh: str, en: str, choices: Vocabulary, doc_zh: str, doc_en: str, *, default: str | None = None,
    index: bool = False, **further: Unpack[Further],
) -> MappedColumn[str]:  # fmt: skip
    """Make a column of codes of a vocabulary."""
    field = fields.code("", zh, en, choices, doc_zh, doc_en, **further)
    given: dict[str, Any] = {} if default is None else dict.fromkeys(_DEFAULTS, default)
    return _column(field, index=index or None, **given)


def yes_no(
    zh: str, en: str, doc_zh: str, doc_en: str, *, sort: int = 0, **further: Unpack[Further]
) -> MappedColumn[bool]:
    """Make a column of yes and no, no where left empty."""
    field = fields.plain("", FieldType.BOOLEAN, zh, en, doc_zh, doc_en, **further)
    return _column(field, sort=sort, default=False, server_default=false())


def day(
    zh: str, en: str, doc_zh: str, doc_en: str, *, sort: int = 0, index: bool = False
) -> MappedColumn[date]:
    """Make a column of days of the calendar."""
    field = fields.plain("", FieldType.DATE, zh, en, doc_zh, doc_en)
    return _column(field, sort=sort, index=index or None)


class Grade(NamedTuple):
    """A grade: computed whenever it is read, never stored."""

    described: Described

    def override(self) -> MappedColumn[int]:
        """Make the column of the grade that is read instead."""
        label, choices = self.described.field.label, self.described.field.choices or {}
        field = fields.code(
            "", f"人工认定{label.zh}", f"{label.en} overridden", choices,
            f"人工认定的{label.zh}，空缺时按规则计算；须写明理由",
            "The grade to read instead of the computed one; only with a reason.",
            minimum=1, maximum=len(choices),
        )  # fmt: skip
        return _column(field, sort=OF_GRADES)

    def reason(self, override: str) -> MappedColumn[str]:
        """Make the column of the reason why, filled exactly where the one called `override` is."""
        label = self.described.field.label
        field = fields.text(
            "", f"{label.zh}认定理由", f"Reason of {label.en.lower()}",
            f"为何不按计算的{label.zh}", "Why the grade is not the computed one.", needs=override,
        )  # fmt: skip
        return _column(field, sort=OF_GRADES)


def grade(  # noqa: PLR0917 - read as the row of a table
    zh: str, en: str, doc_zh: str, doc_en: str, scale: Scale, rule: Rule, *inputs: str
) -> Grade:
    """Describe a grade computed by `rule` from the fields called `inputs`."""
    choices = {str(index): item for index, item in enumerate(scale.labels, start=1)}
    field = fields.code("", zh, en, choices, doc_zh, doc_en, source=scale.source)
    field = replace(field, type=FieldType.GRADE, rule=rule, inputs=inputs)
    return Grade(described(field, OF_GRADES))


class Rows(NamedTuple):
    """Tags or counts: a row each, in a table of their own.

    Attributes
    ----------
    one
        What one of them is called: the table is ``<register>_<one>``.
    column
        The table's column of the code.
    docs
        What the table's columns mean: whose it is, the code and, for counts, the number.
    """

    described: Described
    one: str
    column: str
    docs: tuple[Label, ...]


def tags(
    zh: str, en: str, choices: Vocabulary, doc_zh: str, doc_en: str, *, one: str,
    docs: tuple[Label, Label], **further: Unpack[Further],
) -> Rows:  # fmt: skip
    """Describe several codes of a vocabulary."""
    field = fields.code("", zh, en, choices, doc_zh, doc_en, type_=FieldType.TAGS, **further)
    return Rows(described(field), one, one, docs)


def counts(
    zh: str, en: str, choices: Vocabulary, doc_zh: str, doc_en: str, *, one: str, column: str,
    docs: tuple[Label, Label, Label], **further: Unpack[Further],
) -> Rows:  # fmt: skip
    """Describe codes of a vocabulary with a count each."""
    field = fields.code("", zh, en, choices, doc_zh, doc_en, type_=FieldType.COUNTS, **further)
    return Rows(described(field), one, column, docs)
