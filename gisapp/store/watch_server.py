"""Triggers of PostgreSQL that tell of what other programs write."""

from __future__ import annotations

from sqlalchemy import Connection, text

from gisapp.events.catalogue import What
from gisapp.store.watch import OUTSIDE, Detail, Watched, watched

INSIDE = "gisapp.inside"
"""A setting of the transaction that says that we are writing."""

_NOT_OURS = f"current_setting('{INSIDE}', true) IS DISTINCT FROM '1'"
_NOW = "date_trunc('milliseconds', clock_timestamp())"


def watch(connection: Connection, schema: str, write_lock: int) -> None:
    """Make the triggers of every register anew."""
    # A role of QGIS may have rights on the registers alone.
    head = (
        "LANGUAGE plpgsql SECURITY DEFINER"
        f" SET search_path = {schema}, public, postgis, extensions AS $$"
    )
    statements = _telling(schema, head, write_lock)
    for register in watched(columns(connection, schema)):
        statements += _of_records(schema, head, register)
        for one in register.details:
            statements += _of_detail(schema, head, one)
    for statement in statements:
        connection.exec_driver_sql(statement)


def columns(connection: Connection, schema: str) -> dict[str, dict[str, str]]:
    """Read what columns each table has, with their types."""
    found = connection.execute(
        text(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = :schema ORDER BY table_name, ordinal_position"
        ),
        {"schema": schema},
    )
    tables: dict[str, dict[str, str]] = {}
    for table, column, declared in found:
        tables.setdefault(table, {})[column] = declared
    return tables


def _telling(schema: str, head: str, write_lock: int) -> list[str]:
    """Events are numbered at the commit, in our turn.

    So they stay in the order of their commits, and a long transaction of another program keeps
    nobody waiting.
    """
    return [
        f"CREATE OR REPLACE FUNCTION {schema}.tell_outside() RETURNS trigger {head} BEGIN"
        f" PERFORM pg_advisory_xact_lock({write_lock});"
        " INSERT INTO event (at, who, what, kind, subject_id, why, data) VALUES"
        f" ({_NOW}, '{OUTSIDE}', NEW.what, NEW.kind, NEW.subject_id, NEW.why, NEW.data);"
        " DELETE FROM gisapp_outside WHERE number = NEW.number; RETURN NULL; END $$",
        "DROP TRIGGER IF EXISTS outside_told ON gisapp_outside",
        "CREATE CONSTRAINT TRIGGER outside_told AFTER INSERT ON gisapp_outside DEFERRABLE"
        f" INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {schema}.tell_outside()",
        f"CREATE OR REPLACE FUNCTION {schema}.note_outside(what text, kind text, subject text,"
        f" data jsonb) RETURNS void {head} BEGIN"
        " INSERT INTO gisapp_outside (what, kind, subject_id, why, data) VALUES (what, kind,"
        " coalesce(subject, ''), concat_ws(' / ', session_user,"
        " nullif(current_setting('application_name'), '')), data::text); END $$",
    ]


def _of_records(schema: str, head: str, register: Watched) -> list[str]:
    table, name = register.table, f"{schema}.watch_{register.table}"
    details = "".join(
        f" || jsonb_build_object('{one.field}', ({_tags(one, 'o.id')}))" for one in register.details
    )
    added = f"jsonb_build_object('after', jsonb_strip_nulls({_row('n', register)}))"
    gone = f"jsonb_build_object('before', jsonb_strip_nulls({_row('o', register)}{details}))"
    inserted = _note("insert", table, "n.id", added)
    updated = _note("update", table, "d.id", "jsonb_build_object('before', d.b, 'after', d.a)")
    differing = (
        "SELECT c.id, jsonb_object_agg(k.key, c.b -> k.key) AS b, jsonb_object_agg(k.key, k.value)"
        f" AS a FROM (SELECT n.id, {_row('o', register)} AS b, {_row('n', register)} AS a"
        " FROM before_rows o JOIN after_rows n USING (fid)) c, jsonb_each(c.a) k"
        " WHERE c.b -> k.key IS DISTINCT FROM k.value GROUP BY c.id"
    )
    began = counted = ""
    if register.versioned:
        began = _marked(
            f'UPDATE "{table}" t SET version = 1, updated_at = {_NOW}'
            " FROM after_rows n WHERE t.fid = n.fid"
        )
        counted = _marked(
            f'UPDATE "{table}" t SET version = greatest(n.version, o.version + 1, 1),'
            f" updated_at = {_NOW} FROM before_rows o JOIN after_rows n USING (fid)"
            " WHERE t.fid = n.fid AND to_jsonb(o) IS DISTINCT FROM to_jsonb(n)"
        )
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger {head} BEGIN"
        " IF TG_OP = 'DELETE' THEN"
        f"{_note('delete', table, 'OLD.id', 'd.data')} FROM"
        f" (SELECT {gone} AS data FROM (SELECT OLD.*) o) d; RETURN OLD;"
        " ELSIF TG_OP = 'TRUNCATE' THEN"
        f'{_note("delete", table, "o.id", gone)} FROM "{table}" o;'
        " ELSIF TG_OP = 'INSERT' THEN"
        f"{inserted} FROM after_rows n;"
        f"{began}"
        " ELSE"
        f"{updated} FROM ({differing}) d;"
        f"{counted}"
        " END IF; RETURN NULL; END $$",
        *(
            f'DROP TRIGGER IF EXISTS outside_{action} ON "{table}"'
            for action in ("insert", "update", "delete", "truncate")
        ),
        f'CREATE TRIGGER outside_insert AFTER INSERT ON "{table}" REFERENCING NEW TABLE AS'
        f" after_rows FOR EACH STATEMENT WHEN ({_NOT_OURS}) EXECUTE FUNCTION {name}()",
        f'CREATE TRIGGER outside_update AFTER UPDATE ON "{table}" REFERENCING OLD TABLE AS'
        " before_rows NEW TABLE AS after_rows FOR EACH STATEMENT"
        f" WHEN ({_NOT_OURS}) EXECUTE FUNCTION {name}()",
        # Row by row and before, while the rows of its fields are still there.
        f'CREATE TRIGGER outside_delete BEFORE DELETE ON "{table}" FOR EACH ROW'
        f" WHEN ({_NOT_OURS}) EXECUTE FUNCTION {name}()",
        f'CREATE TRIGGER outside_truncate BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT'
        f" WHEN ({_NOT_OURS}) EXECUTE FUNCTION {name}()",
    ]


