"""The R-tree agrees with a search through all rows, whatever happened before."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from gisapp.registers.kinds.area import Area
from gisapp.schema.blob import encode
from gisapp.store import FileStore, in_bbox, open_store

numbers = st.integers(-20, 20)
shapes = st.tuples(numbers, numbers, st.integers(1, 8)).map(
    lambda t: shapely.MultiPolygon([shapely.box(t[0], t[1], t[0] + t[2], t[1] + t[2])])
)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), st.integers(1, 8), shapes),
        st.tuples(st.just("update"), st.integers(1, 8), shapes),
        st.tuples(st.just("empty"), st.integers(1, 8), st.none()),
        st.tuples(st.just("renumber"), st.integers(1, 8), st.integers(1, 8)),
        st.tuples(st.just("delete"), st.integers(1, 8), st.none()),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(operations, st.lists(st.tuples(numbers, numbers, st.integers(0, 15)), max_size=4))
def test_index_equals_brute_force(empty_file: Path, operations, windows) -> None:
    expected: dict[int, shapely.Geometry] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copy(empty_file, Path(folder) / "site.gpkg")
        with open_store(path) as store:
            with store.session(write=True) as session:
                for name, fid, value in operations:
                    if name == "insert" and fid not in expected:
                        session.execute(
                            text(
                                "INSERT INTO area (fid, id, name, geom) VALUES (:f, :i, 'a', :g)"
                            ),
                            {"f": fid, "i": f"A{fid}-{len(expected)}-{id(value)}",
                             "g": encode(value, 4326)},
                        )  # fmt: skip
                        expected[fid] = value
                    elif name == "update" and fid in expected:
                        session.execute(update(Area).where(Area.fid == fid).values(geom=value))
                        expected[fid] = value
                    elif name == "empty" and fid in expected:
                        nothing = shapely.MultiPolygon()
                        session.execute(update(Area).where(Area.fid == fid).values(geom=nothing))
                        expected[fid] = nothing
                    elif name == "renumber" and fid in expected and value not in expected:
                        session.execute(update(Area).where(Area.fid == fid).values(fid=value))
                        expected[value] = expected.pop(fid)
                    elif name == "delete" and fid in expected:
                        session.execute(delete(Area).where(Area.fid == fid))
                        del expected[fid]
            with store.session() as session:
                for x, y, size in windows:
                    found = session.scalars(
                        select(Area.fid).where(in_bbox(Area.fid, (x, y, x + size, y + size)))
                    )
                    window = shapely.box(x, y, x + size, y + size)
                    assert set(found) == {
                        fid for fid, shape in expected.items() if shape.intersects(window)
                    }
                check = session.execute(text("SELECT rtreecheck('rtree_area_geom')")).scalar()
                assert check == "ok"


BOX = shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])
EMPTY = shapely.MultiPolygon()


@pytest.mark.parametrize(
    ("statements", "left"),
    [
        (["UPDATE area SET geom = :box WHERE fid = 1"], {1, 2}),
        (["UPDATE area SET geom = :empty WHERE fid = 1"], {2}),
        (["UPDATE area SET geom = :empty", "UPDATE area SET geom = :box WHERE fid = 1"], {1}),
        (["UPDATE area SET fid = 3 WHERE fid = 1"], {2, 3}),
        (["UPDATE area SET fid = 3, geom = :empty WHERE fid = 1"], {2}),
        # The row replaced goes without a trigger: its box is the new number's to take out.
        (["UPDATE OR REPLACE area SET fid = 2, geom = :empty WHERE fid = 1"], set()),
        (["UPDATE OR REPLACE area SET fid = 2 WHERE fid = 1"], {2}),
        (["DELETE FROM area WHERE fid = 1"], {2}),
    ],
)
def test_the_index_holds_the_rows_with_a_box_and_no_others(
    file_store: FileStore, statements: list[str], left: set[int]
) -> None:
    """GeoPackage, annex F.3: what each trigger is for."""
    with file_store.session(write=True) as session:
        for fid in (1, 2):
            session.execute(
                text("INSERT INTO area (fid, id, name, geom) VALUES (:fid, :id, 'a', :geom)"),
                {"fid": fid, "id": f"A{fid}", "geom": encode(BOX, 4326)},
            )
        shapes = {"box": encode(BOX, 4326), "empty": encode(EMPTY, 4326)}
        for statement in statements:
            given = {name: blob for name, blob in shapes.items() if f":{name}" in statement}
            session.execute(text(statement), given)
    with file_store.session() as session:
        assert set(session.scalars(text("SELECT id FROM rtree_area_geom"))) == left


def test_query_plan_reads_the_index_only(file_store: FileStore) -> None:
    """A bounding box must never scan the table."""
    with file_store.session() as session:
        query = select(Area.id).where(in_bbox(Area.fid, (0, 0, 1, 1)))
        compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {compiled}")).all()
        steps = " | ".join(row[-1] for row in plan)
        assert "SCAN area" not in steps
        assert "rtree_area_geom VIRTUAL TABLE INDEX" in steps
