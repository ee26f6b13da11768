"""Sentences for the user, in the user's language.

Every error carries a code and parameters; the catalogues ``zh.json`` and ``en.json`` hold
one :meth:`str.format` template per code.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

LANGUAGES = ("zh", "en")


@cache
def catalogue(lang: str) -> dict[str, str]:
    """The templates of one language, by code."""
    text = files(__name__).joinpath(f"{lang}.json").read_text(encoding="utf-8")
    templates: dict[str, str] = json.loads(text)
    return templates


def translate(code: str, lang: str, **params: object) -> str:
    """The sentence of `code` in `lang`.

    Raises
    ------
    KeyError
        No such code: a defect of ours, caught by the catalogue test.
    """
    return catalogue(lang)[code].format(**params)


def sentence(error: Exception, lang: str) -> str:
    """What a user reads of `error`: its translation, or its own text where it has none."""
    code = getattr(error, "code", None)
    template = catalogue(lang).get(code) if isinstance(code, str) else None
    if template is None:
        return str(error)
    return template.format(**getattr(error, "params", {}))
