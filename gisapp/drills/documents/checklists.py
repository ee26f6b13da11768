"""The checklists (检查清单): of players and safety, and apart from them those of the staff."""

from __future__ import annotations

from typing import Final

from gisapp.drills.documents.facts import Facts
from gisapp.drills.documents.paper import BOX, Paper
from gisapp.drills.documents.safety import stop_conditions, stop_words
from gisapp.drills.documents.watching import write_watches
from gisapp.drills.documents.words import Played, timing

_PHASES: Final = ("before", "during", "after")


def players_checklists(facts: Facts) -> Paper:
    """Write what players and those in charge of safety go through."""
    paper = Paper(facts, "checklist_players")
    paper.begin()
    _write_lists(paper, "players")
    paper.turn()
    _write_lists(paper, "safety")
    paper.heading("safety.words")
    paper.pairs(stop_words(facts))
    paper.heading("safety.stop_when")
    paper.listed(stop_conditions(facts), numbered=True)
    return paper


def staff_checklists(facts: Facts, played: Played) -> Paper:
    """Write what controllers and evaluators go through, inject by inject."""
    paper = Paper(facts, "checklist_staff")
    paper.begin()
    _write_lists(paper, "controllers")
    paper.heading("check.injects")
    rows = [
        [
            BOX,
            str(number),
            timing(facts, one),
            one.title,
            facts.joined(map(played.names.address, one.to)) or "—",
            "",
        ]
        for number, one in enumerate(played.script.in_order(), start=1)
    ]
    if rows:
        head = ["", *facts.heads("inject", ("number", "when", "title", "to", "played"))]
        paper.table(head, rows, (0.8, 1.2, 4, 5, 4, 2.4))
    else:
        paper.text(facts.say("script.no_injects"))
    paper.turn()
    _write_lists(paper, "evaluators")
    paper.heading("evaluation.watches")
    write_watches(paper)
    return paper


def _write_lists(paper: Paper, whose: str) -> None:
    paper.heading(f"check.{whose}")
    for phase in _PHASES:
        paper.heading(f"check.{phase}", depth=2)
        paper.ticked(paper.facts.lines(f"check.{whose}.{phase}"))
