"""Merging a county's copy back: what only one side changed is taken, the rest is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.events.steps import Step
from gisapp.exchange.applying import set_retirement, store_contents
from gisapp.exchange.checking import Refusal, faults
from gisapp.exchange.contents import contents, units
from gisapp.exchange.models import ExchangeBase, ExchangeConflict, ExchangeCopy
from gisapp.exchange.reading import CountyCopy, read_copy
from gisapp.exchange.threeway import Clash, RecordMerge, merge_record
from gisapp.registers.counties import Counties, read_counties
from gisapp.registers.fields import Kind
from gisapp.registers.kinds import MODELS
from gisapp.registers.owning import county_of, owned, owner_said
from gisapp.registers.retirement import RETIREMENT
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json, Values, text_of
from gisapp.store import Store


@dataclass(kw_only=True)
class MergeOutcome:
    """What merging a copy did, or would do.

    Attributes
    ----------
    inserted, updated
        Records taken over, by register and id.
    conflicts
        New changes to be decided on, by register and id.
    refused
        Records that cannot be taken, and why; the copy has to be corrected.
    unchanged
        How many records of the copy brought nothing.
    """

    copy_id: str
    county: str
    dry_run: bool
    inserted: list[tuple[str, str]] = field(default_factory=list)
    updated: list[tuple[str, str]] = field(default_factory=list)
    conflicts: list[tuple[str, str, Clash]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    unchanged: int = 0

    @property
    def brings_nothing(self) -> bool:
        """Whether nothing is taken over and nothing is asked."""
        return not (self.inserted or self.updated or self.conflicts)

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The outcome as JSON carries it."""
        return {
            "copy": self.copy_id,
            "county": self.county,
            "dry_run": self.dry_run,
            "inserted": [{"kind": kind, "id": one} for kind, one in self.inserted],
            "updated": [{"kind": kind, "id": one} for kind, one in self.updated],
            "conflicts": [
                {"kind": kind, "id": one, "field": clash.field, "cause": clash.cause.value}
                for kind, one, clash in self.conflicts
            ],
            "refused": [
                {
                    "kind": one.kind,
                    "id": one.id,
                    "field": one.field,
                    "code": one.code,
                    "message": one.sentence(lang),
                }
                for one in self.refused
            ],
            "unchanged": self.unchanged,
        }


@dataclass(kw_only=True)
class _Plan:
    """The merge of one register."""

    kind: Kind
    merges: dict[str, RecordMerge] = field(default_factory=dict)
    met: dict[str, Values | None] = field(default_factory=dict)
    """Records as the copy has them now, where that differs from when both sides last met."""


def merge_copy(store: Store, path: Path, *, actor: Actor, dry_run: bool = False) -> MergeOutcome:
    """Merge a copy back into the site it was taken from.

    Field by field: what was changed in the copy and not here is taken over, with an event that
    names the copy; what both changed alike is left; what both changed otherwise is kept as a
    conflict for a person. Records new in the copy are inserted. A row deleted in the copy is a
    proposal to retire the record. Merging the same file again does nothing.

    Parameters
    ----------
    store
        The site's database, of any kind.
    path
        The copy's file; it is read, never written.
    dry_run
        Say what would be done, and do nothing.

    Raises
    ------
    ForbiddenError
        ``accounts.forbidden``, ``accounts.other_county``.
    InputError
        ``exchange.unknown_copy``, and as :func:`~gisapp.exchange.reading.read_copy`.
    StoreError
    """
    actor.require(Right.IMPORT)
    copy = read_copy(path)
    actor.require(Right.IMPORT, county=copy.county)
    outcome = MergeOutcome(copy_id=copy.id, county=copy.county, dry_run=dry_run)
    with store.session(write=not dry_run) as session:
        header = session.scalar(select(ExchangeCopy).where(ExchangeCopy.id == copy.id))
        if header is None or header.county != copy.county:
            raise InputError("exchange.unknown_copy", copy=copy.id)
        counties = read_counties(session)
        plans = [_plan(session, kind, copy, outcome, counties) for kind in owned()]
        if not dry_run and any(plan.met for plan in plans):
            _carry_out(session, actor, header, plans, outcome)
    return outcome


def _plan(
    session: Session, kind: Kind, copy: CountyCopy, outcome: MergeOutcome, counties: Counties
) -> _Plan:
    """Merge the records of one register in mind."""
    theirs = copy.theirs[kind.name]
    base = {**copy.base[kind.name], **_met_before(session, copy.id, kind)}
    plan = _Plan(kind=kind)
    changed = [
        record_id
        for record_id in sorted({*base, *theirs})
        if not _is_same(theirs.get(record_id), base.get(record_id))
    ]
    outcome.unchanged += len(theirs) - sum(record_id in theirs for record_id in changed)
    ours = contents(session, kind, ids=changed)
    fields = units(kind)
    for record_id in changed:
        there, here, was = (side.get(record_id) for side in (theirs, ours, base))
        refused = _refusals(
            session, kind, record_id, copy, base=was, is_new=here is None, counties=counties
        )
        if refused:
            outcome.refused += refused
            continue
        is_own = here is None or county_of(session, kind, here) == copy.county
        is_own &= there is None or _county_there(session, kind, there, copy) == copy.county
        merged = merge_record(was, here, there, units=fields, is_own=is_own)
        plan.met[record_id] = there
        plan.merges[record_id] = merged
        if merged.is_new:
            outcome.inserted.append((kind.name, record_id))
        elif merged.changes:
            outcome.updated.append((kind.name, record_id))
        outcome.conflicts += [(kind.name, record_id, clash) for clash in merged.clashes]
        if not (merged.is_new or merged.changes or merged.clashes):
            outcome.unchanged += 1
    return plan


