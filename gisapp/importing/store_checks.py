"""What only the database can tell of a file's rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.importing.outcome import Fault, Notice
from gisapp.importing.prepare import Prepared
from gisapp.registers.counties import find_stray, read_counties
from gisapp.registers.kinds import MODELS
from gisapp.registers.owning import counties_of, counties_said, owner_fields, owner_said
from gisapp.rights import Actor, Right

_BATCH = 500
_NAMED_ROWS = 10
"""Rows that a notice names; the rest are counted."""


def find_dangling(session: Session, prepared: Prepared) -> list[Fault]:
    """Find references to records that the database does not hold."""
    faults: list[Fault] = []
    for field in prepared.kind.given():
        if not field.references:
            continue
        known = set(session.scalars(select(MODELS[field.references].id)))
        for row, record in zip(prepared.rows, prepared.records, strict=True):
            wanted = record.get(field.name)
            if wanted is not None and wanted not in known:
                faults.append(
                    Fault(
                        row=row,
                        column=prepared.header_of(field.name),
                        value=wanted,
                        code="import.unknown_reference",
                        params={"register": field.references},
                    )
                )
    return faults


def find_unknown_counties(session: Session, prepared: Prepared) -> list[Fault]:
    """Find county codes that neither the site nor the national list has."""
    given = {record.get("county") for record in prepared.records}
    if not given - {None}:
        return []
    counties = read_counties(session)
    wrong = {code: error for code in given if (error := counties.fault(code))}
    return [
        Fault(
            row=row,
            column=prepared.header_of("county"),
            value=record["county"],
            code=wrong[record["county"]].code,
            params=wrong[record["county"]].params,
        )
        for row, record in zip(prepared.rows, prepared.records, strict=True)
        if record.get("county") in wrong
    ]


def find_outside_county(session: Session, prepared: Prepared) -> list[Notice]:
    """Say which points lie outside the county that their row names.

    A row without the column is asked for the county that its record has already. Rows that
    differ alike are told in one notice.
    """
    if prepared.kind.geometry != "POINT" or owner_fields(prepared.kind) != ("county",):
        return []
    wrong = prepared.wrong()
    right = [
        (row, record)
        for row, record in zip(prepared.rows, prepared.records, strict=True)
        if row not in wrong
    ]
    codes = counties_said(session, prepared.kind, [record for _row, record in right])
    strays = find_stray(session, codes, [record.get("geom") for _row, record in right])
    alike: dict[tuple[str, str | None], list[int]] = {}
    for index, stray in strays.items():
        alike.setdefault((stray.given, stray.lies_in), []).append(right[index][0])
    counties = read_counties(session) if alike else None
    notices = []
    for (given, lies_in), rows in alike.items():
        assert counties is not None
        named = {"given": counties.label(given)}
        if lies_in is not None:
            named["lies_in"] = counties.label(lies_in)
        notices.append(
            Notice(
                code="import.outside_county" if lies_in else "import.outside_counties",
                params={
                    "count": len(rows),
                    "rows": listed(rows),
                    **{f"{name}_zh": label.zh for name, label in named.items()},
                    **{f"{name}_en": label.en for name, label in named.items()},
                },
            )
        )
    return notices


def find_kept_states(session: Session, prepared: Prepared) -> list[Notice]:
    """Say which rows give a known record another state: duty staff set it, no census does."""
    notices = []
    model = MODELS[prepared.kind.name]
    for field in prepared.kind.states():
        given = {
            record["id"]: (row, record[field.name])
            for row, record in zip(prepared.rows, prepared.records, strict=True)
            if record.get("id") and record.get(field.name) is not None
        }
        stored: dict[str, str] = {}
        ids = sorted(given)
        for start in range(0, len(ids), _BATCH):
            some = model.id.in_(ids[start : start + _BATCH])
            query = select(model.id, model.column(field.name).label("state")).where(some)
            stored |= {row.id: row.state for row in session.execute(query)}
        rows = sorted(given[one][0] for one, value in stored.items() if given[one][1] != value)
        if rows:
            params = {"count": len(rows), "rows": listed(rows)}
            labels = {"field_zh": field.label.zh, "field_en": field.label.en}
            notices.append(Notice(code="import.state_kept", params=params | labels))
    return notices


def listed(rows: Sequence[int]) -> str:
    """Numbers of rows for a sentence, the first of them where there are many."""
    return ", ".join(map(str, rows[:_NAMED_ROWS])) + (" …" if len(rows) > _NAMED_ROWS else "")


def warn(prepared: Prepared, notices: Sequence[Notice]) -> None:
    """Enter into the outcome what stops no row."""
    warnings = [*prepared.outcome.warnings, *notices]
    prepared.outcome = replace(prepared.outcome, warnings=warnings)


def find_retired(session: Session, prepared: Prepared) -> list[Fault]:
    """Find rows of records that were retired: an import brings none of them back."""
    model = MODELS[prepared.kind.name]
    retired = {
        row.id: row.retire_reason or ""
        for row in session.execute(
            select(model.id, model.retire_reason).where(model.retired_at.is_not(None))
        )
    }
    return [
        Fault(
            row=row,
            column="id",
            value=record["id"],
            code="import.retired",
            params={"reason": retired[record["id"]]},
        )
        for row, record in zip(prepared.rows, prepared.records, strict=True)
        if retired and record.get("id") in retired
    ]


def find_beyond_county(session: Session, prepared: Prepared, actor: Actor) -> list[Fault]:
    """Find rows that are not the actor's to write: their county now or in the file is another.

    A kind without a county of its own has that of the record it refers to.
    """
    if actor.county is None:
        return []
    counties = counties_said(session, prepared.kind, prepared.records)
    ids = [record["id"] for record in prepared.records if record.get("id")]
    stored = counties_of(session, prepared.kind, ids)
    return [
        Fault(
            row=row,
            column=owner_said(prepared.kind, record) or "county",
            value=county or "",
            code="import.other_county",
            params={"own": actor.county},
        )
        for row, record, county in zip(prepared.rows, prepared.records, counties, strict=True)
        if not (
            actor.may(Right.IMPORT, county=county)
            and actor.may(Right.IMPORT, county=stored.get(record.get("id") or "", actor.county))
        )
    ]
