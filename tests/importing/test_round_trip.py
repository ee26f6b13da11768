"""What a list is exported as comes back whole, into the same site or an empty one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from gisapp.importing import import_resources, tables
from gisapp.messages import LANGUAGES
from gisapp.registers import KINDS
from gisapp.registers.cells import guarded, unguarded, unmistakable
from gisapp.registers.changes import compare, read_records, store_changes
from gisapp.registers.export import FORMATS, export_list
from gisapp.registers.fields import Field, FieldType, Kind
from gisapp.registers.kinds import HAZARD_KINDS
from gisapp.registers.listing import Question
from gisapp.registers.rules import alternatives, pairs
from gisapp.registers.values import CellError, parse_cell
from gisapp.rights import Right, system_actor
from gisapp.store import FileStore
from gisapp.store.file import open_file

HARD = [
    "=1+1", "'=1", "''+86", "'", "-x", "@x", "@SUM(1)", "＝1", "0007", "1e5", "1.0", "12:30",
    "2026/03/20", "2026-03-20T08:00:00", "true", "False", "NaT", "nan", "NaN", "None", "null",
    "NULL", "inf", "{}", "[]", '["a"]', '{"a": 1}', "#N/A", "甲\n乙", "_x0041_", "𠮷", "a,b;c\td",
    "<b>&amp;</b>", '"甲"',
]  # fmt: skip
TEXTS = st.one_of(
    st.text(st.sampled_from("甲乙0123456789abZ'=+-@＝＋;,\"#%()（）：/ \n{}[]_x"), max_size=12),
    st.sampled_from(HARD),
)
PHONES = ["+86-357-2000001", "+8613800000000", "0357-2000001", "13800000000", "2000001 转 8"]
IDS = st.sampled_from(["0007", "007", "7", "1e5", "NaT", "-x", "+1", "=1+1", "@x", "00.10", "甲-1"])
HOME = {
    "team": "-x", "depot": "007", "hospital": "00.10", "shelter": "1e5", "geohazard": "=1",
    "enterprise": "@x",
}  # fmt: skip
"""Ids of the records that others refer to."""


@given(TEXTS)
def test_a_guard_is_taken_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert unguarded(unmistakable(text)) == text


def cells(item: Field) -> st.SearchStrategy[Any]:
    """Texts of a file for a field, empty where it may be; now and then one that is refused."""
    low = -1e6 if item.minimum is None else item.minimum
    high = 1e6 if item.maximum is None else item.maximum
    codes = st.sampled_from(sorted(item.choices or [""]))
    texts = TEXTS
    if item.length is not None:
        texts = st.text("0123456789", min_size=item.length, max_size=item.length)
    elif item.references:
        texts = st.just(HOME[item.references])
    elif item.name == "id":
        texts = IDS | st.text("0123456789abT-", min_size=1, max_size=8)
    elif item.is_phone:
        texts = st.sampled_from(PHONES)
    counts = st.dictionaries(codes, st.integers(1, 9), max_size=3)
    found: dict[FieldType, st.SearchStrategy[Any]] = {
        FieldType.TEXT: texts,
        FieldType.INTEGER: st.integers(int(low), int(high)).map(str),
        FieldType.NUMBER: st.floats(low, high).map(repr),
        FieldType.BOOLEAN: st.sampled_from("01"),
        FieldType.DATE: st.dates(date(1901, 1, 1), date(2090, 1, 1)).map(str),
        FieldType.CODE: codes,
        FieldType.TAGS: st.lists(codes, min_size=item.required, max_size=3).map(";".join),
        FieldType.COUNTS: counts.map(
            lambda held: ";".join(f"{code}:{number}" for code, number in held.items())
        ),
        FieldType.COORDINATE: st.floats(-80, 80).map(lambda x: repr(round(x, 9))),
    }
    return found[item.type] if item.required else st.just("") | found[item.type]


@st.composite
def some_records(draw: st.DrawFn, kind: Kind) -> list[dict[str, Any]]:
    """Records that could have been imported."""
    return draw(st.lists(one_record(kind), min_size=3, max_size=6, unique_by=lambda one: one["id"]))


@st.composite
def one_record(draw: st.DrawFn, kind: Kind) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for item in kind.given():
        try:
            record[item.name] = parse_cell(item, draw(cells(item)))
        except CellError:
            record[item.name] = parse_cell(item, "甲" if item.required else "")
    if record.get("monitors_kind") is not None:
        record["monitors_kind"] = draw(st.sampled_from(HAZARD_KINDS))
    for pair in pairs(kind):
        if any(record[field.name] is None for field in pair):
            record |= {field.name: None for field in pair}
    for pair in alternatives(kind):
        one, other = draw(st.permutations(pair))
        record |= {one.name: HOME[one.references], other.name: None}
    if kind.geometry == "POINT":
        record["geom"] = shapely.Point(record.pop("x"), record.pop("y"))
    elif kind.geometry is not None:
        corner = draw(st.floats(100, 120).map(lambda x: round(x, 9)))
        box = shapely.box(corner, 30, 121.5, 31.25)
        shapes = {"MULTIPOLYGON": shapely.MultiPolygon([box])}
        shapes["MULTILINESTRING"] = shapely.MultiLineString([box.exterior.coords])
        record["geom"] = shapes[kind.geometry]
    return record


@contextmanager
def site(empty_file: Path, folder: Path, name: str) -> Iterator[FileStore]:
    """An empty site but for the records that others refer to."""
    with open_file(Path(shutil.copy(empty_file, folder / name))) as store:
        with store.session(write=True) as session:
            for kind, record_id in HOME.items():
                given = {
                    "team": {"team_type": "medical", "capabilities": ["medical"]},
                    "depot": {"level": "county"},
                    "geohazard": {"geohazard_type": "landslide"},
                    "enterprise": {"sector": "mine"},
                }.get(kind, {})
                home = {"id": record_id, "name": "甲", "geom": shapely.Point(1, 2), **given}
                changes = compare(session, KINDS[kind], [home])
                store_changes(session, system_actor("t"), Right.EDIT, changes, why="t")
        yield store


CASES = [
    (name, form)
    for name, kind in KINDS.items()
    for form in FORMATS
    if (kind.geometry or not FORMATS[form].located)
    and (kind.geometry in {None, "POINT"} or FORMATS[form].located)
]


@cache
def drawn(name: str) -> list[dict[str, Any]]:
    """The plainest records of a register, and some that are drawn."""
    found: dict[str, dict[str, Any]] = {}

    @settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(records=some_records(KINDS[name]))
    def draw(records: list[dict[str, Any]]) -> None:
        found.update({one["id"]: one for one in records})

    draw()
    return list(found.values())


@pytest.mark.parametrize(("name", "form"), CASES)
def test_every_export_comes_back_whole(
    empty_file: Path, tmp_path: Path, name: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GDAL reads the one file once for both sites: a process of its own takes half of the time.
    monkeypatch.setattr(tables, "read_features", cache(tables.read_features))
    kind, records = KINDS[name], drawn(name)
    lang = LANGUAGES[list(FORMATS).index(form) % len(LANGUAGES)]
    actor = system_actor("t")
    with (
        site(empty_file, tmp_path, "own.gpkg") as own,
        site(empty_file, tmp_path, "other.gpkg") as other,
    ):
        with own.session(write=True) as session:
            store_changes(session, actor, Right.EDIT, compare(session, kind, records), why="t")
        path = tmp_path / f"list.{form}"
        with own.session() as session:
            held = read_records(session, kind, [one["id"] for one in records])
            export_list(session, name, Question(), path, format_name=form, actor=actor, lang=lang)
        crs = None if FORMATS[form].located or kind.geometry is None else "EPSG:4326"
        again = import_resources(own, name, path, crs=crs, actor=actor)
        assert [str(fault) for fault in again.faults] == []
        assert (again.updated, again.inserted) == (0, 0)
        import_resources(other, name, path, crs=crs, actor=actor, trust_crs=True)
        with other.session() as session:
            came = read_records(session, kind, list(held))
        assert {one: came[one][2] for one in came} == {one: held[one][2] for one in held}
