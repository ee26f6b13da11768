"""A sentence that has not been said yet: its code and what it names, in any language later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from gisapp.messages import translate
from gisapp.schema import Label


class Labels(NamedTuple):
    """Several names, said as a list."""

    all: tuple[Label, ...]


Value = int | float | str | Label | Labels


@dataclass(frozen=True)
class Wording:
    """A sentence of the catalogues with its values.

    Attributes
    ----------
    code
        Key of :mod:`gisapp.messages`.
    values
        By placeholder. Labels are said in the reader's language.
    """

    code: str
    values: dict[str, Value] = field(default_factory=dict)

    def in_(self, lang: str) -> str:
        """The sentence in `lang`."""
        return translate(
            self.code, lang, **{name: _said(value, lang) for name, value in self.values.items()}
        )


def _said(value: Value, lang: str) -> int | float | str:
    if isinstance(value, Label):
        return value.in_(lang)
    if isinstance(value, Labels):
        return ("、" if lang == "zh" else ", ").join(one.in_(lang) for one in value.all)
    return value
