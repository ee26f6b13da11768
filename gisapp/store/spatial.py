"""What a spatial table needs of the database, whichever database it is.

The SQL of each database stands in its own module, :mod:`gisapp.store.geopackage` and
:mod:`gisapp.store.postgis`; here the one asked for is chosen, for questions when the statement is
compiled, so that a query is written once.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any, Self

from sqlalchemy import Boolean, ColumnElement, Connection, Double, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from gisapp.store import geopackage, postgis

BBox = tuple[float, float, float, float]

LETTERS_INDEXED = 3
"""Fewer letters make no trigram."""


def register_attributes(connection: Connection, table: str) -> None:
    """Make a table without geometry known to the database's other readers."""
    _of(connection).register_attributes(connection, table)


def register_features(
    connection: Connection, table: str, geometry_type: str, srid: int = 4326
) -> None:
    """Make a table with a ``geom`` column known to other readers and index its positions."""
    _of(connection).register_features(connection, table, geometry_type, srid)


def index_texts(connection: Connection, table: str, columns: Sequence[str]) -> None:
    """Index what texts hold, where the database can: see :func:`holds_text`.

    A file searches along its covering index, see ``docs/decisions/0004-search-by-index-scan.md``.
    """
    if connection.dialect.name == "postgresql":
        postgis.index_texts(connection, table, columns)


def forbid_change(connection: Connection, table: str) -> None:
    """Make a table append-only: the database refuses to alter or delete a row of it."""
    _of(connection).forbid_change(connection, table)


def columns(connection: Connection) -> dict[str, dict[str, str]]:
    """Read what columns each table has, other programs' as well, with their types."""
    return _of(connection).columns(connection)  # type: ignore[no-any-return]


def watch(connection: Connection) -> None:
    """Have the database tell of what other programs write into the registers."""
    _of(connection).watch(connection)


def in_bbox(
    fid: InstrumentedAttribute[int], bbox: BBox, *, row_by_row: bool = False
) -> ColumnElement[bool]:
    """Ask that a feature's box meets `bbox`; the spatial index alone answers.

    Parameters
    ----------
    fid
        Primary key of a feature model, as in ``in_bbox(Team.fid, bbox)``.
    bbox
        ``(min_x, min_y, max_x, max_y)``, degrees, EPSG:4326, borders included.
    row_by_row
        Whether the file asks the index of each row it comes by, rather than gathering all that
        meets the box first: quicker where a page is wanted of a crowded box in some order, see
        :func:`is_crowded`. PostgreSQL chooses by its own statistics.

    Notes
    -----
    Both databases keep single precision rounded outwards in the index: a feature up to about
    10⁻⁵ degrees outside can be among the answers.
    """
    column = fid.expression
    geom = column.table.c[geopackage.GEOMETRY_COLUMN]
    meets = _MeetsBoxRowByRow if row_by_row else _MeetsBox
    return meets(column, geom, *(literal(float(side), Double()) for side in bbox))


def is_crowded(
    session: Session, fid: InstrumentedAttribute[int], bbox: BBox, *, more_than: int = 1000
) -> bool:
    """Say whether the file holds more than so many features in a box.

    The index is read no further than that. Always False on PostgreSQL, which needs no advice.
    """
    if session.get_bind().dialect.name != "sqlite":
        return False
    sides: list[ColumnElement[float]] = [literal(float(side), Double()) for side in bbox]
    some = geopackage.found_in_box(fid.expression, sides).limit(more_than + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) > more_than


_WILD = frozenset("%_/\\")
"""What LIKE, or the escaping of it, takes for something else than itself."""


def holds_text(column: InstrumentedAttribute[Any], part: str) -> ColumnElement[bool]:
    """Ask that a text column holds `part`, whatever the case of Latin letters.

    SQLite's LIKE folds ASCII letters by itself (``lower()`` on both sides takes twice as long).
    PostgreSQL has ILIKE, which an index of :func:`index_texts` answers from three letters on, and
    which is spared where `part` has no letter with two cases, as Chinese has none. Of fewer
    letters every row is asked, where ``lower()`` takes half as long; it folds the same letters,
    for our columns are collated by code points. Without ESCAPE, which hardly any text needs,
    SQLite takes a seventh less over all rows.
    """
    escaping = not _WILD.isdisjoint(part)
    like = column.contains(part, autoescape=escaping)
    if part.lower() == part.upper():
        folded: ColumnElement[bool] = like
    elif len(part) >= LETTERS_INDEXED:
        folded = column.icontains(part, autoescape=escaping)
    else:
        small = "".join(one.lower() if one.isascii() else one for one in part)
        folded = func.lower(column).contains(small, autoescape=escaping)
    return _HoldsText(like, folded)


class _Question(FunctionElement[bool]):
    """A condition that each database asks in its own words."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: object = None) -> Self:  # noqa: ARG002
        """Stand as it is: as ``condition = 1`` SQLite would not see that an index serves."""
        return self


class _MeetsBox(_Question):
    """Arguments: fid, geom, west, south, east, north."""

    inherit_cache = True


class _MeetsBoxRowByRow(_MeetsBox):
    inherit_cache = True


class _HoldsText(_Question):
    """Arguments: the question with LIKE, the question with case folded."""

    inherit_cache = True


@compiles(_MeetsBox, "sqlite")
def _meets_box_in_file(element: _MeetsBox, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    fid, _geom, *sides = element.clauses
    return _grouped(geopackage.in_box(fid, sides), compiler, options)


@compiles(_MeetsBoxRowByRow, "sqlite")
def _meets_box_row_by_row(
    element: _MeetsBoxRowByRow,
    compiler: SQLCompiler,
    **options: Any,  # noqa: ANN401
) -> str:
    fid, _geom, *sides = element.clauses
    return _grouped(geopackage.in_box_row_by_row(fid, sides), compiler, options)


@compiles(_MeetsBox, "postgresql")
def _meets_box_on_server(element: _MeetsBox, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    _fid, geom, *sides = element.clauses
    return _grouped(postgis.in_box(geom, sides), compiler, options)


@compiles(_HoldsText, "sqlite")
def _holds_text_in_file(element: _HoldsText, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    like, _folded = element.clauses
    return _grouped(like, compiler, options)


@compiles(_HoldsText, "postgresql")
def _holds_text_on_server(element: _HoldsText, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    _like, folded = element.clauses
    return _grouped(folded, compiler, options)


def _grouped(condition: ColumnElement[bool], compiler: SQLCompiler, options: dict[str, Any]) -> str:
    return f"({compiler.process(condition, **options)})"


def _of(connection: Connection) -> ModuleType:
    return geopackage if connection.dialect.name == "sqlite" else postgis
