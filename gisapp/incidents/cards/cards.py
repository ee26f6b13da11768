"""Run cards kept: listed, changed with a reason, brought with a site."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import OutOfDateError, SiteError, UnknownRecordError
from gisapp.events.steps import Step
from gisapp.incidents.cards.models import RunCard
from gisapp.incidents.cards.needs import Card, Line, card_id, read_card
from gisapp.incidents.reasons import plain_reason
from gisapp.rights import Actor, Right

KIND = "run_card"


def run_cards(session: Session) -> list[RunCard]:
    """All cards, by kind and level, those for any level last."""
    query = select(RunCard).order_by(RunCard.kind, RunCard.level.is_(None), RunCard.level)
    return list(session.scalars(query))


def find_card(session: Session, kind: str, level: int | None) -> RunCard:
    """One card.

    Raises
    ------
    UnknownRecordError
        ``card.unknown``.
    """
    row = _row(session, kind, level)
    if row is None:
        raise UnknownRecordError("card.unknown", card=card_id(kind, level))
    return row


def cards_in_use(session: Session) -> dict[str, Card]:
    """The cards that proposals are made by, by their ids."""
    return {row.id: as_card(row) for row in run_cards(session) if row.active}


def as_card(row: RunCard) -> Card:
    """A row as the rules have it."""
    return Card(
        kind=row.kind,
        level=row.level,
        lines=tuple(Line(**one) for one in row.lines),
        experts=tuple(row.experts),
    )


def set_card(
    session: Session,
    actor: Actor,
    card: Card,
    *,
    seen: int,
    why: str,
    active: bool = True,
    synthetic: bool = False,
) -> RunCard:
    """Write a card, new or in the place of the one there is.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to manage cards.
    seen
        Version of the card that the actor saw; 0 where there was none.
    active
        Whether proposals are made by it.
    synthetic
        Whether it is invented.

    Raises
    ------
    ForbiddenError
    OutOfDateError
        ``card.changed_since``.
    InputError
        ``card.no_reason``, ``card.bad_reason``.
    """
    actor.require(Right.MANAGE_CARDS)
    reason = plain_reason(why, of="card")
    row = _row(session, card.kind, card.level)
    is_new = row is None

    def lost() -> OutOfDateError:
        return OutOfDateError("card.changed_since", card=card.id)

    if is_new != (seen == 0):
        raise lost()
    row = RunCard(id=card.id) if row is None else row
    moment = now(session)
    step = Step(
        session,
        row,
        actor=actor,
        right=Right.MANAGE_CARDS,
        kind=KIND,
        subject_id=card.id,
        version=None if is_new else seen,
        lost=lost,
    )
    made = {"kind": card.kind, "level": card.level} if is_new else {}
    step.store(
        {
            **made,
            "lines": [one.to_dict() for one in card.lines],
            "experts": list(card.experts),
            "active": active,
            "synthetic": synthetic,
            "changed_at": moment,
            "changed_by": actor.who,
            "why": reason,
        },
        what="insert" if is_new else "update",
        why=reason,
        at=moment,
    )
    return row


def load_cards(session: Session, actor: Actor, path: Path) -> int:
    """Take the cards of a site's file in; return how many.

    Raises
    ------
    ForbiddenError
    SiteError
        ``site.bad_cards``: the file cannot be read.
    FaultsError
    """
    try:
        given = json.loads(path.read_text("utf-8"))
        cards = [
            (
                read_card(one["kind"], one.get("level"), one["lines"], one.get("experts", ())),
                bool(one.get("synthetic")),
            )
            for one in given
        ]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SiteError("site.bad_cards", file=path.name, detail=str(error)) from error
    for card, synthetic in cards:
        set_card(session, actor, card, seen=0, why=path.name, synthetic=synthetic)
    return len(cards)


def _row(session: Session, kind: str, level: int | None) -> RunCard | None:
    return session.scalar(select(RunCard).where(RunCard.id == card_id(kind, level)))
