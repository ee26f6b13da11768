"""Which documents a drill has, and who may read each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gisapp.schema import Label


@dataclass(frozen=True, kw_only=True)
class Document:
    """A kind of document.

    Attributes
    ----------
    for_staff
        Whether it tells of the scenario or the events list; if so, it is for the drill's staff
        alone, and all others are for the players too.
    """

    label: Label
    for_staff: bool


def _kind(zh: str, en: str, *, for_staff: bool) -> Document:
    return Document(label=Label(zh, en), for_staff=for_staff)


DOCUMENTS: Final[Mapping[str, Document]] = MappingProxyType(
    {
        "plan": _kind("演练方案", "Exercise plan", for_staff=False),
        "script": _kind("演练脚本", "Exercise script", for_staff=True),
        "evaluation": _kind("评估方案", "Evaluation plan", for_staff=True),
        "safety": _kind("安全方案", "Safety plan", for_staff=False),
        "notice": _kind("公告", "Public notice", for_staff=False),
        "invitation": _kind("邀请函", "Invitation", for_staff=False),
        "checklist_staff": _kind(
            "导调、评估人员检查清单", "Checklists of controllers and evaluators", for_staff=True
        ),
        "checklist_players": _kind(
            "参演、安全人员检查清单", "Checklists of players and safety", for_staff=False
        ),
    }
)
