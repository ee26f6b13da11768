"""Popups name the facts of a record as the register's form names its fields."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from shapely import Point
from sqlalchemy import insert

from gisapp.bootstrap import App
from gisapp.registers import KINDS
from gisapp.registers.fields import FieldType, Kind
from gisapp.registers.kinds import MODELS
from tests.web.conftest import PageClient
from web.map.catalogue import SYMBOL_LAYERS

VALUES = {
    FieldType.INTEGER: 1,
    FieldType.NUMBER: 1.0,
    FieldType.BOOLEAN: True,
    FieldType.DATE: date(2026, 11, 1),
    FieldType.TEXT: "1",
}


def full(kind: Kind) -> dict[str, Any]:
    """A record of `kind` with a value in every column."""
    values = {
        item.name: next(iter(item.choices))
        if item.type is FieldType.CODE and item.choices
        else "1" * item.length
        if item.length
        else VALUES[item.type]
        for item in kind.stored()
        if not item.references
    }
    return {**values, "id": "P1", "geom": Point(100, 30)}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_field_has_one_name(client: PageClient, tiny_app: App, lang: str) -> None:
    for spec in SYMBOL_LAYERS:
        kind = KINDS[spec.id]
        with tiny_app.store.session(write=True) as session:
            session.execute(insert(MODELS[kind.name]), [full(kind)])
        facts = client.get(f"/api/record/{kind.name}/P1?lang={lang}").get_json()["facts"]
        called = {one["column"]: one["label"] for one in facts}
        assert called == {name: kind.field(name).caption.in_(lang) for name in called}
        told = [kind.field(field.column) for field in spec.fields]
        assert {one.name for one in told if one.is_stored and not one.references} <= called.keys()
