"""What a server reads before it is asked."""

from __future__ import annotations

import pytest

from gisapp.bootstrap import App
from gisapp.incidents.cards import proposing
from gisapp.registers import names
from gisapp.rights import Role
from tests.incidents.acting import opened
from tests.web.conftest import SignedIn
from web import warm
from web.map import drawn


def absent(*_given: object, **_named: object) -> None:
    raise AssertionError("read again")


def test_the_first_questions_find_everything_read(
    tiny_app: App, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = opened(tiny_app.store)
    officer = signed_in(Role.DUTY_OFFICER)
    warm(tiny_app, lambda: False)
    monkeypatch.setattr(drawn.Drawn, "_write", absent)
    monkeypatch.setattr(names, "_read", absent)
    monkeypatch.setattr(proposing, "problem", absent)
    monkeypatch.setattr("gisapp.incidents.moving.index.read_things", absent)
    for address in (
        f"/api/incidents/{made.id}/proposal",
        "/api/moving/units",
        "/api/layers/team?bbox=99,29,101,31",
        "/api/layers/risk?bbox=99,29,101,31",
        "/api/search?q=a",
    ):
        assert officer.get(address).status_code == 200, address


def test_a_server_that_stops_reads_no_further(
    tiny_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawn.Drawn, "_write", absent)
    monkeypatch.setattr(names, "_read", absent)
    warm(tiny_app, lambda: True)
