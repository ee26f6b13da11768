"""Closures from a file: all of them, or every fault and none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import shapely

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.errors import InputError
from gisapp.incidents.closure_files import close_all, read_closures
from gisapp.incidents.closures import open_closures
from gisapp.messages import sentence
from tests.incidents.acting import do

NOW = datetime(2026, 7, 20, 10, tzinfo=UTC)


def feature(**said: Any) -> dict[str, Any]:
    geometry = said.pop("geometry", shapely.geometry.mapping(shapely.box(100, 30, 100.1, 30.1)))
    return {"type": "Feature", "properties": said, "geometry": geometry}


def collection(*features: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_a_file_is_closed_as_it_stands(tiny_apps: App) -> None:
    text = collection(
        feature(
            reason="塌方", source="公安交管", told_by="一中队",
            expires_at="2999-01-01T08:00+08:00",
        ),
        feature(reason="积水", colour="blue"),
    )  # fmt: skip
    do(tiny_apps.store, close_all, read_closures(text, REAL.now()))
    with tiny_apps.store.session() as session:
        first, second = open_closures(session)
    assert (first.source, first.told_by) == ("police", "一中队")
    assert first.expires_at == datetime(2999, 1, 1, tzinfo=UTC)
    assert (second.reason, second.source, second.expires_at) == ("积水", "other", None)


def test_every_fault_is_told_at_once() -> None:
    text = collection(
        feature(reason="", source="天上"),
        feature(reason="塌方", expires_at="2026-07-20T10:00:00+00:00"),
        feature(reason="塌方", expires_at="2026-07-21T10:00:00", geometry={"type": "Point"}),
        7,
    )
    with pytest.raises(InputError) as caught:
        read_closures(text, NOW)
    assert caught.value.params["count"] == 7
    for lang in ("zh", "en"):
        assert all(f"#{number} " in sentence(caught.value, lang) for number in (1, 2, 3, 4))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", collection(), '{"type": "Polygon"}', "[" * 100_000]
)
def test_what_is_no_file_of_features_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_closures(text, NOW)
    assert caught.value.code == "closure.faulty"
