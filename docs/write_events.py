"""Write ``docs/events.md``: run after a change of the catalogue of events."""  # noqa: INP001

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gisapp.events.catalogue import CATALOGUE, SUBJECTS

HEAD = """# Events 事件
Written from `gisapp/events/catalogue.py` by `docs/write_events.py`; a test compares. Every row of
`event`, and of `event_count`, has one of these names as `what`, a kind of subject as `kind`, and as
`data` the contents given here; nothing else is written. Of `before` and `after` each holds columns
or fields by name. What another program wrote is told by `outside` with the same names (0073).

| what | 名称 | name | about: contents |
|---|---|---|---|
"""

BETWEEN = """
## Contents
| contents | keys | |
|---|---|---|
"""

LAST = """
## Subjects
The kind of an event about a record is its register's name; all others are here.

| kind | 名称 | name |
|---|---|---|
"""


def page() -> str:
    """The page as it is to be."""
    return "".join([HEAD, *_events(), BETWEEN, *_contents(), LAST, *_subjects()])


def _events() -> Iterator[str]:
    for what, event in CATALOGUE.items():
        by_shape: dict[str, list[str]] = {}
        for kind, shape in event.contents.items():
            by_shape.setdefault(shape.__name__, []).append(kind)
        about = "; ".join(f"{', '.join(kinds)}: {shape}" for shape, kinds in by_shape.items())
        yield f"| `{what}` | {event.label.zh} | {event.label.en} | {about} |\n"


def _contents() -> Iterator[str]:
    used = {shape for event in CATALOGUE.values() for shape in event.contents.values()}
    for shape in sorted(used, key=lambda one: one.__name__):
        keys = ", ".join(_key(shape, name) for name in sorted(shape.__annotations__))
        said = (inspect.getdoc(shape) or "").replace("``", "`")
        yield f"| {shape.__name__} | {keys} | {said} |\n"


def _key(shape: Any, name: str) -> str:  # noqa: ANN401 - a TypedDict
    said = str(shape.__annotations__[name].__forward_arg__)
    said = said.replace("|", "or").replace("Values", "object")
    return f"`{name}` {said}{' or absent' if name in shape.__optional_keys__ else ''}"


def _subjects() -> Iterator[str]:
    for kind, label in SUBJECTS.items():
        yield f"| `{kind}` | {label.zh} | {label.en} |\n"


if __name__ == "__main__":
    Path(__file__).with_name("events.md").write_text(page(), encoding="utf-8")
