"""A call that is being taken survives whoever types it, and is opened once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.events import Event
from gisapp.incidents.drafts import (
    KEPT_FOR,
    drafts,
    give_up,
    give_up_old,
    open_draft,
    save_draft,
)
from gisapp.incidents.intake import Call
from gisapp.incidents.models import IncidentDraft, IncidentPerson
from gisapp.incidents.persons import persons_of
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Right, Role, system_actor
from tests.incidents.acting import HERE, OFFICER, do

CALLER = {"caller_name": "王某某", "caller_phone": "13800000000"}
COLLEAGUE = system_actor("接班员")


def test_a_colleague_goes_on_with_what_was_typed(tiny_apps: App) -> None:
    store = tiny_apps.store
    begun = do(store, save_draft, None, {"x": "100.02", "kind": "landslide"}, **CALLER)
    with store.session() as session:
        (left,) = drafts(session, COLLEAGUE)
        assert dict(left.said) == {"x": "100.02", "kind": "landslide"}
        assert (left.caller_name, left.caller_phone) == ("王某某", "13800000000")
    taken = do(store, save_draft, begun.id, {"kind": "fire"}, version=1, actor=COLLEAGUE, **CALLER)
    assert (taken.version, taken.started_by, taken.saved_by) == (2, "值班员", "接班员")
    with pytest.raises(OutOfDateError) as taken_over:
        do(store, save_draft, begun.id, {"kind": "flood"}, version=1)
    assert taken_over.value.code == "incident.draft_taken"
    with store.session() as session:
        assert session.scalars(select(IncidentDraft.said)).all() == [{"kind": "fire"}]


def test_a_draft_is_opened_once_and_leaves_nothing_behind(tiny_apps: App) -> None:
    store = tiny_apps.store
    begun = do(store, save_draft, None, {"kind": "landslide"}, **CALLER)
    call = Call(kind="landslide", x=HERE[0], y=HERE[1], **CALLER)
    made = do(store, open_draft, begun.id, call)
    with pytest.raises(UnknownRecordError) as opened:
        do(store, open_draft, begun.id, call, actor=COLLEAGUE)
    assert opened.value.code == "incident.unknown_draft"
    with store.session() as session:
        assert session.scalars(select(IncidentDraft)).all() == []
        assert len(session.scalars(select(IncidentPerson)).all()) == 1
    assert [one.name for one in do(store, persons_of, made.id)] == ["王某某"]


def test_a_call_that_cannot_be_opened_keeps_its_draft(tiny_app: App) -> None:
    store = tiny_app.store
    begun = do(store, save_draft, None, {"kind": "landslide"}, **CALLER)
    with pytest.raises(InputError):
        do(store, open_draft, begun.id, Call(kind="landslide", x=500.0, y=0.0))
    with store.session() as session:
        assert [one.caller_name for one in drafts(session, OFFICER)] == ["王某某"]


def test_giving_up_tells_the_log_that_and_nothing_else(tiny_app: App) -> None:
    store = tiny_app.store
    begun = do(store, save_draft, None, {"note": "听不清"}, **CALLER)
    do(store, give_up, begun.id)
    with store.session() as session:
        assert drafts(session, OFFICER) == []
        assert session.scalars(select(IncidentPerson)).all() == []
        told = session.scalars(select(Event).where(Event.subject_id == begun.id)).all()
    assert [(one.what, one.kind, one.data) for one in told] == [("dismiss", "incident_draft", None)]


def test_what_nobody_touched_for_a_week_goes(tiny_app: App) -> None:
    store = tiny_app.store
    old = do(store, save_draft, None, {"note": "旧"}, **CALLER)
    fresh = do(store, save_draft, None, {"note": "新"})
    with store.session(write=True) as session:
        row = session.scalar(select(IncidentDraft).where(IncidentDraft.id == old.id))
        assert row is not None
        row.saved_at = REAL.now() - KEPT_FOR - timedelta(seconds=1)
    assert do(store, give_up_old) == 1
    with store.session() as session:
        assert [one.row.id for one in drafts(session, OFFICER)] == [fresh.id]
        assert session.scalars(select(IncidentPerson)).all() == []


def test_drafts_are_for_those_who_dispatch_and_callers_for_those_who_see_contacts(
    tiny_app: App,
) -> None:
    store = tiny_app.store
    begun = do(store, save_draft, None, {"note": "旧"}, **CALLER)
    viewer = replace(OFFICER, rights=ROLE_RIGHTS[Role.VIEWER])
    for use_case, given in (
        (drafts, ()), (save_draft, (None, {})), (give_up, (begun.id,)), (give_up_old, ()),
    ):  # fmt: skip
        with pytest.raises(ForbiddenError):
            do(store, use_case, *given, actor=viewer)
    with store.session() as session:
        desk = replace(OFFICER, rights=frozenset({Right.DISPATCH}))
        assert [one.caller_name for one in drafts(session, desk)] == [""]
