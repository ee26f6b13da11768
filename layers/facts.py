"""The facts of one record, written for a popup."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict

from layers.model import Field, Label, LayerSpec

CodeLabel = Callable[[str, str], str]
"""Names a code: (column, code) → label in the reader's language."""

YES, NO = Label("是", "Yes"), Label("否", "No")


class Fact(TypedDict):
    """One line of a popup; ``format`` lets the page make a phone number a link."""

    column: str
    label: str
    value: str
    format: str


def facts(
    spec: LayerSpec, record: Mapping[str, Any], lang: str, *, code_label: CodeLabel
) -> list[Fact]:
    """The facts of `record` in the order of the layer; what is unknown is left out.

    Parameters
    ----------
    spec
        The layer the record belongs to.
    record
        Column → value.
    lang
        Language of labels and values.
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
                    label=field.label.to(lang),
                    value=value,
                    format=field.format,
                )
            )
    return written


def _written(field: Field, value: Any, lang: str, code_label: CodeLabel) -> str:  # noqa: ANN401
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return ""
    joiner = "、" if lang == "zh" else ", "
    match field.format:
        case "code":
            return code_label(field.column, str(value))
        case "codes":
            return joiner.join(code_label(field.column, one) for one in _parts(value))
        case "vehicles":
            return joiner.join(_vehicle(one, code_label) for one in _parts(value))
        case "flag":
            return (YES if str(value).lower() in {"1", "true", "1.0"} else NO).to(lang)
        case "minutes":
            return _with_unit(f"{float(value) / 60:.1f}".removesuffix(".0"), field, lang)
        case "number":
            return _with_unit(_number(float(value)), field, lang)
        case "date":
            return str(value)[:10]
        case _:
            return str(value)


def _parts(value: Any) -> Iterable[str]:  # noqa: ANN401
    if isinstance(value, Mapping):
        return [f"{name}:{count}" for name, count in value.items()]
    parts = value.split(";") if isinstance(value, str) else value
    return [str(one).strip() for one in parts if str(one).strip()]


def _vehicle(part: str, code_label: CodeLabel) -> str:
    profile, _, count = part.partition(":")
    return f"{code_label('profile', profile)} × {count or 1}"


def _with_unit(number: str, field: Field, lang: str) -> str:
    unit = field.unit.to(lang)
    return f"{number} {unit}" if unit else number


def _number(value: float) -> str:
    """A figure with separators and no more decimals than it needs."""
    if value.is_integer():
        return f"{int(value):,}"
    return f"{value:,.4f}".rstrip("0")
