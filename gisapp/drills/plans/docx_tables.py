"""The tables of a plan in a document: tasks, contacts, promises, levels, by their headings.

What is written is read again as the same; of tables that people made the usual headings are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from gisapp.drills.plans.document import Contact, Task
from gisapp.drills.plans.promises import PROMISES, Arrival, Promise
from gisapp.errors import InputError
from gisapp.registers.kinds import KINDS
from gisapp.registers.vocabulary import CAPABILITIES, EQUIPMENT, VEHICLE_PROFILES
from gisapp.schema import Label

TableKind = Literal["tasks", "contacts", "promises", "levels"]
SEPARATOR: Final = "｜"
"""Between register, id and name of a record."""

Find = Callable[[str, Sequence[str]], tuple[str, str] | None]
"""Finds the one record of some registers by its id or name: its register and id."""
Names = Mapping[tuple[str, str], str]
"""Names of records by register and id."""


@dataclass(frozen=True)
class Column:
    """A column: what it is called, and what people call it too."""

    name: str
    label: Label
    others: tuple[str, ...] = ()


COLUMNS: Final[Mapping[TableKind, tuple[Column, ...]]] = {
    "tasks": (
        Column(
            "task", Label("任务", "Task"),
            ("工作任务", "工作内容", "处置措施", "主要任务", "职责"),
        ),
        Column(
            "owner", Label("责任单位", "Owner"),
            ("牵头单位", "责任人", "责任部门", "负责单位", "单位"),
        ),
        Column(
            "within_min", Label("时限（分钟）", "Within, minutes"),
            ("时限", "完成时限", "完成时间"),
        ),
        Column("level", Label("响应级别", "Level"), ("级别",)),
    ),
    "contacts": (
        Column("name", Label("姓名", "Name"), ("联系人",)),
        Column("office", Label("单位及职务", "Office"), ("单位", "职务", "单位职务", "部门")),
        Column("phone", Label("电话", "Phone"), ("联系电话", "手机", "值班电话", "办公电话")),
    ),
    "promises": (
        Column("what", Label("承诺类别", "Promise")),
        Column("who", Label("承诺方", "By"), ("承诺单位",)),
        Column("of", Label("内容", "Of what"), ("承诺内容",)),
        Column("to", Label("地点", "To"), ("到达地点",)),
        Column("number", Label("数量", "Number")),
        Column("within_min", Label("时限（分钟）", "Within, minutes"), ("时限",)),
        Column("terms", Label("条件", "Terms")),
        Column("note", Label("说明", "Note"), ("备注",)),
    ),
    "levels": (
        Column("level", Label("响应级别", "Level"), ("级别", "响应等级")),
        Column("triggers", Label("启动条件", "Triggers"), ("启动标准", "分级标准")),
        Column("started_by", Label("启动人", "Started by"), ("启动权限", "批准人")),
        Column("expected_h", Label("预计期限（小时）", "Expected, hours"), ("预计期限",)),
        Column("measures", Label("响应措施", "Measures"), ("措施",)),
    ),
}  # fmt: skip
_NEEDED: Final[Mapping[TableKind, frozenset[str]]] = {
    "promises": frozenset({"what"}),
    "levels": frozenset({"level", "triggers"}),
    "contacts": frozenset({"phone"}),
    "tasks": frozenset({"task", "owner"}),
}
"""Columns by which a table is known, the most particular kind first."""

_CLOCKS: Final = {
    "order": Label("接令起", "from the order"),
    "drive": Label("仅行车", "driving alone"),
}
_ROMAN: Final = {
    "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "I": 1, "II": 2, "III": 3, "IV": 4,
    "一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4,
}  # fmt: skip
_NUMERALS: Final = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ")
_PER_UNIT_MIN: Final = {
    "": 1.0, "分钟": 1.0, "分": 1.0, "min": 1.0, "小时": 60.0, "h": 60.0, "天": 1440.0,
    "日": 1440.0, "d": 1440.0,
}  # fmt: skip
_PROMISE: Final[TypeAdapter[Promise]] = TypeAdapter(Promise)
_NUMBER: Final = re.compile(r"(?:≤|不超过|within)?\s*(\d+(?:\.\d+)?)\s*([^\d\s]*?)(?:内|以内)?")


def table_kind(header: Sequence[str]) -> tuple[TableKind, dict[int, str]] | None:
    """What a table holds by its first row, and which column is which; None where nobody knows."""
    said = [re.sub(r"[\s:：]", "", one).casefold() for one in header]
    for kind, needed in _NEEDED.items():
        places: dict[int, str] = {}
        for column in COLUMNS[kind]:
            words = [re.sub(r"\s", "", one).casefold() for one in (*column.label, *column.others)]
            fits = (at for word in words for at, one in enumerate(said) if one == word)
            at = next((one for one in fits if one not in places), None)
            if at is not None:
                places[at] = column.name
        if needed <= set(places.values()):
            return kind, places
    return None


def heads(kind: TableKind, lang: str) -> list[str]:
    """The first row of a table."""
    return [column.label.in_(lang) for column in COLUMNS[kind]]


def read_task(cells: Mapping[str, str]) -> Task:
    """Read a row of tasks.

    Raises
    ------
    InputError
        ``plan.row_minutes``, ``plan.row_level``, ``plan.row_bad``.
    """
    task, owner = cells.get("task", ""), cells.get("owner", "")
    return _made(
        Task,
        {
            "task": task,
            "owner": owner,
            "within_min": minutes_of(cells.get("within_min", "")),
            "level": level_of(cells.get("level", "")),
        },
    )


def read_contact(cells: Mapping[str, str]) -> Contact:
    """Read a row of contacts.

    Raises
    ------
    InputError
        ``plan.row_bad``.
    """
    return _made(Contact, {name: cells.get(name, "") for name in ("name", "office", "phone")})


def read_promise(cells: Mapping[str, str], find: Find) -> Promise:
    """Read a row of promises.

    Parameters
    ----------
    find
        Finds the records that it names.

    Raises
    ------
    InputError
        ``plan.row_promise``: of no kind that is known; ``plan.row_record``: no record, or
        several, of that name; ``plan.row_minutes``, ``plan.row_number``, ``plan.row_bad``.
    """
    said = {column.name: cells.get(column.name, "") for column in COLUMNS["promises"]}
    what = _code(said["what"], PROMISES, "plan.row_promise")
    values: dict[str, Any] = {"what": what, "note": said["note"]}
    if what in {"arrival", "force"}:
        values["to"] = dict(zip(("kind", "id"), _record(said["to"], _PLACES, find), strict=True))
        values["within_min"] = minutes_of(said["within_min"])
        values["clock"] = _code(said["terms"] or "order", _CLOCKS, "plan.row_bad")
    match what:
        case "arrival":
            values["who_kind"], values["who"] = _record(said["who"], ("team", "unit"), find)
        case "force":
            values["capability"] = _code(said["of"], CAPABILITIES, "plan.row_bad")
            values["count"] = number_of(said["number"] or "1")
        case "equipment":
            values["team"] = _record(said["who"], ("team",), find)[1]
            values["equipment"] = _code(said["of"], EQUIPMENT, "plan.row_bad")
            values["count"] = number_of(said["number"] or "1")
        case "supply":
            values["depot"] = _record(said["who"], ("depot",), find)[1]
            values["item_code"], values["quantity"] = said["of"], number_of(said["number"])
        case "shelter":
            values["shelter"] = _record(said["who"], ("shelter",), find)[1]
            values["people"] = number_of(said["number"])
        case "beds":
            values["hospital"] = _record(said["who"], ("hospital",), find)[1]
            values["beds"] = number_of(said["number"])
        case "road":
            values["road"] = said["of"]
            values["profile"] = _code(said["terms"] or "heavy", VEHICLE_PROFILES, "plan.row_bad")
    try:
        return _PROMISE.validate_python(values)
    except ValidationError as error:
        raise _bad(error) from error


def task_row(task: Task, _lang: str) -> list[str]:
    """A task as its row."""
    level = "" if task.level is None else f"{_NUMERALS[task.level - 1]}级"
    return [task.task, task.owner, plain_number(task.within_min), level]


def contact_row(contact: Contact, _lang: str) -> list[str]:
    """A contact as its row."""
    return [contact.name, contact.office, contact.phone]


def promise_row(promise: Promise, lang: str, names: Names) -> list[str]:
    """A promise as its row, records with their names."""
    values = promise.model_dump()
    label = PROMISES[promise.what].in_(lang)

    def record(kind: str, record_id: str) -> str:
        name = names.get((kind, record_id), "")
        return SEPARATOR.join((KINDS[kind].label.in_(lang), record_id, name))

    who = of = terms = ""
    match promise.what:
        case "arrival":
            who = record(values["who_kind"], values["who"])
        case "equipment":
            who = record("team", values["team"])
        case "supply" | "shelter" | "beds":
            kind = {"supply": "depot", "beds": "hospital"}.get(promise.what, "shelter")
            who = record(kind, values[kind])
    if promise.what in {"force", "equipment"}:
        code = values["capability" if promise.what == "force" else "equipment"]
        of = (CAPABILITIES if promise.what == "force" else EQUIPMENT)[code].in_(lang)
    elif promise.what == "supply":
        of = values["item_code"]
    elif promise.what == "road":
        of, terms = values["road"], VEHICLE_PROFILES[values["profile"]].in_(lang)
    to = ""
    if isinstance(promise, Arrival) or promise.what == "force":
        to = record(values["to"]["kind"], values["to"]["id"])
        terms = _CLOCKS[values["clock"]].in_(lang)
    number = next(
        (values[one] for one in ("count", "quantity", "people", "beds") if one in values), None
    )
    within = plain_number(values.get("within_min"))
    return [label, who, of, to, plain_number(number), within, terms, promise.note]


def minutes_of(text: str) -> float | None:
    """Minutes of ``30``, ``30 分钟``, ``2小时内`` or ``1 天``; None of nothing.

    Raises
    ------
    InputError
        ``plan.row_minutes``.
    """
    text = text.strip()
    if not text or text in {"—", "-", "/", "无", "立即"}:
        return None
    match = _NUMBER.fullmatch(text)
    if match is None or match[2].casefold() not in _PER_UNIT_MIN:
        raise InputError("plan.row_minutes", value=text[:40])
    return float(match[1]) * _PER_UNIT_MIN[match[2].casefold()]


def number_of(text: str) -> float:
    """A number, with or without what is counted.

    Raises
    ------
    InputError
        ``plan.row_number``.
    """
    match = _NUMBER.fullmatch(text.replace(",", "").strip())
    if match is None:
        raise InputError("plan.row_number", value=text[:40])
    return float(match[1])


def level_of(text: str) -> int | None:
    """A level of response of ``Ⅲ级``, ``III`` or ``三级响应``; None of nothing.

    Raises
    ------
    InputError
        ``plan.row_level``.
    """
    bare = re.sub(r"[级響响应\s]|level|response", "", text.strip(), flags=re.IGNORECASE)
    if not bare or bare in {"—", "-", "/", "各"}:
        return None
    if bare not in _ROMAN:
        raise InputError("plan.row_level", value=text[:40])
    return _ROMAN[bare]


def plain_number(value: float | None) -> str:
    """A number without a zero behind its point; nothing of None."""
    return "" if value is None else f"{value:.10g}"


_PLACES: Final = tuple(kind.name for kind in KINDS.values() if kind.geometry == "POINT")
ModelT = TypeVar("ModelT", Task, Contact)


def _made(model: type[ModelT], values: dict[str, Any]) -> ModelT:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _bad(error) from error


def _bad(error: ValidationError) -> InputError:
    told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
    return InputError("plan.row_bad", value=told)


def _code(text: str, known: Mapping[str, Label], fault: str) -> str:
    """A code of a vocabulary, given as such or by its name in either language."""
    said = text.strip().casefold()
    for code, label in known.items():
        if said in {code, label.zh.casefold(), label.en.casefold()}:
            return code
    raise InputError(fault, value=text[:60])


def _record(text: str, kinds: Sequence[str], find: Find) -> tuple[str, str]:
    """Register and id of the record that a cell names."""
    parts = [one.strip() for one in text.split(SEPARATOR)]
    if len(parts) > 1:
        kinds = [one for one in kinds if parts[0] in {one, *KINDS[one].label}]
        if len(kinds) == 1 and parts[1]:
            return kinds[0], parts[1]
    found = find(text.strip(), kinds) if text.strip() else None
    if found is None:
        raise InputError("plan.row_record", value=text[:60] or "—")
    return found
