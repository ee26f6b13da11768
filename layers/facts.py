"""The facts of one record, written for a popup."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict

from layers.model import Field, Label, LayerSpec

CodeLabel = Callable[[str, str], str]
"""Names a code: (column, code) → label in the reader's language."""

FieldLabel = Callable[[str], str]
"""Names a column in the reader's language."""

YES, NO = Label("是", "Yes"), Label("否", "No")


class Fact(TypedDict):
    """One line of a popup; ``format`` lets the page make a phone number a link."""

    column: str
    label: str
    value: str
    format: str


def facts(
    spec: LayerSpec,
    record: Mapping[str, Any],
    lang: str,
    *,
    field_label: FieldLabel,
    code_label: CodeLabel,
) -> list[Fact]:
    """The facts of `record` in the order of the layer; what is unknown is left out.

    Parameters
    ----------
    spec
        The layer the record belongs to.
    record
        Column → value.
    lang
        Language of units, of yes and no.
    field_label
        Names the columns.
    code_label
        Names the codes of the vocabulary.
    """
    written: list[Fact] = []
    for field in spec.fields:
        value = _written(field, record.get(field.column), lang, code_label)
        if value:
            written.append(
                Fact(
                    column=field.column,
                    label=field_label(field.column),
                    value=value,
                    format=field.format,
                )
            )
    return written


def _written(field: Field, value: Any, lang: str, code_label: CodeLabel) -> str:  # noqa: ANN401
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return ""
    write = _WRITERS.get(field.format)
    return write(field, value, lang, code_label) if write else str(value)


def _codes(field: Field, value: Any, lang: str, code_label: CodeLabel) -> str:  # noqa: ANN401
    return _joined((code_label(field.column, one) for one in _parts(value)), lang)


def _counts(field: Field, value: Any, lang: str, code_label: CodeLabel) -> str:  # noqa: ANN401
    def counted(part: str) -> str:
        code, _, count = part.partition(":")
        return f"{code_label(field.column, code)} × {count or 1}"

    return _joined(map(counted, _parts(value)), lang)


def _flag(_field: Field, value: Any, lang: str, _code_label: CodeLabel) -> str:  # noqa: ANN401
    return (YES if str(value).lower() in {"1", "true", "1.0"} else NO).in_(lang)


def _quantity(field: Field, value: Any, lang: str, _code_label: CodeLabel) -> str:  # noqa: ANN401
    figure = _number(float(value) / (60 if field.format == "minutes" else 1))
    unit = field.unit.in_(lang)
    return f"{figure} {unit}" if unit else figure


_WRITERS: dict[str, Callable[[Field, Any, str, CodeLabel], str]] = {
    "code": lambda field, value, _lang, code_label: code_label(field.column, str(value)),
    "codes": _codes,
    "counts": _counts,
    "flag": _flag,
    "number": _quantity,
    "minutes": _quantity,
    "date": lambda _field, value, _lang, _code_label: str(value)[:10],
}


def _joined(parts: Iterable[str], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(parts)


def _parts(value: Any) -> Iterable[str]:  # noqa: ANN401
    if isinstance(value, Mapping):
        return [f"{name}:{count}" for name, count in value.items()]
    parts = value.split(";") if isinstance(value, str) else value
    return [str(one).strip() for one in parts if str(one).strip()]


def _number(value: float) -> str:
    """A figure with separators and no more decimals than it needs."""
    if value.is_integer():
        return f"{int(value):,}"
    return f"{value:,.4f}".rstrip("0").rstrip(".")
