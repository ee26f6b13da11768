"""What came of a question as files of other programs: a GeoPackage, a notebook, a document."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from sqlalchemy.orm import Session

from gisapp.documents import blank
from gisapp.planning.models import Scenario, ScenarioResult
from gisapp.planning.scenarios import Outcome, content_of, question_of
from gisapp.planning.sheets import sheets_of
from gisapp.planning.tables import Sheet, text_of, workbook
from gisapp.registers.attachments import DOCX, XLSX
from gisapp.schema import Label

FORMATS: Final = {
    "xlsx": XLSX,
    "docx": DOCX,
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
    "ipynb": "application/x-ipynb+json",
}
"""Media types by the ending of the file."""
MOST_ROWS: Final = 200
"""Of a table in a document; all of it stands in the workbook."""
_CRS: Final = "EPSG:4326"


def result_file(
    session: Session, row: Scenario, result: ScenarioResult, ending: str, lang: str
) -> tuple[bytes, int]:
    """Write a result in one of :data:`FORMATS`; return its bytes and how many rows it tells."""
    if ending == "ipynb":
        basis = (
            f"{result.computed_at.isoformat()} · {result.computed_by}",
            f"event {result.last_event} · roads SHA-256 {result.roads_sha256}",
        )
        content = notebook(
            row.study, result.parameters, name=row.name, seed=result.seed, basis=basis
        )
        return content, 0
    outcome = Outcome(figures=result.figures, content=content_of(result))
    sheets = sheets_of(session, question_of(row.study, result.parameters), outcome, lang)
    rows = sum(len(sheet.rows) for sheet in sheets)
    return outcome_file(row.name, outcome, sheets, ending, lang), rows


def outcome_file(
    name: str, outcome: Outcome, sheets: Sequence[Sheet], ending: str, lang: str
) -> bytes:
    """Write what came of a question in one of :data:`FORMATS`, but as a notebook."""
    if ending == "gpkg":
        return geopackage(outcome, sheets)
    if ending == "geojson":
        return geojson(outcome)
    if ending == "docx":
        return document(name, sheets, lang)
    return workbook(sheets)


def geopackage(outcome: Outcome, sheets: Sequence[Sheet]) -> bytes:
    """Write places, posts, and what was chosen or lost as layers; the summary as a table.

    Columns keep their plain names, in seconds and metres, whatever the language.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.gpkg"
        for name, frame in _layers(outcome.content):
            pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", append=path.exists())
        (summary,) = [sheet for sheet in sheets if sheet.name == "summary"]
        table = pd.DataFrame(
            [[str(value) for value in summary.shown(row)] for row in summary.rows],
            columns=["item", "value"],
        )
        pyogrio.write_dataframe(table, path, layer="about", driver="GPKG", append=True)
        return path.read_bytes()


