"""A session has one clock, and everything in it goes by that."""

from datetime import UTC, datetime, timedelta

from shapely import box
from sqlalchemy import select

from gisapp.clock import REAL, ExerciseClock, day_at, now, set_clock
from gisapp.events import Event
from gisapp.incidents.closures import add_closure
from gisapp.incidents.models import RoadClosure
from gisapp.rights import system_actor

NIGHT = datetime(2024, 7, 20, 18, 10, tzinfo=UTC)  # 02:10 in China


class _Still:
    def now(self) -> datetime:
        return NIGHT


def test_a_session_goes_by_the_time_of_day_unless_told_otherwise(store):
    before = REAL.now()
    with store.session() as session:
        assert before <= now(session) <= REAL.now()
        set_clock(session, _Still())
        assert now(session) == NIGHT
    with store.session() as session:
        assert now(session) >= before


def test_what_is_done_by_an_exercise_clock_is_dated_by_it(store):
    with store.session(write=True) as session:
        set_clock(session, _Still())
        add_closure(session, system_actor("drill"), box(111.4, 36.0, 111.5, 36.1), reason="塌方")
    with store.session() as session:
        closure = session.scalars(select(RoadClosure)).one()
        told = session.scalars(select(Event).where(Event.kind == "road_closure")).one()
        assert (closure.closed_at, told.at) == (NIGHT, NIGHT)


def test_an_exercise_clock_runs_at_its_own_pace():
    began = REAL.now() - timedelta(minutes=10)
    twice = ExerciseClock(began_at=began, shows=NIGHT, rate=2).now()
    assert timedelta(minutes=20) <= twice - NIGHT < timedelta(minutes=25)
    assert ExerciseClock(began_at=began, shows=NIGHT, rate=0).now() == NIGHT


def test_the_day_is_that_of_the_zone():
    assert day_at("Asia/Shanghai", _Still()).isoformat() == "2024-07-21"
    assert day_at("America/New_York", _Still()).isoformat() == "2024-07-20"
