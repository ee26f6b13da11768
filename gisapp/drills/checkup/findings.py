"""What a check-up finds in a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gisapp.messages import translate
from gisapp.schema.values import Json


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that is wrong with a clause of a plan.

    Attributes
    ----------
    clause, item
        Keys of the clause, and of its task, contact or promise; empty where it is of the plan,
        or of the clause, as a whole.
    code, params
        Sentence of the message catalogue and what it names.
    """

    plan: str
    clause: str = ""
    item: str = ""
    code: str
    params: Mapping[str, Json] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """By which it is known again at the next check-up, whatever its figures are then."""
        return self.plan, self.clause, self.item, self.code

    def sentence(self, lang: str) -> str:
        """What is wrong."""
        return sentence(self.code, self.params, lang)


def sentence(code: str, params: Mapping[str, Json], lang: str) -> str:
    """What is wrong, in words; names stand in `params` in both languages."""
    return translate(code, lang, **params)