def _of_detail(schema: str, head: str, one: Detail) -> list[str]:
    """Row by row: each of them changes one field of one record."""
    name, owner, value = f"{schema}.watch_{one.table}", f'r."{one.owner}"', f'r."{one.value}"'
    one_more = f'jsonb_build_object({value}, r."{one.number}")' if one.number else (
        f"to_jsonb({value})"
    )  # fmt: skip
    changed = (
        f"jsonb_build_object('before', jsonb_build_object('{one.field}', was),"
        f" 'after', jsonb_build_object('{one.field}', is_now))"
    )
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger {head}"
        f' DECLARE r "{one.table}"; was jsonb; is_now jsonb; BEGIN'
        " IF TG_OP = 'DELETE' THEN r := OLD; ELSE r := NEW; END IF;"
        f' IF NOT EXISTS (SELECT 1 FROM "{one.owner_table}" WHERE id = {owner})'
        " THEN RETURN NULL; END IF;"
        f" is_now := ({_tags(one, owner)}); was := is_now;"
        f" IF TG_OP <> 'DELETE' THEN was := was - {value}; END IF;"
        f" IF TG_OP <> 'INSERT' THEN r := OLD; was := was || {one_more}; END IF;"
        f"{_note('update', one.owner_table, owner, changed)};"
        + _marked(
            f'UPDATE "{one.owner_table}" SET version = greatest(version, 0) + 1,'
            f" updated_at = {_NOW} WHERE id = {owner}"
        )
        + " RETURN NULL; END $$",
        f'DROP TRIGGER IF EXISTS outside_changed ON "{one.table}"',
        f'CREATE TRIGGER outside_changed AFTER INSERT OR UPDATE OR DELETE ON "{one.table}"'
        f" FOR EACH ROW WHEN ({_NOT_OURS}) EXECUTE FUNCTION {name}()",
    ]


def _note(what: What, kind: str, subject: str, data: str) -> str:
    return f" PERFORM note_outside('{what}', '{kind}', {subject}, {data})"


def _marked(statement: str) -> str:
    """Raise a version without telling of that."""
    return (
        f" PERFORM set_config('{INSIDE}', '1', true); {statement};"
        f" PERFORM set_config('{INSIDE}', '', true);"
    )


def _row(side: str, register: Watched) -> str:
    """Write a row as JSON, positions as well-known text to the last digit."""
    row = f"(to_jsonb({side}) - '{{fid,version,updated_at,geom}}'::text[])"
    if "geom" in register.columns:
        row += f" || jsonb_build_object('geom', ST_AsText({side}.geom, 17))"
    return row


def _tags(one: Detail, owner: str) -> str:
    gathered, empty = (
        (f'jsonb_object_agg(d."{one.value}", d."{one.number}")', "{}")
        if one.number
        else (f'jsonb_agg(d."{one.value}" ORDER BY d."{one.value}")', "[]")
    )
    return (
        f"SELECT coalesce({gathered}, '{empty}') FROM \"{one.table}\" d"
        f' WHERE d."{one.owner}" = {owner}'
    )
