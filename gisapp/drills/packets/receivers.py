"""Who is told an inject: which headquarters take part, and who plays for which."""

from __future__ import annotations

from collections.abc import Mapping

from gisapp.accounts.register import fold
from gisapp.drills.design.script import Inject
from gisapp.drills.programme.models import Drill
from gisapp.drills.programme.vocabulary import Organiser
from gisapp.schema.values import Json


def headquarters_in(drill: Drill) -> list[str]:
    """Codes of the headquarters that take part: for each there is a packet."""
    codes = {_of(drill, one) for one in drill.participants}
    if drill.organiser_kind == Organiser.HEADQUARTERS:
        codes.add(drill.organiser)
    return sorted(codes - {""})


def participants_of(drill: Drill, headquarters: str) -> list[Mapping[str, Json]]:
    """Those who play for a headquarters, and itself."""
    return [one for one in drill.participants if _of(drill, one) == headquarters]


def injects_reach(drill: Drill, headquarters: str, inject: Inject) -> bool:
    """Whether an inject is told to a headquarters, or to somebody who plays for it."""
    addresses = {f"headquarters/{headquarters}"}
    addresses |= {
        _address(str(one["kind"]), str(one["id"])) for one in participants_of(drill, headquarters)
    }
    return any(_address(*one.split("/", 1)) in addresses for one in inject.to)


def _of(drill: Drill, one: Mapping[str, Json]) -> str:
    """The headquarters that somebody belongs to; empty where to none."""
    if one["kind"] == "headquarters":
        # It is told by its own name, whoever it answers to.
        return str(one["id"])
    if one.get("under"):
        return str(one["under"])
    return drill.organiser if drill.organiser_kind == Organiser.HEADQUARTERS else ""


def _address(kind: str, name: str) -> str:
    # One account, however its login was typed.
    return f"{kind}/{fold(name) if kind == 'account' else name}"
