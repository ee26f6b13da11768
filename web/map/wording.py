"""Names of the codes that records hold."""

from __future__ import annotations

from collections.abc import Mapping

from gisapp.registers import KINDS
from layers.facts import CodeLabel


def code_names(kind: str, counties: Mapping[str, str], lang: str) -> CodeLabel:
    """Names the codes of one kind of record in `lang`; an unknown code stays itself.

    Parameters
    ----------
    kind
        The register.
    counties
        Names of counties by code.
    lang
        Language of the names.
    """
    choices = {field.name: field.choices for field in KINDS[kind].fields if field.choices}

    def name(column: str, code: str) -> str:
        if column == "county":
            return counties.get(code, code)
        label = choices.get(column, {}).get(code)
        return label.in_(lang) if label else code

    return name
