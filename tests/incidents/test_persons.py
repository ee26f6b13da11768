"""Personal data stand in one table, and nowhere once they are destroyed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from gisapp.backup import back_up, restore
from gisapp.bootstrap import App, open_app
from gisapp.clock import REAL
from gisapp.destruction import LEDGER, destroy
from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.events import Event
from gisapp.exercise import Exercise
from gisapp.incidents.board import log, standing
from gisapp.incidents.course import close, correct, join
from gisapp.incidents.drafts import open_draft, save_draft
from gisapp.incidents.intake import Call, add_person, find_incident
from gisapp.incidents.models import Incident, IncidentPerson
from gisapp.incidents.orders import set_state
from gisapp.incidents.persons import (
    Assessment,
    PersonalData,
    destroy_persons,
    due,
    keep_persons,
    persons_of,
)
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Role
from gisapp.settings import Settings
from gisapp.store import FileStore, Store
from gisapp.tables import all_tables
from tests.incidents.acting import HERE, OFFICER, do, opened, ordered

NAMES = ("诸葛某某", "13912345678", "住枣树院三号")
GROUNDS = Assessment(legality="安全生产法", necessity="事故调查", security="专人保管")


def whole_story(store: Store) -> Incident:
    """An incident from a draft to its end, with a caller and a victim."""
    name, phone, note = NAMES
    caller = {"caller_name": name, "caller_phone": phone}
    draft = do(store, save_draft, None, {"kind": "landslide"}, **caller)
    call = Call(kind="landslide", x=HERE[0], y=HERE[1], **caller)
    made = do(store, open_draft, draft.id, call)
    do(store, add_person, made, role="victim", name=name, phone=phone, note=note)
    (unit,) = ordered(store, made, "T1")
    do(store, set_state, unit.id, "stood_down", seen="ordered", why="不需要")
    made = do(store, correct, made.id, {"dead": 1}, version=made.version, why="核实")
    do(store, persons_of, made.id)
    return do(store, close, made.id, version=made.version, why="处置完毕")


def tables_that_hold(store: Store) -> set[str]:
    """Tables any column of which holds one of the names."""
    found = set()
    with store.connection() as connection:
        for table in all_tables():
            rows = connection.execute(text(f'SELECT * FROM "{table.name}"'))
            if any(name in repr(tuple(row)) for row in rows for name in NAMES):
                found.add(table.name)
    return found


def files_that_hold(folder: Path) -> set[str]:
    """Files under a folder that hold one of the names, archives looked into."""
    found = set()
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        contents = [path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                contents += [archive.read(one) for one in archive.namelist()]
        if any(name.encode() in one for one in contents for name in NAMES):
            found.add(path.name)
    return found


@pytest.fixture
def tiny_stands(tiny_settings: Settings) -> Iterator[App]:
    app = open_app(tiny_settings)
    yield app
    app.store.close()


def test_they_stand_in_one_table_and_in_none_once_destroyed(tiny_stands: App) -> None:
    app, store = tiny_stands, tiny_stands.store
    made = whole_story(store)
    assert tables_that_hold(store) == {"incident_person"}
    assert destroy(app, OFFICER, made.id, why="处置结束") == 2
    assert tables_that_hold(store) == set()
    with store.session() as session:
        last = log(session, made.id)[-1]
        assert standing(session, made.id).personal_data is PersonalData.NONE
        assert len(standing(session, made.id).persons) == 2
    assert (last.what, last.why, len(last.data["persons"])) == ("destroy", "处置结束", 2)
    if isinstance(store, FileStore):
        assert files_that_hold(app.settings.dir) == set()
    with pytest.raises(InputError) as again:
        destroy(app, OFFICER, made.id, why="再来一次")
    assert again.value.code == "incident.no_persons"


@pytest.mark.parametrize("lost", [False, True], ids=["site there", "site lost"])
def test_what_was_destroyed_is_destroyed_again_in_what_is_restored(
    tiny_folder: Path, tmp_path: Path, lost: bool
) -> None:
    settings = Settings(dir=tiny_folder)
    app = open_app(settings)
    made = whole_story(app.store)
    backup = tmp_path / "before.zip"
    back_up(app, backup)
    assert files_that_hold(tmp_path) >= {"before.zip"}
    destroy(app, OFFICER, made.id, why="处置结束")
    app.store.close()
    if lost:
        app.store.path.write_bytes(b"")
        assert isinstance(app.store, FileStore)
    else:
        (settings.dir / LEDGER).unlink()
    assert restore(settings, backup, replace=True).destroyed == 2
    assert files_that_hold(settings.dir) == set()
    app = open_app(settings)
    assert tables_that_hold(app.store) == set()
    with app.store.session() as session:
        assert log(session, made.id)[-1].what == "destroy"
    app.store.close()


@pytest.mark.parametrize("lost", [False, True], ids=["site there", "site lost"])
def test_an_exercise_is_no_way_to_bring_persons_back(
    tiny_folder: Path, tmp_path: Path, lost: bool
) -> None:
    settings = Settings(dir=tiny_folder)
    app = open_app(settings)
    drill, kept = (Exercise(id=one, clock=REAL) for one in ("E1", "E2"))
    for exercise in (drill, kept):
        made = opened(app.store, exercise=exercise, caller_name=f"{NAMES[0]}{exercise.id}")
        do(app.store, close, made.id, version=made.version, why="演练结束", exercise=exercise)
        if exercise is drill:
            gone = made
    back_up(app, tmp_path / "before.zip")
    with pytest.raises(UnknownRecordError):
        destroy(app, OFFICER, gone.id, why="演练结束")
    assert destroy(app, OFFICER, gone.id, why="演练结束", exercise=drill) == 1
    app.store.close()
    if lost:
        assert isinstance(app.store, FileStore)
        app.store.path.write_bytes(b"")
    else:
        (settings.dir / LEDGER).unlink()
    assert restore(settings, tmp_path / "before.zip", replace=True).destroyed == 1
    app = open_app(settings)
    names = []
    for exercise in (None, drill, kept):
        with app.store.session(exercise=exercise) as session:
            names.append(session.scalars(select(IncidentPerson.name)).all())
            if exercise is drill:
                assert log(session, gone.id)[-1].what == "destroy"
            else:
                told = session.scalars(select(Event).where(Event.what == "destroy")).all()
                assert told == []
    assert names == [[], [None], [f"{NAMES[0]}E2"]]
    app.store.close()


def test_a_torn_ledger_is_read_as_far_as_it_goes(tiny_folder: Path, tmp_path: Path) -> None:
    settings = Settings(dir=tiny_folder)
    app = open_app(settings)
    made = whole_story(app.store)
    back_up(app, tmp_path / "before.zip")
    destroy(app, OFFICER, made.id, why="处置结束")
    app.store.close()
    with (settings.dir / LEDGER).open("a") as ledger:
        ledger.write('{"at": "2026-')
    assert restore(settings, tmp_path / "before.zip", replace=True).destroyed == 2


def test_only_what_is_over_is_destroyed_and_by_those_who_may(tiny_app: App) -> None:
    store = tiny_app.store
    made = opened(store, caller_name=NAMES[0])
    with pytest.raises(InputError) as open_still:
        do(store, destroy_persons, made.id, why="处置结束")
    assert open_still.value.code == "incident.still_open"
    do(store, close, made.id, version=made.version, why="误报")
    officer = replace(OFFICER, rights=ROLE_RIGHTS[Role.DUTY_OFFICER])
    with pytest.raises(ForbiddenError):
        do(store, destroy_persons, made.id, why="处置结束", actor=officer)
    with pytest.raises(InputError):
        do(store, destroy_persons, made.id, why=" ")
    assert tables_that_hold(store) == {"incident_person"}


def test_who_looked_is_in_the_log_and_not_what_they_saw(tiny_app: App) -> None:
    store = tiny_app.store
    made = opened(store, caller_name=NAMES[0])
    assert [one.name for one in do(store, persons_of, made.id)] == [NAMES[0]]
    with store.session() as session:
        looked = log(session, made.id)[-1]
        (person,) = standing(session, made.id).persons
    assert (looked.what, looked.who) == ("read", OFFICER.who)
    assert looked.data == {"persons": [person[0]]}


class TestKept:
    def test_after_an_assessment_until_a_day(self, tiny_app: App) -> None:
        store = tiny_app.store
        made = opened(store, caller_name=NAMES[0])
        ended = do(store, close, made.id, version=made.version, why="处置完毕")
        with store.session() as session:
            assert [one.id for one in due(session)] == [made.id]
        until = REAL.now().date() + timedelta(days=30)
        kept = do(store, keep_persons, made.id, until, GROUNDS, version=ended.version)
        with store.session() as session:
            assert due(session) == []
            assert standing(session, made.id).personal_data is PersonalData.KEPT
        assert kept.persons_kept_for == {
            "legality": "安全生产法", "necessity": "事故调查", "security": "专人保管",
        }  # fmt: skip
        with store.session(write=True) as session:
            find_incident(session, made.id).persons_kept_until = REAL.now().date() - timedelta(
                days=2
            )
        with store.session() as session:
            assert [one.id for one in due(session)] == [made.id]
            assert standing(session, made.id).personal_data is PersonalData.DUE

    @pytest.mark.parametrize("missing", ["legality", "necessity", "security"])
    def test_no_ground_may_be_missing(self, tiny_app: App, missing: str) -> None:
        store = tiny_app.store
        made = opened(store, caller_name=NAMES[0])
        ended = do(store, close, made.id, version=made.version, why="处置完毕")
        grounds = replace(GROUNDS, **{missing: " "})
        with pytest.raises(InputError) as refused:
            do(store, keep_persons, made.id, date(2100, 1, 1), grounds, version=ended.version)
        assert refused.value.code == "incident.no_reason"

    def test_not_into_the_past_and_not_over_anothers_change(self, tiny_app: App) -> None:
        store = tiny_app.store
        made = opened(store, caller_name=NAMES[0])
        ended = do(store, close, made.id, version=made.version, why="处置完毕")
        with pytest.raises(InputError) as past:
            do(store, keep_persons, made.id, date(2020, 1, 1), GROUNDS, version=ended.version)
        assert past.value.code == "incident.kept_until_past"
        with pytest.raises(OutOfDateError):
            do(store, keep_persons, made.id, date(2100, 1, 1), GROUNDS, version=made.version)


def test_what_was_joined_to_another_is_over_too(tiny_app: App) -> None:
    store = tiny_app.store
    kept, made = opened(store), opened(store, caller_name=NAMES[0])
    do(store, join, made.id, kept.id, version=made.version, why="同一起")
    with store.session() as session:
        assert [one.id for one in due(session)] == [made.id]
