"""How imports, waiting rows and pairs are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from gisapp.accounts import masked
from gisapp.importing import Fault
from gisapp.importing.fault_masking import ContactMask
from gisapp.importing.mergers import proposed_pairs
from gisapp.importing.models import DuplicatePair, ImportBatch, QuarantinedRow
from gisapp.importing.quarantine import as_wrong_row
from gisapp.importing.reference import offered
from gisapp.registers import KINDS
from gisapp.registers.changes import read_records
from gisapp.registers.fields import Field, FieldType
from gisapp.rights import Actor, Right
from gisapp.store import Session
from web.context import site_app


def batch_row(batch: ImportBatch, lang: str) -> dict[str, Any]:
    """One past import."""
    system = offered().get(batch.crs or "")
    moment = batch.at.astimezone(ZoneInfo(site_app().site.time_zone))
    return {
        "number": batch.fid,
        "kind": KINDS[batch.kind].label.in_(lang),
        "file": batch.file,
        "crs": f"{batch.crs} {system.in_(lang)}" if system else batch.crs or "–",
        "read": batch.read,
        "inserted": batch.inserted,
        "updated": batch.updated,
        "unchanged": batch.unchanged,
        "quarantined": batch.quarantined,
        "corrected": batch.corrected,
        "who": batch.who,
        "at": moment.strftime("%Y-%m-%d %H:%M"),
    }


def fault_rows(faults: Iterable[Mapping[str, Any]], lang: str) -> list[dict[str, Any]]:
    """Faults as kept in JSON, each with its sentence."""
    rows = []
    for kept in faults:
        fault = Fault(**kept)
        rows.append(
            {
                "row": fault.row,
                "column": fault.column,
                "value": fault.value,
                "sentence": fault.sentence(lang),
            }
        )
    return rows


def waiting_row(row: QuarantinedRow, file: str, lang: str, actor: Actor) -> dict[str, Any]:
    """One row of the quarantine, contacts hidden from those who need not see them."""
    wrong = ContactMask(KINDS[row.kind], row.cells, actor).row(as_wrong_row(row))
    return {
        "number": row.fid,
        "kind": KINDS[row.kind].label.in_(lang),
        "key": wrong.key or "–",
        "file": file,
        "row": row.row,
        "faults": [
            {"column": fault.column, "value": fault.value, "sentence": fault.sentence(lang)}
            for fault in wrong.faults
        ],
    }


def pairs(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """Pairs of records that the actor may decide on, with their names."""
    found = []
    by_kind: dict[str, list[DuplicatePair]] = {}
    for pair in proposed_pairs(session):
        by_kind.setdefault(pair.kind, []).append(pair)
    for kind, listed in by_kind.items():
        ids = sorted({one for pair in listed for one in (pair.first_id, pair.second_id)})
        records = read_records(session, KINDS[kind], ids)
        for pair in listed:
            both = [records[one][2] for one in (pair.first_id, pair.second_id) if one in records]
            if len(both) == 2 and all(
                actor.may(Right.EDIT, county=one.get("county")) for one in both
            ):
                found.append(
                    {
                        "number": pair.fid,
                        "kind": kind,
                        "first_id": pair.first_id,
                        "second_id": pair.second_id,
                        "first": both[0]["name"],
                        "second": both[1]["name"],
                        "distance_m": pair.distance_m,
                        "similarity": pair.similarity,
                    }
                )
    return found


def side_by_side(
    session: Session, pair: DuplicatePair, actor: Actor, lang: str
) -> list[dict[str, Any]]:
    """The fields of both records, those that differ marked."""
    kind = KINDS[pair.kind]
    records = read_records(session, kind, [pair.first_id, pair.second_id])
    first, second = (records[one][2] for one in (pair.first_id, pair.second_id))
    for one in (first, second):
        actor.require(Right.EDIT, county=one.get("county"))
    shown_first, shown_second = (
        masked(one, private=kind.private_names(), actor=actor) for one in (first, second)
    )
    rows = []
    for field in kind.given():
        if field.type is FieldType.COORDINATE or field.name not in first:
            continue
        rows.append(
            {
                "name": field.name,
                "label": field.label.in_(lang),
                "first": _shown(field, shown_first[field.name], lang),
                "second": _shown(field, shown_second[field.name], lang),
                "differs": first[field.name] != second[field.name],
                "choosable": field.name not in {"id", "synthetic"}
                and first[field.name] != second[field.name],
            }
        )
    place = {"zh": "位置", "en": "Position"}[lang]
    rows.append(
        {
            "name": "geom",
            "label": place,
            "first": f"{first['geom'].x:.6f}, {first['geom'].y:.6f}",
            "second": f"{second['geom'].x:.6f}, {second['geom'].y:.6f}",
            "differs": first["geom"] != second["geom"],
            "choosable": first["geom"] != second["geom"],
        }
    )
    return rows


def _shown(field: Field, value: Any, lang: str) -> str:  # noqa: ANN401 - whatever a field holds
    labels = field.choices or {}

    def name(code: object) -> str:
        label = labels.get(str(code))
        return label.in_(lang) if label else str(code)

    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("No", "Yes")}[lang][value]
    if isinstance(value, Mapping):
        return "; ".join(f"{name(code)}: {count}" for code, count in value.items())
    if isinstance(value, (list, tuple)):
        return "; ".join(name(code) for code in value)
    return name(value)
