"""What every document of a drill may say: nothing of the scenario, nothing of the events list."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.accounts.models import Account
from gisapp.clock import now
from gisapp.drills.design.arrangements import Arrangements
from gisapp.drills.plans.library import Edition, edition, headquarters_names
from gisapp.drills.programme.models import Drill
from gisapp.drills.programme.reading import names_of_units
from gisapp.drills.programme.vocabulary import ORGANISERS, PARTICIPANTS, ROLES
from gisapp.drills.programme.years import kind_words
from gisapp.errors import InputError, UnknownRecordError
from gisapp.messages import translate
from gisapp.registers.kinds import MODELS
from gisapp.schema import Label
from gisapp.schema.values import Json

_REGISTERED: Final = frozenset({"team", "unit"})


@dataclass(frozen=True, kw_only=True)
class Goal:
    """An objective of a drill.

    Attributes
    ----------
    clause
        Heading of the clause that it rests on; empty where on none.
    limit
        In words; empty where it sets none.
    """

    number: int
    text: str
    clause: str
    limit: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who takes part.

    Attributes
    ----------
    role
        A key of `ROLES`.
    kind
        What it is, in words.
    under
        Name of the headquarters that it plays for; empty for the one that holds the drill.
    """

    role: str
    name: str
    kind: str
    under: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts:
    """A drill, as its documents tell of it in one language.

    Attributes
    ----------
    plan
        Name of the plan that it tests; empty for none.
    starts
        In the time zone of the site; None until it is set.
    today
        Date of the document.
    """

    lang: str
    row: Drill
    organiser: str
    plan: str
    starts: datetime | None
    today: date
    goals: tuple[Goal, ...]
    people: tuple[Person, ...]
    arrangements: Arrangements

    def say(self, code: str, **params: object) -> str:
        """A sentence of the documents."""
        return translate(f"drill.doc.{code}", self.lang, **params)

    def lines(self, code: str, **params: object) -> list[str]:
        """A list of sentences, which the catalogue keeps one a line."""
        return self.say(code, **params).split("\n")

    def heads(self, table: str, columns: Iterable[str]) -> list[str]:
        """The head of a table."""
        return [self.say(f"{table}.{one}") for one in columns]

    def joined(self, parts: Iterable[str]) -> str:
        """Several things in a row."""
        return ("、" if self.lang == "zh" else ", ").join(parts)

    def label(self, label: Label) -> str:
        """A label in the language of the document."""
        return label.in_(self.lang)

    def or_open(self, text: str) -> str:
        """What was said; else that it is still to be settled."""
        return text or self.say("open")

    @property
    def kind(self) -> str:
        """What kind of drill it is, on its three axes."""
        return kind_words(self.row, self.lang)

    @property
    def ends(self) -> datetime | None:
        """When it is to end; None until it is set when it begins."""
        return self.starts and self.starts + timedelta(minutes=self.row.duration_min)

    @property
    def when(self) -> str:
        """From when until when."""
        if self.starts is None or self.ends is None:
            return self.say("open")
        same_day = self.starts.date() == self.ends.date()
        return self.say(
            "from_to",
            start=self.moment(self.starts),
            end=f"{self.ends:%H:%M}" if same_day else self.moment(self.ends),
        )

    def day(self, day: date) -> str:
        """A day, as offices write it."""
        return self.say("day", year=day.year, month=f"{day.month:02}", day=f"{day.day:02}")

    def moment(self, moment: datetime) -> str:
        """A day and a time of the clock of the site."""
        return f"{self.day(moment)} {moment:%H:%M}"

    def minutes(self, value: float) -> str:
        """So many minutes."""
        return self.say("minutes", value=f"{value:g}")

    def in_roles(self, *roles: str) -> list[Person]:
        """Those who take part in some roles."""
        return [one for one in self.people if one.role in roles]


