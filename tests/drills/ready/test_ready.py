"""Ready scenarios: brought in whole, with all their faults named, and begun as drills."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.drills.design.writing import read_script
from gisapp.drills.ready.library import BroughtIn, begin, import_ready, ready_scenarios
from gisapp.drills.ready.models import DrillTemplate
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.log import Event
from gisapp.messages import LANGUAGES, translate
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Role, system_actor
from tests.incidents.acting import do

ME = system_actor("li")
SECRET = "坡顶又裂了"


def actor(login: str, role: Role) -> Actor:
    return Actor(
        login=login, name=login, role=role, county=None, agency=None, rights=ROLE_RIGHTS[role]
    )


def scenario(**more: Any) -> dict[str, Any]:
    return {
        "code": "slope",
        "headquarters": "hq1",
        "name": {"zh": "滑坡", "en": "Slope"},
        "source": {"zh": "合成", "en": "Invented"},
        "synthetic": True,
        "objectives": [{"text": "到场", "within_min": 30}],
        "participants": [
            {"kind": "headquarters", "id": "hq1"},
            {"kind": "team", "id": "T1"},
            {"kind": "person", "name": "总导调", "role": "controller"},
        ],
        "script": {
            "scenario": {"at": {"x": 100.0, "y": 30.0}, "kind": "landslide"},
            "injects": [
                {
                    "title": "裂缝", "when": {"how": "at", "minute": 5},
                    "to": ["headquarters/hq1"], "text": SECRET,
                }
            ],
        },
        **more,
    }  # fmt: skip


def written(folder: Path, *scenarios: Any) -> Path:
    path = folder / "drills.json"
    path.write_text(json.dumps({"drill": scenarios}), encoding="utf-8")
    return path


def test_a_file_brought_in_twice_is_there_once(tiny_apps: App, tmp_path: Path) -> None:
    store = tiny_apps.store
    path = written(tmp_path, scenario(), scenario(code="other"))
    assert do(store, import_ready, path, actor=ME) == BroughtIn(new=2, changed=0, same=0)
    assert do(store, import_ready, path, actor=ME) == BroughtIn(new=0, changed=0, same=2)
    path = written(tmp_path, scenario(), scenario(code="other", duration_min=60))
    assert do(store, import_ready, path, actor=ME) == BroughtIn(new=0, changed=1, same=1)
    with store.session() as session:
        assert [row.code for row in ready_scenarios(session)] == ["other", "slope"]
        assert ready_scenarios(session, "hq9") == []
        versions = {row.code: row.version for row in session.scalars(select(DrillTemplate))}
        told = [one for one in session.scalars(select(Event)) if one.kind == "drill_template"]
    assert versions == {"other": 2, "slope": 1}
    assert [one.what for one in told] == ["insert", "insert", "update"]
    assert not any(SECRET in json.dumps(one.data, ensure_ascii=False) for one in told)


def test_every_fault_of_a_file_is_named_and_nothing_is_kept(tiny_app: App, tmp_path: Path) -> None:
    """First those of its words, then, where those are right, what it names that is not there."""
    wrong = scenario(code="wrong", form="dance", script={"injects": [{"title": ""}]})
    nameless = {key: value for key, value in scenario().items() if key != "code"}
    with pytest.raises(InputError) as refused:
        do(tiny_app.store, import_ready, written(tmp_path, scenario(), wrong, nameless), actor=ME)
    faults = str(refused.value.params["faults"])
    for said in ("wrong: form", "wrong: script.injects.1.title", "wrong: script.injects.1.when",
                 "drill 3: code"):  # fmt: skip
        assert said in faults
    unknown = scenario(
        headquarters="hq9", plan="none",
        participants=[{"kind": "team", "id": "T99"}, {"kind": "team", "id": "T1", "under": "hq8"}],
        script={
            "scenario": {"at": {"kind": "mine", "id": "M99"}},
            "injects": [
                {
                    "title": "断", "when": {"how": "any"},
                    "effects": [{"what": "disable", "kind": "team", "id": "T98"}],
                }
            ],
        },
    )  # fmt: skip
    with pytest.raises(InputError) as refused:
        do(tiny_app.store, import_ready, written(tmp_path, unknown), actor=ME)
    assert refused.value.params["count"] == 6
    faults = str(refused.value.params["faults"])
    for said in (
        "headquarters: hq9", "plan: none", "participants.1.id: team/T99",
        "participants.2.under: hq8", "script: mine/M99", "script.injects.i1: team/T98",
    ):  # fmt: skip
        assert f"slope: {said}" in faults
    with tiny_app.store.session() as session:
        assert ready_scenarios(session) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "drill.ready.not_readable"),
        ("[]", "drill.ready.none"),
        ('{"drill": [], "x": 1}', "drill.ready.none"),
    ],
)
def test_a_file_that_is_none_is_refused(
    text: str, code: str, tiny_app: App, tmp_path: Path
) -> None:
    path = tmp_path / "drills.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        do(tiny_app.store, import_ready, path, actor=ME)
    assert refused.value.code == code
    assert all(translate(code, lang, **refused.value.params) for lang in LANGUAGES)


def test_one_code_stands_once_in_a_file(tiny_app: App, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="slope"):
        do(tiny_app.store, import_ready, written(tmp_path, scenario(), scenario()), actor=ME)


def test_a_drill_begun_has_its_script_for_whoever_began_it(tiny_apps: App, tmp_path: Path) -> None:
    store = tiny_apps.store
    do(store, import_ready, written(tmp_path, scenario()), actor=ME)
    planner = actor("planner", Role.HEADQUARTERS)
    moment = datetime(2026, 9, 1, 1, tzinfo=UTC)
    drill = do(store, begin, "slope", year=2026, starts_at=moment, actor=planner)
    assert (drill.organiser, drill.name, drill.starts_at) == ("hq1", "滑坡", moment)
    with store.session() as session:
        _, script, version = read_script(session, planner, drill.id)
        assert (script.injects[0].text, version) == (SECRET, 1)
        with pytest.raises(ForbiddenError):
            read_script(session, actor("player", Role.HEADQUARTERS), drill.id)


def test_who_may_not_manage_drills_begins_none(tiny_app: App, tmp_path: Path) -> None:
    path = written(tmp_path, scenario())
    viewer = actor("viewer", Role.VIEWER)
    with pytest.raises(ForbiddenError):
        do(tiny_app.store, import_ready, path, actor=viewer)
    do(tiny_app.store, import_ready, path, actor=ME)
    with pytest.raises(ForbiddenError):
        do(tiny_app.store, begin, "slope", year=2026, actor=viewer)
    with pytest.raises(UnknownRecordError):
        do(tiny_app.store, begin, "none", year=2026, actor=ME)
