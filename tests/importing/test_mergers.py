"""Merging two records: whatever refers to the one given up refers to the one kept."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.log import Event
from gisapp.exchange.models import ExchangeConflict
from gisapp.importing.mergers import merge
from gisapp.importing.models import DuplicatePair
from gisapp.registers.attachments import Attachment, attach, attachments
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.editing import restore, undo_last
from gisapp.registers.history import history, label
from gisapp.registers.kinds import DETAILS, KINDS, MODELS
from gisapp.registers.kinds.depot import Depot
from gisapp.registers.kinds.geohazard import Geohazard
from gisapp.registers.kinds.grid_contact import GridContact
from gisapp.registers.kinds.lot import Lot
from gisapp.registers.kinds.monitoring_station import MonitoringStation
from gisapp.registers.references import REFERENCES, all_ids, current_id
from gisapp.rights import Right, system_actor
from gisapp.risks.inspections import inspections, record_inspection
from gisapp.risks.lifecycle import advance, assess, steps
from gisapp.risks.models import Inspection, Risk, RiskStep, Ticket
from gisapp.risks.register import risk_of
from gisapp.risks.tickets import TicketFilter, count_tickets, move_ticket, open_ticket
from gisapp.store import Store
from gisapp.tables import all_tables
from tests.risks.hazards import EVA, TODAY

LI = system_actor("li")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PDF = b"%PDF-1.4 synthetic"
_numbers = itertools.count()


def hazard(session: Session, record_id: str, *, county: str = "990001") -> None:
    number = next(_numbers)
    record = {"id": record_id, "name": f"点{number}", "geohazard_type": "landslide",
              "people": 10, "county": county, "geom": Point(100 + number / 100, 30)}  # fmt: skip
    changes = compare(session, KINDS["geohazard"], [record])
    store_changes(session, system_actor("li"), Right.EDIT, changes, why="")


def ticket(session: Session, record_id: str) -> str:
    return open_ticket(
        session, EVA, kind="geohazard", hazard_id=record_id, found_on=TODAY, found_by="李",
        grade="major", description="裂缝", measure="填缝", responsible="王",
        deadline=TODAY + timedelta(days=9),
         today=TODAY,
    ).id  # fmt: skip


def inspection(session: Session, record_id: str, *, days_ago: int = 0) -> None:
    record_inspection(
        session, EVA, "geohazard", record_id, inspected_on=TODAY - timedelta(days=days_ago),
        inspected_by="李", result="sound", note=None,  today=TODAY,
    )  # fmt: skip


def judge(session: Session, record_id: str, level: int) -> None:
    now = risk_of(session, "geohazard", record_id)
    assess(session, EVA, "geohazard", record_id, method="judged", level=level,  why="现场",
           version=now.version)  # fmt: skip


def warn(session: Session, record_id: str, colour: int) -> None:
    now = risk_of(session, "geohazard", record_id)
    advance(session, EVA, "geohazard", record_id, "warning", colour=colour,  why="暴雨",
            version=now.version)  # fmt: skip


def join(session: Session, keep: str, drop: str, kind: str = "geohazard") -> None:
    merge(session, LI, kind, keep, drop, choices={}, why="同一处")


def referring(session: Session, record_id: str) -> dict[str, int]:
    """Live rows that refer to a hazard, by table."""
    asked: dict[str, Any] = {
        "ticket": Ticket.hazard_id,
        "risk": Risk.hazard_id,
        "attachment": Attachment.record_id,
        "grid_contact": GridContact.geohazard_id,
        "monitoring_station": MonitoringStation.monitors_id,
    }
    return {
        table: session.scalar(select(func.count()).where(column == record_id)) or 0
        for table, column in asked.items()
    }


def test_what_was_merged_is_asked_of_its_own_register(store: Store) -> None:
    """Two registers may hold the same ids."""
    with store.session(write=True) as session:
        hazard(session, "A")
        hazard(session, "B")
        join(session, "A", "B")
    with store.session() as session:
        assert all_ids(session, "geohazard", "A") == ["A", "B"]
        assert all_ids(session, "mine", "A") == ["A"]
        assert current_id(session, "geohazard", "B") == "A"
        assert current_id(session, "mine", "B") == "B"


def test_every_table_that_refers_to_records_is_declared() -> None:
    """A table that comes later cannot be forgotten by the merger."""
    details = {one.model.__tablename__ for kind in DETAILS.values() for one in kind.values()}
    referring = set()
    for table in all_tables():
        keyed = any(
            column.name.endswith("_id") or column.name == "key" for column in table.columns
        ) and any(
            one.name in {"kind", "register"} or one.name.endswith("_kind") for one in table.columns
        )
        foreign = any(key.column.table.name in MODELS for key in table.foreign_keys)
        if (keyed or foreign) and table.name not in {*details, *MODELS}:
            referring.add(table.name)
    referring |= {"attachment", "drill"}  # their columns are called otherwise
    assert referring == {*REFERENCES}
    assert all(one.move or one.stays for one in REFERENCES.values())
    # The registers' own columns: each names its register in the description, or is the pair.
    for name, model in MODELS.items():
        declared = {item.name for item in KINDS[name].fields if item.references}
        ids = {one.name for one in model.__table__.columns if one.name.endswith("_id")}
        assert ids - declared <= {"monitors_id", "parent_id"}


def test_a_merger_takes_everything_over(store: Store) -> None:
    with store.session(write=True) as session:
        hazard(session, "A")
        hazard(session, "B", county="990002")
        session.add(GridContact(id="N", name="网格", role="hazard_watcher", geohazard_id="B",
                                geom=Point(100, 30)))  # fmt: skip
        session.add(MonitoringStation(id="S", name="站", station_type="displacement",
                                      monitors_kind="geohazard", monitors_id="B",
                                      geom=Point(100, 30)))  # fmt: skip
        session.add(MonitoringStation(id="T", name="他站", station_type="displacement",
                                      monitors_kind="mine", monitors_id="B",
                                      geom=Point(100, 30)))  # fmt: skip
        session.add(ExchangeConflict(copy_id="c", county="990001", kind="geohazard",
                                     record_id="B", field="people", cause="both_changed",
                                     base={"people": 1}, ours={"people": 10},
                                     theirs={"people": 7}, found_at=NOW))  # fmt: skip
    with store.session(write=True) as session:
        opened = [ticket(session, "A"), ticket(session, "B"), ticket(session, "B")]
        for record_id in ("A", "B"):
            attach(session, LI, "geohazard", record_id, PDF, name=f"{record_id}.pdf")
        inspection(session, "A", days_ago=20)
        inspection(session, "B", days_ago=2)
        judge(session, "A", 4)
        judge(session, "B", 2)
        warn(session, "B", 2)
    with store.session(write=True) as session:
        join(session, "A", "B")
    with store.session() as session:
        left = referring(session, "B")
        assert left.pop("monitoring_station") == 1  # the one of the mine called B
        assert left == {"ticket": 0, "risk": 0, "attachment": 0, "grid_contact": 0}
        chosen = TicketFilter(today=TODAY, kind="geohazard", hazard_id="A")
        assert count_tickets(session, chosen) == 3
        counties = set(session.scalars(select(Ticket.county).where(Ticket.id.in_(opened))))
        assert counties == {"990001"}
        assert len(attachments(session, "geohazard", "A")) == 2
        assert [one.inspected_on for one in inspections(session, "geohazard", "A")] == [
            TODAY - timedelta(days=2), TODAY - timedelta(days=20),
        ]  # fmt: skip
        assert [one.state for one in steps(session, "geohazard", "A")] == [
            "assessed", "assessed", "warning",
        ]  # fmt: skip
        now = risk_of(session, "geohazard", "A")
        assert (now.state, now.level, now.warning_colour) == ("warning", 2, 2)
        assert now.inspected_on == TODAY - timedelta(days=2)
        assert now.next_inspection_on == TODAY + timedelta(days=13)  # level 2: every 15 days
        conflict = session.scalars(select(ExchangeConflict)).one()
        assert (conflict.record_id, conflict.state) == ("A", "open")
        assert current_id(session, "geohazard", "B") == "A"


def test_the_history_of_both_tells_of_the_merger(store: Store) -> None:
    with store.session(write=True) as session:
        hazard(session, "A")
        hazard(session, "B")
        moved = ticket(session, "B")
        join(session, "A", "B")
    with store.session() as session:
        told = {
            record_id: next(
                one for one in history(session, "geohazard", record_id, actor=LI)
                if one.what == "merge"
            )
            for record_id in ("A", "B")
        }  # fmt: skip
        assert {one.field: one.after for one in told["A"].changes} == {
            "merged_from": "B", "ticket": 1,
        }  # fmt: skip
        assert [label(KINDS["geohazard"], one, "zh") for one in told["A"].changes] == [
            "合并自", "隐患",
        ]  # fmt: skip
        assert {one.field: one.after for one in told["B"].changes} == {"merged_into": "A"}
        own = session.scalars(
            select(Event).where(Event.kind == "ticket", Event.subject_id == moved)
        ).all()
        assert [one.what for one in own] == ["insert", "merge"]
        assert own[1].data is not None
        assert own[1].data["after"]["hazard_id"] == "A"


def test_a_graver_stage_of_the_record_kept_stays(store: Store) -> None:
    with store.session(write=True) as session:
        for record_id in ("A", "B", "C"):
            hazard(session, record_id)
        judge(session, "A", 3)
        warn(session, "A", 1)
        judge(session, "B", 1)
        join(session, "A", "B")  # a warning before an assessment
        judge(session, "C", 2)
    with store.session(write=True) as session:
        now = risk_of(session, "geohazard", "A")
        assert (now.state, now.level, now.warning_colour) == ("warning", 3, 1)
        version = now.version
        join(session, "A", "C")
    with store.session() as session:
        assert risk_of(session, "geohazard", "A").version > version  # what was read is out of date


def test_it_cannot_be_taken_back_by_halves(store: Store) -> None:
    """Neither the record given up nor what went over returns by itself; both say why."""
    with store.session(write=True) as session:
        for record_id in ("D1", "D2"):
            session.add(Depot(id=record_id, name=f"{record_id}库", level="county",
                              geom=Point(100, 30)))  # fmt: skip
        session.flush()
        session.add(Lot(id="L", depot_id="D2", item_code="1010203", item="帐篷", quantity=3,
                        unit="顶"))  # fmt: skip
    with store.session(write=True) as session:
        join(session, "D1", "D2", "depot")
    refused = "registers.merged"
    for call in (
        lambda session: restore(session, LI, "depot", "D2", why="两处"),
        lambda session: undo_last(session, LI, "depot", "D2"),
        lambda session: undo_last(session, LI, "lot", "L"),
    ):
        with store.session(write=True) as session, pytest.raises(InputError) as raised:
            call(session)
        assert raised.value.code == refused
        assert raised.value.params["id"] == "D1"
    with store.session() as session:
        assert session.scalars(select(Lot.depot_id)).one() == "D1"


def test_what_was_near_the_one_given_up_is_compared_with_the_one_kept(store: Store) -> None:
    with store.session(write=True) as session:
        for number, record_id in enumerate(("A", "B", "C")):
            session.add(Geohazard(id=record_id, name="北坡", geohazard_type="landslide",
                                  geom=Point(100 + number * 0.0001, 30)))  # fmt: skip
        session.flush()
        for first, second in (("A", "B"), ("B", "C")):
            session.add(DuplicatePair(kind="geohazard", first_id=first, second_id=second,
                                      distance_m=9, similarity=1,
                                      proposed_at=NOW))  # fmt: skip
        session.flush()
        join(session, "A", "B")
    with store.session() as session:
        waiting = session.scalars(select(DuplicatePair).where(DuplicatePair.state == "proposed"))
        assert [(one.first_id, one.second_id) for one in waiting] == [("A", "C")]


def test_areas_are_not_merged(store: Store) -> None:
    with store.session(write=True) as session, pytest.raises(InputError) as raised:
        join(session, "990001", "990002", "area")
    assert raised.value.code == "import.not_mergeable"


@given(
    st.lists(st.sampled_from(("ticket", "attach", "inspect", "judge")), max_size=12),
    st.permutations(range(4)),
    st.randoms(use_true_random=False),
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_is_lost_whatever_is_merged_with_whatever(
    store: Store, actions: list[str], order: list[int], random: Any
) -> None:
    """Four records with anything on them become one: the numbers stay, nothing hangs loose."""
    run = next(_numbers)
    ids = [f"P{run}-{number}" for number in range(4)]
    with store.session(write=True) as session:
        for one in ids:
            hazard(session, one)
        for action in actions:
            at = random.choice(ids)
            if action == "ticket":
                ticket(session, at)
            elif action == "attach":
                attach(session, LI, "geohazard", at, PDF, name="a.pdf")
            elif action == "inspect":
                inspection(session, at, days_ago=random.randrange(50))
            else:
                judge(session, at, random.randrange(1, 5))
    alive = [ids[number] for number in order]
    with store.session(write=True) as session:
        while len(alive) > 1:
            drop = alive.pop(random.randrange(len(alive)))
            join(session, random.choice(alive), drop)
    kept = alive[0]
    with store.session() as session:
        for one in set(ids) - {kept}:
            assert not any(referring(session, one).values())
            assert current_id(session, "geohazard", one) == kept
        assert sorted(all_ids(session, "geohazard", kept)) == sorted(ids)
        chosen = TicketFilter(today=TODAY, kind="geohazard", hazard_id=kept)
        assert count_tickets(session, chosen) == actions.count("ticket")
        assert len(attachments(session, "geohazard", kept)) == actions.count("attach")
        assert len(inspections(session, "geohazard", kept)) == actions.count("inspect")
        assert len(steps(session, "geohazard", kept)) == actions.count("judge")
        made = session.scalar(
            select(func.count()).select_from(Inspection).where(Inspection.hazard_id.in_(ids))
        )
        assert made == actions.count("inspect")
        assert session.scalar(
            select(func.count()).select_from(RiskStep).where(RiskStep.hazard_id.in_(ids))
        ) == actions.count("judge")


def test_what_is_added_while_two_are_merged_is_at_the_one_kept(store: Store) -> None:
    """Whoever comes first: a ticket, an inspection or a photo of the other is never orphaned."""
    for number in range(4):
        keep, drop = f"K{number}", f"X{number}"
        with store.session(write=True) as session:
            hazard(session, keep)
            hazard(session, drop)
        gate = threading.Barrier(2)

        def add(drop: str = drop, gate: threading.Barrier = gate) -> None:
            gate.wait()
            for action in (
                lambda session: ticket(session, drop),
                lambda session: attach(session, LI, "geohazard", drop, PDF, name="a.pdf"),
                lambda session: inspection(session, drop),
            ):
                with store.session(write=True) as session:
                    action(session)

        other = threading.Thread(target=add)
        other.start()
        gate.wait()
        with store.session(write=True) as session:
            join(session, keep, drop)
        other.join()
        with store.session() as session:
            assert not any(referring(session, drop).values())
            here = referring(session, keep)
            assert (here["ticket"], here["attachment"]) == (1, 1)
            assert len(inspections(session, "geohazard", keep)) == 1
            assert risk_of(session, "geohazard", keep).inspected_on == TODAY


def test_a_ticket_in_hand_goes_on_after_the_merger(store: Store) -> None:
    with store.session(write=True) as session:
        hazard(session, "A")
        hazard(session, "B")
        number = ticket(session, "B")
        join(session, "A", "B")
        moved = move_ticket(session, EVA, number, "rectifying", note=None, version=1)
        assert (moved.hazard_id, moved.state) == ("A", "rectifying")
        with pytest.raises(UnknownRecordError):
            risk_of(session, "geohazard", "B")
