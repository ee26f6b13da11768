"""What the registers describe and nothing else here makes up: a field or a register that is new.

Each value follows from the description of its field, so that whoever adds one finds it in the
sample; a maker of its own, as the other modules are, takes its place where that is too plain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np

from gisapp.registers.fields import Field, FieldType, Kind
from gisapp.registers.kinds import RESOURCE_KINDS

from .siting import SYNTHETIC_ZH, Row, Siting

RECORDS = 20
APART_M = 500.0
SPREAD = 100.0
"""How far above its least value a quantity without an upper bound may be."""


def derive(siting: Siting, registers: dict[str, list[Row]]) -> None:
    """Fill the fields that no row has yet, and make records of registers that have none.

    Streams of their own: what was made so far stays the same whatever is added to the registers.
    What a person decides (a grade overridden) is left to people.
    """
    for name, kind in RESOURCE_KINDS.items():
        rows = registers.setdefault(name, [])
        if not rows:
            rows += new_records(siting, kind)
        for field in missing(kind, rows[0]):
            rng = siting.inputs.rng(f"derived {name}.{field.name}")
            for row in rows:
                row[field.name] = value(rng, field, siting, registers)


def missing(kind: Kind, row: Row) -> Sequence[Field]:
    """Fields that files carry and the row has not."""
    left = {f"{grade.name}_override{end}" for grade in kind.grades() for end in ("", "_reason")}
    for field in kind.fields:
        if field.is_key and not field.references:  # of a record of whichever register
            left |= {field.name, field.needs}
    return [field for field in kind.given() if field.name not in row and field.name not in left]


def new_records(siting: Siting, kind: Kind) -> list[Row]:
    """Records at roadsides of all counties, with what every register begins with."""
    anywhere = np.ones(len(siting.xy), dtype=bool)
    counties = siting.inputs.counties
    names = {field.name for field in kind.fields}
    rows = []
    for number in range(1, RECORDS + 1):
        county = counties[number % len(counties)]
        pick = siting.in_county(county.code, anywhere, APART_M)
        row = siting.common(
            number=number,
            letter=kind.name[0].upper(),
            name=f"{county.name}{kind.label.zh}{number}号",
            name_en=f"{county.name_en} {kind.label.en} No. {number}",
            xy=siting.xy[pick],
            county=county.code,
            agency=f"{county.name}应急管理局",
        )
        rows.append({name: given for name, given in row.items() if name in names})
    return rows


def value(
    rng: np.random.Generator,
    field: Field,
    siting: Siting,
    registers: Mapping[str, Sequence[Row]],
) -> object:
    """One value that the field takes; empty where its description does not say enough."""
    if field.references:
        known = registers.get(field.references) or [{"id": ""}]
        return "" if field.instead_of else known[int(rng.integers(len(known)))]["id"]
    codes = sorted(field.choices or {})
    made: object = f"{field.label.zh}{SYNTHETIC_ZH}"
    match field.type:
        case FieldType.CODE:
            made = str(rng.choice(codes))
        case FieldType.TAGS:
            made = ";".join(sorted(set(rng.choice(codes, 2))))
        case FieldType.COUNTS:
            made = f"{rng.choice(codes)}:{rng.integers(1, 6)}"
        case FieldType.BOOLEAN:
            made = int(rng.random() < 0.5)
        case FieldType.DATE:
            last = siting.inputs.resources["verified_to"]
            made = (last - timedelta(days=int(rng.integers(1, 700)))).isoformat()
        case FieldType.INTEGER | FieldType.NUMBER:
            made = quantity(rng, field)
        case _ if field.pattern or field.length:
            made = ""
    return made


def quantity(rng: np.random.Generator, field: Field) -> float:
    """A number between the field's bounds."""
    low = field.minimum or 0.0
    high = low + SPREAD if field.maximum is None else field.maximum
    if field.type is FieldType.INTEGER:
        return int(rng.integers(int(np.ceil(low)), int(high) + 1))
    return round(float(rng.uniform(low, high)), 1)
