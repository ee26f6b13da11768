"""A clock that is moved by hand, kinds of jobs, and people who ask for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from gisapp.clock import set_clock
from gisapp.jobs import JobKind, Result, RunningJob
from gisapp.rights import ROLE_RIGHTS, Actor, Right, Role, system_actor
from gisapp.schema import Label
from gisapp.store import Store

START = datetime(2026, 3, 1, 2, tzinfo=UTC)
ADMIN = system_actor("admin")


def person(login: str, role: Role) -> Actor:
    return Actor(
        login=login, name=login, role=role, county=None, agency=None, rights=ROLE_RIGHTS[role]
    )


PLANNER = person("wang", Role.PLANNER)
OTHER = person("zhao", Role.PLANNER)
VIEWER = person("liu", Role.VIEWER)


class Hand:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def pass_(self, gone: timedelta) -> None:
        self.at += gone


@contextmanager
def turn(store: Store, clock: Hand) -> Iterator[Session]:
    with store.session(write=True) as session:
        set_clock(session, clock)
        yield session


@dataclass(frozen=True)
class Place:
    """What runners are handed here."""

    store: Store


Run = Callable[[Place, RunningJob], Result]


def kind(name: str, run: Run | None = None, *, right: Right = Right.EDIT) -> JobKind[Any]:
    return JobKind(
        name=name,
        label=Label(f"{name} 事", name),
        right=right,
        run=run or (lambda _place, _job: {}),
    )


PLAN, SIFT = kind("plan"), kind("sift")
KINDS = {one.name: one for one in (PLAN, SIFT)}
