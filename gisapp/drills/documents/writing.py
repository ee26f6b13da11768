"""Writing a document of a drill for whoever may read it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from gisapp.drills.design.arrangements import Arrangements, arrangements_of
from gisapp.drills.design.models import DrillScript
from gisapp.drills.design.script import Script, script_of
from gisapp.drills.design.writing import drill_for_staff, script_row
from gisapp.drills.documents.checklists import players_checklists, staff_checklists
from gisapp.drills.documents.evaluation import evaluation_plan
from gisapp.drills.documents.facts import Facts, facts_of
from gisapp.drills.documents.kinds import DOCUMENTS
from gisapp.drills.documents.letters import invitations, public_notice
from gisapp.drills.documents.paper import Paper
from gisapp.drills.documents.plan import exercise_plan
from gisapp.drills.documents.safety import safety_plan
from gisapp.drills.documents.script import exercise_script
from gisapp.drills.documents.words import Played, names_of
from gisapp.drills.programme.drills import find_drill
from gisapp.errors import InputError
from gisapp.rights import Actor, Right

MOST_OF_NAME: Final = 50
"""Letters of a drill's name in that of a file, which holds 255 bytes."""
_NOT_IN_FILES: Final = re.compile(r"[^\w\-（）()]+")

# Those of everybody are not even given what is played.
_OPEN: Final[Mapping[str, Callable[[Facts], Paper]]] = MappingProxyType(
    {
        "plan": exercise_plan,
        "safety": safety_plan,
        "notice": public_notice,
        "invitation": invitations,
        "checklist_players": players_checklists,
    }
)
_OF_STAFF: Final[Mapping[str, Callable[[Facts, Played], Paper]]] = MappingProxyType(
    {
        "script": exercise_script,
        "evaluation": evaluation_plan,
        "checklist_staff": staff_checklists,
    }
)


def document(
    session: Session, actor: Actor, drill_id: str, kind: str, lang: str, *, zone: str
) -> tuple[bytes, str]:
    """Write a document of a drill as DOCX.

    Parameters
    ----------
    actor
        Needs the right to export; for the documents of the staff he is of the drill's staff, too.
    kind
        A key of `DOCUMENTS`.
    zone
        Time zone of the site.

    Returns
    -------
    tuple[bytes, str]
        The file, and a name for it without its ending.

    Raises
    ------
    ForbiddenError
        Also ``drill.not_staff``.
    UnknownRecordError
        ``drill.unknown``.
    InputError
        ``drill.unknown_document``, ``drill.bad_script``.
    SiteError
        ``site.bad_entry``: of the conditions of roads that a script names.
    """
    actor.require(Right.EXPORT)
    what = DOCUMENTS.get(kind)
    if what is None:
        raise InputError("drill.unknown_document", kind=kind[:40], known=", ".join(DOCUMENTS))
    if what.for_staff:
        row = drill_for_staff(session, actor, drill_id)
        stored = script_row(session, row)
        script = Script() if stored is None else script_of(stored.content)
        facts = facts_of(session, row, script.arrangements, lang, zone=zone)
        paper = _OF_STAFF[kind](facts, _played(session, script, stored, lang))
    else:
        row = find_drill(session, drill_id)
        stored = script_row(session, row)
        arranged = Arrangements() if stored is None else arrangements_of(stored.content)
        paper = _OPEN[kind](facts_of(session, row, arranged, lang, zone=zone))
    name = _NOT_IN_FILES.sub("_", row.name).strip("_")[:MOST_OF_NAME]
    return paper.to_bytes(), f"{name or row.id}-{_NOT_IN_FILES.sub('_', what.label.in_(lang))}"


def _played(session: Session, script: Script, stored: DrillScript | None, lang: str) -> Played:
    names = names_of(session, script, lang)
    if stored is None or stored.reckoned is None:
        return Played(script=script, names=names)
    told = stored.reckoned.get(lang)
    return Played(
        script=script,
        names=names,
        reckoned=told if isinstance(told, dict) and told else None,
        is_current=stored.reckoned_of == stored.version,
    )
