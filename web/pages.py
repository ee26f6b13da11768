"""The shell of every page: its words, its header, and what its scripts are told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup

from gisapp.schema import Label
from layers.shell import script_json
from web.assets import assets_url
from web.context import actor, language, site_app, theme
from web.navigation import links

SHELL_WORDS = ("error.", "page.")
"""Beginnings of the texts that the scripts of every page need."""


@cache
def messages(lang: str) -> dict[str, str]:
    """Texts of the pages in one language."""
    text = files("web").joinpath("messages", f"{lang}.json").read_text(encoding="utf-8")
    loaded: dict[str, str] = json.loads(text)
    return loaded


def word(key: str, lang: str, **values: object) -> str:
    """The text of `key`, with ``{name}`` replaced from `values`."""
    text = messages(lang)[key]
    return text.format(**values) if values else text


def choices(labels: Mapping[Any, Label], lang: str) -> list[dict[str, str]]:
    """A vocabulary as a form offers it."""
    return [{"code": str(code), "label": label.in_(lang)} for code, label in labels.items()]


def render_page(
    template: str,
    *,
    words: Sequence[str] = (),
    config: Mapping[str, Any] | None = None,
    **context: object,
) -> str:
    """Render a template that extends ``page.html``.

    Parameters
    ----------
    template
        Name of the template.
    words
        Beginnings of the texts that the page's own scripts read, as ``"registers."``.
    config
        What else the page's scripts are told; anything JSON can hold.
    **context
        For the template. It also finds ``t`` (texts), ``w`` (texts with values), ``lang``,
        ``theme``, ``assets``, ``site``, ``actor`` and the menu's ``links``.
    """
    told = page_config(language(), words, config or {})
    return render_template(template, **shell(), page_config=told, **context)


def shell() -> dict[str, Any]:
    """What the header of every page is made of, that of the map as well."""
    lang, site, who = language(), site_app().site, actor()
    return {
        "t": messages(lang),
        "w": lambda key, **values: word(key, lang, **values),
        "lang": lang,
        "theme": theme(),
        "assets": assets_url(),
        "site": site,
        "site_name": site.name.in_(lang),
        "actor": who,
        "links": links(who),
        "can_sign_out": "accounts.sign_out" in current_app.view_functions,
    }


def page_config(lang: str, words: Sequence[str], config: Mapping[str, Any]) -> Markup:
    """What the scripts of a page are told, whoever reads it."""
    wanted = (*SHELL_WORDS, *words)
    site = site_app().site
    told = {
        "lang": lang,
        "messages": {key: text for key, text in messages(lang).items() if key.startswith(wanted)},
        "site": {
            "name": site.name.in_(lang),
            "bbox": site.bbox,
            "timeZone": site.time_zone,
            "synthetic": site.synthetic,
        },
        **config,
    }
    # Escaped by script_json: no text can end the element it stands in.
    return Markup(script_json(told))  # noqa: S704
