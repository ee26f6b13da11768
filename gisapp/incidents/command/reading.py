"""How command stands: who leads, the post, tasks, messages, instructions, calls, alarms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.incidents.command import alarms
from gisapp.incidents.command.call_rounds import round_of
from gisapp.incidents.command.inside import Danger, dangers
from gisapp.incidents.command.instructions import instructions_of
from gisapp.incidents.command.lead import lead_of, level_of
from gisapp.incidents.command.messages import messages_of
from gisapp.incidents.command.models import (
    CommandPost,
    Instruction,
    Lead,
    Message,
    Task,
    VillageCall,
)
from gisapp.incidents.command.tasks import open_tasks
from gisapp.incidents.command.vocabulary import (
    CALL_STATES,
    DIRECTIONS,
    LEAD_LEVELS,
    MEANS,
    TASK_KINDS,
    TASK_STATES,
    TaskKind,
    TaskState,
)
from gisapp.incidents.models import Assignment, Incident
from gisapp.messages import translate
from gisapp.registers.kinds import MODELS
from gisapp.schema import Label
from gisapp.schema.values import Json, moment_text

MOST_ENDED: Final = 20
"""Tasks that ended, as they are listed below the open ones."""
Names = Mapping[str, Label]
"""By id, in both languages."""


@dataclass(frozen=True, kw_only=True)
class Commanding:
    """The command of an incident.

    Attributes
    ----------
    lead
        The last taking over; None where the county leads by law.
    posts
        The oldest first; the last may stand.
    tasks
        The open ones, the first due first, then those that ended last.
    units
        Names of the units of tasks, by assignment.
    calls
        The round, in its order.
    villages
        Their names, by call.
    danger
        Alarms of footprints.
    """

    lead: Lead | None
    posts: tuple[CommandPost, ...]
    tasks: tuple[Task, ...]
    units: Names
    messages: tuple[Message, ...]
    instructions: tuple[Instruction, ...]
    calls: tuple[VillageCall, ...]
    villages: Names
    danger: tuple[alarms.Alarm, ...]

    def alarms(self, now: datetime) -> list[alarms.Alarm]:
        """All alarms: lives first, our own and the villages', then what is overdue."""
        open_ones = [row for row in self.tasks if row.state == TaskState.OPEN]
        words = {
            row.id: {lang: self._words(row, lang) for lang in ("zh", "en")} for row in open_ones
        }
        return [
            *self.danger,
            *alarms.of_water(self.calls, _by_language(self.villages), now),
            *alarms.of_tasks(open_ones, words, now),
            *alarms.of_instructions(self.instructions, now),
        ]

    def to_dict(self, lang: str, now: datetime) -> dict[str, Json]:
        """All of it as JSON carries it; `now` decides what is overdue."""
        level = level_of(self.lead)
        posts: list[Json] = [_post(row) for row in self.posts]
        stands = bool(self.posts) and self.posts[-1].until is None
        counted = {str(code): 0 for code in CALL_STATES}
        for call in self.calls:
            counted[call.state] += 1
        return {
            "lead": {
                "level": str(level),
                "level_label": LEAD_LEVELS[level].in_(lang),
                "by_law": self.lead is None,
                "decided_by": self.lead.decided_by if self.lead else None,
                "since": moment_text(self.lead.since if self.lead else None),
                "recorded_by": self.lead.recorded_by if self.lead else None,
            },
            "post": posts[-1] if stands else None,
            "former_posts": posts[:-1] if stands else posts,
            "tasks": [self._task(row, lang, now) for row in self.tasks],
            "messages": [_message(row, lang) for row in self.messages],
            "instructions": [_instruction(row) for row in self.instructions],
            "calls": counted,
            "alarms": [one.to_dict(lang) for one in self.alarms(now)],
        }

    def _task(self, row: Task, lang: str, now: datetime) -> dict[str, Json]:
        return {
            "id": row.id,
            "kind": row.kind,
            "kind_label": TASK_KINDS[row.kind].in_(lang),
            "text": self._words(row, lang),
            "owner": row.owner,
            "due_at": moment_text(row.due_at),
            "overdue": row.state == TaskState.OPEN and row.due_at < now,
            "x": row.x,
            "y": row.y,
            "assignment": row.assignment_id,
            "footprint": row.footprint_id,
            "state": row.state,
            "state_label": TASK_STATES[row.state].in_(lang),
            "made_at": moment_text(row.made_at),
            "made_by": row.made_by,
            "done_at": moment_text(row.done_at),
            "done_by": row.done_by,
            "result": row.result,
            "version": row.version,
        }

    def _words(self, row: Task, lang: str) -> str:
        if row.kind != TaskKind.RECALL:
            return row.text
        unit = self.units.get(str(row.assignment_id))
        name = unit.in_(lang) if unit else str(row.assignment_id)
        return translate("command.recall_task", lang, name=name, label=row.text)


