"""All that is particular to SQLite and GeoPackage, in one module.

Sources: OGC 12-128r18 (GeoPackage 1.3.1): 1.1.1 (file), 1.1.2 (reference systems), 1.1.3
(contents), 2.1.5 (geometry columns), annex F.3 (R-tree index). Another database joins by a
sibling of this module; models and queries stay.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from pyproj import CRS
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Double,
    Integer,
    MetaData,
    Select,
    Table,
    select,
    text,
)

from gisapp.schema.blob import BlobError, envelope
from gisapp.store import watch_file

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10300  # 1.3.0: the newest that GDAL 3.6 reads without a warning
GEOMETRY_COLUMN = "geom"

# Reference systems offered on import and export; -1 and 0 are required by the standard.
_STORED_EPSG = (4326, 4490)

_METADATA_TABLES = (
    """CREATE TABLE gpkg_spatial_ref_sys (
      srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
      organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
    """CREATE TABLE gpkg_contents (
      table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
      description TEXT DEFAULT '',
      last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
      min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
      CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (
      table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
      srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
      CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
      CONSTRAINT uk_gc_table_name UNIQUE (table_name),
      CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
      CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
    """CREATE TABLE gpkg_extensions (
      table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
      scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))""",
)

_HAS_BOX = "(NEW.{c} NOTNULL AND NOT ST_IsEmpty(NEW.{c}))"
_NO_BOX = "(NEW.{c} ISNULL OR ST_IsEmpty(NEW.{c}))"
_PUT = (
    "INSERT OR REPLACE INTO rtree_{t}_{c} VALUES (NEW.{i}, ST_MinX(NEW.{c}), ST_MaxX(NEW.{c}),"
    " ST_MinY(NEW.{c}), ST_MaxY(NEW.{c}));"
)
_DROP = "DELETE FROM rtree_{t}_{c} WHERE id = OLD.{i};"
_DROP_BOTH = "DELETE FROM rtree_{t}_{c} WHERE id IN (OLD.{i}, NEW.{i});"

# Annex F.3, table 44: the trigger templates of the standard.
_RTREE_TRIGGERS = {
    "insert": f"AFTER INSERT ON {{t}} WHEN {_HAS_BOX} BEGIN {_PUT} END",
    "update1": f"AFTER UPDATE OF {{c}} ON {{t}} WHEN OLD.{{i}} = NEW.{{i}} AND {_HAS_BOX}"
    f" BEGIN {_PUT} END",
    "update2": f"AFTER UPDATE OF {{c}} ON {{t}} WHEN OLD.{{i}} = NEW.{{i}} AND {_NO_BOX}"
    f" BEGIN {_DROP} END",
    "update3": f"AFTER UPDATE ON {{t}} WHEN OLD.{{i}} != NEW.{{i}} AND {_HAS_BOX}"
    f" BEGIN {_DROP} {_PUT} END",
    "update4": f"AFTER UPDATE ON {{t}} WHEN OLD.{{i}} != NEW.{{i}} AND {_NO_BOX}"
    f" BEGIN {_DROP_BOTH} END",
    "delete": f"AFTER DELETE ON {{t}} WHEN OLD.{{c}} NOTNULL BEGIN {_DROP} END",
}


def connect_arguments(busy_timeout_s: float) -> dict[str, float | bool]:
    """Arguments of :func:`sqlite3.connect`: threads share the pool's connections in turn."""
    return {"timeout": busy_timeout_s, "check_same_thread": False}


def prepare_connection(connection: sqlite3.Connection) -> None:
    """Make a fresh connection ours: explicit transactions, foreign keys, ST functions."""
    # sqlite3 would otherwise begin transactions on its own, deferred, and leave DDL outside.
    connection.isolation_level = None
    # Another program's GBK in one cell would otherwise stop the reading of all.
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut
    connection.execute("PRAGMA secure_delete = ON")  # what is overwritten is gone from the file
    for name, function in _sql_functions().items():
        connection.create_function(name, 1, function, deterministic=True)


def _sql_functions() -> dict[str, Callable[[bytes | None], float | int | None]]:
    def side(index: int) -> Callable[[bytes | None], float | None]:
        def read(blob: bytes | None) -> float | None:
            box = _envelope(blob)
            return None if box is None else box[index]

        return read

    def is_empty(blob: bytes | None) -> int | None:
        return None if blob is None else int(_envelope(blob) is None)

    return {
        "ST_MinX": side(0),
        "ST_MaxX": side(1),
        "ST_MinY": side(2),
        "ST_MaxY": side(3),
        "ST_IsEmpty": is_empty,
    }


def _envelope(blob: bytes | None) -> tuple[float, float, float, float] | None:
    if blob is None:
        return None
    try:
        return envelope(blob)
    except (BlobError, TypeError):  # another program's bytes: no box, so not in the index
        return None


