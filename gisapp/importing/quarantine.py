"""Rows with faults: set aside, listed, corrected by a later import, or dismissed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.orm import Session

from gisapp.accounts.masking import STARS_IN_NAME, hidden
from gisapp.clock import now
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.catalogue import RowsImported
from gisapp.events.steps import Step
from gisapp.importing.models import ImportBatch, QuarantinedRow
from gisapp.importing.outcome import Fault, ImportOutcome, WrongRow
from gisapp.rights import ANYWHERE, Actor, Right
from gisapp.schema.values import Values

_BATCH = 500


def record_batch(
    session: Session, actor: Actor, outcome: ImportOutcome, *, file: str, why: str
) -> int:
    """Keep what an import did, with an event; return its number."""
    batch, kind = ImportBatch(), "import_batch"
    step = Step(session, batch, actor=actor, right=Right.IMPORT, county=ANYWHERE, kind=kind)
    told: RowsImported = {
        "register": outcome.kind,
        "file": file,
        "inserted": outcome.inserted,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "quarantined": len(outcome.wrong_rows),
        "corrected": outcome.corrected,
    }
    kept: dict[str, Any] = {**told}
    kept |= {
        "kind": kept.pop("register"),
        "headers": list(outcome.headers),
        "crs": outcome.crs,
        "charset": outcome.charset,
        "read": outcome.read,
        "warnings": [{"code": one.code, "params": one.params} for one in outcome.warnings],
        "at": now(session),
        "who": actor.who,
        "why": why,
    }
    step.store(kept, what="import", why=why, data=told)
    return batch.fid


def set_aside(
    session: Session,
    actor: Actor,
    kind: str,
    rows: Sequence[WrongRow],
    *,
    batch: int,
    taken: Collection[str],
) -> None:
    """Keep wrong rows; a row that waits already is renewed and not kept twice.

    Parameters
    ----------
    taken
        Ids of the file's right rows: a wrong row with one of them is no version of that record.
    actor
        Who imports: rows of a county that is not his are none of his to renew.
    """
    waiting, foreign = {}, set()
    for number, key, county in _open(session, kind):
        if actor.may(Right.IMPORT, county=county):
            waiting[key] = number
        else:
            foreign.add(key)
    by_fid = {fid: key for key, fid in waiting.items()}
    inserts: list[dict[str, Any]] = []
    seen: Counter[str] = Counter()
    for row in rows:
        key = row.key if row.key is not None and row.key not in taken else _digest(row.cells)
        if key in foreign:
            key = f"{actor.county}-{_digest(row.cells)}"
        seen[key] += 1
        if seen[key] > 1:
            key = f"{_digest(row.cells)}-{seen[key]}"
        values = {
            "batch_fid": batch,
            "county": row.county,
            "row": row.row,
            "cells": row.cells,
            "faults": [fault.to_json() for fault in row.faults],
        }
        fid = row.number if row.number in by_fid else waiting.get(key)
        if fid is None:
            inserts.append({"kind": kind, "key": key, "state": "open", **values})
            continue
        if waiting.get(key, fid) == fid:
            values["key"] = key
        values["cells"] = _unmasked(session, fid, row.cells)
        session.execute(update(QuarantinedRow).where(QuarantinedRow.fid == fid).values(**values))
    if inserts:
        session.execute(insert(QuarantinedRow), inserts)


def settle_corrected(
    session: Session,
    actor: Actor,
    kind: str,
    *,
    ids: Collection[str],
    numbers: Collection[int],
    why: str,
) -> int:
    """Close the waiting rows whose records came in right; return how many."""
    known, called = set(ids), set(numbers)
    fids = [
        row.fid
        for row in _open(session, kind)
        if (row.key in known or row.fid in called) and actor.may(Right.IMPORT, county=row.county)
    ]
    for start in range(0, len(fids), _BATCH):
        session.execute(
            update(QuarantinedRow)
            .where(QuarantinedRow.fid.in_(fids[start : start + _BATCH]))
            .values(
                state="corrected",
                settled_at=now(session),
                settled_by=actor.who,
                settled_why=why,
            )
        )
    return len(fids)


def dismiss(session: Session, actor: Actor, number: int, *, why: str) -> None:
    """Close a waiting row that is not to come in.

    Raises
    ------
    UnknownRecordError
        ``import.unknown_row``: no such row waits.
    InputError
        ``import.no_reason``.
    ForbiddenError
        The row is not the actor's.
    """
    row = session.get(QuarantinedRow, number)
    if row is None or row.state != "open":
        raise UnknownRecordError("import.unknown_row", number=number)
    step = Step(
        session, row, actor=actor, right=Right.IMPORT, county=row.county, kind="quarantined_row"
    )
    said = why.strip()
    if not said:
        raise InputError("import.no_reason")
    settled: Values = {"settled_at": now(session), "settled_by": actor.who, "settled_why": said}
    step.store(
        {"state": "dismissed", **settled},
        what="dismiss",
        why=said,
        data={"register": row.kind, "key": row.key},
    )


def waiting_rows(
    session: Session,
    *,
    kind: str | None = None,
    county: str | None = None,
    batch: int | None = None,
    limit: int = 200,
    after: int = 0,
) -> list[QuarantinedRow]:
    """Rows that wait for correction, oldest first, after the number `after`."""
    query = select(QuarantinedRow).where(QuarantinedRow.state == "open", QuarantinedRow.fid > after)
    if kind is not None:
        query = query.where(QuarantinedRow.kind == kind)
    if county is not None:
        query = query.where(QuarantinedRow.county == county)
    if batch is not None:
        query = query.where(QuarantinedRow.batch_fid == batch)
    return list(session.scalars(query.order_by(QuarantinedRow.fid).limit(limit)))


def waiting_counts(session: Session, *, county: str | None = None) -> dict[str, int]:
    """How many rows wait, by kind."""
    query = (
        select(QuarantinedRow.kind, func.count())
        .where(QuarantinedRow.state == "open")
        .group_by(QuarantinedRow.kind)
    )
    if county is not None:
        query = query.where(QuarantinedRow.county == county)
    return {row[0]: row[1] for row in session.execute(query)}


def as_wrong_row(row: QuarantinedRow) -> WrongRow:
    """A waiting row, as a workbook of faults takes it."""
    return WrongRow(
        row=row.row,
        cells=row.cells,
        key=None if row.key.startswith("#") else row.key,
        county=row.county,
        faults=[Fault.from_json(row.row, kept) for kept in row.faults],
        number=row.fid,
    )


def batches(session: Session, *, who: str | None = None, limit: int = 50) -> list[ImportBatch]:
    """Past imports, newest first."""
    query = select(ImportBatch).order_by(ImportBatch.fid.desc()).limit(limit)
    if who is not None:
        query = query.where(ImportBatch.who == who)
    return list(session.scalars(query))


def batch(session: Session, number: int) -> ImportBatch:
    """One past import.

    Raises
    ------
    UnknownRecordError
        ``import.unknown_batch``.
    """
    found = session.get(ImportBatch, number)
    if found is None:
        raise UnknownRecordError("import.unknown_batch", number=number)
    return found


def _open(session: Session, kind: str) -> Sequence[Row[int, str, str | None]]:
    return session.execute(
        select(QuarantinedRow.fid, QuarantinedRow.key, QuarantinedRow.county).where(
            QuarantinedRow.kind == kind, QuarantinedRow.state == "open"
        )
    ).all()


def _unmasked(session: Session, fid: int, cells: dict[str, str]) -> dict[str, str]:
    """Put back what was hidden from whoever sends a waiting row again: nobody else has it."""
    if not any(STARS_IN_NAME in text for text in cells.values()):
        return cells
    kept = session.scalar(select(QuarantinedRow.cells).where(QuarantinedRow.fid == fid)) or {}
    return {
        name: kept[name] if name in kept and text == hidden(kept[name]) else text
        for name, text in cells.items()
    }


def _digest(cells: dict[str, str]) -> str:
    content = json.dumps(cells, ensure_ascii=False, sort_keys=True).encode()
    return "#" + hashlib.sha256(content).hexdigest()[:16]
