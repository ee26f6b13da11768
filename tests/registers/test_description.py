"""Description, models, dictionary: one truth."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table, Text

from gisapp.registers import BASE_KINDS, KINDS, RESOURCE_KINDS, Kind
from gisapp.registers.dictionary import data_dictionary
from gisapp.registers.fields import FieldType
from gisapp.registers.kinds import MODELS
from gisapp.registers.wording import written
from gisapp.schema.types import Day, Number, Whole, YesNo
from gisapp.store import FileStore

DOCS = Path(__file__).resolve().parents[2] / "docs"
COMMON = {"fid", "geom", "version", "updated_at", "retired_at", "retired_by", "retire_reason"}
SQL_TYPES = {
    FieldType.TEXT: Text,
    FieldType.CODE: Text,
    FieldType.INTEGER: Whole,
    FieldType.NUMBER: Number,
    FieldType.BOOLEAN: YesNo,
    FieldType.DATE: Day,
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_model_has_exactly_the_described_columns(kind: Kind) -> None:
    table = MODELS[kind.name].__table__
    stored = {field.name: field for field in kind.stored()}
    common = COMMON if kind.geometry else COMMON - {"geom"}
    assert set(table.c.keys()) == set(stored) | common
    for name, field in stored.items():
        column = table.c[name]
        assert isinstance(column.type, SQL_TYPES[field.type]), name
        assert column.nullable or field.required or column.default is not None, name
        assert not (field.required and column.nullable), name


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_header_means_one_field(kind: Kind) -> None:
    """No alias of one field is the name of another."""
    seen: dict[str, str] = {}
    for field in kind.given():
        for header in (field.name, field.label.zh, field.label.en, *field.aliases):
            assert seen.setdefault(header.casefold(), field.name) == field.name


def test_kinds_are_those_of_the_models() -> None:
    assert set(MODELS) == set(KINDS) == set(RESOURCE_KINDS) | set(BASE_KINDS)
    assert list(RESOURCE_KINDS).index("depot") < list(RESOURCE_KINDS).index("lot")


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_everything_has_both_languages(kind: Kind) -> None:
    labels = [kind.label, kind.doc]
    for field in kind.fields:
        labels += [field.label, field.doc, *(field.choices or {}).values()]
    for label in labels:
        assert re.search(r"[\u4e00-\u9fff]|^ID$|R", label.zh), label
        assert re.search(r"[A-Za-z]", label.en), label


class TestDictionary:
    def test_page_is_current(self) -> None:
        """After a change of a register run ``python docs/write_data_dictionary.py``."""
        page = (DOCS / "data-dictionary.md").read_text(encoding="utf-8")
        assert page == runpy.run_path(str(DOCS / "write_data_dictionary.py"))["page"]()

    def test_every_column_of_the_file_is_in_it(self, file_store: FileStore) -> None:
        """Asked of a real database, not of the models."""
        page = (DOCS / "data-dictionary.md").read_text(encoding="utf-8")
        with file_store.session() as session:
            connection = session.connection()
            tables = connection.exec_driver_sql("SELECT table_name FROM gpkg_contents").scalars()
            for table in tables.all():
                section = page.partition(f"`{table}`\n")[2].partition("\n###")[0]
                rows = connection.exec_driver_sql(f"PRAGMA table_info({table})").all()
                for _number, column, *_rest in rows:
                    in_section = f"\n| `{column}` |" in section
                    assert in_section or f"\n| `{table}` | `{column}` |" in page, (table, column)

    def test_undocumented_column_is_refused(self) -> None:
        table = Table("secret", MetaData(), Column("id", Text))
        with pytest.raises(LookupError, match=r"secret\.id"):
            data_dictionary([table])


def test_values_are_written_in_the_readers_language() -> None:
    capabilities = next(item for item in KINDS["team"].fields if item.name == "capabilities")
    assert written(capabilities, ["fire", "rescue"], "zh") == "灭火、抢险救援"
    assert written(capabilities, ["fire", "rescue"], "en") == "Fire fighting, Rescue"
