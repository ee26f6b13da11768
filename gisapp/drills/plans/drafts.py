"""Writing a plan: a draft is begun, changed, read from a document, and issued as an edition."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.drills.plans.difference import carry_keys
from gisapp.drills.plans.document import Document, document_of
from gisapp.drills.plans.docx_reading import ReadPlan, read_docx
from gisapp.drills.plans.library import find_record
from gisapp.drills.plans.models import PlanDraft
from gisapp.errors import GisAppError, InputError, OutOfDateError, UnknownRecordError
from gisapp.events.catalogue import Changed, Made
from gisapp.events.steps import Step
from gisapp.incidents.response.library import add_editions, find_plan
from gisapp.incidents.response.plans import FIELDS, Plan, plan_of
from gisapp.incidents.response.vocabulary import PlanCategory
from gisapp.registers.retirement import put_away
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json, Values

KIND: Final = "plan_draft"
CODE: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
DRAFT_FIELDS: Final = frozenset(FIELDS) - {"code", "edition"}


class DraftOpenError(OutOfDateError):
    """A plan has a draft that somebody is writing."""


def begin(session: Session, actor: Actor, code: str, head: Mapping[str, Json]) -> PlanDraft:
    """Begin a draft: of the plan's last edition where it has one, else from what is said of it.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to keep plans.
    code
        Of the plan, the same in every edition.
    head
        Fields of a plan as its file has them (``docs/plans.md``), over those of the last edition.

    Raises
    ------
    ForbiddenError
    DraftOpenError
        ``plan_draft.is_open``: somebody is writing that plan.
    InputError
        ``plan_draft.bad_code``, and what :func:`_checked` refuses.
    """
    actor.require(Right.KEEP_PLANS)
    return _insert(session, actor, code, {**_basis(session, code), **head}, unread=[])


def begin_from_docx(
    session: Session,
    actor: Actor,
    code: str,
    content: bytes,
    *,
    file: str,
    head: Mapping[str, Json],
    version: int | None = None,
) -> PlanDraft:
    """Begin a draft with the text of a document, or read the open draft's text anew from it.

    What the document says takes the place of the text; clauses that say the same keep their keys.
    Levels and triggers stay those of the last edition; a plan without any gets the levels of the
    document's tables, whose triggers are for a person to enter.

    Parameters
    ----------
    file
        Name of the document, for the history.
    version
        Of the open draft that the actor saw; None where there is none.

    Raises
    ------
    ForbiddenError
    DraftOpenError
        ``plan_draft.is_open``.
    OutOfDateError
        ``plan_draft.taken``.
    InputError
        What :func:`read_docx` refuses, and as :func:`begin`.
    """
    actor.require(Right.KEEP_PLANS)
    read = read_docx(content, lambda text, kinds: find_record(session, text, kinds))
    unread: list[dict[str, Json]] = [one.to_dict() for one in read.unread]
    row = _open_draft(session, code)
    basis = _basis(session, code) if row is None else row.content
    before = document_of(code, text_in(basis))
    document = carry_keys(before, read.document)
    content_now: dict[str, Json] = {**basis, **_titled(basis, read, head), **head}
    if not basis.get("levels"):
        content_now["levels"] = _levels_of(read)
    content_now["document"] = document.model_dump(mode="json")
    if row is None:
        return _insert(session, actor, code, content_now, unread=unread, why=file)
    if version is None:
        raise DraftOpenError("plan_draft.is_open", plan=code)
    return _write(session, actor, row, version, content_now, unread=unread, why=file)


def change(
    session: Session,
    actor: Actor,
    draft_id: str,
    *,
    version: int,
    content: Mapping[str, Json],
    unread: list[dict[str, Json]] | None = None,
) -> PlanDraft:
    """Change a draft.

    Parameters
    ----------
    version
        Of the draft that the actor saw.
    content
        The whole plan but code and edition.
    unread
        What is left of what an import could not read; as it was where None.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``plan_draft.unknown``.
    OutOfDateError
        ``plan_draft.taken``.
    InputError
        What :func:`_checked` refuses.
    """
    actor.require(Right.KEEP_PLANS)
    row = find_draft(session, draft_id)
    return _write(session, actor, row, version, content, unread=unread)


def give_up(session: Session, actor: Actor, draft_id: str, *, version: int) -> None:
    """Put a draft away.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``plan_draft.unknown``.
    OutOfDateError
        ``plan_draft.taken``.
    """
    actor.require(Right.KEEP_PLANS)
    row = find_draft(session, draft_id)
    gone: Values = {**put_away(actor.who, at=now(session)), "updated_by": actor.who}
    _step(session, actor, row, version).store(gone, what="retire")


def issue(session: Session, actor: Actor, draft_id: str, *, version: int, why: str = "") -> Plan:
    """Make a draft the next edition of its plan, for good.

    Parameters
    ----------
    actor
        Needs the right to issue plans.
    why
        By which decision.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``plan_draft.unknown``.
    OutOfDateError
        ``plan_draft.taken``.
    InputError
        ``plan_draft.unsettled``: an import's findings wait for somebody; what
        :func:`~gisapp.incidents.response.plans.plan_of` and
        :func:`~gisapp.incidents.response.library.add_editions` refuse.
    """
    actor.require(Right.ISSUE_PLANS)
    row = find_draft(session, draft_id)
    if row.unread:
        raise InputError("plan_draft.unsettled", count=len(row.unread))
    last = find_plan(session, row.code)
    edition = 1 if last is None else last.edition + 1
    plan = plan_of({**row.content, "code": row.code, "edition": edition})
    document_of(row.code, plan.document)
    moment = now(session)
    gone: Values = {
        **put_away(actor.who, at=moment), "updated_by": actor.who, "issued_as": edition,
    }  # fmt: skip
    told = Changed(before={"issued_as": None}, after={"issued_as": edition})
    _step(session, actor, row, version, right=Right.ISSUE_PLANS).store(
        gone, what="retire", data=told, at=moment
    )
    add_editions(session, actor, [plan], why=why.strip()[:500] or row.id, right=Right.ISSUE_PLANS)
    return plan


def find_draft(session: Session, draft_id: str) -> PlanDraft:
    """Return a draft that is open.

    Raises
    ------
    UnknownRecordError
        ``plan_draft.unknown``.
    """
    row = session.scalar(
        select(PlanDraft).where(PlanDraft.id == draft_id, PlanDraft.retired_at.is_(None))
    )
    if row is None:
        raise UnknownRecordError("plan_draft.unknown", id=draft_id)
    return row


def drafts(session: Session) -> list[PlanDraft]:
    """The drafts that are open, by the code of their plan."""
    query = select(PlanDraft).where(PlanDraft.retired_at.is_(None)).order_by(PlanDraft.code)
    return list(session.scalars(query))


def draft_plan(row: PlanDraft) -> tuple[Plan, Document]:
    """A draft as the plan that it would be, of edition 1.

    Raises
    ------
    InputError
        As :func:`issue`: a draft may lack what an edition needs.
    """
    plan = plan_of({**row.content, "code": row.code, "edition": 1})
    return plan, document_of(row.code, plan.document)


def _basis(session: Session, code: str) -> dict[str, Json]:
    """What the last edition says, as a draft holds it; of a new plan what is taken for granted."""
    last = find_plan(session, code, whole=True)
    if last is None:
        return {
            "category": PlanCategory.SPECIAL.value, "kinds": [], "triggers": [], "levels": [],
            "synthetic": False, "document": {},
        }  # fmt: skip
    return last.written()


def _titled(basis: Mapping[str, Json], read: ReadPlan, head: Mapping[str, Json]) -> dict[str, Json]:
    """The name that the document gives a plan without one."""
    if not read.title or basis.get("name") or head.get("name"):
        return {}
    return {"name": {"zh": read.title, "en": read.title}}


def _levels_of(read: ReadPlan) -> list[Json]:
    """What tables of a document say of levels, in the one language that they are in."""

    def both(text: Json) -> Json:
        return {"zh": text, "en": text}

    return [
        {
            "level": one["level"],
            "measures": both(one["measures"]),
            "started_by": both(one["started_by"]),
            "by_phone": False,
            "expected_h": one["expected_h"],
        }
        for one in read.levels
    ]


def _open_draft(session: Session, code: str) -> PlanDraft | None:
    return session.scalar(
        select(PlanDraft).where(PlanDraft.code == code, PlanDraft.retired_at.is_(None))
    )


def _insert(
    session: Session,
    actor: Actor,
    code: str,
    content: Mapping[str, Json],
    *,
    unread: list[dict[str, Json]],
    why: str | None = None,
) -> PlanDraft:
    code = code.strip()
    if not CODE.fullmatch(code):
        raise InputError("plan_draft.bad_code")

    def lost() -> GisAppError:
        return DraftOpenError("plan_draft.is_open", plan=code)

    if _open_draft(session, code) is not None:
        raise lost()
    row = PlanDraft(id=f"D{secrets.token_hex(4)}", made_at=now(session), made_by=actor.who)
    kept = _checked(code, content)
    values: dict[str, Json] = {
        "code": code, "content": kept, "unread": [*unread], "updated_by": actor.who,
    }  # fmt: skip
    step = Step(
        session, row, actor=actor, right=Right.KEEP_PLANS, kind=KIND, subject_id=row.id, lost=lost
    )
    step.store(values, what="insert", why=why, data=Made(after=_told(code, kept, unread)))
    return row


def _write(
    session: Session,
    actor: Actor,
    row: PlanDraft,
    version: int,
    content: Mapping[str, Json],
    *,
    unread: list[dict[str, Json]] | None,
    why: str | None = None,
) -> PlanDraft:
    kept = _checked(row.code, content)
    left = row.unread if unread is None else unread
    before = _told(row.code, row.content, row.unread)
    values: dict[str, Json] = {"content": kept, "unread": [*left], "updated_by": actor.who}
    told = Changed(before=before, after=_told(row.code, kept, left))
    _step(session, actor, row, version).store(values, what="update", why=why, data=told)
    return row


def _checked(code: str, content: Mapping[str, Json]) -> dict[str, Json]:
    """A draft's content with its text read and keyed; what an edition needs may be missing yet.

    Raises
    ------
    InputError
        ``plan.bad_field``: a field that no plan has; ``plan.bad_document``.
    """
    left = {name: value for name, value in content.items() if name not in {"code", "edition"}}
    unknown = sorted(left.keys() - DRAFT_FIELDS)
    if unknown:
        raise InputError("plan.bad_field", plan=code, field=unknown[0])
    document = document_of(code, text_in(left))
    return {**left, "document": document.model_dump(mode="json")}


def text_in(content: Mapping[str, Json]) -> Mapping[str, Json]:
    """The text in what a draft holds; empty where it has none."""
    text = content.get("document")
    return text if isinstance(text, Mapping) else {}


def _told(code: str, content: Mapping[str, Json], unread: list[dict[str, Json]]) -> dict[str, Json]:
    """What the log says of a draft: not its text, which the edition will hold."""
    clauses = text_in(content).get("clauses")
    return {
        "code": code,
        "name": content.get("name"),
        "clauses": len(clauses) if isinstance(clauses, list) else 0,
        "unread": len(unread),
    }


def _step(
    session: Session,
    actor: Actor,
    row: PlanDraft,
    version: int,
    *,
    right: Right = Right.KEEP_PLANS,
) -> Step:
    def lost() -> GisAppError:
        return OutOfDateError("plan_draft.taken", who=row.updated_by)

    return Step(
        session, row, actor=actor, right=right, kind=KIND, subject_id=row.id, version=version,
        lost=lost,
    )  # fmt: skip
