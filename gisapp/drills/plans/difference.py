"""What differs between two versions of a plan's text."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from gisapp.drills.plans.document import Clause, Document
from gisapp.drills.plans.promises import Keyed
from gisapp.schema.values import Json

State = Literal["same", "changed", "added", "removed"]
ALIKE: Final = 0.5
"""Share of letters in common from which two clauses, or two rows, count as one that changed."""
_COMPARED: Final = 400
"""Letters of a text by which it is known again."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Change:
    """A clause or a row before and after; one of both is None where it was added or removed."""

    before: Keyed | None
    after: Keyed | None

    @property
    def state(self) -> State:
        """What became of it."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "same" if self.before == self.after else "changed"

    def to_dict(self) -> dict[str, Json]:
        """Both sides, as JSON carries them."""
        return {
            "state": self.state,
            "before": None if self.before is None else self.before.model_dump(mode="json"),
            "after": None if self.after is None else self.after.model_dump(mode="json"),
        }


@dataclass(frozen=True, kw_only=True)
class ClauseChange(Change):
    """A clause before and after."""

    before: Clause | None
    after: Clause | None

    def to_dict(self) -> dict[str, Json]:
        """Headings, the text in pieces, and what became of each row."""
        before, after = self.before or Clause(), self.after or Clause()
        shown = self.after or before
        tables: dict[str, Json] = {
            name: [one.to_dict() for one in _changes(before.tables[name], after.tables[name])]
            for name in shown.tables
        }
        return {
            "state": self.state,
            "key": shown.key,
            "depth": shown.depth,
            "heading": [list(one) for one in pieces(before.heading, after.heading)],
            "part": [before.part, after.part],
            "text": [list(one) for one in pieces(before.text, after.text)],
            **tables,
        }


def difference(before: Document, after: Document) -> list[ClauseChange]:
    """Set the clauses of two versions beside each other, in the order of the later one.

    Clauses of one key are one clause; of the others those with the same heading, or most letters
    in common. What was removed stands behind what it stood behind.
    """
    by_key = {clause.key: clause for clause in before.clauses if clause.key}
    known = [(by_key[one.key], one) for one in after.clauses if one.key in by_key]
    olds = [one for one in before.clauses if all(one is not old for old, _ in known)]
    news = [one for one in after.clauses if one.key not in by_key]
    was = {
        id(new): old for old, new in (*known, *_matched(olds, news, _clause_sense, _clause_share))
    }
    stayed = {id(old) for old in was.values()}
    places = {id(clause): place for place, clause in enumerate(before.clauses)}
    changes: list[ClauseChange] = []
    following = 0

    def tell_removed(stop: int) -> None:
        nonlocal following
        changes.extend(
            ClauseChange(before=clause, after=None)
            for clause in before.clauses[following:stop]
            if id(clause) not in stayed
        )
        following = max(following, stop)

    for clause in after.clauses:
        old = was.get(id(clause))
        if old is not None:
            tell_removed(places[id(old)])
        changes.append(ClauseChange(before=old, after=clause))
    tell_removed(len(before.clauses))
    return changes


def carry_keys(before: Document, after: Document) -> Document:
    """Give a text that was read anew the keys that it had, so that its history goes on.

    Keys of `after` count for nothing; clauses and rows are known again by what they say. What is
    new keeps none.
    """
    news = [clause.model_copy(update={"key": ""}) for clause in after.clauses]
    was = {
        id(new): old for old, new in _matched(before.clauses, news, _clause_sense, _clause_share)
    }
    clauses = []
    for clause in news:
        old = was.get(id(clause))
        tables = {
            name: _keyed_as(() if old is None else old.tables[name], rows)
            for name, rows in clause.tables.items()
        }
        clauses.append(clause.model_copy(update={"key": old.key if old else "", **tables}))
    return after.model_copy(update={"clauses": tuple(clauses)})


def pieces(before: str, after: str) -> list[tuple[State, str]]:
    """A text cut into what stayed, what was removed and what was added."""
    found: list[tuple[State, str]] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, b0, b1, a0, a1 in matcher.get_opcodes():
        if tag == "equal":
            found.append(("same", before[b0:b1]))
            continue
        if b1 > b0:
            found.append(("removed", before[b0:b1]))
        if a1 > a0:
            found.append(("added", after[a0:a1]))
    return found


def _changes(befores: Sequence[Keyed], afters: Sequence[Keyed]) -> list[Change]:
    """Rows by their keys: those after in their order, then those that are gone."""
    was = {row.key: row for row in befores}
    keys = {row.key for row in afters}
    changes = [Change(before=was.get(row.key), after=row) for row in afters]
    return changes + [Change(before=row, after=None) for row in befores if row.key not in keys]


def _keyed_as(befores: Sequence[Keyed], afters: Sequence[Keyed]) -> tuple[Keyed, ...]:
    news = [row.model_copy(update={"key": ""}) for row in afters]
    was = {id(new): old.key for old, new in _matched(befores, news, _row_sense, _row_share)}
    return tuple(row.model_copy(update={"key": was.get(id(row), "")}) for row in news)


def _matched(
    olds: Sequence[T],
    news: Sequence[T],
    sense: Callable[[T], Hashable],
    share: Callable[[T, T], float],
) -> list[tuple[T, T]]:
    """Pair two lists, each of both at most once: those of one sense in order, then the likest."""
    waiting: dict[Hashable, list[T]] = {}
    for old in olds:
        waiting.setdefault(sense(old), []).append(old)
    pairs = []
    left = []
    for new in news:
        if known := waiting.get(sense(new)):
            pairs.append((known.pop(0), new))
        else:
            left.append(new)
    others = [old for known in waiting.values() for old in known]
    rated = [
        (-likeness, old_at, new_at)
        for new_at, new in enumerate(left)
        for old_at, old in enumerate(others)
        if (likeness := share(old, new)) >= ALIKE
    ]
    used: set[int] = set()
    placed: set[int] = set()
    for _likeness, old_at, new_at in sorted(rated):
        if old_at not in used and new_at not in placed:
            used.add(old_at)
            placed.add(new_at)
            pairs.append((others[old_at], left[new_at]))
    return pairs


def _clause_sense(clause: Clause) -> Hashable:
    return clause.title or ("", clause.text)


def _clause_share(old: Clause, new: Clause) -> float:
    said, says = (f"{one.title}\n{one.text}"[:_COMPARED] for one in (old, new))
    matcher = difflib.SequenceMatcher(None, said, says, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return float(matcher.ratio())


def _row_sense(row: Keyed) -> Hashable:
    return row.model_copy(update={"key": ""}).model_dump_json()


def _row_share(old: Keyed, new: Keyed) -> float:
    """Of what either says, how much both do."""
    said, says = (
        row.model_dump(mode="json", exclude={"key"}, exclude_defaults=True) for row in (old, new)
    )
    names = said.keys() | says.keys()
    same = [one for one in names if said.get(one) == says.get(one)]
    return len(same) / max(len(names), 1)
