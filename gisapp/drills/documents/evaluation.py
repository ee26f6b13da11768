"""The evaluation plan (评估方案): what shows whether each objective is met, and what is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gisapp.drills.design.script import Further, Need
from gisapp.drills.documents.facts import Facts, Goal
from gisapp.drills.documents.paper import Paper
from gisapp.drills.documents.plan import outline
from gisapp.drills.documents.script import minute_words, write_age
from gisapp.drills.documents.watching import write_watches
from gisapp.drills.documents.words import Played, need_words, timing
from gisapp.drills.programme.vocabulary import SCORES


def evaluation_plan(facts: Facts, played: Played) -> Paper:
    """Write how a drill is judged, for its staff alone."""
    paper = Paper(facts, "evaluation", is_wide=True)
    paper.begin()
    paper.loud(facts.say("script.keep"))
    paper.heading("plan.outline")
    paper.pairs(outline(facts))
    paper.heading("evaluation.objectives")
    if facts.goals:
        head = facts.heads("goal", ("number", "text", "clause", "limit", "observe", "seen", "met"))
        rows = [_objective(facts, played, one) for one in facts.goals]
        paper.table(head, rows, (1.2, 4, 3.4, 2, 8, 4, 2))
    else:
        paper.text(facts.say("open"))
    if others := list(_observed(facts, played, None)):
        paper.heading("evaluation.others", depth=2)
        paper.listed(others, numbered=True)
    _write_best(paper, played)
    paper.heading("evaluation.watches")
    write_watches(paper)
    paper.heading("evaluation.scores")
    paper.text(facts.say("evaluation.scores_text"))
    scores = [
        [facts.label(label), facts.say(f"score.{name}"), "", ""] for name, label in SCORES.items()
    ]
    head = facts.heads("score", ("what", "by", "points", "reason"))
    paper.table(head, scores, (4, 10, 3, 7))
    paper.heading("evaluation.covers")
    paper.text(facts.say("evaluation.covers_text"))
    matters = [one.partition("|")[::2] for one in facts.lines("evaluation.covers_lines")]
    covers = [
        [str(number), what, asked, ""] for number, (what, asked) in enumerate(matters, start=1)
    ]
    head = facts.heads("covers", ("number", "what", "asked", "found"))
    paper.table(head, covers, (1.2, 5, 9, 9))
    paper.heading("evaluation.afterwards")
    paper.listed(facts.lines("evaluation.afterwards_lines"), numbered=True)
    return paper


def _objective(facts: Facts, played: Played, goal: Goal) -> Sequence[str]:
    observed = "\n".join(_observed(facts, played, goal.number))
    return (
        str(goal.number), goal.text, goal.clause or "—", goal.limit or "—",
        observed or facts.say("evaluation.unserved"), "", facts.say("evaluation.met"),
    )  # fmt: skip


def _observed(facts: Facts, played: Played, number: int | None) -> Iterator[str]:
    """What shows that an objective is met; of None, what serves none that the drill has."""
    known = {one.number for one in facts.goals}

    def serves(objective: int | None) -> bool:
        return (objective if objective in known else None) == number

    for need in played.script.scenario.needs:
        if serves(need.objective):
            yield _reached(facts, played, need)
    for inject in played.script.in_order():
        if serves(inject.objective) and (inject.expected or number is not None):
            yield facts.say(
                "evaluation.reacts",
                when=timing(facts, inject),
                title=inject.title,
                expected=facts.or_open(inject.expected),
            )
        for effect in inject.effects:
            if isinstance(effect, Further) and serves(effect.objective):
                yield _reached(facts, played, effect)


def _reached(facts: Facts, played: Played, need: Need) -> str:
    return facts.say("evaluation.reached", need=need_words(facts, played.names, need))


def _write_best(paper: Paper, played: Played) -> None:
    """What could be done at best, for what is seen to be held against."""
    facts, told = paper.facts, played.reckoned
    if told is None or told["difficulty"] is None:
        return
    paper.heading("evaluation.best", depth=2)
    write_age(paper, played)
    paper.text(facts.say("evaluation.best_text"))
    rows = [
        [
            one["name"],
            f"T+{one['minute']:g}",
            facts.joined(f"{want['label']} × {want['count']}" for want in one["wants"]),
            "—" if one["within_min"] is None else f"{one['within_min']:g}",
            minute_words(facts, one["optimum"]["minutes"]),
            minute_words(facts, one["naive"]["minutes"]),
            "",
        ]
        for one in told["difficulty"]["places"]
    ]
    columns = ("place", "known", "wants", "limit", "optimum", "naive", "seen")
    paper.table(facts.heads("best", columns), rows, (6, 2, 6, 2, 2.5, 2.5, 3))
