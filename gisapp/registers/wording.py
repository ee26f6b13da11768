"""Values of records as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from gisapp.registers.fields import Field, FieldType, Kind
from gisapp.registers.references import MERGED_FROM, MERGED_INTO, REFERENCES
from gisapp.schema import Label
from gisapp.schema.values import Value

YES, NO = Label("是", "Yes"), Label("否", "No")
POSITION = Label("位置", "Position")
RETIREMENT_LABELS: Mapping[str, Label] = {
    "retired_at": Label("停用时刻", "Retired at"),
    "retired_by": Label("停用者", "Retired by"),
    "retire_reason": Label("停用原因", "Reason for retiring"),
}
MERGER_LABELS: Mapping[str, Label] = {
    MERGED_INTO: Label("并入", "Merged into"),
    MERGED_FROM: Label("合并自", "Merged from"),
    "register": Label("相关记录", "Records that refer to it"),
}
COORDINATE_DECIMALS = 6
"""A tenth of a metre."""


def label_of(kind: Kind, name: str, lang: str) -> str:
    """What the field called `name` is called in `lang`."""
    if name == "geom":
        return POSITION.in_(lang)
    if name in RETIREMENT_LABELS:
        return RETIREMENT_LABELS[name].in_(lang)
    if name in MERGER_LABELS:
        return MERGER_LABELS[name].in_(lang)
    try:
        return kind.field(name).label.in_(lang)
    except KeyError:  # a table whose rows went over, or a field of an older version
        return REFERENCES[name].label.in_(lang) if name in REFERENCES else name


def written(  # noqa: PLR0911 - one line for each type of value
    item: Field,
    value: Value,
    lang: str,
) -> str:
    """Write the value of a field: codes by their names, yes or no, figures without a tail."""
    if value is None or value == "":
        return ""
    if item.type is FieldType.BOOLEAN:
        return (YES if value else NO).in_(lang)
    separator = "、" if lang == "zh" else ", "
    if isinstance(value, Mapping):
        return separator.join(
            f"{code_name(item, code, lang)} × {number}" for code, number in value.items()
        )
    if isinstance(value, (list, tuple)):
        return separator.join(code_name(item, str(code), lang) for code in value)
    if item.choices:
        return code_name(item, str(value), lang)
    if item.type is FieldType.COORDINATE:
        return f"{float(str(value)):.{COORDINATE_DECIMALS}f}"
    return plain(value)


def code_name(item: Field, code: str, lang: str) -> str:
    """Name of a code; an unknown one stays itself."""
    label = (item.choices or {}).get(code)
    return label.in_(lang) if label else code


def plain(value: object) -> str:
    """Write a value that is no code."""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