def facts_of(
    session: Session, row: Drill, arrangements: Arrangements, lang: str, *, zone: str
) -> Facts:
    """Read what documents say of a drill.

    Parameters
    ----------
    zone
        Time zone of the site.
    """
    named = names_of_units(session).get((row.organiser_kind, row.organiser))
    organiser = f"{ORGANISERS[row.organiser_kind].in_(lang)} {row.organiser}"
    tested = _tested(session, row)
    clock = ZoneInfo(zone)
    return Facts(
        lang=lang,
        row=row,
        organiser=organiser if named is None else named.in_(lang),
        plan=_plan_name(row, tested, lang),
        starts=row.starts_at and row.starts_at.astimezone(clock),
        today=now(session).astimezone(clock).date(),
        goals=tuple(_goals(row, tested, lang)),
        people=tuple(_people(session, row, lang)),
        arrangements=arrangements,
    )


def names_of_participants(
    session: Session, named: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Label]:
    """Names of teams, units, accounts and headquarters, by kind and id; none of who is gone."""
    wanted = set(named)
    found = {("headquarters", code): name for code, name in headquarters_names(session).items()}
    for kind in sorted(_REGISTERED):
        ids = [one for of, one in wanted if of == kind]
        model = MODELS[kind]
        query = select(model.id, model.column("name"), model.column("name_en"))
        for row in session.execute(query.where(model.id.in_(ids))):
            found[kind, row.id] = Label(row.name, row.name_en or row.name)
    logins = [one for of, one in wanted if of == "account"]
    accounts = select(Account.login, Account.name).where(Account.login.in_(logins))
    for account in session.execute(accounts):
        found["account", account.login] = Label(account.name, account.name)
    return found


def _tested(session: Session, row: Drill) -> Edition | None:
    # A plan that was spoilt or taken away since is no reason to write no document.
    with contextlib.suppress(InputError, UnknownRecordError):
        return edition(session, row.plan_code) if row.plan_code else None
    return None


def _plan_name(row: Drill, tested: Edition | None, lang: str) -> str:
    if tested is None:
        return row.plan_code or ""
    code = "drill.doc.plan_synthetic" if tested.plan.synthetic else "drill.doc.plan_name"
    return translate(code, lang, name=tested.plan.name.in_(lang), edition=tested.plan.edition)


def _goals(row: Drill, tested: Edition | None, lang: str) -> Iterable[Goal]:
    headings = {one.key: one.heading for one in tested.document.clauses} if tested else {}
    for number, one in enumerate(row.objectives, start=1):
        clause, limit = str(one.get("clause") or ""), one.get("within_min")
        if clause:
            gone = translate("drill.doc.clause_gone", lang, clause=clause)
            clause = headings.get(clause, gone) or clause
        within = translate("drill.doc.within", lang, value=f"{limit:g}") if limit else ""
        yield Goal(number=number, text=str(one["text"]), clause=clause, limit=within)


def _people(session: Session, row: Drill, lang: str) -> Iterable[Person]:
    known = names_of_participants(
        session, [(str(one["kind"]), str(one["id"])) for one in row.participants]
    )
    order = list(ROLES)
    for one in sorted(row.participants, key=lambda each: order.index(str(each["role"]))):
        yield Person(
            role=str(one["role"]),
            name=_name(one, known, lang),
            kind=PARTICIPANTS[str(one["kind"])].in_(lang),
            under=_headquarters(str(one.get("under") or ""), known, lang),
        )


def _name(one: Mapping[str, Json], known: Mapping[tuple[str, str], Label], lang: str) -> str:
    """As the drill has it; in English as the register does, for the drill has one name alone."""
    key = (str(one["kind"]), str(one["id"]))
    said, registered = str(one.get("name") or ""), known[key].in_(lang) if key in known else ""
    is_said_first = lang == "zh" or one["kind"] in {"account", "person"}
    names = (said, registered) if is_said_first else (registered, said)
    return names[0] or names[1] or str(one["id"])


def _headquarters(code: str, known: Mapping[tuple[str, str], Label], lang: str) -> str:
    named = known.get(("headquarters", code))
    return code if named is None else named.in_(lang)
