# ruff: noqa: INP001
"""Write the revision that makes the tables of a new register.

Run as ``python docs/write_revision.py "Water points"``.
"""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.autogenerate import render_python_code
from alembic.operations import ops
from sqlalchemy import Table, create_engine, inspect

import gisapp.store.migrations.versions
from gisapp.schema import Geometry, JsonText, UtcDateTime
from gisapp.schema.types import Day, Number, Whole, Words, YesNo
from gisapp.store import create_store
from gisapp.store.migrations import HEAD
from gisapp.tables import all_tables

PLAIN = {Words: "Text", Whole: "Integer", Number: "Double", YesNo: "Boolean", Day: "Date"}
HEAD_LINES = '''# ruff: noqa: E501 - statements as Alembic writes them
"""{what}."""

import sqlalchemy as sa
from alembic import op

from gisapp.schema import Geometry, JsonText, UtcDateTime  # noqa: F401 - what columns may hold
from gisapp.store import spatial

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and make them known to other readers."""
    {statements}
    connection = op.get_bind()
'''


def missing() -> list[Table]:
    """Tables of the models that a new database has not got."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "new.gpkg"
        create_store(path).close()
        engine = create_engine(f"sqlite:///{path}")
        there = inspect(engine).get_table_names()
        engine.dispose()
    return [table for table in all_tables() if table.name not in there]


def revision(what: str, tables: list[Table]) -> str:
    """The text of a revision that makes `tables`, frozen as they are now."""
    made: list[ops.MigrateOperation] = []
    for table in tables:
        made.append(ops.CreateTableOp.from_table(table))
        made[-1].info.clear()  # what the program keeps of a table is not its schema
        indexes = sorted(table.indexes, key=lambda one: str(one.name))
        made += [ops.CreateIndexOp.from_index(one) for one in indexes]
    statements = render_python_code(ops.UpgradeOps(ops=made), render_item=column_type)
    statements = re.sub(r"^ *# ###.*\n?", "", statements, flags=re.MULTILINE).strip()
    # Alembic writes SQLite's word, which PostgreSQL does not take for no.
    statements = statements.replace(
        "sa.Boolean(), server_default=sa.text('0')", "sa.Boolean(), server_default=sa.false()"
    )
    names = {"revision": f"{int(HEAD) + 1:04}", "before": HEAD}
    text = HEAD_LINES.format(what=what, statements=statements, **names)
    for table in tables:
        shape = table.c.geom.type if "geom" in table.c else None
        if isinstance(shape, Geometry):
            kind = f'"{shape.geometry_type}"'
            text += f'    spatial.register_features(connection, "{table.name}", {kind})\n'
            named = tuple(name for name in ("name", "name_en") if name in table.c)
            text += f'    spatial.index_texts(connection, "{table.name}", {named!r})\n'
        else:
            text += f'    spatial.register_attributes(connection, "{table.name}")\n'
    return text


def column_type(kind: str, item: object, _context: object) -> str | bool:
    """A type of our own by the name that a frozen revision may use."""
    if kind != "type":
        return False
    if isinstance(item, Geometry):
        return f'Geometry("{item.geometry_type}")'
    if isinstance(item, (UtcDateTime, JsonText)):
        return f"{type(item).__name__}()"
    return next((f"sa.{name}()" for ours, name in PLAIN.items() if isinstance(item, ours)), False)


if __name__ == "__main__":
    title = sys.argv[1]
    found = missing()
    if not found:
        raise SystemExit("The database has all tables already.")
    name = re.sub(r"\W+", "_", title.lower())
    folder = Path(gisapp.store.migrations.versions.__file__).parent
    path = folder / f"v{int(HEAD) + 1:04}_{name}.py"
    path.write_text(revision(title, found), encoding="utf-8")
    print(path.name)  # noqa: T201