def _is_same(there: Values | None, base: Values | None) -> bool:
    """Whether nothing was done in the copy; fields that it was not given do not count."""
    if there is None or base is None:
        return there is base
    return all(there.get(name) == value for name, value in base.items() if name in there)


def _refusals(
    session: Session,
    kind: Kind,
    record_id: str,
    copy: CountyCopy,
    *,
    base: Values | None,
    is_new: bool,
    counties: Counties,
) -> list[Refusal]:
    """Say why a record cannot be taken; nothing is wrong with one that was removed."""
    there = copy.theirs[kind.name].get(record_id)
    if there is None:
        return []
    found = faults(session, kind, record_id, there, copy.theirs, base=base or {}, counties=counties)
    if is_new and _county_there(session, kind, there, copy) != copy.county:
        said = owner_said(kind, there) or ""
        found.append(Refusal(kind.name, record_id, said, "exchange.outside", {}))
    return found


def _county_there(session: Session, kind: Kind, there: Values, copy: CountyCopy) -> str | None:
    """The county that a record is of, as the copy has it.

    What it belongs to is of the county that this site says: a copy is not asked of records that
    it did not bring.
    """
    owner = owner_said(kind, there)
    value = None if owner is None else text_of(there.get(owner))
    if owner is None or owner == "county" or value is None:
        return value
    reference = kind.field(owner).references
    above = MODELS[reference]
    known = (
        session.execute(select(above.column("county")).where(above.id == value))
        .mappings()
        .one_or_none()
    )
    told = copy.theirs[reference].get(value, {}) if known is None else known
    return text_of(told.get("county"))


def _carry_out(
    session: Session,
    actor: Actor,
    header: ExchangeCopy,
    plans: list[_Plan],
    outcome: MergeOutcome,
) -> None:
    step = Step(
        session,
        header,
        actor=actor,
        right=Right.IMPORT,
        county=outcome.county,
        kind="exchange_copy",
        subject_id=header.id,
    )
    why = f"合并副本 merge of copy {outcome.copy_id}"
    for plan in plans:
        values = {
            record_id: {n: v for n, v in merged.changes.items() if n not in RETIREMENT}
            for record_id, merged in plan.merges.items()
            if merged.changes
        }
        kept = {record_id: found for record_id, found in values.items() if found}
        store_contents(session, actor, plan.kind, kept, why=why)
        for record_id, merged in plan.merges.items():
            if merged.changes.keys() & set(RETIREMENT):
                set_retirement(session, actor, plan.kind, record_id, merged.changes, why=why)
        _keep_met(session, plan, outcome.copy_id)
    _keep_conflicts(session, outcome)
    step.store(
        {"merged_at": now(session), "merged_by": actor.who},
        what="merge",
        data={
            "county": outcome.county,
            "inserted": len(outcome.inserted),
            "updated": len(outcome.updated),
            "conflicts": len(outcome.conflicts),
            "refused": len(outcome.refused),
        },
    )


def _keep_met(session: Session, plan: _Plan, copy_id: str) -> None:
    """Remember what the copy held, for the next time it is merged."""
    for record_id, there in plan.met.items():
        session.execute(
            delete(ExchangeBase).where(
                ExchangeBase.copy_id == copy_id,
                ExchangeBase.kind == plan.kind.name,
                ExchangeBase.record_id == record_id,
            )
        )
        row = ExchangeBase(copy_id=copy_id, kind=plan.kind.name, record_id=record_id, content=there)
        session.add(row)


def _met_before(session: Session, copy_id: str, kind: Kind) -> dict[str, Values | None]:
    query = select(ExchangeBase.record_id, ExchangeBase.content).where(
        ExchangeBase.copy_id == copy_id, ExchangeBase.kind == kind.name
    )
    return {row.record_id: row.content for row in session.execute(query)}


def _keep_conflicts(session: Session, outcome: MergeOutcome) -> None:
    found_at = now(session)
    rows = []
    for kind, record_id, clash in outcome.conflicts:
        session.execute(
            update(ExchangeConflict)
            .where(
                ExchangeConflict.copy_id == outcome.copy_id,
                ExchangeConflict.kind == kind,
                ExchangeConflict.record_id == record_id,
                ExchangeConflict.field == clash.field,
                ExchangeConflict.state == "open",
            )
            .values(state="superseded", decided_at=found_at)
        )
        rows.append(
            {
                "copy_id": outcome.copy_id,
                "county": outcome.county,
                "kind": kind,
                "record_id": record_id,
                "field": clash.field,
                "cause": clash.cause.value,
                "base": clash.base,
                "ours": clash.ours,
                "theirs": clash.theirs,
                "state": "open",
                "found_at": found_at,
            }
        )
    if rows:
        session.execute(insert(ExchangeConflict), rows)
