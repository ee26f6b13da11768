"""Turn restrictions of OpenStreetMap, read for the vehicles of an emergency service.

Follows https://wiki.openstreetmap.org/wiki/Relation:restriction. Every restriction of a file has
one outcome, counted in the import report: it is applied, or it is one of

``turns_conditional``
    holds at times only (``restriction:conditional``, ``hour_on`` and the like);
``turns_incomplete``
    a member is no road of the network, roles are missing or too many, the members do not meet,
    or a two-way road runs on through the junction, so that several turns could be meant;
``turns_needless``
    forbids what no road permits anyway;
``turns_other_vehicles``
    only for vehicles that none of ours are;
``turns_outside``
    none of its roads lies in the box that was asked for;
``turns_unread``
    says what is none of the known kinds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.access import Tags
from routing.bans import Step, Turn, ban_text, named
from routing.network import Int64
from routing.osmfile import TurnRelation

Outcome = Literal[
    "turns_conditional",
    "turns_incomplete",
    "turns_needless",
    "turns_other_vehicles",
    "turns_outside",
    "turns_unread",
]

#: OSM's words that all vehicles of an emergency service go by.
_EVERY = frozenset({"emergency", "motor_vehicle", "vehicle"})
#: OSM's words that some of them go by: which ones is for the vehicle's profile to say. Not
#: ``hazmat``, ``bus`` and ``psv``: a team's load is not known, its vehicles carry no passengers.
_SOME = frozenset({"goods", "hgv", "hgv_articulated", "motorcar", "trailer"})

_TURNS = ("left_turn", "right_turn", "straight_on", "u_turn")
_KINDS = frozenset(
    {"no_entry", "no_exit"}
    | {f"no_{turn}" for turn in _TURNS}
    | {f"only_{turn}" for turn in _TURNS}
)
_U_TURNS = frozenset({"no_u_turn", "only_u_turn"})
_NOBODY = frozenset({"", "no", "none"})
_HOURS = ("day_off", "day_on", "hour_off", "hour_on")


class Sign(NamedTuple):
    """One kind of turn forbidden or prescribed, and whom that binds."""

    kind: str
    words: str

    @property
    def only(self) -> bool:
        """Whether it prescribes the turn."""
        return self.kind.startswith("only_")


def read_signs(tags: Tags) -> list[Sign] | Outcome:
    """Read the tags of a restriction; what they say to our vehicles, or why they say nothing."""
    of_type = tags.get("type", "").partition(":")[2]
    concerned: dict[str, set[str]] = defaultdict(set)
    excepted = {
        word.strip() for word in tags.get("except", "").lower().replace(",", ";").split(";")
    }
    reasons: set[Outcome] = set()
    for key, value in sorted(tags.items()):
        name, *parts = key.split(":")
        if name != "restriction":
            continue
        is_conditional = parts[-1:] == ["conditional"]
        mode = ":".join(parts[:-1] if is_conditional else parts) or of_type
        kinds = {part.strip() for part in value.lower().split(";")}
        if mode and mode not in _EVERY | _SOME:
            reasons.add("turns_other_vehicles")
        elif is_conditional:
            reasons.add("turns_conditional")
        elif mode and kinds <= _NOBODY:
            excepted.add(mode)
        elif kinds <= _KINDS:
            for kind in kinds:
                concerned[kind].add(mode)
        else:
            reasons.add("turns_unread")
    if any(key in tags for key in _HOURS) and concerned:
        return "turns_conditional"
    if not concerned:
        order: tuple[Outcome, ...] = ("turns_unread", "turns_conditional", "turns_other_vehicles")
        return next((reason for reason in order if reason in reasons), "turns_unread")
    return [
        Sign(kind, ban_text(excepted - _NOBODY, () if modes & (_EVERY | {""}) else modes))
        for kind, modes in sorted(concerned.items())
    ]


class _Arc(NamedTuple):
    """A street in one direction, from node to node as the file numbers them."""

    step: Step
    way: int
    tail: int
    head: int
    is_open: bool


@dataclass(frozen=True)
class _Members:
    """Ways of a relation by role; its via is a node or ways."""

    start: tuple[int, ...]
    node: int | None
    ways: tuple[int, ...]
    end: tuple[int, ...]

    @classmethod
    def of(cls, relation: TurnRelation, kind: str) -> _Members | None:
        """Sort the members by role; None where that is not what the kind of sign needs."""
        by_role: dict[str, dict[tuple[str, int], None]] = defaultdict(dict)
        for type_, ref, role in relation.members:
            by_role[role][type_, ref] = None
        start, via, end = (list(by_role[role]) for role in ("from", "via", "to"))
        types = {type_ for type_, _ in via}
        is_complete = (
            {type_ for type_, _ in start} == {"w"} == {type_ for type_, _ in end}
            and (len(start) == 1 or kind == "no_entry")
            and (len(end) == 1 or kind == "no_exit")
            and (types == {"w"} or (types == {"n"} and len(via) == 1))
        )
        if not is_complete:
            return None
        refs = [tuple(ref for _, ref in role) for role in (start, via, end)]
        is_node = types == {"n"}
        return cls(refs[0], via[0][1] if is_node else None, () if is_node else refs[1], refs[2])


def read_turns(
    relations: Sequence[TurnRelation],
    *,
    way: Int64,
    tail: Int64,
    head: Int64,
    direction: npt.NDArray[np.int8],
    is_part: bool = False,
) -> tuple[list[Turn], Counter[str]]:
    """Find the streets that restrictions speak of.

    Parameters
    ----------
    relations
        As the file has them.
    way, tail, head, direction : (S,)
        Of each street the way it is of, its first and last node as the file numbers them, and
        whether travel is along it only (1), against it only (-1) or both (0).
    is_part
        The streets are those of a box, not all of the file.

    Returns
    -------
    turns
        Of the restrictions to apply.
    notes
        ``turns``, all that were read, and the outcome of those that are not applied; where one
        is to be looked at, the first few identifiers are named.
    """
    arcs = _arcs(relations, way=way, tail=tail, head=head, direction=direction)
    turns: list[Turn] = []
    outcomes: dict[Outcome, list[int]] = defaultdict(list)
    for relation in relations:
        found = _turns(relation, arcs, is_part=is_part)
        if isinstance(found, str):
            outcomes[found].append(relation.id)
        else:
            turns += found
    notes = Counter(turns=len(relations))
    for outcome, ids in outcomes.items():
        is_named = outcome in {"turns_conditional", "turns_incomplete", "turns_unread"}
        notes[f"{outcome}:{named(ids)}" if is_named else outcome] = len(ids)
    return turns, +notes


def _arcs(
    relations: Sequence[TurnRelation],
    *,
    way: Int64,
    tail: Int64,
    head: Int64,
    direction: npt.NDArray[np.int8],
) -> dict[int, list[_Arc]]:
    """List both directions of the streets of every way that is a member."""
    members = {ref for one in relations for type_, ref, _ in one.members if type_ == "w"}
    found: dict[int, list[_Arc]] = defaultdict(list)
    wanted = np.fromiter(members, dtype=np.int64, count=len(members))
    for row in np.flatnonzero(np.isin(way, wanted)).tolist():
        of, first, last, only = int(way[row]), int(tail[row]), int(head[row]), int(direction[row])
        found[of].append(_Arc((row, False), of, first, last, only >= 0))
        found[of].append(_Arc((row, True), of, last, first, only <= 0))
    return dict(found)


def _turns(
    relation: TurnRelation, arcs: Mapping[int, list[_Arc]], *, is_part: bool
) -> list[Turn] | Outcome:
    """Turns of one restriction, or why there are none."""
    if is_part and not any(type_ == "w" and ref in arcs for type_, ref, _ in relation.members):
        return "turns_outside"
    signs = read_signs(relation.tags)
    if isinstance(signs, str):
        return signs
    turns: list[Turn] = []
    reasons: set[Outcome] = set()
    for sign in signs:
        members = _Members.of(relation, sign.kind)
        if members is None:
            reasons.add("turns_incomplete")
            continue
        for start in members.start:
            for end in members.end:
                steps = _steps(sign, start, members, end, arcs)
                if isinstance(steps, str):
                    reasons.add(steps)
                else:
                    turns.append(Turn(relation.id, steps, sign.words, sign.only))
    if turns:
        return turns
    return "turns_incomplete" if "turns_incomplete" in reasons else "turns_needless"


def _steps(
    sign: Sign, start: int, members: _Members, end: int, arcs: Mapping[int, list[_Arc]]
) -> tuple[Step, ...] | Outcome:
    """Find the one way to drive from a member to another by those between."""
    drives = list(_drives(start, members, end, arcs))
    if sign.kind in _U_TURNS and start == end and not members.ways:
        # On a way that runs on through the junction straight on is not meant.
        drives = [one for one in drives if one[0].step[0] == one[-1].step[0]]
    usable = [one for one in drives if all(arc.is_open for arc in one)]
    if len(usable) == 1:
        return tuple(arc.step for arc in usable[0])
    if usable or not drives:
        return "turns_incomplete"
    # To prescribe what cannot be driven would close the road altogether.
    is_reached = any(one[0].is_open for one in drives)
    return "turns_incomplete" if sign.only and is_reached else "turns_needless"


def _drives(
    start: int, members: _Members, end: int, arcs: Mapping[int, list[_Arc]]
) -> Iterator[tuple[_Arc, ...]]:
    between = [arc for way in members.ways for arc in arcs.get(way, ())]
    for first in arcs.get(start, ()):
        if members.ways:
            middles = _through(first.head, between, len(members.ways))
        else:
            middles = iter([()] if first.head == members.node else [])
        for middle in middles:
            at = middle[-1].head if middle else first.head
            for last in arcs.get(end, ()):
                if last.tail == at:
                    yield first, *middle, last


def _through(node: int, arcs: Sequence[_Arc], ways: int) -> Iterator[tuple[_Arc, ...]]:
    """Drive from a node along all `ways`, one after the other and past no node twice."""
    waiting: list[tuple[tuple[_Arc, ...], frozenset[int]]] = [((), frozenset({node}))]
    while waiting:
        driven, passed = waiting.pop()
        at = driven[-1].head if driven else node
        done = list(dict.fromkeys(arc.way for arc in driven))
        if len(done) == ways:
            yield driven
        for arc in arcs:
            is_next = arc.tail == at and arc.head not in passed
            if is_next and (arc.way not in done or arc.way == done[-1]):
                waiting.append(((*driven, arc), passed | {arc.head}))