def geojson(outcome: Outcome) -> bytes:
    """Write what a scenario draws: service areas, else the places; RFC 7946."""
    layers = dict(_layers(outcome.content))
    frame = layers.get("service_areas", layers["places"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.geojson"
        pyogrio.write_dataframe(frame, path, driver="GeoJSON", RFC7946=True, COORDINATE_PRECISION=8)
        return path.read_bytes()


def _layers(content: Mapping[str, Any]) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    places = pd.DataFrame(content["places"])
    if "before" in content:
        before = pd.DataFrame(content["before"]).rename(
            columns={"state": "state_before", "total_s": "total_s_before"}
        )
        places = pd.concat([places, before], axis=1)
    if "smallest" in content:
        keys = pd.Series([*content["fixes"]["key"], None], dtype=object)
        places["smallest_fix"] = keys.iloc[content["smallest"]].to_numpy()
    yield "places", _points(places)
    for name, rows in (("posts", content["servers"]), ("sites", content.get("sites"))):
        if rows:
            yield name, _points(pd.DataFrame(rows))
    if "fixes" in content:
        yield "fixes", _points(pd.DataFrame(content["fixes"]))
    if "judged" in content:
        judged = pd.DataFrame(content["judged"]).rename(columns={"worst_x": "x", "worst_y": "y"})
        yield "last_places", _points(judged)
    if "service_areas" in content:
        areas = pd.DataFrame(content["service_areas"]).drop(columns=["x", "y", "hue"])
        shapes = [shapely.MultiPolygon([(part[0], part[1:]) for part in one])
                  for one in content["shapes"]]  # fmt: skip
        yield "service_areas", gpd.GeoDataFrame(areas, geometry=shapes, crs=_CRS)
    if "losses" in content:
        losses = pd.DataFrame(content["losses"])
        lines = [
            shapely.MultiLineString(content["lines"][key]) if key in content["lines"] else None
            for key in losses["key"]
        ]
        yield "losses", _points(losses)
        drawn = gpd.GeoDataFrame(losses, geometry=lines, crs=_CRS)
        drawn = drawn[~drawn.geometry.isna()]
        if len(drawn):
            yield "lost_roads", drawn


def _points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(frame["x"], frame["y"])
    return gpd.GeoDataFrame(frame, geometry=points, crs=_CRS)


def notebook(
    study: str, parameters: Mapping[str, Any], *, name: str, seed: int, basis: Sequence[str]
) -> bytes:
    """Write a notebook that asks the same question of a site anew.

    Parameters
    ----------
    basis
        What the kept result rests on, in lines.
    """
    asked = json.dumps(parameters, ensure_ascii=False, indent=1)
    told = "\n".join(f"- {line}" for line in basis)
    cells = [
        _text(f"# {name}\n\n{told}"),
        _text("把站点目录写在下面，再自上而下运行。 Name the folder of the site, then run all."),
        _code(
            "from pathlib import Path\n\n"
            "import pandas as pd\n\n"
            "from gisapp.bootstrap import open_app\n"
            "from gisapp.planning.running import compute\n"
            "from gisapp.planning.scenarios import question_of\n"
            "from gisapp.rights import system_actor\n"
            "from gisapp.settings import Settings\n\n"
            'app = open_app(Settings(dir=Path("mysite")))'
        ),
        _code(f"import json\n\nasked = json.loads(r'''{asked}''')"),
        _code(
            "with app.store.session() as session:\n"
            "    outcome, basis = compute(\n"
            '        app, session, system_actor("notebook"),\n'
            f'        study="{study}", asked=question_of("{study}", asked), seed={seed},\n'
            "        tell=lambda *said, **params: None,\n"
            "    )\n"
            "print(basis)\n"
            "pd.Series(outcome.figures)"
        ),
        _code('pd.DataFrame(outcome.content["counties"])'),
        _code('pd.DataFrame(outcome.content["places"]).query("state != \'covered\'")'),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"
    book = {
        "cells": cells,
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(book, ensure_ascii=False, indent=1).encode()


def _text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code", "metadata": {}, "source": source, "outputs": [],
        "execution_count": None,
    }  # fmt: skip


def document(name: str, sheets: Sequence[Sheet], lang: str) -> bytes:
    """Write the tables as a DOCX report, each with its first :data:`MOST_ROWS` rows."""
    report = blank(9)
    report.add_heading(name, level=0)
    for sheet in sheets:
        report.add_heading(sheet.title, level=1)
        shown = sheet.rows[:MOST_ROWS]
        table = report.add_table(rows=1 + len(shown), cols=len(sheet.heads), style="Table Grid")
        for row, values in zip(table.rows, [sheet.heads, *map(sheet.shown, shown)], strict=True):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = text_of(value)
        if more := len(sheet.rows) - len(shown):
            left = Label(f"另有 {more} 行，见工作簿。", f"{more} more rows stand in the workbook.")
            report.add_paragraph(left.in_(lang))
    stream = BytesIO()
    report.save(stream)
    return stream.getvalue()
