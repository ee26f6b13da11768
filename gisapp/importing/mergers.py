"""Making one record of two: the one kept is completed, the other retired, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.steps import Step
from gisapp.importing.duplicates import propose_duplicates
from gisapp.importing.models import DuplicatePair, QuarantinedRow
from gisapp.registers.changes import Changes, Update, read_records, store_changes
from gisapp.registers.fields import Kind
from gisapp.registers.kinds import KINDS, MODELS
from gisapp.registers.kinds.monitoring_station import MonitoringStation
from gisapp.registers.owning import county_of
from gisapp.registers.queries import described
from gisapp.registers.references import Merger, declare, move_references, record_merger
from gisapp.registers.retirement import IN_USE, stamp
from gisapp.registers.rules import alternatives
from gisapp.rights import ANYWHERE, Actor, Right
from gisapp.schema import Label
from gisapp.schema.values import Value

Choice = Literal["keep", "drop"]

_OWN = {"id", "synthetic"}
_EMPTY: tuple[Value, ...] = (None, "", [], {})


def merge(
    session: Session,
    actor: Actor,
    kind_name: str,
    keep_id: str,
    drop_id: str,
    *,
    choices: Mapping[str, Choice],
    why: str,
) -> None:
    """Keep one of two records and retire the other, in the session's transaction.

    Empty fields of the one kept are filled from the other; where both hold something,
    `choices` says whose counts, the kept one's where it says nothing. Whatever refers to the
    retired one refers to the kept one from now on: records of other registers, and every table
    that :mod:`gisapp.registers.references` lists. What is append-only stays, and is read with
    what the kept one has.

    Parameters
    ----------
    session
        A writing session.
    choices
        Field name, or ``"geom"``, → ``"keep"`` or ``"drop"``.
    actor
        Needs the right to edit both records.
    why
        For the events.

    Raises
    ------
    InputError
        ``import.merge_with_itself``, ``import.bad_choice``; ``import.not_mergeable``: an area,
        whose code stands in records of every register.
    UnknownRecordError
        ``registers.unknown_record``: one of the two is not there, or retired already.
    ForbiddenError
    """
    kind = described(kind_name)
    if keep_id == drop_id:
        raise InputError("import.merge_with_itself")
    if kind.name == "area":
        raise InputError("import.not_mergeable")
    records = read_records(session, kind, [keep_id, drop_id])
    retired = set(
        session.scalars(
            select(MODELS[kind.name].id).where(
                MODELS[kind.name].id.in_([keep_id, drop_id]),
                MODELS[kind.name].retired_at.is_not(None),
            )
        )
    )
    for record_id in (keep_id, drop_id):
        if record_id not in records or record_id in retired:
            raise UnknownRecordError("import.not_to_merge", id=record_id)
        actor.require(Right.EDIT, county=county_of(session, kind, records[record_id][2]))
    keep_fid, keep_version, keep = records[keep_id]
    drop_fid, drop_version, drop = records[drop_id]
    _check_choices(choices, keep)
    choices = _with_alternatives(kind, choices)
    after = {
        name: drop[name]
        for name in keep
        if name not in _OWN and drop[name] != keep[name] and _takes(name, keep, choices)
    }
    changes = Changes(kind=kind)
    if after:
        before = {name: keep[name] for name in after}
        changes.updates.append(
            Update(id=keep_id, fid=keep_fid, version=keep_version, before=before, after=after)
        )
    changes.updates.append(
        Update(
            id=drop_id,
            fid=drop_fid,
            version=drop_version,
            before=dict(IN_USE),
            after=stamp(actor.who, f"→ {keep_id}：{why}", at=now(session)),
        )
    )
    store_changes(session, actor, Right.EDIT, changes, why=why)
    referring = _move_references(session, kind, keep_id, drop_id, actor=actor, why=why)
    merger = Merger(kind=kind.name, keep_id=keep_id, drop_id=drop_id, actor=actor, why=why)
    moved = move_references(session, merger)
    record_merger(session, merger, {"register": referring, **moved} if referring else moved)
    _settle_pairs(session, kind, keep_id, drop_id, actor=actor)


def dismiss_pair(session: Session, actor: Actor, number: int, *, why: str) -> None:
    """Say that the two records of a pair are two things: they are not proposed again.

    Raises
    ------
    UnknownRecordError
        ``import.unknown_pair``.
    ForbiddenError
    """
    pair = open_pair(session, number)
    step = Step(
        session, pair, actor=actor, right=Right.EDIT, county=ANYWHERE, kind="duplicate_pair"
    )
    kind = described(pair.kind)
    both = read_records(session, kind, [pair.first_id, pair.second_id])
    for _fid, _version, values in both.values():
        actor.require(Right.EDIT, county=county_of(session, kind, values))
    step.store(
        {"state": "dismissed", "settled_at": now(session), "settled_by": actor.who},
        what="dismiss",
        why=why or None,
        data={"register": pair.kind, "ids": [pair.first_id, pair.second_id]},
    )


def open_pair(session: Session, number: int) -> DuplicatePair:
    """Return a pair that waits for a decision.

    Raises
    ------
    UnknownRecordError
        ``import.unknown_pair``.
    """
    pair = session.get(DuplicatePair, number)
    if pair is None or pair.state != "proposed":
        raise UnknownRecordError("import.unknown_pair", number=number)
    return pair


def proposed_pairs(session: Session, *, limit: int = 200) -> list[DuplicatePair]:
    """Pairs that wait for a decision, the likeliest first."""
    query = select(DuplicatePair).where(DuplicatePair.state == "proposed")
    order = (DuplicatePair.similarity.desc(), DuplicatePair.distance_m, DuplicatePair.fid)
    return list(session.scalars(query.order_by(*order).limit(limit)))


def _check_choices(choices: Mapping[str, str], keep: Mapping[str, Value]) -> None:
    for name, choice in choices.items():
        if name not in keep or name in _OWN or choice not in {"keep", "drop"}:
            raise InputError("import.bad_choice", field=name, choice=choice)


def _with_alternatives(kind: Kind, choices: Mapping[str, Choice]) -> Mapping[str, Choice]:
    """Choose together two fields of which one is filled: the other is no gap to be completed.

    Without a choice the kept record stays whose it is.
    """
    both: dict[str, Choice] = {}
    for pair in alternatives(kind):
        names = [field.name for field in pair]
        theirs = any(choices.get(name) == "drop" for name in names)
        both |= dict.fromkeys(names, "drop" if theirs else "keep")
    return {**choices, **both}


def _takes(name: str, keep: Mapping[str, Value], choices: Mapping[str, Choice]) -> bool:
    """Whether the kept record takes the other's value."""
    if name in choices:
        return choices[name] == "drop"
    return keep[name] in _EMPTY


