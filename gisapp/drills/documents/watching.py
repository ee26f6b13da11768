"""Which evaluator watches which objectives."""

from __future__ import annotations

from gisapp.drills.design.arrangements import Watch
from gisapp.drills.documents.facts import Facts
from gisapp.drills.documents.paper import Paper


def watches_of(facts: Facts) -> list[Watch]:
    """What each evaluator watches: as arranged, else the objectives shared out in turn."""
    if facts.arrangements.watches:
        return list(facts.arrangements.watches)
    names = [one.name for one in facts.in_roles("evaluator")]
    numbers = [one.number for one in facts.goals]
    shares = [numbers[at :: len(names)] for at in range(len(names))]
    return [
        # Who is left without one watches beside another.
        Watch(
            evaluator=name[:200],
            objectives=tuple(share or numbers[at % max(1, len(numbers)) :][:1]),
        )
        for at, (name, share) in enumerate(zip(names, shares, strict=True))
    ]


def write_watches(paper: Paper) -> None:
    """Write a row for each evaluator; objectives that nobody watches are named below."""
    facts = paper.facts
    watches = watches_of(facts)
    texts = {one.number: f"{one.number}. {one.text}" for one in facts.goals}
    if not watches:
        paper.text(facts.say("watch.nobody"))
        return
    if not facts.arrangements.watches:
        paper.text(facts.say("watch.shared"))
    rows = [
        [
            one.evaluator,
            "\n".join(texts.get(number, str(number)) for number in one.objectives) or "—",
            one.place or facts.say("open"),
        ]
        for one in watches
    ]
    paper.table(facts.heads("watch", ("evaluator", "objectives", "place")), rows, (3, 9, 4))
    left = texts.keys() - {number for one in watches for number in one.objectives}
    if left:
        paper.loud(facts.say("watch.unwatched", numbers=facts.joined(map(str, sorted(left)))))
