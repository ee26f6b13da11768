"""Pages follow the log by one cheap question a second."""

from __future__ import annotations

from gisapp.bootstrap import App
from gisapp.events import latest
from gisapp.rights import Role
from tests.incidents.acting import opened, ordered
from tests.web.conftest import PageClient, SignedIn


def asked(client: PageClient, since: int) -> tuple[int, list[str]]:
    answer = client.get(f"/api/changes?since_seq={since}")
    assert answer.status_code == 200, answer.text
    return answer.json["seq"], answer.json["kinds"]


def test_it_says_what_kinds_changed_since(signed_in: SignedIn, tiny_app: App) -> None:
    viewer = signed_in(Role.VIEWER)
    with tiny_app.store.session() as session:
        start = latest(session)
    assert asked(viewer, start) == (start, [])
    made = opened(tiny_app.store)
    then, kinds = asked(viewer, start)
    assert kinds == ["incident"]
    ordered(tiny_app.store, made, "T1")
    last, kinds = asked(viewer, then)
    assert kinds == ["assignment"]
    assert asked(viewer, last) == (last, [])
    assert asked(viewer, start) == (last, ["assignment", "incident"])
    assert asked(viewer, last + 100) == (last, [])  # as after a backup was restored


def test_without_a_number_the_number_alone_is_said(signed_in: SignedIn, tiny_app: App) -> None:
    """The log holds years: nobody who opens a page reads through it."""
    opened(tiny_app.store)
    with tiny_app.store.session() as session:
        last = latest(session)
    answer = signed_in(Role.VIEWER).get("/api/changes").json
    assert (answer["seq"], answer["kinds"]) == (last, [])


def test_who_is_not_signed_in_hears_nothing(anonymous: PageClient) -> None:
    assert anonymous.get("/api/changes").status_code == 401