def commanding(session: Session, incident: Incident) -> Commanding:
    """The command of an incident as it stands."""
    found = [
        one
        for one in dangers(session)
        if incident.id in {one.footprint.incident_id, one.placed.incident_id}
    ]
    tasks = [*open_tasks(session, incident.id), *_ended_tasks(session, incident.id)]
    calls = round_of(session, incident.id)
    assignments = [row.assignment_id for row in tasks if row.assignment_id]
    units = unit_names(session, [*assignments, *(one.placed.id for one in found)])
    return Commanding(
        lead=lead_of(session, incident.id),
        posts=tuple(
            session.scalars(
                select(CommandPost)
                .where(CommandPost.incident_id == incident.id)
                .order_by(CommandPost.fid)
            )
        ),
        tasks=tuple(tasks),
        units=units,
        messages=tuple(messages_of(session, incident.id)),
        instructions=tuple(instructions_of(session, incident.id)),
        calls=tuple(calls),
        villages=village_names(session, calls),
        danger=tuple(alarms.in_danger(found, _by_language(_placed_names(session, found, units)))),
    )


def unit_names(session: Session, assignment_ids: Sequence[str]) -> dict[str, Label]:
    """Names of units by the assignments that sent them."""
    rows = session.execute(
        select(Assignment.id, Assignment.unit_kind, Assignment.unit_id).where(
            Assignment.id.in_(assignment_ids)
        )
    ).all()
    names: dict[tuple[str, str], Label] = {}
    for kind in {row.unit_kind for row in rows}:
        ids = [row.unit_id for row in rows if row.unit_kind == kind]
        names |= {(kind, one): label for one, label in _names(session, kind, ids).items()}
    return {
        row.id: names.get((row.unit_kind, row.unit_id), Label(row.unit_id, row.unit_id))
        for row in rows
    }


def village_names(session: Session, rows: Sequence[VillageCall]) -> dict[str, Label]:
    """Names of the villages of some calls, by call."""
    names = _names(session, "village", [row.village_id for row in rows])
    return {
        row.id: names.get(row.village_id, Label(row.village_id, row.village_id)) for row in rows
    }


def call_to_dict(row: VillageCall, name: str, lang: str, now: datetime) -> dict[str, Json]:
    """A call of the round as JSON carries it, without what its register knows of the village."""
    left = None if row.arrives_at is None else alarms.minutes_left(row.arrives_at, now)
    return {
        "id": row.id,
        "village": row.village_id,
        "name": name,
        "arrives_at": moment_text(row.arrives_at),
        "minutes_left": left,
        "by_hand": row.by_hand,
        "state": row.state,
        "state_label": CALL_STATES[row.state].in_(lang),
        "said_at": moment_text(row.said_at),
        "said_by": row.said_by,
        "note": row.note,
        "version": row.version,
    }


def _ended_tasks(session: Session, incident_id: str) -> list[Task]:
    query = (
        select(Task)
        .where(Task.incident_id == incident_id, Task.state != TaskState.OPEN)
        .order_by(Task.done_at.desc(), Task.fid)
    )
    return list(session.scalars(query.limit(MOST_ENDED)))


def _placed_names(
    session: Session, found: Iterable[Danger], units: Mapping[str, Label]
) -> dict[str, Label]:
    ids = [one.placed.id for one in found]
    texts = [
        *session.execute(select(Task.id, Task.text).where(Task.id.in_(ids))),
        *session.execute(select(CommandPost.id, CommandPost.place).where(CommandPost.id.in_(ids))),
    ]
    return {**units, **{one: Label(text, text) for one, text in texts}}


def _names(session: Session, kind: str, ids: Sequence[str]) -> dict[str, Label]:
    model = MODELS[kind]
    rows = session.execute(
        select(model.id, model.column("name"), model.column("name_en")).where(model.id.in_(ids))
    )
    return {one: Label(name or one, name_en or name or one) for one, name, name_en in rows}


def _by_language(names: Mapping[str, Label]) -> dict[str, dict[str, str]]:
    return {one: {"zh": label.zh, "en": label.en} for one, label in names.items()}


def _post(row: CommandPost) -> dict[str, Json]:
    return {
        "id": row.id,
        "place": row.place,
        "x": row.x,
        "y": row.y,
        "commander": row.commander,
        "members": row.members,
        "since": moment_text(row.since),
        "until": moment_text(row.until),
        "version": row.version,
    }


def _message(row: Message, lang: str) -> dict[str, Json]:
    return {
        "id": row.id,
        "direction": row.direction,
        "direction_label": DIRECTIONS[row.direction].in_(lang),
        "party": row.party,
        "means": row.means,
        "means_label": MEANS[row.means].in_(lang),
        "text": row.text,
        "at": moment_text(row.at),
        "recorded_by": row.recorded_by,
    }


def _instruction(row: Instruction) -> dict[str, Json]:
    return {
        "id": row.id,
        "leader": row.leader,
        "office": row.office,
        "words": row.words,
        "received_at": moment_text(row.received_at),
        "recorded_by": row.recorded_by,
        "passed_to": row.passed_to,
        "passed_at": moment_text(row.passed_at),
        "answer": row.answer,
        "answered_at": moment_text(row.answered_at),
        "version": row.version,
    }
