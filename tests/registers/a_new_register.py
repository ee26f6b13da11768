"""What a site has of a register added by the book: run with the scratch copy on the path."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import sys
from pathlib import Path

import openpyxl
from sqlalchemy import create_engine

from gisapp.bootstrap import open_app
from gisapp.importing import import_resources
from gisapp.provision import provision_from_file
from gisapp.rights import Role, system_actor
from gisapp.schema import Base
from gisapp.settings import Settings
from gisapp.tables import all_tables
from tests.store.test_migrations import schema
from tests.tiny_site import write_tiny_site
from tests.web.conftest import begin
from web import create_app

RECORD = {
    "id": "W1", "name": "一号取水点", "x": "100.01", "y": "30.0", "county": "990001",
    "point_type": "pond", "flow_l_s": "12.5", "winter": "1", "uses": "fire;drinking",
    "toilets": "2",
}  # fmt: skip

folder = Path(sys.argv[1])
site_toml = write_tiny_site(folder / "files")
provision_from_file(
    folder / "site", site_toml, actor=system_actor("test"), say=lambda _code, _params: None
)
app = open_app(Settings(dir=folder / "site"))
table = folder / "water_point.csv"
with table.open("w", encoding="utf-8", newline="") as stream:
    writer = csv.DictWriter(stream, RECORD)
    writer.writeheader()
    writer.writerow(RECORD)
import_resources(app.store, "water_point", table, crs="EPSG:4326", actor=system_actor("test"))

client = create_app(app).test_client()
token = begin(app, Role.ADMINISTRATOR)
client.set_cookie(f"gisapp-session-{app.settings.port}", token)


def page(address: str) -> str:
    return client.get(f"{address}?lang=zh").get_data(as_text=True)


workbook = openpyxl.load_workbook(
    io.BytesIO(client.get("/import/template/water_point.xlsx?lang=zh").get_data())
)
tables = {table.name for table in all_tables()}
engine = create_engine("sqlite://")
with engine.connect() as connection:
    Base.metadata.create_all(connection)
    modelled = schema(connection.connection.driver_connection, tables)
migrated = schema(sqlite3.connect(app.store.path), tables)

answer = {
    "menu": "取水点" in page("/registers"),
    "list": page("/registers/water_point"),
    "rows": client.get("/api/registers/water_point").get_json()["rows"],
    "form": page("/registers/water_point/new"),
    "template": [str(cell.value) for row in workbook.worksheets[0] for cell in row],
    "features": client.get("/api/layers/water_point?bbox=99,29,101,31").get_json(),
    "popup": client.get("/api/record/water_point/W1?lang=zh").get_json(),
    "ogc": client.get("/ogc/collections/water_point/items").get_json(),
    "collections": client.get("/ogc/collections").get_json(),
    "migrated": migrated == modelled,
}
app.store.close()
(folder / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
