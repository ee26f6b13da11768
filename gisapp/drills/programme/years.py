"""The programme of a year as a document: written down as it is, and approved as it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.documents import FONT, add_table, blank, to_bytes
from gisapp.drills.programme.drills import drills_of
from gisapp.drills.programme.models import Drill, DrillYear
from gisapp.drills.programme.organisers import obliged
from gisapp.drills.programme.vocabulary import (
    DRILL_STATES,
    FORMS,
    ORGANISERS,
    PURPOSES,
    SCOPES,
    DrillState,
)
from gisapp.errors import InputError
from gisapp.events.catalogue import Made
from gisapp.events.steps import Step
from gisapp.incidents.reasons import plain_reason
from gisapp.messages import translate
from gisapp.rights import Actor, Right
from gisapp.schema import Label
from gisapp.schema.values import Json, moment_text

KIND: Final = "drill_year"
HEADS: Final = ("name", "organiser", "kind", "when", "venue", "plan", "state")


def approve_year(session: Session, actor: Actor, year: int, *, why: str) -> DrillYear:
    """Approve the programme of a year as it is now; a later approval takes the place of this.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to approve the programme.
    why
        By which decision.

    Raises
    ------
    ForbiddenError
    InputError
        ``drill.nothing_planned``, ``drill.no_reason``, ``drill.bad_reason``.
    """
    actor.require(Right.APPROVE_DRILLS)
    reason = plain_reason(why, of="drill")
    rows = [one for one in drills_of(session, year) if one.state != DrillState.CANCELLED]
    if not rows:
        raise InputError("drill.nothing_planned", year=year)
    moment = now(session)
    row = DrillYear()
    content: list[Json] = [_written(one) for one in rows]
    values: dict[str, Json] = {
        "year": year, "approved_by": actor.who, "approved_at": None, "why": reason,
        "content": content,
    }  # fmt: skip
    step = Step(
        session, row, actor=actor, right=Right.APPROVE_DRILLS, kind=KIND, subject_id=str(year)
    )
    told = Made(after={"year": year, "drills": len(rows)})
    step.store(values | {"approved_at": moment}, what="insert", why=reason, data=told, at=moment)
    return row


def approval_of(session: Session, year: int) -> DrillYear | None:
    """The last approval of a year's programme; None before the first."""
    query = select(DrillYear).where(DrillYear.year == year).order_by(DrillYear.fid.desc())
    return session.scalar(query.limit(1))


def changed_since(session: Session, approval: DrillYear) -> list[str]:
    """Names of drills that are no longer as they were approved, or came later."""
    was = {str(one["id"]): one for one in approval.content}
    rows = drills_of(session, approval.year)
    return [
        row.name
        for row in rows
        if (row.id not in was and row.state == DrillState.PLANNED)
        or (row.id in was and _as_planned(was[row.id]) != _as_planned(_written(row)))
    ]


def year_docx(session: Session, year: int, lang: str, *, zone: str) -> bytes:
    """Write the programme of a year as a document, with its approval.

    Parameters
    ----------
    zone
        Time zone of the site.
    """
    rows, approval = drills_of(session, year), approval_of(session, year)
    names = {(unit.kind.value, unit.code): unit.name for unit in obliged(session)}
    document = blank(10.5, latin=FONT)
    document.add_heading(translate("drill.year.title", lang, year=year), level=0)
    if approval is None:
        document.add_paragraph(translate("drill.year.draft", lang))
    else:
        on = approval.approved_at.astimezone(ZoneInfo(zone)).date().isoformat()
        document.add_paragraph(
            translate(
                "drill.year.approved", lang, who=approval.approved_by, on=on, why=approval.why
            )
        )
        if changed := changed_since(session, approval):
            separator = "、" if lang == "zh" else ", "
            document.add_paragraph(
                translate("drill.year.changed", lang, names=separator.join(changed))
            )
    heads = [translate(f"drill.year.head.{one}", lang) for one in HEADS]
    add_table(
        document,
        heads,
        [_cells(one, lang, names.get((one.organiser_kind, one.organiser)), zone) for one in rows],
    )
    return to_bytes(document)


def kind_words(row: Drill, lang: str) -> str:
    """What kind of drill it is, on its three axes."""
    axes = (FORMS[row.form], SCOPES[row.scope], PURPOSES[row.purpose])
    return "、".join(one.zh for one in axes) if lang == "zh" else ", ".join(o.en for o in axes)


def _cells(row: Drill, lang: str, organiser: Label | None, zone: str) -> Sequence[str]:
    kind = ORGANISERS[row.organiser_kind].in_(lang)
    when = (
        translate("drill.year.no_date", lang)
        if row.starts_at is None
        else f"{row.starts_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    )
    return (
        row.name,
        organiser.in_(lang) if organiser else f"{kind} {row.organiser}",
        kind_words(row, lang),
        when,
        row.venue,
        row.plan_code or "",
        DRILL_STATES[row.state].in_(lang),
    )


def _written(row: Drill) -> dict[str, Json]:
    return {
        "id": row.id, "name": row.name, "organiser_kind": row.organiser_kind,
        "organiser": row.organiser, "form": row.form, "scope": row.scope, "purpose": row.purpose,
        "starts_at": moment_text(row.starts_at), "venue": row.venue, "plan": row.plan_code,
        "state": row.state,
    }  # fmt: skip


def _as_planned(written: dict[str, Json]) -> dict[str, Json]:
    """What was approved of a drill: that it was held since is no change."""
    held = {DrillState.DONE.value: DrillState.PLANNED.value}
    state = str(written["state"])
    return {**written, "state": held.get(state, state)}
