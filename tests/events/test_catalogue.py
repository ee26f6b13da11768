"""The catalogue of events: complete, and nothing else is written."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any, get_args

import pytest
from shapely import Point, box
from sqlalchemy import select

import gisapp
from gisapp.accounts.exports import Way
from gisapp.events import Event, EventCount, count_event, record_event
from gisapp.events.catalogue import (
    CATALOGUE,
    RECORD,
    SUBJECTS,
    Contents,
    What,
    require_catalogued,
    subject_label,
    what_label,
)
from gisapp.incidents.closures import add_closure, lift_closure
from gisapp.registers import KINDS, editing
from gisapp.registers.attachments import attach, detach
from gisapp.registers.kinds.geohazard import Geohazard
from gisapp.rights import system_actor
from gisapp.risks.synthetic import add_synthetic_risks
from gisapp.risks.vocabulary import TicketState
from gisapp.store import Store
from tests.accounts.test_signin import attempt
from tests.people import with_account, with_own_password, with_token
from tests.risks.hazards import TODAY

ROOT = Path(__file__).resolve().parents[2]
LI = system_actor("li")
TEAM = {
    "name": "一队", "team_type": "fire_rescue", "county": "990001", "x": 100.0, "y": 30.0,
    "capabilities": ["fire"],
}  # fmt: skip
WRONG: list[tuple[str, str, dict[str, Any] | None]] = [
    ("instert", "team", {"after": {}}),
    ("insert", "teem", {"after": {}}),
    ("insert", RECORD, {"after": {}}),
    ("assess", "team", {"before": {}, "after": {}}),
    ("insert", "team", None),
    ("insert", "team", {"before": {}, "after": {}}),
    ("update", "team", {"after": {}}),
    ("sign_out", "account", {"after": {}}),
]


def test_every_name_has_an_entry_and_is_written_somewhere() -> None:
    assert set(get_args(What)) == set(CATALOGUE)
    assert list(CATALOGUE) == sorted(CATALOGUE)
    sources = Path(gisapp.__file__).parent.rglob("*.py")
    written = "".join(one.read_text("utf-8") for one in sources if one.name != "catalogue.py")
    assert [what for what in CATALOGUE if f'"{what}"' not in written] == []


def test_subjects_and_shapes_are_those_declared() -> None:
    about = {kind for event in CATALOGUE.values() for kind in event.contents}
    assert about == set(SUBJECTS)
    shapes = {shape for event in CATALOGUE.values() for shape in event.contents.values()}
    assert shapes == set(get_args(Contents))
    assert set(CATALOGUE["export"].contents) == set(Way)
    assert {state.value for state in TicketState} <= set(CATALOGUE)


def test_every_register_is_a_subject() -> None:
    for kind in KINDS:
        require_catalogued("verify", kind, {"before": {}, "after": {}})
    assert not set(KINDS) & set(SUBJECTS)


def test_names_for_people() -> None:
    assert what_label("sign_in_failed", "en") == "Failed sign-in"
    assert what_label("of a later version", "zh") == "of a later version"
    assert (subject_label("ticket", "zh"), subject_label("team", "zh")) == ("隐患", "team")


@pytest.mark.parametrize(("what", "kind", "data"), WRONG)
def test_what_is_not_in_the_catalogue_is_not_written(
    file_store: Store, what: Any, kind: str, data: Any
) -> None:
    with pytest.raises(ValueError, match=r"event"), file_store.session(write=True) as session:
        record_event(session, who="li", what=what, kind=kind, subject_id="1", data=data)
    with pytest.raises(ValueError, match=r"event"), file_store.session(write=True) as session:
        count_event(session, who="li", what=what, kind=kind, subject="1", data=data or {})
    assert written(file_store) == []


def test_all_that_is_written_is_in_the_catalogue(store: Store, outside: Any) -> None:
    """By people, by the system, by the triggers that watch other programs."""
    with store.session(write=True) as session:
        for number in (1, 2):
            values = {**TEAM, "id": f"T{number}", "vehicles": {"heavy": number}}
            editing.create(session, LI, "team", values, why="t")
        for number in range(20):
            session.add(
                Geohazard(id=f"G{number}", name="点", county="990001", people=number * 90,
                          geohazard_type="landslide", synthetic=True, geom=Point(100, 30))
            )  # fmt: skip
        session.flush()
        add_synthetic_risks(session, LI, today=TODAY, time_zone="Asia/Shanghai")
        editing.change(session, LI, "team", "T1", {"people": 3}, version=1, why="t")
        editing.verify(session, LI, "team", ["T1"])
        editing.undo_last(session, LI, "team", "T1")
        editing.retire(session, LI, "team", "T1", why="t")
        editing.restore(session, LI, "team", "T1", why="t")
        made = attach(session, LI, "team", "T1", b"%PDF-1.4", name="a.pdf")
        detach(session, LI, made)
        closed = add_closure(session, LI, box(0, 0, 1, 1), reason="塌方")
        lift_closure(session, LI, closed.id, why="已抢通")
    for sql in (
        "UPDATE team SET people = 9 WHERE id = 'T1'",
        "INSERT INTO team_capability (team_id, capability) VALUES ('T1', 'hazmat')",
        "UPDATE team_vehicle SET count = 3 WHERE team_id = 'T1'",
        "DELETE FROM team_capability WHERE capability = 'fire'",
        "UPDATE road_closure SET reason = 'x'",
        "DELETE FROM road_closure",
        "DELETE FROM team_vehicle WHERE team_id = 'T2'",
    ):
        outside(sql)
    password = with_account(store)
    attempt(store, "no")
    with_own_password(store, "zhang", old=password, new="three words in a row")
    with_token(store)
    found = written(store)
    for what, kind, data in found:
        require_catalogued(what, kind, data)
    assert {what for what, _kind, _data in found} >= {
        "advance", "assess", "attach", "change_password", "checked", "closed", "delete", "detach",
        "insert", "inspect", "lift", "rectified", "rectifying", "restore", "retire",
        "sign_in_failed", "undo", "update", "verify",
    }  # fmt: skip


def test_the_page_is_current() -> None:
    """After a change of the catalogue run ``python docs/write_events.py``."""
    page = runpy.run_path(str(ROOT / "docs" / "write_events.py"))["page"]()
    assert page == (ROOT / "docs" / "events.md").read_text(encoding="utf-8")


def written(store: Store) -> list[tuple[str, str, dict[str, Any] | None]]:
    with store.session() as session:
        return [
            (row.what, row.kind, row.data)
            for table in (Event, EventCount)
            for row in session.scalars(select(table))
        ]
