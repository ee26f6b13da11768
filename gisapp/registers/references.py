"""What refers to a record from other tables, and what becomes of it when two records are merged.

A table that holds a register's name and the id of one of its records declares itself here, in
the module of the capability that owns it: merging lies below that capability and cannot know it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.errors import InputError
from gisapp.events.catalogue import MergedRecord
from gisapp.events.log import Event
from gisapp.events.steps import Steps
from gisapp.rights import Actor, Right
from gisapp.schema import Label

MERGED_INTO, MERGED_FROM = "merged_into", "merged_from"


@dataclass(frozen=True, kw_only=True)
class Merger:
    """Two records becoming one.

    Attributes
    ----------
    kind
        Their register.
    actor, why
        For the events; that he may edit both was asked.
    """

    kind: str
    keep_id: str
    drop_id: str
    actor: Actor
    why: str

    def step(self, session: Session) -> Steps:
        """Begin what becomes of other rows."""
        return Steps(session, actor=self.actor, right=Right.EDIT)


Move = Callable[[Session, Merger], list[str]]
"""Lets the rows of a table refer to the record kept, each change in an event; returns whose."""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A table that refers to records by register and id.

    Attributes
    ----------
    label
        What its rows are called in the history of the record kept.
    move
        None for a table whose rows stay with the id they were written for.
    stays
        Why they stay, and where they are read then.
    """

    label: Label
    move: Move | None = None
    stays: str = ""


REFERENCES: dict[str, Reference] = {
    "event": Reference(
        label=Label("历史", "History"),
        stays="The log is append-only; each record keeps its own history, linked by the merge.",
    ),
}
"""By table; filled by the modules that own the tables."""


def declare(table: str, label: Label, *, move: Move | None = None, stays: str = "") -> None:
    """Say what becomes of the rows of `table` in a merge: they move, or stay for a reason."""
    REFERENCES[table] = Reference(label=label, move=move, stays=stays)


def move_references(session: Session, merger: Merger) -> dict[str, list[str]]:
    """Move what refers to the record that is dropped; return what moved, by table."""
    moved: dict[str, list[str]] = {}
    for table, reference in REFERENCES.items():
        if reference.move is not None and (ids := reference.move(session, merger)):
            moved[table] = ids
    return moved


def record_merger(session: Session, merger: Merger, moved: dict[str, list[str]]) -> None:
    """Tell in the history of both records that they were merged, and what went over."""
    numbers = {table: len(ids) for table, ids in moved.items()}
    dropped: MergedRecord = {"after": {MERGED_INTO: merger.keep_id}}
    kept: MergedRecord = {
        "after": {MERGED_FROM: merger.drop_id, **numbers},
        "moved": moved,
    }
    told = ((merger.drop_id, dropped), (merger.keep_id, kept))
    merger.step(session).tell(merger.kind, told, what="merge", why=merger.why)


def merged_into(session: Session, kind: str, record_id: str) -> str | None:
    """Id of the record that this one was merged into, None where it never was."""
    told = _told(session, kind, record_id, MERGED_INTO)
    return told[-1] if told else None


def current_id(session: Session, kind: str, record_id: str) -> str:
    """Id under which a record is kept now, through however many mergers."""
    seen = {record_id}
    while (following := merged_into(session, kind, record_id)) and following not in seen:
        seen.add(following)
        record_id = following
    return record_id


def all_ids(session: Session, kind: str, record_id: str) -> list[str]:
    """The record's id, then those of all that were merged into it, directly or before."""
    found = [record_id]
    for one in found:  # grows while it is walked
        found += [other for other in _told(session, kind, one, MERGED_FROM) if other not in found]
    return found


def require_not_merged(session: Session, kind: str, record_id: str) -> None:
    """Refuse to bring back a record that went into another.

    Raises
    ------
    InputError
        ``registers.merged``.
    """
    kept = merged_into(session, kind, record_id)
    if kept is not None:
        raise InputError("registers.merged", id=kept)


def _told(session: Session, kind: str, record_id: str, name: str) -> list[str]:
    query = (
        select(Event.data)
        .where(Event.kind == kind, Event.subject_id == record_id, Event.what == "merge")
        .order_by(Event.seq)
    )
    return [
        str(data["after"][name])
        for data in session.scalars(query)
        if data and name in (data.get("after") or {})
    ]
