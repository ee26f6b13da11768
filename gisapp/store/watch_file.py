"""Triggers of a GeoPackage that tell of what other programs write.

They use only what SQLite has built in from 3.38 on.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from gisapp.events.catalogue import What
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
    whole = _row(register, "OLD", details=True)
    differing = (
        "(SELECT json_object('before', json_group_object(o.key, o.value),"
        " 'after', json_group_object(o.key, n.value))"
        f" FROM json_each({_row(register, 'OLD')}) o JOIN json_each({_row(register, 'NEW')}) n"
        " ON n.key = o.key WHERE o.value IS NOT n.value)"
    )
    return [
        f"CREATE TRIGGER {_PREFIX}{table}_insert AFTER INSERT ON {table} WHEN {_NOT_OURS} BEGIN"
        f"{began}"
        f" {_event('insert', table, 'NEW.id', _side('after', _row(register, 'NEW')))} END",
        f"CREATE TRIGGER {_PREFIX}{table}_update AFTER UPDATE ON {table}"
        f" WHEN {_NOT_OURS} AND ({differs}) BEGIN"
        f"{counted}"
        f" {_event('update', table, 'NEW.id', differing)} END",
        # Before, while the rows of its fields are still there.
        f"CREATE TRIGGER {_PREFIX}{table}_delete BEFORE DELETE ON {table} WHEN {_NOT_OURS} BEGIN"
        f" {_event('delete', table, 'OLD.id', _side('before', whole))} END",
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
                    _side("before", _side(one.field, before), "after", _side(one.field, after)),
                )
                + " END"
            )
    return statements


def _marked(statement: str) -> str:
    """Raise a version without telling of that."""
    mark = f"UPDATE {MARK} SET inside"
    return f" {mark} = 1; {statement}; {mark} = 0; "


def _event(what: What, kind: str, subject: str, data: str) -> str:
    return (
        "INSERT INTO event (at, who, what, kind, subject_id, why, data) VALUES"
        f" ({_NOW}, '{OUTSIDE}', '{what}', '{kind}', coalesce({subject}, ''), NULL, {data});"
    )


def _side(name: str, json: str, *more: str) -> str:
    """Write a JSON object of names and texts that are JSON."""
    pairs = zip((name, *more[::2]), (json, *more[1::2]), strict=True)
    return "json_object(" + ", ".join(f"'{key}', json({one})" for key, one in pairs) + ")"


def _row(register: Watched, side: str, *, details: bool = False) -> str:
    """Write a row as JSON, short: every connection reads the triggers once."""
    parts = [
        f"'{name}', {_value(f'{side}.{chr(34)}{name}{chr(34)}', declared, is_place=name == 'geom')}"
        for name, declared in register.columns.items()
    ]
    if details:
        parts += [
            f"'{one.field}', json("
            + _tags(one, f'SELECT * FROM {one.table} WHERE "{one.owner}" = {side}.id')
            + ")"
            for one in register.details
        ]
    return f"json_object({', '.join(parts)})"


def _value(cell: str, declared: str, *, is_place: bool) -> str:
    """Write a cell as JSON can hold it, whatever another program put there."""
    if is_place:
        # The well-known binary behind GeoPackage's header (2.1.3), in hexadecimal digits.
        flags = f"(instr('0123456789ABCDEF', substr(hex(substr({cell}, 4, 1)), 2, 1)) - 1) / 2"
        start = f"(CASE {flags} WHEN 0 THEN 9 WHEN 1 THEN 41 WHEN 4 THEN 73 ELSE 57 END)"
        return f"nullif(hex(substr({cell}, {start})), '')"
    readable = f"iif(typeof({cell})='blob',hex({cell}),{cell})"
    if declared in {"TEXT", "DATE", "DATETIME", "BOOLEAN"}:
        return readable
    return f"iif(abs({cell})=9e999,'Inf',{readable})"  # which JSON has not


def _tags(one: Detail, rows: str) -> str:
    if one.number:
        return f'(SELECT json_group_object("{one.value}", "{one.number}") FROM ({rows}))'
    return f'(SELECT json_group_array("{one.value}") FROM ({rows} ORDER BY 1))'
