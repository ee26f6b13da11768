"""The exercise plan (演练方案): why, who, when and by which rules; never what is played."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from gisapp.drills.documents.facts import Facts
from gisapp.drills.documents.paper import Paper
from gisapp.drills.programme.vocabulary import ROLES, SCORES


def exercise_plan(facts: Facts) -> Paper:
    """Write the plan of a drill, for everybody who takes part."""
    paper = Paper(facts, "plan")
    paper.begin()
    paper.heading("plan.purpose")
    paper.text(facts.say(f"plan.why.{facts.row.purpose}"))
    if facts.plan:
        paper.text(facts.say("plan.tests", plan=facts.plan))
    paper.text(facts.say("plan.programme", year=facts.row.year))
    paper.heading("plan.outline")
    paper.pairs(outline(facts))
    paper.heading("plan.objectives")
    write_objectives(paper)
    paper.heading("plan.organisation")
    _write_people(paper)
    paper.heading("plan.course")
    paper.table(facts.heads("plan.course", ("step", "when", "what")), [*_course(facts)], (3, 5, 7))
    paper.heading("plan.rules")
    paper.listed(facts.lines("plan.rules_lines"), numbered=True)
    paper.heading("plan.secrecy")
    paper.text(facts.say("plan.secrecy_text"))
    paper.heading("plan.judging")
    paper.text(
        facts.say("plan.judging_text", scores=facts.joined(map(facts.label, SCORES.values())))
    )
    paper.heading("plan.support")
    paper.text(facts.arrangements.support or facts.say("plan.support_text"))
    paper.heading("plan.contact")
    paper.pairs(contacts(facts))
    paper.approvals()
    return paper


def outline(facts: Facts) -> list[tuple[str, str]]:
    """What a drill is, in a few rows."""
    return [
        ("fact.name", facts.row.name),
        ("fact.id", facts.row.id),
        ("fact.kind", facts.kind),
        ("fact.organiser", facts.organiser),
        ("fact.plan", facts.plan or facts.say("none")),
        ("fact.when", facts.when),
        ("fact.duration", facts.minutes(facts.row.duration_min)),
        ("fact.venue", facts.or_open(facts.row.venue)),
    ]


def contacts(facts: Facts) -> list[tuple[str, str]]:
    """Whom those who take part ask."""
    arranged = facts.arrangements
    return [
        ("fact.contact", facts.or_open(arranged.contact)),
        ("fact.phone", facts.or_open(arranged.contact_phone)),
    ]


def write_objectives(paper: Paper) -> None:
    """Write a drill's objectives with the clauses that they rest on."""
    facts = paper.facts
    if not facts.goals:
        paper.text(facts.say("open"))
        return
    rows = [[str(one.number), one.text, one.clause or "—", one.limit or "—"] for one in facts.goals]
    head = facts.heads("goal", ("number", "text", "clause", "limit"))
    paper.table(head, rows, (1.4, 7, 5, 3))


def arrival(facts: Facts) -> str:
    """By when everybody is there."""
    before = facts.arrangements.arrive_before_min
    if facts.starts is None:
        return facts.say("before_start", value=before)
    return facts.moment(facts.starts - timedelta(minutes=before))


def _write_people(paper: Paper) -> None:
    facts = paper.facts
    if facts.people:
        rows = [
            [facts.label(ROLES[one.role]), one.name, one.kind, one.under or "—"]
            for one in facts.people
        ]
        paper.table(facts.heads("who", ("role", "name", "kind", "under")), rows, (3, 6, 3, 4))
    else:
        paper.text(facts.say("open"))
    paper.heading("plan.duties", depth=2)
    duties = [[facts.label(label), facts.say(f"duty.{role}")] for role, label in ROLES.items()]
    paper.table(facts.heads("who", ("role", "duty")), duties, (3, 12))


def _course(facts: Facts) -> Iterable[Sequence[str]]:
    arranged = facts.arrangements
    start, end = (
        facts.say("open") if moment is None else facts.moment(moment)
        for moment in (facts.starts, facts.ends)
    )
    times = {
        "rehearsal": facts.or_open(arranged.rehearsal),
        "briefing": facts.or_open(arranged.briefing),
        "arrival": arrival(facts),
        "start": start,
        "end": end,
        "review": arranged.review or facts.say("plan.course.review_when"),
        "report": facts.say("plan.course.report_when"),
    }
    for step, when in times.items():
        yield facts.say(f"plan.course.{step}"), when, facts.say(f"plan.course.{step}_what")
