"""Plans as they are told: the list of the library, one plan whole, a draft."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.accounts.masking import hidden
from gisapp.drills.plans.document import Clause, Document
from gisapp.drills.plans.drafts import drafts
from gisapp.drills.plans.due import NEEDS, Due, months_later
from gisapp.drills.plans.library import Edition, headquarters_names, names_in
from gisapp.drills.plans.marks import marks_of
from gisapp.drills.plans.models import PlanDraft, PlanMark
from gisapp.drills.plans.promises import PROMISES, Promise
from gisapp.drills.plans.vocabulary import MARKS, PARTS, REVISION_TRIGGERS, Mark
from gisapp.drills.plans.wording import promise_words, triggers_of
from gisapp.incidents.grading.kinds import KINDS
from gisapp.incidents.response.library import last_editions
from gisapp.incidents.response.models import PlanRow
from gisapp.incidents.response.plans import Plan
from gisapp.incidents.response.vocabulary import LEVELS, PLAN_CATEGORIES
from gisapp.messages import translate
from gisapp.registers.kinds.enterprise import Enterprise
from gisapp.rights import Actor, Right
from gisapp.schema import Label
from gisapp.schema.values import Json, moment_text


@dataclass(frozen=True, kw_only=True)
class Names:
    """What plans' codes are called."""

    headquarters: Mapping[str, Label]
    enterprises: Mapping[str, Label]

    def head(self, plan: Plan, lang: str) -> dict[str, Json]:
        """What the list and the page of a plan say of it."""
        return {
            "code": plan.code,
            "edition": plan.edition,
            "name": plan.name.in_(lang),
            "category": plan.category.value,
            "category_label": PLAN_CATEGORIES[plan.category].in_(lang),
            "headquarters": self._called(self.headquarters, plan.headquarters, lang),
            "agency": plan.agency or None,
            "county": plan.county or None,
            "enterprise": plan.enterprise or None,
            "enterprise_name": self._called(self.enterprises, plan.enterprise, lang),
            "kinds": [KINDS[one].label.in_(lang) for one in plan.kinds],
            "issued_on": None if plan.issued_on is None else plan.issued_on.isoformat(),
            "review_every_months": plan.review_every_months,
            "synthetic": plan.synthetic,
            "source": plan.source.in_(lang),
        }

    @staticmethod
    def _called(names: Mapping[str, Label], code: str, lang: str) -> str | None:
        if not code:
            return None
        return names[code].in_(lang) if code in names else code


def names_of(session: Session, plans: Sequence[Plan]) -> Names:
    """Read what the headquarters and enterprises of some plans are called."""
    ids = sorted({one.enterprise for one in plans if one.enterprise})
    query = select(Enterprise.id, Enterprise.name, Enterprise.name_en).where(Enterprise.id.in_(ids))
    rows = session.execute(query) if ids else ()
    return Names(
        headquarters=headquarters_names(session),
        enterprises={row.id: Label(row.name, row.name_en or row.name) for row in rows},
    )


def library(
    session: Session,
    lang: str,
    today: date,
    *,
    due: Sequence[Due],
    findings: Mapping[str, int],
) -> list[dict[str, Json]]:
    """Every plan in its last edition, with what is due of it.

    Parameters
    ----------
    due
        All that is due of them.
    findings
        How much the last check-up found, by plan.
    """
    plans = last_editions(session)
    names = names_of(session, plans)
    needs: dict[str, list[Due]] = defaultdict(list)
    for one in due:
        needs[one.plan.code].append(one)
    marks: dict[str, list[PlanMark]] = defaultdict(list)
    for row in marks_of(session):
        marks[row.plan_code].append(row)
    open_drafts = {row.code: row for row in drafts(session)}
    return [
        {
            **names.head(plan, lang),
            **_recorded(plan, marks[plan.code]),
            "needs": [due_told(one, lang, today) for one in needs[plan.code]],
            "findings": findings.get(plan.code, 0),
            "draft": open_drafts[plan.code].id if plan.code in open_drafts else None,
        }
        for plan in plans
    ]


def _recorded(plan: Plan, marks: Sequence[PlanMark]) -> dict[str, Json]:
    """When an edition was reviewed and filed last, and when it is to be reviewed next."""
    days: dict[str, list[date]] = defaultdict(list)
    for one in marks:
        if one.plan_edition == plan.edition:
            days[one.what].append(one.on)
    reviewed = max(days[Mark.REVIEWED], default=None)
    filed = max(days[Mark.FILED], default=None)
    last = reviewed or plan.issued_on
    due = None if last is None else months_later(last, plan.review_every_months)
    return {
        "reviewed_on": None if reviewed is None else reviewed.isoformat(),
        "filed_on": None if filed is None else filed.isoformat(),
        "review_by": None if due is None else due.isoformat(),
    }


