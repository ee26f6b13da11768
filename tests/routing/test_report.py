"""The import report in words."""

from __future__ import annotations

from gisapp.messages import catalogue, translate
from routing.report import _DROPPED, _NOTES, ImportReport


def test_text_names_what_was_kept_and_left_out():
    report = ImportReport(
        source="roads.osm.pbf",
        nodes=1200,
        edges=2300,
        streets=1150,
        km_by_class={"primary": 12.34},
        components=(1190, 8, 2),
        dropped={"class:footway": 7, "ferry": 1},
        notes={"maxspeed": 3},
    )
    assert report.to_text().splitlines() == [
        "roads.osm.pbf: 1,200 nodes, 2,300 edges, 1,150 streets, 12 km",
        "  primary: 12.3 km",
        "3 separate parts; 10 nodes lie outside the largest",
        "Left out 7 not for motor vehicles (footway)",
        "Left out 1 ferries",
        "3 speed limits that cannot be read, taken from the class",
    ]


def test_every_remark_has_its_translation():
    report = ImportReport(
        source="",
        dropped={f"{key}:x" if key == "class" else key: 2 for key in _DROPPED},
        notes=dict.fromkeys(_NOTES, 2),
    )
    remarks = report.remarks()
    assert len(remarks) == len(_DROPPED) + len(_NOTES)
    for remark in remarks:
        assert remark.text == translate(remark.code, "en", **remark.params)
        assert remark.code in catalogue("zh")
