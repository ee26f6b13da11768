"""The contacts of a file: numbers and names with figures hidden, and numbers nobody recognises."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.accounts.masking import hidden
from gisapp.importing.outcome import Fault, Notice
from gisapp.importing.prepare import Prepared
from gisapp.importing.store_checks import listed
from gisapp.registers.kinds import MODELS
from gisapp.registers.phones import is_odd

MASKED = {"import.masked_phone", "import.masked_name"}

_AS_SHOWN = re.compile(r"[0-9]{3}\*{4}(?:[0-9]{4})?|.?\*\*")
"""What this site itself makes of a contact for those who may not see it."""
_BATCH = 500


def keep_masked(session: Session, prepared: Prepared) -> list[Notice]:
    """Let a hidden contact of a record that is known mean that it is unchanged.

    Its fault is taken away, and its field is none of the row's any more. A new record cannot be
    reached at such a number: there the fault stays.

    Returns
    -------
    list of Notice
        ``import.masked_kept``; ``import.masked_differs`` where the hidden contact is not what is
        stored, as far as whoever may not see it could tell anyway.
    """
    masked = [fault for fault in prepared.faults if fault.code in MASKED]
    if not masked:
        return []
    ids = {
        row: record.get("id") for row, record in zip(prepared.rows, prepared.records, strict=True)
    }
    names = {prepared.header_of(f.name): f.name for f in prepared.kind.given() if f.private}
    stored = _stored(session, prepared, sorted({str(ids[one.row]) for one in masked}))
    rows: dict[str, list[int]] = {"import.masked_kept": [], "import.masked_differs": []}
    settled: list[Fault] = []
    for fault in masked:
        name, known = names.get(fault.column), stored.get(str(ids[fault.row]))
        if name is None or known is None:
            continue
        settled.append(fault)
        text = fault.value.strip()
        differs = _AS_SHOWN.fullmatch(text) and text != hidden(known[name])
        rows["import.masked_differs" if differs else "import.masked_kept"].append(fault.row)
    prepared.faults = [one for one in prepared.faults if not any(one is x for x in settled)]
    return [
        Notice(code=code, params={"count": len(found), "rows": listed(sorted(set(found)))})
        for code, found in rows.items()
        if found
    ]


def _stored(session: Session, prepared: Prepared, ids: list[str]) -> dict[str, dict[str, object]]:
    """Contacts of the records in use, by id."""
    model = MODELS[prepared.kind.name]
    names = sorted(prepared.kind.private_names())
    query = select(model.id, *(getattr(model, name) for name in names))
    found: dict[str, dict[str, object]] = {}
    for start in range(0, len(ids), _BATCH):
        chosen = query.where(model.id.in_(ids[start : start + _BATCH]), model.retired_at.is_(None))
        for row in session.execute(chosen):
            found[row.id] = dict(zip(names, row[1:], strict=True))
    return found


def find_odd_phones(prepared: Prepared) -> list[Notice]:
    """Say which rows have a telephone number that is none that is recognised; they are stored.

    The numbers themselves are not told: notices are kept where others read them.
    """
    wrong = prepared.wrong()
    notices = []
    for field in prepared.kind.given():
        if not field.is_phone:
            continue
        odd: dict[str, bool] = {}
        rows = []
        for row, record in zip(prepared.rows, prepared.records, strict=True):
            number = record.get(field.name)
            if not number or row in wrong:
                continue
            if number not in odd:
                odd[number] = is_odd(number)
            if odd[number]:
                rows.append(row)
        if rows:
            params = {"count": len(rows), "rows": listed(rows)}
            labels = {"field_zh": field.label.zh, "field_en": field.label.en}
            notices.append(Notice(code="import.odd_phone", params=params | labels))
    return notices
