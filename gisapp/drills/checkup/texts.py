"""The first layer of a check-up: what the text of a plan lacks or says twice differently."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.drills.checkup.findings import Finding
from gisapp.drills.plans.document import Clause, Document
from gisapp.drills.plans.library import Edition
from gisapp.drills.plans.promises import Promise
from gisapp.drills.plans.vocabulary import PARTS, PARTS_ASKED
from gisapp.registers.kinds import MODELS
from gisapp.schema.values import Json

_BATCH: Final = 500
_FIGURE: Final = re.compile(
    r"([\u4e00-\u9fff]{2,12}?)(?:应当?|须|要|共|约|为|是|在|达到?|不少于|不超过|不低于|至少|最多|可容纳|容纳|储备)*"
    r"\s*(\d+(?:\.\d+)?)\s*(分钟|小时|人|名|顶|辆|台|张|支|套|吨|公里|千米|米)"
)
"""A name, a number and what is counted, as “帐篷储备500顶”."""
_SAME_UNIT: Final = {"名": "人", "千米": "公里"}


def text_findings(session: Session, editions: Sequence[Edition]) -> list[Finding]:
    """Look through the texts of plans.

    Contacts are known where a register holds the number; it is looked for as it is written and
    without what people write between the digits.
    """
    found = [one for edition in editions for one in _of_plan(edition)]
    return found + list(_unknown_contacts(session, editions))


def _of_plan(edition: Edition) -> Iterator[Finding]:
    plan, document = edition.plan, edition.document
    has = {part for _clause, part in document.parts() if part is not None}
    for part in PARTS_ASKED[plan.category]:
        if part not in has:
            label = PARTS[part]
            params: dict[str, Json] = {"part_zh": label.zh, "part_en": label.en}
            yield Finding(plan=plan.code, item=part, code="checkup.no_part", params=params)
    for clause in document.clauses:
        for task in clause.tasks:
            said: dict[str, Json] = {"task": task.task[:60]}
            at = {"plan": plan.code, "clause": clause.key, "item": task.key}
            if not task.owner:
                yield Finding(**at, code="checkup.no_owner", params=said)
            if task.within_min is None:
                yield Finding(**at, code="checkup.no_time", params=said)
    yield from _contradictions(plan.code, document)


def _contradictions(plan: str, document: Document) -> Iterator[Finding]:
    """Figures of one thing that differ: in promises, and in what the text says."""
    yield from _promised_twice(plan, document.promises())
    yield from _said_twice(plan, document)


def _said_twice(plan: str, document: Document) -> Iterator[Finding]:
    """Numbers of one thing that differ; “储备帐篷” and “帐篷” are one thing."""
    said: dict[tuple[str, str], dict[str, Clause]] = {}
    for clause in document.clauses:
        for match in _FIGURE.finditer(clause.text):
            name, unit = match[1], _SAME_UNIT.get(match[3], match[3])
            known = next((one for one in said if _is_same(one, (name, unit))), (name, unit))
            said.setdefault(known, {}).setdefault(match[2], clause)
    for (name, unit), figures in said.items():
        if len({float(one) for one in figures}) == 1:
            continue
        told = (f"{one} {unit}（{where.heading}）" for one, where in figures.items())
        yield Finding(
            plan=plan,
            clause=list(figures.values())[-1].key,
            item=f"{name}/{unit}",
            code="checkup.figures_differ",
            params={"name": name, "figures": "、".join(told)},
        )


def _is_same(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[1] == other[1] and (one[0].endswith(other[0]) or other[0].endswith(one[0]))


_FIGURES: Final = {
    "arrival": "within_min", "force": "within_min", "shelter": "people", "beds": "beds",
}  # fmt: skip
"""What two clauses may not say differently; goods and pieces of several clauses are added up."""


def _promised_twice(plan: str, promises: Iterable[tuple[Clause, Promise]]) -> Iterator[Finding]:
    """Promises of one thing with two figures."""
    known: dict[str, tuple[Clause, float]] = {}
    for clause, promise in promises:
        name = _FIGURES.get(promise.what)
        if name is None:
            continue
        sense = promise.model_dump_json(exclude={name, "key", "note"})
        value: float = getattr(promise, name)
        first, other = known.setdefault(sense, (clause, value))
        if value != other:
            yield Finding(
                plan=plan,
                clause=clause.key,
                item=promise.key,
                code="checkup.promises_differ",
                params={"value": value, "other": other, "heading": first.heading},
            )


def _unknown_contacts(session: Session, editions: Sequence[Edition]) -> Iterator[Finding]:
    listed = [
        (edition.plan.code, clause, contact)
        for edition in editions
        for clause in edition.document.clauses
        for contact in clause.contacts
    ]
    known = _numbers_known(session, {form for *_, one in listed for form in _forms(one.phone)})
    for plan, clause, contact in listed:
        called = {"name": contact.name or contact.office or "—"}
        at = {"plan": plan, "clause": clause.key, "item": contact.key}
        if not contact.phone:
            yield Finding(**at, code="checkup.no_phone", params={**called})
        elif not known & _forms(contact.phone):
            yield Finding(**at, code="checkup.unknown_contact", params={**called})


def _numbers_known(session: Session, wanted: set[str]) -> set[str]:
    """Those of some telephone numbers that any register in use holds."""
    found: set[str] = set()
    numbers = sorted(wanted)
    for model in MODELS.values():
        for field in model.described.stored():
            if not field.is_phone:
                continue
            column = model.column(field.name)
            for start in range(0, len(numbers), _BATCH):
                part = numbers[start : start + _BATCH]
                query = (
                    select(column).where(column.in_(part), model.retired_at.is_(None)).distinct()
                )
                found.update(session.scalars(query))
    return found


def _forms(phone: str) -> set[str]:
    """A number as it is written, and without what stands between its digits."""
    return {phone, re.sub(r"[^\d+]", "", phone), re.sub(r"\s", "", phone)} - {""}
