"""A script as its staff is told it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from gisapp.drills.checkup.records import known_records
from gisapp.drills.design.models import DrillScript
from gisapp.drills.design.script import Disable, Script, script_of
from gisapp.drills.design.writing import drill_for_staff, script_row
from gisapp.messages import translate
from gisapp.rights import Actor
from gisapp.schema.values import Json, moment_text


def script_told(session: Session, actor: Actor, drill_id: str, lang: str) -> dict[str, Json]:
    """A drill's script with what was reckoned of it, and what its records are called.

    Raises
    ------
    ForbiddenError
        ``drill.not_staff``.
    UnknownRecordError
        ``drill.unknown``.
    """
    drill = drill_for_staff(session, actor, drill_id)
    row = script_row(session, drill)
    script = Script() if row is None else script_of(row.content)
    called = known_records(session, _records(script))
    return {
        "drill": drill.id,
        "version": 0 if row is None else row.version,
        "script": script.model_dump(mode="json"),
        "order": [one.key for one in script.in_order()],
        "names": {
            f"{kind}/{record_id}": one.names[f"name_{lang}"]
            for (kind, record_id), one in called.items()
        },
        "reckoned": None if row is None else _reckoned(row, lang),
    }


def _reckoned(row: DrillScript, lang: str) -> dict[str, Json] | None:
    if row.reckoned is None:
        return None
    told = row.reckoned[lang]
    assert isinstance(told, dict)
    return {
        "at": moment_text(row.reckoned_at),
        "is_current": row.reckoned_of == row.version,
        **told,
    }


def _records(script: Script) -> Iterator[tuple[str, str]]:
    for spot in script.spots():
        if spot.kind:
            yield spot.kind, spot.id
    for inject in script.injects:
        for effect in inject.effects:
            if isinstance(effect, Disable):
                yield effect.kind, effect.id


def reckoning_in_lines(told: Mapping[str, Any], lang: str) -> list[str]:
    """What was reckoned, in a few lines for a terminal; nothing before it was.

    Parameters
    ----------
    told
        By :func:`script_told`.
    """
    reckoned = told["reckoned"]
    if reckoned is None:
        return []
    came, hard = reckoned["consequences"], reckoned["difficulty"]
    lines = [
        translate(
            "drill.script.came", lang, cut_off=came["cut_off_found"],
            units=came["forces"]["found"], never=came["forces"]["never"],
        )
    ]  # fmt: skip
    if hard is not None:
        lines += [
            translate(
                "drill.script.way", lang, way=translate(f"drill.script.{name}", lang),
                unmet=one["unmet"], late=one["people_late"],
                mean="–" if one["mean_min"] is None else one["mean_min"],
                last="–" if one["last_min"] is None else one["last_min"],
            )
            for name, one in hard["ways"].items()
        ]  # fmt: skip
    return [*lines, *(f"! {one['text']}" for one in reckoned["faults"])]
