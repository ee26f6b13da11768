"""What the events of command say, in words: the log of an incident reads them so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from gisapp.incidents.command import call_rounds, instructions, lead, messages, post, tasks
from gisapp.incidents.command.vocabulary import (
    CALL_STATES,
    DIRECTIONS,
    LEAD_LEVELS,
    MEANS,
    TaskKind,
)
from gisapp.incidents.positions.models import LINK
from gisapp.messages import translate
from gisapp.schema import Label

Data = Mapping[str, object]


def in_words(kind: str, data: Data, lang: str, zone: ZoneInfo) -> str:
    """What an event about command says beside its name; empty where it is about something else.

    Parameters
    ----------
    kind
        Of the event's subject.
    data
        That the event holds.
    zone
        In which times of day are told.
    """
    if "taker" in data:
        said = {name: data.get(name) for name in ("giver", "taker", "text")}
        return translate("command.log_shift", lang, **said)
    if "footprint" in data:
        return translate("command.log_recall", lang, label=data.get("label"))
    say = _SAYING.get(kind)
    sentence = say(data, lang) if say else ""
    due_at = _after(data).get("due_at")
    if kind == tasks.KIND and "of" in data and isinstance(due_at, str):
        due = f"{datetime.fromisoformat(due_at).astimezone(zone):%Y-%m-%d %H:%M}"
        return translate("command.log_due", lang, said=sentence, due=due)
    return sentence


def _after(data: Data) -> Data:
    after = data.get("after")
    return after if isinstance(after, Mapping) else {}


def _label(labels: Mapping[str, Label], code: object, lang: str) -> str:
    label = labels.get(str(code))
    return label.in_(lang) if label else str(code)


def _lead(data: Data, lang: str) -> str:
    after = _after(data)
    level = _label(LEAD_LEVELS, after.get("level"), lang)
    return translate("command.log_lead", lang, level=level, by=after.get("decided_by"))


def _post(data: Data, lang: str) -> str:
    after = _after(data)
    if "commander" not in after:
        return ""
    members = after.get("members") or "—"
    said = {"place": after.get("place"), "commander": after["commander"], "members": members}
    return translate("command.log_post", lang, **said)


def _task(data: Data, lang: str) -> str:
    after, of = _after(data), data.get("of")
    if of is None:
        is_recall = after.get("kind") == TaskKind.RECALL
        code = "command.log_recall_task" if is_recall else "command.log_task"
        return translate(code, lang, text=after.get("text"), owner=after.get("owner"))
    if after.get("owner"):
        return translate("command.log_task", lang, text=of, owner=after["owner"])
    result = after.get("result")
    return f"{of} — {result}" if result else str(of)


def _message(data: Data, lang: str) -> str:
    after = _after(data)
    return translate(
        "command.log_message",
        lang,
        direction=_label(DIRECTIONS, after.get("direction"), lang),
        party=after.get("party"),
        means=_label(MEANS, after.get("means"), lang),
        text=after.get("text"),
    )


def _instruction(data: Data, lang: str) -> str:
    after, of = _after(data), data.get("of")
    if of is None:
        said = {"leader": after.get("leader"), "office": after.get("office")}
        return translate("command.log_instruction", lang, **said, words=after.get("words"))
    if "passed_to" in after:
        return translate("command.log_passed", lang, of=of, to=after["passed_to"])
    if "answer" in after:
        return translate("command.log_answer", lang, of=of, answer=after["answer"])
    return str(of)


def _call(data: Data, lang: str) -> str:
    after, of = _after(data), data.get("of")
    said = str(of or "")
    if after.get("state") and "village_id" not in after:
        state = _label(CALL_STATES, after["state"], lang)
        said = translate("command.log_call", lang, name=said, state=state)
    note = after.get("note")
    return f"{said} — {note}" if note else said


def _link(data: Data, lang: str) -> str:
    made = "made_at" in _after(data)
    return translate("crew.log_link" if made else "crew.log_link_ended", lang)


_SAYING: Final[Mapping[str, Callable[[Data, str], str]]] = {
    LINK: _link,
    call_rounds.KIND: _call,
    instructions.KIND: _instruction,
    lead.KIND: _lead,
    messages.KIND: _message,
    post.KIND: _post,
    tasks.KIND: _task,
}
