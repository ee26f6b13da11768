"""The codes of incidents and of what is sent to them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gisapp.schema import Label


class IncidentState(StrEnum):
    """How an incident stands."""

    OPEN = "open"
    CLOSED = "closed"
    JOINED = "joined"


INCIDENT_STATES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        IncidentState.OPEN: Label("处置中", "Open"),
        IncidentState.CLOSED: Label("已结束", "Closed"),
        IncidentState.JOINED: Label("已并入", "Joined to another"),
    }
)


class AssignmentState(StrEnum):
    """How a unit stands with the incident it is sent to."""

    ORDERED = "ordered"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    RELEASED = "released"
    REFUSED = "refused"
    STOOD_DOWN = "stood_down"
    REASSIGNED = "reassigned"


ASSIGNMENT_STATES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        AssignmentState.ORDERED: Label("已下令", "Ordered"),
        AssignmentState.EN_ROUTE: Label("途中", "En route"),
        AssignmentState.ON_SCENE: Label("到场", "On scene"),
        AssignmentState.RELEASED: Label("归建", "Released"),
        AssignmentState.REFUSED: Label("无法出动", "Refused"),
        AssignmentState.STOOD_DOWN: Label("撤回", "Stood down"),
        AssignmentState.REASSIGNED: Label("改派", "Reassigned"),
    }
)

ACTIVE: Final = frozenset(
    {AssignmentState.ORDERED, AssignmentState.EN_ROUTE, AssignmentState.ON_SCENE}
)
"""States in which a unit is taken."""

NEXT: Final[Mapping[AssignmentState, frozenset[AssignmentState]]] = MappingProxyType(
    {
        AssignmentState.ORDERED: frozenset(
            {
                AssignmentState.EN_ROUTE,
                AssignmentState.ON_SCENE,  # whoever is near is there before he says that he drives
                AssignmentState.REFUSED,
                AssignmentState.STOOD_DOWN,
            }
        ),
        AssignmentState.EN_ROUTE: frozenset(
            {AssignmentState.ON_SCENE, AssignmentState.REFUSED, AssignmentState.STOOD_DOWN}
        ),
        AssignmentState.ON_SCENE: frozenset({AssignmentState.RELEASED}),
    }
)
"""What may follow a state; nothing follows one that is not in it."""

CLOSURE_SOURCES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "police": Label("公安交管", "Traffic police"),
        "road_bureau": Label("公路部门", "Road bureau"),
        "on_scene": Label("现场报告", "Report from the scene"),
        "footprint": Label("影响范围", "Footprint of an incident"),
        "other": Label("其他", "Other"),
    }
)
"""Who said that a road is closed."""

PERSON_ROLES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "caller": Label("报警人", "Caller"),
        "victim": Label("伤亡或受困人员", "Victim"),
        "witness": Label("知情人", "Witness"),
    }
)
"""Whose personal data are kept apart."""

UNIT_KINDS: Final = ("team", "unit")
"""Registers whose records can be sent: units, and teams that have none."""
