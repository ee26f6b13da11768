"""Sessions and tokens: whose they are, and when they end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from gisapp.accounts.models import AccessToken, AccountSession
from gisapp.accounts.register import (
    AccountError,
    change_account,
    disable_account,
    find,
)
from gisapp.accounts.sessions import Identities, sessions_of, sign_out
from gisapp.accounts.signin import begin_session
from gisapp.accounts.tokens import revoke_token, tokens
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events import Event
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Right, Role, system_actor
from gisapp.store import Store
from tests.people import ROOT, with_account, with_token

ENDED = ("sign_out", "end_session")


@pytest.fixture
def viewer() -> Actor:
    """Somebody else, who may look and nothing more."""
    return replace(system_actor("viewer"), rights=ROLE_RIGHTS[Role.VIEWER])


@pytest.fixture
def session_token(store: Store) -> str:
    """Of a session of zhang, a duty officer."""
    with_account(store, role="duty_officer")
    with store.session(write=True) as session:
        return begin_session(
            session, find(session, "zhang"), address="10.0.0.1", browser="b", max_hours=24
        )


@pytest.fixture
def identities(store: Store) -> Identities:
    return Identities(store, idle_min=30)


def end(store: Store, session_fid: int, actor: Actor) -> None:
    with store.session(write=True) as session:
        sign_out(session, actor, session_fid)


def shift(store: Store, **columns: timedelta) -> None:
    """Move moments of the only session."""
    with store.session(write=True) as session:
        row = session.scalars(select(AccountSession)).one()
        for name, by in columns.items():
            setattr(row, name, getattr(row, name) + by)


def test_a_session_is_its_account(identities: Identities, session_token: str) -> None:
    found = identities.of_session(session_token)
    assert found is not None
    assert (found.actor.login, found.actor.name, found.must_change) == ("zhang", "张三", True)
    assert found.actor.may(Right.DISPATCH)
    assert not found.actor.may(Right.EDIT)
    assert identities.of_session("something else") is None
    assert identities.of_session("") is None


def test_the_database_keeps_no_token(store: Store, session_token: str) -> None:
    token = with_token(store)
    with store.session() as session:
        kept = [*session.scalars(select(AccountSession.token_hash))]
        kept += session.scalars(select(AccessToken.token_hash))
    assert len(kept) == 2
    assert session_token not in kept
    assert token not in kept


def test_a_session_ends_when_nobody_uses_it(
    store: Store, identities: Identities, session_token: str
) -> None:
    shift(store, last_seen_at=timedelta(minutes=-29))
    assert identities.of_session(session_token) is not None
    identities.finish()
    shift(store, last_seen_at=timedelta(minutes=-31))
    assert identities.of_session(session_token) is None


def test_a_session_ends_at_the_latest_however_much_it_is_used(
    store: Store, identities: Identities, session_token: str
) -> None:
    shift(store, expires_at=timedelta(hours=-24))
    assert identities.of_session(session_token) is None


def test_signing_out_a_changed_role_and_disabling_take_effect_at_once(
    store: Store, identities: Identities, session_token: str
) -> None:
    given = {"name": "张三", "county": None, "agency": None, "office": None}
    with store.session(write=True) as session:
        change_account(session, ROOT, "zhang", role="viewer", **given)
    found = identities.of_session(session_token)
    assert found is not None
    assert not found.actor.may(Right.DISPATCH)
    assert found.session_fid is not None
    end(store, found.session_fid, system_actor("boss"))
    assert identities.of_session(session_token) is None
    with store.session(write=True) as session:
        again = begin_session(session, find(session, "zhang"), address="", browser="", max_hours=24)
    assert identities.of_session(again) is not None
    with store.session(write=True) as session:
        disable_account(session, ROOT, "zhang")
    assert identities.of_session(again) is None


def test_who_ended_a_session_is_recorded(store: Store, session_token: str) -> None:
    with store.session() as session:
        (one,) = sessions_of(session, "zhang")
    end(store, one.fid, system_actor("boss"))
    end(store, one.fid, system_actor("boss"))  # has ended already
    with store.session() as session:
        assert sessions_of(session, "zhang") == []
        events = session.scalars(select(Event).where(Event.what == "end_session")).all()
    assert [(event.who, event.subject_id) for event in events] == [("boss", "zhang")]
    with pytest.raises(UnknownRecordError):
        end(store, 999, system_actor("boss"))


def test_ones_own_session_anyone_ends_anothers_an_administrator(
    store: Store, identities: Identities, session_token: str, viewer: Actor
) -> None:
    found = identities.of_session(session_token)
    assert found is not None
    assert found.session_fid is not None
    with pytest.raises(ForbiddenError) as refused:
        end(store, found.session_fid, viewer)
    assert refused.value.code == "accounts.forbidden"
    assert identities.of_session(session_token) is not None
    end(store, found.session_fid, found.actor)
    assert identities.of_session(session_token) is None
    with store.session() as session:
        what = session.scalars(select(Event.what).where(Event.what.in_(ENDED))).all()
    assert what == ["sign_out"]


def test_last_use_is_written_about_once_a_minute(
    store: Store, identities: Identities, session_token: str
) -> None:
    def written() -> datetime:
        with store.session() as session:
            return session.scalars(select(AccountSession.last_seen_at)).one()

    fresh = written()
    identities.of_session(session_token)
    identities.finish()
    assert written() == fresh
    shift(store, last_seen_at=timedelta(minutes=-5))
    identities.of_session(session_token)
    identities.finish()
    assert datetime.now(UTC) - written() < timedelta(minutes=1)


def test_reading_a_session_waits_for_no_writer(
    store: Store, identities: Identities, session_token: str
) -> None:
    shift(store, last_seen_at=timedelta(minutes=-5))
    with store.session(write=True) as session:
        session.execute(update(AccessToken).values(name="x"))  # the lock is held
        assert identities.of_session(session_token) is not None
        assert identities.of_session(session_token) is not None
    identities.finish()


def test_a_token_is_its_agency_with_its_rights(store: Store, identities: Identities) -> None:
    token = with_token(
        store, "水利平台", agency="水利局", rights=["edit"], county="990001", days=30
    )
    found = identities.of_token(token)
    identities.finish()
    assert found is not None
    assert (found.actor.who, found.actor.agency) == ("token:水利平台", "水利局")
    assert found.actor.rights == {Right.VIEW, Right.EDIT}
    assert found.actor.may(Right.EDIT, county="990001")
    assert not found.actor.may(Right.EDIT, county="990002")
    assert found.session_fid is None
    assert identities.of_session(token) is None
    with store.session() as session:
        (row,) = tokens(session)
        assert row.last_used_at is not None
    with store.session(write=True) as session:
        revoke_token(session, system_actor("boss"), row.fid)
    assert identities.of_token(token) is None


def test_a_token_ends_on_its_day(store: Store, identities: Identities) -> None:
    token = with_token(store)
    with store.session(write=True) as session:
        session.execute(update(AccessToken).values(expires_at=datetime.now(UTC)))
    assert identities.of_token(token) is None


def test_two_tokens_in_force_have_different_names(store: Store) -> None:
    with_token(store)
    with pytest.raises(AccountError) as refused:
        with_token(store)
    assert refused.value.code == "accounts.token_taken"
    with store.session() as session:
        (row,) = tokens(session)
    with store.session(write=True) as session:
        revoke_token(session, system_actor("boss"), row.fid)
    with_token(store)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": " "}, "accounts.bad_token_name"),
        ({"agency": ""}, "accounts.bad_token_name"),
        ({"rights": ["manage_accounts"]}, "accounts.unknown_right"),
        ({"rights": ["administer"]}, "accounts.unknown_right"),
        ({"rights": ["juggle"]}, "accounts.unknown_right"),
        ({"county": "1"}, "accounts.bad_county"),
        ({"days": 0}, "accounts.bad_days"),
        ({"days": 10_000}, "accounts.bad_days"),
    ],
)
def test_tokens_that_cannot_be_issued(store: Store, given: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as refused:
        with_token(store, **given)
    assert refused.value.code == code
