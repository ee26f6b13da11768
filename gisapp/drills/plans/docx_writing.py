"""A plan as a document of a word processor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from gisapp.documents import FONT, add_table, blank, to_bytes
from gisapp.drills.plans.document import Document
from gisapp.drills.plans.docx_tables import (
    Names,
    TableKind,
    contact_row,
    heads,
    plain_number,
    promise_row,
    task_row,
)
from gisapp.drills.plans.library import Edition, headquarters_names, names_in
from gisapp.drills.plans.wording import triggers_of
from gisapp.incidents.grading.kinds import KINDS
from gisapp.incidents.response.plans import Plan
from gisapp.incidents.response.vocabulary import LEVELS, PLAN_CATEGORIES
from gisapp.messages import translate
from gisapp.schema import Label

if TYPE_CHECKING:
    from docx.document import Document as Written


def edition_docx(session: Session, edition: Edition, lang: str) -> bytes:
    """Write an edition with the names that its codes stand for."""
    return plan_docx(
        edition.plan,
        edition.document,
        lang,
        names=names_in(session, edition.document, lang),
        headquarters=headquarters_names(session).get(edition.plan.headquarters),
    )


def plan_docx(
    plan: Plan, document: Document, lang: str, *, names: Names, headquarters: Label | None
) -> bytes:
    """Write a plan with its text; what is read of it again is the same text.

    Parameters
    ----------
    names
        Of the records that promises name.
    headquarters
        What its headquarters is called.
    """
    written = blank(10.5, latin=FONT)
    written.core_properties.title = plan.name.in_(lang)
    written.core_properties.author = plan.agency
    written.add_heading(plan.name.in_(lang), level=0)
    for text in _facts(plan, lang, headquarters):
        written.add_paragraph(text, style="Subtitle")
    for clause in document.clauses:
        if clause.heading:
            written.add_heading(clause.heading, level=clause.depth)
        for line in clause.text.split("\n") if clause.text else ():
            written.add_paragraph(line)
        rows: dict[TableKind, list[list[str]]] = {
            "tasks": [task_row(one, lang) for one in clause.tasks],
            "contacts": [contact_row(one, lang) for one in clause.contacts],
            "promises": [promise_row(one, lang, names) for one in clause.promises],
        }
        for kind, told in rows.items():
            if told:
                _table(written, heads(kind, lang), told)
    if plan.levels:
        written.add_heading(translate("plan.docx_levels", lang), level=1)
        _table(written, heads("levels", lang), _levels(plan, lang))
    return to_bytes(written)


def _facts(plan: Plan, lang: str, headquarters: Label | None) -> list[str]:
    """What the cover says, a line each."""
    told = {
        "category": PLAN_CATEGORIES[plan.category].in_(lang),
        "edition": str(plan.edition),
        "agency": plan.agency,
        "headquarters": headquarters.in_(lang) if headquarters else "",
        "issued_on": plan.issued_on.isoformat() if plan.issued_on else "",
        "kinds": ("、" if lang == "zh" else ", ").join(
            KINDS[one].label.in_(lang) for one in plan.kinds
        ),
        "source": plan.source.in_(lang),
    }
    lines = [
        translate(f"plan.docx.{name}", lang, value=value) for name, value in told.items() if value
    ]
    return [*lines, translate("plan.docx.synthetic", lang)] if plan.synthetic else lines


def _levels(plan: Plan, lang: str) -> list[list[str]]:
    return [
        [
            LEVELS[one.level].in_(lang),
            ("；" if lang == "zh" else "; ").join(triggers_of(plan, one.level, lang)),
            one.started_by.in_(lang),
            plain_number(one.expected_h),
            one.measures.in_(lang),
        ]
        for one in plan.levels
    ]


def _table(written: Written, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    add_table(written, head, rows)
    written.add_paragraph()
