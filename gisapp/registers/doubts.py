"""What is doubtful in records as they are stored: told, and in nobody's way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.messages import translate
from gisapp.registers.counties import find_stray, read_counties
from gisapp.registers.fields import Kind
from gisapp.registers.kinds import MODELS
from gisapp.registers.phones import is_odd
from gisapp.schema.values import Json

_BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """One value that was stored and should be looked at again.

    Attributes
    ----------
    code, params
        Sentence of the message catalogue and what it names.
    """

    record_id: str
    field: str
    code: str
    params: Mapping[str, Json] = default(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """What is doubtful, and what to do."""
        return translate(self.code, lang, **self.params)


def doubts(session: Session, kind: Kind, ids: Sequence[str]) -> list[Doubt]:
    """Find points outside the county they name, and telephone numbers nobody recognises.

    The same is told of an import, row by row. A number itself is not told: who reads this may
    not see contacts.

    Parameters
    ----------
    ids
        Records; the borders are looked at once for all of them.
    """
    model = MODELS[kind.name]
    stored = kind.stored()
    phones = [item.name for item in stored if item.is_phone]
    placed = kind.geometry == "POINT" and any(item.name == "county" for item in stored)
    names = [*phones, *(("county", "geom") if placed else ())]
    query = select(model.id, *(getattr(model, name) for name in names)).order_by(model.id)
    rows = [
        row
        for start in range(0, len(ids) if names else 0, _BATCH)
        for row in session.execute(query.where(model.id.in_(ids[start : start + _BATCH])))
    ]
    found = []
    if placed:
        strays = find_stray(session, [row.county for row in rows], [row.geom for row in rows])
        counties = read_counties(session) if strays else None
        for index, stray in strays.items():
            assert counties is not None
            given = counties.label(stray.given)
            params = {"given_zh": given.zh, "given_en": given.en}
            if stray.lies_in is not None:
                lies_in = counties.label(stray.lies_in)
                params |= {"lies_in_zh": lies_in.zh, "lies_in_en": lies_in.en}
            code = "registers.outside_county" if stray.lies_in else "registers.outside_counties"
            found.append(Doubt(record_id=rows[index].id, field="county", code=code, params=params))
    found += [
        Doubt(record_id=row.id, field=name, code="registers.odd_phone")
        for row in rows
        for name in phones
        if (number := getattr(row, name)) and is_odd(number)
    ]
    return found
