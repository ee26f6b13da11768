"""Who knows what a drill will play: those who run and judge it, and nobody who plays.

The right to manage drills is not enough, for whoever has it may be among the players; an
administrator may be, too. So it goes by name: who planned the drill, its controllers and its
evaluators, without those who are listed as players or as the director, who commands in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from gisapp.accounts.register import fold
from gisapp.drills.programme.models import Drill
from gisapp.rights import Actor, ForbiddenError
from gisapp.schema.values import Json

STAFF: Final = frozenset({"controller", "evaluator"})
PLAYING: Final = frozenset({"player", "leader"})


def staff_of(made_by: str, participants: Iterable[Mapping[str, Json]]) -> frozenset[str]:
    """Logins of those who may know what is played.

    Parameters
    ----------
    made_by
        Login of whoever planned the drill.
    """
    by_role: dict[str, set[str]] = {}
    for one in participants:
        if one.get("kind") == "account":
            # One account, however its login was typed.
            by_role.setdefault(str(one["role"]), set()).add(fold(str(one["id"])))
    knowing = {made_by}.union(*(by_role.get(role, ()) for role in STAFF))
    return frozenset(knowing.difference(*(by_role.get(role, ()) for role in PLAYING)))


def is_staff(actor: Actor, row: Drill) -> bool:
    """Whether an actor may know what a drill plays; so may whoever works at the server itself."""
    return actor.at_server or actor.login in staff_of(row.made_by, row.participants)


def require_staff(actor: Actor, row: Drill) -> None:
    """Refuse all who may not know what a drill plays.

    Raises
    ------
    ForbiddenError
        ``drill.not_staff``.
    """
    if not is_staff(actor, row):
        raise ForbiddenError("drill.not_staff")


def require_no_new_staff(
    actor: Actor, row: Drill, participants: Iterable[Mapping[str, Json]]
) -> None:
    """Let staff alone name further staff: else a player would name himself.

    Raises
    ------
    ForbiddenError
        ``drill.not_staff``.
    """
    if staff_of(row.made_by, participants) - staff_of(row.made_by, row.participants):
        require_staff(actor, row)
