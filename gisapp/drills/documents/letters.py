"""What is sent out: the public notice (公告) and the invitations (邀请函)."""

from __future__ import annotations

from gisapp.drills.documents.facts import Facts
from gisapp.drills.documents.paper import Paper
from gisapp.drills.documents.plan import arrival, contacts
from gisapp.drills.programme.vocabulary import ROLES


def public_notice(facts: Facts) -> Paper:
    """Write what the public is told of a drill beforehand."""
    arranged, row = facts.arrangements, facts.row
    paper = Paper(facts, "notice", title=facts.say("notice.title", name=row.name))
    paper.title()
    paper.text(
        facts.say(
            "notice.opening", organiser=facts.organiser, name=row.name, when=facts.when,
            venue=facts.or_open(row.venue),
        )
    )  # fmt: skip
    paper.loud(facts.say("notice.is_exercise"))
    paper.pairs(
        [
            ("fact.when", facts.when),
            ("fact.venue", facts.or_open(row.venue)),
            ("fact.noticed_area", arranged.noticed_area or facts.or_open(row.venue)),
            ("fact.noticed", arranged.noticed or facts.say(f"notice.noticed.{row.form}")),
            ("fact.hotline", facts.or_open(arranged.hotline)),
        ]
    )
    paper.text(facts.say("notice.please"))
    paper.listed(facts.lines("notice.please_lines"), numbered=True)
    if arranged.notice_note:
        paper.text(arranged.notice_note)
    paper.text(facts.say("notice.closing"))
    paper.signed()
    return paper


def invitations(facts: Facts) -> Paper:
    """Write a letter to each who is invited or takes part, each on a page of its own."""
    paper = Paper(facts, "invitation")
    for number, (name, role) in enumerate(_addressees(facts)):
        if number:
            paper.turn()
        _write_letter(paper, name, role)
    return paper


def _addressees(facts: Facts) -> list[tuple[str, str]]:
    """Names with their roles, each once; one letter to everybody where nobody is named."""
    named = dict.fromkeys(facts.arrangements.invited, "observer")
    for one in facts.people:
        if one.name != facts.organiser:  # nobody writes to himself
            named.setdefault(one.name, one.role)
    return list(named.items()) or [(facts.say("invitation.everybody"), "observer")]


def _write_letter(paper: Paper, name: str, role: str) -> None:
    facts, arranged, row = paper.facts, paper.facts.arrangements, paper.facts.row
    paper.title()
    paper.text(facts.say("invitation.dear", name=name))
    paper.text(
        facts.say(
            "invitation.guest" if role == "observer" else "invitation.part",
            organiser=facts.organiser, name=row.name, role=facts.label(ROLES[role]),
            when=facts.when, venue=facts.or_open(row.venue),
        )
    )  # fmt: skip
    paper.pairs(
        [
            ("fact.kind", facts.kind),
            ("fact.when", facts.when),
            ("fact.venue", facts.or_open(row.venue)),
            ("fact.arrive", arrival(facts)),
            ("fact.briefing", facts.or_open(arranged.briefing)),
            ("fact.review", arranged.review or facts.say("plan.course.review_when")),
            *contacts(facts),
        ]
    )
    paper.listed(facts.lines("invitation.note_lines"))
    if arranged.invitation_note:
        paper.text(arranged.invitation_note)
    by = facts.say("invitation.soon") if arranged.reply_by is None else facts.day(arranged.reply_by)
    paper.text(facts.say("invitation.reply", by=by))
    paper.signed()
    paper.heading("invitation.slip", depth=2)
    head = facts.heads("slip", ("unit", "name", "office", "phone", "comes"))
    paper.table(head, [["", "", "", "", ""]], (4, 3, 3, 3, 3))
