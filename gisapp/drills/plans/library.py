"""The library: every plan in all its editions, and what is read of a plan for its page."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.drills.plans.document import Document, document_of
from gisapp.drills.plans.promises import records_named
from gisapp.errors import InputError, UnknownRecordError
from gisapp.incidents.response.library import add_editions, find_plan, last_editions
from gisapp.incidents.response.models import PlanRow
from gisapp.incidents.response.plans import Plan, read_plans
from gisapp.registers.kinds import MODELS
from gisapp.rights import Actor, Right
from gisapp.schema import Label
from gisapp.site.model import HeadquartersRow

_BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Edition:
    """An edition of a plan with its text."""

    plan: Plan
    document: Document


def import_plans(session: Session, actor: Actor, path: str | os.PathLike[str]) -> tuple[int, int]:
    """Bring in a file of plans with their texts: all of it, or nothing.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to administer, for a plan counts in every county.

    Returns
    -------
    tuple[int, int]
        How many editions are new, and how many were there already.

    Raises
    ------
    ForbiddenError
    InputError
        What :func:`read_plans`, :func:`document_of` and :func:`add_editions` refuse.
    """
    actor.require(Right.ADMINISTER)
    plans = [_with_keys(plan) for plan in read_plans(path)]
    return add_editions(session, actor, plans, why=Path(path).name)


def editions(session: Session, code: str) -> list[PlanRow]:
    """The editions of a plan, the last first, without their texts."""
    query = select(PlanRow).where(PlanRow.code == code).order_by(PlanRow.edition.desc())
    return list(session.scalars(query))


def edition(session: Session, code: str, number: int | None = None) -> Edition:
    """One edition of a plan, the last where no number is given.

    Raises
    ------
    UnknownRecordError
        ``plan.unknown``.
    InputError
        ``plan.bad_document``: another program spoilt its text.
    """
    plan = find_plan(session, code, number, whole=True)
    if plan is None:
        raise UnknownRecordError("plan.unknown", plan=code, edition=number or "—")
    return Edition(plan=plan, document=document_of(code, plan.document))


def all_editions(session: Session) -> list[Edition]:
    """Every plan in force, in its last edition, with its text; none that cannot be read."""
    found = []
    for plan in last_editions(session):
        with contextlib.suppress(InputError, UnknownRecordError):
            found.append(edition(session, plan.code, plan.edition))
    return found


def headquarters_names(session: Session) -> dict[str, Label]:
    """Names of the site's headquarters by code."""
    return {
        row.code: Label(row.name_zh, row.name_en)
        for row in session.scalars(select(HeadquartersRow))
    }


def names_in(session: Session, document: Document, lang: str) -> dict[tuple[str, str], str]:
    """Names of the records that the promises of a text name, by register and id.

    A record that is not there has none.
    """
    wanted: dict[str, set[str]] = {}
    for _clause, promise in document.promises():
        for kind, record_id in records_named(promise):
            wanted.setdefault(kind, set()).add(record_id)
    found: dict[tuple[str, str], str] = {}
    for kind, ids in wanted.items():
        model = MODELS[kind]
        listed = sorted(ids)
        for start in range(0, len(listed), _BATCH):
            part = listed[start : start + _BATCH]
            query = select(model.id, model.column("name"), model.column("name_en"))
            for row in session.execute(query.where(model.id.in_(part))):
                found[kind, row.id] = row.name if lang == "zh" else row.name_en or row.name
    return found


def find_record(session: Session, text: str, kinds: Sequence[str]) -> tuple[str, str] | None:
    """The one record in use of some registers that has this id or name; None of none or several."""
    found: set[tuple[str, str]] = set()
    for kind in kinds:
        model = MODELS[kind]
        in_use = select(model.id).where(model.retired_at.is_(None))
        by_id = session.scalar(in_use.where(model.id == text))
        if by_id is not None:
            return kind, by_id
        name = model.column("name")
        found |= {(kind, one) for one in session.scalars(in_use.where(name == text).limit(2))}
    return found.pop() if len(found) == 1 else None


def _with_keys(plan: Plan) -> Plan:
    """The plan with its text as it is kept: read, and every row with its key."""
    if not plan.document:
        return plan
    document = document_of(plan.code, plan.document)
    return plan.with_document(document.model_dump(mode="json"))
