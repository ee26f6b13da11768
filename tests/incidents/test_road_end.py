"""Road end and work point are two things."""

from __future__ import annotations

import pytest

from gisapp.bootstrap import App
from gisapp.errors import InputError, OutOfDateError
from gisapp.incidents.board import log
from gisapp.incidents.intake import find_incident
from gisapp.incidents.road_end import RoadGap, road_gap, set_work_point
from tests.incidents.acting import do, opened


def gap_of(app: App, incident_id: str) -> RoadGap:
    with app.store.session() as session:
        return road_gap(app, find_incident(session, incident_id))


def test_the_gap_is_measured_to_the_work_and_not_to_the_incident(tiny_apps: App) -> None:
    made = opened(tiny_apps.store, at=(100.01, 30.0005))
    near = gap_of(tiny_apps, made.id)
    assert near.gap_m == pytest.approx(55.4, abs=0.5)  # 0.0005 degrees of latitude
    assert not near.is_told
    # 0.01 degrees of latitude there are 1,109 m.
    do(tiny_apps.store, set_work_point, made.id, (100.01, 30.01), words="沿河步行", version=1)
    far = gap_of(tiny_apps, made.id)
    assert (far.work_y, far.words, far.is_told) == (30.01, "沿河步行", True)
    assert far.gap_m == pytest.approx(1109, abs=2)
    assert (far.road_x, far.road_y) == pytest.approx((100.01, 30.0), abs=1e-6)
    with tiny_apps.store.session() as session:
        assert log(session, made.id)[-1].data == {
            "before": {"work_x": None, "work_y": None, "work_words": None},
            "after": {"work_x": 100.01, "work_y": 30.01, "work_words": "沿河步行"},
        }
    do(tiny_apps.store, set_work_point, made.id, None, words="", version=2)
    assert gap_of(tiny_apps, made.id) == near


def test_no_road_near_is_told_and_is_not_zero(tiny_app: App) -> None:
    made = opened(tiny_app.store, at=(100.0, 30.5))
    found = gap_of(tiny_app, made.id)
    assert (found.gap_m, found.is_told) == (None, True)


@pytest.mark.parametrize(
    ("point", "words", "code"),
    [((200.0, 30.0), "x", "incident.bad_point"), ((100.0, 30.0), " ", "incident.bad_work_words")],
)
def test_what_is_no_work_point_is_refused(
    tiny_app: App, point: tuple[float, float], words: str, code: str
) -> None:
    made = opened(tiny_app.store)
    with pytest.raises(InputError) as caught:
        do(tiny_app.store, set_work_point, made.id, point, words=words, version=1)
    assert caught.value.code == code
    with pytest.raises(OutOfDateError):
        do(tiny_app.store, set_work_point, made.id, None, words="", version=9)
