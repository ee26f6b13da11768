"""What a plan says of its levels, in words."""

from __future__ import annotations

from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.decree_493 import GRADES
from gisapp.incidents.grading.figures import FIGURES
from gisapp.incidents.grading.geological import SIZES
from gisapp.incidents.grading.kinds import KINDS
from gisapp.incidents.grading.statuses import BASES
from gisapp.incidents.response.plans import Plan, Trigger
from gisapp.messages import translate


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
