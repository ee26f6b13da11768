"""The safety plan (安全方案): when a drill is stopped, by whom, with which words, and what then."""

from __future__ import annotations

from gisapp.drills.documents.facts import Facts
from gisapp.drills.documents.paper import Paper


def safety_plan(facts: Facts) -> Paper:
    """Write the safety plan of a drill, for everybody who takes part."""
    arranged = facts.arrangements
    paper = Paper(facts, "safety")
    paper.begin()
    paper.text(facts.say("safety.aim", name=facts.row.name))
    paper.heading("safety.basics")
    paper.pairs(
        [
            ("fact.when", facts.when),
            ("fact.venue", facts.or_open(facts.row.venue)),
            ("fact.safety_officer", facts.or_open(arranged.safety_officer)),
            ("fact.phone", facts.or_open(arranged.safety_phone)),
            ("fact.safety_channel", facts.or_open(arranged.safety_channel)),
            ("fact.assembly_point", facts.or_open(arranged.assembly_point)),
        ]
    )
    paper.heading("safety.stop_when")
    paper.listed(stop_conditions(facts), numbered=True)
    paper.heading("safety.who")
    paper.listed(arranged.may_stop or facts.lines("safety.may_stop"))
    paper.heading("safety.words")
    paper.pairs(stop_words(facts))
    paper.heading("safety.steps")
    paper.listed(facts.lines("safety.steps_lines"), numbered=True)
    paper.heading("safety.real")
    paper.loud(facts.say("safety.real_first"))
    paper.listed(facts.lines("safety.real_lines"), numbered=True)
    paper.heading("safety.medical")
    paper.text(arranged.medical or facts.say("safety.medical_text"))
    paper.heading("safety.keep_out")
    paper.listed(arranged.keep_out or facts.lines("safety.keep_out_lines"))
    paper.heading("safety.resume")
    paper.text(facts.say("safety.resume_text"))
    paper.approvals()
    return paper


def stop_conditions(facts: Facts) -> list[str]:
    """When a drill is stopped at once, the weather last."""
    arranged = facts.arrangements
    said = list(arranged.stop_conditions) or facts.lines("safety.stop_lines")
    if arranged.weather_limit:
        said.append(facts.say("safety.weather", limit=arranged.weather_limit))
    return said


def stop_words(facts: Facts) -> list[tuple[str, str]]:
    """What is said, and given, to stop a drill."""
    arranged = facts.arrangements
    return [
        ("safety.stop_words", arranged.stop_words or facts.say("safety.stop_words_text")),
        ("safety.stop_signal", arranged.stop_signal or facts.say("safety.stop_signal_text")),
        ("safety.real_words", arranged.real_words or facts.say("safety.real_words_text")),
    ]