def due_told(one: Due, lang: str, today: date) -> dict[str, Json]:
    """Something that is due of a plan."""
    trigger = REVISION_TRIGGERS[one.trigger].in_(lang) if one.trigger else None
    return {
        "plan": one.plan.code,
        "name": one.plan.name.in_(lang),
        "need": one.need.value,
        "label": NEEDS[one.need].in_(lang),
        "day": None if one.day is None else one.day.isoformat(),
        "days": one.days(today),
        "trigger": trigger,
        "note": one.note,
    }


def plan_told(
    session: Session, edition: Edition, lang: str, *, actor: Actor, known: Sequence[PlanRow]
) -> dict[str, Json]:
    """A plan whole.

    Parameters
    ----------
    actor
        Telephone numbers are hidden from those who may not see them.
    known
        All its editions.
    """
    plan = edition.plan
    repealed = next((row.repealed_on for row in known if row.edition == plan.edition), None)
    return {
        **names_of(session, [plan]).head(plan, lang),
        "editions": [row.edition for row in known],
        "repealed_on": None if repealed is None else repealed.isoformat(),
        "levels": [
            {
                "level": one.level,
                "label": LEVELS[one.level].in_(lang),
                "triggers": [*triggers_of(plan, one.level, lang)],
                "started_by": one.started_by.in_(lang),
                "by_phone": one.by_phone,
                "expected_h": one.expected_h,
                "measures": one.measures.in_(lang),
            }
            for one in plan.levels
        ],
        "clauses": clauses_told(session, edition.document, lang, actor=actor),
        "marks": [mark_told(one, lang) for one in marks_of(session, plan.code)],
    }


def clauses_told(session: Session, document: Document, lang: str, *, actor: Actor) -> list[Json]:
    """The text of a plan, promises in words."""
    names = names_in(session, document, lang)
    return [
        {
            "key": clause.key,
            "depth": clause.depth,
            "number": clause.number,
            "title": clause.title,
            "heading": clause.heading,
            "text": clause.text,
            "part": None if part is None else part.value,
            "part_label": None if part is None else PARTS[part].in_(lang),
            "tasks": [
                {
                    **one.model_dump(mode="json"),
                    "level_label": LEVELS[one.level].in_(lang) if one.level else None,
                }
                for one in clause.tasks
            ],
            "contacts": [one.model_dump(mode="json") for one in shown_to(actor, clause).contacts],
            "promises": [promise_told(one, lang, names) for one in clause.promises],
        }
        for clause, part in document.parts()
    ]


def shown_to(actor: Actor, clause: Clause) -> Clause:
    """A clause as somebody may read it: whoever may not see contacts sees no whole number."""
    if actor.may(Right.SEE_CONTACTS):
        return clause
    contacts = tuple(
        one.model_copy(update={"name": hidden(one.name), "phone": hidden(one.phone)})
        for one in clause.contacts
    )
    return clause.model_copy(update={"contacts": contacts})


def document_shown_to(actor: Actor, document: Document) -> Document:
    """A text as somebody may read it."""
    return Document(clauses=tuple(shown_to(actor, one) for one in document.clauses))


def promise_told(
    promise: Promise, lang: str, names: Mapping[tuple[str, str], str]
) -> dict[str, Json]:
    """A promise in words, and what it is made of."""
    return {
        "key": promise.key,
        "what": promise.what,
        "label": PROMISES[promise.what].in_(lang),
        "words": promise_words(promise, lang, names),
        "note": promise.note,
    }


def mark_told(row: PlanMark, lang: str) -> dict[str, Json]:
    """Something that was recorded of a plan."""
    return {
        "edition": row.plan_edition,
        "what": row.what,
        "label": MARKS[Mark(row.what)].in_(lang),
        "on": row.on.isoformat(),
        "by": row.by,
        "number": row.number,
        "trigger": REVISION_TRIGGERS[row.trigger].in_(lang) if row.trigger else None,
        "note": row.note,
        "recorded_by": row.recorded_by,
        "recorded_at": moment_text(row.recorded_at),
    }


def draft_told(row: PlanDraft) -> dict[str, Json]:
    """What a list says of a draft."""
    name = row.content.get("name")
    return {
        "id": row.id,
        "code": row.code,
        "name": name if isinstance(name, Mapping) else None,
        "unread": len(row.unread),
        "version": row.version,
        "updated_by": row.updated_by,
        "updated_at": moment_text(row.updated_at or row.made_at),
    }


@dataclass(frozen=True, kw_only=True)
class UnreadTold:
    """Something that an import could not read, in words."""

    code: str
    where: str
    text: str
    sentence: str

    def to_dict(self) -> dict[str, Json]:
        """As JSON carries it."""
        return asdict(self)


def unread_told(row: PlanDraft, lang: str) -> list[UnreadTold]:
    """What waits to be settled in a draft, in its order."""
    found = []
    for one in row.unread:
        params = one.get("params")
        code = str(one["code"])
        named = dict(params) if isinstance(params, Mapping) else {}
        found.append(
            UnreadTold(
                code=code,
                where=str(one.get("where", "")),
                text=str(one.get("text", "")),
                sentence=translate(code, lang, **named),
            )
        )
    return found
