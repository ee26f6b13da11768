"""The console's page asks nothing of any other server and runs no inline script."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import folium
import pytest

from layers.shell import ConsoleMap, console_page, script_json


class Parts(HTMLParser):
    """Addresses, inline scripts and inline styles of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.scripts: list[str] = []
        self.inline: list[str] = []
        self.json = ""
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [given[name] or "" for name in ("src", "href") if name in given]
        self._open = ""
        if tag == "script" and "src" not in given:
            self._open = "json" if given.get("type") == "application/json" else "script"
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            self.inline.append(tag)

    def handle_data(self, data: str) -> None:
        if self._open == "json":
            self.json += data
        elif self._open == "script":
            self.inline.append(data)
        self._open = ""


def page(**changes: object) -> str:
    options: dict[str, object] = {
        "assets": "/assets/1",
        "title": "T",
        "lang": "zh",
        "theme": "dark",
        "center": (100.0, 30.0),
        "zoom": 9,
        "config": {},
        "modules": ("api", "dom"),
    }
    return console_page(**(options | changes))  # type: ignore[arg-type]


def test_every_address_is_ours() -> None:
    parts = Parts(page())
    assert parts.addresses
    assert all(address.startswith("/assets/1/") for address in parts.addresses)
    assert "//" not in page().replace("<!DOCTYPE", "")


def test_nothing_is_inline() -> None:
    assert Parts(page()).inline == []


def test_folium_would_bring_foreign_addresses() -> None:
    """The reason for the subclass; were this to fail, the subclass could be dropped."""
    plain = folium.Map().get_root().render()
    assert re.search(r"https://cdn", plain)
    assert issubclass(ConsoleMap, folium.Map)


def test_the_map_keeps_foliums_options() -> None:
    config = json.loads(Parts(page()).json)
    assert config["map"] == {"center": [30.0, 100.0], "zoom": 9, "preferCanvas": True}


@pytest.mark.parametrize(
    "text", ["{{ 7 * 7 }}", "{% raw %}", "</script><script>alert(1)", "&<>'\""]
)
def test_data_is_never_taken_for_a_template_or_markup(text: str) -> None:
    made = page(config={"name": text}, title=text)
    parts = Parts(made)
    assert json.loads(parts.json)["name"] == text
    assert "49" not in made
    assert parts.inline == []


def test_chrome_is_taken_as_it_is() -> None:
    assert "<p>{{ x }}</p>" in page(chrome="<p>{{ x }}</p>")


def test_json_is_safe_in_a_script() -> None:
    assert script_json("</script>&") == '"\\u003c/script\\u003e\\u0026"'
