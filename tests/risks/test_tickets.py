"""Hidden dangers, from finding to closing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from gisapp.errors import InputError, OutOfDateError
from gisapp.events import since
from gisapp.rights import ForbiddenError
from gisapp.risks.errors import NotAllowedError
from gisapp.risks.models import Ticket
from gisapp.risks.register import Filter, list_risks, open_tickets
from gisapp.risks.summary import summarise
from gisapp.risks.tickets import (
    TicketFilter,
    count_tickets,
    is_overdue,
    list_tickets,
    move_ticket,
    open_ticket,
    ticket_of,
)
from gisapp.store import Store
from tests.risks.hazards import EVA, IN_ONE, LIU, TODAY, VIEWER, add_hazards

FOUND = {
    "found_on": TODAY, "found_by": "张三", "grade": "general", "description": "护坡开裂",
    "measure": "修补", "responsible": "李四", "deadline": TODAY + timedelta(days=10),
    "today": TODAY,
}  # fmt: skip


def found(store: Store, actor: object = EVA, **more: object) -> Ticket:
    with store.session(write=True) as session:
        return open_ticket(session, actor, **{**FOUND, **more})


def move(store: Store, ticket: Ticket, state: str, version: int, actor: object = EVA) -> Ticket:
    with store.session(write=True) as session:
        return move_ticket(session, actor, ticket.id, state, note="说明", version=version)


@pytest.fixture
def filled(store: Store) -> Store:
    add_hazards(store)
    return store


def test_a_ticket_takes_the_county_of_its_hazard(filled: Store) -> None:
    ticket = found(filled, kind="geohazard", hazard_id="G2", county="990002")
    assert (ticket.county, ticket.state, ticket.version) == ("990001", "open", 1)


def test_whoever_rectified_does_not_check(filled: Store) -> None:
    ticket = found(filled, place="桥头", county="990001")
    move(filled, ticket, "rectifying", 1)
    move(filled, ticket, "rectified", 2)
    with pytest.raises(NotAllowedError) as caught:
        move(filled, ticket, "checked", 3)
    assert caught.value.code == "risks.same_checker"
    assert move(filled, ticket, "checked", 3, LIU).checked_by == "liu"
    closed = move(filled, ticket, "closed", 4)
    assert (closed.closed_by, closed.rectified_by) == ("eva", "eva")


def test_the_checker_is_another_person_and_not_another_name(filled: Store) -> None:
    """Two people of one name are two; one person under two names is one."""
    zhang, other = replace(EVA, name="张伟"), replace(LIU, name="张伟")
    ticket = found(filled, place="桥头", county="990001")
    move(filled, ticket, "rectifying", 1, zhang)
    assert move(filled, ticket, "rectified", 2, zhang).rectified_by == "eva"
    with pytest.raises(NotAllowedError) as caught:
        move(filled, ticket, "checked", 3, replace(zhang, name="张维"))
    assert caught.value.code == "risks.same_checker"
    checked = move(filled, ticket, "checked", 3, other)
    assert (checked.rectified_by, checked.checked_by) == ("eva", "liu")
    assert move(filled, ticket, "closed", 4, other).closed_by == "liu"


@pytest.mark.parametrize("passed", range(5))
def test_a_hidden_danger_is_open_until_it_is_closed(filled: Store, passed: int) -> None:
    ticket = found(filled, kind="geohazard", hazard_id="G2")
    way = [(EVA, "rectifying"), (EVA, "rectified"), (LIU, "checked"), (LIU, "closed")]
    for version, (who, state) in enumerate(way[:passed], start=1):
        move(filled, ticket, state, version, who)
    is_open = int(passed < len(way))
    with filled.session() as session:
        chosen = TicketFilter(today=TODAY, open_only=True)
        assert [one.id for one in list_tickets(session, chosen)] == [ticket.id] * is_open
        rows = list_risks(session, Filter(today=TODAY))
        counted = open_tickets(session, rows, today=TODAY)
        one, _two = summarise(session, year=TODAY.year, today=TODAY, time_zone="Asia/Tokyo")
    assert counted.get(("geohazard", "G2"), (0, 0))[0] == is_open
    assert one.tickets_open == is_open


def test_the_database_knows_the_rule_too(filled: Store) -> None:
    ticket = found(filled, place="桥头", county="990001")
    with pytest.raises(IntegrityError), filled.session(write=True) as session:
        session.execute(
            text("UPDATE ticket SET rectified_by = 'a', checked_by = 'a' WHERE id = :id"),
            {"id": ticket.id},
        )


def test_reopening_forgets_nothing(filled: Store) -> None:
    ticket = found(filled, place="桥头", county="990001")
    for version, (state, who) in enumerate(
        [("rectifying", EVA), ("rectified", EVA), ("checked", LIU), ("closed", LIU)], start=1
    ):
        move(filled, ticket, state, version, who)
    again = move(filled, ticket, "open", 5)
    assert (again.state, again.reopened, again.checked_by) == ("open", 1, None)
    with filled.session() as session:
        told = [one for one in since(session, 0) if one.subject_id == ticket.id]
    assert [one.what for one in told] == [
        "insert", "rectifying", "rectified", "checked", "closed", "open"
    ]  # fmt: skip
    assert told[-1].data["before"]["checked_by"] == "liu"


@pytest.mark.parametrize("state", ["checked", "closed", "rectified", "open", "nothing"])
def test_steps_not_in_the_table_are_refused(filled: Store, state: str) -> None:
    ticket = found(filled, place="桥头", county="990001")
    with pytest.raises(InputError) as caught:
        move(filled, ticket, state, 1)
    assert caught.value.code in {"risks.bad_ticket_step", "risks.bad_choice"}


def test_two_editors_do_not_overwrite_each_other(filled: Store) -> None:
    ticket = found(filled, place="桥头", county="990001")
    move(filled, ticket, "rectifying", 1)
    with pytest.raises(OutOfDateError):
        move(filled, ticket, "rectifying", 1)


def test_rights(filled: Store) -> None:
    with pytest.raises(ForbiddenError):
        found(filled, VIEWER, place="桥头", county="990001")
    with pytest.raises(ForbiddenError):
        found(filled, IN_ONE, kind="geohazard", hazard_id="G4")
    with pytest.raises(ForbiddenError):
        found(filled, IN_ONE, place="桥头")
    ticket = found(filled, kind="geohazard", hazard_id="G4")
    with pytest.raises(ForbiddenError):
        move(filled, ticket, "rectifying", 1, IN_ONE)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"grade": "huge"}, "risks.bad_choice"),
        ({"description": " "}, "risks.bad_text"),
        ({"description": "a\x00b"}, "risks.bad_text"),
        ({"found_on": TODAY + timedelta(days=1)}, "risks.future"),
        ({"deadline": TODAY - timedelta(days=1)}, "risks.deadline"),
        ({"funding_cny": -1.0}, "risks.bad_choice"),
        ({"place": ""}, "risks.bad_text"),
    ],
)
def test_wrong_values_are_named(filled: Store, wrong: dict[str, object], code: str) -> None:
    with pytest.raises(InputError) as caught:
        found(filled, **{"place": "桥头", "county": "990001", **wrong})
    assert caught.value.code == code


def test_overdue_lists(filled: Store) -> None:
    early = date(2026, 10, 1)
    late = found(filled, kind="geohazard", hazard_id="G2", found_on=early, deadline=early)
    found(filled, kind="geohazard", hazard_id="G2")
    done = found(filled, kind="mine", hazard_id="M2", found_on=early, deadline=early)
    move(filled, done, "rectifying", 1)
    move(filled, done, "rectified", 2)
    with filled.session() as session:
        chosen = TicketFilter(today=TODAY, overdue=True)
        assert [one.id for one in list_tickets(session, chosen)] == [late.id]
        assert count_tickets(session, TicketFilter(today=TODAY, open_only=True)) == 3
        assert is_overdue(ticket_of(session, late.id), TODAY)
        assert not is_overdue(ticket_of(session, done.id), TODAY)
        rows = list_risks(session, Filter(today=TODAY))
        assert open_tickets(session, rows, today=TODAY)["geohazard", "G2"] == (2, 1)
        listed = list_risks(session, Filter(today=TODAY, due="tickets"))
        assert [one.id for one in listed] == ["G2"]
