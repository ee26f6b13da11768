"""Triggers of a GeoPackage that tell of what other programs write.

They use only what SQLite has built in from 3.38 on.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from gisapp.store.watch import OUTSIDE, Detail, Watched, watched

MARK = "gisapp_writing"
"""A table of one row that says within a transaction, and never beyond, that we are writing."""
SET_MARK = f"UPDATE {MARK} SET inside = ?"

_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
_NOT_OURS = f"(SELECT inside FROM {MARK}) IS NOT 1"
_PREFIX = "outside_"


def watch(connection: Connection) -> None:
    """Make the triggers of every register anew."""
    old = connection.execute(
        text("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE :like"),
        {"like": f"{_PREFIX}%"},
    )
    for name in old.scalars().all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    for register in watched(columns(connection)):
        for statement in (*_of_records(register), *_of_details(register)):
            connection.exec_driver_sql(statement)


def columns(connection: Connection) -> dict[str, dict[str, str]]:
    """Read what columns each table has, with their declared types."""
    found = connection.exec_driver_sql(
        "SELECT m.name, c.name, c.type FROM sqlite_schema m, pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND m.name NOT LIKE 'gpkg%' AND m.name NOT LIKE 'rtree%'"
        " ORDER BY m.name, c.cid"
    )
    tables: dict[str, dict[str, str]] = {}
    for table, column, declared in found:
        tables.setdefault(table, {})[column] = declared
    return tables


def _of_records(register: Watched) -> list[str]:
    table = register.table
    differs = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in register.columns)
    raised = (
        "CASE WHEN typeof(NEW.version) = 'integer' AND NEW.version > max(OLD.version, 0)"
        " THEN NEW.version"
        " WHEN typeof(OLD.version) = 'integer' THEN max(OLD.version, 0) + 1 ELSE 1 END"
    )
    began = counted = ""
    if register.versioned:
        by_row = "WHERE fid = NEW.fid"
        began = _marked(f"UPDATE {table} SET version = 1, updated_at = {_NOW} {by_row}")
        counted = _marked(f"UPDATE {table} SET version = {raised}, updated_at = {_NOW} {by_row}")
        # A version put back is a change as well.
        differs += " OR typeof(NEW.version) <> 'integer' OR NEW.version < max(OLD.version, 1)"
    before, after = (_object(register, side, changed=True) for side in ("OLD", "NEW"))
    return [
        f"CREATE TRIGGER {_PREFIX}{table}_insert AFTER INSERT ON {table} WHEN {_NOT_OURS} BEGIN"
        f"{began}"
        f" {_event('insert', table, 'NEW.id', _pair(after=_object(register, 'NEW')))} END",
        f"CREATE TRIGGER {_PREFIX}{table}_update AFTER UPDATE ON {table}"
        f" WHEN {_NOT_OURS} AND ({differs}) BEGIN"
        f"{counted}"
        f" {_event('update', table, 'NEW.id', _pair(before=before, after=after))} END",
        # Before, while the rows of its fields are still there.
        f"CREATE TRIGGER {_PREFIX}{table}_delete BEFORE DELETE ON {table} WHEN {_NOT_OURS} BEGIN"
        f" {_event('delete', table, 'OLD.id', _pair(before=_object(register, 'OLD')))} END",
    ]


def _of_details(register: Watched) -> list[str]:
    statements = []
    for one in register.details:
        rest = f'SELECT * FROM {one.table} WHERE "{one.owner}" = {{side}}."{one.owner}"'
        columns = [one.value, *([one.number] if one.number else [])]
        own = ", ".join(f'{{side}}."{name}"' for name in columns)
        named = ", ".join(f'"{name}"' for name in columns)
        others = f"SELECT {named} FROM ({rest} AND fid <> {{side}}.fid)"
        was, is_now = (
            _tags(one, f"{others} UNION ALL SELECT {own}".format(side=side))
            for side in ("OLD", "NEW")
        )
        without = {side: _tags(one, others.format(side=side)) for side in ("OLD", "NEW")}
        for action, side, before, after in (
            ("INSERT", "NEW", without["NEW"], is_now),
            ("UPDATE", "NEW", was, is_now),
            ("DELETE", "OLD", was, without["OLD"]),
        ):
            owner = f'{side}."{one.owner}"'
            statements.append(
                f"CREATE TRIGGER {_PREFIX}{one.table}_{action.lower()} AFTER {action}"
                f" ON {one.table} WHEN {_NOT_OURS}"
                f" AND EXISTS (SELECT 1 FROM {one.owner_table} WHERE id = {owner}) BEGIN"
                + _marked(
                    f"UPDATE {one.owner_table} SET version = max(version, 0) + 1,"
                    f" updated_at = {_NOW} WHERE id = {owner}"
                )
                + _event(
                    "update",
                    one.owner_table,
                    owner,
                    _pair(
                        before=f"""'{{"{one.field}":' || {before} || '}}'""",
                        after=f"""'{{"{one.field}":' || {after} || '}}'""",
                    ),
                )
                + " END"
            )
    return statements


def _marked(statement: str) -> str:
    """Raise a version without telling of that."""
    mark = f"UPDATE {MARK} SET inside"
    return f" {mark} = 1; {statement}; {mark} = 0; "


def _event(what: str, kind: str, subject: str, data: str) -> str:
    return (
        "INSERT INTO event (at, who, what, kind, subject_id, why, data) VALUES"
        f" ({_NOW}, '{OUTSIDE}', '{what}', '{kind}', coalesce({subject}, ''), NULL, {data});"
    )


def _pair(*, before: str | None = None, after: str | None = None) -> str:
    sides = [f"'\"{name}\":' || {side}" for name, side in (("before", before), ("after", after))
             if side is not None]  # fmt: skip
    return "'{' || " + " || ',' || ".join(sides) + " || '}'"


def _object(register: Watched, side: str, *, changed: bool = False) -> str:
    """Write a row as JSON: what differs, or all that is not empty."""
    parts = []
    for name, declared in register.columns.items():
        tells = f'OLD."{name}" IS NOT NEW."{name}"' if changed else f'{side}."{name}" IS NOT NULL'
        value = _value(f'{side}."{name}"', name, declared)
        parts.append(f"CASE WHEN {tells} THEN ',\"{name}\":' || {value} ELSE '' END")
    if not changed:
        parts += [
            f"',\"{one.field}\":' || "
            + _tags(one, f'SELECT * FROM {one.table} WHERE "{one.owner}" = {side}.id')
            for one in register.details
        ]
    return "'{' || substr(" + " || ".join(parts) + ", 2) || '}'"


def _value(cell: str, name: str, declared: str) -> str:
    """Write a cell as JSON, whatever another program put there."""
    if name == "geom":
        # The well-known binary behind GeoPackage's header (2.1.3), in hexadecimal digits.
        flags = f"(instr('0123456789ABCDEF', substr(hex(substr({cell}, 4, 1)), 2, 1)) - 1) / 2"
        start = f"(CASE {flags} WHEN 0 THEN 9 WHEN 1 THEN 41 WHEN 4 THEN 73 ELSE 57 END)"
        return f"coalesce('\"' || hex(substr({cell}, {start})) || '\"', 'null')"
    written = (
        f"CASE typeof({cell}) WHEN 'blob' THEN json_quote(hex({cell}))"
        f" WHEN 'real' THEN {_real(cell)} ELSE json_quote({cell}) END"
    )
    if declared == "BOOLEAN":
        return f"CASE {cell} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE {written} END"
    return f"({written})"


def _real(number: str) -> str:
    """Write a number with as few digits as bring it back."""
    return (
        f"CASE WHEN abs({number}) > 1.7976931348623157e308 THEN 'null'"
        f" WHEN CAST(printf('%!.15g', {number}) AS REAL) = {number}"
        f" THEN printf('%!.15g', {number}) ELSE printf('%!.17g', {number}) END"
    )


def _tags(one: Detail, rows: str) -> str:
    if one.number:
        return f'(SELECT json_group_object("{one.value}", "{one.number}") FROM ({rows}))'
    return f'(SELECT json_group_array("{one.value}") FROM ({rows} ORDER BY 1))'
