"""What a plan says of its levels and promises, in words."""

from __future__ import annotations

from collections.abc import Mapping

from gisapp.drills.plans.promises import (
    Arrival,
    Beds,
    Equipment,
    Force,
    Promise,
    Road,
    Shelter,
    Supply,
)
from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.decree_493 import GRADES
from gisapp.incidents.grading.figures import FIGURES
from gisapp.incidents.grading.geological import SIZES
from gisapp.incidents.grading.kinds import KINDS
from gisapp.incidents.grading.statuses import BASES
from gisapp.incidents.response.plans import Plan, Trigger
from gisapp.messages import translate
from gisapp.registers.vocabulary import CAPABILITIES, EQUIPMENT, VEHICLE_PROFILES
from gisapp.schema.values import Json


def trigger_words(plan: Plan, trigger: Trigger, lang: str) -> str:
    """What leads to a level."""
    if trigger.grade is not None and trigger.basis in BASES:
        of = BASES[trigger.basis].in_(lang)
        is_geological = any(KINDS[one].law == "geological" for one in plan.kinds)
        grade = (SIZES if is_geological else GRADES)[trigger.grade - 1].in_(lang)
        return translate("plan.trigger.grade", lang, of=of, grade=grade)
    if trigger.figure is not None:
        code = "figure_worst" if trigger.basis == "worst_case" else "figure"
        name = FIGURES[trigger.figure].in_(lang)
        return translate(f"plan.trigger.{code}", lang, name=name, bound=trigger.at_least)
    if trigger.circumstance is not None:
        return CIRCUMSTANCES[trigger.circumstance].label.in_(lang)
    return translate(f"plan.trigger.{trigger.basis}", lang)


def triggers_of(plan: Plan, level: int, lang: str) -> list[str]:
    """All that leads to a level, each by itself."""
    return [trigger_words(plan, one, lang) for one in plan.triggers if one.level == level]


def promise_words(promise: Promise, lang: str, names: Mapping[tuple[str, str], str]) -> str:
    """A promise in a sentence; a record that nobody knows is called by its id."""

    def called(kind: str, record_id: str) -> str:
        return names.get((kind, record_id), record_id)

    code = f"plan.promise.{promise.what}"
    match promise:
        case Arrival() | Force():
            clock = translate(f"plan.promise.{promise.clock}", lang)
            params: dict[str, Json] = {
                "place": called(promise.to.kind, promise.to.id),
                "minutes": promise.within_min,
                "clock": clock,
            }
            if isinstance(promise, Arrival):
                params["who"] = called(promise.who_kind, promise.who)
            else:
                params["what"] = CAPABILITIES[promise.capability].in_(lang)
                params["count"] = promise.count
        case Equipment():
            what = EQUIPMENT[promise.equipment].in_(lang)
            params = {"who": called("team", promise.team), "what": what, "count": promise.count}
        case Supply():
            params = {
                "who": called("depot", promise.depot),
                "what": promise.note or promise.item_code,
                "item": promise.item_code,
                "count": promise.quantity,
            }
        case Shelter():
            params = {"who": called("shelter", promise.shelter), "count": promise.people}
        case Beds():
            params = {"who": called("hospital", promise.hospital), "count": promise.beds}
        case Road():
            params = {"who": promise.road, "what": VEHICLE_PROFILES[promise.profile].in_(lang)}
    return translate(code, lang, **params)