def _move_references(
    session: Session, kind: Kind, keep_id: str, drop_id: str, *, actor: Actor, why: str
) -> list[str]:
    """Let records that refer to the retired one refer to the kept one, an event for each.

    Returns
    -------
    list of str
        ``kind:id`` of each.
    """
    found: list[str] = []
    for other in KINDS.values():
        model = MODELS[other.name]
        columns = [field.name for field in other.given() if field.references == kind.name]
        conditions = [model.column(name) == drop_id for name in columns]
        if issubclass(model, MonitoringStation):
            columns.append("monitors_id")
            conditions.append((model.monitors_id == drop_id) & (model.monitors_kind == kind.name))
        if not conditions:
            continue
        ids = list(session.scalars(select(model.id).where(or_(*conditions))))
        changes = Changes(kind=other)
        for record_id, (fid, version, record) in read_records(session, other, ids).items():
            moved = {name: keep_id for name in columns if record.get(name) == drop_id}
            if moved.keys() == {"monitors_id"} and record.get("monitors_kind") != kind.name:
                continue
            changes.updates.append(
                Update(
                    id=record_id,
                    fid=fid,
                    version=version,
                    before=dict.fromkeys(moved, drop_id),
                    after=moved,
                )
            )
        store_changes(session, actor, Right.EDIT, changes, why=why)
        found += [f"{other.name}:{one.id}" for one in changes.updates]
    return found


def _settle_pairs(
    session: Session, kind: Kind, keep_id: str, drop_id: str, *, actor: Actor
) -> None:
    """Close every proposal with the retired record; what was near it is compared with the kept."""
    others = False
    pairs = session.scalars(
        select(DuplicatePair).where(
            DuplicatePair.kind == kind.name,
            DuplicatePair.state == "proposed",
            or_(DuplicatePair.first_id == drop_id, DuplicatePair.second_id == drop_id),
        )
    )
    for pair in pairs:
        is_this = keep_id in {pair.first_id, pair.second_id}
        others = others or not is_this
        pair.state = "merged" if is_this else "dismissed"
        pair.kept_id = keep_id if is_this else None
        pair.settled_at, pair.settled_by = now(session), actor.who
    session.flush()
    if others:
        propose_duplicates(session, kind, [keep_id])


declare(
    DuplicatePair.__tablename__,
    Label("疑似重复", "Possible duplicates"),
    stays="Settled by the merge; it tells what was decided of which two.",
)
declare(
    QuarantinedRow.__tablename__,
    Label("隔离区的行", "Rows of the quarantine"),
    stays="A row of a file, under the id it came with; taken in again, it is told of the merge.",
)
