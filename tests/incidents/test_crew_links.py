"""The link of a crew: one assignment, three things, until it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gisapp.accounts.credentials import digest
from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events import Event
from gisapp.incidents.board import log
from gisapp.incidents.command.messages import Draft, keep
from gisapp.incidents.crew_links import make_link, ordered, say_state, say_where
from gisapp.incidents.models import Assignment
from gisapp.incidents.orders import find_assignment, set_state
from gisapp.incidents.positions.models import CrewLink, UnitPosition
from gisapp.incidents.positions.readings import Reading
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Role
from gisapp.store import Store
from tests.incidents import acting
from tests.incidents.acting import OFFICER, do, opened


@pytest.fixture
def sent(tiny_app: App) -> Assignment:
    (row,) = acting.ordered(tiny_app.store, opened(tiny_app.store), "T1")
    return row


def say(store: Store, secret: str, state: str, **given: Any) -> Assignment:
    with store.session(write=True) as session:
        return say_state(session, secret, state, **given)


def told(store: Store) -> list[tuple[str, str, str]]:
    with store.session() as session:
        rows = session.scalars(select(Event).order_by(Event.seq))
        kinds = {"assignment", "crew_link"}
        return [(one.kind, one.what, one.who) for one in rows if one.kind in kinds]


def test_only_the_digest_is_kept_and_the_log_holds_no_secret(
    tiny_app: App, sent: Assignment
) -> None:
    store = tiny_app.store
    secret = do(store, make_link, sent.id)
    with store.session() as session:
        (row,) = session.scalars(select(CrewLink))
        (made,) = session.scalars(select(Event).where(Event.kind == "crew_link"))
    assert (row.secret_hash, row.assignment_id) == (digest(secret), sent.id)
    assert (made.what, made.subject_id) == ("insert", sent.id)
    assert secret not in str(made.data)
    assert digest(secret) not in str(made.data)
    viewer = replace(OFFICER, rights=ROLE_RIGHTS[Role.VIEWER])
    with pytest.raises(ForbiddenError):
        do(store, make_link, sent.id, actor=viewer)


def test_the_log_of_the_incident_tells_of_links(tiny_app: App, sent: Assignment) -> None:
    for _ in range(2):
        do(tiny_app.store, make_link, sent.id)
    with tiny_app.store.session() as session:
        lines = [one.to_dict("en") for one in log(session, sent.incident_id)]
    assert [(one["unit_id"], one["text"]) for one in lines[-3:]] == [
        ("T1", "link for a phone sent"),
        ("T1", "former link for a phone ended"),
        ("T1", "link for a phone sent"),
    ]


def test_a_crew_goes_through_its_states_each_told_once(tiny_app: App, sent: Assignment) -> None:
    store = tiny_app.store
    secret = do(store, make_link, sent.id)
    for state in ("en_route", "en_route", "on_scene", "en_route", "released", "released"):
        row = say(store, secret, state)
    assert row.state == "released"
    crew = "crew:T1@phone"
    assert told(store)[2:] == [
        ("assignment", "set_out", crew),
        ("assignment", "arrive", crew),
        ("assignment", "release", crew),
    ]
    with store.session() as session, pytest.raises(UnknownRecordError, match="link is not valid"):
        ordered(session, secret)
    with pytest.raises(UnknownRecordError, match="link is not valid"):
        say(store, secret, "on_scene")
    with pytest.raises(InputError):
        do(store, make_link, sent.id)


def test_what_waited_in_the_phone_has_its_own_moment_within_what_is_known(
    tiny_app: App, sent: Assignment
) -> None:
    store = tiny_app.store
    secret = do(store, make_link, sent.id)
    with store.session(write=True) as session:
        find_assignment(session, sent.id).ordered_at = REAL.now() - timedelta(minutes=30)
    row = say(store, secret, "en_route", ago_s=600)
    assert row.en_route_at is not None
    assert abs((REAL.now() - row.en_route_at).total_seconds() - 600) < 30
    # Ahead of the order of times by a clock that was set meanwhile: it holds to what was before.
    assert say(store, secret, "on_scene", ago_s=86_400).on_scene_at == row.en_route_at


def test_what_is_the_centres_alone_is_refused(tiny_app: App, sent: Assignment) -> None:
    store = tiny_app.store
    secret = do(store, make_link, sent.id)
    for state in ("stood_down", "reassigned", "ordered", "x"):
        with pytest.raises(InputError, match="There is no state"):
            say(store, secret, state)
    for state, code in (("released", "incident.not_next"), ("refused", "incident.no_reason")):
        with pytest.raises(InputError) as caught:
            say(store, secret, state)
        assert caught.value.code == code
    assert say(store, secret, "refused", why="车辆故障").state == "refused"


def test_a_new_link_ends_the_former_and_the_centre_ends_both(
    tiny_app: App, sent: Assignment
) -> None:
    store = tiny_app.store
    first, second = do(store, make_link, sent.id), do(store, make_link, sent.id)
    with pytest.raises(UnknownRecordError, match="link is not valid"):
        say(store, first, "en_route")
    with store.session() as session:
        assert ordered(session, second).names["zh"]
    do(store, set_state, sent.id, "stood_down", seen="ordered", why="不需要")
    with pytest.raises(UnknownRecordError, match="link is not valid"):
        say(store, second, "en_route")


def test_readings_are_of_the_links_own_unit_whatever_they_name(
    tiny_app: App, sent: Assignment
) -> None:
    store = tiny_app.store
    secret = do(store, make_link, sent.id)
    at = datetime.now(UTC) - timedelta(minutes=1)
    reading = Reading(kind="team", id="T2", at=at, x=100.0, y=30.0)
    for kept in (1, 0):
        with store.session(write=True) as session:
            assert say_where(session, secret, [reading]).kept == kept
    with store.session() as session:
        (row,) = session.scalars(select(UnitPosition))
    assert (row.unit_id, row.source, row.said_by) == ("T1", "phone", "crew:T1@phone")


def test_a_crew_reads_what_was_said_to_it_and_not_to_others(
    tiny_app: App, sent: Assignment
) -> None:
    store = tiny_app.store
    secret = do(store, make_link, sent.id)
    with store.session() as session:
        name = ordered(session, secret).names["zh"]
    for party, direction, text in (
        (name, "out", "从北口进"), (name, "in", "已过桥"), ("别队", "out", "不是给你的"),
    ):  # fmt: skip
        draft = Draft(direction=direction, party=party, means="radio", text=text)
        do(store, keep, sent.incident_id, draft)
    with store.session() as session:
        assert [one.text for one in ordered(session, secret).words] == ["从北口进"]
