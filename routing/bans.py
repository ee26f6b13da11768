"""Turns that may not be driven: sequences of edges of a road network."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from routing.network import Bool, Int64, RoadNetwork

#: Before the words of vehicles that alone have to heed a ban; the others are excepted from it.
_CONCERNED = "for:"
_NAMED = 5

Step = tuple[int, bool]
"""A street of those given to :func:`routing.build.assemble`, and whether against its drawing."""


@dataclass(frozen=True)
class Turn:
    """What one sign says of one way of driving.

    Attributes
    ----------
    restriction
        The source's identifier (an OSM relation id).
    steps
        Streets driven one directly after the other, two or more.
    words
        Whom it binds; see :func:`ban_text`.
    only
        True where this is the one permitted way on, False where it is forbidden.
    """

    restriction: int
    steps: tuple[Step, ...]
    words: str = ""
    only: bool = False


def ban_text(excepted: Collection[str], concerned: Collection[str] = ()) -> str:
    """Write down whom a ban binds: everybody but `excepted`; if any are `concerned`, only those.

    Words are OSM's of vehicles (``psv``, ``hgv``, ``emergency``); ``"psv;for:hgv"`` binds lorries
    that are no public service vehicles, ``""`` everybody.
    """
    return ";".join([*sorted(excepted), *(_CONCERNED + word for word in sorted(concerned))])


def binds(text: str, words: Collection[str]) -> bool:
    """Whether a ban of this text binds a vehicle that goes by these OSM words."""
    excepted, concerned = _read(text)
    known = frozenset(words)
    return not excepted & known and (not concerned or bool(concerned & known))


def _read(text: str) -> tuple[frozenset[str], frozenset[str]]:
    words = [word for word in text.split(";") if word]
    return (
        frozenset(word for word in words if not word.startswith(_CONCERNED)),
        frozenset(word.removeprefix(_CONCERNED) for word in words if word.startswith(_CONCERNED)),
    )


def with_bans(
    network: RoadNetwork, turns: Sequence[Turn], street: Int64, is_reversed: Bool
) -> RoadNetwork:
    """Forbid on a network what `turns` say.

    Where there is one permitted way on, every other continuation is forbidden at each junction
    of it, after what was driven of it up to there: turning round included, and leaving a way
    between the first and the last street. Bans of equal edges are one, under the lowest
    identifier, and bind whoever any of them binds.

    A turn that no edges permit anyway changes nothing. The report counts the restrictions that
    forbid something (``turns_applied``) and the others (``turns_needless``).

    Parameters
    ----------
    network
        Without bans.
    turns
        In terms of the streets the network was made of.
    street, is_reversed : (S,)
        The street of the network that each of those became, and whether it is drawn backwards.
    """
    bans: dict[tuple[int, ...], tuple[str, int]] = {}
    applied: dict[int, bool] = {}
    for turn in turns:
        edges = _edges(network, turn, street, is_reversed)
        forbidden = [] if edges is None else _others(network, edges) if turn.only else [edges]
        for sequence in forbidden:
            text, restriction = bans.get(sequence, (turn.words, turn.restriction))
            bans[sequence] = _both(text, turn.words), min(restriction, turn.restriction)
        applied[turn.restriction] = applied.get(turn.restriction, False) or bool(forbidden)
    counted = Counter("turns_applied" if one else "turns_needless" for one in applied.values())
    notes = Counter(network.report.notes) + counted
    rows = sorted(bans)
    texts = ("", *sorted({bans[row][0] for row in rows} - {""}))
    number = {text: i for i, text in enumerate(texts)}
    return network.changed(
        ban_offset=np.cumsum([0, *map(len, rows)], dtype=np.int64),
        ban_edges=np.array([edge for row in rows for edge in row], dtype=np.int32),
        ban_words=np.array([number[bans[row][0]] for row in rows], dtype=np.int32),
        ban_id=np.array([bans[row][1] for row in rows], dtype=np.int64),
        ban_exceptions=texts,
        report=replace(network.report, notes=dict(sorted(notes.items()))),
    )


def _edges(
    network: RoadNetwork, turn: Turn, street: Int64, is_reversed: Bool
) -> tuple[int, ...] | None:
    """Edges of a turn; None where a street is one-way against it or a barrier parts them."""
    edges = tuple(
        int(network.street_edges[street[one], int(against ^ bool(is_reversed[one]))])
        for one, against in turn.steps
    )
    joined = all(network.v[a] == network.u[b] for a, b in pairwise(edges))
    return edges if joined and min(edges) >= 0 else None


def _others(network: RoadNetwork, edges: tuple[int, ...]) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = []
    for i in range(1, len(edges)):
        junction = network.v[edges[i - 1]]
        first, beyond = np.searchsorted(network.u, [junction, junction + 1])
        found += [(*edges[:i], other) for other in range(first, beyond) if other != edges[i]]
    return found


def _both(one: str, other: str) -> str:
    """Text of a ban that two signs set: it binds at least whom either binds."""
    (excepted, concerned), (also_excepted, also_concerned) = _read(one), _read(other)
    everybody = not (concerned and also_concerned)
    return ban_text(
        excepted & also_excepted, frozenset() if everybody else concerned | also_concerned
    )


def listed_bans(
    network: RoadNetwork, keys: Sequence[int]
) -> list[dict[str, int | str | list[tuple[int, int, int]]]]:
    """List bans for a graph whose edges are known by their nodes and a key.

    Parameters
    ----------
    keys : (M,)
        The key of each edge.

    Returns
    -------
    list of dict
        ``restriction``, ``words`` (see :func:`ban_text`), ``edges`` as ``(u, v, key)``.
    """
    ids = network.node_id
    return [
        {
            "restriction": int(network.ban_id[ban]),
            "words": network.ban_exceptions[network.ban_words[ban]],
            "edges": [
                (int(ids[network.u[edge]]), int(ids[network.v[edge]]), int(keys[edge]))
                for edge in network.ban_edges[
                    network.ban_offset[ban] : network.ban_offset[ban + 1]
                ].tolist()
            ],
        }
        for ban in range(len(network.ban_id))
    ]


def read_bans(listed: object) -> list[tuple[int, str, list[tuple[int, int, object]]]]:
    """Read what :func:`listed_bans` wrote, or its text (as GraphML has it).

    Raises
    ------
    ValueError, SyntaxError, KeyError, TypeError
        It is anything else.
    """
    bans = ast.literal_eval(listed) if isinstance(listed, str) else listed
    if not isinstance(bans, (list, tuple)):
        raise TypeError("no list")
    return [
        (
            int(ban["restriction"]),
            str(ban["words"]),
            [(int(u), int(v), key) for u, v, key in ban["edges"]],
        )
        for ban in bans
    ]


def named(restrictions: Sequence[int]) -> str:
    """Name the first few restrictions, for a report."""
    return ", ".join(map(str, restrictions[:_NAMED])) + (" …" if len(restrictions) > _NAMED else "")
