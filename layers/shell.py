"""The console's page: a folium map without a single foreign address.

:class:`folium.Map` brings bootstrap, jquery, font files and icons from content delivery
networks and writes inline scripts. :class:`ConsoleMap` keeps folium's options and its way of
composing a page, takes every file from our own origin, and hands the map over to our modules:
the page then holds no inline script or style, so that a strict content-security policy fits.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template


class Verbatim(Element):
    """Markup that is not a template: braces in it stay braces."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.markup = markup

    def render(self, **kwargs: object) -> str:  # noqa: ARG002
        """Return the markup as it is."""
        return self.markup


class ConsolePage(Figure):
    """A branca page with a language, a theme and no inline script.

    Parameters
    ----------
    title, lang, theme
        Window title, language tag and ``light`` or ``dark``.
    """

    _template = Template(
        '<!DOCTYPE html>\n<html lang="{{ this.lang }}" data-theme="{{ this.theme|e }}">\n<head>\n'
        "<title>{{ this.title|e }}</title>\n"
        "{{ this.header.render(**kwargs) }}\n"
        "</head>\n<body>\n{{ this.html.render(**kwargs) }}\n</body>\n</html>\n"
    )

    def __init__(self, *, title: str, lang: str, theme: str) -> None:
        super().__init__(title=title)
        self.lang = "zh-CN" if lang == "zh" else "en"
        self.theme = theme
        self.header.add_child(
            Element('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            name="meta_viewport",
        )


class ModuleMount(MacroElement):
    """Starts an ES module and gives it its configuration as JSON.

    Parameters
    ----------
    module
        Address of the module.
    preloads
        Modules it imports, so that the browser fetches them at once.
    config
        Anything JSON can hold.
    """

    def __init__(
        self, module: str, *, config: Mapping[str, Any], preloads: Sequence[str] = ()
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "ModuleMount"
        self.module = module
        self.preloads = list(preloads)
        self.config = config

    def render(self, **kwargs: object) -> str:  # noqa: ARG002
        """Put the script into the head and the configuration into the body.

        A macro's text would be read as a template once more, and so would every ``{{`` in
        the data.
        """
        figure = cast("Figure", self.get_root())
        links = "".join(
            f'<link rel="modulepreload" href="{html.escape(url)}">\n' for url in self.preloads
        )
        start = f'<script type="module" src="{html.escape(self.module)}"></script>'
        figure.header.add_child(Verbatim(links + start), name="module")
        figure.html.add_child(
            Verbatim(
                '<script type="application/json" id="console-config">'
                f"{script_json(self.config)}</script>"
            ),
            name="config",
        )
        return ""


class ConsoleMap(folium.Map):
    """A :class:`folium.Map` whose files come from `assets` and whose script is ours.

    Parameters
    ----------
    assets
        Address under which the static files are served.
    location
        Latitude and longitude of the centre.
    zoom_start
        First zoom.
    """

    _template = Template(
        '{% macro html(this, kwargs) %}<div class="folium-map" id="map"></div>{% endmacro %}'
    )

    def __init__(self, *, assets: str, location: Sequence[float], zoom_start: int) -> None:
        super().__init__(
            location=location,
            zoom_start=zoom_start,
            tiles=None,
            zoom_control=False,
            prefer_canvas=True,
        )
        self.default_js = [("leaflet", f"{assets}/vendor/leaflet/leaflet.js")]
        self.default_css = [
            ("leaflet_css", f"{assets}/vendor/leaflet/leaflet.css"),
            *((name, f"{assets}/css/{name}.css") for name in ("tokens", "menu", "console", "map")),
        ]

    @property
    def setup(self) -> dict[str, Any]:
        """What ``L.map`` is called with."""
        return {"center": self.location, "zoom": self.options["zoom"], "preferCanvas": True}


def console_page(
    *,
    assets: str,
    title: str,
    lang: str,
    theme: str,
    center: Sequence[float],
    zoom: int,
    config: Mapping[str, Any],
    chrome: str = "",
    modules: Sequence[str] = (),
    meta: Mapping[str, str] | None = None,
) -> str:
    """The whole page of the command-centre map.

    Parameters
    ----------
    assets
        Address under which the static files are served, without a closing slash.
    title, lang, theme
        Window title, language and theme.
    center
        Longitude and latitude of the first view.
    zoom
        Zoom of the first view.
    config
        What the map's modules read.
    chrome
        Markup around the map (bars and panels).
    modules
        Names of the script modules to fetch ahead.
    meta
        Further ``meta`` elements of the head: content by name.
    """
    page = ConsolePage(title=title, lang=lang, theme=theme)
    page.header.add_child(
        Element(f'<link rel="icon" href="{html.escape(assets)}/icon.svg" type="image/svg+xml">'),
        name="icon",
    )
    for name, content in (meta or {}).items():
        markup = f'<meta name="{html.escape(name)}" content="{html.escape(content)}">'
        page.header.add_child(Verbatim(markup), name=f"meta_{name}")
    longitude, latitude = center
    shell = ConsoleMap(assets=assets, location=(latitude, longitude), zoom_start=zoom)
    page.add_child(shell)
    page.html.add_child(Verbatim(chrome), name="chrome")
    shell.add_child(
        ModuleMount(
            f"{assets}/js/main.js",
            config={**config, "map": shell.setup},
            preloads=[f"{assets}/js/{name}.js" for name in modules],
        )
    )
    return str(page.render())


def script_json(value: object) -> str:
    """JSON that is safe inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