def begin(connection: Connection) -> None:
    """Begin the transaction that the connection's ``write`` option asks for.

    A writer takes the write lock at once: a transaction that read first and wrote later could
    fail at any statement because another writer was quicker, whatever the busy timeout.
    """
    write = bool(connection.get_execution_options().get("write", False))
    connection.exec_driver_sql(f"PRAGMA query_only = {int(not write)}")
    # A large import touches every index: with the 2 MB that are usual it writes pages twice.
    connection.exec_driver_sql(f"PRAGMA cache_size = {-65_536 if write else -8_192}")  # kB
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
    if write:
        _mark(connection, inside=True)


def before_commit(connection: Connection) -> None:
    """Take the mark of our own writing away: no other program ever sees it."""
    if connection.get_execution_options().get("write", False):
        _mark(connection, inside=False)


def _mark(connection: Connection, *, inside: bool) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    try:
        driver.execute(watch_file.SET_MARK, (inside,))
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):  # a file that is being made, or an older one
            raise


def columns(connection: Connection) -> dict[str, dict[str, str]]:
    """Read what columns each table has, with their declared types."""
    return watch_file.columns(connection)


def watch(connection: Connection) -> None:
    """Make the triggers that tell of what other programs write."""
    watch_file.watch(connection)


def create_file_metadata(connection: Connection) -> None:
    """Mark a fresh file as a GeoPackage and make the standard's own tables."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {USER_VERSION}")
    for statement in _METADATA_TABLES:
        connection.exec_driver_sql(statement)
    systems = [
        ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian"),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic"),
    ]
    for code in _STORED_EPSG:
        crs = CRS.from_epsg(code)
        systems.append((crs.name, code, "EPSG", code, crs.to_wkt("WKT1_GDAL"), crs.name))
    for row in systems:
        connection.exec_driver_sql("INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", row)


def register_attributes(connection: Connection, table: str) -> None:
    """Enter a table without geometry in the file's contents."""
    _add_contents(connection, table, "attributes", None)


def register_features(
    connection: Connection, table: str, geometry_type: str, srid: int = 4326
) -> None:
    """Enter a table with a ``geom`` column in the file's contents and give it its R-tree."""
    _add_contents(connection, table, "features", srid)
    connection.execute(
        text("INSERT INTO gpkg_geometry_columns VALUES (:t, :c, :type, :srid, 0, 0)"),
        {"t": table, "c": GEOMETRY_COLUMN, "type": geometry_type, "srid": srid},
    )
    names = {"t": table, "c": GEOMETRY_COLUMN, "i": "fid"}
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE rtree_{t}_{c} USING rtree(id, minx, maxx, miny, maxy)".format(**names)
    )
    connection.execute(
        text(
            "INSERT INTO gpkg_extensions VALUES (:t, :c, 'gpkg_rtree_index',"
            " 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')"
        ),
        {"t": table, "c": GEOMETRY_COLUMN},
    )
    for suffix, template in _RTREE_TRIGGERS.items():
        connection.exec_driver_sql(
            f"CREATE TRIGGER rtree_{table}_{GEOMETRY_COLUMN}_{suffix} " + template.format(**names)
        )


def _add_contents(connection: Connection, table: str, data_type: str, srid: int | None) -> None:
    connection.execute(
        text(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
            " VALUES (:t, :type, :t, :srid)"
        ),
        {"t": table, "type": data_type, "srid": srid},
    )


def forbid_change(connection: Connection, table: str) -> None:
    """Make a table append-only: no row of it is ever altered or deleted."""
    for action in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def found_in_box(
    fid: ColumnElement[int], sides: Sequence[ColumnElement[float]]
) -> Select[tuple[int]]:
    """Fids of the feature table of `fid` that meet a box of west, south, east, north."""
    min_x, min_y, max_x, max_y = sides
    index = _index_of(fid.table.name)
    return select(index.c.id).where(
        index.c.minx <= max_x, index.c.maxx >= min_x, index.c.miny <= max_y, index.c.maxy >= min_y
    )


def in_box(fid: ColumnElement[int], sides: Sequence[ColumnElement[float]]) -> ColumnElement[bool]:
    """Ask the R-tree for all that meets a box of west, south, east, north."""
    return fid.in_(found_in_box(fid, sides))


def in_box_row_by_row(
    fid: ColumnElement[int], sides: Sequence[ColumnElement[float]]
) -> ColumnElement[bool]:
    """Ask the R-tree of the row at hand whether it meets the box.

    The sum keeps SQLite from turning the question round and gathering all the same.
    """
    own = _index_of(fid.table.name).c.id == fid + 0
    return found_in_box(fid, sides).where(own).correlate(fid.table).exists()


_INDEXES = MetaData()  # virtual tables: never created or compared by SQLAlchemy


def _index_of(table: str) -> Table:
    return Table(
        f"rtree_{table}_{GEOMETRY_COLUMN}",
        _INDEXES,
        Column("id", Integer, primary_key=True),
        *(Column(name, Double) for name in ("minx", "maxx", "miny", "maxy")),
        extend_existing=True,
    )
