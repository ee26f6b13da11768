"""A synthetic database of the size a province would fill: every register, and a long history.

Values are drawn from the description of each field, seeded, so that the same figures come out
of every run; nothing of it is real, and every record says so.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import numpy as np
import shapely
from sqlalchemy import func, insert, select

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from gisapp.events.log import Event  # noqa: E402
from gisapp.registers.changes import compare, store_changes  # noqa: E402
from gisapp.registers.fields import FieldType  # noqa: E402
from gisapp.registers.kinds import (  # noqa: E402
    BASE_KINDS,
    HAZARD_KINDS,
    MODELS,
    RESOURCE_KINDS,
)
from gisapp.rights import Right, system_actor  # noqa: E402
from gisapp.risks.models import Risk  # noqa: E402

BBOX = (110.0, 35.2, 112.6, 37.0)
COUNTIES = [f"9910{number:02d}" for number in range(1, 41)]
TODAY = dt.date(2026, 1, 1)
BATCH = 20_000


def value_of(field, random, number):  # noqa: PLR0911 - one line a type
    """One value that the field's description allows."""
    kind = field.type
    if kind is FieldType.CODE:
        return str(random.choice(list(field.choices)))
    if kind is FieldType.TAGS:
        return sorted({str(one) for one in random.choice(list(field.choices), 2)})
    if kind is FieldType.COUNTS:
        return {str(random.choice(list(field.choices))): int(random.integers(1, 6))}
    if kind is FieldType.BOOLEAN:
        return bool(random.integers(0, 2))
    if kind is FieldType.DATE:
        return TODAY - dt.timedelta(days=int(random.integers(0, 900)))
    if kind in {FieldType.INTEGER, FieldType.NUMBER}:
        low = field.minimum or 0
        high = field.maximum if field.maximum is not None else low + 1000
        drawn = random.uniform(low, min(high, low + 1000))
        return int(drawn) if kind is FieldType.INTEGER else round(float(drawn), 3)
    if field.length is not None:
        return f"{number % 10**field.length:0{field.length}d}"
    return f"合成{field.label.zh}{number % 997}"


def records_of(kind, count, random, references):
    """Records of one register with every field filled."""
    xs = random.uniform(BBOX[0], BBOX[2], count).round(6)
    ys = random.uniform(BBOX[1], BBOX[3], count).round(6)
    for number in range(count):
        record = {}
        for field in kind.given():
            if field.type is FieldType.COORDINATE:
                continue
            if field.references:
                known = references.get(field.references)
                taken = known if not field.instead_of else None
                record[field.name] = taken[number % len(taken)] if taken else None
            else:
                record[field.name] = value_of(field, random, number)
        record["id"] = f"{kind.name}-{number:06d}"
        if "name" in record:
            record["name"] = f"{kind.label.zh}{number:06d}号（合成）"
        if "county" in record:
            record["county"] = COUNTIES[number % len(COUNTIES)]
        record["synthetic"] = True
        if kind.geometry is not None:
            record["geom"] = shapely.Point(xs[number], ys[number])
        yield record


def fill(store, *, resources, history, say=print):
    """Put `resources` records and `history` events into `store`.

    Half of the records are of one register, the others share the rest evenly; a fifth of the
    hazards stand somewhere in their lifecycle.
    """
    random = np.random.default_rng(20260101)
    kinds = [kind for kind in RESOURCE_KINDS.values() if kind.name not in BASE_KINDS]
    largest = "geohazard"
    share = resources // 2 // (len(kinds) - 1)
    references: dict[str, list[str]] = {}
    for kind in kinds:
        count = resources - share * (len(kinds) - 1) if kind.name == largest else share
        records = list(records_of(kind, count, random, references))
        for start in range(0, count, BATCH):
            with store.session(write=True) as session:
                changes = compare(session, kind, records[start : start + BATCH])
                store_changes(session, system_actor("bench"), Right.EDIT, changes, why="scale")
        references[kind.name] = [record["id"] for record in records[:1000]]
        say(f"  {kind.name}: {count}")
    assess(store)
    add_history(store, history, random)
    with store.session() as session:
        say(f"  events: {session.scalar(select(func.count()).select_from(Event))}")


def assess(store, *, every=5):
    """Put every `every`-th hazard somewhere in its lifecycle, most of them assessed."""
    random = np.random.default_rng(20260102)
    at = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
    for kind in HAZARD_KINDS:
        with store.session() as session:
            ids = session.scalars(select(MODELS[kind].id).order_by(MODELS[kind].id)).all()[::every]
        levels, days = random.integers(0, 5, len(ids)), random.integers(0, 400, len(ids))
        rows = [
            {
                "kind": kind,
                "hazard_id": hazard_id,
                "state": "assessed" if level else "identified",
                "since": at,
                "level": level or None,
                "method": "judged" if level else None,
                "inspected_on": TODAY - dt.timedelta(days=day),
                "next_inspection_on": TODAY + dt.timedelta(days=200 - day),
            }
            for hazard_id, level, day in zip(ids, levels.tolist(), days.tolist(), strict=True)
        ]
        with store.session(write=True) as session:
            session.execute(insert(Risk), rows)


def add_history(store, history, random):
    """Fill the event log up to `history` rows with verifications of past years."""
    with store.session() as session:
        missing = history - session.scalar(select(func.count()).select_from(Event))
    kinds = list(RESOURCE_KINDS)
    started = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    for start in range(0, max(missing, 0), BATCH):
        size = min(BATCH, missing - start)
        drawn = random.integers(0, len(kinds), size)
        rows = [
            {
                "at": started + dt.timedelta(seconds=60 * (start + number)),
                "who": f"user{number % 50}",
                "what": "update",
                "kind": kinds[drawn[number]],
                "subject_id": f"{kinds[drawn[number]]}-{(start + number) % 5000:06d}",
                "why": "核实 verified",
                "data": {"before": {"people": number}, "after": {"people": number + 1}},
            }
            for number in range(size)
        ]
        with store.session(write=True) as session:
            session.execute(insert(Event), rows)
