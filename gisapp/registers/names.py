"""The names of all records in memory, to be searched by any part of them, or by their pinyin.

A register's names are one long text: records parted by line breaks, the fields of a record by
the unit separator, so that one pass of Python's own substring search finds all of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from gisapp.events.in_step import InStep
from gisapp.registers.kinds import KINDS, MODELS
from gisapp.registers.pinyin import Spelled

_FIELD = "\x1f"
_PARTS = re.compile(r"[\n\x1f]")
_SPELLED = 3
"""Added to the rank of what is found by its pinyin: what was typed comes before how it is read."""
_NONE_FOUND = 6


class Named(NamedTuple):
    """A record's names; `is_used` is False once it is retired."""

    name: str | None
    name_en: str | None
    is_used: bool


class Hit(NamedTuple):
    """A record found; hits sort as answers are shown.

    Attributes
    ----------
    rank
        0 a whole name or id, 1 the beginning of a name, 2 a part of one; 3, 4 and 5 where it is
        so by pinyin.
    length
        Of the name, letters.
    """

    rank: int
    length: int
    order: int
    id: str
    kind: str


@dataclass(frozen=True)
class Names:
    """The names of one register.

    Attributes
    ----------
    records
        By id.
    ids
        Rising; the arrays `lengths` and `are_used` run along them.
    text
        All names in small letters, see above; begins and ends with a separator.
    field_starts
        Where each field begins in `text`, and one past its end.
    field_records
        Whose each field is, an index into `ids`.
    spelled
        The Chinese names by their pinyin, along `ids`.
    """

    records: Mapping[str, Named]
    ids: list[str]
    lengths: npt.NDArray[np.int64]
    are_used: npt.NDArray[np.bool_]
    text: str
    field_starts: npt.NDArray[np.int64]
    field_records: npt.NDArray[np.int64]
    spelled: Spelled

    @classmethod
    def of(cls, records: Mapping[str, Named]) -> Names:
        """Lay out the names of a register to be searched."""
        ids = sorted(records)
        rows = [records[one] for one in ids]
        fields = [
            _PARTS.sub(" ", text or "").lower() for row in rows for text in (row.name, row.name_en)
        ]
        sizes = np.fromiter((len(one) + 1 for one in fields), np.int64, len(fields))
        return cls(
            records=records,
            ids=ids,
            lengths=np.fromiter((len(row.name or "") for row in rows), np.int64, len(rows)),
            are_used=np.fromiter((row.is_used for row in rows), np.bool_, len(rows)),
            text=_FIELD + "".join(one + _FIELD for one in fields),
            field_starts=np.concatenate([[1], 1 + np.cumsum(sizes)]),
            field_records=np.arange(len(fields)) // 2,
            spelled=Spelled.of([row.name or "" for row in rows]),
        )

    def find(
        self, wanted: str, *, limit: int, include_retired: bool
    ) -> Iterable[tuple[int, int, str]]:
        """Rank, length and id of the first `limit` records that hold `wanted`, or are read so."""
        folded = _PARTS.sub(" ", wanted).lower()
        found = re.finditer(re.escape(folded), self.text)
        at = np.fromiter((one.start() for one in found), np.int64)
        field = np.searchsorted(self.field_starts, at, side="right") - 1
        begins = at == self.field_starts[field]
        is_whole = begins & (at + len(folded) + 1 == self.field_starts[field + 1])
        ranks = np.full(len(self.ids), _NONE_FOUND)
        np.minimum.at(
            ranks, self.field_records[field], np.where(is_whole, 0, np.where(begins, 1, 2))
        )
        spelled = self.spelled.find(wanted)
        np.minimum.at(ranks, spelled.names, spelled.ranks + _SPELLED)
        if wanted in self.records:
            ranks[np.searchsorted(self.ids, wanted)] = 0
        is_asked = ranks < _NONE_FOUND
        if not include_retired:
            is_asked &= self.are_used
        index = np.flatnonzero(is_asked)
        first = index[np.lexsort((index, self.lengths[index], ranks[index]))[:limit]]
        for one in first.tolist():
            yield int(ranks[one]), int(self.lengths[one]), self.ids[one]


AllNames = dict[str, Names]
"""By the kind of the register, in the order in which answers of the same rank are shown."""

_KINDS = tuple(kind for kind, description in KINDS.items() if description.geometry is not None)


def find_names(
    session: Session, wanted: str, *, limit: int, include_retired: bool = False
) -> list[Hit]:
    """The best `limit` records whose name holds `wanted` or is read so, or whose id it is."""
    hits = [
        Hit(rank, length, order, record_id, kind)
        for order, (kind, names) in enumerate(_names(session).items())
        for rank, length, record_id in names.find(
            wanted, limit=limit, include_retired=include_retired
        )
    ]
    return sorted(hits)[:limit]


def _read(session: Session, kind: str, ids: Collection[str] | None = None) -> dict[str, Named]:
    model = MODELS[kind]
    query = select(model.id, model.column("name"), model.column("name_en"), model.retired_at)
    if ids is not None:
        query = query.where(model.id.in_(ids))
    return {
        record_id: Named(name, name_en, retired_at is None)
        for record_id, name, name_en, retired_at in session.execute(query)
    }


def _renewed(session: Session, kept: AllNames, changed: list[tuple[str, str]]) -> AllNames:
    ids_of: dict[str, set[str]] = {}
    for kind, record_id in changed:
        ids_of.setdefault(kind, set()).add(record_id)
    renewed = dict(kept)
    for kind, ids in ids_of.items():
        stays = {one: row for one, row in kept[kind].records.items() if one not in ids}
        renewed[kind] = Names.of(stays | _read(session, kind, ids))
    return renewed


_kept: WeakKeyDictionary[Engine, InStep[AllNames]] = WeakKeyDictionary()


def _names(session: Session) -> AllNames:
    engine = session.get_bind().engine
    return _kept.setdefault(engine, InStep(
        _KINDS,
        read=lambda session: {kind: Names.of(_read(session, kind)) for kind in _KINDS},
        renew=_renewed,
    )).value(session)  # fmt: skip
