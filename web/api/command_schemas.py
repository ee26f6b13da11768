"""Schemas of command: who leads, tasks, messages, calls, alarms."""

from __future__ import annotations

from gisapp.incidents.command import vocabulary as command
from web.api.shapes import (
    ANYTHING,
    BOOLEAN,
    INTEGER,
    MOMENT,
    NUMBER,
    PERHAPS_MOMENT,
    TEXT,
    Schema,
    array,
    codes,
    nullable,
    record,
)

_POST: Schema = record(
    {
        "id": TEXT,
        "place": TEXT,
        "x": nullable(NUMBER),
        "y": nullable(NUMBER),
        "commander": TEXT,
        "members": nullable(TEXT),
        "since": MOMENT,
        "until": PERHAPS_MOMENT,
        "version": INTEGER,
    }
)
_ALARMS: Schema = array(record({"kind": TEXT, "about": TEXT, "text": TEXT, "recallable": BOOLEAN}))
COMMAND: Schema = record(
    {
        "lead": record(
            {
                "level": codes(command.LEAD_LEVELS),
                "level_label": TEXT,
                "by_law": BOOLEAN,
                "decided_by": nullable(TEXT),
                "since": PERHAPS_MOMENT,
                "recorded_by": nullable(TEXT),
            }
        ),
        "post": nullable(_POST),
        "former_posts": array(_POST),
        "tasks": array(
            record(
                {
                    "id": TEXT,
                    "kind": codes(command.TASK_KINDS),
                    "kind_label": TEXT,
                    "text": TEXT,
                    "owner": TEXT,
                    "due_at": MOMENT,
                    "overdue": BOOLEAN,
                    "x": nullable(NUMBER),
                    "y": nullable(NUMBER),
                    "assignment": nullable(TEXT),
                    "footprint": nullable(TEXT),
                    "state": codes(command.TASK_STATES),
                    "state_label": TEXT,
                    "made_at": MOMENT,
                    "made_by": TEXT,
                    "done_at": PERHAPS_MOMENT,
                    "done_by": nullable(TEXT),
                    "result": nullable(TEXT),
                    "version": INTEGER,
                }
            )
        ),
        "messages": array(
            record(
                {
                    "id": TEXT,
                    "direction": codes(command.DIRECTIONS),
                    "direction_label": TEXT,
                    "party": TEXT,
                    "means": codes(command.MEANS),
                    "means_label": TEXT,
                    "text": TEXT,
                    "at": MOMENT,
                    "recorded_by": TEXT,
                }
            )
        ),
        "instructions": array(
            record(
                {
                    "id": TEXT,
                    "leader": TEXT,
                    "office": TEXT,
                    "words": TEXT,
                    "received_at": MOMENT,
                    "recorded_by": TEXT,
                    "passed_to": nullable(TEXT),
                    "passed_at": PERHAPS_MOMENT,
                    "answer": nullable(TEXT),
                    "answered_at": PERHAPS_MOMENT,
                    "version": INTEGER,
                }
            )
        ),
        "calls": record(dict.fromkeys(map(str, command.CALL_STATES), INTEGER)),
        "alarms": _ALARMS,
    }
)
CALLS: dict[str, Schema] = {
    "IncidentAlarms": record({"alarms": _ALARMS}),
    "CallRound": record(
        {
            "calls": array(
                record(
                    {
                        "id": TEXT,
                        "village": TEXT,
                        "name": TEXT,
                        "arrives_at": PERHAPS_MOMENT,
                        "minutes_left": nullable(INTEGER),
                        "by_hand": BOOLEAN,
                        "state": codes(command.CALL_STATES),
                        "state_label": TEXT,
                        "said_at": PERHAPS_MOMENT,
                        "said_by": nullable(TEXT),
                        "note": nullable(TEXT),
                        "version": INTEGER,
                        "register": nullable(ANYTHING),
                    }
                )
            ),
            "now": MOMENT,
        }
    ),
}
