"""Reading a county's copy that comes back: a file that may have been damaged on the way."""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy import Table, Text, select
from sqlalchemy.orm import Session

from gisapp.errors import GisAppError, InputError, StoreError
from gisapp.exchange.contents import contents
from gisapp.exchange.models import ExchangeBase, ExchangeCopy
from gisapp.importing import ImportingError
from gisapp.importing.vector import begins_as_sqlite, require_plain_tables
from gisapp.registers.kinds import DETAILS, MODELS
from gisapp.registers.owning import owned
from gisapp.registers.values import DAMAGED
from gisapp.schema import Base, Geometry
from gisapp.schema.values import Values
from gisapp.store import Store, open_store

log = logging.getLogger(__name__)

Contents = dict[str, Values]

_REVISION = re.compile(r"\d{4}")
_OURS = frozenset({"store.disk_full", "store.missing", "store.read_only"})
"""Errors of this machine, not of the file."""
_BROKEN_RULES = ("ok", "CHECK constraint", "NULL value")
MOST_FAULTS = 1000


@dataclass(frozen=True, kw_only=True)
class CountyCopy:
    """What a copy's file holds.

    Attributes
    ----------
    theirs
        Its records as plain values, by register and id.
    base
        What they were when it was taken.
    """

    id: str
    county: str
    theirs: dict[str, Contents]
    base: dict[str, Contents]


def read_copy(path: Path) -> CountyCopy:
    """Read a copy's file whole, or nothing of it.

    Parameters
    ----------
    path
        It is read, never written.

    Raises
    ------
    InputError
        ``exchange.not_a_copy``, ``exchange.damaged``, ``exchange.unreadable``,
        ``store.newer_version``.
    ImportingError
        ``import.active_content``.
    StoreError
        ``store.missing``, ``store.disk_full``.
    """
    with _scratch(path) as scratch:
        try:
            require_plain_tables(scratch)
            with open_store(scratch) as opened:
                _require_whole(opened, path.name)
                with opened.session() as session:
                    return _read(session, path.name)
        except InputError:
            raise
        except (GisAppError, OSError) as error:
            if _is_told(error):
                raise
            raise _as_input(error, path.name) from None
        except Exception as error:  # noqa: BLE001 - a damaged file makes a library raise anything
            raise _as_input(error, path.name) from None


@contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    """Copy the file: opening may upgrade it, and it is not ours to write."""
    if not path.is_file():
        open_store(path)  # says that it is missing
    if not begins_as_sqlite(path):
        raise _not_a_copy(path.name)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder) / "copy.gpkg"
        shutil.copyfile(path, scratch)
        wal = path.with_name(f"{path.name}-wal")
        if wal.is_file():
            shutil.copyfile(wal, scratch.with_name(f"{scratch.name}-wal"))
        yield scratch


def _require_whole(opened: Store, name: str) -> None:
    """Have SQLite look through the whole file.

    That a value breaks a rule of ours, or that a row is left behind by one that was deleted, is
    the work of a person in another program: it is told with the record.
    """
    with opened.connection() as connection:
        found = connection.exec_driver_sql(f"PRAGMA integrity_check({MOST_FAULTS})").scalars()
        faults = [one for one in found if not str(one).startswith(_BROKEN_RULES)]
    if faults:
        raise _damaged(name)


def _is_told(error: GisAppError | OSError) -> bool:
    """Whether an error says all by itself and tells nothing that the file holds."""
    if isinstance(error, StoreError):
        return error.code in _OURS
    if isinstance(error, ImportingError):
        return error.code == "import.active_content"
    return isinstance(error, OSError)


def _as_input(error: Exception, name: str) -> InputError:
    """The sentence for a file that cannot be read; its content goes neither there nor in the log.

    Parameters
    ----------
    name
        Of the file.
    """
    if (
        isinstance(error, StoreError)
        and error.code == "store.newer_version"
        and _REVISION.fullmatch(str(error.params.get("found")))
    ):
        told = {**error.params, "path": name}
        return InputError("store.newer_version", **told)
    log.warning("a copy could not be read: %s", type(error).__name__)
    return _damaged(name)


def _damaged(name: str) -> InputError:
    return InputError("exchange.damaged", file=name)


def _not_a_copy(name: str) -> InputError:
    return InputError("exchange.not_a_copy", file=name)


def _read(session: Session, name: str) -> CountyCopy:
    header = session.scalar(select(ExchangeCopy).where(ExchangeCopy.is_here))
    if header is None:
        raise _not_a_copy(name)
    models = [MODELS[kind.name] for kind in owned()]
    details = [one.model for kind in owned() for one in DETAILS.get(kind.name, {}).values()]
    read: list[type[Base]] = [ExchangeCopy, *models, *details]
    for model in read:
        _require_readable(session, cast("Table", model.__table__), name)
    base: dict[str, Contents] = {kind.name: {} for kind in owned()}
    _require_readable(session, cast("Table", ExchangeBase.__table__), name)
    rows = session.execute(
        select(ExchangeBase.kind, ExchangeBase.record_id, ExchangeBase.content).where(
            ExchangeBase.copy_id == header.id
        )
    )
    for kind, record_id, content in rows:
        if kind in base and isinstance(content, dict):
            base[kind][record_id] = content
    theirs = {kind.name: contents(session, kind) for kind in owned()}
    return CountyCopy(id=header.id, county=header.county, theirs=theirs, base=base)


def _require_readable(session: Session, table: Table, name: str) -> None:
    """Refuse a cell that is no value of its column's type.

    The site itself reads such a cell as unknown. Merged, it would empty what it was once. A
    position is looked at with its record: there the rule is what a map can show.
    """
    columns = [one for one in table.columns if not isinstance(one.type, Geometry)]
    given = [one.is_not(None).label(f"has_{one.name}") for one in columns]
    for row in session.execute(select(*columns, *given)):
        values, present = row[: len(columns)], row[len(columns) :]
        for column, value, is_given in zip(columns, values, present, strict=True):
            # What of a text could not be read stands as U+FFFD, which no text of ours holds.
            is_spoilt = isinstance(column.type, Text) and DAMAGED in (value or "")
            if is_given and (value is None or is_spoilt):
                raise InputError(
                    "exchange.unreadable",
                    file=name,
                    kind=table.name,
                    column=column.name,
                    row=row[0],
                )
