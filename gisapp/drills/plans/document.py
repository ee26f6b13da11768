"""The text of a plan: clauses one after the other, with the tasks and promises they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Final

from pydantic import Field, ValidationError

from gisapp.drills.plans.promises import Keyed, Promise
from gisapp.drills.plans.vocabulary import Part
from gisapp.drills.said import Said, faults_of
from gisapp.errors import InputError
from gisapp.schema.values import Json

MOST_CLAUSES: Final = 1_000
MOST_ROWS: Final = 500
"""Tasks, contacts or promises of one clause."""
MOST_TEXT: Final = 20_000
DEEPEST: Final = 6
"""Levels of headings that a word processor has in its outline and people can tell apart."""

_Line = Annotated[str, Field(max_length=200)]
_KEYED: Final = (("clauses", "c"), ("tasks", "t"), ("contacts", "k"), ("promises", "p"))


class Task(Keyed):
    """What somebody has to do.

    Attributes
    ----------
    owner
        Who: an office, a department, a team.
    within_min
        Minutes from the start of the response; None where the plan says none.
    level
        Level of response from which on it is to be done, 1 to 4; None for every one.
    """

    task: Annotated[str, Field(min_length=1, max_length=2_000)]
    owner: _Line = ""
    within_min: Annotated[float, Field(gt=0, le=365 * 24 * 60)] | None = None
    level: Annotated[int, Field(ge=1, le=4)] | None = None


class Contact(Keyed):
    """Somebody to be called.

    Attributes
    ----------
    office
        As what.
    """

    name: _Line = ""
    office: _Line = ""
    phone: _Line = ""


class Clause(Keyed):
    """A heading with the text below it, up to the next.

    Attributes
    ----------
    depth
        Of its heading, 1 the highest.
    number
        As it is printed, ``4.2`` or ``第三章``; may be empty.
    part
        What it is about; one without is of the part of the heading above it.
    """

    depth: Annotated[int, Field(ge=1, le=DEEPEST)] = 1
    number: Annotated[str, Field(max_length=40)] = ""
    title: _Line = ""
    text: Annotated[str, Field(max_length=MOST_TEXT)] = ""
    part: Part | None = None
    tasks: Annotated[tuple[Task, ...], Field(max_length=MOST_ROWS)] = ()
    contacts: Annotated[tuple[Contact, ...], Field(max_length=MOST_ROWS)] = ()
    promises: Annotated[tuple[Promise, ...], Field(max_length=MOST_ROWS)] = ()

    @property
    def tables(self) -> dict[str, tuple[Keyed, ...]]:
        """Its tasks, contacts and promises."""
        return {"tasks": self.tasks, "contacts": self.contacts, "promises": self.promises}

    @property
    def heading(self) -> str:
        """Number and title, as they stand in the plan."""
        return " ".join(one for one in (self.number, self.title) if one)


class Document(Said):
    """The text of one edition of a plan.

    It is in the language of the plan, which is the one in force: nothing translates it.
    """

    clauses: Annotated[tuple[Clause, ...], Field(max_length=MOST_CLAUSES)] = ()

    def parts(self) -> Iterator[tuple[Clause, Part | None]]:
        """Each clause with what it is about, by itself or by the heading above it."""
        above: list[tuple[int, Part | None]] = []
        for clause in self.clauses:
            while above and above[-1][0] >= clause.depth:
                above.pop()
            part = clause.part or (above[-1][1] if above else None)
            above.append((clause.depth, part))
            yield clause, part

    def promises(self) -> Iterator[tuple[Clause, Promise]]:
        """Every promise with its clause."""
        for clause in self.clauses:
            for promise in clause.promises:
                yield clause, promise


def document_of(plan: str, given: Mapping[str, Json]) -> Document:
    """Read the text of a plan; what has no key yet gets one.

    Parameters
    ----------
    plan
        Code of the plan, for the error.
    given
        As JSON or TOML has it.

    Raises
    ------
    InputError
        ``plan.bad_document``, every fault named with where it is.
    """
    try:
        return Document.model_validate(_keyed(given))
    except ValidationError as error:
        raise InputError(
            "plan.bad_document", plan=plan, faults=faults_of(error), count=error.error_count()
        ) from error


def _keyed(given: Mapping[str, Json]) -> dict[str, Json]:
    """Give keys to what has none, or one that came before; what is no table is left as it is."""
    clauses = given.get("clauses", [])
    if not isinstance(clauses, list):
        return dict(given)
    tables = [dict(one) if isinstance(one, Mapping) else one for one in clauses]
    rows: dict[str, list[dict[str, Json]]] = {name: [] for name, _ in _KEYED}
    rows["clauses"] = [one for one in tables if isinstance(one, dict)]
    for clause in rows["clauses"]:
        for name, _ in _KEYED[1:]:
            listed = clause.get(name, [])
            if isinstance(listed, list):
                copied = [dict(one) if isinstance(one, Mapping) else one for one in listed]
                clause[name] = copied
                rows[name] += [one for one in copied if isinstance(one, dict)]
    for name, letter in _KEYED:
        _give_keys(rows[name], letter)
    return {**given, "clauses": tables}


def _give_keys(rows: list[dict[str, Json]], letter: str) -> None:
    taken: set[str] = set()
    unnamed = []
    for row in rows:
        key = row.get("key")
        if not isinstance(key, str) or not key or key in taken:
            unnamed.append(row)
        else:
            taken.add(key)
    numbers = [int(key[1:]) for key in taken if key[0] == letter and key[1:].isdecimal()]
    following = max(numbers, default=0)
    for row in unnamed:
        following += 1
        row["key"] = f"{letter}{following}"
