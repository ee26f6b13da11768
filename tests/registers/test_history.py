"""The history of a record: readable, masked, and enough to replay to what is there now."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from gisapp.events.log import Event
from gisapp.registers import editing
from gisapp.registers.history import history, label, words
from gisapp.registers.kinds import KINDS
from gisapp.rights import Role
from gisapp.store import Store
from tests.registers.test_editing import ADMIN, an_actor, changed, made, read

TEAM_KIND = KINDS["team"]
STEPS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "people": st.none() | st.integers(0, 999),
            "tier": st.sampled_from(["main", "auxiliary", None]),
            "x": st.floats(99, 101),
            "capabilities": st.lists(st.sampled_from(["fire", "flood"]), min_size=1),
        },
    )
    | st.sampled_from(["undo", "verify", "retire and restore"]),
    min_size=1,
    max_size=5,
)


def take(store: Store, record_id: str, step: Any) -> None:
    with store.session(write=True) as session:
        if step != "undo" and editing._locked(session, TEAM_KIND, record_id).retired:
            editing.restore(session, ADMIN, "team", record_id, why="t")
        if step == "undo":
            editing.undo_last(session, ADMIN, "team", record_id)
        elif step == "verify":
            editing.verify(session, ADMIN, "team", [record_id])
        elif step == "retire and restore":
            editing.retire(session, ADMIN, "team", record_id, why="t")
            editing.restore(session, ADMIN, "team", record_id, why="t")
        else:
            version = editing._locked(session, TEAM_KIND, record_id).version
            editing.change(session, ADMIN, "team", record_id, step, version=version, why="t")


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_the_events_replay_to_the_present_state(store: Store, steps: list[Any]) -> None:
    record_id = made(store, values={**_team(), "id": ""})
    for step in steps:
        if step == "undo" and len(_events(store, record_id)) == 1:
            continue  # nothing but its making: that is undone by retiring it
        take(store, record_id, step)
    events = _events(store, record_id)
    replayed: dict[str, Any] = {}
    for event in events:
        data = event.data or {}
        for name, value in (data.get("before") or {}).items():
            assert replayed.get(name) == value, name
        replayed |= data["after"]
    found = read(store, "team", record_id)
    assert found["version"] == len(events)
    for name in ("name", "people", "tier", "capabilities", "vehicles", "verified_by"):
        assert replayed.get(name) == found[name], name
    assert words(TEAM_KIND, "geom", replayed["geom"], "en") == f"{found['x']:.6f}, {found['y']:.6f}"
    retired = found["retired_at"]
    assert replayed.get("retired_at") == (retired.isoformat() if retired else None)


def test_names_of_fields_and_codes_are_in_the_readers_language(store: Store) -> None:
    made(store)
    changed(store, {"tier": "main", "x": 100.25}, 1)
    with store.session() as session:
        newest, oldest = history(session, "team", "T1", actor=ADMIN)
    assert (newest.what, newest.who) == ("update", ADMIN.who)
    said = {
        lang: {
            label(TEAM_KIND, one, lang): words(TEAM_KIND, one.field, one.after, lang)
            for one in newest.changes
        }
        for lang in ("zh", "en")
    }
    assert said["zh"] == {"力量层级": "主力", "位置": "100.250000, 30.250000"}
    assert said["en"] == {"Tier": "Main force", "Position": "100.250000, 30.250000"}
    assert "people" in {one.field for one in oldest.changes}
    assert "agency" not in {one.field for one in oldest.changes}


def test_contacts_are_hidden_in_the_history_too(store: Store) -> None:
    made(store)
    with store.session() as session:
        (entry,) = history(session, "team", "T1", actor=an_actor(Role.VIEWER), county="990001")
    shown = {one.field: one.after for one in entry.changes}
    assert shown["contact_phone"] == "138****1234"


def test_a_long_history_is_read_in_pages(store: Store) -> None:
    made(store)
    for version in range(1, 6):
        changed(store, {"people": 100 + version}, version)
    with store.session() as session:
        first = history(session, "team", "T1", actor=ADMIN, limit=4)
        rest = history(session, "team", "T1", actor=ADMIN, limit=4, before_seq=first[-1].seq)
    assert len(first) == 4
    assert [one.what for one in rest] == ["update", "insert"]


def _team() -> dict[str, Any]:
    from tests.registers.test_editing import TEAM

    return dict(TEAM)


def _events(store: Store, record_id: str) -> list[Event]:
    with store.session() as session:
        query = select(Event).where(Event.subject_id == record_id).order_by(Event.seq)
        return list(session.scalars(query))
