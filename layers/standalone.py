"""One HTML file of a dispatch answer, to be opened, mailed or printed without a network."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from branca.element import Figure
from folium.template import Template

from layers.base import ROAD_CLASSES
from layers.errors import LayerError
from layers.model import Label
from layers.shell import Verbatim, script_json

TEXTS = {
    "title": Label("力量调派方案", "Dispatch proposal"),
    "generated": Label("生成时间", "Generated"),
    "incident": Label("事发地点", "Incident"),
    "road": Label("临近道路", "Nearest road"),
    "unnamed": Label("无名道路", "unnamed"),
    "rank": Label("序", "#"),
    "team": Label("队伍", "Team"),
    "turnout": Label("出动", "Turnout"),
    "travel": Label("行车", "Drive"),
    "total": Label("合计", "Total"),
    "arrival": Label("到达", "Arrives"),
    "length": Label("里程", "Distance"),
    "phone": Label("电话", "Phone"),
    "via": Label("经由", "Via"),
    "held_up": Label("限重限高待核实", "Limits to confirm"),
    "left_out": Label("未入选队伍及原因", "Left out, and why"),
    "nobody": Label("没有可到达的队伍。", "No team can arrive."),
    "minutes": Label("时间以分钟计", "Times in minutes"),
    "closures": Label("现有封路", "Closures in force"),
}
SYNTHETIC = "合成数据 Synthetic data"


class StandalonePage(Figure):
    """A branca page that carries its scripts and styles inside."""

    _template = Template(
        '<!DOCTYPE html>\n<html lang="{{ this.lang }}">\n<head>\n<title>{{ this.title|e }}</title>'
        "{{ this.header.render(**kwargs) }}\n</head>\n<body>\n"
        "{{ this.html.render(**kwargs) }}\n{{ this.script.render(**kwargs) }}\n</body>\n</html>\n"
    )

    def __init__(self, *, title: str, lang: str) -> None:
        super().__init__(title=title)
        self.lang = "zh-CN" if lang == "zh" else "en"
        self.header.add_child(
            Verbatim('<meta name="viewport" content="width=device-width, initial-scale=1">')
        )

    def carry(self, name: str, data: Mapping[str, Any], vendor_dir: Path) -> None:
        """Put the map library, the style and script of a page, and its data into it.

        Parameters
        ----------
        name
            Of the style and the script, beside this module.
        data
            Anything JSON can hold; the script reads it from the element ``data``.
        vendor_dir
            Folder that holds ``leaflet/leaflet.js`` and ``leaflet/leaflet.css``.

        Raises
        ------
        LayerError
            ``layers.no_vendor``: the browser library was not installed.
        """
        ours = files("layers")
        for ending, place, tag in (("css", self.header, "style"), ("js", self.script, "script")):
            if tag == "script":
                markup = f'<script type="application/json" id="data">{script_json(data)}</script>'
                place.add_child(Verbatim(markup))
            own = [ours.joinpath(f"{one}.{ending}") for one in ("base_map", name)]
            texts = [one.read_text(encoding="utf-8") for one in own]
            for text in (vendor_text(vendor_dir, f"leaflet/leaflet.{ending}"), *texts):
                place.add_child(Verbatim(f"<{tag}>{text}</{tag}>"))


def standalone_map(
    proposal: Mapping[str, Any],
    base: Mapping[str, Mapping[str, Any]],
    lang: str,
    vendor_dir: Path,
) -> str:
    """Write a dispatch proposal as one HTML file that needs nothing else.

    Parameters
    ----------
    proposal
        What ``Proposal.to_dict(lang)`` gives.
    base
        GeoJSON FeatureCollections by name: ``areas``, ``roads`` (property ``highway``, a code
        of ``ROAD_CLASSES``), ``rivers``, ``places`` (properties ``name``, ``kind``); each may
        be absent.
    lang
        ``"zh"`` or ``"en"``.
    vendor_dir
        Folder that holds ``leaflet/leaflet.js`` and ``leaflet/leaflet.css``.

    Returns
    -------
    str
        The page.

    Raises
    ------
    LayerError
        ``layers.no_vendor``: the browser library was not installed.
    """
    page = StandalonePage(title=TEXTS["title"].in_(lang), lang=lang)
    page.html.add_child(Verbatim(_report(proposal, lang)))
    data = {
        "proposal": proposal,
        "base": base,
        "roads": [one.code for one in ROAD_CLASSES],
        "minutes": "分" if lang == "zh" else "min",
    }
    page.carry("standalone", data, vendor_dir)
    return str(page.render())


def vendor_text(folder: Path, name: str) -> str:
    """Read a browser library, to be put into a page.

    Raises
    ------
    LayerError
        ``layers.no_vendor``: it was not installed.
    """
    path = folder / name
    if not path.is_file():
        raise LayerError(
            "layers.no_vendor",
            f"The browser library {name} is not in {folder}; install the application anew.",
            name=name,
            folder=str(folder),
        )
    # The source map is not in the file, and a browser would ask for it.
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("//# sourceMappingURL"))


def _report(proposal: Mapping[str, Any], lang: str) -> str:
    """The table beside the map; every text escaped."""
    text = {name: html.escape(label.in_(lang)) for name, label in TEXTS.items()}
    incident = proposal["incident"]
    parts = [
        f"<header><h1>{text['title']}</h1>",
        f'<p class="synthetic">{SYNTHETIC}</p>' if proposal.get("synthetic") else "",
        f"<p>{text['generated']} {_moment(proposal['generated_at'])}</p></header>",
        f"<h2>{html.escape(incident.get('place') or text['incident'])}</h2>",
        f"<p>{incident['x']:.5f}, {incident['y']:.5f} · {text['road']} "
        f"{html.escape(incident.get('road') or text['unnamed'])} "
        f"({incident['side_distance_m']:.0f} m)</p>",
        *(f'<p class="warning">{html.escape(one)}</p>' for one in proposal["warnings"]),
        _table(proposal["proposals"], text),
    ]
    if proposal.get("held_up"):
        rows = "".join(
            f"<li><b>{html.escape(one['name'])}</b> {html.escape(one['message'])}</li>"
            for one in proposal["held_up"]
        )
        parts.append(f"<details open><summary>{text['held_up']}</summary><ul>{rows}</ul></details>")
    if proposal["left_out"]:
        rows = "".join(
            f"<li><b>{html.escape(one['name'])}</b> {html.escape(one['message'])}</li>"
            for one in proposal["left_out"]
        )
        parts.append(
            f"<details><summary>{text['left_out']} ({len(proposal['left_out'])})</summary>"
            f"<ul>{rows}</ul></details>"
        )
    if proposal.get("closures"):
        rows = "".join(f"<li>{html.escape(one['reason'])}</li>" for one in proposal["closures"])
        parts.append(f"<h3>{text['closures']}</h3><ul>{rows}</ul>")
    return f'<main id="report">{"".join(parts)}</main><div id="map"></div>'


def _table(proposals: list[Mapping[str, Any]], text: Mapping[str, str]) -> str:
    if not proposals:
        return f'<p class="warning">{text["nobody"]}</p>'
    columns = ("rank", "team", "turnout", "travel", "total", "arrival", "length")
    head = "".join(f"<th>{text[name]}</th>" for name in columns)
    rows = "".join(
        f'<tr data-rank="{one["rank"]}"><td><b class="badge rank-{min(one["rank"], 5)}">'
        f"{one['rank']}</b></td><td><b>{html.escape(one['name'])}</b><br>"
        f"{html.escape(one['contact_phone'])}<br>"
        f"<small>{html.escape(' → '.join(one['main_roads']))}</small></td>"
        f"<td>{one['turnout_s'] / 60:.1f}</td><td>{one['travel_s'] / 60:.1f}</td>"
        f"<td><b>{one['total_s'] / 60:.1f}</b></td><td>{_moment(one['arrival_at'])[-5:]}</td>"
        f"<td>{one['length_m'] / 1000:.1f} km</td></tr>"
        for one in proposals
    )
    caption = f"<caption>{text['minutes']}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _moment(iso: str) -> str:
    return datetime.fromisoformat(iso).strftime("%Y-%m-%d %H:%M")
